/**
 * Settled states: the state of a reach that two walks have found the same, with a snapshot of all that they met. As long as nothing differs
 * from the snapshot, a key takes over what the walk has found, and the state is not walked over again. The key is the same either way,
 * because equal states have equal digests.
 *
 * No object of the program lives longer for this than to the end of the turn of the event loop: a settled state is held weakly, and is
 * collected with all that it holds when memory is next collected. A state that was collected is settled again.
 */
import { types } from "node:util";
import { Snapshot } from "../change/snapshot.ts";
import { holds, type Reach } from "../code/reach.ts";
import { rangeOf, sizeOf } from "../value/slots.ts";
import { step } from "../value/time-limit.ts";
import { countUncloneable } from "../value/uncloneable.ts";
import { isUnreadable } from "../value/unkeyable.ts";
import type { KeyMarks } from "./key-marks.ts";
import type { MetState } from "./value-walk.ts";
import type { NamedBuiltIn, Walk } from "./walk.ts";

/** What a walk over the state of a reach has written and met. Each other walk does the same, as long as the state is the same. */
export interface WrittenState {
  readonly digest: string;
  /** Whether the walk has written where Buffers lie in their memory (src/key/value-walk.ts). */
  readonly seesBuffers: boolean;
  readonly met: MetState;
  /** Digests of its values, if a caller wanted some. */
  marks: KeyMarks | null;
}

interface SettledState extends WrittenState {
  readonly snapshot: Snapshot;
  /** How many objects were marked then: a snapshot does not show marks. */
  readonly marked: number;
}

/** What is known of the state of a reach from earlier walks. */
interface StateHistory {
  /** The digest of the last walk. */
  digest: string;
  /** How many walks in a row have found that digest. */
  same: number;
  /** How often a settled state had changed when it was asked for, less how often it had not. */
  failures: number;
  /** Whether code in the state looks at the memory behind Buffers: then keys are made with the places of Buffers. */
  seesBuffers: boolean;
  /** Whether the state holds something that cannot be copied. */
  isUnfit: boolean;
  settled: WeakRef<SettledState> | null;
}

/** A state of fewer objects is walked over in less time than compared with a snapshot. */
export const FEWEST_OBJECTS = 16;
/** A state that changes again and again has to be the same in more and more walks before it is settled: up to 2 to this power. */
const MOST_FAILURES = 6;
/** After so many failures, a snapshot that was made to tell what a call changes does not settle the state. */
const PATIENCE = 3;
/** States of more elements and bytes are not settled. */
const LARGEST = 1 << 22;

// Captured before the program can replace them.
const { WeakRef: WeakReference } = globalThis;
const { apply } = Reflect;
const { isArray } = Array;
const { isView } = ArrayBuffer;
const { isArrayBuffer } = types;
const { deref } = WeakReference.prototype;

/** Built-in objects matter for WeakMaps and WeakSets alone, and a state with those is never settled. */
const NO_OBJECTS = () => new Map<object, string>();

export class SettledStates {
  readonly #known = new WeakMap<Reach, StateHistory>();
  readonly #isCalled: (named: NamedBuiltIn) => boolean;
  /** How often a state was taken over, had changed, and was settled. */
  readonly counts = { used: 0, changed: 0, settled: 0 };

  /** @param isCalled whether a built-in that keys hold by its name still has that name */
  constructor(isCalled: (named: NamedBuiltIn) => boolean) {
    this.#isCalled = isCalled;
  }

  /**
   * The state of a reach, if it is settled and has not changed since; else null.
   * @param walk is charged for the comparison
   * @throws TooLarge
   */
  find(reach: Reach, seesBuffers: boolean, walk: Pick<Walk, "spend">): WrittenState | null {
    const known = this.#known.get(reach);
    if (known === undefined || known.settled === null) return null;
    const settled = apply(deref, known.settled, []) as SettledState | undefined;
    if (settled === undefined || settled.seesBuffers !== seesBuffers) return null;
    walk.spend(settled.snapshot.size);
    if (settled.marked === countUncloneable() && this.#areNamed(settled.met.named) && isSame(settled)) {
      this.counts.used++;
      if (known.failures > 0) known.failures--;
      return settled;
    }
    this.counts.changed++;
    known.settled = null;
    known.same = 0;
    if (known.failures < MOST_FAILURES) known.failures++;
    return null;
  }

