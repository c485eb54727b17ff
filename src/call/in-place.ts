/**
 * The recording of an async call in its own frame. The body runs where it was called, once, and tells what it does
 * (src/code/guard-text.ts): nothing is wrapped, so that its promise, its stack and the turns of the microtask queue are what
 * they are without dumbo.
 *
 * Nothing here may throw into the program, and nothing of the program runs here.
 */
import { types } from "node:util";
import type { CallInPlace } from "../code/guard-text.ts";
import { closeFollowed, type Followed, type Frame } from "../trace/frames.ts";
import { ProgramMap, ProgramSet } from "../value/well-known.ts";
import { TickCount } from "./microtask-turns.ts";

/** What a body came back with. */
export interface Result {
  readonly value: unknown;
  /** Milliseconds. */
  readonly ran: number;
  /** Turns of the microtask queue. */
  readonly ticks: number;
}

/** What becomes of a recorded call. */
export interface Ends {
  /** It waits for the first time: the part that others could not come between is over. */
  onWait(isOver: () => boolean): void;
  onFail(): void;
  onEnd(result: Result): void;
}

const { getPrototypeOf, getOwnPropertyDescriptor, hasOwn } = Object;
const { isPromise, isProxy } = types;
const promisePrototype = Promise.prototype;
const { then } = promisePrototype;
const { apply } = Reflect;

/** Prototypes of what has nothing to close after a loop, and of the iterators that these make: none has a `return`. */
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
  readonly #ends: Ends;
  readonly #now: () => number;
  readonly #started: number;
  // Before the body's own waits, so that in each turn this comes first.
  readonly #turns = new TickCount();
  #isOver = false;
  #hasFailed = false;

  constructor(frame: Frame, followed: Followed, ends: Ends, now: () => number) {
    this.#frame = frame;
    this.#followed = followed;
    this.#ends = ends;
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
    this.#ends.onWait(() => this.#isOver);
  }

  resume(): void {
    this.#followed.enter();
  }

  loop(over: unknown): void {
    if (!isQuietLoop(over)) this.#frame.mark ??= "loops over an iterator of the program's and waits meanwhile";
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
      if (mayBeThenable(value)) this.#frame.mark ??= "returns what has a `then`";
      this.#finish(value, turns);
    }
  }

  /** What it returns is waited for, as the engine does: it asks one turn later, and is answered one turn after that. */
  #settle(promise: Promise<unknown>, turns: number): void {
    const isPlain = getPrototypeOf(promise) === promisePrototype && !hasOwn(promise, "then");
    if (!isPlain || hasOwn(promise, "constructor")) {
      this.#frame.mark ??= "returns a promise of a class of its own";
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
    this.#ends.onFail();
  }

  #finish(value: unknown, ticks: number): void {
    this.#close();
    this.#ends.onEnd({ value, ran: this.#now() - this.#started, ticks });
  }

  #close(): void {
    this.#isOver = true;
    this.#turns.stop();
    closeFollowed(this.#frame);
  }
}

function isQuietLoop(over: unknown): boolean {
  if (typeof over === "string") return true;
  if (typeof over !== "object" || over === null || isProxy(over)) return false;
  return WITHOUT_RETURN.has(getPrototypeOf(over)) && !hasOwn(over, Symbol.iterator) && !hasOwn(over, "return");
}

/** Whether the engine may find a method `then`, which it would call. */
function mayBeThenable(value: unknown): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  for (let at: object | null = value; at !== null; at = getPrototypeOf(at) as object | null) {
    if (isProxy(at)) return true;
    const property = getOwnPropertyDescriptor(at, "then");
    if (property) return !("value" in property) || typeof property.value === "function";
  }
  return false;
}
