/**
 * When caching pays: the questions that the memoizer asks about a function while a program runs. Whatever a policy answers, the program
 * has to do the same. All times are milliseconds.
 */
import type { Reason } from "../reason/reason.ts";

export interface Policy {
  /**
   * Opens the account of a function.
   * @param isTimedFirst whether a call is timed before any call gets a key
   */
  account(history: History | null, isTimedFirst: boolean): Account;
  /** Notes the time of dumbo's own work. All work while the program runs is noted, whether it brings a hit or not. Negative: takes time back. */
  spent(ms: number): void;
  /** Whether work of about so many milliseconds may be done for a recorded call whose worth is not known yet. */
  affords(ms: number): boolean;
  /** Whether a recorded call is still watched over that has made so many promises in so many milliseconds: each of them takes time. */
  mayFollow(promises: number, ms: number): boolean;
}

/** What earlier runs of a program lead to expect of this one. */
export interface Outlook {
  /** Time that it will take without dumbo, by its last run; 0 if nothing is known. */
  readonly bare: number;
  /** How many runs are known that were not answered as a whole. */
  readonly runs: number;
  /** Whether the last run had no hit although runs before it had stored results. */
  readonly isVain: boolean;
  /** Whether this run may be kept as a whole, as far as it has gone: then none of what it stores is of use before something is edited. */
  readonly isWhole: boolean;
  /** The share of what may usually be spent that this run may spend, from 0 to 1: little after runs whose spending has brought little. */
  readonly share: number;
}

/** What earlier runs know of a function. */
export interface History {
  /** Mean time of a call, and of its key; 0 where none is known. Calls that were answered count with the time that they took when recorded. */
  readonly run: number;
  readonly key: number;
  /** Time of the first key of a run, and the mean of the others; absent where none was measured. */
  readonly keyFirst?: number;
  readonly keyLater?: number;
  /** Time that all calls of a run took together. */
  readonly total?: number;
  /** Mean time of a record. */
  readonly record?: number;
  /** The longest time after which a key was abandoned, if no key was ever completed. */
  readonly keyOver?: number;
  readonly hits: number;
  readonly misses: number;
  /** How many calls were stored. */
  readonly stored?: number;
  /** The share of calls that were answered, of those that earlier runs could have stored: 0 to 1. */
  readonly returned?: number;
  /** Time that hits saved. */
  readonly saved: number;
  /** Size of the largest value stored; 0 if none was. */
  readonly bytes: number;
  /** Why calls were refused, if they were. */
  readonly reason: Reason | null;
  /** Whether its calls change what was there before them. */
  readonly changes?: boolean;
  /** Runs in a row with misses and no hit. */
  readonly fruitless?: number;
  /** Runs in a row that refused it, or left it alone because earlier ones had refused it. */
  readonly refusedRuns?: number;
}

/** What is known of the calls that a call is made in. */
export type Enclosing =
  /** None of them is recorded. */
  | "nothing"
  /** One is recorded, and its entry will cover this call as well. */
  | "recorded"
  /** One could not be afforded, although its key and record take little beside it: the budget is better kept for the next call like it. */
  | "preferred";

/** What the look-up of a call may cost. */
export interface Allowance {
  /** How many values the key may have. */
  readonly nodes: number;
  /** Milliseconds that the key may take. */
  readonly ms: number;
  /** Milliseconds that finding what the function reaches may take, if it is not known yet. */
  readonly reachMs: number;
}

/** What a stored call has taken. */
export interface Spent {
  /** How long its body took. */
  readonly cost: number;
  /** How long its key and its record took. */
  readonly key: number;
  readonly record: number;
}

/** What is to be done with a call that gets no key. */
export type Declined =
  /** Time its body, to learn what a key would be worth. */
  | "measure"
  /** Let its body run on. */
  | "bypass"
  /** Let its body run on, and switch the guard off for this run: even to ask again costs too much. */
  | "idle";

/** What to expect of a function in a run. */
export type Prospect =
  | "open"
  /** The last runs refused it: this run leaves it alone, a later one tries it again. */
  | "paused"
  /** It is not worth a look-up. */
  | "hopeless";

/** What is known of one function in this run, and what its calls may cost. */
export interface Account {
  /** Whether the function is worth a guard in this run, by what earlier runs know of it. */
  readonly prospect: Prospect;
  /** Time that a call is expected to take, from this run or an earlier one; 0 when not known. */
  readonly expected: number;
  /** What the next record is expected to take; 0 where this run has learned nothing of it. Kept for later runs. */
  readonly record: number;
  /** The longest time after which a key was abandoned since one was completed, or 0. */
  readonly keyOver: number;
  /** What the look-up of the next call may cost; null if there may be none. */
  allowance(enclosing: Enclosing): Allowance | null;
  /** Whether key and record are known to take little beside a call, so that only the run's budget can be in the way. */
  readonly isPreferred: boolean;
  /** Notes a call whose key was not made, or not completed. */
  decline(): Declined;
  /** How many calls after a declined one are not even to be asked about. */
  readonly skip: number;
  /** Notes how long it took to find what the function reaches. */
  linked(ms: number): void;
  /** Notes that what the function reaches was not found in time. The next try goes on where this one has ended. */
  unlinked(ms: number): void;
  /** Notes the key of a call that missed. */
  keyed(ms: number): void;
  /**
   * Notes a key that was abandoned after so long.
   * @param values about how many the key would have had, where that was foreseen; else 0
   */
  abandoned(ms: number, values?: number): void;
  /** Notes that a key was not begun, because others with the same state were abandoned after so long. */
  foreseen(ms: number): void;
  /** Notes that a call turned out to have no key, after so long. */
  unkeyable(ms: number): void;
  /** Notes how long a body took. */
  timed(ms: number): void;
  /** Whether a hit of such a call would be much cheaper than the call. */
  pays(cost: number, keyMs: number): boolean;
  /** How long the record of such a call may take; 0 if it may not be made. */
  recordLimit(cost: number, keyMs: number): number;
  /** Notes whether the look-up of a call was worth it. Answers whether the function is too cheap for another one. */
  judge(paid: boolean): boolean;
  /** The same for a call that was only timed: whether it would have been worth a look-up. */
  judgeMeasured(paid: boolean): boolean;
  /** Notes a call that was stored. */
  stored(spent: Spent): void;
  /**
   * Notes a record that ran out of time after so long.
   * @param values about how many the result would have had, where that was foreseen; else 0
   */
  unrecorded(ms: number, values?: number): void;
  /** Notes a hit. @param cost what the call would have taken @param took what the hit took */
  hit(cost: number, took: number): void;
  /** Whether a call is worth telling other processes of, and waiting for theirs. */
  isLong(): boolean;
}

/** Calls that take this long are worth a claim: that costs the work of two files, and a flush of the store for the entry. */
export const LONG = 100;
