/**
 * When caching pays. Everything is measured while the program runs; nothing is a threshold in seconds.
 */

/** A hit has to be this many times cheaper than the call. */
const GAIN = 2;
/** Milliseconds of a look-up, before one was measured. */
const LOOKUP = 0.03;
/** So many calls in a row that did not pay, and the guard is switched off. */
const CHEAP_CALLS = 8;
/** So many calls that could not be afforded, and the guard is switched off for the rest of the run. */
const DECLINED_CALLS = 500;
/** What misses may cost altogether: so many ms, this share of the time the process runs, and of the time saved. */
const OVERHEAD = { base: 20, share: 0.04, ofSaved: 0.25 };
/** What looking at functions for the first time may cost beyond that: what a call is worth shows only then. */
const EXPLORATION = { base: 60, share: 0.02 };
/** Values of a key's walk per millisecond, for turning a budget of time into one of values. */
const NODES_PER_MS = 8000;

/** What all misses of a process have cost and may cost. */
export class Budget {
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

  /** Whether a function of which nothing is known may be looked at although nothing is left. */
  canExplore(): boolean {
    return this.#explored < EXPLORATION.base + EXPLORATION.share * this.#now();
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

/** How many values a key may have: what the budget allows, or a share of what the call is known to cost. */
export function nodeLimit(budgetMs: number, expectedMs: number): number {
  return Math.max(20_000, NODES_PER_MS * Math.max(budgetMs, expectedMs / 4));
}

/**
 * Whether a call may be keyed: there is budget left, or what recording it costs is small change beside what it is known
 * to cost itself. A call inside of one that is being recorded has only the budget: with the outer one it is kept already.
 */
export function affords(budget: Budget, expectedMs: number, overheadMs: number, nested: boolean): boolean {
  if (budget.left() > 0) return true;
  if (nested) return false;
  return expectedMs === 0 ? budget.canExplore() : expectedMs * OVERHEAD.share > Math.max(overheadMs, LOOKUP);
}

/** Whether a call of this cost is worth keeping. */
export function pays(runMs: number, keyMs: number): boolean {
  return runMs > GAIN * (keyMs + LOOKUP);
}

/** Whether so many calls in a row that did not pay are enough. */
export function isCheap(callsInARow: number): boolean {
  return callsInARow >= CHEAP_CALLS;
}

/** Whether so many calls that could not be afforded are enough. */
export function isIdle(calls: number): boolean {
  return calls >= DECLINED_CALLS;
}
