/**
 * The stack of calls that are being recorded.
 *
 * A frame is opened when a memoized call misses and closed when its body has ended. What the body does meanwhile is booked in it
 * (booking.ts).
 *
 * Code that stays synchronous is followed by a plain stack (10 ns). Code that may leave work to promises is followed by
 * AsyncLocalStorage, before Node 24 by a {@link PromiseContext}. Its frame takes effects until the next turn of the event loop,
 * because promises go on after the body has ended.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Reason } from "../reason/reason.ts";
import type { OpenCall } from "./call-times.ts";
import type { Pending } from "./event.ts";
import { LoosePromises } from "./loose-promises.ts";
import { PromiseContext } from "./promise-context.ts";
import { promisesMade, unwatchPromises, watchPromises } from "./promise-count.ts";
import { hasWaited, Recording } from "./trace.ts";
import { leaveOutLast, unwatchLoose, watchLoose } from "./watch-loose.ts";
import type { WholeRun } from "./whole-run.ts";

/** Stands for a recorded call in what is made while it runs, which may outlive it: with the calls around it, and nothing else. */
export interface CallMark {
  readonly parent: CallMark | null;
}

/** What a call changes is compared with a copy, and kept with the result. */
export interface KeptChanges {
  /** Notes that code is about to assign to a binding. Answers whether that is kept, too. */
  noteAssignment(binding: object): boolean;
}

/** What the results of code that a call has made of texts depend on. */
export interface MadeCode {
  readonly traits: ReadonlySet<string>;
  /** Names of functions of the language and of Node that it may look at as at objects. */
  readonly mentions: ReadonlySet<string>;
}

/** One recorded call. */
export interface Frame {
  readonly parent: Frame | null;
  readonly mark: CallMark;
  /** The first effect that a hit could not repeat: the call may not be stored. Null while there is none. */
  effect: Reason | null;
  /** Whether it is one of those that {@link RecordingState.open} counts. */
  isCounted: boolean;
  /** Null where a change forbids to store the call. */
  readonly kept: KeptChanges | null;
  /** The first code that wrote to state outside; null if none did, or if only the objects show it. */
  wrote: Reason | null;
  /** What it has made of texts; null if nothing. */
  made: MadeCode | null;
  /** Folders (ending in a separator) of listed packages: what their own code does is not audited. */
  readonly assumed: readonly string[];
  /** It is a call of a function that is memoized by hand. */
  readonly byHand: boolean;
  /** The function itself is on the list: nothing in it is an effect of this frame or of those around it. */
  readonly vouched: boolean;
  /** It has functions as values that open files: what these open, any code may get. */
  readonly opens: boolean;
  /** False once the body has ended. */
  open: boolean;
  /** The synchronous part of the body is over: a hit could not keep the order in which it reads or prints from now on. */
  waited: boolean;
  /** What the body has read, printed and written so far. */
  readonly recording: Recording;
  /** What the body has begun and has to see the end of. */
  readonly pending: Pending[];
  /** How many promises there were when its synchronous part began; null when nobody counts them for it. */
  promises: number | null;
  /** Whether promises were made in its synchronous part, when that is over. */
  madePromises: boolean;
  /** Promises that it has made, and that nobody waits for. */
  readonly loose: LoosePromises;
  /** Takes the entry back, for an effect that comes after the body has ended. */
  onLateEffect: ((effect: Reason) => void) | null;
  /** Milliseconds that hits inside the body saved: without them the call would have taken so much longer. */
  saved: number;
  /** Milliseconds that recorded calls inside the body took. */
  inner: number;
  /** What the call takes, where that is not just the time until it returns. */
  time: OpenCall | null;
  /** Events that did not count because of the assumePure list. */
  overrode: number;
}

/** Random numbers that depend on a seed. */
export interface SeededRandom {
  next(): number;
  /** The recorded call in which the seed was set: to it and to those around it the numbers are no effect. */
  readonly owner: CallMark | null;
}

