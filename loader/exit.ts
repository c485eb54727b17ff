/** What a run leaves behind when it ends: results, profiles, transforms for the next run, and a word to the user. */
import { appendFileSync } from "node:fs";
import { sinceStart } from "../audit/builtins/originals.ts";
import type { Memoizer } from "../src/call/memoizer.ts";
import type { CompiledCode } from "../src/compiled-code.ts";
import type { Config } from "../src/config/config.ts";
import { writeError } from "../src/node/process.ts";
import {
  type FunctionProfile,
  type Omissions,
  readProfiles,
  writeDistrusted,
  writeModules,
  writeProfiles,
} from "../src/policy/profile.ts";
import { modulePath, profileKey, profileOf, summarise, summaryLine, summaryRecord } from "../src/report/summary.ts";
import { hasPending } from "../src/store/disk/directory.ts";
import type { Store } from "../src/store/store.ts";
import { usesOwnCompileCache } from "./compile-cache.ts";
import type { Loader } from "./hooks/load.ts";
import { startPreparing } from "./prepare/start.ts";

export interface ExitSettings {
  readonly root: string;
  readonly directory: string;
  /** Where dumbo itself is, with a separator at the end. */
  readonly dumboFolder: string;
  readonly config: Config;
  readonly omissions: Omissions;
  /** `DUMBO_LOG`, if set. */
  readonly log: string | undefined;
  /** Cost: a module of Node's. */
  readonly isMainThread: () => boolean;
  /** dumbo's own files as V8 has compiled them. */
  readonly compiled: CompiledCode;
}

/** What there is to write of one run. */
export interface Run {
  readonly memoizer: Memoizer;
  readonly loader: Loader;
  /** Transforms of the modules that ran, by URL. */
  readonly modules: ReadonlyMap<string, string>;
  /** The store that look-ups have opened: null if it cannot be opened, undefined if nobody has asked. */
  readonly store: Store | null | undefined;
  readonly openStore: () => Store | null;
}

/**
 * Writes what a run found out.
 * @throws what the file system throws
 */
export function keep(run: Run, settings: ExitSettings): void {
  const { directory, dumboFolder, config, compiled, isMainThread } = settings;
  // The main thread writes what worker threads left, and may not have looked anything up itself.
  const store = run.store === undefined && hasPending(directory) ? run.openStore() : run.store;
  store?.flush();
  keepProfiles(run, settings);
  keepDistrusted(run.memoizer, directory);
  run.loader.catchUp("main");
  if (compiled.hasFresh && isMainThread()) compiled.write();
  run.loader.pack([...run.modules.values()], isMainThread, usesOwnCompileCache());
  if (config.prepare && isMainThread()) startPreparing(directory, dumboFolder, sinceStart());
}

function keepProfiles({ memoizer, modules }: Run, { root, directory, omissions }: ExitSettings): void {
  const profiles: Record<string, FunctionProfile> = {};
  const omit: Record<string, number[]> = {};
  const ofProgram = [...modules].filter(([url]) => !url.includes("/node_modules/"));
  const isEdited = writeModules(directory, new Map(ofProgram));
  const before = memoizer.sites.length > 0 ? readProfiles(directory) : {};
  for (const live of memoizer.sites) {
    const file = modulePath(live.module.instance.url, root);
    const key = profileKey(file, live.site.name, live.site.place.line);
    const profile = profileOf(live, root, before[key]);
    // After an edit, misses are no sign that a function's calls do not repeat.
    profiles[key] = isEdited ? { ...profile, fruitless: 0 } : profile;
    if (live.state.kind !== "cheap") continue;
    const { id } = live.module.instance;
    omit[id] = [...(omit[id] ?? []), live.index];
  }
  const hasOmissions = Object.keys(omissions).length > 0;
  if (memoizer.sites.length === 0 && !hasOmissions) return;
  writeProfiles(directory, profiles, omit, isEdited, Date.now());
}

/** A wrong entry is the worst that can happen: later runs do not trust the function, and the exit code tells of it. */
function keepDistrusted({ sites }: Memoizer, directory: string): void {
  const wrong: Record<string, number[]> = {};
  for (const { isDistrusted, module, index } of sites) {
    const { id } = module.instance;
    if (isDistrusted) wrong[id] = [...(wrong[id] ?? []), index];
  }
  if (Object.keys(wrong).length === 0) return;
  process.exitCode ||= 1;
  writeDistrusted(directory, wrong);
}

/** Tells what the run did, where and as the user wants it. */
export function tell({ sites }: Memoizer, { log, root }: ExitSettings): void {
  if (log !== undefined && /^(|off|0|false|no)$/i.test(log)) return;
  const summary = summarise(sites, root);
  if (log === "json") writeError(`${JSON.stringify(summaryRecord(summary))}\n`);
  else if (log !== undefined && /[/\\]/.test(log)) appendFileSync(log, `${JSON.stringify(summaryRecord(summary))}\n`);
  // The terminal last: Node loads its streams to answer that.
  else if (summary.calls > 0 && (log !== undefined || process.stderr.isTTY === true)) {
    writeError(`${summaryLine(summary)}\n`);
  }
}
