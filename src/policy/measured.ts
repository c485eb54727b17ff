/** The policy that keeps what pays, as measured in this run and in earlier ones. */

import { VALUES_PER_MS } from "../value/time-limit.ts";
import { ADVANCE, Budget, INVESTMENT, type Purse } from "./budget.ts";
import { COLD, isHopeful, isInVain, prospectOf } from "./earlier-runs.ts";
import { HitChance } from "./hit-chance.ts";
import { KeyTimes, WARM_UP } from "./key-times.ts";
import {
  type Account,
  type Allowance,
  type Declined,
  type Enclosing,
  type History,
  LONG,
  type Outlook,
  type Policy,
  type Prospect,
  type Spent,
} from "./policy.ts";
import { RECENT } from "./recent.ts";
import { RecordTimes } from "./record-times.ts";
import { CHEAP_CALLS, CheapCalls, callsToSkip, GAIN, isSlight, LOOKUP, MOST_PATIENCE } from "./too-cheap.ts";

/** So many milliseconds of what may be lost are kept for calls that are not inside of a recorded call. */
const RESERVE = ADVANCE / 2;
/** After this many calls that could not be afforded, the guard is switched off for the rest of the run. */
const DECLINED_CALLS = 500;
/**
 * Key and record of a call may take this share of it, while the budget has room: with a hit every other time they are paid back.
 * Calls whose key and record take less than the budget's share make room for them.
 */
const SHARE = 0.25;
/** The same where stored results are likely to be asked for again: each that is pays for two. */
const LIKELY_SHARE = 0.5;
/** The first key of a function, or a text that it makes code of, may take this share of what may still be invested, where nothing is left to lose. */
const TRIAL = 0.25;
/** This many times, finding what a function reaches may run out of time and go on at the next call. Then it counts as too expensive. */
const MOST_UNLINKED = 8;
/** At most so many keys are begun while nothing is known of the time of calls: such calls cannot be timed without a key. */
const MOST_BLIND = 2;
/** A key that may be made at all may have at least so many values. */
const FEWEST_NODES = 20_000;
/**
 * The time of a key may be so many times what its values should take: the first one runs code that V8 has not compiled. Where the time
 * of a call is known, a share of it is allowed, and little more.
 */
const SLOWEST = { trial: 2, known: 1.25 };
/** Finding what a function reaches is done once, and goes on where it ran out of time: it may take this many times what a key may. */
const REACH = 4;
/** However much was lost for functions that never had a key, one may still take this share of its call. */
const SMALL = 1 / 16;
/** A key that takes no more than this share of what is left is made even if its call is cheap: the next call may be longer. */
const TRIFLE = 1 / 64;

/** Milliseconds that V8's hooks take for a promise, and the share of a recorded call's time that they may take. */
const PROMISE = 0.0006;
const FOLLOWING = 0.1;

/** What key and record are expected to take is held against what is left with this margin: a key without its record is lost. */
const MARGIN = 1.25;

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

  affords(ms: number): boolean {
    const { left, room } = this.#budget.purse(false);
    return ms <= max(left, TRIAL * room);
  }

  mayFollow(promises: number, ms: number): boolean {
    return promises * PROMISE <= FOLLOWING * ms;
  }
}

// Captured before the program can replace them.
const { max, min } = Math;

