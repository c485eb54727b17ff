/**
 * What a run tells when it ends, and what is kept of it for `dumbo stats`. At the end of a program the methods of arrays may
 * be the program's own: none is called here.
 */
import type { LiveSite } from "../call/site.ts";
import type { RunRecord } from "../policy/runs.ts";
import { plural, time } from "./words.ts";

/** What the counters of the functions do not say of a run. */
export interface RunFacts {
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly ran: number;
  /** Milliseconds that the processor has worked for the program itself. */
  readonly without: number;
  readonly program: string;
  readonly verifies: boolean;
  /** The share of what is usual that it was allowed to spend on calls. */
  readonly share: number;
  /** Whether a later run may see or spend more. */
  readonly isTentative: boolean;
}

/** The counters of all functions, as one run. */
export function runRecord(
  sites: readonly LiveSite[],
  { began, ran, without, program, verifies, share, isTentative }: RunFacts,
): RunRecord {
  const total = { asked: 0, hits: 0, misses: 0, stored: 0, unfit: 0, unasked: 0, saved: 0, spent: 0 };
  let bare = without;
  let cached = 0;
  let uncached = 0;
  let isFirst = true;
  for (let i = 0; i < sites.length; i++) {
    const live = sites[i] as LiveSite;
    const { stats } = live;
    isFirst &&= live.isNew;
    total.asked += stats.calls;
    total.hits += stats.hits;
    total.misses += stats.misses;
    total.stored += stats.stored;
    total.unfit += stats.unfit;
    total.unasked += stats.unasked;
    total.spent += stats.spent;
    // What is counted as saved is less than the calls took: by what the look-ups took.
    const saved = stats.saved + stats.hitTotal;
    bare += saved;
    total.saved += saved;
    if (stats.hits + stats.stored > 0) cached++;
    else if (isUncached(live)) uncached++;
  }
  const mode = verifies ? "verify" : isFirst ? "first" : "warm";
  const answered = total.hits + total.misses + total.unasked;
  const refused = total.asked > answered ? total.asked - answered : 0;
  const run = { began, pid: process.pid, program, node: process.version, mode, ran, bare } as const;
  return {
    ...run,
    ...total,
    ...(share < 1 && { share }),
    ...(isTentative && { isTentative }),
    refused,
    cached,
    uncached,
  };
}

function isUncached({ state, lastReason, stats }: LiveSite): boolean {
  return stats.hits === 0 && (state.kind === "refused" || lastReason !== null);
}

/** Milliseconds below which what is not cached is not worth a word. */
const LEAST_TOLD = 50;

/** A run in words, for a person. */
export function exitLine(run: RunRecord, sites: readonly LiveSite[]): string {
  const rest = whatItDidNot(sites);
  return `dumbo: ${whatItSaved(run)}${rest === "" ? "" : ` ${rest}`}`;
}

function whatItSaved({ saved, spent, ran, hits, misses, stored }: RunRecord): string {
  const net = saved > spent ? saved - spent : 0;
  const counts = `(${plural(hits, "hit")}, ${plural(misses, "miss", "misses")})`;
  if (hits > 0) return `${time(net)} of ${time(ran + net)} saved ${counts}.`;
  return stored > 0 ? `${plural(stored, "result")} stored for the next run ${counts}.` : `nothing saved ${counts}.`;
}

function whatItDidNot(sites: readonly LiveSite[]): string {
  let count = 0;
  let lost = 0;
  for (let i = 0; i < sites.length; i++) {
    const live = sites[i] as LiveSite;
    if (!isUncached(live)) continue;
    count++;
    lost += live.stats.unfitTotal;
  }
  if (count === 0) return "";
  const functions = `${plural(count, "function")} ${count === 1 ? "is" : "are"} not cached: npx dumbo explain`;
  if (lost < LEAST_TOLD) return functions;
  return `${time(lost)} went into ${plural(count, "function")} that ${count === 1 ? "is" : "are"} not cached: npx dumbo explain`;
}
