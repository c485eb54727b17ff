/** The policy that keeps what pays, as measured in this run and in earlier ones. */
import { ADVANCE, Budget, INVESTMENT, type Purse } from "./budget.ts";
import { COLD, isPromising, keysOf } from "./earlier-runs.ts";
import {
  type Account,
  type Allowance,
  type Around,
  type Declined,
  type History,
  LONG,
  type Outlook,
  type Policy,
  type Spent,
} from "./policy.ts";
import { CHEAP_CALLS, CheapCalls, callsToSkip, GAIN, isSlight, LOOKUP, MOST_PATIENCE } from "./too-cheap.ts";

/** Milliseconds by which the first key of a function may take longer than later ones: code is compiled for it. */
const WARM_UP = 2;
/** So much of what may be lost is kept for calls that no recorded call stands around. */
const RESERVE = ADVANCE / 2;
/** After so many such runs in a row, a key is made only if it is small beside the call, or a hit is likely. */
const WARY_RUNS = 2;
/** After this many calls that could not be afforded, the guard is switched off for the rest of the run. */
const DECLINED_CALLS = 500;
/**
 * Key and record of a call may take this share of it, while the budget has room: with a hit every other time they are paid back.
 * Calls whose key and record take less than the budget's share make room for them.
 */
const SHARE = 0.25;
/** The same where so many of the stored results are asked for again: each that is pays for two. */
const LIKELY = 0.5;
const LIKELY_SHARE = 0.5;
/** The first key of a function may take this share of what may still be invested, where nothing is left to lose. */
const TRIAL = 0.25;
/** The likelihood of a hit in earlier runs counts as much as so many calls of this run. */
const PRIOR = 2;
/** The mean time of a call follows the last calls, about so many of them. */
const RECENT = 8;
/** This many times, finding what a function reaches may run out of time and go on at the next call. Then it counts as too expensive. */
const MOST_UNLINKED = 8;
/** So many keys may be abandoned of a function whose calls cannot be timed without one. */
const MOST_BLIND = 2;
/** Values of a key's walk per millisecond, for turning a budget of time into one of values. */
const NODES_PER_MS = 8000;
/** A key that may be made at all may have at least so many values. */
const FEWEST_NODES = 20_000;
/**
 * The time of a key may be so many times what its values should take: the first one runs code that V8 has not compiled. Where the time
 * of a call is known, a share of it is allowed, and little more.
 */
const SLOWEST = { trial: 2, known: 1.25 };
/** Finding what a function reaches is done once, and goes on where it ran out of time: it may take this many times what a key may. */
const REACH = 4;
/** A key that takes no more than this share of what is left is made even if its call is cheap: the next call may be longer. */
const TRIFLE = 1 / 64;
/** With each run that stores nothing, records are expected to be cheaper by this factor: the machine may have been busy. */
const FORGETTING = 0.75;
/** With each declined call, keys are expected to be cheaper by this factor: or one large argument would end all keys. */
const FADING = 0.98;
/** The same for records, with each call whose key was made, and whose record could not be afforded. */
const FADING_RECORD = 0.9;
/** The first record of a function in a run takes about so many times what later ones take. */
const COLD_RECORD = 2;

export class Measured implements Policy {
  readonly #budget: Budget;

  /**
   * @param ran milliseconds that the thread has run so far
   * @param outlook what earlier runs of the program lead to expect
   */
  constructor(ran: () => number, outlook: () => Outlook) {
    this.#budget = new Budget(ran, outlook);
  }

