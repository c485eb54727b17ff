/**
 * Taps on timers. A recorded call that sets one is not kept. The run as a whole is not told of those that only let the event loop come round, as
 * `setImmediate` does, nor of those that come to nothing: they are taken back, or the process ends before. Whoever waits for longer wants to wait.
 */
import { types } from "node:util";
import { state } from "../../src/trace/frames.ts";
import { noteNoticed } from "../builtins/noticed-functions.ts";
import { tapTimer } from "./made-objects.ts";
import { giveBack } from "./stand-ins.ts";
import { touch, touchCalls } from "./touch.ts";
import { isRecording, type MakeTap, type Trap, tapOf, tapped, tappedByCall, tappedWithGetters } from "./wrap.ts";

const promisified = Symbol.for("nodejs.util.promisify.custom");
const KIND = "timer";
/** Milliseconds: Node makes this of anything less, and of nothing. */
const SHORTEST = 1;

type Callable = Parameters<typeof Reflect.apply>[0];

interface Exports {
  readonly [name: string]: unknown;
}

/**
 * Taps the functions of `timers`. `util.promisify(setTimeout)` reads the promise form of setTimeout through a getter that cannot be redefined, and
 * that may be the first to load `timers/promises`. So the tap sees the read, and taps that module then.
 * @param tapExports taps the exports of a module
 */
export function tapTimers(exports: Exports, tapExports: (name: string, exports: never) => void): void {
  const adapt = (own: PropertyKey, read: () => unknown): unknown => {
    if (own !== promisified) return read();
    read();
    tapExports("timers/promises", process.getBuiltinModule("timers/promises") as never);
    return read();
  };
  const { setTimeout, setInterval, setImmediate } = exports;
  if (typeof setTimeout === "function") tappedWithGetters(setTimeout, "setTimeout", chooser("setTimeout", 1), adapt);
  if (typeof setInterval === "function")
    tappedOnce(setInterval as Callable, "setInterval", chooser("setInterval", 1, { isRepeated: true }));
  if (typeof setImmediate === "function") {
    const told = () => {
      if (state.open !== 0) touch(KIND, "setImmediate");
      return undefined;
    };
    tappedWithGetters(setImmediate, "setImmediate", told, adapt);
  }
  for (const key of ["clearTimeout", "clearInterval", "clearImmediate"]) {
    const original = exports[key];
    if (typeof original === "function") tapped(original, KIND, key);
  }
}

/** The tap of the promise form of setTimeout; undefined for any other function. */
export function tappedDelay(...[original, , name]: Parameters<MakeTap>): ReturnType<MakeTap> | undefined {
  if (name !== "timers.promises.setTimeout") return undefined;
  return tappedOnce(original, name, chooser(name, 0));
}

function tappedOnce(original: Callable, name: string, choose: () => Trap | undefined): Callable {
  const known = tapOf(original);
  if (known !== undefined) return known;
  const tap = tappedByCall(original, choose);
  noteNoticed(tap, original, name);
  return tap;
}

/**
 * @param at where the delay is among the arguments; what is called then stands in front of it, or nothing
 * @param isRepeated whether it is called again and again: how often, the time decides, however short the delay is
 */
function chooser(name: string, at: number, { isRepeated } = { isRepeated: false }): () => Trap | undefined {
  const trap: Trap = (fn, self, args) => {
    const delay = args[at];
    const isShort = !isRepeated && (delay === undefined || (typeof delay === "number" && delay <= SHORTEST));
    const callback = at > 0 ? args[at - 1] : undefined;
    if (isShort || state.run === null || typeof callback !== "function") {
      const tell = isShort ? touchCalls : touch;
      tell(KIND, name);
      return made(Reflect.apply(fn, self, args));
    }
    touchCalls(KIND, name);
    const given = [...args];
    given[at - 1] = tellingWhenCalled(callback, name);
    return made(Reflect.apply(fn, self, given));
  };
  return () => (isRecording() ? trap : undefined);
}

/** A timer, or a promise of the forms that give one. */
function made(result: unknown): unknown {
  if (!types.isPromise(result)) tapTimer(result);
  return result;
}

/** A function that does the same as another one, and looks like it. When it is called, the program has waited. */
function tellingWhenCalled(callback: Callable, api: string): Callable {
  const fired = function (this: unknown, ...args: unknown[]): unknown {
    state.run?.giveUp({ kind: "touches", event: KIND, api });
    giveBack(this, fired, callback);
    return Reflect.apply(callback, this, args);
  };
  for (const key of ["name", "length"]) {
    const property = Object.getOwnPropertyDescriptor(callback, key);
    if (property !== undefined) Object.defineProperty(fired, key, property);
  }
  return fired;
}
