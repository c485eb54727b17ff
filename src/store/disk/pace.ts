/**
 * When to commit: as soon as computing what is queued took {@link WORTH} times as long as a commit takes. So commits take at
 * most that share of the program's time, however slow the disk is, and a program that a signal ends loses little.
 */

/** How many times as long as a commit the queued work has taken: commits take less than 2 % of the time. */
const WORTH = 64;
/** Milliseconds of a commit, before one was measured. */
const FIRST = 4;

export class Pace {
  readonly #now: () => number;
  readonly #least: number;
  readonly #most: number;
  /** Milliseconds of a commit, by the last ones. */
  #cost = FIRST;
  /** Milliseconds that computing the uncommitted records took. A call within another counts twice. */
  #unsaved = 0;
  /** When the last commit ended: no more than what was computed since then can be lost. */
  #last: number;

  /**
   * @param now milliseconds
   * @param least milliseconds that a commit costs at least
   * @param most milliseconds of work that are always worth a commit
   */
  constructor(now: () => number, least: number, most: number) {
    this.#now = now;
    this.#least = least;
    this.#most = most;
    this.#last = now();
  }

  /** Notes what is to be committed. @param cost milliseconds that computing it took */
  add(cost: number): void {
    this.#unsaved += cost;
  }

  /** Whether to commit. Costs a comparison, mostly. */
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
