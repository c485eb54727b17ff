/** What earlier runs of a program lead to expect of one function. */
import type { History, Prospect } from "./policy.ts";
import { GAIN, LOOKUP } from "./too-cheap.ts";

/** After so many runs in a row with misses and no hit, the function is taken to have new arguments in each run. */
const FRUITLESS_RUNS = 5;
/** After so many, further results count for little. */
const VAIN_RUNS = 2;
/** With fewer hits, a function whose hits cost more than they saved is not given up: a busy machine may be the cause. */
const FEW_HITS = 3;
/** The first key of a run takes about so many times as long as later ones, for which code is compiled and state settled. */
export const COLD = 4;

/** What to expect of a function, by what earlier runs know of it. */
export function prospectOf(history: History): Prospect {
  if (!isPromising(history)) return "hopeless";
  return isPaused(history) ? "paused" : "open";
}

/** Whether results of several runs in a row have answered no call: one run is no sign yet, in its first run nothing can hit. */
export function isInVain(history: Pick<History, "fruitless"> | null): boolean {
  return (history?.fruitless ?? 0) >= VAIN_RUNS;
}

/** Whether nothing speaks against a function so far: what it stored last was not asked for yet, or it is time to see whether it is still refused. */
export function isHopeful({ bytes, fruitless = 0, refusedRuns = 0 }: History): boolean {
  return (bytes > 0 && fruitless < VAIN_RUNS) || refusedRuns > 0;
}

/** A function that was refused is tried again in the third run, the ninth, the 27th: what refuses it is mostly the same in each run. */
function isPaused({ refusedRuns = 0 }: History): boolean {
  let asked = 1;
  while (asked <= refusedRuns) asked *= 3;
  return asked !== refusedRuns + 1;
}

/**
 * Whether a function is worth a guard: not if stored results never answer calls, if hits cost more than they save, or if keys cost more than
 * calls.
 */
function isPromising(history: History): boolean {
  const { run, hits, misses, saved, bytes, reason, fruitless = 0 } = history;
  if (fruitless >= FRUITLESS_RUNS) return false;
  if (hits > 0) return saved > 0 || hits < FEW_HITS;
  if (bytes === 0 && run > 0 && areKeysTooExpensive(history)) return false;
  return misses <= 1 || bytes > 0 || reason !== null;
}

/** The first key of a run is for all its calls, a later one for its own. Of later ones nothing is known as long as no first one was completed. */
function areKeysTooExpensive({ run, total = 0, key, keyFirst = 0, keyLater = 0, keyOver = 0 }: History): boolean {
  const later = keyLater || (keyFirst > 0 ? 0 : key);
  const [ms, worth] = later > 0 ? [later, run] : [keyFirst || keyOver, Math.max(run, total)];
  return ms > LOOKUP && GAIN * ms > worth;
}

/**
 * The share of a run's calls that were answered, of those that could be: what the next run may expect of a stored result.
 * @param stored how many results the runs before it have stored
 * @param before the share that those runs have learned
 */
export function returnedOf(
  { hits, calls }: { readonly hits: number; readonly calls: number },
  stored: number,
  before: number | undefined,
): number | undefined {
  const most = Math.min(stored, calls);
  if (most === 0) return before;
  const now = Math.min(1, hits / most);
  return before === undefined ? now : (before + now) / 2;
}

/** What the first key of a run and later ones are expected to take, in milliseconds; 0 where nothing is known. */
export function keysOf({ key, keyFirst, keyLater }: History): { readonly first: number; readonly later: number } {
  if (!keyFirst) return { first: key, later: key };
  return { first: keyFirst, later: keyLater || keyFirst / COLD };
}