/** No function keeps it as the call that was recorded when it began. */
const NO_CALL: CallMark = { parent: null };

/**
 * What probes and taps ask. An instance of a class: an object literal with a getter has no hidden class in V8, and a probe in a
 * loop would search its properties each time.
 */
class RecordingState {
  /** How many frames can still have effects. Probes test this one number, and do nothing while it is 0. */
  open = 0;
  /**
   * The innermost recorded call around the running code, if its body leaves no work to promises, else {@link NO_CALL}. A probe asks it first:
   * what the call itself has made is no state of others.
   */
  mark: CallMark = NO_CALL;
  /** The run as a whole, while it is recorded. */
  run: WholeRun | null = null;
  /** While it is not 0, dumbo, Node's loader or a listener on dumbo's channels is running, and taps do nothing. */
  suspended = 0;
  /** Says which random numbers the running code gets in place of those of the process; null while nobody gets any. */
  seeded: (() => SeededRandom | null) | null = null;
  /** The global object, whatever a program makes of the name `globalThis`. */
  readonly root: object = globalThis;

  /** Whether anybody is to be told what taps see: they do nothing while it is false. */
  get isAudited(): boolean {
    return this.open !== 0 || this.run !== null;
  }

  /** The same for an access: of one that stays inside the process, the run as a whole is not told. */
  hears(staysInside: boolean): boolean {
    return staysInside ? this.open !== 0 : this.isAudited;
  }

  /** The innermost recorded call around the running code. */
  get call(): CallMark | null {
    return current()?.mark ?? null;
  }
}

export const state = new RecordingState();

const MANY_PROMISES: Reason = { kind: "many-promises" };

let top: Frame | null = null;
let storage: AsyncLocalStorage<Frame> | PromiseContext<Frame> | null = null;
let followed = 0;
/** Those that are followed, until the turn of the event loop after they have ended. Their number is kept apart: each event of a tap asks for it. */
const followedFrames = new Set<Frame>();
const later = setImmediate;
const { getStore, enterWith, run } = AsyncLocalStorage.prototype;

/** Whether an AsyncLocalStorage is made of async hooks, which mark promises; Node 24 has another without `_enable`. */
const marksPromises = "_enable" in AsyncLocalStorage.prototype;

/** What is known of a call when its frame is opened. */
export interface FrameOptions extends Partial<Pick<Frame, "kept" | "byHand" | "opens">> {
  /** Whether the call is still watched over after so many promises in so many milliseconds. */
  readonly mayFollow?: (promises: number, ms: number) => boolean;
}

export function openFrame(
  assumed: readonly string[],
  vouched: boolean,
  { kept = null, byHand = false, opens = false, mayFollow = () => true }: FrameOptions = {},
): Frame {
  const parent = current();
  const recording = new Recording();
  const onMany = (count: number, ms: number) => {
    if (frame.effect === null && !mayFollow(count, ms)) frame.effect = MANY_PROMISES;
  };
  const frame: Frame = {
    parent,
    mark: { parent: parent?.mark ?? null },
    effect: null,
    isCounted: false,
    kept,
    wrote: null,
    made: null,
    assumed,
    byHand,
    vouched,
    opens,
    open: true,
    waited: false,
    recording,
    pending: [],
    promises: null,
    madePromises: false,
    loose: new LoosePromises(parent?.loose ?? null, () => hasWaited(recording.trace), onMany),
    onLateEffect: null,
    saved: 0,
    inner: 0,
    time: null,
    overrode: 0,
  };
  return frame;
}

/** The innermost frame around the running code. */
export function current(): Frame | null {
  return top ?? (followed > 0 ? (storage?.getStore() ?? null) : null);
}

function setTop(frame: Frame | null): void {
  top = frame;
  state.mark = frame === null ? NO_CALL : frame.mark;
}

