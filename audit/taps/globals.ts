/** Taps on globals, except `process` and `Date`. */
import { bookFinding } from "../../src/trace/booking.ts";
import { type SeededRandom, state } from "../../src/trace/frames.ts";
import { isReadByNode, noteGlobalAccessors } from "../../src/value/global-accessors.ts";
import { noteTappedObject } from "../builtins/host-objects.ts";
import { noteNoticed } from "../builtins/noticed-functions.ts";
import { getBuiltinModule } from "../builtins/originals.ts";
import { watch } from "../builtins/tapped-functions.ts";
import { rememberConsole } from "../replay/console-value.ts";
import { callingFile } from "./caller.ts";
import { SHOWN } from "./made-objects.ts";
import { isPrinting, tappedConsole } from "./output.ts";
import { tapLazy, tapRead } from "./properties.ts";
import { prototypeOnce } from "./prototype-once.ts";
import { globalTables } from "./tables.ts";
import { touch } from "./touch.ts";
import { remember, tapFunction, tapMethods, tapOf, tapped, tappedBriefly, tappedClass } from "./wrap.ts";

const done = new WeakSet<object>();

/** Does what makes a global, and taps all else that is loaded with it. */
type Around = <T>(work: () => T) => T;

/** Whether all globals that Node makes late have getters. Later V8 makes them when anything asks for the property, and tells nobody. */
const hasGetters = Number.parseInt(process.versions.node, 10) < 22;

/** Globals that read the clock, or wait, and of which nothing tells that they are read. Each is made in less than half a millisecond. */
export const untoldGlobals: readonly string[] = ["AbortSignal", "Temporal", ...(hasGetters ? [] : ["File"])];

/** Taps the globals that exist already, and prepares the taps of those that Node makes at the first read. */
export function tapGlobals(around: Around): void {
  tapRandom();
  for (const key of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"]) {
    tapFunction(globalThis, key, "timer", key);
  }
  for (const key of ["clearTimeout", "clearInterval", "clearImmediate"]) tapFunction(globalThis, key, "timer", key);
  tapFunction(globalThis, "fetch", "network", "fetch");
  tapFunction(globalThis, "gc", "gc", "gc");
  tappedBriefly(WeakRef.prototype.deref, "gc", "WeakRef.deref");
  tapFunction(WeakRef.prototype, "deref", "gc", "WeakRef.deref");
  tapMethods(FinalizationRegistry.prototype, "register", "gc", "FinalizationRegistry");
  tapMethods(globalThis.Atomics, "notify wait waitAsync", "worker", "Atomics");
  tapMethods(URL, "createObjectURL revokeObjectURL", "random", "URL");
  tapRead(Event.prototype, "timeStamp", "clock", "Event.timeStamp");
  // Where Node shows an event, it shows the time as well.
  tapFunction(Event.prototype, SHOWN, "clock", "Event.timeStamp");
  tapConsole();
  whenRead("performance", tapPerformance, around);
  whenRead("crypto", tapWebCrypto, around);
  whenRead("navigator", tapNavigator, around);
  if (hasGetters) {
    for (const holder of [globalThis, getBuiltinModule("node:buffer")]) tapLazy(holder, "File", tapFile, around);
    noteGlobalAccessors();
  }
  for (const key of ["localStorage", "sessionStorage"])
    tapRead(globalThis, key, "storage", key, { arrived: tapStorage });
}

/** Taps one lazy global, which loads it. A name that is unknown, or that this Node does not have, is ignored. */
export function tapLazyGlobal(name: string): void {
  if (!Object.hasOwn(globalThis, name) || !isReadByNode(name)) return;
  // For `performance` and `crypto`, this read is enough: it runs the tap that `tapGlobals` has prepared.
  const value: unknown = Reflect.get(globalThis, name);
  const table = Object.hasOwn(globalTables, name) ? globalTables[name] : undefined;
  if (table === undefined) return;
  const property = Object.getOwnPropertyDescriptor(globalThis, name);
  if ((typeof value !== "function" && typeof value !== "object") || value === null || done.has(value)) return;
  done.add(value);
  if (table.statics !== undefined) tapMethods(value, table.statics, table.kind, name);
  if (table.inside !== undefined) {
    const inside: unknown = Reflect.get(value, table.inside);
    if (typeof inside === "object" && inside !== null) tapMethods(inside, "*", table.kind, `${name}.${table.inside}`);
  }
  if (typeof value !== "function") return;
  if (table.methods !== undefined) tapMethods(value.prototype, table.methods, table.kind, name);
  if (!table.construct) return;
  const tap = tappedClass(value, table.kind, name);
  done.add(tap);
  Reflect.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: property?.enumerable ?? false,
    writable: true,
    value: tap,
  });
  // Where it is behind a getter, that is tapped.
  if (table.exportedBy === undefined || hasGetters) return;
  const exports = getBuiltinModule(table.exportedBy as "node:buffer");
  const exported = Object.getOwnPropertyDescriptor(exports, name);
  if (exported?.value === value) Reflect.defineProperty(exports, name, { ...exported, value: tap });
}

