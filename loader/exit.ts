/** What a run writes when it ends: results, profiles, transforms for the next run, and a line for the user. */
import { appendFileSync } from "node:fs";
import { clock, ran, sinceStart } from "../audit/builtins/originals.ts";
import { hasCallListeners } from "../src/call/events.ts";
import type { Memoizer } from "../src/call/memoizer.ts";
import { type CompiledCode, RAN } from "../src/compiled-code.ts";
import type { Config } from "../src/config/config.ts";
import { isOfPackage } from "../src/config/project.ts";
import { writeError } from "../src/node/process.ts";
import { fileURLToPath } from "../src/node/url.ts";
import { logRun } from "../src/policy/key-log.ts";
import { describeOverruled, writeOverruled } from "../src/policy/overruled-modules.ts";
import {
  type FunctionProfile,
  learnedUnder,
  type Omissions,
  placedName,
  readProfiles,
  writeDistrusted,
  writeModules,
  writeProfiles,
} from "../src/policy/profile.ts";
import { type SeenAgain, writeRepeatedRuns } from "../src/policy/repeated-runs.ts";
import { addRun, isBarren, type RunRecord } from "../src/policy/runs.ts";
import { exitLine, runRecord } from "../src/report/exit-lines.ts";
import { profileOf } from "../src/report/function-profile.ts";
import type { LogTarget } from "../src/report/log-target.ts";
import { loggedFunctions } from "../src/report/noted-calls.ts";
import { modulePath, profileKey, summarise, summaryRecord } from "../src/report/summary.ts";
import { hasPending } from "../src/store/disk/directory.ts";
import type { Store } from "../src/store/store.ts";
import { usesOwnCompileCache } from "./compile-cache.ts";
import { gainOf } from "./gain.ts";
import { type Loader, MAIN } from "./hooks/load.ts";
import { SHORTEST_RUN } from "./hooks/package-budget.ts";
import { mayStartBeside, startPreparing } from "./prepare/start.ts";
import type { Rest } from "./rest.ts";
import type { RememberedRun } from "./whole-run/remembered-run.ts";

// Captured before the program can replace it.
const { max } = Math;

export interface ExitSettings {
  readonly root: string;
  readonly directory: string;
  /** The directory for all projects of the user, or null. */
  readonly user: string | null;
  /** Path of the script that runs. */
  readonly program: string;
  /** Where dumbo itself is, with a separator at the end. */
  readonly dumboFolder: string;
  readonly config: Config;
  readonly omissions: Omissions;
  /** The digest of the assumePure list. */
  readonly list: string;
  readonly log: LogTarget;
  /** Share of hits that are computed again and compared. */
  readonly verify: number;
  /** Cost: loads a module of Node's. */
  readonly isMainThread: () => boolean;
  /** dumbo's own files as V8 has compiled them. */
  readonly compiled: CompiledCode;
  /** Notes whether the program gains anything; null where it may not run without dumbo anyway. */
  readonly rest: Rest | null;
  /** The run as a whole; null where it is not kept. */
  readonly remembered: RememberedRun | null;
}

/** The parts of a run that have something to write. */
export interface Run {
  readonly memoizer: Memoizer;
  readonly loader: Loader;
  /** Transforms of the modules that ran, by URL. */
  readonly modules: ReadonlyMap<string, string>;
  /** Those of the program that run with another text than dumbo's: URLs. */
  readonly overruled: readonly string[];
  /** The store that look-ups have opened: null if it cannot be opened, undefined if there was no look-up. */
  readonly store: Store | null | undefined;
  readonly openStore: () => Store | null;
}

/**
 * Writes what a run has found out.
 * @throws what the file system throws
 */
