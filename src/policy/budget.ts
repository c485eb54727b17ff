/** Milliseconds that may be lost at the start of a program: what a key is worth shows only after the first body has run. */
export const ADVANCE = 40;
/** This share of the time without dumbo may be lost. */
export const LOSS = 0.04;
/** This share of it may go into keys and records of calls that take several times as long: later runs get hits for them. */
export const INVESTMENT = 0.1;

// Captured before the program can replace them.
const { max, min } = Math;

/**
 * What one run may spend on calls that miss, and has spent. With T the time that the program takes without dumbo, it is
 * at most
 *
 *     ADVANCE + (LOSS + INVESTMENT) * T
 *
 * the last thing that was begun while there was something left, and INVESTMENT of the first call of each function that
 * earlier runs have taken for more expensive than it is. Of a program that has run before, T is the time of its last run, if that was longer. What was lost beyond the first two of these is taken from what may be
 * invested. All that dumbo does while the program runs counts as lost, unless
 * it turns out to have been an investment or a hit has paid for it. All times are milliseconds.
 */
export class Budget {
  readonly #ran: () => number;
  readonly #foreseen: () => number;
  #lost = 0;
  #invested = 0;
  #saved = 0;

  /**
   * @param ran that the thread has run so far
   * @param foreseen that it will run without dumbo, by the last run; 0 if nothing is known
   */
  constructor(ran: () => number, foreseen: () => number) {
    this.#ran = ran;
    this.#foreseen = foreseen;
  }

  /** What may still be lost; negative where something took longer than was left. */
  get left(): number {
    return ADVANCE + LOSS * this.#without() - this.#lost;
  }

  /**
   * What may still be invested. A program that is known may invest from its first call on: calls that come first are stored first, in
   * each run, so that the next one has hits for them.
   */
  get room(): number {
    return INVESTMENT * max(this.#without(), this.#foreseen()) - this.#invested + min(0, this.left);
  }

  lose(ms: number): void {
    this.#lost += ms;
  }

  /** Takes so much of what is lost, or is about to be booked as lost, for an investment, as far as there is room. */
  invest(ms: number): void {
    const { room } = this;
    const taken = max(0, min(ms, room));
    this.#invested += taken;
    this.#lost -= taken;
  }

  /** A hit pays for what it took, and for what else was lost for it, as far as its call would have taken longer. */
  save(cost: number, took: number): void {
    this.#lost -= min(cost, took);
    this.#saved += max(0, cost - took);
  }

  /** How long the program would have run by now without dumbo. */
  #without(): number {
    return this.#ran() + this.#saved - this.#lost - this.#invested;
  }
}
