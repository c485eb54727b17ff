/** Gives a server up for the rest of the run when it has failed too often in a row. */

/** Failures in a row. */
const MOST = 3;

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

  /** Does something, unless the server is given up; null where it fails. */
  async try<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.#isOpen) return null;
    try {
      const result = await work();
      this.#failures = 0;
      return result;
    } catch (error) {
      this.#failures++;
      if (this.#failures >= MOST) this.open(error);
      return null;
    }
  }

  open(error: unknown): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#onOpen(error);
  }
}
