/**
 * What is stored in the place of a call's result: the result itself, its frozen form (freezing.ts), or for a lazy function a mark of where the
 * result is (lazy.ts); and the result again for what is stored.
 */
import { theEngine } from "./connection.ts";
import { frozenForm, isFrozen, thawed } from "./freezing.ts";
import { digestIn, type KeptResults, LazyResult } from "./lazy.ts";
import type { MemoizedByHand } from "./link.ts";
import { noteOptions } from "./note-options.ts";
import type { CheckedOptions } from "./options.ts";
import { failed, type Outcome, returned, unwrap } from "./outcome.ts";

/** The result of a call in its stored form. */
export interface StoredResult {
  readonly stored: unknown;
  /** False where the result has no stored form: the call may not be kept. */
  readonly canKeep: boolean;
}

export class StoredResults {
  readonly #hand: MemoizedByHand;
  readonly #lazy: KeptResults | null;
  /** Results of this call by what is stored in their place: its caller gets the result itself, and no copy. */
  readonly #originals = new WeakMap<object, unknown>();

  /** @param lazy where the results of the call are stored whose entry holds a mark; null where the entry holds them */
  constructor(hand: MemoizedByHand, lazy: KeptResults | null) {
    this.#hand = hand;
    this.#lazy = lazy;
  }

  /**
   * The stored form of what the body has returned. Runs code of the program, which freezes instances.
   * @param given what the call was given: instances of that would come back as copies
   */
  put(value: unknown, given: readonly unknown[]): StoredResult {
    let stored = value;
    let canKeep = true;
    try {
      const frozen = frozenForm(value, given);
      if (frozen !== null) this.#originals.set(frozen, value);
      stored = frozen ?? this.#lazy?.put(value) ?? value;
    } catch {
      canKeep = false;
      // The result may look like something that is stored in the place of one: `take` must not look into it.
      if (isObject(value)) this.#originals.set(value, value);
    }
    return { stored: this.#hand.options.cacheErrors === null ? stored : returned(stored), canKeep };
  }

  /** The stored form of what the body has thrown. @throws the error itself, where none or not this one is kept */
  putError(error: unknown): unknown {
    const { cacheErrors } = this.#hand.options;
    if (cacheErrors === null || !cacheErrors(error)) throw error;
    return failed(error);
  }

  /**
   * What the caller gets for what is stored. Runs code of the program, which thaws instances.
   * @param again runs the function, for a result that cannot be had from what is stored
   * @throws an error that is stored, and what `again` throws
   */
  take(answer: unknown, again: () => unknown): unknown {
    const stored = unwrapped(this.#hand.options, answer);
    const isOwn = isObject(stored) && this.#originals.has(stored);
    const digest = this.#hand.options.lazy && !isOwn ? digestIn(stored) : null;
    if (digest !== null && this.#lazy !== null) return LazyResult.kept(this.#lazy, digest);
    if (!isFrozen(stored)) return this.#handedOut(stored);
    const engine = theEngine();
    if (engine !== null) noteOptions(engine, this.#hand);
    if (isOwn) return this.#handedOut(this.#originals.get(stored));
    let value: unknown;
    try {
      value = thawed(stored);
    } catch {
      return again();
    }
    return this.#handedOut(value);
  }

  #handedOut(value: unknown): unknown {
    return this.#hand.options.lazy ? LazyResult.held(value) : value;
  }
}

/** With `cacheErrors`, an entry holds an outcome: a result or an error. @throws such an error */
export function unwrapped({ cacheErrors }: CheckedOptions, stored: unknown): unknown {
  return cacheErrors === null ? stored : unwrap(stored as Outcome);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
