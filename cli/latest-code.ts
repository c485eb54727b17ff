/** The code and the values in the key of each function's last stored call. */
import type { LoggedRun, LoggedUnit } from "../src/policy/key-log.ts";

export interface LatestCode {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** The function itself, and the functions and classes that its code reaches. */
  readonly units: readonly LoggedUnit[];
  /** The places of the values in its key: `argument 1.title`, `this`, `\`options\``. */
  readonly places: readonly string[];
}

/** @returns the code by `file#name` */
export function latestCode(log: readonly LoggedRun[]): Map<string, LatestCode> {
  const found = new Map<string, LatestCode>();
  for (const { functions } of log) {
    for (const { file, line, name, code, places, calls } of functions) {
      const call = calls.at(-1);
      const units = code[call?.parts[0] ?? ""];
      if (units) found.set(`${file}#${name}`, { file, line, name, units, places: places[call?.places ?? -1] ?? [] });
    }
  }
  return found;
}
