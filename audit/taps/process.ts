/**
 * Taps on `process`. Its values get accessors. For `process.env`, an accessor costs a nanosecond; a Proxy around the object would make
 * each read of a variable three to five times slower.
 */
import type { Token } from "../../src/trace/event.ts";
import { isListening, state } from "../../src/trace/frames.ts";
import { isOwnEvent, staysInside } from "../../src/trace/whole-run.ts";
import { noteNoticed } from "../builtins/noticed-functions.ts";
import { watch } from "../builtins/tapped-functions.ts";
import { callSites, isCalledByNode, isReadForExport } from "./caller.ts";
import { isPrinting, isTaken, noteOutput } from "./output.ts";
import { tapRead } from "./properties.ts";
import { tappedRead } from "./reads.ts";
import { freeOfProcess, kindsOfProcess } from "./tables.ts";
import { touch, touchCalls } from "./touch.ts";
import { noteNextTick } from "./warnings.ts";
import {
  type MakeTap,
  type Trap,
  tapFunction,
  tapMethods,
  tapped,
  tappedBriefly,
  tappedByCall,
  tappedWhileRecording,
} from "./wrap.ts";

/**
 * @public Properties that cannot be tapped: Node does not allow to redefine them, or C++ code is behind what looks like a plain value, and
 * a tap would disable it. The scan has to refuse code that uses them.
 */
export const untappedOfProcess: readonly string[] = ["argv0", "debugPort", "exitCode", "ppid", "title"];

const values = ["channel", "connected", "pid", "report"];
/** Members that are part of the key of code which reads them (loader/analyse/bindings.ts). */
const keyed = ["argv", "env", "execArgv", "execPath"];

/** Listener methods, which `process` inherits from `EventEmitter`. Only `process` gets taps for them. */
const listeners =
  "on addListener off removeListener once emit prependListener prependOnceListener removeAllListeners setMaxListeners";

const internals = "_debugEnd _debugProcess _getActiveHandles _getActiveRequests _kill _linkedBinding _rawDebug";

/** Taps `process`. @param loaded is called when a standard stream was read, because the first read loads built-in modules */
export function tapProcess(loaded: () => void): void {
  tappedBriefly(process.hrtime.bigint, "clock", "process.hrtime.bigint");
  const free = new Set(freeOfProcess.split(" "));
  const inner = new Set(internals.split(" "));
  for (const key of Object.getOwnPropertyNames(process)) {
    if (key === "nextTick" || free.has(key) || (key.startsWith("_") && !inner.has(key))) continue;
    tapFunction(process, key, kindsOfProcess[key] ?? "process", `process.${key}`, tappedRead);
  }
  for (const key of ["cwd", "umask"]) watch(process, key, `process.${key}`);
  for (const key of values) tapRead(process, key, "process", `process.${key}`, { isHandedOn });
  for (const key of keyed) tapRead(process, key, "process", `process.${key}`, { token: tokenOfValue });
  const permission: unknown = Reflect.get(process, "permission");
  if (typeof permission === "object" && permission !== null)
    tapMethods(permission, "*", "process", "process.permission");
  tapRead(process, "finalization", "gc", "process.finalization", { isHandedOn });
  tapRead(process, "stdin", "process", "process.stdin", { arrived: loaded, isHandedOn });
  for (const key of ["stdout", "stderr"] as const) {
    tapRead(process, key, "output", `process.${key}`, {
      arrived: (stream) => {
        loaded();
        if (typeof stream === "object" && stream !== null) noteOutput(stream, key);
      },
      token: (getter) => (isTaken(key) ? undefined : tokenOfValue(getter)),
    });
    watch(process, key, `process.${key}`);
  }
  // Some of Node's functions read it at each call (`os.platform`).
  watch(process, "platform", "process.platform", "none");
  tapListeners();
  tapNextTick();
}

/** The usual tap, by which Node's warnings are heard as well. */
function tapNextTick(): void {
  const name = "process.nextTick";
  const { nextTick } = process;
  const isInside = staysInside("timer", name);
  const value = tappedByCall(nextTick, () => {
    noteNextTick();
    if (state.hears(isInside)) touch("timer", name);
    return undefined;
  });
  noteNoticed(value, nextTick, name);
  const property = Object.getOwnPropertyDescriptor(process, "nextTick");
  Reflect.defineProperty(process, "nextTick", { ...property, value });
}

/**
 * The token of a read that the key covers. Scanned code reads only members that are in its key. A read by Node's own code may be on
 * behalf of any code, so it gets no token.
 */