class MeasuredAccount implements Account {
  readonly prospect: Prospect;
  readonly #budget: Budget;
  readonly #isTimedFirst: boolean;
  readonly #isNew: boolean;
  /** Whether it is asked for where little may be spent: little would be learned of others with that, and it could be wrong. */
  readonly #isHopeful: boolean;
  readonly #keys: KeyTimes;
  readonly #records: RecordTimes;
  readonly #chance: HitChance;
  /** The share of a call's time that its key and record may take as an investment: less after runs that stored and never hit. */
  readonly #share: number;
  /** Whether earlier runs have stored results of it. */
  readonly #hadStored: boolean;
  /** Whether a key is made only if it is small beside the call, or a hit is likely. */
  readonly #isWary: boolean;
  /** What all calls of a run are expected to take together, as far as earlier runs know. */
  readonly #total: number;
  /** What a call is expected to take; 0 where nothing is known. */
  #expected: number;
  /** Whether the expected time comes from earlier runs. */
  readonly #isKnown: boolean;
  /** How many bodies this run has timed. */
  #runs = 0;
  /** When the last call was asked about, and the time from there to this one: milliseconds that the thread has run. */
  #askedAt = 0;
  #longest = 0;
  /** How often a key was begun in vain while nothing was known of the time of calls. */
  #blind = 0;
  /** Time of keys that were begun as investments and whose calls are not stored yet. */
  #ventured = 0;
  /** Whether the key that was allowed last is an investment. */
  #isVenture = false;
  /** The time that following the reach took, until a hit or a stored call pays for it. */
  #linking = 0;
  /** The same, until a key shows whether it was of use. */
  #unshown = 0;
  /** How often what it reaches was not found in time. */
  #unlinked = 0;
  /** The time of all keys that were begun and not completed. */
  #vain = 0;
  readonly #cheapCalls = new CheapCalls();
  #declined = 0;

  constructor(budget: Budget, history: History | null, isTimedFirst: boolean) {
    const { run = 0, fruitless = 0, total = 0 } = history ?? {};
    this.#budget = budget;
    this.#isTimedFirst = isTimedFirst;
    this.#isNew = history === null;
    this.#isHopeful = history === null || isHopeful(history);
    this.prospect = history === null ? "open" : prospectOf(history);
    this.#keys = new KeyTimes(history);
    this.#records = new RecordTimes(history);
    this.#chance = new HitChance(history);
    // One fruitless run is no sign yet: in its first run nothing can hit.
    this.#share = SHARE / 4 ** max(0, fruitless - 1);
    this.#hadStored = (history?.bytes ?? 0) > 0;
    this.#isWary = isInVain(history);
    this.#total = total;
    this.#expected = run;
    this.#isKnown = run > 0;
  }

  get expected(): number {
    return this.#expected;
  }

  get record(): number {
    return this.#records.learned;
  }

  get keyOver(): number {
    return this.#keys.over;
  }

