/**
 * The state of a reach that was met twice and was the same: what its walk has written and met, with a copy of all that it
 * met. As long as all is as the copy says, a key takes over what the walk has found, and the state is not walked over again.
 * The key is the same either way, because equal states have equal digests.
 *
 * Nothing here keeps an object of the program alive from one turn of the event loop to the next: a settled state is held
 * weakly, and goes, with what it holds, when memory is next collected. An object that has left the state is collected when it
 * would be without dumbo. A state whose copy is gone is settled again.
 */
import { types } from "node:util";
import { Snapshot } from "../change/snapshot.ts";
import { holds, type Reach } from "../code/reach.ts";
import { rangeOf, sizeOf } from "../value/slots.ts";
import { step } from "../value/time-limit.ts";
import { isDoubt } from "../value/unkeyable.ts";
import type { KeyMarks } from "./key-marks.ts";
import type { MetState } from "./value-walk.ts";
import type { NamedBuiltIn, Walk } from "./walk.ts";

/** What a walk over the state of a reach has written and met, and what every other walk would as long as the state is the same. */
export interface WrittenState {
  readonly digest: string;
  /** What the digest was made with (src/key/value-walk.ts). */
  readonly seesBuffers: boolean;
  readonly met: MetState;
  /** Digests of its parts, if anybody has asked for them. */
  marks: KeyMarks | null;
}

interface SettledState extends WrittenState {
  readonly snapshot: Snapshot;
}

/** What earlier walks have told of the state of a reach. */
interface StateHistory {
  /** The digest of the last walk. */
  digest: string;
  /** How many walks in a row have found that digest. */
  same: number;
  /** How often a settled state was not the same any more, less how often it was. */
  failures: number;
  /** Whether code that was met in the state looks at the memory behind Buffers. */
  seesBuffers: boolean;
  /** Whether the state holds something that cannot be copied. */
  isUnfit: boolean;
  settled: WeakRef<SettledState> | null;
}

/** Walking over a state of fewer objects takes less time than comparing it with a copy. */
export const FEWEST_OBJECTS = 16;
/** A state that changes again and again has to be the same for up to 2 to the power of this many walks before it is settled. */
const MOST_FAILURES = 6;
/** After so many failures, a copy that was made to tell what a call changes does not settle the state. */
const PATIENCE = 3;
/** A copy of more elements and bytes than that is not made. */
const LARGEST = 1 << 22;

// Captured before the program can replace them.
const { WeakRef: WeakReference } = globalThis;
const { apply } = Reflect;
const { isArray } = Array;
const { isView } = ArrayBuffer;
const { isArrayBuffer } = types;
const { deref } = WeakReference.prototype;

/** A state with WeakMaps or WeakSets is not settled. */
const NO_OBJECTS = () => new Map<object, string>();

export class SettledStates {
  readonly #known = new WeakMap<Reach, StateHistory>();
  readonly #isCalled: (named: NamedBuiltIn) => boolean;
  /** How often a state was taken over, was not the same any more, and was settled. */
  readonly counts = { used: 0, changed: 0, settled: 0 };

  /** @param isCalled whether what stands in a key by its name still has that name */
  constructor(isCalled: (named: NamedBuiltIn) => boolean) {
    this.#isCalled = isCalled;
  }

  /**
   * The state of a reach, if it is settled and the same as then.
   * @param walk counts what the question is worth
   * @throws TooLarge
   */
  find(reach: Reach, seesBuffers: boolean, walk: Pick<Walk, "spend">): WrittenState | null {
    const known = this.#known.get(reach);
    if (known === undefined || known.settled === null) return null;
    const settled = apply(deref, known.settled, []) as SettledState | undefined;
    if (settled === undefined || settled.seesBuffers !== seesBuffers) return null;
    walk.spend(settled.snapshot.size);
    if (this.#areNamed(settled.met.named) && isSame(settled)) {
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

  /** Whether keys of a reach have to be made with the places of Buffers, because of what its state holds. */
  seesBuffers(reach: Reach): boolean {
    return this.#known.get(reach)?.seesBuffers === true;
  }

  /** Notes what a walk has found. It is settled if enough walks have found the same; no program may have run since. */
  note(reach: Reach, state: WrittenState): void {
    const known = this.#of(reach);
    if (!state.seesBuffers && state.met.traits.has("buffer")) {
      // The key is made anew.
      known.seesBuffers = true;
      return;
    }
    known.same = known.digest === state.digest ? known.same + 1 : 1;
    known.digest = state.digest;
    if (known.same > 1 << known.failures) this.settle(reach, state);
  }

  /**
   * A copy of a state, for which it is settled unless it has changed too often; null where it has none. No program
   * may have run since the walk over it.
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
      known.settled = new WeakReference<SettledState>({ ...state, snapshot });
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
      if (!isDoubt(error)) throw error;
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

/** Whether what a reach leads to is found for good: a class that is not there yet may turn out to have more. */
function isFound(reach: Reach): boolean {
  const first = reach.units[0];
  const isUnmet = first !== undefined && first.shape === null && first.definition.traits.includes("class");
  return !isUnmet && holds(reach);
}

/** Whether there is not too much to copy. */
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
    if (!isDoubt(error)) throw error;
    return false;
  }
}
