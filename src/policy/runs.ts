/**
 * The last runs of each program, in a file beside the store: how many calls each run had, how many were answered, and how much time that
 * saved. A run is added when it ends. Of two runs that end at the same moment, one may be lost.
 */
import { join } from "node:path";
import { usualSpending } from "./budget.ts";
import type { Outlook } from "./policy.ts";
import { readSealed, writeSealed } from "./sealed-file.ts";

/**
 * `first`: nothing was known of the program's functions before. `verify`: some hits were computed all the same. `whole`: the run was answered as a
 * whole, as one call.
 */
export type RunMode = "first" | "warm" | "verify" | "whole";

/** A process. Its number alone does not identify it: systems use numbers again. */
export interface Process {
  readonly pid: number;
  /** When it started, in milliseconds since 1970. */
  readonly began: number;
}

/**
 * One run of a program, with all its threads. Times are milliseconds. `asked` is the sum of `hits`, `misses`, `unasked` and
 * `refused`; `misses` that of `stored`, `unfit` and those that were not worth it.
 */
export interface RunRecord extends Process {
  /** Path of the script. */
  readonly program: string;
  readonly node: string;
  readonly mode: RunMode;
  /** How long it ran. */
  readonly ran: number;
  /** How long the processor would have worked for it without dumbo; absent where that is not known. */
  readonly bare?: number;
  /** Calls that reached a guard. */
  readonly asked: number;
  readonly hits: number;
  readonly misses: number;
  readonly stored: number;
  readonly unfit: number;
  readonly unasked: number;
  /** Calls without a key, calls that threw, and those that had not ended. */
  readonly refused: number;
  /** What the calls that were answered took when they were recorded. */
  readonly saved: number;
  /** The share of what is usual that it was allowed to spend on them; absent where that was all. */
  readonly share?: number;
  /** What dumbo took for keys, look-ups and records. */
  readonly spent: number;
  /** Whether a later run may see or spend more: files of packages were not analysed yet, or it was kept as a whole; absent where it could not. */
  readonly isTentative?: true;
  /** Functions with at least one hit or a stored result, and those that are not cached. */
  readonly cached: number;
  readonly uncached: number;
}

// Captured before the program can replace them.
const { max, min } = Math;

/** Runs of one program that are kept. */
export const MOST_RUNS = 20;
/** Programs of one directory whose runs are kept. */
const MOST_PROGRAMS = 16;
/** So many runs of a program spend what is usual, and so many are remembered for what came back: a run after an edit has few hits. */
const GENEROUS_RUNS = 3;
/** More comes back if it is so many times as much as in the runs before. */
const GROWTH = 1.25;
/** After so many runs that spend less than is usual comes one that does not. */
const SPARING_RUNS = 8;
/** What a run has saved is nothing if it is no more than this share of its time. */
const SLIGHT = 0.01;
/** The least share that a run may spend, so that what has become worth it is found. */
const LEAST = 1 / 8;
/** Threads of one process may differ by so many milliseconds about when it started. */
const TOLERANCE = 1000;

function fileOf(directory: string): string {
  return join(directory, "runs.json");
}

/** All runs that are known, the latest last. */
export function readRuns(directory: string): RunRecord[] {
  return readSealed<RunRecord[]>(fileOf(directory)) ?? [];
}

/**
 * Adds a run. A record that another thread of the same process has left is added to it.
 * @throws what the file system throws
 */
export function addRun(directory: string, run: RunRecord): void {
  const all = readRuns(directory);
  const others: RunRecord[] = [];
  let whole = run;
  // By index, here and below: by the end of a program, the iterator and the methods of arrays may be the program's own.
  for (let i = 0; i < all.length; i++) {
    const one = all[i] as RunRecord;
    if (isSameProcess(one, run)) whole = sum(one, run);
    else others[others.length] = one;
  }
  others[others.length] = whole;
  writeSealed(fileOf(directory), bounded(others));
}

