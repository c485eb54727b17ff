/** Checks of results that wait for the next turn of the event loop: by then, the promises that a body has left have gone on. */
export class DeferredChecks {
  /** Each check, with what is to be done instead if the program ends first. */
  readonly #waiting = new Map<() => void, () => void>();
  readonly #onNextTurn: (work: () => void) => void;

  constructor(onNextTurn: (work: () => void) => void) {
    this.#onNextTurn = onNextTurn;
  }

  add(check: () => void, giveUp: () => void): void {
    const once = () => {
      if (this.#waiting.delete(once)) check();
    };
    this.#waiting.set(once, giveUp);
    this.#onNextTurn(once);
  }

  /** Runs all checks now. To be called when the event loop has nothing left to do. */
  settle(): void {
    for (const check of [...this.#waiting.keys()]) check();
  }

  /** Gives all checks up. To be called when the program ends before its promises have gone on. */
  giveUp(): void {
    for (const giveUp of this.#waiting.values()) giveUp();
    this.#waiting.clear();
  }
}
