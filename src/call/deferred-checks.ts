/** What is looked at once more on the next turn of the event loop, when the promises of a body have had theirs. */
export class SecondLooks {
  /** Each look, with what happens where there is no time for it. */
  readonly #waiting = new Map<() => void, () => void>();
  readonly #later: (work: () => void) => void;

  constructor(later: (work: () => void) => void) {
    this.#later = later;
  }

  add(look: () => void, giveUp: () => void): void {
    const once = () => {
      if (this.#waiting.delete(once)) look();
    };
    this.#waiting.set(once, giveUp);
    this.#later(once);
  }

  /** Looks now: the event loop has nothing left to do. */
  settle(): void {
    for (const look of [...this.#waiting.keys()]) look();
  }

  /** Gives up what was not looked at: the program ends, whatever its promises still had to do. */
  giveUp(): void {
    for (const giveUp of this.#waiting.values()) giveUp();
    this.#waiting.clear();
  }
}
