/** Tells the {@link LoosePromises} of recorded calls what V8's hooks say: which promises are made, and to which something is attached. */
import type { AnyPromise, LoosePromises } from "./loose-promises.ts";
import { hookPromises } from "./promise-hooks.ts";

/** A promise that was made last, and the loose one to which that was attached. */
interface Attached {
  readonly made: AnyPromise;
  readonly to: AnyPromise;
  readonly owner: LoosePromises;
  readonly isDerived: boolean;
}

/** Once in so many promises that are of no call which may be stored, it is asked whether there is any such call. */
const IDLE = 256;

let stop: (() => void) | null = null;
let lastMade: AnyPromise | null = null;

/**
 * @param ownerNow those of the call that the running code belongs to, if it may still be stored
 * @param isNeeded whether there is a call that may still be stored. If not, the watch ends: it makes every promise of the process dearer
 */
export function watchLoose(ownerNow: () => LoosePromises | null, isNeeded: () => boolean): void {
  if (stop) return;
  const owners = new WeakMap<AnyPromise, LoosePromises>();
  let lastAttached: Attached | null = null;
  /** The owner of the promise that was made last, until anything else happens to a promise. */
  let lastOwner: LoosePromises | null = null;
  let idle = 0;
  const forgetLast = () => {
    lastAttached = null;
    lastOwner = null;
  };
  const init = (made: AnyPromise, to: AnyPromise | undefined) => {
    const owner = to && owners.get(to);
    const removed = to && owner?.remove(to);
    lastAttached = to && owner && removed ? { made, to, owner, ...removed } : null;
    lastOwner = ownerNow();
    if (lastOwner === null) {
      idle++;
      return;
    }
    lastOwner.add(made, to !== undefined);
    lastMade = made;
    owners.set(made, lastOwner);
  };
  const settled = (promise: AnyPromise) => {
    // `await` of what is no promise: V8 makes a promise of that, calls the promise of the waiting function its parent, and settles it at once.
    // Nothing was attached to the function's promise.
    if (lastAttached?.made === promise) lastAttached.owner.add(lastAttached.to, lastAttached.isDerived);
    if (promise === lastMade) lastOwner?.settle(promise);
    forgetLast();
    if (idle < IDLE) return;
    idle = 0;
    // Here, because nobody else has a hook for this: while Node goes through a list of hooks, taking one away passes over the next one.
    if (!isNeeded()) unwatchLoose();
  };
  stop = hookPromises({ init, settled, before: forgetLast, after: forgetLast });
}

export function unwatchLoose(): void {
  stop?.();
  stop = null;
  lastMade = null;
}

/** The promise that was made last is that of a body: the caller of that is about to wait for it. */
export function leaveOutLast(loose: LoosePromises): void {
  if (lastMade !== null) loose.leaveOut(lastMade);
}
