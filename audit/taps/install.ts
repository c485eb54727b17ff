/**
 * The taps: every road by which a program learns something, or does something, that its own values do not show.
 *
 * While no call is being recorded (`state.open` is 0) a tap tests one number and gets out of the way. Inside a frame
 * it publishes an `AuditEvent` on the diagnostics channel `dumbo:audit` and then runs the original, untouched.
 */

import { takeLazyModule } from "../../src/node/lazy.ts";
import { state } from "../../src/trace/frames.ts";
import { getBuiltinModule } from "../builtins/originals.ts";
import { takePure } from "../builtins/pure-modules.ts";
import { tapDate } from "./date.ts";
import { tapFunctionMakers } from "./function-makers.ts";
import { tapSource } from "./function-source.ts";
import { tapGlobals, tapLazyGlobal } from "./globals.ts";
import { tapMemory } from "./memory.ts";
import { type Exports, tapExports } from "./modules.ts";
import { tapProcess } from "./process.ts";
import { globalTables, tables } from "./tables.ts";
import { remember } from "./wrap.ts";

/** @public Built-in modules that have taps, spelled without `node:` where Node takes both spellings. */
export const tappedBuiltins: readonly string[] = Object.keys(tables);

/** @public Globals that {@link tapGlobal} has to be called for when a module mentions them: looking at them loads code. */
export const lazyGlobals: readonly string[] = Object.keys(globalTables);

/** @public */
export { untappedOfProcess } from "./process.ts";

/** Modules that Node has loaded before any program starts: tapping them costs no loading. */
const bootstrapped = ["async_hooks", "fs", "timers", "util"];

/** Internal modules that define lazy globals: looking at those loads nothing any more once these are there. */
const internals: Readonly<Record<string, readonly string[]>> = {
  "internal/abort_controller": ["AbortSignal"],
  "internal/crypto/webcrypto": ["crypto"],
  "internal/deps/undici/undici": ["EventSource", "WebSocket"],
  "internal/perf/performance": ["performance"],
  "internal/worker/io": ["BroadcastChannel", "MessagePort"],
};

/** Node's record of what it has loaded, in order: `NativeModule fs`, `Internal Binding os`, ... It only grows. */
const loaded = (process as unknown as { moduleLoadList?: readonly string[] }).moduleLoadList ?? [];
const prefix = "NativeModule ";

/** How far that record has been read. */
let seen = 0;

let installed = false;

/** A module was tapped since names were brought up to date. */
let isBehind = false;

/** Installs all taps of this thread that need nothing to be loaded. A second call does nothing. */
export function installTaps(): void {
  if (installed) return;
  installed = true;
  suspended(() => {
    for (const name of bootstrapped) tapModule(name);
    tapGlobals();
    tapDate();
    tapMemory();
    tapSource();
    tapFunctionMakers();
    tapProcess(tapLoaded);
    tapGetBuiltinModule();
    catchUp();
    syncNames();
  });
}

/**
 * Loads one built-in module and taps it. To be called before a module that imports it runs, so that names that are
 * taken out of it (`import { readFileSync }`) are tapped ones. Unknown names, and modules without taps, are ignored. Some
 * modules print a warning when they are loaded: whoever calls this is about to load them anyway.
 */
export function tapBuiltin(name: string): void {
  if (!installed) return;
  tapLoaded();
  const key = Object.hasOwn(tables, name) ? name : name.replace(/^node:/, "");
  takeLazyModule(key);
  // This one warns by whoever is the first to load it.
  if (key !== "punycode") takePure(key);
  if (!Object.hasOwn(tables, key)) return;
  suspended(() => {
    // What is loaded only now has not been imported by anyone: there are no imported names to bring up to date.
    tapModule(key);
    catchUp();
  });
}

/**
 * Like {@link tapBuiltin}, for a module that an ES module has imported already: without hooks in this thread nobody says
 * so before its names are bound.
 */
export function tapImported(name: string): void {
  tapBuiltin(name);
  if (isBehind) suspended(syncNames);
}

/** Taps one of the {@link lazyGlobals}. To be called before a module that mentions the name runs. */
export function tapGlobal(name: string): void {
  if (installed) suspended(() => tapLazyGlobal(name));
}

/**
 * Taps whatever Node has loaded since the last look, on whose behalf it may be. To be called when a frame opens: this
 * is how modules are found that the program has reached by roads that no hook sees. While there is nothing new it
 * costs one comparison.
 */
export function tapLoaded(): void {
  if (seen === loaded.length || !installed) return;
  suspended(() => {
    catchUp();
  });
}

/** Runs `work` with the audit suspended: what the taps do is not the program's doing. */
function suspended(work: () => void): void {
  state.suspended++;
  try {
    work();
  } finally {
    state.suspended--;
  }
}

/** Reads on in the record of loaded modules and taps them. Answers whether one of them can be imported by name. */
function catchUp(): boolean {
  let found = false;
  // The record may grow while we tap: an export that is a lazy getter can load more.
  for (; seen < loaded.length; seen++) {
    const entry = loaded[seen] as string;
    if (!entry.startsWith(prefix)) continue;
    const id = entry.slice(prefix.length);
    takePure(id);
    if (id.startsWith("internal/")) {
      for (const name of internals[id] ?? []) tapLazyGlobal(name);
    } else if (tapModule(id) || tapModule(`node:${id}`)) {
      found = true;
    }
  }
  return found;
}

/**
 * Brings up to date what ES modules have imported by name before it was tapped. That takes 0.1 to 0.5 ms, and makes
 * visible what others have replaced without saying so; so it is done at start-up, and later only if there is need.
 */
export function syncNames(): void {
  isBehind = false;
  getBuiltinModule("node:module").syncBuiltinESMExports();
}

/** Taps the exports of a module, if it is in the tables and this Node has it. */
function tapModule(name: string): boolean {
  if (!Object.hasOwn(tables, name)) return false;
  let exports: Exports | undefined;
  try {
    exports = getBuiltinModule(name) as unknown as Exports | undefined;
  } catch {
    // Node without OpenSSL or inspector, `trace_events` in a worker: the program will be told when it asks.
  }
  const isNew = exports !== undefined && tapExports(name, exports);
  isBehind ||= isNew;
  return isNew;
}

/** What `process.getBuiltinModule` returns has to be tapped. Asking for a module is no touch. */
function tapGetBuiltinModule(): void {
  const original = process.getBuiltinModule;
  // No method: the original can be constructed, too.
  const tap = function getBuiltinModule(id: string): unknown {
    if (typeof id === "string") tapBuiltin(id);
    return original.call(process, id);
  };
  remember(original, tap);
  const property = Object.getOwnPropertyDescriptor(process, "getBuiltinModule");
  Reflect.defineProperty(process, "getBuiltinModule", { ...property, value: tap });
}
