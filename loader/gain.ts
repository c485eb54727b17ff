/** What dumbo has brought a program in one run, in milliseconds of the processor. */
import type { SiteStats } from "../src/call/site.ts";

/** A stored result counts so many times what its call has taken: it is expected to answer calls in several later runs. */
const LATER_RUNS = 4;

/** What a run knows of one function. */
export interface FunctionOutcome {
  readonly stats: Pick<SiteStats, "hits" | "saved" | "hitTotal" | "storedTotal">;
  /** Whether the stored results of earlier runs have answered no call. */
  readonly wasInVain: boolean;
}

/**
 * What hits saved, and what hits for results that were stored now are expected to save, less what dumbo's other work has taken: keys that missed or were
 * given up, and records. Negative where a program is slower for a few hits.
 * @param spent milliseconds that all of dumbo's work for calls has taken, hits included
 * @param share how much of what is stored may be expected to come back, by earlier runs: 0 to 1
 */
export function gainOf(functions: readonly FunctionOutcome[], spent: number, share: number): number {
  let gain = -spent;
  for (const { stats, wasInVain } of functions) {
    const { hits, saved, hitTotal, storedTotal } = stats;
    // If the stored results of earlier runs have answered no call, those of this run will not, either.
    const later = wasInVain && hits === 0 ? 0 : share * LATER_RUNS * storedTotal;
    gain += saved + hitTotal + later;
  }
  return gain;
}
