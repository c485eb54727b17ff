/** Runs that are kept as a whole, a file each beside the store: what a run read and printed, or why it is not kept. */
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { dropOldest } from "../../src/drop-oldest.ts";
import { namesIn } from "../../src/names-in.ts";
import { readSealed, writeSealed } from "../../src/policy/sealed-file.ts";
import type { Reason } from "../../src/reason/reason.ts";

/** So many runs are known in one directory; the one that was noted longest ago goes. */
const MOST_KNOWN = 200;
const FOLDER = "runs";

export interface KnownRun {
  /** Path of the script. */
  readonly program: string;
  /** Milliseconds that the run took. */
  readonly took: number;
  readonly end: /** `trace`: what it read and printed, by `packTrace` (src/trace/trace.ts). */
  /** `wrote`: the files that it wrote, as queries name them. */
    | { readonly kind: "kept"; readonly trace: string; readonly wrote: readonly string[] }
    | { readonly kind: "refused"; readonly why: Reason };
}

/** Whether any run is known. */
export function hasRuns(directory: string): boolean {
  return existsSync(join(directory, FOLDER));
}

/** The run of a name, which has to be a file name; null if none is known. Cost: reads a file. */
export function readRun(directory: string, name: string): KnownRun | null {
  return readSealed<KnownRun>(fileOf(directory, name)) ?? null;
}

/** @throws what the file system throws */
export function writeRun(directory: string, name: string, run: KnownRun): void {
  writeSealed(fileOf(directory, name), run);
  dropOldest(join(directory, FOLDER), MOST_KNOWN);
}

/** Forgets all runs, so that the next ones compute. @throws what the file system throws */
export function forgetRuns(directory: string): void {
  rmSync(join(directory, FOLDER), { recursive: true, force: true });
}

/** The run of each program that was noted last, whatever its arguments were, by the path of its script. Cost: reads all files. */
export function lastRuns(directory: string): ReadonlyMap<string, KnownRun> {
  const last = new Map<string, { readonly run: KnownRun; readonly at: number }>();
  for (const name of namesIn(join(directory, FOLDER))) {
    const at = statSync(fileOf(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const run = readRun(directory, name);
    if (run !== null && at > (last.get(run.program)?.at ?? -1)) last.set(run.program, { run, at });
  }
  return new Map([...last].map(([program, { run }]) => [program, run]));
}

function fileOf(directory: string, name: string): string {
  return join(directory, FOLDER, name);
}