/** The innermost call around the running code whose time is counted until its promise is settled. */
export function openCallAround(): OpenCall | null {
  for (let frame = current(); frame; frame = frame.parent) if (frame.time !== null) return frame.time;
  return null;
}

/** Whether a call around the running code may still be stored. */
export function isListening(): boolean {
  for (let frame = current(); frame; frame = frame.parent) if (frame.effect === null) return true;
  return false;
}

/** Whether the run as a whole, or a call around the running code, may still be stored. If not, taps need not prepare what it reads. */
export function isHeard(): boolean {
  return state.run !== null || isListening();
}

/** Whether a call is recorded of which the analysis has made sure that only its own code gets what it opens. */
export function isConfining(): boolean {
  return current()?.opens !== true && isListening();
}

/** Whether the run as a whole, or a call around the running code, has written what queries call `subject`. */
export function hasWritten(subject: string): boolean {
  if (state.run?.wrote(subject)) return true;
  for (let frame = current(); frame; frame = frame.parent) if (frame.recording.wrote(subject)) return true;
  return false;
}

/**
 * Whether an entry of the call around the running code would stand for the running code as well. An entry with dependencies
 * does not: once they change, entries of the calls inside are of use.
 */
export function isCovered(): boolean {
  return current()?.recording.isEmpty === true;
}

/** The innermost recorded call around the running code, if its body has not ended. Cost: no allocation. */
export function runningCall(): CallMark | null {
  const frame = current();
  return frame?.open === true ? frame.mark : null;
}

/**
 * Begins a body that leaves no work to promises.
 * @returns the frame around it, for {@link leaveFrame}, which has to follow when the body returns or throws
 */
export function enterFrame(frame: Frame): Frame | null {
  const outer = top;
  setTop(frame);
  count(frame);
  return outer;
}

/** Ends such a body, and closes its frame. */
export function leaveFrame(frame: Frame, outer: Frame | null): void {
  setTop(outer);
  uncount(frame);
  end(frame);
}

function count(frame: Frame): void {
  frame.isCounted = true;
  state.open++;
}

function uncount(frame: Frame): void {
  if (!frame.isCounted) return;
  frame.isCounted = false;
  state.open--;
}

/** Notes an effect of a call. Unless it is in others, probes and taps have nothing to tell from then on: the first one decides. */
export function noteEffect(frame: Frame, effect: Reason): void {
  if (!frame.open) return frame.onLateEffect?.(effect);
  frame.effect ??= effect;
  uncount(frame);
}

function beginFollowing(frame: Frame): AsyncLocalStorage<Frame> | PromiseContext<Frame> {
  storage ??= makeStorage();
  followed++;
  count(frame);
  followedFrames.add(frame);
  watchLoose(looseNow, isAnyKept);
  return storage;
}

/** Whether a followed call may still be stored. If nobody has to know any more which call running code belongs to, that is not followed, either. */
function isAnyKept(): boolean {
  let areGivenUp = true;
  for (const frame of followedFrames) {
    if (frame.effect === null) return true;
    areGivenUp &&= isGivenUp(frame);
  }
  if (areGivenUp && storage instanceof PromiseContext) storage.disable();
  return false;
}

/** Whether a call has made so many promises that it is not watched over any more. */
export function isGivenUp({ effect }: Frame): boolean {
  return effect === MANY_PROMISES;
}

function looseNow(): LoosePromises | null {
  const frame = current();
  return frame !== null && isListening() ? frame.loose : null;
}

/** Runs the synchronous part of a body that may go on later. The caller ends it with {@link closeFollowed}. */
export function runFollowed<T>(frame: Frame, body: () => T): T {
  const context = beginFollowing(frame);
  const outer = top;
  setTop(null);
  frame.promises = watchPromises();
  try {
    return context.run(frame, body);
  } finally {
    countPromises(frame);
    frame.waited = true;
    setTop(outer);
  }
}

