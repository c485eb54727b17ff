/** Tweaks of one context that were made in a row: calls, and the values that they return there. */
import { isDeepStrictEqual } from "node:util";
import type { Tweak, Tweaks } from "../trace/contexts.ts";

/** A call that returns something else in the context. */
export interface TweakedCall {
  /** The function that is memoized. */
  readonly fn: object;
  readonly self: unknown;
  /** Whether a call with another `this` is another call. */
  readonly usesThis: boolean;
  readonly args: readonly unknown[];
  /** The key of the call outside of all contexts, and the value as the call would have kept it; null where it has no key. */
  readonly keyed: { readonly key: string; readonly tweak: Tweak } | null;
  /** What it returns. */
  readonly value: unknown;
}

/** Makes a hash of a text, of 32 hexadecimal digits. */
type Hash = (text: string) => string;

export class TweakSet implements Tweaks {
  readonly outer: Tweaks | null;
  readonly #byKey = new Map<string, Tweak>();
  /** The tweaks of this set, without those of the sets around it. */
  readonly #calls: TweakedCall[] = [];
  readonly #hash: Hash | null;
  #isUsed = false;
  #withoutKey: number;
  #sum: bigint | null;

  /** @param hash null where there is no engine: then the set has no id, and nothing that depends on it is kept */
  constructor(outer: Tweaks | null, hash: Hash | null) {
    this.outer = outer;
    this.#hash = hash;
    this.#withoutKey = outer === null ? 0 : outer.withoutKey;
    this.#sum = outer === null ? 0n : outer.sum;
  }

  /** Whether its id was asked for: calls may be kept under that, so that it takes no more tweaks. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  add(call: TweakedCall): void {
    this.#calls.push(call);
    const { keyed } = call;
    if (keyed === null) {
      this.#withoutKey++;
      this.#sum = null;
      return;
    }
    const { key, tweak } = keyed;
    this.#sum = this.#sumWith(key, this.find(key), tweak);
    this.#byKey.set(key, tweak);
  }

  /** The sum of a hash for each tweaked call: the same for the same tweaks, in whatever order and depth of contexts they were made. */
  #sumWith(key: string, before: Tweak | undefined, now: Tweak): bigint | null {
    if (this.#sum === null || this.#hash === null || now.bytes === null) return null;
    const hash = this.#hash;
    const numberOf = ({ digest }: Tweak) => BigInt(`0x${hash(`${key} ${digest}`)}`);
    return this.#sum + numberOf(now) - (before === undefined ? 0n : numberOf(before));
  }

  get id(): string | null {
    this.#isUsed = true;
    return this.#sum === null ? null : this.#sum.toString(16);
  }

  get sum(): bigint | null {
    return this.#sum;
  }

  get withoutKey(): number {
    return this.#withoutKey;
  }

  findHere(key: string): Tweak | undefined {
    return this.#byKey.get(key);
  }

  find(key: string): Tweak | undefined {
    // By a loop: a context that tweaks and calls in turns has a set for each turn, and a recursion could overflow the stack.
    for (let set: Tweaks | null = this; set !== null; set = set.outer) {
      const tweak = set.findHere(key);
      if (tweak !== undefined) return tweak;
    }
    return undefined;
  }

  /**
   * The tweak of a call that has no key, by its arguments.
   * @param hasKey whether the call has a key: if it has, only tweaks whose own call had none are looked at
   */
  findCall(fn: object, self: unknown, args: readonly unknown[], hasKey: boolean): TweakedCall | null {
    const isMeant = (call: TweakedCall) =>
      call.fn === fn &&
      !(hasKey && call.keyed !== null) &&
      (!call.usesThis || isDeepStrictEqual(call.self, self)) &&
      isDeepStrictEqual(call.args, args);
    for (let set: Tweaks | null = this; set instanceof TweakSet; set = set.outer) {
      const found = set.#calls.findLast(isMeant);
      if (found !== undefined) return found;
    }
    return null;
  }
}
