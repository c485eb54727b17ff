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

  /** While it is true, guards answer "no": dumbo's own work may call a guarded function, and a look-up must not start within a look-up. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Milliseconds that all work has taken so far. */
  get spent(): number {
    return this.#spent;
  }

  /**
   * Runs work with the audit suspended, and tells the policy how long it took. What it throws never reaches the program.
   * @param fallback the answer when the work throws
   */
  run<T>(work: () => T, fallback: T): T {
    if (!this.#isRunning) this.#host.work.begin();
    return this.ask(work, fallback);
  }

  /** The same for work that is mostly done at once: the processor is not asked when it began. Longer parts of it have to call `WorkClock.begin`. */
  ask<T>(work: () => T, fallback: T): T {
    const { work: clock, policy, unaudited } = this.#host;
    const isInner = this.#isRunning;
    const started = isInner ? 0 : clock.now();
    this.#isRunning = true;
    try {
      return unaudited(work);
    } catch (error) {
      // A RangeError comes from the end of the stack, where all work can fail: it is no bug of dumbo's.
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

  /** Logs the first failure only: the same one may come at every call. */
  #log(error: unknown): void {
    if (!this.#hasFailed) this.#host.log(`internal error: ${(error as Error)?.stack ?? error}`);
    this.#hasFailed = true;
  }
}
