/** Checks that have to wait for the next turn of the event loop, when the promises of a body have gone on. */
export class DeferredChecks {
  /** Each check, with what happens instead if the program ends before it. */
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

  /** Runs all checks now: the event loop has nothing left to do. */
  settle(): void {
    for (const check of [...this.#waiting.keys()]) check();
  }

  /** Gives all checks up: the program ends before its promises have gone on. */
  giveUp(): void {
    for (const giveUp of this.#waiting.values()) giveUp();
    this.#waiting.clear();
  }
}