  /** Whether keys of a reach have to be made with the places of Buffers, because code in its state looks at them. */
  seesBuffers(reach: Reach): boolean {
    return this.#known.get(reach)?.seesBuffers === true;
  }

  /** Notes what a walk has found, and settles the state if enough walks have found the same. No code of the program may have run since the walk. */
  note(reach: Reach, state: WrittenState): void {
    const known = this.#of(reach);
    if (!state.seesBuffers && state.met.traits.has("buffer")) {
      // The walk has left out where Buffers lie: `makeKey` makes the key once more.
      known.seesBuffers = true;
      return;
    }
    known.same = known.digest === state.digest ? known.same + 1 : 1;
    known.digest = state.digest;
    if (known.same > 1 << known.failures) this.settle(reach, state);
  }

  /**
   * A snapshot of a state; null where it can have none. Unless the state has changed too often, this settles it. No code of the program may
   * have run since the walk over it.
   */
  settle(reach: Reach, state: WrittenState): Snapshot | null {
    const known = this.#of(reach);
    const last = known.settled === null ? undefined : (apply(deref, known.settled, []) as SettledState | undefined);
    if (last !== undefined && last.met === state.met) return last.snapshot;
    if (known.isUnfit || !canBeCopied(state)) return null;
    const snapshot = this.#copyOf(state);
    if (snapshot === null) {
      known.isUnfit = true;
      return null;
    }
    if (known.failures < PATIENCE || known.same > 1 << known.failures) {
      this.counts.settled++;
      known.settled = new WeakReference<SettledState>({ ...state, snapshot, marked: countUncloneable() });
    }
    return snapshot;
  }

  #areNamed(named: readonly NamedBuiltIn[]): boolean {
    for (let i = 0; i < named.length; i++) if (!this.#isCalled(named[i] as NamedBuiltIn)) return false;
    return true;
  }

  #copyOf({ met }: WrittenState): Snapshot | null {
    try {
      for (let i = 0; i < met.reaches.length; i++) if (!isFound(met.reaches[i] as Reach)) return null;
      return new Snapshot({ ...met, bindings: [], weak: [], builtInObjects: NO_OBJECTS });
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return null;
    }
  }

  #of(reach: Reach): StateHistory {
    const known = this.#known.get(reach);
    if (known !== undefined) return known;
    const made: StateHistory = { digest: "", same: 0, failures: 0, seesBuffers: false, isUnfit: false, settled: null };
    this.#known.set(reach, made);
    return made;
  }
}

/** Whether a reach is found for good: that of a class that is not initialised yet may turn out to have more. */
function isFound(reach: Reach): boolean {
  const first = reach.units[0];
  const isUnmet = first !== undefined && first.shape === null && first.definition.traits.includes("class");
  return !isUnmet && holds(reach);
}

/** Whether a state is small enough to be copied. */
function canBeCopied({ met: { seen } }: WrittenState): boolean {
  let size = 0;
  for (const value of seen.keys()) {
    if (isArray(value)) size += value.length;
    else if (isView(value)) size += rangeOf(value).end - rangeOf(value).start;
    else if (isArrayBuffer(value)) size += sizeOf(value);
  }
  return size <= LARGEST;
}

function isSame({ met, snapshot }: SettledState): boolean {
  try {
    for (let i = 0; i < met.reaches.length; i++) {
      const reach = met.reaches[i] as Reach;
      step(reach.pins.length);
      if (!holds(reach)) return false;
    }
    return snapshot.isUnchanged();
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return false;
  }
}
