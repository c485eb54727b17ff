/** Stale results that are computed anew when the running code has ended: each key once at a time. */
import { types } from "node:util";

export class RecomputeLater {
  /** Keys of the results that are being computed. */
  readonly #underWay = new Set<string>();

  /** @param run calls the function and stores its result */
  start(hash: string, run: () => unknown): void {
    if (this.#underWay.has(hash)) return;
    this.#underWay.add(hash);
    setImmediate(() => this.#run(hash, run));
  }

  /** An error is thrown away: no caller waits for this run, and the stale result stays. */
  #run(hash: string, run: () => unknown): void {
    const end = () => this.#underWay.delete(hash);
    try {
      const result = run();
      if (types.isPromise(result)) result.then(end, end);
      else end();
    } catch {
      end();
    }
  }
}
