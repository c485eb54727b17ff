/** How long work of one kind has taken. */
export class TimeSpent {
  readonly #now: () => number;
  #ms = 0;

  /** @param now milliseconds on a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  get ms(): number {
    return this.#ms;
  }

  /** Does work, and counts its time, unless it throws. */
  count<T>(work: () => T): T {
    const started = this.#now();
    const result = work();
    this.#ms += this.#now() - started;
    return result;
  }
}