/** What the runs of a program lead to expect of its next one, in milliseconds of the processor. */
export function outlookOf(directory: string, program: string): Omit<Outlook, "isWhole"> {
  const all = readRuns(directory);
  // The latest first.
  const runs: RunRecord[] = [];
  let hasStored = false;
  let computed = 0;
  for (let i = all.length - 1; i >= 0; i--) {
    const run = all[i] as RunRecord;
    if (run.program !== program) continue;
    if (runs.length > 0) hasStored ||= run.stored > 0;
    runs[runs.length] = run;
    if (run.mode !== "whole") computed++;
  }
  const [last] = runs;
  const bare = last?.bare ?? 0;
  return { bare, runs: computed, isVain: hasStored && last?.hits === 0, share: shareOf(runs, usualSpending(bare)) };
}

/** What the runs of a program say of how much the next one may spend. */
export type RunGain = Pick<RunRecord, "saved" | "share"> &
  Partial<Pick<RunRecord, "mode" | "ran" | "stored" | "isTentative">>;

/**
 * Whether nothing came of a run: it knew what its functions take, saw into all packages, and neither stored a result nor saved time. Of 29 programs
 * with such a second run, one saved time later (notes/programs.md).
 */
export function isBarren({ mode, saved, stored, isTentative, ran = 0 }: RunGain): boolean {
  return mode === "warm" && stored === 0 && isTentative !== true && saved <= SLIGHT * ran;
}

/**
 * The share of what is usual that the next run of a program may spend: all of it in its first runs, while more comes back in each run than in those
 * before, and now and then; else as much as has come back in the best of its last runs, and little after a run of which nothing came. So a program in
 * which little comes back is hardly slower.
 * @param runs the latest first
 * @param usual what a run usually may spend, in milliseconds
 */
export function shareOf(runs: readonly RunGain[], usual: number): number {
  const [last] = runs;
  const now = last?.saved ?? 0;
  let before = 0;
  for (let i = 1; i < GENEROUS_RUNS; i++) before = max(before, runs[i]?.saved ?? 0);
  const isInVain = last !== undefined && isBarren(last);
  if (!isInVain && (now > GROWTH * before || (runs.length < GENEROUS_RUNS && last?.share === undefined))) return 1;
  let wasGenerous = false;
  for (let i = 0; i < runs.length && i < SPARING_RUNS; i++) if (runs[i]?.share === undefined) wasGenerous = true;
  return wasGenerous ? min(1, max(LEAST, max(now, before) / usual)) : 1;
}

/** Whether two records are of threads of one process. */
export function isSameProcess(a: Process, b: Process): boolean {
  const apart = a.began - b.began;
  return a.pid === b.pid && apart < TOLERANCE && apart > -TOLERANCE;
}

/** @param last the thread that ended later */
function sum(first: RunRecord, last: RunRecord): RunRecord {
  return {
    ...last,
    mode: first.mode,
    ran: max(first.ran, last.ran),
    bare: max(first.bare ?? 0, last.bare ?? 0),
    asked: first.asked + last.asked,
    hits: first.hits + last.hits,
    misses: first.misses + last.misses,
    stored: first.stored + last.stored,
    unfit: first.unfit + last.unfit,
    unasked: first.unasked + last.unasked,
    refused: first.refused + last.refused,
    saved: first.saved + last.saved,
    spent: first.spent + last.spent,
    cached: max(first.cached, last.cached),
    uncached: max(first.uncached, last.uncached),
  };
}

/** The latest runs of each program, of the programs that ran last. */
function bounded(runs: readonly RunRecord[]): RunRecord[] {
  const counts: Record<string, number> = {};
  let programs = 0;
  const latestFirst: RunRecord[] = [];
  for (let i = runs.length - 1; i >= 0; i--) {
    const run = runs[i] as RunRecord;
    const name = `of ${run.program}`;
    const count = counts[name] ?? 0;
    if (count >= MOST_RUNS || (count === 0 && programs >= MOST_PROGRAMS)) continue;
    if (count === 0) programs++;
    counts[name] = count + 1;
    latestFirst[latestFirst.length] = run;
  }
  const kept: RunRecord[] = [];
  for (let i = latestFirst.length - 1; i >= 0; i--) kept[kept.length] = latestFirst[i] as RunRecord;
  return kept;
}
