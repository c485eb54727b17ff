/**
 * Decides when to commit: when computing the queued records took {@link WORTH} times as long as a commit takes. So commits take a fixed
 * share of the program's time at most, however slow the disk is, and a program that a signal ends loses little.
 */

/** How many times as long as a commit the queued work has to have taken. Commits take less than 2 % of the time then. */
const WORTH = 64;
/** The assumed milliseconds of a commit before one was measured. */
const FIRST = 4;

export class Pace {
  readonly #now: () => number;
  readonly #least: number;
  readonly #most: number;
  /** The average milliseconds of the last commits. */
  #cost = FIRST;
  /** Milliseconds that computing the uncommitted records took. The time of a call within another one is in it twice. */
  #unsaved = 0;
  /** When the last commit ended. The time since then bounds what can be lost, so a commit is not due before it is long enough. */
  #last: number;

  /**
   * @param now milliseconds
   * @param least the least that a commit counts, in milliseconds
   * @param most so many milliseconds of work are always worth a commit
   */
  constructor(now: () => number, least: number, most: number) {
    this.#now = now;
    this.#least = least;
    this.#most = most;
    this.#last = now();
  }

  /** Notes a queued record. @param cost milliseconds that computing it took */
  add(cost: number): void {
    this.#unsaved += cost;
  }

  /** Whether to commit. Cost: one comparison, mostly. */
  get isDue(): boolean {
    const enough = Math.min(WORTH * this.#cost, this.#most);
    return this.#unsaved >= enough && this.#now() - this.#last >= enough;
  }

  /** Commits, and notes how long it took. */
  measure(commit: () => void): void {
    const started = this.#now();
    commit();
    if (this.#unsaved === 0) return;
    this.#last = this.#now();
    this.#unsaved = 0;
    this.#cost = Math.max(this.#least, (this.#cost + this.#last - started) / 2);
  }
}
