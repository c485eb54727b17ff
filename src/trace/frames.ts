/**
 * The stack of calls that are being recorded.
 *
 * A frame is opened when a memoized call misses and closed when its body has ended. Whatever the body touches that a
 * later run could not see again (a clock, a file, a socket, ...) is an {@link AuditEvent}; it marks every frame that
 * is open around it, because skipping any of those calls later would skip the touch too.
 *
 * Code that stays synchronous is followed by a plain stack (10 ns). Code that may leave work behind is followed by
 * AsyncLocalStorage, and its frame lingers until the next turn of the event loop, so that what promises do after the
 * end still finds it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { AuditEvent, Pending, Token } from "./event.ts";
import { Recording, type Trace } from "./trace.ts";

/** One recorded call. */
export interface Frame {
  readonly parent: Frame | null;
  /** The first thing that forbids caching this call, or null while there is none. */
  mark: string | null;
  /** Folders (ending in a separator) of listed packages: what their own code does is not audited. */
  readonly assumed: readonly string[];
  /** The function itself is on the list: nothing in it marks this frame or those around it. */
  readonly vouched: boolean;
  /** False once the body has ended. */
  open: boolean;
  /** The synchronous part of the body is over: what it reads or prints now comes in an order that a hit cannot keep. */
  waited: boolean;
  /** What the body learned and printed so far. */
  readonly recording: Recording;
  readonly pending: Pending[];
  /** Takes the entry back, for an event that comes after the end. */
  onLate: ((mark: string) => void) | null;
  /** Milliseconds that hits inside the body saved: part of what the call would have cost. */
  saved: number;
  /** Events that did not count because of the assumePure list. */
  overrode: number;
}

/** Number of frames that can still be marked. Taps test this one number and do nothing while it is 0. */
export const state = { open: 0, suspended: 0 };

let top: Frame | null = null;
let storage: AsyncLocalStorage<Frame> | null = null;
let followed = 0;
const later = setImmediate;
const { getStore, enterWith, run } = AsyncLocalStorage.prototype;

// Before Node 24 an AsyncLocalStorage that was used once slows every later await of the process, until disable().
const slowStorage = Number.parseInt(process.versions.node, 10) < 24;

export function openFrame(assumed: readonly string[], vouched: boolean): Frame {
  return {
    parent: current(),
    mark: null,
    assumed,
    vouched,
    open: true,
    waited: false,
    recording: new Recording(),
    pending: [],
    onLate: null,
    saved: 0,
    overrode: 0,
  };
}

/** The innermost frame around the running code. */
export function current(): Frame | null {
  return top ?? (followed > 0 ? (storage?.getStore() ?? null) : null);
}

/** Whether a call around the running code may still be cached: what it reads is worth a closer look. */
export function isListening(): boolean {
  for (let frame = current(); frame; frame = frame.parent) if (frame.mark === null) return true;
  return false;
}

/** Whether a call around the running code has written what queries call `subject`. */
export function hasWritten(subject: string): boolean {
  for (let frame = current(); frame; frame = frame.parent) if (frame.recording.wrote(subject)) return true;
  return false;
}

/**
 * Whether the running code is kept together with a call around it. What has looked outside is kept only until that
 * changes: then what it calls is worth having by itself.
 */
export function isCovered(): boolean {
  return current()?.recording.isEmpty === true;
}

/** Runs a body that leaves nothing behind; the frame is closed when it returns or throws. */
export function runSync<T>(frame: Frame, body: () => T): T {
  const outer = top;
  top = frame;
  state.open++;
  try {
    return body();
  } finally {
    top = outer;
    state.open--;
    end(frame);
  }
}

/** Runs the synchronous part of a body that may go on later. The caller ends it with {@link closeFollowed}. */
export function runFollowed<T>(frame: Frame, body: () => T): T {
  storage ??= makeStorage();
  followed++;
  state.open++;
  const outer = top;
  top = null;
  try {
    return storage.run(frame, body);
  } finally {
    frame.waited = true;
    top = outer;
  }
}

/**
 * A body that runs in its own place, whose frame is entered and left by calls from within. It is left whenever others may
 * run; what the body begins meanwhile keeps the context of the frame. The caller ends it with {@link closeFollowed}.
 */
export class Followed {
  readonly #frame: Frame;
  #outer: Frame | null = null;
  #context: Frame | undefined;
  #isInside = false;

  constructor(frame: Frame) {
    this.#frame = frame;
    storage ??= makeStorage();
    followed++;
    state.open++;
    this.enter();
  }

