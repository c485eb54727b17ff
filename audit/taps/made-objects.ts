/**
 * Taps on methods of objects whose classes Node does not hand out: of timers, histograms and private keys. They are tapped when the first such object is
 * made, before the program has it. A run that made one while nothing was noted has none: those are made by the program, while it runs.
 */
import { prototypeOnce } from "./prototype-once.ts";
import { plain } from "./reads.ts";
import { touch } from "./touch.ts";
import { type MakeTap, type Trap, tapFunction, tappedWhileRecording } from "./wrap.ts";

/** By which Node shows an object, whoever asks for that. */
export const SHOWN = Symbol.for("nodejs.util.inspect.custom");

/** A timer shows when it was set. */
export function tapTimer(timer: unknown): void {
  const prototype = prototypeOnce(timer);
  if (prototype !== null) tapFunction(prototype, SHOWN, "clock", "Timeout._idleStart");
}

/** A histogram measures the time between two calls of one of its methods. */
function tapHistogram(histogram: unknown): void {
  const prototype = prototypeOnce(histogram);
  if (prototype !== null) tapFunction(prototype, "recordDelta", "clock", "Histogram.recordDelta");
}

/** A private key is encrypted with random bytes where it is exported with a password. */
function tapKey(key: unknown): void {
  if ((key as { readonly type?: unknown } | null)?.type !== "private") return;
  const prototype = prototypeOnce(key);
  if (prototype !== null) tapFunction(prototype, "export", "random", "KeyObject.export", tappedExport);
}

const tappedExport: MakeTap = (original, kind, name) => {
  const trap: Trap = (fn, self, args) => {
    if (plain(args[0], "type", "format") === null) touch(kind, name);
    return Reflect.apply(fn, self, args);
  };
  return tappedWhileRecording(original, trap);
};

/** The functions that make such objects, as exports of modules. */
export function tapHistograms(exports: object): void {
  tapResults(exports, "createHistogram", tapHistogram);
}

export function tapKeys(exports: { readonly KeyObject?: unknown }): void {
  tapResults(exports, "createPrivateKey", tapKey);
  if (typeof exports.KeyObject === "function") tapResults(exports.KeyObject, "from", tapKey);
  tapResults(exports, "parsePKCS12", (parsed) => tapKey((parsed as { readonly key?: unknown } | null)?.key));
}

function tapResults(holder: object, key: string, tap: (made: unknown) => void): void {
  const trap: Trap = (fn, self, args) => {
    const made: unknown = Reflect.apply(fn, self, args);
    tap(made);
    return made;
  };
  tapFunction(holder, key, "", key, (original) => tappedWhileRecording(original, trap));
}
