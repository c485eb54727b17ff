/** Makes the report's data of one function. */
import { isSameProcess, type Process } from "../../src/policy/runs.ts";
import type { Times } from "../../src/policy/times.ts";
import { describeAt } from "../../src/reason/describe.ts";
import { type Explanation, figures, WORDS } from "../../src/report/explain.ts";
import { profileKey } from "../../src/report/summary.ts";
import { adviceOn, entryFor, isOpen, placeOf } from "../remedies.ts";
import type { ReportFunction, ReportGraph, ReportStored, Spent } from "./report-data.ts";

/** The run and the profile from which the times of functions come. */
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
 * The time of a function's calls. Time that hits have not saved is taken from the profile, if there is one, because that also knows
 * functions without a guard. Otherwise it is the time that guarded calls took.
 */
function spentOn(
  { name, file, line, verdict, profile, remedies }: Explanation,
  { run, times, isProfiled }: Dated,
): Spent {
  const last = profile?.last && isSameProcess(profile.last, run) ? profile.last : null;
  const answered = rounded(last?.answered ?? 0);
  const own = times?.functions[profileKey(file, name, line)]?.own;
  const isRefused = (verdict === "refused" || verdict === "unguarded") && remedies.length > 0;
  // The profile of another run does not tell which calls of a cached function this run had to compute.
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
