/**
 * Taps on reads by descriptor. If a call opens a descriptor for reading, its reads by it are recorded as parts of the file, until it
 * closes the descriptor. The analysis makes sure that no other code gets the descriptor's number (loader/analyse/confined-handles.ts).
 */
import { types } from "node:util";
import type { Pending, Token } from "../../src/trace/event.ts";
import { current, type Frame, isHeard, state } from "../../src/trace/frames.ts";
import { bufferOf, lengthOf, rangeOf } from "../../src/value/slots.ts";
import { digest } from "../replay/answer-digest.ts";
import { ask, type Query } from "../replay/dependencies.ts";
import { fingerprintOf, pathText, type Signature, signatureOf } from "../replay/file-signature.ts";
import { plain, showsOwnTimes, statFlags } from "./reads.ts";
import { touch } from "./touch.ts";
import { type MakeTap, type Trap, tappedWhileRecording } from "./wrap.ts";

/** A file that a call has opened. */
interface Opened {
  readonly path: string;
  readonly frame: Frame | null;
  readonly before: Signature;
  readonly pending: Pending;
  /** Whether the run as a whole had written it before. */
  readonly isOwn: boolean;
  /** Where the next read begins that is given no position. */
  position: number;
}

const opened = new Map<unknown, Opened>();

/** Makes the token of a use of a descriptor that the recorded call has opened; undefined if the use forbids caching. */
type Use = (file: Opened, args: readonly unknown[], result: unknown) => Token | undefined;

const uses: Readonly<Record<string, Use>> = {
  "fs.closeSync": ({ pending }) => {
    pending.isOver = true;
    return { kind: "confined" };
  },
  "fs.fstatSync": ({ path }, [, given], result) => {
    const flags = statFlags(given);
    const query = ["stat", path, flags ?? ""];
    return flags === null || showsOwnTimes(query) ? undefined : observed(query, digest(result), "");
  },
  "fs.readSync": (file, args, result) => {
    const part = partOf(args);
    if (part === null) return undefined;
    const { path, before } = file;
    const position = part.position ?? file.position;
    const read = result as number;
    if (part.position === null) file.position += read;
    const query = ["part", path, String(position), String(part.length)];
    return observed(query, digest(bytesOf(part, read)), fingerprintOf(before, signatureOf(path, "file")));
  },
};

/** The tap of a function that opens a descriptor or is given one; undefined for any other function. */
export function tappedDescriptor(...[original, kind, name]: Parameters<MakeTap>): ReturnType<MakeTap> | undefined {
  const use = Object.hasOwn(uses, name) ? uses[name] : undefined;
  if (use === undefined && name !== "fs.openSync") return undefined;
  return tappedWhileRecording(original, use ? using(use, kind, name) : opening(kind, name));
}

function opening(kind: string, name: string): Trap {
  return (open, self, args) => {
    // By no iterator of arrays: the program may have replaced that.
    const given = args[0];
    const flags = args[1] === undefined ? "r" : args[1];
    const path = isHeard() && current()?.opens !== true && flags === "r" && args.length <= 2 ? pathText(given) : null;
    let fd: unknown;
    let token: Token | undefined;
    state.suspended++;
    // No catch: throwing again would change where Node says that an uncaught error was thrown.
    try {
      const before = path === null ? null : signatureOf(path, "file");
      fd = Reflect.apply(open, self, args);
      if (path !== null && before !== null) token = begin(fd, path, before, name);
    } finally {
      const now = fd === undefined && path !== null ? ask(["open", path]) : null;
      if (now?.answer.startsWith("error ")) token = observed(["open", path as string], now.answer, "");
      state.suspended--;
      touch(kind, name, token);
    }
    return fd;
  };
}

function begin(fd: unknown, path: string, before: Signature, name: string): Token {
  const pending: Pending = { why: { kind: "left-open", api: name }, isOver: false };
  opened.set(fd, { path, before, pending, isOwn: isSettled(path), frame: current(), position: 0 });
  const dependency = { query: ["open", path], answer: digest(undefined), fingerprint: "" };
  return { kind: "observed", dependency, pending };
}

function using(use: Use, kind: string, name: string): Trap {
  return (fn, self, args) => {
    const file = opened.get(args[0]);
    const isOwn = file !== undefined && file.frame === current() && isHeard();
    if (name === "fs.closeSync") opened.delete(args[0]);
    let token: Token | undefined;
    state.suspended++;
    try {
      const result: unknown = Reflect.apply(fn, self, args);
      if (isOwn && !isReplaced(file)) token = use(file, args, result);
      return result;
    } finally {
      state.suspended--;
      touch(kind, name, token);
    }
  };
}

/** Whether what is in a file is the work of the run as a whole. */
export function isSettled(path: string): boolean {
  return state.run?.settles(["part", path]) === true;
}

/** Whether the run has written or taken away what is at the path of a file since it has opened that: the answer is none that follows from its own work. */
export function isReplaced({ path, isOwn }: Pick<Opened, "path" | "isOwn">): boolean {
  return !isOwn && isSettled(path);
}

function observed(query: Query, answer: string, fingerprint: string): Token {
  return { kind: "observed", dependency: { query, answer, fingerprint } };
}

/** The bytes for which a call of `read` asks, and the buffer to which they go. */
export interface Part {
  readonly buffer: Uint8Array;
  readonly offset: number;
  readonly length: number;
  /** Null: where the last read ended. */
  readonly position: number | null;
}

/** The part for which a call of `read` asks, in any of its forms; null if an argument is not a plain number or plain options. */
export function partOf([, buffer, ...rest]: readonly unknown[]): Part | null {
  if (!types.isUint8Array(buffer)) return null;
  const isPlain = rest.length <= 1 && typeof rest[0] !== "number";
  const options = isPlain ? plain(rest[0], "offset", "length", "position") : null;
  if (rest.length <= 1 && options === null) return null;
  const [offset = 0, length, position = null] = options ? [options.offset, options.length, options.position] : rest;
  if (typeof offset !== "number") return null;
  const wanted = length ?? (options ? lengthOf(buffer) - offset : undefined);
  if (typeof wanted !== "number" || !(position === null || typeof position === "number")) return null;
  return { buffer, offset, length: wanted, position: position === null || position < 0 ? null : position };
}

/** The bytes that were read into the buffer. */
export function bytesOf({ buffer, offset }: Part, count: number): Buffer {
  return Buffer.from(bufferOf(buffer) as ArrayBuffer, rangeOf(buffer).start + offset, count);
}