function tokenOfValue(getter: () => unknown): Token | undefined {
  return isPrinting() || !isListening() || !isCalledByNode(getter) ? { kind: "keyed" } : undefined;
}

/**
 * Whether Node reads a value because a module imports `node:process`: it reads them all, and hands them on. For the run as a whole it is enough
 * that no code names the value (loader/whole-run/asked-files.ts).
 */
function isHandedOn(getter: () => unknown): boolean {
  if (state.open !== 0 || state.run === null || !isReadForExport(getter)) return false;
  state.run.handsOnProcess = true;
  return true;
}

/** Taps the listener methods. The taps are put on the object between `process` and EventEmitter.prototype, so that `process` gets no new keys. */
function tapListeners(): void {
  if (Object.hasOwn(process, "emit")) listenToEnd();
  const owner: object = Object.getPrototypeOf(process);
  for (const key of listeners.split(" ")) {
    const method: unknown = Reflect.get(process, key);
    if (typeof method !== "function" || Object.hasOwn(process, key)) continue;
    const make = key === "emit" ? tappedEmit : ADDING.has(key) ? tappedAdding : tapped;
    const value = make(method, "process", `process.${key}`);
    Reflect.defineProperty(owner, key, { configurable: true, enumerable: true, writable: true, value });
  }
}

/** Those of them that add a listener. */
const ADDING: ReadonlySet<string> = new Set(["on", "addListener", "once", "prependListener", "prependOnceListener"]);

/** The tap of a method that adds a listener: the run as a whole is told of it only where the event may come from outside. */
const tappedAdding: MakeTap = (original, kind, name) => {
  const trap: Trap = (add, self, args) => {
    const tell = isOwnEvent(args[0]) ? touchCalls : touch;
    tell(kind, name);
    return Reflect.apply(add, self, args);
  };
  const tap = tappedWhileRecording(original, trap);
  noteNoticed(tap, original, name);
  return tap;
};

/** Events by which the process tells of its end. */
type EndEvent = "beforeExit" | "exit";

/** Is told when the process emits such an event. */
export interface OwnEventWatcher {
  /** In front of the program's listeners. */
  before(event: EndEvent, code: number): void;
  /** Behind them, unless one of them throws. */
  after(event: EndEvent): void;
}

let watcher: OwnEventWatcher | null = null;

/** Has a watcher told of the end of the process, in the place of another one. */
export function watchOwnEvents(its: OwnEventWatcher): void {
  watcher = its;
}

/**
 * The tap of `emit`, by which Node itself tells of the end. A listener of dumbo's would be one too many: Node warns of the eleventh. Of other events it does no more
 * than any tap, so that their listeners find nothing of it on the stack.
 */
const tappedEmit: MakeTap = (original, kind, name) => {
  const tell = () => {
    if (state.hears(staysInside(kind, name))) touch(kind, name);
  };
  const trap: Trap = (emit, self, args) => {
    tell();
    // By no iterator of arrays, as all here.
    const event = args[0];
    if (watcher === null || self !== process || (event !== "exit" && event !== "beforeExit"))
      return Reflect.apply(emit, self, args);
    watcher.before(event, Number(args[1]));
    const result: unknown = Reflect.apply(emit, self, args);
    watcher.after(event);
    return result;
  };
  const choose = (): Trap | undefined => {
    if (watcher !== null && (isEnding() || isCalledByNobody(choose))) return trap;
    tell();
    return undefined;
  };
  const tap = tappedByCall(original, choose);
  noteNoticed(tap, original, name);
  return tap;
};

/** The part of Node by which C++ calls where async hooks are on. */
const TRAMPOLINE = "node:internal/async_hooks";

/**
 * Whether C++ has called a tap. By no iterator of arrays: the program may have replaced that.
 * @param entry the function of dumbo's that the tap has called
 */
function isCalledByNobody(entry: () => unknown): boolean {
  const sites = callSites(3, entry);
  return sites.length < 2 || (sites.length === 2 && sites[1]?.getFileName() === TRAMPOLINE);
}

/** Somebody has put another `emit` in front of that of all emitters, and so of its tap: then only listeners are told. */
function listenToEnd(): void {
  process.prependListener("exit", (code) => {
    if (isEnding()) watcher?.before("exit", code);
  });
  process.on("beforeExit", (code) => watcher?.before("beforeExit", code));
}

/** Whether the process has begun to end. A program may emit `exit` itself, and go on. */
export function isEnding(): boolean {
  return (process as { _exiting?: unknown })._exiting === true;
}
