/**
 * How the body of a recorded async function ends: what it returned, how long it ran, and how many turns of the microtask queue it took.
 * If it returns a promise, that is waited for.
 *
 * Nothing here may throw into the program, and no code of the program runs here.
 */
import { types } from "node:util";
import { isPlainPromise, whenSettled } from "../node/plain-promise.ts";
import type { CallTimes, OpenCall } from "../trace/call-times.ts";
import { beginBody, closeFollowed, type Frame, hasBegunWork, openCallAround } from "../trace/frames.ts";
import { noteProgress, TurnCount } from "./microtask-turns.ts";

/** What a body returned. */
export interface BodyResult {
  readonly value: unknown;
  /** Milliseconds that it took. */
  readonly ran: number;
  /** Turns of the microtask queue until it returned; null if they were not counted to their end. */
  readonly turns: number | null;
  /** Whether other code may have run before it ended. */
  readonly waited?: boolean;
}

/** Told when the body of a recorded call waits or ends. */
export interface BodyEvents {
  /** The body waits for the first time: other code of the program runs from now on. @param isOver whether the body has ended */
  onWait(isOver: () => boolean): void;
  onFail(): void;
  onEnd(result: BodyResult): void;
}

const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
const { isPromise, isProxy } = types;

export class RecordedEnd {
  readonly #frame: Frame;
  readonly #events: BodyEvents;
  readonly #times: CallTimes;
  readonly #time: OpenCall;
  // Made before the body waits: so in each turn, the count goes up before the body goes on.
  readonly #turns = new TurnCount();
  #isOver = false;
  #hasFailed = false;
  #hasWaited = false;

  /** @param frame that of the call, made where the call was made */
  constructor(frame: Frame, events: BodyEvents, times: CallTimes) {
    this.#frame = frame;
    this.#events = events;
    this.#times = times;
    this.#time = times.begin(openCallAround());
    frame.time = this.#time;
  }

  /** To be called when the body begins, in a call whose promise was made in its frame. */
  begin(): void {
    beginBody(this.#frame);
  }

  /** To be called each time that the body waits. */
  wait(): void {
    this.#times.leave(this.#time);
    if (this.#hasWaited) return;
    this.#hasWaited = true;
    this.#frame.waited = true;
    this.#events.onWait(() => this.#isOver);
  }

  /** To be called each time that the body goes on. */
  resume(): void {
    this.#times.enter(this.#time);
    noteProgress();
  }

  /** To be called when the body throws, before {@link end}. */
  fail(): void {
    this.#hasFailed = true;
  }

  /** To be called when the body has ended. @param value what it returned, unless it threw */
  end(value: unknown): void {
    const turns = this.#turns.count;
    if (this.#hasFailed) this.#fail();
    else if (isPromise(value)) this.#settle(value, turns);
    else {
      // Work that the body has begun goes on when the body has ended: to others, it is as if the body waited.
      if (hasBegunWork(this.#frame)) this.wait();
      if (mayBeThenable(value)) this.#frame.effect ??= { kind: "returns-thenable" };
      this.#finish(value, turns);
    }
  }

  /**
   * Waits for a promise that the body returns, as the engine does: the engine calls `then` one turn later, and gets the answer
   * at the earliest one turn after that.
   */
  #settle(promise: Promise<unknown>, turns: number | null): void {
    if (!isPlainPromise(promise)) {
      this.#frame.effect ??= { kind: "own-promise" };
      this.#finish(undefined, turns);
      return;
    }
    this.wait();
    whenSettled(
      promise,
      (value) => {
        const counted = this.#turns.count;
        this.#finish(value, turns === null || counted === null ? null : Math.max(turns + 2, counted));
      },
      () => this.#fail(),
    );
  }

  #fail(): void {
    this.#close();
    this.#times.end(this.#time);
    this.#events.onFail();
  }

  #finish(value: unknown, turns: number | null): void {
    this.#close();
    this.#events.onEnd({ value, ran: this.#times.end(this.#time), turns });
  }

  #close(): void {
    this.#isOver = true;
    this.#turns.stop();
    closeFollowed(this.#frame);
  }
}

/** Whether a value may have a method `then`, which the engine would call when an async function returns the value. */
function mayBeThenable(value: unknown): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  for (let at: object | null = value; at !== null; at = getPrototypeOf(at) as object | null) {
    if (isProxy(at)) return true;
    const property = getOwnPropertyDescriptor(at, "then");
    if (property) return !("value" in property) || typeof property.value === "function";
  }
  return false;
}