  account(history: History | null, isTimedFirst: boolean): Account {
    return new MeasuredAccount(this.#budget, history, isTimedFirst);
  }

  spent(ms: number): void {
    this.#budget.lose(ms);
  }
}

// Captured before the program can replace them.
const { max, min } = Math;

class MeasuredAccount implements Account {
  readonly isPromising: boolean;
  readonly #budget: Budget;
  readonly #isTimedFirst: boolean;
  /** The share of a call's time that its key and record may take as an investment: less after runs that stored and never hit. */
  readonly #share: number;
  readonly #isWary: boolean;
  /** How likely a stored result answers a later call, by earlier runs. */
  readonly #prior: number;
  /** How many calls of this run are expected to miss because no earlier run has stored them. */
  readonly #unstored: number;
  /** Whether stored results have answered calls, in this run or an earlier one. */
  #isProven: boolean;
  #expected: number;
  /** Whether the expected time comes from earlier runs. */
  readonly #isKnown: boolean;
  #runs = 0;
  /** Whether earlier runs know what keys take after the first one. */
  readonly #knowsLater: boolean;
  /** What all calls of a run are expected to take together, as far as earlier runs know. */
  readonly #total: number;
  /** What the first key of this run is expected to take, and what later ones are; 0 when not known. */
  #keyFirst: number;
  #key: number;
  #keys = 0;
  /** Whether no key was begun yet. */
  #isCold = true;
  /** What a record is expected to take; 0 when not known. */
  #record: number;
  /** Whether what earlier runs know of records is that none was completed. */
  readonly #forgets: boolean;
  /** How often a record was made, or ran out of time. */
  #records = 0;
  /** Whether earlier runs know of one that was completed. */
  readonly #isRecordKnown: boolean;
  /** Whether one was ever completed, and how often one ran out of time since. */
  #isRecorded: boolean;
  #unrecorded = 0;
  /** When the last call was asked about, and the time from there to this one: milliseconds that the thread has run. */
  #askedAt = 0;
  #longest = 0;
  /** How often a key was abandoned while nothing was known of the time of calls. */
  #blind = 0;
  /** Time of keys that were begun as investments and whose calls are not stored yet. */
  #ventured = 0;
  #isVenture = false;
  #keyOver: number;
  /** The same, but it fades with each declined call. */
  #tooMuch: number;
  /** The time that following the reach took, until a hit or a stored call pays for it. */
  #linking = 0;
  /** How often what it reaches was not found in time. */
  #unlinked = 0;
  #hits = 0;
  readonly #cheapCalls = new CheapCalls();
  #declined = 0;

  constructor(budget: Budget, history: History | null, isTimedFirst: boolean) {
    const {
      run = 0,
      record = 0,
      keyOver = 0,
      hits = 0,
      misses = 0,
      bytes = 0,
      stored = 0,
      returned,
      fruitless = 0,
      total = 0,
    } = history ?? {};
    const { first, later } = history ? keysOf(history) : { first: 0, later: 0 };
    this.#budget = budget;
    this.#isTimedFirst = isTimedFirst;
    this.isPromising = history === null || isPromising(history);
    // One fruitless run is no sign yet: in its first run nothing can hit.
    this.#share = SHARE / 4 ** max(0, fruitless - 1);
    const likely = returned ?? (hits > 0 ? hits / (hits + misses) : 1 / (1 + fruitless));
    this.#prior = bytes > 0 ? likely : 0;
    this.#unstored = stored > 0 && run > 0 ? max(0, total / run - stored) : 0;
    this.#isProven = hits > 0;
    this.#expected = run;
    this.#isKnown = run > 0;
    this.#total = total;
    this.#knowsLater = (history?.keyLater ?? 0) > 0;
    this.#keyFirst = first;
    this.#key = later;
    // Nothing was stored: the record has run out of time, or was not begun for that. What time it takes is asked again in a few runs.
    this.#isRecordKnown = bytes > 0 && record > 0;
    this.#isRecorded = bytes > 0;
    this.#forgets = bytes === 0 && record > 0;
    this.#record = this.#forgets ? FORGETTING * record : record;
    this.#keyOver = keyOver;
    this.#tooMuch = keyOver;
    this.#isWary = fruitless >= WARY_RUNS;
  }

  get expected(): number {
    return this.#expected;
  }

  get record(): number {
    return this.#records > 0 || this.#forgets ? this.#record : 0;
  }

  get keyOver(): number {
    return this.#keyOver;
  }

