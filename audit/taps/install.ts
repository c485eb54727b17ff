/**
 * Installs the taps. There is one on each function or property by which a program reads or changes something outside of its own values.
 *
 * While no call is recorded (`state.isAudited` is false), a tap only tests that. While one is recorded, it publishes an `AuditEvent` on the
 * diagnostics channel `dumbo:audit`, and then runs the original as it is.
 */

import { slice, startsWith } from "../../src/node/language.ts";
import { takeLazyModule } from "../../src/node/lazy.ts";
import { asAtStart } from "../builtins/as-at-start.ts";
import { loadedParts } from "../builtins/loaded-parts.ts";
import { getBuiltinModule } from "../builtins/originals.ts";
import { takePure } from "../builtins/pure-modules.ts";
import { apart, unaudited } from "../unaudited.ts";
import { tapDate } from "./date.ts";
import { tapFunctionMakers } from "./function-makers.ts";
import { tapSource } from "./function-source.ts";
import { tapGlobals, tapLazyGlobal } from "./globals.ts";
import { tappingAtOnce } from "./late-parts.ts";
import { tapMemory } from "./memory.ts";
import { type Exports, tapExports } from "./modules.ts";
import { tapProcess } from "./process.ts";
import { globalTables, tables } from "./tables.ts";
import { keepMember } from "./untouched-output.ts";
import { mayHaveWarnings, tapWarnings } from "./warnings.ts";
import { remember } from "./wrap.ts";

/** @public Built-in modules that have taps, spelled without `node:` where Node takes both spellings. */
export const tappedBuiltins: readonly string[] = Object.keys(tables);

/** @public Globals for which {@link tapGlobal} has to be called when a module mentions them. Reading them loads code. */
export const lazyGlobals: readonly string[] = Object.keys(globalTables);

/** @public */
export { untappedOfProcess } from "./process.ts";

/** Modules that Node loads before any program starts, so that tapping them loads nothing. */
const bootstrapped = ["async_hooks", "fs", "timers", "util"];

/** The part of Node with `fetch`, forms, headers and sockets. It takes functions of `crypto` for itself, once. */
export const FETCH = "internal/deps/undici/undici";

/** Internal modules that define lazy globals. Once one is loaded, reading its globals loads nothing. */
const internals: Readonly<Record<string, readonly string[]>> = {
  "internal/abort_controller": ["AbortSignal"],
  "internal/crypto/webcrypto": ["crypto"],
  "internal/file": ["File"],
  [FETCH]: ["EventSource", "WebSocket"],
  "internal/perf/performance": ["performance", "PerformanceMark"],
  "internal/worker/io": ["BroadcastChannel", "MessagePort"],
};

const prefix = "NativeModule ";

/** How many entries of that list were looked at. */
let seen = 0;

/** How many entries it had when a module was tapped. */
const tappedAt = new Map<string, number>();

let installed = false;

/** Whether a module was tapped since the last {@link syncNames}. */
let isBehind = false;

/** Installs all taps of this thread for which nothing has to be loaded. A second call does nothing. */
export function installTaps(): void {
  if (installed) return;
  installed = true;
  const install = () => {
    for (const name of bootstrapped) tapModule(name);
    tapGlobals(withTaps);
    tapDate();
    tapMemory();
    tapSource();
    tapFunctionMakers();
    tapProcess(tapLoaded);
    keepMember(process, "nextTick");
    keepMember(Buffer, "from");
    keepMember(getBuiltinModule("node:fs"), "writeSync");
    tapGetBuiltinModule();
    catchUp();
    syncNames();
  };
  tappingAtOnce(() => unaudited(install), 0);
}

/** Does what may load parts of Node, and taps what it loads before the program has anything of that. */
function withTaps<T>(work: () => T): T {
  tapLoaded();
  return tappingAtOnce(() => {
    const result = work();
    tapLoaded();
    return result;
  });
}

/**
 * Loads one built-in module and taps it. To be called before a module that imports it runs, so that its imported names
 * (`import { readFileSync }`) are those of taps. Unknown names, and modules without taps, are ignored. A module that prints a warning when
 * it is loaded does so here: the program is about to load it anyway.
 */
export function tapBuiltin(name: string): void {
  if (installed) withTaps(() => asAtStart(() => takeBuiltin(name), undefined));
}

