/**
 * Records an async call whose body runs where it was called, once, and tells what it does (src/code/guard-text.ts). The promise of the
 * call, its stack and the turns of the microtask queue that it takes are the same as without dumbo.
 *
 * Nothing here may throw into the program, and no code of the program runs here.
 */
import { types } from "node:util";
import type { CallInPlace } from "../code/guard-text.ts";
import { type Followed, type Frame, isGivenUp } from "../trace/frames.ts";
import { ProgramMap, ProgramSet } from "../value/well-known.ts";
import type { RecordedEnd } from "./body-end.ts";

const { getPrototypeOf, hasOwn } = Object;
const { isProxy } = types;

/**
 * Prototypes of values that a body may loop over while it waits, and of their iterators. None has a method `return`: the engine would
 * call it when the loop ends early, and so run code of the program at a moment that nobody tells.
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
  readonly #recorded: RecordedEnd;
  #isGivenUp = false;

  /** @param recorded made before the frame is entered */
  constructor(frame: Frame, followed: Followed, recorded: RecordedEnd) {
    this.#frame = frame;
    this.#followed = followed;
    this.#recorded = recorded;
  }

  suspend(): void {
    if (this.#isGivenUp) return;
    this.#followed.leave();
    this.#recorded.wait();
    this.#isGivenUp = isGivenUp(this.#frame);
  }

  resume(): void {
    // What is done from now on belongs to the calls around.
    if (this.#isGivenUp) return;
    this.#followed.enter();
    this.#recorded.resume();
  }

  loop(over: unknown): void {
    if (!isQuietLoop(over)) this.#frame.effect ??= { kind: "own-iterator" };
  }

  fail(): void {
    this.#recorded.fail();
  }

  end(value: unknown): boolean {
    this.#followed.leave();
    this.#recorded.end(value);
    return false;
  }
}

/** Whether no code of the program runs when a loop over this value ends early. */
function isQuietLoop(over: unknown): boolean {
  if (typeof over === "string") return true;
  if (typeof over !== "object" || over === null || isProxy(over)) return false;
  return WITHOUT_RETURN.has(getPrototypeOf(over)) && !hasOwn(over, Symbol.iterator) && !hasOwn(over, "return");
}
