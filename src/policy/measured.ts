/** The policy that keeps what pays, as measured in this run and in earlier ones. */
import { ADVANCE, Budget, INVESTMENT } from "./budget.ts";
import { type Account, type Declined, type Known, LONG, type Policy, type Spent } from "./policy.ts";

/** A hit has to be this many times cheaper than the call. */
const GAIN = 2;
/** Milliseconds of a look-up, before one was measured. */
const LOOKUP = 0.03;
/** Milliseconds by which the first key of a function may take longer than later ones: code is compiled for it. */
const WARM_UP = 2;
/** So many calls in a row that did not pay, and the guard is switched off. */
const CHEAP_CALLS = 8;
/** So many runs in a row that missed and never hit: it is always called with something new. */
const FRUITLESS_RUNS = 5;
/** After so many such runs in a row only what is small beside the call, or likely to hit, is asked. */
const WARY_RUNS = 2;
/** So few hits may have cost more than they saved: a busy machine does that. */
const FEW_HITS = 3;
/** So many calls that could not be afforded, and the guard is switched off for the rest of the run. */
const DECLINED_CALLS = 500;
/** What earlier runs know of how likely a hit is counts for so many calls. */
const PRIOR = 2;
/** How many calls the mean time of a call is taken of: what the latest ones took counts most. */
const RECENT = 8;
/** Values of a key's walk per millisecond, for turning a budget of time into one of values. */
const NODES_PER_MS = 8000;
/** No key is abandoned before so many values, if it may be made at all. */
const FEWEST_NODES = 20_000;
/** A key of this share of what is left is made even where it brings nothing: calls differ. */
const TRIFLE = 1 / 64;
/** By this a key is taken for cheaper with each call that was declined for its sake, for the same reason. */
const FADING = 0.98;

export class Measured implements Policy {
  readonly #budget: Budget;

  /** @param now milliseconds since the process started */
  constructor(now: () => number) {
    this.#budget = new Budget(now);
  }

  account(known: Known | null): Account {
    return new MeasuredAccount(this.#budget, known);
  }
}

// Captured before the program can replace them.
const { max, min } = Math;

/** Not if nothing that was kept was ever asked for again, if its hits cost more than they saved, or its keys more than its calls. */
function isPromising({ run, key, keyOver = 0, hits, misses, saved, bytes, reason, fruitless = 0 }: Known): boolean {
  if (fruitless >= FRUITLESS_RUNS) return false;
  if (hits > 0) return saved > 0 || hits < FEW_HITS;
  const keyMs = key > 0 ? key : keyOver;
  if (bytes === 0 && run > 0 && keyMs > LOOKUP && GAIN * keyMs > run) return false;
  return misses <= 1 || bytes > 0 || reason !== null;
}

class MeasuredAccount implements Account {
  readonly isPromising: boolean;
  readonly #budget: Budget;
  /** Share of a call that its key and record may take without being a loss: less for what earlier runs stored in vain. */
  readonly #investment: number;
  readonly #isWary: boolean;
  /** How likely a hit was in earlier runs. */
  readonly #prior: number;
  #expected: number;
  /** Whether what is expected is of earlier runs. */
  readonly #isKnown: boolean;
  #runs = 0;
  /** What a key is expected to take; 0 when not known. */
  #key: number;
  #keys = 0;
  /** What a record is expected to take; 0 when not known. */
  #record: number;
  /** How often a record was made. */
  #records = 0;
  /** Keys that were begun because an investment was expected, and are not paid back yet. */
  #ventured = 0;
  #isVenture = false;
  #keyOver: number;
  /** The same, as long as it counts. */
  #tooMuch: number;
  /** What following the reach took, until a call pays for it. */
  #linking = 0;
  #hits = 0;
  #cheapInARow = 0;
  #declined = 0;

  constructor(budget: Budget, known: Known | null) {
    const { run = 0, key = 0, record = 0, keyOver = 0, hits = 0, misses = 0, bytes = 0, fruitless = 0 } = known ?? {};
    this.#budget = budget;
    this.isPromising = known === null || isPromising(known);
    // In its first run nothing can hit.
    this.#investment = INVESTMENT / 2 ** max(0, fruitless - 1);
    const stored = hits > 0 ? hits / (hits + misses) : 1 / (1 + fruitless);
    this.#prior = bytes > 0 ? stored : 0;
    this.#expected = run;
    this.#isKnown = run > 0;
    this.#key = key;
    this.#record = record;
    this.#keyOver = keyOver;
    this.#tooMuch = keyOver;
    this.#isWary = fruitless >= WARY_RUNS;
  }

  get expected(): number {
    return this.#expected;
  }

