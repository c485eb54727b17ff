/**
 * Runs that have read the clock or drawn random numbers, and of which it is still to be found out whether they depend on that; and those of code that was
 * too large to be looked at while it ran.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { verify } from "../../audit/replay/dependencies.ts";
import { writeAtomically } from "../../src/atomic-write.ts";
import { namesIn } from "../../src/names-in.ts";
import { packTrace, unpackTrace } from "../../src/trace/trace.ts";
import type { Doubts } from "../../src/trace/whole-run.ts";
import { jobFolder, OF_RUN } from "../hooks/jobs.ts";
import type { Parser } from "./asked-modules.ts";
import { proveClock } from "./clock-proof.ts";
import { IMPORTED, proveImports } from "./imports-proof.ts";
import { type KeptRun, type KnownRun, readRun, type UnprovenRun, writeRun } from "./kept-runs.ts";
import { proveRandom } from "./random-proof.ts";

/** Leaves a run to the process that looks at code when a run is over. @throws what the file system throws */
export function leaveToProve(directory: string, name: string): void {
  writeAtomically(join(jobFolder(directory), name + OF_RUN), "");
}

/**
 * What becomes of a run that may be kept, by what its code does where it has read the clock or drawn random numbers.
 * @param most characters of code that may be parsed
 */
export function withProof(kept: KeptRun, doubts: Doubts, parser: () => Parser, most: number): KnownRun["end"] {
  const imports = proveImports(doubts.unread, parser, most);
  if (imports === "refuted") return { kind: "refused", why: IMPORTED, doubts };
  const clock = proveClock(doubts, parser, most);
  if (clock.kind === "refuted") return { kind: "refused", why: clock.why, doubts };
  const random = proveRandom(doubts, parser, most);
  if (random.kind === "refuted") return { kind: "refused", why: random.why, doubts };
  if (imports === "open" || clock.kind === "open" || random.kind === "open") return { kind: "unproven", kept, doubts };
  const trace = unpackTrace(Buffer.from(kept.trace));
  const dependencies = [...trace.dependencies, ...clock.asked];
  const proven = { ...kept, trace: packTrace({ ...trace, dependencies }).toString() };
  return clock.needsAnother || random.needsAnother ? { kind: "once", kept: proven, doubts } : proven;
}

/** Whether two runs have read the clock in the same way, and drawn random numbers, at the same places, by code that is not known: a proof of the one is one of the other. */
export function haveSameDoubts(one: Doubts, other: Doubts): boolean {
  const placesOf = ({ reads, draws, unread, changes }: Doubts) => [
    reads.map(({ path, line, api, isOnce }) => `${path}:${line} ${api} ${isOnce}`).sort(),
    draws.map(({ path, line }) => `${path}:${line}`).sort(),
    [...unread].sort(),
    [changes.functions, changes.dates, changes.zone],
  ];
  return JSON.stringify(placesOf(one)) === JSON.stringify(placesOf(other));
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

function proven(run: UnprovenRun, parser: () => Parser): KnownRun["end"] {
  const end = withProof(run.kept, run.doubts, parser, Number.POSITIVE_INFINITY);
  return areAsTheyWere(run) ? end : run;
}

/** Whether the files are still those that have run. */
function areAsTheyWere({ kept, doubts }: UnprovenRun): boolean {
  const places = [...doubts.reads, ...doubts.draws].map(({ path }) => path);
  const paths = new Set([...places, ...doubts.unread].map((path) => `p${path}`));
  const { dependencies } = unpackTrace(Buffer.from(kept.trace));
  return dependencies.every((one) => !paths.has(one.query[1] as string) || verify(one) !== null);
}
