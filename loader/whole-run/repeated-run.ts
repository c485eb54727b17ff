/** Whether two runs with other random numbers, or of which a package took another time to load, have done the same. */
import { DATE } from "../../audit/replay/date-parts.ts";
import type { Reason } from "../../src/reason/reason.ts";
import { type Dependency, packTrace, sameOutput, unpackTrace } from "../../src/trace/trace.ts";
import type { Doubts } from "../../src/trace/whole-run.ts";
import type { KeptRun, OnceRun, RefusedRun } from "./kept-runs.ts";
import { DRAWN } from "./random-proof.ts";
import { haveSameDoubts } from "./unproven-runs.ts";

const READ: Reason = { kind: "touches", event: "clock", api: "performance.now" };

/**
 * What becomes of a run that may be kept, where the one before it was of the same program and has drawn random numbers, or read the clock, at the same places.
 * @returns null where the two cannot be compared: another input was read, or other code has run
 */
export function repeatedRun({ kept, doubts }: OnceRun, now: KeptRun, doubtsNow: Doubts): KeptRun | RefusedRun | null {
  if (!haveSameDoubts(doubts, doubtsNow)) return null;
  const before = unpackTrace(Buffer.from(kept.trace));
  const trace = unpackTrace(Buffer.from(now.trace));
  const dates = before.dependencies.filter(isDate);
  if (answersOf(before.dependencies.filter((one) => !isDate(one))) !== answersOf(trace.dependencies)) return null;
  const isSame =
    kept.code === now.code &&
    sameOutput(before.output, trace.output) &&
    JSON.stringify(kept.wrote) === JSON.stringify(now.wrote);
  if (!isSame) return { kind: "refused", why: doubts.draws.length > 0 ? DRAWN : READ, doubts: doubtsNow };
  return { ...now, trace: packTrace({ ...trace, dependencies: [...trace.dependencies, ...dates] }).toString() };
}

function isDate({ query }: Dependency): boolean {
  return query[0] === DATE;
}

/** Without the order, which may be another one where several files are read at a time. */
function answersOf(dependencies: readonly Dependency[]): string {
  return dependencies
    .map(({ query, answer }) => JSON.stringify([query, answer]))
    .sort()
    .join();
}