/** Runs a further piece of a body that began in {@link runFollowed}, wherever that is asked for. */
export function runFurther<T>(frame: Frame, body: () => T): T {
  if (storage === null || !frame.open) return body();
  const outer = top;
  setTop(null);
  try {
    return storage.run(frame, body);
  } finally {
    setTop(outer);
  }
}

/**
 * A body that runs where it was called, and enters and leaves its frame itself. It has to leave the frame whenever it waits,
 * or the effects of its caller would go to the frame. What the body begins inside keeps the frame as its context. The caller
 * ends it with {@link closeFollowed}.
 */
export class Followed {
  readonly #frame: Frame;
  #outer: Frame | null = null;
  #context: Frame | undefined;
  #isInside = false;

  constructor(frame: Frame) {
    this.#frame = frame;
    beginFollowing(frame);
    this.enter();
    frame.promises = watchPromises();
  }

  enter(): void {
    if (this.#isInside || storage === null) return;
    this.#isInside = true;
    this.#outer = top;
    this.#context = storage.getStore();
    setTop(null);
    storage.enterWith(this.#frame);
  }

  leave(): void {
    if (!this.#isInside || storage === null) return;
    countPromises(this.#frame);
    this.#isInside = false;
    storage.enterWith(this.#context as Frame);
    setTop(this.#outer);
  }
}

/** Counts promises for the rest of the synchronous part of a body: by now nothing in it could make any. */
export function watchBody(frame: Frame): void {
  if (frame.waited) frame.madePromises = true;
  else if (frame.open) frame.promises ??= watchPromises();
}

/** Ends the synchronous part of a body. */
function countPromises(frame: Frame): void {
  if (frame.promises === null) return;
  frame.madePromises = unwatchPromises(frame.promises);
  frame.promises = null;
}

/** Notes that the promise which was made last is that of the body itself. */
export function beginBody(frame: Frame): void {
  if (frame.promises !== null) frame.promises = promisesMade();
  leaveOutLast(frame.loose);
}

/**
 * Whether a body has begun anything that goes on: others may run, and change what it reads or has changed,
 * before that is over. Work by promises makes some; what is answered by a callback is in the trace; all else that runs later is an effect.
 */
export function hasBegunWork({ promises, madePromises, pending, recording }: Frame): boolean {
  const hasPromises = promises === null ? madePromises : promises !== promisesMade();
  return hasPromises || pending.length > 0 || hasWaited(recording.trace);
}

/** What belongs to running code and to what it leaves to promises, made so that nothing shows it. */
export function makeStorage<T>(): AsyncLocalStorage<T> | PromiseContext<T> {
  if (marksPromises) return new PromiseContext();
  // With the methods from before the taps, which would take dumbo's reading for the program's.
  return Object.assign(new AsyncLocalStorage<T>(), { getStore, enterWith, run });
}

/** Runs work of dumbo that belongs to no call, together with what it leaves to promises. */
export function runOutside<T>(work: () => T): T {
  const outer = top;
  setTop(null);
  try {
    return storage && followed > 0 ? storage.run(null as unknown as Frame, work) : work();
  } finally {
    setTop(outer);
  }
}

/** What brings work that began {@link runOutside outside} back to the call that the running code belongs to. */
export function wayBack(): <T>(work: () => T) => T {
  const frame = followed > 0 ? storage?.getStore() : undefined;
  return (work) => (frame && storage && followed > 0 ? storage.run(frame, work) : work());
}

/** Ends a followed frame. Until the next turn of the event loop it still takes late effects. */
export function closeFollowed(frame: Frame): void {
  end(frame);
  later(() => {
    uncount(frame);
    followed--;
    followedFrames.delete(frame);
    if (followed > 0) return;
    unwatchLoose();
    if (storage instanceof PromiseContext) storage.disable();
  }).unref();
}

function end(frame: Frame): void {
  countPromises(frame);
  frame.open = false;
  frame.effect ??= frame.pending.find(({ isOver }) => !isOver)?.why ?? null;
}
