/**
 * Taps on timers. A recorded call that sets one is not kept. The run as a whole is not told of those that only let the event loop come round, as
 * `setImmediate` does. Whoever waits for longer wants to wait.
 */
import { state } from "../../src/trace/frames.ts";
import { noteNoticed } from "../builtins/noticed-functions.ts";
import { touch, touchCalls } from "./touch.ts";
import { isRecording, type MakeTap, type Trap, tapOf, tapped, tappedByCall, tappedWithGetters } from "./wrap.ts";

const promisified = Symbol.for("nodejs.util.promisify.custom");
const KIND = "timer";
/** Milliseconds: Node makes this of anything less, and of nothing. */
const SHORTEST = 1;

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
  const { setTimeout, setImmediate } = exports;
  if (typeof setTimeout === "function") tappedWithGetters(setTimeout, "setTimeout", chooser("setTimeout", 1), adapt);
  if (typeof setImmediate === "function") {
    const told = () => {
      if (state.open !== 0) touch(KIND, "setImmediate");
      return undefined;
    };
    tappedWithGetters(setImmediate, "setImmediate", told, adapt);
  }
  for (const key of ["setInterval", "clearTimeout", "clearInterval", "clearImmediate"]) {
    const original = exports[key];
    if (typeof original === "function") tapped(original, KIND, key);
  }
}

/** The tap of the promise form of setTimeout; undefined for any other function. */
export function tappedDelay(...[original, , name]: Parameters<MakeTap>): ReturnType<MakeTap> | undefined {
  if (name !== "timers.promises.setTimeout") return undefined;
  const known = tapOf(original);
  if (known !== undefined) return known;
  const tap = tappedByCall(original, chooser(name, 0));
  noteNoticed(tap, original, name);
  return tap;
}

/** @param at where the delay is among the arguments */
function chooser(name: string, at: number): () => Trap | undefined {
  const trap: Trap = (fn, self, args) => {
    const delay = args[at];
    const isShort = delay === undefined || (typeof delay === "number" && delay <= SHORTEST);
    const tell = isShort ? touchCalls : touch;
    tell(KIND, name);
    return Reflect.apply(fn, self, args);
  };
  return () => (isRecording() ? trap : undefined);
}
