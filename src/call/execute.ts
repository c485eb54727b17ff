/**
 * The body of a call runs in a frame, which collects what the body does outside.
 *
 * Nothing here may throw into the program, and nothing of the program runs here but the function itself.
 */

import { Snapshot } from "../change/snapshot.ts";
import type { CallInPlace } from "../code/guard-text.ts";
import {
  closeFollowed,
  enterFrame,
  Followed,
  type Frame,
  hasBegunWork,
  leaveFrame,
  openFrame,
  runFollowed,
} from "../trace/frames.ts";
import { type BodyEvents, type BodyResult, RecordedEnd } from "./body-end.ts";
import { type Call, isFollowed, type Miss } from "./call.ts";
import { changeAtFirstWait } from "./changes.ts";
import { hasCallListeners } from "./events.ts";
import type { Host } from "./host.ts";
import { type Flight, isSettled } from "./in-flight.ts";
import { RecordedInPlace } from "./in-place.ts";
import type { InternalWork } from "./internal-work.ts";
import { TurnCount } from "./microtask-turns.ts";
import type { LiveSite } from "./site.ts";
import { ToldEnd } from "./told-end.ts";

// Captured before the program can replace it.
const { max } = Math;

/** What is done when a body has returned. Answers the bytes of its value for the calls that wait for it, or null. */
export type Finish = (frame: Frame, result: BodyResult) => Uint8Array | null;

/** One run of a body. */
export interface Execution {
  readonly host: Host;
  readonly internal: InternalWork;
  readonly call: Call;
  readonly miss: Miss;
  /** Where other calls wait for this one, if they may. */
  readonly flight: Flight | null;
  /** Called unless the body throws. */
  readonly finish: Finish;
}

/**
 * Calls the function from within its guard.
 * @returns what the function returns, or for an async function a promise of that
 * @throws what the function throws
 */
export function execute(execution: Execution): unknown {
  const { host, internal, call, miss, flight, finish } = execution;
  const { live, guard, self, args, byHand } = call;
  const { beforeRun } = host;
  beforeRun();
  const follows = isFollowed(live, miss.key);
  const frame = frameOf(live, miss, byHand !== undefined);
  const fn = live.fn as (...args: unknown[]) => unknown;
  const ending = tellsEnd(live) ? new ToldEnd(recordedEnd(execution, frame)) : null;
  const started = host.work.mark();
  const spent = internal.spent;
  let result: unknown;
  let completed = false;
  const limit = ending ? live.tellingBodyBegins(ending) : live.bodyBegins();
  // Undefined until the frame is entered: close to the end of the stack even that can fail.
  let outer: Frame | null | undefined;
  try {
    if (!follows) outer = enterFrame(frame);
    // A function of its own around the call would stand on the program's stack.
    if (byHand) result = follows ? runFollowed(frame, byHand.body) : byHand.body();
    else result = follows ? runFollowed(frame, () => Reflect.apply(fn, self, args)) : Reflect.apply(fn, self, args);
    completed = true;
  } finally {
    // No catch: throwing again would change where Node says that an uncaught error was thrown.
    if (outer !== undefined) leaveFrame(frame, outer);
    live.bodyEnds(guard, limit);
    if (!completed) {
      if (ending) ending.abandon();
      else {
        if (follows) closeFollowed(frame);
        flight?.land(null);
        live.noteRefusal({ kind: "throws" });
      }
    }
  }
  if (ending) return ending.follow(result as Promise<unknown>);
  if (live.site.async) return followPromise(execution, frame, result as Promise<unknown>, started.at);
  // What reads or writes outside may have waited for the disk. All else that takes longer than the processor worked was interrupted.
  const took = frame.recording.isEmpty ? host.work.taken(started) : host.now() - started.at;
  const ran = max(0, took - (internal.spent - spent));
  const waited = follows && hasBegunWork(frame);
  if (waited) refuseChanges(frame, miss);
  if (follows) closeFollowed(frame);
  internal.run(() => finish(frame, { value: result, ran, turns: 0, waited }), null);
  return result;
}

/**
 * Lets the body of an async function run on where it was called, and tell what it does.
 * @returns what the body tells it to; null where the stack is too full to record the call
 */
export function executeInPlace(execution: Execution): CallInPlace | null {
  const { host, internal, call, miss } = execution;
  host.beforeRun();
  return internal.run(() => {
    const frame = frameOf(call.live, miss, false);
    const recorded = recordedEnd(execution, frame);
    return new RecordedInPlace(frame, new Followed(frame), recorded);
  }, null);
}

/** Whether the function is called again to be recorded, and tells how that ends. Who listens to calls wraps its promise. */
function tellsEnd({ site }: LiveSite): boolean {
  return site.tells === "end" && !hasCallListeners();
}

function recordedEnd(execution: Execution, frame: Frame): RecordedEnd {
  return new RecordedEnd(frame, eventsOf(execution, frame), execution.host.now);
}

/** What is done when the body of an async function waits or ends, by whatever way that is told. */
function eventsOf({ host, internal, call, miss, flight, finish }: Execution, frame: Frame): BodyEvents {
  let waited = false;
  return {
    onWait: (isOver) => {
      waited = true;
      refuseChanges(frame, miss);
      frame.effect ??= internal.run(() => changeAtFirstWait(host, call, miss), null);
      if (mayBeAwaited(frame)) flight?.takeOff(isOver);
    },
    onFail: () => {
      call.live.noteRefusal({ kind: "throws" });
      flight?.land(null);
    },
    onEnd: (result) => {
      const bytes = internal.run(() => finish(frame, { ...result, waited }), null);
      flight?.land(bytes);
    },
  };
}

/** From now on, others may change the same objects and bindings, so that what was to be kept is an effect. */
function refuseChanges(frame: Frame, { before, whyNotLater }: Miss): void {
  if (before instanceof Snapshot) frame.effect ??= frame.wrote;
  frame.effect ??= whyNotLater;
}

function frameOf({ unit }: LiveSite, { reach, before }: Miss, byHand: boolean): Frame {
  return openFrame(
    reach.assumed,
    unit.definition.traits.includes("assumed"),
    before instanceof Snapshot ? before : null,
    byHand,
  );
}

/** A call that waits for another gets its value only: the awaited call may have no output and no dependencies. */
function mayBeAwaited({ recording, effect }: Frame): boolean {
  return recording.isEmpty && effect === null;
}

/** The promise that the program gets is made from the body's by `then`, so that Node's async stack traces go through it. */
function followPromise(
  execution: Execution,
  frame: Frame,
  promise: Promise<unknown>,
  started: number,
): Promise<unknown> {
  const events = eventsOf(execution, frame);
  events.onWait(() => isSettled(promise));
  let count: TurnCount | null = null;
  const settled = promise.then(
    (value) => {
      const turns = count?.stop() ?? 0;
      closeFollowed(frame);
      events.onEnd({ value, ran: execution.host.now() - started, turns });
      return value;
    },
    (error: unknown) => {
      count?.stop();
      closeFollowed(frame);
      events.onFail();
      throw error;
    },
  );
  // Started after `then`, so that in each turn the promise's reaction comes before the count.
  count = new TurnCount();
  return settled;
}
