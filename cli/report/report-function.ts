/** One function, as the report shows it. */

import { isSameProcess, type Process } from "../../src/policy/runs.ts";
import type { Times } from "../../src/policy/times.ts";
import { describeAt } from "../../src/reason/describe.ts";
import { type Explanation, figures, WORDS } from "../../src/report/explain.ts";
import { profileKey } from "../../src/report/summary.ts";
import { adviceOn, entryFor, isOpen, placeOf } from "../remedies.ts";
import type { ReportFunction, ReportGraph, ReportStored, Spent } from "./report-data.ts";

/** What the times of functions come from. */
export interface Dated {
  /** The last run. */
  readonly run: Process;
  readonly times: Times | null;
  /** Whether the times are those of the last run. */
  readonly isProfiled: boolean;
}

export function reportFunction(
  one: Explanation,
  dated: Dated,
  assumed: string | null,
  stored: ReportStored | undefined,
  graph: ReportGraph | null,
): ReportFunction {
  const { name, file, line, verdict, why, others, profile } = one;
  return {
    name,
    file,
    line,
    verdict,
    word: WORDS[verdict],
    why: verdict === "cached" ? null : why,
    others: others.map((other) => describeAt(other, file)),
    at: placeOf(one),
    advice: isOpen(one) ? adviceOn(one) : null,
    entry: isOpen(one) ? entryFor(one) : null,
    assumed,
    ...spentOn(one, dated),
    calls: profile?.calls ?? 0,
    hits: profile?.hits ?? 0,
    misses: profile?.misses ?? 0,
    saved: rounded(profile?.saved ?? 0),
    figures: profile ? figures(profile) : [],
    entries: stored?.entries ?? 0,
    bytes: stored?.bytes ?? 0,
    graph,
  };
}

/**
 * Where the time went. What was not answered is taken from the profile if there is one: it knows functions without a guard, too.
 * Else it is what recorded calls took.
 */
function spentOn(
  { name, file, line, verdict, profile, remedies }: Explanation,
  { run, times, isProfiled }: Dated,
): Spent {
  const last = profile?.last && isSameProcess(profile.last, run) ? profile.last : null;
  const answered = rounded(last?.answered ?? 0);
  const own = times?.functions[profileKey(file, name, line)]?.own;
  const isRefused = (verdict === "refused" || verdict === "unguarded") && remedies.length > 0;
  // A profile of another run says nothing of what this run had to compute of a cached function.
  if (own !== undefined && (isProfiled || isRefused)) {
    return { answered, computed: isRefused ? 0 : rounded(own), refused: isRefused ? rounded(own) : 0 };
  }
  const { computed = 0, refused = 0 } = last ?? {};
  const lost = isRefused ? refused : 0;
  return { answered, computed: rounded(computed + refused - lost), refused: rounded(lost) };
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