  enter(): void {
    if (this.#isInside || storage === null) return;
    this.#isInside = true;
    this.#outer = top;
    this.#context = storage.getStore();
    top = null;
    storage.enterWith(this.#frame);
  }

  leave(): void {
    if (!this.#isInside || storage === null) return;
    this.#isInside = false;
    storage.enterWith(this.#context as Frame);
    top = this.#outer;
  }
}

/** Reading this storage is not the program's reading of a context: it keeps the methods that were there before the taps. */
function makeStorage(): AsyncLocalStorage<Frame> {
  return Object.assign(new AsyncLocalStorage<Frame>(), { getStore, enterWith, run });
}

/** Runs something that belongs to no call, whatever it leaves to promises. */
export function runOutside<T>(work: () => T): T {
  const outer = top;
  top = null;
  try {
    return storage && followed > 0 ? storage.run(null as unknown as Frame, work) : work();
  } finally {
    top = outer;
  }
}

/** What brings work that was left {@link runOutside outside} back to the call that the running code belongs to. */
export function wayBack(): <T>(work: () => T) => T {
  const frame = followed > 0 ? storage?.getStore() : undefined;
  return (work) => (frame && storage && followed > 0 ? storage.run(frame, work) : work());
}

/** Ends a followed frame: at once for its own marks, on the next turn of the event loop for late ones. */
export function closeFollowed(frame: Frame): void {
  end(frame);
  later(() => {
    state.open--;
    followed--;
    if (followed === 0 && slowStorage) storage?.disable();
  }).unref();
}

function end(frame: Frame): void {
  frame.open = false;
  frame.mark ??= frame.pending.find(({ isOver }) => !isOver)?.why ?? null;
}

/**
 * Books an event in the frames around the running code: what cannot be asked or printed again marks them.
 * @param callerFile finds the file of the code that caused it; asked only when a listed package might have
 */
export function bookEvent(event: AuditEvent, callerFile: () => string | null): void {
  const { kind, name, token, why } = event;
  // What is printed or written is missed by whoever watches the program, whatever the user vouches for.
  const isSeen = token?.kind === "printed" || token?.kind === "written";
  for (const frame of framesToMark(isSeen, callerFile)) {
    const mark = token && frame.open ? take(frame, token, name) : `touches ${name} (${why ? `${kind}, ${why}` : kind})`;
    if (mark !== null && !frame.vouched) note(frame, mark);
  }
}

/** Marks the frames around code that is about to do what the scan has found in it. */
export function bookFinding(mark: string, callerFile: () => string | null): void {
  // Listeners on dumbo's channels: what they do is not the call's doing.
  if (state.suspended > 0) return;
  for (const frame of framesToMark(false, callerFile)) note(frame, mark);
}

function note(frame: Frame, mark: string): void {
  if (frame.open) frame.mark ??= mark;
  else frame.onLate?.(mark);
}

/** The frames around the running code, less those for which the assumePure list vouches: there the event is counted. */
function framesToMark(isSeen: boolean, callerFile: () => string | null): Frame[] {
  const frames: Frame[] = [];
  let caller: string | null | undefined;
  for (let frame = current(); frame; frame = frame.parent) {
    if (frame.vouched && !isSeen) {
      frame.overrode++;
      break;
    }
    if (frame.assumed.length > 0 && !isSeen) {
      caller ??= callerFile();
      const file = caller;
      if (file !== null && frame.assumed.some((folder) => file.startsWith(folder))) {
        frame.overrode++;
        continue;
      }
    }
    frames.push(frame);
  }
  return frames;
}

/** Books the trace of a call that was answered from the cache in the frames around it. */
export function bookTrace({ observations, output, writes = [] }: Trace): void {
  if (current() === null) return;
  const nobody = () => null;
  let next = 0;
  for (let at = 0; at <= observations.length; at++) {
    for (let write = writes[next]; write && write.after <= at; write = writes[++next]) {
      const written = { ...write, bytes: null };
      bookEvent({ kind: "file", name: "a cached call", token: { kind: "written", written } }, nobody);
    }
    const observation = observations[at];
    if (!observation) break;
    bookEvent({ kind: "read", name: "a cached call", token: { kind: "observed", observation } }, nobody);
  }
  for (const one of output) {
    bookEvent({ kind: "output", name: "a cached call", token: { kind: "printed", output: one } }, nobody);
  }
}

/** Takes an access into a frame's trace, or answers why it forbids caching. */
function take(frame: Frame, token: Token, name: string): string | null {
  if (frame.mark !== null) return null;
  if (token.kind === "own") return null;
  const mayWait =
    (token.kind === "observed" && token.observation.waits) || (token.kind === "written" && token.written.waits);
  if (frame.waited && !mayWait) return `touches ${name} after it has waited`;
  switch (token.kind) {
    case "keyed":
      return null;
    case "observed":
      if (token.pending) frame.pending.push(token.pending);
      return frame.recording.observe(token.observation);
    case "printed":
      return frame.recording.print(token.output);
    case "written":
      if (token.pending) frame.pending.push(token.pending);
      return frame.recording.write(token.written);
  }
}
