/** So many failures in a row open the breaker. */
const MOST_FAILURES = 3;

/** A circuit breaker: when a server has failed too often in a row, it is not asked again in this run. */
export class Breaker {
  readonly #onOpen: (error: unknown) => void;
  #failures = 0;
  #isOpen = false;

  /** @param onOpen called once, with the last failure */
  constructor(onOpen: (error: unknown) => void) {
    this.#onOpen = onOpen;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Does some work with the server, if the breaker is closed. @returns null if it is open, or if the work fails */
  async try<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.#isOpen) return null;
    try {
      const result = await work();
      this.#failures = 0;
      return result;
    } catch (error) {
      this.#failures++;
      if (this.#failures >= MOST_FAILURES) this.open(error);
      return null;
    }
  }

  open(error: unknown): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#onOpen(error);
  }
}
