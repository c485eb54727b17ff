/** Taps Node's built-in modules, by the tables in tables.ts. */
import { rememberEmitter } from "../builtins/emitters.ts";
import { knowConfined, watch, watchInside } from "../builtins/tapped-functions.ts";
import { keepPromised } from "../replay/dependencies.ts";
import { replaysWrites } from "../replay/write-targets.ts";
import { isComputation, isConfined, variesByState } from "../scan/recorded.ts";
import { tappedComputation } from "./computations.ts";
import { tappedDescriptor } from "./descriptors.ts";
import { tappedSync } from "./export-sync.ts";
import { tappedFileChange } from "./file-changes.ts";
import { tapWrappers } from "./function-wrappers.ts";
import { tapPerformance, tapWebCrypto } from "./globals.ts";
import { tapOpen } from "./handles.ts";
import { tappedMarker } from "./hidden-marks.ts";
import { tapHistograms, tapKeys } from "./made-objects.ts";
import { tapStreams } from "./output.ts";
import { tapLazy, tapRead } from "./properties.ts";
import { isAskable, tappedRead } from "./reads.ts";
import { tappedStream } from "./streams.ts";
import { type Table, tables } from "./tables.ts";
import { tappedDelay, tapTimers } from "./timers.ts";
import { keepMembers } from "./untouched-output.ts";
import { tapFunction, tapMethods, tappedBriefly, tappedClass } from "./wrap.ts";
import { isPlanned, isRepeatable, tappedWrite } from "./writes.ts";

type AnyFunction = (...args: never[]) => unknown;

/** The exports of a module. */
export interface Exports {
  [name: string]: unknown;
}

const done = new WeakSet<object>();
/** The function by which other functions of Node write. */
const WRITING = "fs.writeSync";
const lastCapital = "Z".charCodeAt(0);

/** Taps the exports of one built-in module in place. @returns false if that was done before */
export function tapExports(name: string, exports: Exports): boolean {
  const table = tables[name];
  if (table === undefined || done.has(exports)) return false;
  done.add(exports);
  // In names of events, `fs/promises` is written `fs.promises`, as users know it.
  const prefix = name.replace("node:", "").replace("/", ".");
  before[name]?.(exports);
  const keys = table.only === undefined ? Object.getOwnPropertyNames(exports) : words(table.only);
  const free = new Set(words(table.free));
  const adapt = adapter(table, prefix);
  for (const key of keys) {
    if (free.has(key)) continue;
    const property = Object.getOwnPropertyDescriptor(exports, key);
    if (property === undefined) continue;
    if (property.get !== undefined) {
      tapLazy(exports, key, (value) => adapt(key, value));
      continue;
    }
    const value = adapt(key, property.value);
    if (value === property.value) continue;
    property.value = value;
    Reflect.defineProperty(exports, key, property);
    const label = `${prefix}.${key}`;
    if (isConfined(name, [key])) knowConfined(value, label);
    if (isAskable(label) || isComputation(label)) watch(exports, key, label);
    if (isRepeatable(label)) watch(exports, key, label, variesByState(key) ? "confined" : "all");
    if (replaysWrites() && label === WRITING) watch(exports, key, label, "none");
  }
  after[name]?.(exports);
  return true;
}

function words(list: string | undefined): string[] {
  return list === undefined || list === "" ? [] : list.split(" ");
}