export function keep(run: Run, settings: ExitSettings, record: RunRecord): void {
  const { directory, user, dumboFolder, config, compiled, isMainThread } = settings;
  // The main thread also writes what worker threads have left, even if it has looked nothing up itself.
  const store = run.store === undefined && hasPending(directory) ? run.openStore() : run.store;
  store?.flush();
  keepProfiles(run, settings, record);
  keepDistrusted(run, directory);
  if (record.asked > 0) addRun(directory, record);
  writeOverruled(directory, pathsOf(run.overruled, settings.root), isMainThread);
  keepKeys(run.memoizer, settings, record);
  const isWiser = keepRepeated(run, directory);
  const isOpen = (run.loader.catchUp(MAIN) && mayBePrepared()) || isWiser;
  const did = whatRan(run, record);
  if (compiled.isBehind(did) && isMainThread()) compiled.write(did);
  // By no method of arrays: the program may have replaced those by now.
  const loaded = new Map<string, string>();
  for (const [url, id] of run.modules) loaded.set(id, url);
  run.loader.pack(loaded, isMainThread, usesOwnCompileCache());
  if (!process.exitCode && isMainThread()) keepRest(run, settings, record, isOpen);
  if (config.prepare && isMainThread()) startPreparing(directory, user, dumboFolder, sinceStart());
}

/**
 * Whether what the run has not analysed soon will be: a short run is followed by no process, and analyses so little itself that it would go on for
 * many runs, each slower than without dumbo.
 */
function mayBePrepared(): boolean {
  return sinceStart() >= SHORTEST_RUN;
}

/** What the run did, for which dumbo's own functions have run. */
function whatRan({ loader }: Run, { asked, stored, hits }: RunRecord): number {
  const parsed = loader.hasParsed ? RAN.parsed : 0;
  return parsed | (asked > 0 ? RAN.asked : 0) | (stored > 0 ? RAN.stored : 0) | (hits > 0 ? RAN.hit : 0);
}

/** Starts a process beside the program that analyses the files which were passed over so far. */
export function prepareBeside(loader: Loader, { directory, user, dumboFolder, isMainThread }: ExitSettings): void {
  try {
    if (!isMainThread() || !mayStartBeside()) return;
    loader.catchUp(MAIN);
    startPreparing(directory, user, dumboFolder, sinceStart());
  } catch {
    // It is tried again when the program ends. What is wrong is said there.
  }
}

/** Notes whether the run gained anything. @param isOpen whether the next run may gain more, because files are still to be analysed */
function keepRest(
  { memoizer, loader, modules }: Run,
  { rest, remembered }: ExitSettings,
  record: RunRecord,
  isOpen: boolean,
): void {
  const gain = gainOf(memoizer.sites, memoizer.spent, record.share ?? 1);
  // What a hook thread has loaded is known where it was rewritten: other files of such a program can be edited while it rests.
  const files = new Set(loader.files);
  for (const url of modules.keys()) if (url.startsWith("file:")) files.add(fileURLToPath(url));
  const mayGainMore = isOpen || isAnswerable(remembered) || hasCallListeners();
  const outcome = { gain, took: sinceStart(), isBarren: isBarren(record), isLean: loader.isLean, isOpen: mayGainMore };
  rest?.note({ ...outcome, files: [...files] }, clock());
}

/** Whether the next run may be answered as a whole. */
function isAnswerable(remembered: RememberedRun | null): boolean {
  return remembered !== null && (remembered.isKept || remembered.isNoted);
}

/** Writes what went into the keys of stored calls, for `dumbo why`. */
function keepKeys({ sites }: Memoizer, { directory, root }: ExitSettings, { began, pid, program }: RunRecord): void {
  const functions = loggedFunctions(sites, root);
  if (functions.length > 0) logRun(directory, { began, pid, program, functions });
}

/**
 * The record of this run: how many calls it had, and how many were answered.
 * @param ownTime milliseconds that dumbo's start and loading modules have taken
 * @param share of what is usual, that the run was allowed to spend on calls
 */
export function recordOf(
  { sites, spent }: Memoizer,
  { hasPostponed }: Loader,
  { program, verify, remembered }: ExitSettings,
  ownTime: number,
  share: number,
): RunRecord {
  const took = sinceStart();
  const without = max(0, ran() - ownTime - spent);
  const isTentative = (hasPostponed && mayBePrepared()) || isAnswerable(remembered);
  const facts = { began: clock() - took, ran: took, without, program, verifies: verify > 0, share, isTentative };
  return runRecord(sites, facts);
}

