/**
 * Taps on file handles. If a call opens one for reading, its reads by it are recorded, as with descriptors (descriptors.ts). The analysis
 * makes sure that no other code gets the handle (loader/analyse/confined-handles.ts).
 */
import { current, type Frame, isConfining, isHeard, state } from "../../src/trace/frames.ts";
import { digest, failure } from "../replay/answer-digest.ts";
import type { Query } from "../replay/dependencies.ts";
import { pathText } from "../replay/file-signature.ts";
import { bytesOf, isReplaced, isSettled, type Part, partOf } from "./descriptors.ts";
import { type Announced, afterwards, announce, settle } from "./pending-reads.ts";
import { encodingIn, plain, showsOwnTimes, statFlags } from "./reads.ts";
import { touch } from "./touch.ts";
import { isRecording, type Trap, tapFunction, tapMethods, tappedByCall, tappedWhileRecording } from "./wrap.ts";

/** A file that a call has opened. */
interface Opened {
  /** The path in the form of queries. */
  readonly path: string;
  readonly frame: Frame | null;
  readonly opening: Announced;
  /** Whether the run as a whole had written it before. */
  readonly isOwn: boolean;
  /** Where the next read begins that is given no position; null if that is not known. */
  position: number | null;
  /** Whether a read is under way. */
  isBusy: boolean;
}

/** The part of a file handle that is replaced here. */
interface Handle {
  close(): Promise<void>;
}

const opened = new WeakMap<object, Opened>();
const KIND = "file";
const OPEN = "fs.promises.open";

/** A read by a handle: its query, and what to make of its result. */
interface Reading {
  readonly asked: Query;
  answer(result: unknown): string;
  /** Where the next read begins. */
  next(result: unknown): number | null;
}

const readings: Readonly<Record<string, (file: Opened, args: readonly unknown[]) => Reading | null>> = {
  read({ path, position }, args) {
    const part: Part | null = partOf([null, ...args]);
    const at = part?.position ?? position;
    if (part === null || at === null) return null;
    const count = (result: unknown) => (result as { bytesRead: number }).bytesRead;
    return {
      asked: ["part", path, String(at), String(part.length)],
      answer: (result) => digest(bytesOf(part, count(result))),
      next: (result) => (part.position === null ? at + count(result) : position),
    };
  },
  readFile({ path, position }, [given]) {
    const encoding = position === 0 ? encodingIn(plain(given, "encoding")) : null;
    return encoding === null ? null : { asked: ["readFile", path, encoding], answer: digest, next: () => null };
  },
  stat({ path, position }, [given]) {
    const flags = statFlags(given);
    const asked = ["stat", path, flags ?? ""];
    return flags === null || showsOwnTimes(asked) ? null : { asked, answer: digest, next: () => position };
  },
};

/** Taps `open`, and with the first handle that it opens the class of handles, which Node does not export. */
export function tapOpen(exports: { open?: unknown }): void {
  let isKnown = false;
  /**
   * The promise of the first call resolves a microtask later than Node's own. Every other call that is not recorded returns Node's own
   * promise.
   */
  const first: Trap = (open, self, args) => {
    const promise = Reflect.apply(open, self, args) as Promise<object>;
    if (isKnown) return promise;
    return promise.then((handle) => {
      if (!isKnown) tapHandles(Object.getPrototypeOf(handle));
      isKnown = true;
      return handle;
    });
  };
  const recording: Trap = (open, self, args) => {
    const [given, flags = "r"] = args;
    const path = isConfining() && flags === "r" && args.length <= 2 ? pathText(given) : null;
    const opening = announce(path === null ? null : ["open", path], KIND, OPEN);
    if (path === null || opening === null) return first(open, self, args);
    const frame = current();
    const isOwn = isSettled(path);
    return afterwards<Handle>(() => first(open, self, args), {
      value: (handle) => {
        const { close } = handle;
        // `close` is an own property of each handle.
        handle.close = () => closeOwn(handle, close);
        opening.pending.why = { kind: "left-open", api: OPEN };
        opened.set(handle, { path, frame, opening, isOwn, position: 0, isBusy: false });
      },
      error: (error) => settle(opening, failure(error)),
    });
  };
  tappedByCall(exports.open as (...args: never[]) => unknown, () => {
    if (isRecording()) return recording;
    return isKnown ? undefined : first;
  });
}

function tapHandles(prototype: object): void {
  for (const key of Object.keys(readings)) {
    const trap = reading(key);
    tapFunction(prototype, key, KIND, `FileHandle.${key}`, (original) => tappedWhileRecording(original, trap));
  }
  tapMethods(prototype, "*", KIND, "FileHandle");
}

/** The file of a handle, if the recorded call has opened it and no read by it is under way; else null. */
function ownOf(handle: unknown): Opened | null {
  const file = opened.get(handle as object);
  return file && file.frame === current() && isHeard() && !file.isBusy ? file : null;
}

function reading(key: string): Trap {
  const name = `FileHandle.${key}`;
  return (fn, self, args) => {
    const file = ownOf(self);
    const found = file && !isReplaced(file) ? readings[key]?.(file, args) : null;
    const announced = announce(found ? found.asked : null, KIND, name);
    if (!file || !found || !announced) return Reflect.apply(fn, self, args);
    file.isBusy = true;
    return afterwards<unknown>(() => Reflect.apply(fn, self, args), {
      value: (result) => {
        file.isBusy = false;
        file.position = found.next(result);
        settle(announced, found.answer(result));
      },
      error: (error) => {
        file.isBusy = false;
        settle(announced, failure(error));
      },
    });
  };
}

function closeOwn(handle: Handle, close: Handle["close"]): Promise<void> {
  const file = ownOf(handle);
  if (state.isAudited) touch(KIND, "FileHandle.close", file ? { kind: "confined" } : undefined);
  if (!file) return close();
  opened.delete(handle);
  return afterwards<void>(close, { value: () => settle(file.opening, digest(undefined)) });
}