/** Makes a function that replaces an export: by a tap of a function, by the same class or object with tapped methods, or not at all. */
function adapter(table: Table, prefix: string): (key: string, value: unknown) => unknown {
  const construct = new Set(words(table.construct));
  return (key, value) => {
    const methods = table.methods?.[key];
    if (typeof value === "object" && value !== null) {
      if (key === "promises") tapExports(`${prefix}/promises`, value as Exports);
      else if (methods !== undefined) tapMethods(value, methods, table.kind, `${prefix}.${key}`);
      return value;
    }
    if (typeof value !== "function") return value;
    const name = `${prefix}.${key}`;
    if (key.charCodeAt(0) > lastCapital) {
      const its = table.kinds?.[key] ?? table.kind;
      if (isPlanned(name)) return tappedWrite(value, its, name);
      return (
        tappedComputation(value, its, name) ??
        tappedDescriptor(value, its, name) ??
        tappedStream(value, its, name) ??
        tappedFileChange(value, its, name) ??
        tappedDelay(value, its, name) ??
        tappedMarker(value as AnyFunction, its, name) ??
        tappedSync(value as AnyFunction, its, name) ??
        tappedRead(value, its, name)
      );
    }
    const prototype: unknown = value.prototype;
    if (methods !== undefined && typeof prototype === "object" && prototype !== null) {
      tapMethods(prototype, methods, table.kind, name);
    }
    const statics = table.statics?.[key];
    const kind = table.kinds?.[key] ?? table.kind;
    if (statics !== undefined) tapMethods(value, statics, kind, name);
    return construct.has(key) ? tappedClass(value as AnyFunction, kind, name) : value;
  };
}

/** What has to be done before a module's table is applied. */
const before: Record<string, (exports: Exports) => void> = {
  "fs/promises": (exports) => {
    keepPromised(exports);
    tapOpen(exports);
  },
  timers: (exports) => tapTimers(exports, tapExports),
};

/** Functions that others of `fs`, which read and write whole files, call through its exports (notes/own-files.md). */
const CALLED_INSIDE = [
  "access",
  "closeSync",
  "lstat",
  "lstatSync",
  "openSync",
  "readlink",
  "readSync",
  "stat",
  "writeSync",
];

/** What is tapped after a module's table was applied, because the table cannot express it. */
const after: Record<string, (exports: Exports) => void> = {
  async_hooks: (exports) => tapLazyClass(exports, "AsyncLocalStorage", tapGetStore),
  crypto: (exports) => {
    tapWebCrypto(exports.webcrypto);
    tapKeys(exports);
  },
  events: (exports) => {
    tapLazyClass(exports, "EventEmitterAsyncResource", tapAsyncIds);
    rememberEmitter();
    keepMembers((exports.EventEmitter as { prototype: object }).prototype);
  },
  fs: (exports) => {
    tapDir(exports);
    for (const name of CALLED_INSIDE) watchInside(exports, name, `fs.${name}`);
    for (const name of ["realpath", "realpathSync"]) watch(exports[name] as object, "native", `fs.${name}.native`);
  },
  net: (exports) => keepMembers((exports.Socket as { prototype: object }).prototype),
  perf_hooks: (exports) => {
    tapPerformance(exports.performance);
    tapHistograms(exports);
  },
  stream: tapStreams,
  tty: (exports) => keepMembers((exports.WriteStream as { prototype: object }).prototype),
  util: tapWrappers,
};

/** Taps the prototype of a class, which may be behind a lazy getter. */
function tapLazyClass(exports: Exports, key: string, tap: (prototype: object) => void): void {
  const adapt = (value: unknown): unknown => {
    if (typeof value === "function" && !done.has(value)) {
      done.add(value);
      tap(value.prototype);
    }
    return value;
  };
  const property = Object.getOwnPropertyDescriptor(exports, key);
  if (property?.get === undefined) adapt(property?.value);
  else tapLazy(exports, key, adapt);
}

/** On Node 20, a program can use `opendir` without reading `Dir`, whose lazy getter taps the class. So reading `opendir` reads `Dir`. */
function tapDir(exports: Exports): void {
  for (const key of ["opendir", "opendirSync"]) {
    tapLazy(exports, key, (value) => {
      Reflect.get(exports, "Dir");
      return value;
    });
  }
}

function tapAsyncIds(prototype: object): void {
  for (const key of ["asyncId", "triggerAsyncId", "asyncResource"]) {
    tapRead(prototype, key, "context", `events.EventEmitterAsyncResource.${key}`);
  }
}

/** Taps `getStore` by a closure: it takes 8 ns, less than a Proxy. */
function tapGetStore(prototype: { getStore?: () => unknown }): void {
  if (prototype.getStore === undefined) return;
  tappedBriefly(prototype.getStore, "context", "AsyncLocalStorage.getStore");
  tapFunction(prototype, "getStore", "context", "AsyncLocalStorage.getStore");
}
