/**
 * Taps on `process`. Properties become accessors: a Proxy around `process.env` would make every read of a variable
 * three to five times slower, an accessor costs a nanosecond.
 */
import type { Token } from "../../src/trace/event.ts";
import { watch } from "../builtins/tapped-functions.ts";
import { isCalledByNode } from "./caller.ts";
import { isPrinting, isTaken, outputs } from "./output.ts";
import { tapRead } from "./properties.ts";
import { tappedRead } from "./reads.ts";
import { freeOfProcess, kindsOfProcess } from "./tables.ts";
import { tapFunction, tapMethods, tapped, tappedBriefly } from "./wrap.ts";

/**
 * @public Properties that no tap reaches: Node does not let them be redefined, or they are implemented in C++ behind what
 * looks like plain data, and would stop working. Whoever judges a function by its text has to refuse these.
 */
export const untappedOfProcess: readonly string[] = ["argv0", "debugPort", "exitCode", "ppid", "title"];

const values = ["channel", "connected", "pid", "report"];
/** Members that are part of the key of code which reads them (loader/analyse/bindings.ts). */
const keyed = ["argv", "env", "execArgv", "execPath"];

/** The listener methods, which `process` inherits: those of other emitters are left alone. */
const listeners =
  "on addListener off removeListener once emit prependListener prependOnceListener removeAllListeners setMaxListeners";

const internals = "_debugEnd _debugProcess _getActiveHandles _getActiveRequests _kill _linkedBinding _rawDebug";

/** Taps `process`. `loaded` runs when a standard stream was first read, which loads further built-in modules. */
export function tapProcess(loaded: () => void): void {
  tappedBriefly(process.hrtime.bigint, "clock", "process.hrtime.bigint");
  const free = new Set(freeOfProcess.split(" "));
  const inner = new Set(internals.split(" "));
  for (const key of Object.getOwnPropertyNames(process)) {
    if (free.has(key) || (key.startsWith("_") && !inner.has(key))) continue;
    tapFunction(process, key, kindsOfProcess[key] ?? "process", `process.${key}`, tappedRead);
  }
  for (const key of ["cwd", "umask"]) watch(process, key, `process.${key}`);
  for (const key of values) tapRead(process, key, "process", `process.${key}`);
  for (const key of keyed) tapRead(process, key, "process", `process.${key}`, { token: tokenOfValue });
  const permission: unknown = Reflect.get(process, "permission");
  if (typeof permission === "object" && permission !== null)
    tapMethods(permission, "*", "process", "process.permission");
  tapRead(process, "finalization", "gc", "process.finalization");
  tapRead(process, "stdin", "process", "process.stdin", { arrived: loaded });
  for (const key of ["stdout", "stderr"] as const) {
    tapRead(process, key, "output", `process.${key}`, {
      arrived: (stream) => {
        if (typeof stream === "object" && stream !== null) outputs.set(stream, key);
        loaded();
      },
      token: () => (isTaken(key) ? undefined : tokenOfValue()),
    });
    watch(process, key, `process.${key}`);
  }
  // Functions of Node look at it when they are called (`os.platform`).
  watch(process, "platform", "process.platform", "none");
  tapListeners();
}

/** Code that was scanned reads only what is in its key; Node's own reads on behalf of whom it likes. */
function tokenOfValue(): Token | undefined {
  return isPrinting() || !isCalledByNode() ? { kind: "keyed" } : undefined;
}

/** The object between `process` and EventEmitter.prototype gets the tapped methods, so that `process` gains no keys. */
function tapListeners(): void {
  const owner: object = Object.getPrototypeOf(process);
  for (const key of listeners.split(" ")) {
    const method: unknown = Reflect.get(process, key);
    if (typeof method !== "function" || Object.hasOwn(process, key)) continue;
    const value = tapped(method, "process", `process.${key}`);
    Reflect.defineProperty(owner, key, { configurable: true, enumerable: true, writable: true, value });
  }
}
