/**
 * Taps on streams of files, and on readers of their lines. What a recorded call makes of a file and reads in a loop to its end has the call depend
 * on the whole file. The analysis makes sure that only the loop gets the stream (loader/analyse/confined-handles.ts). So the loop's requests run
 * outside of the frame, and what Node does for them is not recorded. The run as a whole depends on the whole file whoever reads it, and how far.
 */

import type { Pending } from "../../src/trace/event.ts";
import { isConfining, runOutside, state } from "../../src/trace/frames.ts";
import { CHANGED } from "../../src/trace/trace.ts";
import { getBuiltinModule } from "../builtins/originals.ts";
import { ask, type Query } from "../replay/dependencies.ts";
import { pathText, signatureOf } from "../replay/file-signature.ts";
import { unaudited } from "../unaudited.ts";
import { type Announced, afterwards, announce } from "./pending-reads.ts";
import { plain, query } from "./reads.ts";
import { touch, touchCalls, withoutRun } from "./touch.ts";
import { type MakeTap, originalOf, type Trap, tappedWhileRecording } from "./wrap.ts";

/** The largest file that is read a second time to record the call. */
const LARGEST = 16n * 1024n * 1024n;

const announcedOf = new WeakMap<object, Announced>();

const traps: Readonly<Record<string, (kind: string, name: string) => Trap>> = {
  "fs.createReadStream": (kind, name) => (make, self, args) => {
    const asked = isPlainStream(args) ? query("readFile", args[0], "") : null;
    const begin = () => announce(isConfining() ? asked : null, kind, name);
    const announced = tellRun(asked, kind, name) ? withoutRun(begin) : begin();
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
    const tell = readsOnly(args) ? touchCalls : touch;
    tell(kind, name, announced ? { kind: "confined" } : undefined);
    if (!announced) return Reflect.apply(make, self, args);
    const lines = runOutside(() => Reflect.apply(make, self, args)) as AsyncIterable<unknown>;
    return loopOutside(lines, announced, false);
  },
  "readline.promises.createInterface": (kind, name) => (make, self, args) => {
    const tell = readsOnly(args) ? touchCalls : touch;
    tell(kind, name);
    return Reflect.apply(make, self, args);
  },
};

/**
 * Tells the run as a whole of the file that a stream reads.
 * @returns false where there is none, or it cannot be asked what the stream will read
 */
function tellRun(asked: Query | null, kind: string, name: string): boolean {
  const { run } = state;
  if (run === null || asked === null || replacedOfStreams() !== null) return false;
  return unaudited(() => {
    const signature = () => signatureOf(asked[1] as string, "file")?.text;
    const before = signature();
    const now = ask(asked);
    if (now === null) return false;
    const isOwn = run.settles(asked);
    // The stream reads later than this.
    const pending: Pending = {
      why: CHANGED,
      get isOver() {
        return signature() === before;
      },
    };
    const dependency = { query: asked, ...now };
    run.note({ kind, name, token: { kind: "observed", dependency, ...(!isOwn && { pending }) } });
    return true;
  });
}

/** Whether a reader of lines does nothing else: it has nowhere to print. What it reads, another tap has seen. */
function readsOnly([given, ...more]: readonly unknown[]): boolean {
  const options = plain(given, "input", "crlfDelay", "terminal", "historySize", "removeHistoryDuplicates", "tabSize");
  return more.length === 0 && options !== null && typeof options.input === "object" && options.terminal !== true;
}

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
  const options = plain(given, "encoding", "flags", "highWaterMark", "start", "end", "autoClose", "emitClose");
  if (more.length > 0 || options === null || (options.flags ?? "r") !== "r") return false;
  const isPlain = (one: unknown) => typeof one === "string" || typeof one === "number" || typeof one === "boolean";
  if (!Object.values(options).every(isPlain)) return false;
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
