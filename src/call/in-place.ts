/**
 * The recording of an async call whose body runs where it was called, once, and tells what it does (src/code/guard-text.ts).
 * Nothing is wrapped: the call's promise, its stack and the turns of the microtask queue that it takes are the same as without
 * dumbo.
 *
 * Nothing here may throw into the program, and nothing of the program runs here.
 */
import { types } from "node:util";
import type { CallInPlace } from "../code/guard-text.ts";
import { closeFollowed, type Followed, type Frame } from "../trace/frames.ts";
import { ProgramMap, ProgramSet } from "../value/well-known.ts";
import { TurnCount } from "./microtask-turns.ts";

/** What a body returned. */
export interface BodyResult {
  readonly value: unknown;
  /** Milliseconds that it ran. */
  readonly ran: number;
  /** Turns of the microtask queue until it returned. */
  readonly turns: number;
}

/** What is to be done when the body of a recorded call waits or ends. */
export interface BodyEvents {
  /** The body waits for the first time: other code of the program runs from now on. @param isOver whether the body has ended */
  onWait(isOver: () => boolean): void;
  onFail(): void;
  onEnd(result: BodyResult): void;
}

const { getPrototypeOf, getOwnPropertyDescriptor, hasOwn } = Object;
const { isPromise, isProxy } = types;
const promisePrototype = Promise.prototype;
const { then } = promisePrototype;
const { apply } = Reflect;

/**
 * Prototypes of values that a loop may go over and wait meanwhile, and of their iterators. None has a method `return`, which
 * the engine would call when the loop ends early.
 */
const WITHOUT_RETURN = new Set<unknown>([
  ...[
    Array,
    ProgramMap,
    ProgramSet,
    String,
    Uint8Array,
    Uint8ClampedArray,
    Uint16Array,
    Uint32Array,
    Int8Array,
    Int16Array,
  ].map(protoOf),
  ...[Int32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array, Buffer].map(protoOf),
  ...[[], new Map(), new Set(), ""].map((one) => getPrototypeOf(one[Symbol.iterator]()) as unknown),
]);

function protoOf({ prototype }: { readonly prototype: unknown }): unknown {
  return prototype;
}

export class RecordedInPlace implements CallInPlace {
  readonly #frame: Frame;
  readonly #followed: Followed;
  readonly #events: BodyEvents;
  readonly #now: () => number;
  readonly #started: number;
  // Made before the body waits, so that in each turn the count comes before the body.
  readonly #turns = new TurnCount();
  #isOver = false;
  #hasFailed = false;

  constructor(frame: Frame, followed: Followed, events: BodyEvents, now: () => number) {
    this.#frame = frame;
    this.#followed = followed;
    this.#events = events;
    this.#now = now;
    this.#started = now();
  }

  suspend(): void {
    this.#followed.leave();
    this.#wait();
  }

  #wait(): void {
    if (this.#frame.waited) return;
    this.#frame.waited = true;
    this.#events.onWait(() => this.#isOver);
  }

  resume(): void {
    this.#followed.enter();
  }

  loop(over: unknown): void {
    if (!isQuietLoop(over)) this.#frame.effect ??= "loops over an iterator of the program's and waits meanwhile";
  }

  fail(): void {
    this.#hasFailed = true;
  }

  end(value: unknown): void {
    this.#followed.leave();
    const turns = this.#turns.count;
    if (this.#hasFailed) this.#fail();
    else if (isPromise(value)) this.#settle(value, turns);
    else {
      if (mayBeThenable(value)) this.#frame.effect ??= "returns what has a `then`";
      this.#finish(value, turns);
    }
  }

  /**
   * Waits for a promise that the body returns, as the engine does: the engine calls `then` one turn later, and gets the answer
   * at the earliest one turn after that.
   */
  #settle(promise: Promise<unknown>, turns: number): void {
    const isPlain = getPrototypeOf(promise) === promisePrototype && !hasOwn(promise, "then");
    if (!isPlain || hasOwn(promise, "constructor")) {
      this.#frame.effect ??= "returns a promise of a class of its own";
      this.#finish(undefined, turns);
      return;
    }
    this.#wait();
    apply(then, promise, [
      (value: unknown) => this.#finish(value, Math.max(turns + 2, this.#turns.count)),
      () => this.#fail(),
    ]);
  }

  #fail(): void {
    this.#close();
    this.#events.onFail();
  }

  #finish(value: unknown, turns: number): void {
    this.#close();
    this.#events.onEnd({ value, ran: this.#now() - this.#started, turns });
  }

  #close(): void {
    this.#isOver = true;
    this.#turns.stop();
    closeFollowed(this.#frame);
  }
}

/** Whether no code of the program runs when a loop over this value ends early. */
function isQuietLoop(over: unknown): boolean {
  if (typeof over === "string") return true;
  if (typeof over !== "object" || over === null || isProxy(over)) return false;
  return WITHOUT_RETURN.has(getPrototypeOf(over)) && !hasOwn(over, Symbol.iterator) && !hasOwn(over, "return");
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
