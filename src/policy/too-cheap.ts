/** When a call is too cheap for a look-up, and after how many such calls the guard of their function is switched off. */

// Captured before the program can replace them.
const { floor, max, min } = Math;

/** A hit has to be this many times cheaper than the call. */
export const GAIN = 2;
/** Milliseconds of a look-up, before one was measured. */
export const LOOKUP = 0.03;
/** After so many calls in a row that did not pay, the guard is switched off. Each call that pays doubles the number. */
export const CHEAP_CALLS = 8;
/** The number grows no further than this. */
export const MOST_PATIENCE = 64;
/** What it takes to ask a guard that answers "no": `ms` milliseconds, and at most the `share` of the call. */
const QUESTION = { ms: 0.01, share: 0.01 };
/** At most this many calls in a row are let through without a question. */
const MOST_SKIPPED = 64;

/** Whether not even a look-up would pay. @param expected milliseconds of a call; 0 when not known */
export function isSlight(expected: number): boolean {
  return expected > 0 && expected < 2 * GAIN * LOOKUP;
}

/** How many calls run without being asked about after one that was declined, so that questions take a small share of their time. */
export function callsToSkip(expected: number): number {
  return min(MOST_SKIPPED, floor(QUESTION.ms / (QUESTION.share * expected)));
}

/** Counts the calls in a row that did not pay. */
export class CheapCalls {
  /** After so many further calls that do not pay, the function is too cheap. */
  #patience = CHEAP_CALLS;

  /** Notes whether the look-up of a call was worth it. Answers whether the function is too cheap for another one. */
  judge(paid: boolean): boolean {
    this.#patience = paid ? min(MOST_PATIENCE, 2 * max(CHEAP_CALLS, this.#patience)) : this.#patience - 1;
    return this.#patience <= 0;
  }

  /**
   * The same for a call that was only timed. If it would have paid, that is no sign that hits are likely: patience goes back up to where it
   * began, and no further.
   */
  judgeMeasured(paid: boolean): boolean {
    this.#patience = paid ? max(CHEAP_CALLS, this.#patience) : this.#patience - 1;
    return this.#patience <= 0;
  }
}