  get record(): number {
    return this.#records > 0 ? this.#record : 0;
  }

  get keyOver(): number {
    return this.#keyOver;
  }

  /**
   * A call that is expected to bring more than it costs is always asked: by a hit, or because its key and record are small
   * beside it. Others are asked while there is something left to lose, and more of it where less is known; a call inside of one
   * that is being recorded counts for these, unless it is likely to hit.
   */
  nodeLimit(covered: boolean): number {
    const ms = this.#allowed(covered);
    // A key that was too large with so much is too large with little more.
    if (ms <= 0 || (this.#tooMuch > 0 && ms < GAIN * this.#tooMuch)) return 0;
    return max(FEWEST_NODES, NODES_PER_MS * ms);
  }

  /** Milliseconds that the next key may take. */
  #allowed(covered: boolean): number {
    const { left, room } = this.#budget;
    this.#isVenture = false;
    if (this.#expected === 0) return min(left, ADVANCE) / 2;
    const most = this.#expected / GAIN;
    const key = max(this.#key, LOOKUP);
    const overhead = key + max(this.#record, key);
    const likely = (PRIOR * this.#prior + this.#hits) / (PRIOR + this.#hits + this.#keys);
    if (likely * (this.#expected - key) > (1 - likely) * overhead) return most;
    // The first call itself makes room for its key, if it is what it was in earlier runs.
    const coming = this.#runs + this.#keys === 0 ? INVESTMENT * this.#expected : 0;
    const investment = min(this.#investment * this.#expected, room + coming);
    this.#isVenture = !covered && overhead <= investment;
    if (this.#isVenture) return max(investment, min(most, left / 2));
    if (left <= 0 || this.#isWary) return 0;
    // A key that costs more than its call is not made twice.
    if (GAIN * key > this.#expected && key > TRIFLE * left) return 0;
    return min(max(most, LOOKUP), left / 2);
  }

  decline(): Declined {
    this.#record *= FADING;
    this.#key *= FADING;
    this.#tooMuch *= FADING;
    if (++this.#declined >= DECLINED_CALLS) return "idle";
    return this.#runs < CHEAP_CALLS ? "measure" : "bypass";
  }

  linked(ms: number): void {
    this.#linking += ms;
    this.#budget.lose(ms);
  }

  keyed(ms: number): void {
    this.#begin(ms);
    const usual = this.#keys++ === 0 ? max(0, ms - WARM_UP) : ms;
    this.#key = this.#keys <= 2 ? usual : this.#key + (usual - this.#key) / min(this.#keys, RECENT);
    this.#keyOver = 0;
    this.#tooMuch = 0;
  }

  /** A key that was begun as an investment counts as one, whatever becomes of it: so those that fail are bounded, too. */
  #begin(ms: number): void {
    this.#budget.lose(ms);
    if (!this.#isVenture) return;
    this.#budget.invest(ms);
    this.#ventured += ms;
  }

  abandoned(ms: number): void {
    this.#begin(ms);
    this.#keyOver = max(ms, this.#keyOver);
    this.#tooMuch = max(ms, this.#tooMuch);
  }

  timed(ms: number): void {
    const runs = min(++this.#runs + (this.#isKnown ? 1 : 0), RECENT);
    this.#expected += (ms - this.#expected) / runs;
  }

  pays(cost: number, keyMs: number): boolean {
    const usual = this.#keys > 1 ? keyMs : max(0, keyMs - WARM_UP);
    return cost > GAIN * (usual + LOOKUP);
  }

  affordsRecord(cost: number, keyMs: number): boolean {
    const { left, room } = this.#budget;
    const record = max(this.#record, keyMs);
    return record < left || keyMs + record <= min(this.#investment * cost, room);
  }

  judge(paid: boolean): boolean {
    this.#cheapInARow = paid ? 0 : this.#cheapInARow + 1;
    return this.#cheapInARow >= CHEAP_CALLS;
  }

  stored({ cost, key, record }: Spent): void {
    this.#budget.lose(record);
    const counted = min(this.#ventured, key);
    this.#ventured -= counted;
    this.#budget.invest(max(0, min(this.#linking + key + record, this.#investment * cost) - counted));
    this.#linking = 0;
    this.#record += (record - this.#record) / min(++this.#records, RECENT);
  }

  lost(ms: number): void {
    this.#budget.lose(ms);
  }

  hit(saved: number): void {
    this.#hits++;
    const linking = min(this.#linking, max(0, saved));
    this.#linking = 0;
    this.#budget.lose(-linking);
    this.#budget.save(saved - linking);
  }

  isLong(): boolean {
    return this.#expected >= LONG;
  }
}
