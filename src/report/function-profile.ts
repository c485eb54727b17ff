/** What is kept of a function when a run ends: the counters of all runs, and what the next run has to know. */
import type { LiveSite, SiteStats } from "../call/site.ts";
import { returnedOf } from "../policy/earlier-runs.ts";
import type { FunctionProfile, LastRun, Verdict } from "../policy/profile.ts";
import { isSameProcess, type Process } from "../policy/runs.ts";
import type { Reason, ReasonKind, Reasons } from "../reason/reason.ts";
import { modulePath, withPath } from "./summary.ts";

/** Reasons of which the next run knows better, or which its policy judges by what keys have taken. */
const KNOWN_NEXT: ReadonlySet<string> = new Set<ReasonKind>(["second-run", "repeated-code", "large-key"]);

/**
 * A function's profile after this run, on top of what earlier runs added up.
 * @param own the process of this run
 */
export function profileOf(
  live: LiveSite,
  root: string,
  before: FunctionProfile | undefined,
  own: Process,
): FunctionProfile {
  const { site, stats, state, lastReason } = live;
  if (state.kind === "paused" && before) return { ...before, refusedRuns: (before.refusedRuns ?? 0) + 1 };
  const file = modulePath(live.module.instance.url, root);
  const reasons: Reasons | null = state.kind === "refused" ? state.reasons : lastReason && { reason: lastReason };
  return {
    name: site.name,
    file,
    place: site.place,
    verdict: verdictOf(live, before),
    reason: null,
    ...(reasons && withPaths(reasons, root)),
    calls: stats.calls + (before?.calls ?? 0),
    hits: stats.hits + (before?.hits ?? 0),
    misses: stats.misses + (before?.misses ?? 0),
    saved: stats.saved + (before?.saved ?? 0),
    run: meanOf(stats) ?? before?.run ?? 0,
    key: stats.keys > 0 ? stats.keyTotal / stats.keys : (before?.key ?? 0),
    bytes: Math.max(stats.bytes, before?.bytes ?? 0),
    ...rareOf(live, before),
    ...lastOf(live, before?.last, own),
  };
}

/** What another thread of the same process left is a part of it. */
function lastOf(
  { stats }: LiveSite,
  before: LastRun | undefined,
  { pid, began }: Process,
): { readonly last?: LastRun } {
  if (stats.hits + stats.misses === 0) return before ? { last: before } : {};
  const same = before && isSameProcess(before, { pid, began }) ? before : { answered: 0, computed: 0, refused: 0 };
  return {
    last: {
      pid,
      began,
      answered: same.answered + stats.saved + stats.hitTotal,
      computed: same.computed + Math.max(0, stats.ownTotal - stats.unfitTotal),
      refused: same.refused + stats.unfitTotal,
    },
  };
}

function withPaths({ reason, others = [], ...more }: Reasons, root: string): Reasons {
  const told: Reason[] = [];
  for (let i = 0; i < others.length; i++) told[i] = withPath(others[i] as Reason, root);
  return { ...more, ...(told.length > 0 && { others: told }), reason: withPath(reason, root) };
}

/** How many written files are named in a profile. */
const NAMED = 3;

/** What most functions do not have. */
function rareOf(
  { account, stats, state, lastReason, lastChange, written, keepsChanges }: LiveSite,
  before: FunctionProfile | undefined,
) {
  const dependencies = stats.dependencies || (before?.dependencies ?? 0);
  const changed = lastChange ?? before?.changed;
  const names = [...new Set(written)];
  const writes = names.length || (before?.writes ?? 0);
  const overrode = stats.overrode + (before?.overrode ?? 0);
  const stored = stats.stored + (before?.stored ?? 0);
  const returned = returnedOf(stats, before?.stored ?? 0, before?.returned);
  // A function that is given up as too cheap comes back after a week: its fruitless runs are counted anew then.
  const hasEnded = stats.hits > 0 || state.kind === "cheap";
  const fruitless = hasEnded ? 0 : (before?.fruitless ?? 0) + (stats.misses > 0 ? 1 : 0);
  // One that waits for its package to be analysed is another function in the next run, and so is what reaches code that ran again, and one whose changes are
  // kept from then on.
  const hasLearned = KNOWN_NEXT.has(lastReason?.kind ?? "") || (keepsChanges && before?.changes !== true);
  const isWaiting = (state.kind === "refused" && state.isTimed) || hasLearned;
  const isRefused = lastReason !== null && !isWaiting && stats.hits + stats.stored === 0;
  const wasAsked = lastReason !== null || stats.keys + stats.hits > 0;
  const refusedRuns = wasAsked && !isRefused ? 0 : (before?.refusedRuns ?? 0) + (isRefused ? 1 : 0);
  const keyOver = stats.keys > 0 || before?.key ? 0 : Math.max(account.keyOver, before?.keyOver ?? 0);
  const lost = stats.unfitTotal || (before?.lost ?? 0);
  const record = account.record || (before?.record ?? 0);
  const keyFirst = stats.keyFirst || (before?.keyFirst ?? 0);
  const others = stats.keys - (stats.keyFirst > 0 ? 1 : 0);
  const keyLater = others > 0 ? (stats.keyTotal - stats.keyFirst) / others : (before?.keyLater ?? 0);
  const mean = meanOf(stats);
  const total = mean === null ? (before?.total ?? 0) : stats.calls * mean;
  return {
    ...(lost > 0 && { lost }),
    ...(record > 0 && { record }),
    ...(keyFirst > 0 && { keyFirst }),
    ...(keyLater > 0 && { keyLater }),
    ...(total > 0 && { total }),
    ...(keyOver > 0 && { keyOver }),
    ...(dependencies > 0 && { dependencies }),
    ...(changed !== undefined && { changed }),
    ...(keepsChanges && { changes: true }),
    ...(writes > 0 && { writes, written: names.length > 0 ? names.slice(0, NAMED) : (before?.written ?? []) }),
    ...(overrode > 0 && { overrode }),
    ...(stored > 0 && { stored }),
    ...(returned !== undefined && { returned }),
    ...(fruitless > 0 && { fruitless }),
    ...(refusedRuns > 0 && { refusedRuns }),
  };
}

/** Milliseconds that a call took on average, or would have taken; null where none is known. */
function meanOf({ runs, runTotal, hits, saved, hitTotal }: SiteStats): number | null {
  return runs + hits === 0 ? null : (runTotal + saved + hitTotal) / (runs + hits);
}

function verdictOf({ state, stats, lastReason }: LiveSite, before: FunctionProfile | undefined): Verdict {
  if (state.kind === "cheap") return "cheap";
  if (state.kind === "refused") return "refused";
  if (stats.hits > 0 || stats.bytes > 0) return "cached";
  if (lastReason) return "refused";
  return before?.verdict === "cached" ? "cached" : "undecided";
}
