import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readRun } from "../../loader/whole-run/kept-runs.ts";

/** The runs that a cache directory keeps as a whole, and when each was written. */
export function keptIn(cache: string): string[] {
  const runs = join(cache, "runs");
  if (!existsSync(runs)) return [];
  return readdirSync(runs)
    .filter((name) => readRun(cache, name)?.end.kind === "kept")
    .map((name) => `${name} ${statSync(join(runs, name)).mtimeMs}`);
}

/** Whether a run between two looks was answered: another one would have been written again, or removed. */
export function wasAnswered(before: readonly string[], after: readonly string[]): boolean {
  return before.length > 0 && before.join() === after.join();
}
