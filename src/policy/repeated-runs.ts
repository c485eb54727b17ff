/**
 * Functions that the loader took for ones that run once with their module, and that a run has seen run again
 * (src/code/once-scopes.ts): `repeated.json`, beside the store. No later transform of the same content takes them for such. What
 * is missing here costs hits, never a result: each run sees for itself what runs again.
 */
import { join } from "node:path";
import { readSealed, writeSealed } from "./sealed-file.ts";

/** Where the functions begin in the module's text, in ascending order, by the id of the module's content. */
export type RepeatedRuns = Readonly<Record<string, readonly number[]>>;

/** Functions of a module that a run has seen run again. */
export interface SeenAgain {
  /** Path or URL of the module. */
  readonly url: string;
  /** The id of the module's content. */
  readonly content: string;
  /** Where the functions begin in the module's text. */
  readonly starts: readonly number[];
}

/** Modules of which something is known; the one that was noted longest ago gives way. */
const MOST_MODULES = 1000;

/** Cost: one small file, which few directories have. */
export function readRepeatedRuns(directory: string): RepeatedRuns {
  return readSealed<RepeatedRuns>(fileIn(directory)) ?? {};
}

/**
 * Adds what a run has seen to what is known. Writes only what is new.
 * @returns whether anything is
 * @throws what the file system throws
 */
export function writeRepeatedRuns(directory: string, seen: readonly SeenAgain[]): boolean {
  const all = new Map(Object.entries(readRepeatedRuns(directory)));
  let isNew = false;
  for (const { content, starts } of seen) {
    const before = all.get(content) ?? [];
    const after = united(before, starts);
    if (after.length === before.length) continue;
    all.delete(content);
    all.set(content, after);
    isNew = true;
  }
  if (isNew) writeSealed(fileIn(directory), Object.fromEntries([...all].slice(-MOST_MODULES)));
  return isNew;
}

export function united(some: readonly number[], others: readonly number[]): readonly number[] {
  return [...new Set([...some, ...others])].sort((a, b) => a - b);
}

function fileIn(directory: string): string {
  return join(directory, "repeated.json");
}
