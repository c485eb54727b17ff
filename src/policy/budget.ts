/** How much time a run may spend on calls that miss. */
import type { Outlook } from "./policy.ts";

/** So many milliseconds may be lost whatever the program is: what a key is worth shows only after the first body has run. */
export const ADVANCE = 40;
/** Beyond that, this share of the time that the program takes without dumbo may be lost. */
export const LOSS = 0.04;
/** This share of it may be invested: into keys and records of calls that take several times as long, so that later runs get hits for them. */
export const INVESTMENT = 0.1;
/** The same in a program that has run before, as long as investments bring hits: it is likely to run again. */
export const REPEATED_INVESTMENT = 0.2;
/**
 * The same for functions whose stored results have answered calls: what they store now is likely to answer calls, too. And for first records, in a
 * run that does what earlier ones did.
 */
export const PROVEN_INVESTMENT = 0.35;

/**
 * Keys of functions that never had one may take this share of the program's time, and a few milliseconds to begin with, as long as all of them are
 * completed. What those that are given up have taken counts twice: many functions of one program are alike in what makes keys too large.
 */
const UNTRIED = { share: 0.12, ms: ADVANCE / 2 };

/**
 * The share of ADVANCE and of what may be invested that a run may spend while it may be kept as a whole: the next one is answered without what it
 * stores, unless something is edited. After so many runs that were not answered, the program is edited often enough to be worth all.
 */
export const SHARE_OF_WHOLE = 0.5;
export const SPARING_RUNS = 2;

// Captured before the program can replace them.
const { max, min } = Math;

/** What a run of a program that has run before may usually spend. @param bare milliseconds that it takes without dumbo */
export function usualSpending(bare: number): number {
  return ADVANCE + (LOSS + REPEATED_INVESTMENT) * bare;
}

/** What may be spent at a moment. */
export interface Purse {
  /** How long the thread has run. */
  readonly ran: number;
  /** What may still be lost; negative where something took longer than was left. */
  readonly left: number;
  /** What may still be invested. */
  readonly room: number;
  /** What may still be invested in functions whose stored results have answered calls. */
  readonly proven: number;
  /** What the key of a function may take that never had one. */
  readonly untried: number;
  /** The share of what is usual that the run may spend at all. */
  readonly share: number;
}

/**
 * What one run may spend on calls that miss, and has spent. All times are milliseconds. With T the time that the program takes
 * without dumbo, a run spends at most
 *
 *     ADVANCE + (LOSS + INVESTMENT) * T
 *
 * and beyond that: the last piece of work, if it began while something was left; and INVESTMENT of the first call of each function for
 * which earlier runs expect too long a time.
 *
 * All that dumbo does while the program runs counts as lost, unless it turns out to have been an investment, or a hit pays for it. What is
 * lost beyond ADVANCE + LOSS * T is subtracted from what may be invested. For investments, T is the time of the program's last run if that
 * was longer. In a program that has run before, REPEATED_INVESTMENT stands in the place of INVESTMENT, and PROVEN_INVESTMENT for
 * functions whose stored results have answered calls, and for records of functions that have none, while results of others do.
 *
 * Within that, keys of functions that never had one take at most UNTRIED, less twice what such keys took that were given up.
 *
 * The first SPARING_RUNS of a program have SHARE_OF_WHOLE of ADVANCE, INVESTMENT and REPEATED_INVESTMENT, as long as they may be kept as a whole.
 *
 * For functions that have run before, all of that is multiplied by the share that earlier runs leave to this one: what is spent has to come
 * back. New code is tried as in a first run.
 */
export class Budget {
  readonly #ran: () => number;
  readonly #outlook: () => Outlook;
  #lost = 0;
  #invested = 0;
  #saved = 0;
  /** What keys have taken that were given up, of functions that never had one. */
  #vain = 0;
  /** How many calls this run has made whose functions earlier runs had stored results of: those that were answered, and those that were not. */
  #answered = 0;
  #missed = 0;

  /**
   * @param ran how long the thread has run so far
   * @param outlook what earlier runs of the program lead to expect
   */
  constructor(ran: () => number, outlook: () => Outlook) {
    this.#ran = ran;
    this.#outlook = outlook;
  }

  /**
   * What may be spent by now. A program that has run before may invest from its first call on: so each run stores the calls that come
   * first, and the next run has hits for them. Cost: some microseconds, to ask for the processor's time.
   * @param isNew whether it is for a function that did not run before
   */
  purse(isNew: boolean): Purse {
    const ran = this.#ran();
    const without = ran + this.#saved - this.#lost - this.#invested;
    const { bare, isVain, isWhole, runs, share: ofKnown } = this.#outlook();
    const share = isNew ? 1 : ofKnown;
    const sparing = isWhole && runs < SPARING_RUNS ? SHARE_OF_WHOLE : 1;
    const left = share * (sparing * ADVANCE + LOSS * without) - this.#lost;
    const isRepeated = bare > 0 && !isVain;
    const taken = this.#invested - min(0, left);
    const expected = max(without, bare);
    const most = share * expected;
    const room = sparing * (isRepeated ? REPEATED_INVESTMENT : INVESTMENT) * most - taken;
    return {
      ran,
      left,
      room,
      proven: isRepeated ? PROVEN_INVESTMENT * most - taken : room,
      untried: share * (UNTRIED.share * expected + UNTRIED.ms) - 2 * this.#vain,
      share,
    };
  }

  /** Notes whether the result of a function of which earlier runs have stored some came back. */
  noteReturn(isAnswered: boolean): void {
    if (isAnswered) this.#answered++;
    else this.#missed++;
  }

  /** Whether this run does what earlier ones did, as far as results came back: what it stores for the first time is likely to come back, too. */
  get isRepeating(): boolean {
    return this.#answered > 0 && this.#answered >= this.#missed;
  }

  /** Notes the time of a key that was given up, of a function that never had one. */
  noteVain(ms: number): void {
    this.#vain += ms;
  }

  lose(ms: number): void {
    this.#lost += ms;
  }

  /** Takes time that counts as lost, or will, for an investment: as much of it as may be invested. */
  invest(ms: number, isProven: boolean): void {
    const { room, proven } = this.purse(true);
    const taken = max(0, min(ms, isProven ? proven : room));
    this.#invested += taken;
    this.#lost -= taken;
  }

  /** Notes a hit whose call would have taken `cost`: that pays for what dumbo `took` for the hit. */
  save(cost: number, took: number): void {
    this.#lost -= min(cost, took);
    this.#saved += max(0, cost - took);
  }
}