function takeBuiltin(name: string): void {
  const key = Object.hasOwn(tables, name) || !startsWith(name, "node:") ? name : slice(name, "node:".length);
  takeLazyModule(key);
  // The warning of `punycode` depends on who loads it first, which must be the program.
  if (key !== "punycode") takePure(key);
  takeWarnings(key);
  if (!Object.hasOwn(tables, key)) return;
  unaudited(() => {
    // No module has imported names of a module that is loaded only now, so `syncNames` is not needed.
    tapModule(key);
  });
}

/**
 * Like {@link tapBuiltin}, for a module whose names an ES module has imported already. Without hooks in this thread, nothing tells of the
 * import before its names are bound.
 */
export function tapImported(name: string): void {
  tapBuiltin(name);
  if (isBehind) unaudited(syncNames);
}

/** Taps one of the {@link lazyGlobals}. To be called before a module that mentions the name runs. */
export function tapGlobal(name: string): void {
  // To be loaded with taps in its hands.
  if (internals[FETCH]?.includes(name)) tapBuiltin("crypto");
  if (installed) withTaps(() => apart(() => tapLazyGlobal(name), undefined));
}

/**
 * Taps all that Node has loaded since the last look, whoever had it loaded. To be called when a frame opens: it finds modules that the
 * program has loaded without a hook seeing it. If there is nothing new, it costs one comparison.
 */
export function tapLoaded(): void {
  if (seen === loadedParts.length || !installed) return;
  apart(() => catchUp(), false);
}

function takeWarnings(name: string): void {
  if (!mayHaveWarnings(name)) return;
  unaudited(() => {
    tapWarnings(name, getBuiltinModule(name) as unknown as object);
    isBehind = true;
  });
}

/** Taps the modules that were loaded since the last look. @returns whether a module with taps was among them */
function catchUp(): boolean {
  let found = false;
  // The list may grow meanwhile: reading an export that is a lazy getter can load more modules, and has them tapped.
  while (seen < loadedParts.length) {
    const entry = loadedParts[seen++] as string;
    if (!entry.startsWith(prefix)) continue;
    const id = entry.slice(prefix.length);
    // Functions that dumbo takes later would be taps, and what it does with them would count as the recorded call's.
    takeLazyModule(id);
    takePure(id);
    takeWarnings(id);
    if (id.startsWith("internal/")) {
      for (const name of internals[id] ?? []) tapLazyGlobal(name);
    } else if (tapModule(id) || tapModule(`node:${id}`)) {
      found = true;
    }
  }
  return found;
}

/**
 * Updates the names that ES modules have imported from built-in modules before these were tapped. That takes 0.1 to 0.5 ms, and it also
 * updates exports that the program has replaced without doing so itself. So it is done at the start, and later only when needed.
 */
export function syncNames(): void {
  isBehind = false;
  getBuiltinModule("node:module").syncBuiltinESMExports();
}

/** Taps the exports of a module, if it is in the tables and this Node has it. @returns whether it was tapped now */
function tapModule(name: string): boolean {
  if (!Object.hasOwn(tables, name)) return false;
  let exports: Exports | undefined;
  try {
    exports = getBuiltinModule(name) as unknown as Exports | undefined;
  } catch {
    // This Node has no OpenSSL or inspector, or it is `trace_events` in a worker. The program gets the error when it loads the module.
  }
  const isNew = exports !== undefined && tapExports(name, exports);
  if (isNew) tappedAt.set(name, loadedParts.length);
  isBehind ||= isNew;
  return isNew;
}

/** Whether a module was tapped before Node loaded a part of itself, which so has taps in its hands. @param part as `internal/worker` */
export function wasTappedBefore(name: string, part: string): boolean {
  const at = tappedAt.get(name) ?? Number.POSITIVE_INFINITY;
  // By no method of arrays: the program may have replaced those by now.
  for (let index = 0; index < loadedParts.length; index++) if (loadedParts[index] === prefix + part) return at <= index;
  return false;
}

/** Has the modules that `process.getBuiltinModule` returns tapped. Getting a module does not count as an effect. */
function tapGetBuiltinModule(): void {
  const original = process.getBuiltinModule;
  // A function and not a method, because the original can be called with `new`.
  const tap = function getBuiltinModule(id: string): unknown {
    if (typeof id === "string") tapBuiltin(id);
    return original.call(process, id);
  };
  remember(original, tap);
  const property = Object.getOwnPropertyDescriptor(process, "getBuiltinModule");
  Reflect.defineProperty(process, "getBuiltinModule", { ...property, value: tap });
}
