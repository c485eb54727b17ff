/** dumbo's own work during a call of the program: keys, look-ups, records, comparisons. */
import type { Host } from "./host.ts";

export class InternalWork {
  readonly #host: Pick<Host, "unaudited" | "log" | "work" | "policy">;
  #isRunning = false;
  #hasFailed = false;
  #spent = 0;

  constructor(host: Pick<Host, "unaudited" | "log" | "work" | "policy">) {
    this.#host = host;
  }

  /** While it is true, guards answer "no": a guarded function that dumbo itself reaches must not start a look-up in a look-up. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Milliseconds that all work has taken so far. */
  get spent(): number {
    return this.#spent;
  }

  /**
   * Runs work with the audit suspended, on the books of the policy. What it throws never reaches the program.
   * @param fallback the answer when the work throws
   */
  run<T>(work: () => T, fallback: T): T {
    if (!this.#isRunning) this.#host.work.begin();
    return this.ask(work, fallback);
  }

  /** The same for work that is mostly a question, answered at once: what takes longer has to ask the clock itself. */
  ask<T>(work: () => T, fallback: T): T {
    const { work: clock, policy, unaudited } = this.#host;
    const isInner = this.#isRunning;
    const started = isInner ? 0 : clock.now();
    this.#isRunning = true;
    try {
      return unaudited(work);
    } catch (error) {
      // Close to the end of the stack all work can fail, and no error of dumbo's is to blame.
      if (!(error instanceof RangeError)) this.#log(error);
      return fallback;
    } finally {
      this.#isRunning = isInner;
      if (!isInner) {
        clock.end(started);
        const spent = clock.now() - started;
        this.#spent += spent;
        policy.spent(spent);
      }
    }
  }

  /** Logs the first failure only: the same one may come back at every call. */
  #log(error: unknown): void {
    if (!this.#hasFailed) this.#host.log(`internal error: ${(error as Error)?.stack ?? error}`);
    this.#hasFailed = true;
  }
}
