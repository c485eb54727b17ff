/** What is said of a run that was answered as a whole. */
import type { RunRecord } from "../policy/runs.ts";
import { time } from "./words.ts";

/** A run that was answered as a whole: one call, and one hit. @param took milliseconds that the run took which printed the same */
export function answeredRun(facts: Pick<RunRecord, "began" | "ran" | "program">, took: number): RunRecord {
  const { ran } = facts;
  const calls = { asked: 1, hits: 1, misses: 0, stored: 0, unfit: 0, unasked: 0, refused: 0, cached: 0, uncached: 0 };
  return {
    ...facts,
    ...calls,
    pid: process.pid,
    node: process.version,
    mode: "whole",
    bare: took,
    saved: took,
    spent: ran,
  };
}

/** What a run tells that was answered as a whole. @param took milliseconds that the run took which printed the same */
export function answeredLine(took: number): string {
  return `dumbo: ${time(took)} saved: nothing has changed that the run would read, so what it prints is printed again`;
}
