/**
 * Runs the body of a call in a frame, which collects what the body does outside.
 *
 * Nothing here may throw into the program, and no code of the program runs here but the function itself.
 */

import { Snapshot } from "../change/snapshot.ts";
import type { CallInPlace } from "../code/guard-text.ts";
import { stateOf } from "../node/promise-state.ts";
import type { OpenCall } from "../trace/call-times.ts";
import {
  closeFollowed,
  enterFrame,
  Followed,
  type Frame,
  hasBegunWork,
  leaveFrame,
  openCallAround,
  openFrame,
  runFollowed,
} from "../trace/frames.ts";
import { type BodyEvents, type BodyResult, RecordedEnd } from "./body-end.ts";
import { type Call, isFollowed, type Miss } from "./call.ts";
import { changeAtFirstWait } from "./changes.ts";
import { hasCallListeners } from "./events.ts";
import type { Host } from "./host.ts";
import type { Flight } from "./in-flight.ts";
import { RecordedInPlace } from "./in-place.ts";
import type { InternalWork } from "./internal-work.ts";
import { TurnCount } from "./microtask-turns.ts";
import type { LiveSite } from "./site.ts";
import { ToldEnd } from "./told-end.ts";

// Captured before the program can replace it.
const { max } = Math;

/** Takes what a body has returned. Answers the bytes of its value, for calls that wait for it; null where they may not use it. */
export type Finish = (frame: Frame, result: BodyResult) => Uint8Array | null;

/** One run of a body. */
export interface Execution {
  readonly host: Host;
  readonly internal: InternalWork;
  readonly call: Call;
  readonly miss: Miss;
  /** Set where other calls may wait for this one. */
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
  const { times, beforeRun } = host;
  beforeRun();
  const follows = isFollowed(live, miss.key);
  const frame = frameOf(execution);
  const fn = live.fn as (...args: unknown[]) => unknown;
  const ending = tellsEnd(live) ? new ToldEnd(recordedEnd(execution, frame)) : null;
  const time = live.site.async && ending === null ? times.begin(openCallAround()) : null;
  frame.time ??= time;
  const started = host.work.mark();
  const spent = internal.spent;
  let result: unknown;
  let completed = false;
  const limit = ending ? live.tellingBodyBegins(ending) : live.bodyBegins();
  // Undefined until the frame is entered: close to the end of the stack even that can fail.
  let outer: Frame | null | undefined;
  try {
    if (!follows) outer = enterFrame(frame);
    // Written out in each case: a function for it would stand on the program's stack.
    if (byHand) result = follows ? runFollowed(frame, byHand.body) : byHand.body();
    else result = follows ? runFollowed(frame, () => Reflect.apply(fn, self, args)) : Reflect.apply(fn, self, args);
    completed = true;
  } finally {
    // By `finally`: an error that is caught and thrown again comes from another place, which Node prints where nobody catches it.
    if (outer !== undefined) leaveFrame(frame, outer);
    live.bodyEnds(guard, limit);
    if (!completed) {
      if (ending) ending.abandon();
      else {
        if (follows) closeFollowed(frame);
        if (time) times.end(time);
        flight?.land(null);
        live.noteRefusal({ kind: "throws" });
      }
    }
  }
  if (ending) return ending.follow(result as Promise<unknown>);
  if (time) return followPromise(execution, frame, result as Promise<unknown>, time);
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
 * Has the body of an async function run on where it was called, while it tells what it does.
 * @returns what the body tells; null where the call cannot be recorded, near the end of the stack
 */
export function executeInPlace(execution: Execution): CallInPlace | null {
  const { host, internal } = execution;
  host.beforeRun();
  return internal.run(() => {
    const frame = frameOf(execution);
    const recorded = recordedEnd(execution, frame);
    return new RecordedInPlace(frame, new Followed(frame), recorded);
  }, null);
}

/**
 * Whether the function is called a second time to be recorded, and tells how that call ends. Not where calls are told to listeners, which need
 * its promise.
 */
function tellsEnd({ site }: LiveSite): boolean {
  return site.tells === "end" && !hasCallListeners();
}

function recordedEnd(execution: Execution, frame: Frame): RecordedEnd {
  return new RecordedEnd(frame, eventsOf(execution, frame), execution.host.times);
}

/** What is done when the body of an async function waits or ends. */
function eventsOf({ host, internal, call, miss, flight, finish }: Execution, frame: Frame): BodyEvents {
  let waited = false;
  return {
    onWait: (isOver) => {
      waited = true;
      refuseChanges(frame, miss);
      frame.effect ??= internal.run(() => changeAtFirstWait(host, call, miss), null);
      if (mayBeAwaited(frame)) flight?.takeOff(isOver, () => mayBeAwaited(frame));
    },
    onFail: () => {
      call.live.noteRefusal({ kind: "throws" });
      flight?.land(null);
    },
    onEnd: (result) => {
      const bytes = internal.run(() => finish(frame, { ...result, waited }), null);
      flight?.land(bytes && { bytes, turns: result.turns ?? Number.POSITIVE_INFINITY });
    },
  };
}

/** To be called when other code may run: it may change the same objects and bindings, so that changes can no longer be kept. */
function refuseChanges(frame: Frame, { before, whyNotLater }: Miss): void {
  if (before instanceof Snapshot) frame.effect ??= frame.wrote;
  frame.effect ??= whyNotLater;
}

function frameOf({ host, call, miss }: Execution): Frame {
  const { live, byHand } = call;
  const { key, reach, before } = miss;
  // Whoever memoizes a function by hand wants it kept, whatever that takes.
  const mayFollow = byHand ? () => true : (promises: number, ms: number) => host.policy.mayFollow(promises, ms);
  return openFrame(reach.assumed, live.unit.definition.traits.includes("assumed"), {
    kept: before instanceof Snapshot ? before : null,
    byHand: byHand !== undefined,
    opens: key.walk.traits.has("opens"),
    mayFollow,
  });
}

/** A call that waits for another gets its value only: the awaited call may have no output and no dependencies. */
function mayBeAwaited({ recording, effect }: Frame): boolean {
  return recording.isEmpty && effect === null;
}

/** The program gets a promise that `then` makes of the body's: so Node's async stack traces lead through it to the caller. */
function followPromise(
  execution: Execution,
  frame: Frame,
  promise: Promise<unknown>,
  time: OpenCall,
): Promise<unknown> {
  const events = eventsOf(execution, frame);
  const { times } = execution.host;
  times.leave(time);
  events.onWait(() => stateOf(promise) !== "pending");
  let count: TurnCount | null = null;
  const settled = promise.then(
    (value) => {
      const turns = count === null ? 0 : count.stop();
      closeFollowed(frame);
      events.onEnd({ value, ran: times.end(time), turns });
      return value;
    },
    (error: unknown) => {
      count?.stop();
      closeFollowed(frame);
      times.end(time);
      events.onFail();
      throw error;
    },
  );
  // Started after `then`: so in each turn, the reaction to the promise comes before the count goes up.
  count = new TurnCount();
  return settled;
}
