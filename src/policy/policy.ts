/**
 * When caching pays: the questions that are asked about a function while a program runs. Soundness is no matter of
 * policy: whatever the answers are, the program is the same. All times are milliseconds.
 */

export interface Policy {
  /** What may be spent on a function. @param known what earlier runs know of it */
  account(known: Known | null): Account;
}

/** What earlier runs know of a function. */
export interface Known {
  /** Mean time of a call and of its key; 0 where none was measured. */
  readonly run: number;
  readonly key: number;
  /** Mean time of a record. */
  readonly record?: number;
  /** After which time keys were abandoned, where none was ever completed. */
  readonly keyOver?: number;
  readonly hits: number;
  readonly misses: number;
  readonly saved: number;
  /** Of the largest value stored. */
  readonly bytes: number;
  readonly reason: string | null;
  /** Runs in a row with misses and no hit. */
  readonly fruitless?: number;
}

/** A call that missed. */
export interface Spent {
  /** How long its body took. */
  readonly cost: number;
  /** How long its key and its record took. */
  readonly key: number;
  readonly record: number;
}

/** What a call whose key is not made comes to. */
export type Declined =
  /** Its body is timed, to learn what a key would be worth. */
  | "measure"
  | "bypass"
  /** So are all others of this run: asking costs too much. */
  | "idle";

/** What is known of one function in this run, and what its calls may cost. */
export interface Account {
  /** Whether the function is worth a guard at all, after what earlier runs know of it. */
  readonly isPromising: boolean;
  /** Time that a call is expected to take, from this run or an earlier one; 0 when not known. */
  readonly expected: number;
  /** Mean time of the latest records of this run, or 0. */
  readonly record: number;
  /** After which time keys were abandoned since one was completed, or 0. */
  readonly keyOver: number;
  /** How many values the key of the next call may have; 0: it is not made. @param covered the call is kept with one around it that is being recorded */
  nodeLimit(covered: boolean): number;
  /** Notes a call whose key was not made, or not completed. */
  decline(): Declined;
  /** Notes how long it took to find what the function reaches. */
  linked(ms: number): void;
  /** Notes the key of a call that missed. */
  keyed(ms: number): void;
  /** Notes a key that grew too large. */
  abandoned(ms: number): void;
  /** Notes how long a body took. */
  timed(ms: number): void;
  /** Whether a hit of such a call would be much cheaper than the call. */
  pays(cost: number, keyMs: number): boolean;
  /** Whether there is time to record such a call. */
  affordsRecord(cost: number, keyMs: number): boolean;
  /** Notes whether asking for a call was worth it. Answers whether the function is too cheap to be asked again. */
  judge(paid: boolean): boolean;
  /** Notes a call that was stored. */
  stored(spent: Spent): void;
  /** Notes time that brought nothing. */
  lost(ms: number): void;
  /** Notes a hit. @param saved negative where it took longer than the call */
  hit(saved: number): void;
  /** Whether a call is worth telling other processes of, and waiting for theirs. */
  isLong(): boolean;
}

/** From which time on a call takes long: a claim costs two files' worth of work, and its entry a flush. */
export const LONG = 100;
