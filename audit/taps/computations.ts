/**
 * Taps on functions of Node that compute in another thread from their arguments, and give the result to a callback. They touch nothing
 * outside: a call is kept if the callback was called before its end, and a hit waits as the call did.
 */
import { types } from "node:util";
import type { Pending } from "../../src/trace/event.ts";
import { isHeard, runOutside, wayBack } from "../../src/trace/frames.ts";
import { CHANGED, type Dependency } from "../../src/trace/trace.ts";
import { getterOf } from "../../src/value/slots.ts";
import { digest } from "../replay/answer-digest.ts";
import { later, THREAD } from "../replay/dependencies.ts";
import { isComputation } from "../scan/recorded.ts";
import { plain } from "./reads.ts";
import { touch } from "./touch.ts";
import { type MakeTap, type Trap, tappedWhileRecording } from "./wrap.ts";

// Captured before the program can replace them.
const { compare } = Buffer;
const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
const lengthOf = getterOf(TypedArrayPrototype, "length");
const { set } = TypedArrayPrototype;

/** The options that may be given. All of them are numbers. */
const OPTIONS = ["chunkSize", "finishFlush", "flush", "level", "maxOutputLength", "memLevel", "strategy", "windowBits"];

/** The tap of such a function; undefined for any other function. */
export function tappedComputation(
  original: Parameters<MakeTap>[0],
  kind: string,
  name: string,
): ReturnType<MakeTap> | undefined {
  if (!isComputation(name)) return undefined;
  const trap: Trap = (fn, self, args) => {
    const callback = args.at(-1);
    const given = args.slice(0, -1);
    const isUnchanged = isHeard() && typeof callback === "function" ? watchInput(given) : null;
    if (isUnchanged === null) {
      touch(kind, name);
      return Reflect.apply(fn, self, args);
    }
    const pending: Pending = { why: { kind: "ends-early", api: name, writes: false }, isOver: false };
    const dependency: Dependency = { query: later([THREAD]), answer: digest(null), fingerprint: "", waits: true };
    touch(kind, name, { kind: "observed", dependency, pending });
    const back = wayBack();
    const arrived = function (this: unknown, ...told: unknown[]): unknown {
      const isOver = isUnchanged();
      pending.why = { kind: "callback-throws", api: name };
      const result: unknown = back(() => Reflect.apply(callback as () => unknown, this, told));
      if (isOver) pending.isOver = true;
      else pending.why = CHANGED;
      return result;
    };
    return runOutside(() => Reflect.apply(fn, self, [...given, arrived]));
  };
  return tappedWhileRecording(original, trap);
}

/**
 * Watches the input of a computation, because the program can write to its memory while the other thread reads it.
 * @returns a function that answers whether the input is still the same; null for arguments that cannot be watched
 */
function watchInput([input, given]: readonly unknown[]): (() => boolean) | null {
  const options = plain(given, ...OPTIONS);
  if (options === null || !Object.values(options).every((one) => typeof one === "number")) return null;
  if (typeof input === "string") return () => true;
  if (!types.isUint8Array(input)) return null;
  const before = new Uint8Array(Reflect.apply(lengthOf, input, []) as number);
  Reflect.apply(set, before, [input]);
  return () => compare(before, input) === 0;
}
