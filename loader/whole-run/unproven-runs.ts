/** Runs that have read the clock, and of which it is still to be found out whether they depend on it. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { verify } from "../../audit/replay/dependencies.ts";
import { writeAtomically } from "../../src/atomic-write.ts";
import { namesIn } from "../../src/names-in.ts";
import type { ClockRead } from "../../src/trace/clock-reads.ts";
import { packTrace, unpackTrace } from "../../src/trace/trace.ts";
import { jobFolder, OF_RUN } from "../hooks/jobs.ts";
import type { Parser } from "./asked-modules.ts";
import { type ClockProof, proveClock } from "./clock-proof.ts";
import { type KeptRun, type KnownRun, type RefusedRun, readRun, type UnprovenRun, writeRun } from "./kept-runs.ts";

/** Leaves a run to the process that looks at code when a run is over. @throws what the file system throws */
export function leaveToProve(directory: string, name: string): void {
  writeAtomically(join(jobFolder(directory), name + OF_RUN), "");
}

/** What becomes of a run that may be kept, where it has read the clock. */
export function withProof(
  kept: KeptRun,
  proof: Exclude<ClockProof, { kind: "open" }>,
  reads: readonly ClockRead[],
): KeptRun | RefusedRun {
  if (proof.kind === "refuted") return { kind: "refused", why: proof.why, reads };
  const trace = unpackTrace(Buffer.from(kept.trace));
  const dependencies = [...trace.dependencies, ...proof.asked];
  return { ...kept, trace: packTrace({ ...trace, dependencies }).toString() };
}

/** Whether it was found of an earlier run that it depends on the time, which has read it at the same places. */
export function isRefutedBy(reads: readonly ClockRead[], { reads: before = [] }: RefusedRun): boolean {
  const placesOf = (list: readonly ClockRead[]) =>
    list
      .map(({ path, line }) => `${path}:${line}`)
      .sort()
      .join("\n");
  return placesOf(reads) === placesOf(before);
}

/**
 * Looks at the code of all runs that were left.
 * @param hasTime asked before each
 */
export function proveRuns(directory: string, parser: () => Parser, hasTime: () => boolean): void {
  for (const file of namesIn(jobFolder(directory))) {
    if (!file.endsWith(OF_RUN) || !hasTime()) continue;
    const name = file.slice(0, -OF_RUN.length);
    rmSync(join(jobFolder(directory), file), { force: true });
    const run = readRun(directory, name);
    if (run?.end.kind === "unproven") writeRun(directory, name, { ...run, end: proven(run.end, parser) });
  }
}

function proven({ kept, reads }: UnprovenRun, parser: () => Parser): KnownRun["end"] {
  const proof = proveClock(reads, parser, Number.POSITIVE_INFINITY);
  if (proof.kind === "open" || !areAsTheyWere(kept, reads)) return { kind: "unproven", kept, reads };
  return withProof(kept, proof, reads);
}

/** Whether the files are still those that have run. */
function areAsTheyWere({ trace }: KeptRun, reads: readonly ClockRead[]): boolean {
  const paths = new Set(reads.map(({ path }) => `p${path}`));
  const { dependencies } = unpackTrace(Buffer.from(trace));
  return dependencies.every((one) => !paths.has(one.query[1] as string) || verify(one) !== null);
}
