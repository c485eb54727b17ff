/**
 * What went into the keys of calls that were stored, for `dumbo why` and `dumbo affected`: a line for each run that stored
 * anything, appended to a file beside the store. A run pays for its own line alone. A line that is damaged, or cut off by a
 * crash, is left out.
 */
import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../atomic-write.ts";
import { hashText } from "../hash.ts";

/** A function or class that a call's code reached: its name, file, line, the digest of its code, and its module's transform. */
export type LoggedUnit = readonly [name: string, file: string, line: number, code: string, module: string];

export interface LoggedCall {
  /** 32 hexadecimal digits. */
  readonly key: string;
  /** Digests of the parts of the key: code, this, args, state, env. */
  readonly parts: readonly string[];
  /** The number of the list of places that its digests belong to. */
  readonly places: number;
  readonly digests: string;
  /** The dependency of an earlier entry with the same key that had changed. */
  readonly changed?: string;
}

/** The calls of one function that a run has stored. */
export interface LoggedFunction {
  /** From the project's folder. */
  readonly file: string;
  readonly name: string;
  readonly line: number;
  /** The functions and classes that the code of its keys consisted of, by the digest of that part of the key. */
  readonly code: Readonly<Record<string, readonly LoggedUnit[]>>;
  /** Lists of places in a key. Calls whose arguments have the same form share a list. */
  readonly places: readonly (readonly string[])[];
  readonly calls: readonly LoggedCall[];
}

export interface LoggedRun {
  /** When the process started, in milliseconds since 1970. */
  readonly began: number;
  readonly pid: number;
  readonly program: string;
  readonly functions: readonly LoggedFunction[];
}

const FILE = "keys.log";
const DIGITS = 32;
/** When the file has more bytes, most of the older half of its runs is removed. */
const LARGEST = 4 * 1024 * 1024;
/** So many calls of a function are kept of the older half. */
const MOST_OLD_CALLS = 50;

/** @throws what the file system throws */
export function logRun(directory: string, run: LoggedRun): void {
  const path = join(directory, FILE);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGEST) {
    writeAtomically(path, shortened(readLog(directory)).map(lineOf).join(""));
  }
  appendFileSync(path, lineOf(run));
}

/** All runs that are known, the latest last. */
export function readLog(directory: string): LoggedRun[] {
  let text: string;
  try {
    text = readFileSync(join(directory, FILE), "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    const json = line.slice(DIGITS);
    return line !== "" && line.startsWith(hashText(json)) ? [JSON.parse(json) as LoggedRun] : [];
  });
}

function lineOf(run: LoggedRun): string {
  const json = JSON.stringify(run);
  return `${hashText(json)}${json}\n`;
}

/** The newer half of the runs. Of each function in the older half: its latest code, and a few of its calls. */
function shortened(runs: readonly LoggedRun[]): LoggedRun[] {
  const from = Math.floor(runs.length / 2);
  const latest = new Map<string, { run: LoggedRun; one: LoggedFunction }>();
  for (const run of runs.slice(0, Math.max(1, from))) {
    for (const one of run.functions) latest.set(`${one.file}#${one.name}`, { run, one });
  }
  const old = new Map<LoggedRun, LoggedFunction[]>();
  for (const { run, one } of latest.values()) {
    old.set(run, [...(old.get(run) ?? []), { ...one, calls: one.calls.slice(-MOST_OLD_CALLS) }]);
  }
  const kept = [...old].map(([run, functions]) => ({ ...run, functions }));
  return [...kept, ...runs.slice(Math.max(1, from))];
}
