/**
 * Promises that recorded calls have made, and to which nothing has been attached: nobody waits for them. If one is rejected, Node says so
 * (`unhandledRejection`, or the end of the process), and a hit of the call would not.
 *
 * V8's hook tells each promise that is made, and for one that a reaction makes, to which promise that was attached.
 */
import { inspect } from "node:util";
import { promiseHooks } from "node:v8";

// Captured before it is tapped: to a recorded call around, it would be an effect.
const { createHook } = promiseHooks;

type AnyPromise = Promise<unknown>;

/** A call that makes more promises to which nothing is attached, awaits among them, is taken for one that drops some: to keep them all would take memory. */
const MOST = 100_000;

/** The loose promises of one call, and of the calls in it. */
export class LoosePromises {
  readonly #around: LoosePromises | null;
  /** Whether something that the call has read has been answered: then a rejection may have been told before it was handled. */
  readonly #hasLeft: () => boolean;
  /** Those of async functions, constructors and the like. Whether they are rejected does not count: they are rare. */
  readonly #made = new Map<AnyPromise, boolean>();
  /** Those that something attached to another has made, and such that were settled when they were made: `await` makes both. Most are fulfilled. */
  readonly #derived = new Set<AnyPromise>();
  /** Calls in it that have made promises. */
  readonly #within = new Set<LoosePromises>();
  /** Whether one may have been rejected without being among those that are known. */
  #isUnknown = false;

  constructor(around: LoosePromises | null, hasLeft: () => boolean) {
    this.#around = around;
    this.#hasLeft = hasLeft;
  }

  add(promise: AnyPromise, isDerived: boolean): void {
    const count = this.#made.size + this.#derived.size;
    if (count === 0) this.#around?.enclose(this);
    if (count >= MOST) this.#giveUp();
    if (this.#isUnknown) return;
    if (isDerived) this.#derived.add(promise);
    else this.#made.set(promise, this.#hasLeft());
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

  /** Something was attached to a promise. Answers whether it was loose, and what else {@link add} has to know to take this back. */
  remove(promise: AnyPromise): { readonly isDerived: boolean } | null {
    if (this.#derived.delete(promise)) return { isDerived: true };
    const hadLeft = this.#made.get(promise);
    if (hadLeft === undefined) return null;
    this.#made.delete(promise);
    if (!hadLeft && this.#hasLeft() && isRejected(promise)) this.#isUnknown = true;
    return { isDerived: false };
  }

  /** A promise was settled as soon as it was made. */
  settle(promise: AnyPromise): void {
    if (this.#made.delete(promise)) this.#derived.add(promise);
  }

  /** The promise that was made last is that of the body itself: its caller is about to wait for it. */
  leaveOutLast(): void {
    if (lastMade !== null) this.#made.delete(lastMade);
  }

  /** Whether nobody waits for a promise that may be rejected, as far as can be said without looking into one. */
  get isAnyDropped(): boolean {
    if (this.#isUnknown || this.#made.size > 0) return true;
    for (const one of this.#within) if (one.isAnyDropped) return true;
    return false;
  }

  /** The same when Node has told of those that were rejected. Not before: to look at an error settles what its stack trace shows. */
  get wasAnyDropped(): boolean {
    if (this.isAnyDropped) return true;
    for (const promise of this.#derived) if (isRejected(promise)) return true;
    for (const one of this.#within) if (one.wasAnyDropped) return true;
    return false;
  }
}

function isRejected(promise: AnyPromise): boolean {
  return inspect(promise, { depth: 0, customInspect: false }).includes("<rejected>");
}

/**
 * `await` of what is no promise: V8 makes a promise of that, names the one of the waiting function for its origin, and settles it before
 * anything else happens. Nothing is attached to the function's promise by that.
 */
interface Attached {
  readonly made: AnyPromise;
  readonly to: AnyPromise;
  readonly owner: LoosePromises;
  readonly isDerived: boolean;
}

let stop: (() => void) | null = null;
let lastMade: AnyPromise | null = null;

/** @param ownerNow those of the call that the running code belongs to, if it may still be stored */
export function watchLoose(ownerNow: () => LoosePromises | null): void {
  if (stop) return;
  const owners = new WeakMap<AnyPromise, LoosePromises>();
  let last: Attached | null = null;
  let newest: LoosePromises | null = null;
  const init = (made: AnyPromise, to: AnyPromise | undefined) => {
    last = null;
    const owner = to && owners.get(to);
    const removed = to && owner?.remove(to);
    if (to && owner && removed) last = { made, to, owner, ...removed };
    const now = ownerNow();
    newest = now;
    if (now === null) return;
    now.add(made, to !== undefined);
    lastMade = made;
    owners.set(made, now);
  };
  const settled = (promise: AnyPromise) => {
    if (last?.made === promise) last.owner.add(last.to, last.isDerived);
    if (promise === lastMade) newest?.settle(promise);
    nothing();
  };
  const nothing = () => {
    last = null;
    newest = null;
  };
  stop = createHook({ init, settled, before: nothing, after: nothing } as Parameters<
    typeof createHook
  >[0]) as unknown as () => void;
}

export function unwatchLoose(): void {
  stop?.();
  stop = null;
  lastMade = null;
}