function keepProfiles(
  { memoizer, modules }: Run,
  { root, directory, omissions, list }: ExitSettings,
  record: RunRecord,
): void {
  const profiles: Record<string, FunctionProfile> = {};
  const omit: Record<string, number[]> = {};
  const ofProgram = [...modules].filter(([url]) => !isOfPackage(url));
  const isEdited = writeModules(directory, new Map(ofProgram));
  const before = memoizer.sites.length > 0 ? readProfiles(directory) : {};
  for (const live of memoizer.sites) {
    const file = modulePath(live.module.instance.url, root);
    const key = profileKey(file, live.site.name, live.site.place.line);
    const learned = profileOf(live, root, learnedUnder(list, before[key]), record);
    const profile = list === "" ? learned : { ...learned, list };
    // After an edit, a run without hits does not show that calls do not repeat, nor a refusal that the function will be refused again.
    profiles[key] = isEdited ? { ...profile, fruitless: 0, refusedRuns: 0 } : profile;
    if (live.state.kind !== "cheap") continue;
    const { id } = live.module.instance;
    omit[id] = [...(omit[id] ?? []), live.index];
  }
  const hasOmissions = Object.keys(omissions).length > 0;
  if (memoizer.sites.length === 0 && !hasOmissions) return;
  writeProfiles(directory, profiles, omit, isEdited, Date.now(), list);
}

/** Notes the functions of which an entry was wrong: later runs do not cache them. The exit code is 1 then, unless the program has set another. */
function keepDistrusted({ memoizer, loader }: Run, directory: string): void {
  const wrong: Record<string, string[]> = {};
  for (const { isDistrusted, module, site } of memoizer.sites) {
    if (!isDistrusted) continue;
    const content = loader.contentOf(module.instance.id);
    wrong[content] = [...(wrong[content] ?? []), placedName(site)];
  }
  if (Object.keys(wrong).length === 0) return;
  process.exitCode ||= 1;
  writeDistrusted(directory, wrong);
}

/**
 * Notes which functions do not run once with their modules, whatever the look of them.
 * @returns whether later runs know more by that
 */
function keepRepeated({ memoizer, loader }: Run, directory: string): boolean {
  const seen: SeenAgain[] = [];
  for (const [{ instance, manifest }, homes] of memoizer.repeated) {
    const starts = homes.flatMap((home) => manifest?.once?.[home - 1]?.start ?? []);
    if (starts.length > 0) seen.push({ url: instance.url, content: loader.contentOf(instance.id), starts });
  }
  if (seen.length === 0 || !writeRepeatedRuns(directory, seen)) return false;
  loader.noteRepeated(seen);
  return true;
}

function pathsOf(urls: readonly string[], root: string): string[] {
  const paths: string[] = [];
  for (let i = 0; i < urls.length; i++) paths[i] = modulePath(urls[i] as string, root);
  return paths;
}

/** Tells the user what the run did, where and how the user wants it. @param overruled see {@link Run} */
export function tell(
  { sites }: Memoizer,
  { log, root }: ExitSettings,
  run: RunRecord,
  overruled: readonly string[],
): void {
  const isHeard = log.kind === "summary" || (log.kind === "default" && overruled.length > 0 && process.stderr.isTTY);
  if (overruled.length > 0 && isHeard) writeError(`dumbo: ${describeOverruled(pathsOf(overruled, root))}\n`);
  switch (log.kind) {
    case "silent":
      return;
    case "json": {
      const line = `${JSON.stringify(summaryRecord(summarise(sites, root)))}\n`;
      if (log.file === null) writeError(line);
      else appendFileSync(log.file, line);
      return;
    }
    case "default":
      // Nothing is said of a run without look-ups. The terminal is asked for last, because Node loads its streams to answer.
      if (run.asked > 0 && process.stderr.isTTY === true) writeError(`${exitLine(run, sites)}\n`);
      return;
    case "summary":
      if (run.asked > 0) writeError(`${exitLine(run, sites)}\n`);
      return;
    case "operations": {
      const line = `${exitLine(run, sites)}\n`;
      if (log.file === null) writeError(line);
      else appendFileSync(log.file, line);
    }
  }
}