  /**
   * A call gets a key if that is expected to pay: because a hit is likely, or because key and record are small beside the call.
   * Other calls get one as long as the budget has something left to lose: so do calls that an entry of a call around them would
   * cover, unless a hit is likely.
   */
  allowance(around: Around): Allowance | null {
    if (isSlight(this.#expected)) return null;
    const covered = around !== "nothing";
    const whole = this.#budget.purse();
    this.#noteAsked(whole.ran);
    if (around === "preferred" && !this.#isProven) return null;
    const purse = covered ? { ...whole, left: whole.left - RESERVE } : whole;
    let ms = this.#allowed(purse, covered);
    // A key that was abandoned after this time would be abandoned after little more as well.
    const again = GAIN * this.#tooMuch;
    if (ms < again) ms = this.#mayVenture(again, purse, covered) ? again : 0;
    if (ms <= 0) return null;
    const most = max((this.#expected === 0 ? SLOWEST.trial : SLOWEST.known) * ms, this.#warmUp);
    return { nodes: max(FEWEST_NODES, NODES_PER_MS * ms), ms: most, reachMs: REACH * most };
  }

  /** A call that cannot be timed without a key has taken no longer than until the next one. */
  #noteAsked(ran: number): void {
    this.#longest = this.#askedAt === 0 ? 0 : ran - this.#askedAt;
    this.#askedAt = ran;
  }

  /** Whether the key may take `ms`, more than the key that was abandoned: where calls take long, each later hit pays for it. */
  #mayVenture(ms: number, { room }: Purse, covered: boolean): boolean {
    if (covered || this.#isWary) return false;
    const isAffordable =
      this.#expected === 0
        ? this.#blind < MOST_BLIND && ms <= min(this.#longest / GAIN, TRIAL * room)
        : ms <= min(this.#worth / GAIN, room);
    this.#isVenture = isAffordable;
    return isAffordable;
  }

  /** What the calls take that the next key is for. */
  get #worth(): number {
    return this.#isCold ? this.#worthOfFirst(this.#expected) : this.#expected;
  }

  /** The first key is for all calls of the run that later keys are small beside; where those are not known, for some. */
  #worthOfFirst(cost: number): number {
    const areLaterSmall = this.#knowsLater && GAIN * this.#key < this.#expected;
    return max(cost, areLaterSmall ? this.#total : min(this.#total, COLD * cost));
  }

  get #warmUp(): number {
    return this.#isCold ? WARM_UP : 0;
  }

  /** Milliseconds that the next key may take. */
  #allowed(purse: Purse, covered: boolean): number {
    const { left, room } = purse;
    this.#isVenture = false;
    if (this.#expected === 0) return this.#isTimedFirst ? 0 : this.#trial(purse);
    const worth = this.#worth;
    const most = worth / GAIN;
    const key = max(this.#isCold ? this.#keyFirst : this.#key, LOOKUP);
    const record = max(this.#record, this.#key, LOOKUP);
    const overhead = key + record;
    // However many calls the first key is for: each record is for one.
    const isRecordSmall = record <= max(this.#share * this.#expected, left);
    const likely = this.#likely;
    if (likely * (worth - key) > (1 - likely) * overhead) return most;
    // A first call that takes as long as in earlier runs makes room for its own key.
    const coming = this.#runs + this.#keys === 0 ? INVESTMENT * this.#expected : 0;
    const investment = min(this.#share * worth, room + coming);
    this.#isVenture = !covered && isRecordSmall && overhead <= investment;
    // The record has to be affordable as well.
    if (this.#isVenture) return max(investment - max(record, investment / (COLD + 1)), min(most, left / 2));
    if (left <= 0 || this.#isWary) return 0;
    // A key that costs more than its call is made again only if it is a trifle.
    if (GAIN * key > worth && key > TRIFLE * left) return 0;
    // Without the record, the key is made in vain.
    if (overhead > left) return 0;
    return min(max(most, LOOKUP), left / 2);
  }

  /** How likely a stored result answers a call. Misses of calls that no earlier run has stored tell nothing of it. */
  get #likely(): number {
    return (PRIOR * this.#prior + this.#hits) / (PRIOR + this.#hits + max(0, this.#keys - this.#unstored));
  }

  /** Whether what is stored now will be asked for: results that were stored have been. */
  get #isLikely(): boolean {
    return this.#isProven && this.#likely >= LIKELY;
  }

  get isPreferred(): boolean {
    const overhead = this.#key + max(this.#record, this.#key);
    const isKnown = this.#key > 0 && this.#tooMuch === 0;
    return isKnown && !this.#isWary && overhead <= this.#share * this.#expected;
  }

  /**
   * Milliseconds for a key of a function of which nothing is known. The most expensive function may be called when others have lost
   * all that may be lost: its key may be an investment.
   */
  #trial({ left, room }: Purse): number {
    if (this.#blind >= MOST_BLIND) return 0;
    const most = min(left, ADVANCE) / 2;
    const invested = min(room, ADVANCE) * TRIAL;
    this.#isVenture = invested > most;
    return this.#blind === 0 ? max(most, invested) : min(max(most, invested), this.#longest / GAIN);
  }

  decline(): Declined {
    this.#record *= FADING;
    this.#keyFirst *= FADING;
    this.#key *= FADING;
    this.#tooMuch *= FADING;
    this.#declined += 1 + this.skip;
    if (this.#declined >= DECLINED_CALLS) return "idle";
    return this.#isUnjudged ? "measure" : "bypass";
  }

  /** Whether more calls are to be timed: a function that is not worth a look-up is, until it is given up for that. */
  get #isUnjudged(): boolean {
    return this.#runs < (isSlight(this.#expected) ? MOST_PATIENCE : CHEAP_CALLS);
  }

  get skip(): number {
    return this.#isUnjudged ? 0 : callsToSkip(this.#expected);
  }

  linked(ms: number): void {
    this.#linking += ms;
  }

  unlinked(ms: number): void {
    if (++this.#unlinked > MOST_UNLINKED) this.abandoned(ms);
    else this.#begin(ms);
  }

  keyed(ms: number): void {
    this.#begin(ms);
    const usual = max(0, ms - this.#warmUp);
    this.#isCold = false;
    this.#keys++;
    if (this.#keys > 2) this.#key += (usual - this.#key) / min(this.#keys, RECENT);
    // Where earlier runs know how long later keys take, a first one says nothing of them.
    else if (this.#keys === 2 || !this.#knowsLater) this.#key = usual;
    this.#keyOver = 0;
    this.#tooMuch = 0;
  }

  /** A key that began as an investment counts as one even if the call is not stored: so keys that fail are bounded, too. */
  #begin(ms: number): void {
    if (!this.#isVenture) return;
    this.#budget.invest(ms, this.#isLikely);
    this.#ventured += ms;
  }

  abandoned(ms: number): void {
    this.#begin(ms);
    const usual = max(LOOKUP, ms - this.#warmUp);
    this.#isCold = false;
    if (this.#expected === 0) this.#blind++;
    this.#keyOver = max(usual, this.#keyOver);
    this.#tooMuch = max(usual, this.#tooMuch);
  }

  timed(ms: number): void {
    const runs = min(++this.#runs + (this.#isKnown ? 1 : 0), RECENT);
    this.#expected += (ms - this.#expected) / runs;
  }

  pays(cost: number, keyMs: number): boolean {
    if (this.#keys > 1) return cost > GAIN * (keyMs + LOOKUP);
    return this.#worthOfFirst(cost) > GAIN * (max(0, keyMs - WARM_UP) + LOOKUP);
  }

  /** The time of the key is spent already: only the record has to be worth its time. */
  recordLimit(cost: number, keyMs: number): number {
    const { left, room, proven } = this.#budget.purse();
    // A key that was begun as an investment would be lost without its record: that may overspend as much as the key has taken.
    const begun = this.#ventured > 0 ? min(keyMs, this.#share * cost) : 0;
    const most = max(left, this.#isLikely ? min(LIKELY_SHARE * cost, proven) : min(this.#share * cost, room), begun);
    // A record makes the key once more. The first key also took the time in which V8 compiled its code, and tells nothing.
    const again = this.#keys > 1 ? keyMs : 0;
    const isAffordable = max(this.#record, again) <= most;
    // What keys are made for in vain is tried again when it has come down to what may be spent.
    if (!isAffordable) this.#record *= FADING_RECORD;
    return isAffordable ? max(0, most) : 0;
  }

  judge(paid: boolean): boolean {
    return this.#cheapCalls.judge(paid);
  }

  judgeMeasured(paid: boolean): boolean {
    return this.#cheapCalls.judgeMeasured(paid);
  }

  stored({ cost, key, record }: Spent): void {
    const counted = min(this.#ventured, key);
    this.#ventured -= counted;
    const share = this.#isLikely ? LIKELY_SHARE : this.#share;
    const invested = min(this.#linking + key + record, share * cost) - counted;
    this.#budget.invest(max(0, invested), this.#isLikely);
    this.#linking = 0;
    this.#isRecorded = true;
    // The next one finds code compiled for it.
    const usual = this.#records === 0 ? record / COLD_RECORD : record;
    const known = this.#isRecordKnown ? 1 : 0;
    this.#record += (usual - this.#record) / min(++this.#records + known, RECENT);
    // A record makes the key once more, by code that V8 has compiled by then.
    if (this.#keys === 1) this.#key = min(this.#key, record);
  }

  /**
   * The record ran out of time: another one is made only if it may take twice that time. Where others were completed, it has
   * hardly taken much longer than those.
   */
  unrecorded(ms: number): void {
    const factor = ++this.#unrecorded === 1 && this.#isRecorded ? SLOWEST.known : GAIN ** this.#unrecorded;
    this.#record = max(this.#record, factor * ms);
    this.#records++;
  }

  hit(cost: number, took: number): void {
    this.#hits++;
    this.#isProven = true;
    this.#isCold = false;
    this.#budget.save(cost, took + this.#linking);
    this.#linking = 0;
  }

  isLong(): boolean {
    return this.#expected >= LONG;
  }
}
