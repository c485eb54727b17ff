/**
 * When caching pays. Everything is measured while the program runs; nothing is a threshold in seconds. Soundness is no
 * matter of policy: whatever this decides, the program is the same.
 */

/** A hit has to be this many times cheaper than the call. */
const GAIN = 2;
/** Milliseconds of a look-up, before one was measured. */
const LOOKUP = 0.03;
/** So many calls in a row that did not pay, and the guard is switched off. */
const CHEAP_CALLS = 8;
/** So many runs in a row that missed and never hit: it is always called with something new. */
const FRUITLESS_RUNS = 5;
/** So many calls that could not be afforded, and the guard is switched off for the rest of the run. */
const DECLINED_CALLS = 500;
/** What misses may cost altogether: so many ms, this share of the time the process runs, and of the time saved. */
const OVERHEAD = { base: 15, share: 0.04, ofSaved: 0.25 };
/** What looking at functions for the first time may cost beyond that: what a call is worth shows only then. */
const EXPLORATION = { base: 30, share: 0.01 };
/** Values of a key's walk per millisecond, for turning a budget of time into one of values. */
const NODES_PER_MS = 8000;

export interface Policy {
  /** How many values a key may have. */
  nodeLimit(expectedMs: number): number;
  /** Whether a call may be keyed. @param covered it is kept with one around it that is being recorded */
  affords(expectedMs: number, overheadMs: number, covered: boolean): boolean;
  /** Whether a call of this cost is worth keeping. */
  pays(runMs: number, keyMs: number): boolean;
  /** Whether so many calls in a row that did not pay are enough. */
  isCheap(callsInARow: number): boolean;
  /** Whether so many calls that could not be afforded are enough. */
  isIdle(calls: number): boolean;
  /** Whether a function is worth asking, after what earlier runs know of it. */
  isPromising(known: Known): boolean;
  /** Milliseconds that keys and records took. */
  spend(ms: number): void;
  /** Milliseconds that looking at a function for the first time took. */
  explore(ms: number): void;
  /** Milliseconds that hits saved. */
  save(ms: number): void;
}

/** What earlier runs know of a function. */
export interface Known {
  /** Mean milliseconds of a call. */
  readonly run: number;
  readonly hits: number;
  readonly misses: number;
  /** Milliseconds. */
  readonly saved: number;
  /** Of the largest value stored. */
  readonly bytes: number;
  readonly reason: string | null;
  /** Runs in a row with misses and no hit. */
  readonly fruitless?: number;
}

/** Keeps what pays, within a budget for what turns out not to. */
export class Measured implements Policy {
  readonly #now: () => number;
  #spent = 0;
  #saved = 0;
  #explored = 0;

  /** @param now milliseconds since the process started */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds that may still be spent on keys and records that bring nothing in this run. */
  left(): number {
    return OVERHEAD.base + OVERHEAD.share * this.#now() + OVERHEAD.ofSaved * this.#saved - this.#spent;
  }

  /** What the budget allows, or a share of what the call is known to cost. */
  nodeLimit(expectedMs: number): number {
    return Math.max(20_000, NODES_PER_MS * Math.max(this.left(), expectedMs / 4));
  }

  /**
   * There is budget left, or what recording it costs is small change beside what the call is known to cost itself. A
   * call inside of one that is being recorded has only the budget: with the outer one it is kept already. A function of
   * which nothing is known may be looked at until that has cost too much.
   */
  affords(expectedMs: number, overheadMs: number, covered: boolean): boolean {
    if (this.left() > 0) return true;
    if (covered) return false;
    if (expectedMs > 0) return expectedMs * OVERHEAD.share > Math.max(overheadMs, LOOKUP);
    return this.#explored < EXPLORATION.base + EXPLORATION.share * this.#now();
  }

  pays(runMs: number, keyMs: number): boolean {
    return runMs > GAIN * (keyMs + LOOKUP);
  }

  isCheap(callsInARow: number): boolean {
    return callsInARow >= CHEAP_CALLS;
  }

  isIdle(calls: number): boolean {
    return calls >= DECLINED_CALLS;
  }

  /**
   * Not if its hits cost more than they saved, counting what each run has to find out first, if nothing was kept, or if
   * nothing that was kept was ever asked for again.
   */
  isPromising({ hits, misses, saved, bytes, reason, fruitless = 0 }: Known): boolean {
    if (fruitless >= FRUITLESS_RUNS) return false;
    return hits > 0 ? saved > 0 : misses <= 1 || bytes > 0 || reason !== null;
  }

  explore(ms: number): void {
    this.#explored += ms;
  }

  spend(ms: number): void {
    this.#spent += ms;
  }

  save(ms: number): void {
    this.#saved += ms;
  }
}

const nothing = (): void => undefined;

/** Keeps whatever is sound, at any cost: for tests, and for finding out what dumbo could keep. */
export const ALWAYS: Policy = {
  nodeLimit: () => Number.POSITIVE_INFINITY,
  affords: () => true,
  pays: () => true,
  isCheap: () => false,
  isIdle: () => false,
  isPromising: () => true,
  spend: nothing,
  explore: nothing,
  save: nothing,
};
