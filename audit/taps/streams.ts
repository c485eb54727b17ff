/**
 * Taps on streams that a call makes of a file and reads to their end: they depend on the whole file. That a loop reads them,
 * and nothing else knows of them, is seen in the code (loader/analyse/confined-handles.ts); so what the loop asks them for is answered
 * outside of the frame, where Node does as it likes.
 */
import { isListening, runOutside, state } from "../../src/trace/frames.ts";
import { getBuiltinModule } from "../builtins/originals.ts";
import { pathText, signatureOf } from "../replay/file-signature.ts";
import { type Announced, afterwards, announce } from "./pending-reads.ts";
import { plain, query } from "./reads.ts";
import { touch } from "./touch.ts";
import { type MakeTap, originalOf, type Trap, tapOf, tappedByCall } from "./wrap.ts";

/** A file that is larger is not read twice for the sake of a record. */
const LARGEST = 16n * 1024n * 1024n;

const announcedOf = new WeakMap<object, Announced>();

const traps: Readonly<Record<string, (kind: string, name: string) => Trap>> = {
  "fs.createReadStream": (kind, name) => (make, self, args) => {
    const asked = isListening() && isPlainStream(args) ? query("readFile", args[0], "") : null;
    const announced = announce(asked, kind, name);
    if (announced === null) return Reflect.apply(make, self, args);
    const stream = runOutside(() => Reflect.apply(make, self, args)) as AsyncIterable<unknown>;
    announcedOf.set(stream, announced);
    // If the file is missing, the first read fails and not the call.
    return loopOutside(stream, announced, announced.answer.startsWith("error "));
  },
  "readline.createInterface": (kind, name) => (make, self, args) => {
    const [given, ...more] = args;
    const options = isListening() && more.length === 0 ? plain(given, "input", "crlfDelay") : null;
    const announced = options && announcedOf.get(options.input as object);
    touch(kind, name, announced ? { kind: "confined" } : undefined);
    if (!announced) return Reflect.apply(make, self, args);
    const lines = runOutside(() => Reflect.apply(make, self, args)) as AsyncIterable<unknown>;
    return loopOutside(lines, announced, false);
  },
};

/** Functions that Node calls for a stream of a file, through the exports of its module. */
const CALLED = ["ReadStream", "close", "open", "read"] as const;

/** Which of these a program has replaced, or null. */
export function replacedOfStreams(): string | null {
  const fs = getBuiltinModule("node:fs");
  const name = CALLED.find((key) => originalOf(fs[key]) === fs[key]);
  return name === undefined ? null : `fs.${name}`;
}

/** The tapped twin of a function that makes what a loop reads; undefined for any other. */
export function tappedStream(...[original, kind, name]: Parameters<MakeTap>): ReturnType<MakeTap> | undefined {
  const trap = Object.hasOwn(traps, name) ? traps[name]?.(kind, name) : undefined;
  if (trap === undefined) return undefined;
  return (
    tapOf(original) ?? tappedByCall(original, () => (state.open !== 0 && state.suspended === 0 ? trap : undefined))
  );
}

/** Whether a stream reads a regular file of some size, in pieces that depend on nothing else. */
function isPlainStream([path, given, ...more]: readonly unknown[]): boolean {
  const options = plain(given, "encoding", "flags", "highWaterMark", "start", "end");
  if (more.length > 0 || options === null || (options.flags ?? "r") !== "r") return false;
  if (Object.values(options).some((one) => typeof one !== "string" && typeof one !== "number")) return false;
  const text = pathText(path);
  const size = text === null ? undefined : signatureOf(text, "file")?.size;
  return size === undefined || size <= LARGEST;
}

/** Has a loop over something ask it outside of the frame; the read is over when the loop has come to the end. */
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
