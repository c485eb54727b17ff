/**
 * The loose promises of a recorded call: those that it has made and to which nothing has been attached (by `then` or `await`), so that nobody
 * waits for them. If one is rejected, Node tells the program (`unhandledRejection`, or the end of the process), and a hit of the call would not.
 * {@link watchLoose} says what is made and attached.
 */
import { isPlainPromise, whenSettled } from "../node/plain-promise.ts";
import { now } from "../node/process.ts";
import { type PromiseState, stateOf } from "../node/promise-state.ts";

export type AnyPromise = Promise<unknown>;

/** So many are remembered. A call that makes more, awaits among them, is taken for one that drops some: to remember them all would take memory. */
const MOST = 100_000;
/** From so many on, each time that they have doubled, it is asked whether more are to be followed. */
const MANY = 1024;

/** The loose promises of one call, and of the calls in it. */
export class LoosePromises {
  readonly #around: LoosePromises | null;
  readonly #hasWaited: () => boolean;
  readonly #onMany: (count: number, ms: number) => void;
  /** How many promises the call and those in it have made, and when the first was. */
  #count = 0;
  #began = 0;
  /** Promises of async functions, constructors and the like, and whether the call had waited when each was made. */
  readonly #made = new Map<AnyPromise, boolean>();
  /**
   * Promises that something attached to another one has made, and such that were settled when they were made. Each `await` makes some of both,
   * and most are fulfilled: only those that are rejected refuse the call.
   */
  readonly #derived = new Set<AnyPromise>();
  /** Those of calls in it that have made promises. */
  readonly #within = new Set<LoosePromises>();
  /** Whether one that is not among these may have been rejected. */
  #isUnknown = false;

  /**
   * @param around those of the call around
   * @param hasWaited whether anything that the call has read was answered by now: Node may then have told of a rejection before it was handled
   * @param onMany called when the call has made many promises, and each time that they have doubled: how many, and since how many milliseconds
   */
  constructor(
    around: LoosePromises | null,
    hasWaited: () => boolean,
    onMany: (count: number, ms: number) => void = () => {},
  ) {
    this.#around = around;
    this.#hasWaited = hasWaited;
    this.#onMany = onMany;
  }

  /** A promise was made. @param isDerived whether something attached to another one has made it */
  add(promise: AnyPromise, isDerived: boolean): void {
    for (let one: LoosePromises | null = this; one !== null; one = one.#around) one.#noteOne();
    const count = this.#made.size + this.#derived.size;
    if (count === 0) this.#around?.enclose(this);
    if (count >= MOST) this.#giveUp();
    if (this.#isUnknown) return;
    if (isDerived) this.#derived.add(promise);
    else this.#made.set(promise, this.#hasWaited());
  }

  #noteOne(): void {
    const count = ++this.#count;
    if (count === 1) this.#began = now();
    else if (count >= MANY && (count & (count - 1)) === 0) this.#onMany(count, now() - this.#began);
  }

  #giveUp(): void {
    this.#isUnknown = true;
    this.#made.clear();
    this.#derived.clear();
  }

  /** A call in this one has made promises. */
  enclose(one: LoosePromises): void {
    this.#within.add(one);
    this.#around?.enclose(this);
  }

  /** Something was attached to a promise. Answers null if that was not loose, else what {@link add} has to know to take this back. */
  remove(promise: AnyPromise): { readonly isDerived: boolean } | null {
    if (this.#derived.delete(promise)) return { isDerived: true };
    const hadWaited = this.#made.get(promise);
    if (hadWaited === undefined) return null;
    this.#made.delete(promise);
    if (!hadWaited && this.#hasWaited()) this.#noteIfRejected(promise);
    return { isDerived: false };
  }

  /** Something is attached to a promise that may have been rejected before, and told. */
  #noteIfRejected(promise: AnyPromise): void {
    const state = knownState(promise);
    if (state === "pending" || state === "fulfilled") return;
    const note = () => {
      this.#isUnknown = true;
    };
    if (state === "settled" && isPlainPromise(promise)) whenSettled(promise, () => undefined, note);
    else note();
  }

  /** A promise was settled as soon as it was made. */
  settle(promise: AnyPromise): void {
    if (this.#made.delete(promise)) this.#derived.add(promise);
  }

  /** A promise is that of the body itself: its caller is about to wait for it. */
  leaveOut(promise: AnyPromise): void {
    this.#made.delete(promise);
  }

  /** Whether nobody waits for a promise that is not known to be fulfilled. Those that something attached has made are left out. */
  get isAnyDropped(): boolean {
    if (this.#isUnknown) return true;
    for (const promise of this.#made.keys()) if (!isFulfilled(promise)) return true;
    for (const one of this.#within) if (one.isAnyDropped) return true;
    return false;
  }

  /** The same with those, when Node has told of the rejected ones. One that was settled with an object counts: it may be an error. */
  get wasAnyDropped(): boolean {
    if (this.isAnyDropped) return true;
    for (const promise of this.#derived) if (mayBeRejected(promise)) return true;
    for (const one of this.#within) if (one.wasAnyDropped) return true;
    return false;
  }
}

function isFulfilled(promise: AnyPromise): boolean {
  return knownState(promise) === "fulfilled";
}

function mayBeRejected(promise: AnyPromise): boolean {
  const state = knownState(promise);
  return state === "rejected" || state === "settled";
}

/** Of one that is not plain, no more is known than that it may be settled. */
function knownState(promise: AnyPromise): PromiseState {
  return isPlainPromise(promise) ? stateOf(promise) : "settled";
}
