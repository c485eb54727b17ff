/**
 * Taps on streams that a call makes of a file and reads in a loop to their end. The call depends on the whole file then. The analysis makes
 * sure that only the loop gets the stream (loader/analyse/confined-handles.ts). So the loop's requests run outside of the frame, and what
 * Node does for them is not recorded.
 */
import { isConfining, runOutside } from "../../src/trace/frames.ts";
import { getBuiltinModule } from "../builtins/originals.ts";
import { pathText, signatureOf } from "../replay/file-signature.ts";
import { type Announced, afterwards, announce } from "./pending-reads.ts";
import { plain, query } from "./reads.ts";
import { touch } from "./touch.ts";
import { type MakeTap, originalOf, type Trap, tappedWhileRecording } from "./wrap.ts";

/** The largest file that is read a second time to record the call. */
const LARGEST = 16n * 1024n * 1024n;

const announcedOf = new WeakMap<object, Announced>();

const traps: Readonly<Record<string, (kind: string, name: string) => Trap>> = {
  "fs.createReadStream": (kind, name) => (make, self, args) => {
    const asked = isConfining() && isPlainStream(args) ? query("readFile", args[0], "") : null;
    const announced = announce(asked, kind, name);
    if (announced === null) return Reflect.apply(make, self, args);
    const stream = runOutside(() => Reflect.apply(make, self, args)) as AsyncIterable<unknown>;
    announcedOf.set(stream, announced);
    // If the file is missing, the first read fails, and not this call.
    return loopOutside(stream, announced, announced.answer.startsWith("error "));
  },
  "readline.createInterface": (kind, name) => (make, self, args) => {
    const [given, ...more] = args;
    const options = isConfining() && more.length === 0 ? plain(given, "input", "crlfDelay") : null;
    const announced = options && announcedOf.get(options.input as object);
    touch(kind, name, announced ? { kind: "confined" } : undefined);
    if (!announced) return Reflect.apply(make, self, args);
    const lines = runOutside(() => Reflect.apply(make, self, args)) as AsyncIterable<unknown>;
    return loopOutside(lines, announced, false);
  },
};

/** Functions that Node calls for the stream of a file, through the exports of `fs`. */
const CALLED = ["ReadStream", "close", "open", "read"] as const;

/** The name of one of these that the program has replaced, or null. */
export function replacedOfStreams(): string | null {
  const fs = getBuiltinModule("node:fs");
  const name = CALLED.find((key) => originalOf(fs[key]) === fs[key]);
  return name === undefined ? null : `fs.${name}`;
}

/** The tap of a function that makes such a stream; undefined for any other function. */
export function tappedStream(...[original, kind, name]: Parameters<MakeTap>): ReturnType<MakeTap> | undefined {
  const trap = Object.hasOwn(traps, name) ? traps[name]?.(kind, name) : undefined;
  return trap && tappedWhileRecording(original, trap);
}

/** Whether a stream reads a regular file that is not too large, with options that are plain values. */
function isPlainStream([path, given, ...more]: readonly unknown[]): boolean {
  const options = plain(given, "encoding", "flags", "highWaterMark", "start", "end");
  if (more.length > 0 || options === null || (options.flags ?? "r") !== "r") return false;
  if (Object.values(options).some((one) => typeof one !== "string" && typeof one !== "number")) return false;
  const text = pathText(path);
  const size = text === null ? undefined : signatureOf(text, "file")?.size;
  return size === undefined || size <= LARGEST;
}

/** Has a loop over a stream ask for items outside of the frame. The read is over when the loop has come to the end. */
function loopOutside<T extends AsyncIterable<unknown>>(source: T, { pending }: Announced, mayFail: boolean): T {
  const iterate = source[Symbol.asyncIterator];
  const end = ({ done }: IteratorResult<unknown>) => {
    if (done) pending.isOver = true;
  };
  const value = () => {
    const iterator = runOutside(() => Reflect.apply(iterate, source, [])) as AsyncIterator<unknown>;
    const error = () => {
      if (mayFail) pending.isOver = true;
    };
    return {
      next: () => afterwards(() => iterator.next(), { value: end, error }),
      return: () => afterwards(() => iterator.return?.(), { value: () => undefined }),
    };
  };
  Object.defineProperty(source, Symbol.asyncIterator, { configurable: true, value });
  return source;
}
