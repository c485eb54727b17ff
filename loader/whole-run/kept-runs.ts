/** Runs that are kept as a whole, a file each beside the store: what a run read, printed and wrote, or why it is not kept. */
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { dropOldest } from "../../src/drop-oldest.ts";
import { namesIn } from "../../src/names-in.ts";
import { readSealed, writeSealed } from "../../src/policy/sealed-file.ts";
import type { Reason } from "../../src/reason/reason.ts";
import type { LeftPlace } from "../../src/trace/left-files.ts";
import type { Doubts } from "../../src/trace/whole-run.ts";

/** So many runs are known in one directory; the one that was noted longest ago goes. */
const MOST_KNOWN = 200;
const FOLDER = "runs";
/** The same for what they wrote. */
const MOST_CONTENTS = 50;
const CONTENTS = "run-contents";

export interface KnownRun {
  /** Path of the script. */
  readonly program: string;
  /** Milliseconds that the run took. */
  readonly took: number;
  readonly end: KeptRun | UnprovenRun | OnceRun | RefusedRun;
}

export interface RefusedRun {
  readonly kind: "refused";
  readonly why: Reason;
  /** Where it has read the clock and drawn random numbers, if it was found that it depends on that. */
  readonly doubts?: Doubts;
}

/** It may be kept, if it does not depend on the time or on chance: its code is still to be looked at. */
export interface UnprovenRun {
  readonly kind: "unproven";
  readonly kept: KeptRun;
  readonly doubts: Doubts;
}

/** It may be kept, if another run does the same with other random numbers, or at another speed. */
export interface OnceRun {
  readonly kind: "once";
  readonly kept: KeptRun;
  readonly doubts: Doubts;
}

/** A file or folder that a run has written, as it was in the end. */
export interface WrittenPlace extends LeftPlace {
  readonly content: string;
  /** As what it was made, where nothing was there before (made-places.ts). */
  readonly made?: string;
}

export interface KeptRun {
  readonly kind: "kept";
  /** With which it ended. */
  readonly code: number;
  /** What it read and printed, by `packTrace` (src/trace/trace.ts). */
  readonly trace: string;
  readonly wrote: readonly WrittenPlace[];
  /** Whether what is missing of that can be written again; else the run is answered only while all of it is there. */
  readonly isRepeatable: boolean;
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

/** The contents of files that a run has written, by hash; undefined if they are not known. Cost: reads a file. */
export function readContents(directory: string, name: string): ReadonlyMap<string, Uint8Array> | undefined {
  const texts = readSealed<Record<string, string>>(join(directory, CONTENTS, name));
  return texts && new Map(Object.entries(texts).map(([hash, text]) => [hash, Buffer.from(text, "base64")]));
}

/** @throws what the file system throws */
export function writeContents(directory: string, name: string, contents: ReadonlyMap<string, Uint8Array>): void {
  const texts = [...contents].map(([hash, bytes]) => [hash, Buffer.from(bytes).toString("base64")]);
  writeSealed(join(directory, CONTENTS, name), Object.fromEntries(texts));
  dropOldest(join(directory, CONTENTS), MOST_CONTENTS);
}

/** Forgets all runs, so that the next ones compute. @throws what the file system throws */
export function forgetRuns(directory: string): void {
  for (const folder of [FOLDER, CONTENTS]) rmSync(join(directory, folder), { recursive: true, force: true });
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