  /**
   * A call gets a key if that is expected to pay: because a hit is likely, or because key and record take little beside the call. Other
   * calls get one only as long as the budget has something left to lose; so do calls inside of a recorded one, whose entry will cover them,
   * unless a hit is likely.
   */
  allowance(enclosing: Enclosing): Allowance | null {
    this.#chance.called(1);
    if (isSlight(this.#expected)) return null;
    const covered = enclosing !== "nothing";
    const whole = this.#budget.purse(this.#isNew);
    this.#noteAsked(whole.ran);
    if (whole.share < 1 && !this.#isHopeful && !this.#chance.isProven) return null;
    if (enclosing === "preferred" && !this.#chance.isProven) return null;
    const purse = covered ? { ...whole, left: whole.left - RESERVE } : whole;
    const untried = this.#isUntried ? max(purse.untried, SMALL * this.#expected) : Number.POSITIVE_INFINITY;
    let ms = min(this.#allowed(purse, covered), this.#forTrials, untried);
    // A key that was abandoned after this time would be abandoned after little more as well.
    const again = GAIN * this.#keys.abandonedAfter;
    if (ms < again) ms = again <= untried && this.#mayVenture(again, purse, covered) ? again : 0;
    if (ms <= 0) return null;
    const most = max((this.#expected === 0 ? SLOWEST.trial : SLOWEST.known) * ms, this.#keys.warmUp);
    const reach = min(REACH * most, REACH * ADVANCE, untried / 2);
    return {
      nodes: max(FEWEST_NODES, VALUES_PER_MS.usual * ms),
      ms: most,
      reachMs: max(min(reach, this.#forTrials), most),
    };
  }

  /**
   * What may still be spent on keys where the time of calls is known, and no key was ever completed: a share of what all calls take. Where no earlier run
   * knows that, as many calls are expected as there were. So a cheap function gets a key when it was called often, and what is lost for it stays a share
   * of its own time.
   */
  get #forTrials(): number {
    if (this.#expected === 0 || !this.#isUntried) return Number.POSITIVE_INFINITY;
    return this.#share * max(this.#total, this.#expected * this.#chance.calls) - this.#vain;
  }

  /** Whether no key of the function was ever completed. */
  get #isUntried(): boolean {
    return this.#keys.count === 0 && this.#keys.next === 0;
  }

  /** Where a call cannot be timed without a key, it has taken no longer than the time until the next one is asked about. */
  #noteAsked(ran: number): void {
    this.#longest = this.#askedAt === 0 ? 0 : ran - this.#askedAt;
    this.#askedAt = ran;
  }

  /** Whether the key may take `ms`, more than the key that was abandoned: where calls take long, each later hit pays for it. */
  #mayVenture(ms: number, { room }: Purse, covered: boolean): boolean {
    if (covered || this.#isWary || ms > this.#forTrials) return false;
    const isAffordable =
      this.#expected === 0
        ? this.#blind < MOST_BLIND && ms <= min(this.#longest / GAIN, TRIAL * room)
        : ms <=
          min(this.#keys.isCold ? max(this.#expected / GAIN, this.#share * this.#worth) : this.#worth / GAIN, room);
    this.#isVenture = isAffordable;
    return isAffordable;
  }

  /** What the calls take that the next key is for. */
  get #worth(): number {
    return this.#keys.isCold ? this.#worthOfFirst(this.#expected) : this.#expected;
  }

  /**
   * The first key finds what the function reaches, for all calls of the run, unless later keys are known to take as long as calls. Where nothing is known
   * of them, one first key has to be completed for that, and may take what all calls are worth.
   */
  #worthOfFirst(cost: number): number {
    const { knowsLater, later } = this.#keys;
    const areLaterLarge = knowsLater && GAIN * later >= this.#expected;
    return max(cost, areLaterLarge ? min(this.#total, COLD * cost) : this.#total);
  }

  /** Milliseconds that the next key may take; 0 where it may not be made. */
  #allowed(purse: Purse, covered: boolean): number {
    const { left, room, share } = purse;
    this.#isVenture = false;
    if (this.#expected === 0) return this.#isTimedFirst ? 0 : this.#trial(purse, covered);
    if (this.#forTrials < max(this.#keys.warmUp, LOOKUP)) return 0;
    const worth = this.#worth;
    const most = worth / GAIN;
    const key = max(this.#keys.next, LOOKUP);
    const record = max(this.#records.expected, this.#keys.later, LOOKUP);
    const overhead = key + record;
    // However many calls the first key is for: each record is for one.
    const isRecordSmall = record <= max(this.#share * this.#expected, left);
    const likely = this.#chance.next;
    if (likely * (worth - key) > (1 - likely) * overhead) return most;
    // A first call that takes as long as in earlier runs makes room for its own key.
    const coming = this.#runs + this.#keys.count === 0 ? share * INVESTMENT * this.#expected : 0;
    const investment = min(this.#share * worth, room + coming);
    this.#isVenture = !covered && isRecordSmall && overhead <= investment;
    // The record has to be affordable as well.
    if (this.#isVenture) return max(investment - max(record, investment / (COLD + 1)), min(most, left / 2));
    if (left <= 0 || this.#isWary) return 0;
    // A key that costs more than its call is made again only if it is a trifle.
    if (GAIN * key > worth && key > TRIFLE * left) return 0;
    // Without the record, the key is made in vain.
    if (MARGIN * overhead > left) return 0;
    return min(max(most, LOOKUP), left / 2);
  }

  /** Whether what is stored now is expected to be asked for. */
  get #isLikely(): boolean {
    return this.#chance.isHigh(this.#keys.count);
  }

  /** The same for a call whose key was completed: where no results of the function were stored, those of others tell. */
  get #isRecordLikely(): boolean {
    return this.#hadStored ? this.#isLikely : this.#budget.isRepeating;
  }

  get isPreferred(): boolean {
    const { later, abandonedAfter } = this.#keys;
    const overhead = later + max(this.#records.expected, later);
    const isKnown = later > 0 && abandonedAfter === 0;
    return isKnown && !this.#isWary && overhead <= this.#share * this.#expected;
  }

  /**
   * Milliseconds for a key of a function of which nothing is known. The most expensive function may be called when others have lost
   * all that may be lost: its key may be an investment.
   */
  #trial({ left, room }: Purse, covered: boolean): number {
    if (this.#blind >= MOST_BLIND) return 0;
    const most = min(left, ADVANCE) / 2;
    // Inside of a recorded call nothing is invested: if that is stored, its entry covers this call.
    const invested = covered ? 0 : min(room, ADVANCE) * TRIAL;
    this.#isVenture = invested > most;
    return this.#blind === 0 ? max(most, invested) : min(max(most, invested), this.#longest / GAIN);
  }

  decline(): Declined {
    this.#records.fade();
    this.#keys.fade();
    this.#chance.called(this.skip);
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
    this.#unshown += ms;
  }

  unlinked(ms: number): void {
    if (++this.#unlinked > MOST_UNLINKED) return this.abandoned(ms);
    this.#noteVain(ms);
  }

  keyed(ms: number): void {
    this.#chance.missed();
    if (this.#hadStored) this.#budget.noteReturn(false);
    this.#begin(ms);
    this.#keys.completed(ms);
  }

  /** A key that began as an investment counts as one even if the call is not stored: so keys that fail are bounded, too. */
  #begin(ms: number): void {
    if (!this.#isVenture) return;
    this.#budget.invest(ms, this.#isLikely);
    this.#ventured += ms;
  }

  #noteVain(ms: number): void {
    this.#vain += ms;
    this.#begin(ms);
    if (!this.#isUntried) return;
    this.#budget.noteVain(ms + this.#unshown);
    this.#unshown = 0;
  }

  abandoned(ms: number, values = 0): void {
    this.#noteVain(ms);
    this.#keys.abandoned(ms);
    if (values > 0) this.#keys.foreseen(values / VALUES_PER_MS.quick);
    if (this.#expected === 0) this.#blind++;
  }

  foreseen(ms: number): void {
    this.#keys.foreseen(ms);
  }

  unkeyable(ms: number): void {
    this.#noteVain(ms);
    if (this.#expected === 0 && ms > WARM_UP) this.#blind++;
  }

  timed(ms: number): void {
    const runs = min(++this.#runs + (this.#isKnown ? 1 : 0), RECENT);
    this.#expected += (ms - this.#expected) / runs;
  }

  pays(cost: number, keyMs: number): boolean {
    if (this.#keys.count > 1) return cost > GAIN * (keyMs + LOOKUP);
    return this.#worthOfFirst(cost) > GAIN * (max(0, keyMs - WARM_UP) + LOOKUP);
  }

  /** The time of the key is spent already: only the record has to be worth its time. */
  recordLimit(cost: number, keyMs: number): number {
    const { left, room, proven } = this.#budget.purse(this.#isNew);
    // A key that was begun as an investment would be lost without its record: that may overspend as much as the key has taken.
    const begun = this.#ventured > 0 ? min(keyMs, this.#share * cost) : 0;
    const most = max(
      left,
      this.#isRecordLikely ? min(LIKELY_SHARE * cost, proven) : min(this.#share * cost, room),
      begun,
    );
    // A record makes the key once more. The first key also took the time in which V8 compiled its code, and tells nothing.
    const again = this.#keys.count > 1 ? keyMs : 0;
    const isAffordable = max(this.#records.expected, again) <= most;
    if (!isAffordable) this.#records.fadeMuch();
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
    const share = this.#isRecordLikely ? LIKELY_SHARE : this.#share;
    const invested = min(this.#linking + key + record, share * cost) - counted;
    this.#budget.invest(max(0, invested), this.#isRecordLikely);
    this.#linking = 0;
    this.#records.completed(record);
    this.#keys.recorded(this.#records.expected);
  }

  unrecorded(ms: number, values = 0): void {
    if (values > 0) this.#records.foreseen(values / VALUES_PER_MS.quick);
    else this.#records.ranOut(ms);
  }

  hit(cost: number, took: number): void {
    this.#chance.hit();
    if (this.#hadStored) this.#budget.noteReturn(true);
    this.#keys.warmed();
    this.#budget.save(cost, took + this.#linking);
    this.#linking = 0;
  }

  isLong(): boolean {
    return this.#expected >= LONG;
  }
}
