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

/** Something that a running program did to, or learned from, the world outside its own values. */
export interface AuditEvent {
  /** What kind of access: `clock`, `random`, `file`, `process`, `network`, `child`, `timer`, `output`, ... */
  readonly kind: string;
  /** The API that was called, as a reader would write it: `Date.now`, `fs.readFileSync`, `process.env`. */
  readonly name: string;
}

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
  /** Takes the entry back, for an event that comes after the end. */
  onLate: ((mark: string) => void) | null;
  /** Milliseconds that hits inside the body saved: part of what the call would have cost. */
  saved: number;
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
  return { parent: current(), mark: null, assumed, vouched, open: true, onLate: null, saved: 0 };
}

/** The innermost frame around the running code. */
export function current(): Frame | null {
  return top ?? (followed > 0 ? (storage?.getStore() ?? null) : null);
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
    frame.open = false;
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
    top = outer;
  }
}

/** Reading this storage is not the program's reading of a context: it keeps the methods that were there before the taps. */
function makeStorage(): AsyncLocalStorage<Frame> {
  return Object.assign(new AsyncLocalStorage<Frame>(), { getStore, enterWith, run });
}

/** Ends a followed frame: at once for its own marks, on the next turn of the event loop for late ones. */
export function closeFollowed(frame: Frame): void {
  frame.open = false;
  later(() => {
    state.open--;
    followed--;
    if (followed === 0 && slowStorage) storage?.disable();
  }).unref();
}

/**
 * Marks the frames around the running code with an event.
 * @param callerFile finds the file of the code that caused it; asked only when a listed package might have
 */
export function markFrames(event: AuditEvent, callerFile: () => string | null): void {
  let caller: string | null | undefined;
  for (let frame = current(); frame; frame = frame.parent) {
    if (frame.vouched) return;
    if (frame.assumed.length > 0) {
      caller ??= callerFile();
      const file = caller;
      if (file !== null && frame.assumed.some((folder) => file.startsWith(folder))) continue;
    }
    const mark = `touches ${event.name} (${event.kind})`;
    if (frame.open) frame.mark ??= mark;
    else frame.onLate?.(mark);
  }
}
