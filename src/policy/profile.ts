/**
 * What runs learn about functions, in plain files beside the store: `omit.json`, which is small and read at each start, and
 * `profile.json`, which is read at the first guarded call and by `dumbo explain`. Each file begins with a digest of the rest.
 */
import { join } from "node:path";
import type { Place, Reason } from "../reason/reason.ts";
import { readSealed, writeSealed } from "./sealed-file.ts";

export type Verdict = "cached" | "cheap" | "refused" | "undecided";

/** Everything known of one function, added up over the runs since its code changed. */
export interface FunctionProfile {
  readonly name: string;
  /** Path of the module, relative to the project where it is inside of it. */
  readonly file: string;
  readonly place: Place;
  verdict: Verdict;
  /** Why it is not cached, or why a call was last refused. */
  reason: Reason | null;
  /** Further reasons, and how many more there are that are not listed: as in Reasons. */
  others?: readonly Reason[];
  unlisted?: number;
  /** Calls that reached the guard. */
  calls: number;
  hits: number;
  misses: number;
  /** Calls that were stored. */
  stored?: number;
  /** The share of a run's calls that were hits, of those that could have been: the mean of the last runs. */
  returned?: number;
  /** Milliseconds. */
  saved: number;
  /** Mean milliseconds of a recorded call and of its key. */
  run: number;
  key: number;
  /** Milliseconds of the first key of a run, and the mean of the others. */
  keyFirst?: number;
  keyLater?: number;
  /** Milliseconds that all calls of the last run took together, by the mean of those that were timed. */
  total?: number;
  /** Mean milliseconds of recording a call. */
  record?: number;
  /** Milliseconds after which keys were abandoned, if none was ever completed. */
  keyOver?: number;
  /** The digest of the assumePure list under which it was learned; missing where there was none. */
  list?: string;
  /** Milliseconds of the last run in calls that were recorded in vain, without recorded calls inside of them. */
  lost?: number;
  /** Bytes of the largest value stored. */
  bytes: number;
  /** The most dependencies that one call had. */
  dependencies?: number;
  /** The dependency for whose change a call last missed. */
  changed?: string;
  /** Whether its calls change objects that were there before them, and these changes are kept with the result. */
  changes?: boolean;
  /** Runs in a row with misses and no hit. */
  fruitless?: number;
  /** Runs in a row that refused it, or left it alone for that. */
  refusedRuns?: number;
  /** How many files and folders a cached call writes again, and the first of them. */
  writes?: number;
  written?: readonly string[];
  /** Events in recorded calls that did not count because of the assumePure list. */
  overrode?: number;
  /** The last run that answered or recorded a call. */
  last?: LastRun;
}

/** Where the time of one function went in one run. Milliseconds; recorded calls inside of a call count for themselves. */
export interface LastRun {
  /** The process, and when it started, since 1970. */
  readonly pid: number;
  readonly began: number;
  /** What the calls that hit took when they were recorded. */
  readonly answered: number;
  /** Calls that were stored, or were not worth it. */
  readonly computed: number;
  /** Calls that may not be stored. */
  readonly refused: number;
}

/** Guards that are left out of a module, and since when (milliseconds since 1970). */
export interface Omission {
  readonly sites: readonly number[];
  readonly since: number;
  /** The digest of the assumePure list at that time; missing where there was none. */
  readonly list?: string;
}

export type Omissions = Record<string, Omission>;

/** After so many milliseconds, omitted guards come back. To count runs instead would take a write in each run. */
const NEW_LOOK = 7 * 24 * 3600 * 1000;

/**
 * The guards to leave out, by module. Cost: one small file.
 * @param now milliseconds since 1970
 * @param list the digest of the assumePure list: functions that were too cheap under another list have other keys now
 */
export function readOmissions(directory: string, now: number, list = ""): Omissions {
  const all = readSealed<Omissions>(join(directory, "omit.json")) ?? {};
  return Object.fromEntries(
    Object.entries(all).filter(([, { since, list: before = "" }]) => now - since < NEW_LOOK && before === list),
  );
}

/** What is known of a function, if it was learned under this assumePure list. That results were kept is known under any list. */
export function learnedUnder(list: string, profile: FunctionProfile | undefined): FunctionProfile | undefined {
  return profile?.verdict === "cached" || (profile?.list ?? "") === list ? profile : undefined;
}

/** All profiles, by file, line and name. */
export function readProfiles(directory: string): Record<string, FunctionProfile> {
  return readSealed<Record<string, FunctionProfile>>(join(directory, "profile.json")) ?? {};
}

/**
 * Merges what this run has learned into the files. Writes a file only if something in it is new.
 * @param edited whether the code of a module was new in this run: then all omitted guards come back
 * @param now milliseconds since 1970
 * @param list the digest of the assumePure list
 * @throws what the file system throws
 */
export function writeProfiles(
  directory: string,
  learned: Record<string, FunctionProfile>,
  omit: Record<string, readonly number[]>,
  edited: boolean,
  now: number,
  list = "",
): void {
  const known = readOmissions(directory, now, list);
  const omissions = edited ? {} : { ...known };
  for (const [module, sites] of Object.entries(omit)) {
    const { sites: before, since } = omissions[module] ?? { sites: [], since: now };
    omissions[module] = {
      sites: [...new Set([...before, ...sites])].sort((a, b) => a - b),
      since,
      ...(list !== "" && { list }),
    };
  }
  const isNew = Object.keys(omit).length > 0 || (edited && Object.keys(known).length > 0);
  if (isNew) writeSealed(join(directory, "omit.json"), omissions);
  if (Object.keys(learned).length > 0) {
    writeSealed(join(directory, "profile.json"), { ...readProfiles(directory), ...learned });
  }
}

/** The transform that each user module had when it last ran, by URL: it names the module's manifest. */
export function readModules(directory: string): Record<string, string> {
  return readSealed<Record<string, string>>(join(directory, "modules.json")) ?? {};
}

/**
 * Notes the transforms of the modules that ran. Writes only when one is new.
 * @returns whether one is
 * @throws what the file system throws
 */
export function writeModules(directory: string, ran: ReadonlyMap<string, string>): boolean {
  const known = readModules(directory);
  if ([...ran].every(([url, id]) => known[url] === id)) return false;
  writeSealed(join(directory, "modules.json"), { ...known, ...Object.fromEntries(ran) });
  return true;
}

/** Milliseconds that earlier runs did not use of the share that analysing packages may take. */
export function readSaved(directory: string): number {
  return readSealed<{ ms: number }>(join(directory, "saved.json"))?.ms ?? 0;
}

/** @throws what the file system throws */
export function writeSaved(directory: string, ms: number): void {
  writeSealed(join(directory, "saved.json"), { ms });
}

/** What tells a function from the others of one content, whatever transform that has. */
export function placedName({
  name,
  place: { line, column },
}: {
  readonly name: string;
  readonly place: Place;
}): string {
  return `${line}:${column} ${name}`;
}

/** Functions whose entries were found wrong, by the content of their module: they have to stay off in all later runs. */
export function readDistrusted(directory: string): Record<string, readonly string[]> {
  return readSealed<Record<string, readonly string[]>>(join(directory, "distrusted.json")) ?? {};
}

/** @throws what the file system throws */
export function writeDistrusted(directory: string, found: Readonly<Record<string, readonly string[]>>): void {
  const all = { ...readDistrusted(directory) };
  for (const [content, functions] of Object.entries(found)) {
    all[content] = [...new Set([...(all[content] ?? []), ...functions])].sort();
  }
  writeSealed(join(directory, "distrusted.json"), all);
}
