/**
 * Times an async call whose body runs where it was called and tells when it ends. Nothing is recorded.
 *
 * Nothing here may throw into the program, and no code of the program runs here.
 */
import type { CallInPlace } from "../code/guard-text.ts";

export class TimedInPlace implements CallInPlace {
  readonly #now: () => number;
  readonly #onEnd: (ran: number) => void;
  readonly #started: number;

  /** @param onEnd called when the body returns or throws, with the milliseconds since the construction */
  constructor(now: () => number, onEnd: (ran: number) => void) {
    this.#now = now;
    this.#onEnd = onEnd;
    this.#started = now();
  }

  suspend(): void {}

  resume(): void {}

  loop(): void {}

  fail(): void {}

  end(): boolean {
    this.#onEnd(this.#now() - this.#started);
    return false;
  }
}
