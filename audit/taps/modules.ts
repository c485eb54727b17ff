/** Taps on Node's built-in modules, by the tables in tables.ts. */

import { rememberEmitter } from "../builtins/emitters.ts";
import { noteMade, noticedName } from "../builtins/noticed-functions.ts";
import { knowConfined, watch, watchInside, watchMade } from "../builtins/tapped-functions.ts";
import { keepPromised } from "../replay/dependencies.ts";
import { replaysWrites } from "../replay/write-targets.ts";
import { isComputation, isConfined, variesByState } from "../scan/recorded.ts";
import { tappedComputation } from "./computations.ts";
import { tappedDescriptor } from "./descriptors.ts";
import { tapPerformance, tapWebCrypto } from "./globals.ts";
import { tapOpen } from "./handles.ts";
import { tapStreams } from "./output.ts";
import { tapLazy, tapRead } from "./properties.ts";
import { isAskable, tappedRead } from "./reads.ts";
import { tappedStream } from "./streams.ts";
import { type Table, tables } from "./tables.ts";
import {
  type Trap,
  tapFunction,
  tapMethods,
  tapped,
  tappedBriefly,
  tappedByCall,
  tappedClass,
  tappedWithGetters,
} from "./wrap.ts";
import { isRepeatable, tappedWrite } from "./writes.ts";

type AnyFunction = (...args: never[]) => unknown;

/** The exports of a module, as the taps see them. */
export interface Exports {
  [name: string]: unknown;
}

const done = new WeakSet<object>();
/** The function by which Node's own functions write. */
const WRITING = "fs.writeSync";
const lastCapital = "Z".charCodeAt(0);
const promisified = Symbol.for("nodejs.util.promisify.custom");

/** Taps the exports of one built-in module in place. False if that has been done before. */
export function tapExports(name: string, exports: Exports): boolean {
  const table = tables[name];
  if (table === undefined || done.has(exports)) return false;
  done.add(exports);
  // `fs/promises` is called `fs.promises`, as a reader of `fs.promises.readFile` would write it.
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

/** What an export becomes: a tapped function, the same class or object with tapped methods, or the value untouched. */
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
      if (isRepeatable(name)) return tappedWrite(value, its, name);
      return (
        tappedComputation(value, its, name) ??
        tappedDescriptor(value, its, name) ??
        tappedStream(value, its, name) ??
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

/** What has to be tapped before the table of its module gets there. */
const before: Record<string, (exports: Exports) => void> = {
  "fs/promises": (exports) => {
    keepPromised(exports);
    tapOpen(exports);
  },
  timers: tapTimers,
};

/** What functions that read and write whole files call, by what `fs` exports at the moment (notes/own-files.md). */
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

/** What is tapped after a module's table, because the table cannot say it. */
const after: Record<string, (exports: Exports) => void> = {
  async_hooks: (exports) => tapLazyClass(exports, "AsyncLocalStorage", tapGetStore),
  crypto: (exports) => tapWebCrypto(exports.webcrypto),
  events: (exports) => {
    tapLazyClass(exports, "EventEmitterAsyncResource", tapAsyncIds);
    rememberEmitter();
  },
  fs: (exports) => {
    tapDir(exports);
    for (const name of CALLED_INSIDE) watchInside(exports, name, `fs.${name}`);
    for (const name of ["realpath", "realpathSync"]) watch(exports[name] as object, "native", `fs.${name}.native`);
  },
  perf_hooks: (exports) => tapPerformance(exports.performance),
  stream: tapStreams,
  util: tapPromisify,
};

/** Runs `tap` on the prototype of a class that may be behind a lazy getter. */
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

/** `promisify(fs.readFile)` calls the tapped function: nothing else has to be known of it. */
function tapPromisify(exports: Exports): void {
  const property = Object.getOwnPropertyDescriptor(exports, "promisify") as PropertyDescriptor;
  const trap: Trap = (promisify, self, args) => {
    const made: unknown = Reflect.apply(promisify, self, args);
    watchMade(made, "util.promisify", args[0]);
    // Of what has a promisified form of its own, that is what was returned.
    if (typeof made === "function" && !hasOwnForm(args[0])) noteMade(made, "util.promisify", args[0]);
    return made;
  };
  Reflect.defineProperty(exports, "promisify", { ...property, value: tappedByCall(property.value, () => trap) });
}

/** Whether `promisify` hands out what somebody has put on a function. Looks at no proxy but a tap, whose handler has no traps. */
function hasOwnForm(fn: unknown): boolean {
  return typeof fn !== "function" || noticedName(fn) === null || promisified in fn;
}

/** On Node 20 `opendir` can be had without a look at the class of what it returns, which is where that is tapped. */
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

/** `getStore` takes 8 ns, less than a Proxy. */
function tapGetStore(prototype: { getStore?: () => unknown }): void {
  if (prototype.getStore === undefined) return;
  tappedBriefly(prototype.getStore, "context", "AsyncLocalStorage.getStore");
  tapFunction(prototype, "getStore", "context", "AsyncLocalStorage.getStore");
}

/**
 * `util.promisify(setTimeout)` asks setTimeout for its promise form through a getter that cannot be redefined, and
 * that may be the first thing to load `timers/promises`.
 */
function tapTimers(exports: Exports): void {
  for (const key of ["setTimeout", "setImmediate"]) {
    const original = exports[key];
    if (typeof original !== "function") continue;
    tappedWithGetters(original as AnyFunction, "timer", key, (own, read) => {
      if (own !== promisified) return read();
      read();
      tapExports("timers/promises", process.getBuiltinModule("timers/promises") as unknown as Exports);
      return read();
    });
  }
  for (const key of ["setInterval", "clearTimeout", "clearInterval", "clearImmediate"]) {
    const original = exports[key];
    if (typeof original === "function") tapped(original as AnyFunction, "timer", key);
  }
}