/** Taps `Math.random`. It takes 6 ns, so the tap is a closure and not a Proxy. */
function tapRandom(): void {
  const { Math: namespace } = globalThis;
  const { random } = namespace;
  const tap = {
    random(): number {
      const seeded = state.seeded?.();
      if (seeded) return drawn(seeded);
      if (state.isAudited) touch("random", "Math.random");
      return random();
    },
  }.random;
  remember(random, tap);
  noteNoticed(tap, tap, "Math.random");
  Reflect.defineProperty(namespace, "random", { configurable: true, enumerable: false, writable: true, value: tap });
}

/** Draws a number of a seeded sequence. Recorded calls that began after the seed was set cannot be kept: a hit would not draw it. */
function drawn(seeded: SeededRandom): number {
  if (state.open !== 0 && state.suspended === 0) {
    bookFinding({ kind: "uses-api", api: "Math.random" }, callingFile, seeded.owner);
  }
  return seeded.next();
}

/** Taps the console. Members that make a console, a task or a context print nothing, and stay as they are. */
function tapConsole(): void {
  for (const key of Object.keys(console)) {
    if (key === "Console" || key === "context" || key === "createTask") continue;
    tapFunction(console, key, "output", `console.${key}`, (original, kind, name) => {
      return tappedConsole(original, name) ?? tapped(original, kind, name);
    });
    watch(console, key, `console.${key}`);
  }
  for (const key of ["_stdout", "_stderr"]) tapStreamOf(key);
  rememberConsole();
  watch(globalThis, "console", "console");
  watch(globalThis, "process", "process");
}

/** The file of Node's console. */
const CONSOLES_FILE = "node:internal/console/constructor";

/** Taps a property that holds a stream of the console. The console itself reads it when it prints; newer Node also after the write. */
function tapStreamOf(key: string): void {
  const property = Object.getOwnPropertyDescriptor(console, key);
  const get = property?.get;
  if (get === undefined || !property?.configurable) return;
  Reflect.defineProperty(console, key, {
    ...property,
    get(this: unknown): unknown {
      if (state.isAudited && !isPrinting() && callingFile() !== CONSOLES_FILE) touch("output", `console.${key}`);
      return Reflect.apply(get, this, []);
    },
  });
}

/** Has the value of a lazy global tapped when the program first reads it. */
function whenRead(key: string, tap: (value: unknown) => void, around: Around): void {
  const adapt = (value: unknown) => {
    tap(value);
    return value;
  };
  tapLazy(globalThis, key, adapt, around);
}

/** Taps the class that `node:buffer` exports, too. */
function tapFile(value: unknown): unknown {
  tapLazyGlobal("File");
  return tapOf(value as () => unknown) ?? value;
}

/** Taps `performance`, which `node:perf_hooks` exports too. */
export function tapPerformance(performance: unknown): void {
  const prototype = prototypeOnce(performance);
  if (prototype === null) return;
  const now: unknown = Reflect.get(prototype, "now");
  if (typeof now === "function") tappedBriefly(now, "clock", "performance.now");
  tapMethods(prototype, "*", "clock", "performance");
  for (const key of ["timeOrigin", "nodeTiming"]) tapRead(prototype, key, "clock", `performance.${key}`);
  noteTappedObject(performance as object, "performance", "timeOrigin nodeTiming onresourcetimingbufferfull");
}

/** Taps the Web Crypto object, which `node:crypto` exports too: methods that make keys and random values, but no digests. */
export function tapWebCrypto(crypto: unknown): void {
  const prototype = prototypeOnce(crypto);
  if (prototype === null) return;
  tapMethods(prototype, "getRandomValues randomUUID", "random", "crypto");
  const subtle: unknown = Reflect.get(crypto as object, "subtle");
  // Signatures, encryption and encapsulation pad with random bytes in most algorithms.
  const methods = "encapsulateBits encapsulateKey encrypt generateKey sign wrapKey";
  const subtlePrototype = prototypeOnce(subtle);
  if (subtlePrototype !== null) tapMethods(subtlePrototype, methods, "random", "crypto.subtle");
  // The others answer when another thread has worked.
  tapRead(prototype, "subtle", "async", "crypto.subtle");
  noteTappedObject(crypto as object, "crypto", "subtle");
}

/** Taps the members of `navigator` that tell about the machine. The others depend on the version of Node, which is in every key. */
function tapNavigator(navigator: unknown): void {
  const prototype = prototypeOnce(navigator);
  if (prototype === null) return;
  for (const key of ["hardwareConcurrency", "language", "languages", "locks"]) {
    tapRead(prototype, key, "os", `navigator.${key}`);
  }
  noteTappedObject(navigator as object, "navigator", "hardwareConcurrency language languages locks userAgent platform");
}

function tapStorage(storage: unknown): void {
  const prototype = prototypeOnce(storage);
  if (prototype !== null) tapMethods(prototype, "*", "storage", "Storage");
}
