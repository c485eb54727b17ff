/** The tweaks of a context: calls, and the values that they return there. */
import { isDeepStrictEqual } from "node:util";
import type { Tweak, Tweaks } from "../trace/contexts.ts";

/** A call whose result is overridden. */
export interface TweakedCall {
  /** The function, as it is memoized by hand. */
  readonly hand: object;
  readonly self: unknown;
  /** Whether a call on something else may be another one. */
  readonly usesThis: boolean;
  readonly args: readonly unknown[];
  /** The key of the call outside of all contexts; null where it has none. */
  readonly key: string | null;
  /** What it returns. */
  readonly value: unknown;
}

export class TweakSet implements Tweaks {
  readonly outer: Tweaks | null;
  readonly #byKey = new Map<string, Tweak>();
  /** Those of the set itself. */
  readonly #calls: TweakedCall[] = [];
  readonly #hash: ((text: string) => string) | null;
  #id: string | null | undefined;
  #withoutKey = 0;

  /** @param hash of texts, where anything is kept */
  constructor(outer: Tweaks | null, hash: ((text: string) => string) | null) {
    this.outer = outer;
    this.#hash = hash;
  }

  /** Whether calls may have been made with it: it may not change then. */
  get isUsed(): boolean {
    return this.#id !== undefined;
  }

  /** @param tweak for a call that has a key */
  add(call: TweakedCall, tweak: Tweak | null): void {
    this.#calls.push(call);
    if (call.key !== null && tweak !== null) this.#byKey.set(call.key, tweak);
    else this.#withoutKey++;
  }

  get id(): string | null {
    if (this.#id === undefined) this.#id = this.#digest();
    return this.#id;
  }

  /** Of all calls that are tweaked and their values, in whichever order and depth; null where one of them has no digest. */
  #digest(): string | null {
    if (this.#hash === null || this.withoutKey > 0) return null;
    const all = [...allOf(this)];
    if (all.some(([, { bytes }]) => bytes === null)) return null;
    return this.#hash(
      all
        .map(([key, { digest }]) => `${key} ${digest}`)
        .sort()
        .join("\n"),
    );
  }

  get withoutKey(): number {
    return this.#withoutKey + (this.outer?.withoutKey ?? 0);
  }

  get keys(): readonly string[] {
    return [...this.#byKey.keys()];
  }

  find(key: string): Tweak | undefined {
    return this.#byKey.get(key) ?? this.outer?.find(key);
  }

  /**
   * The tweak of a call that has no key, by its arguments.
   * @param hasKey the call has one: only tweaks of calls that had none count
   */
  findCall(hand: object, self: unknown, args: readonly unknown[], hasKey: boolean): TweakedCall | null {
    for (let at = this.#calls.length - 1; at >= 0; at--) {
      const call = this.#calls[at] as TweakedCall;
      if (call.hand !== hand || (hasKey && call.key !== null)) continue;
      const isOnSame = !call.usesThis || isDeepStrictEqual(call.self, self);
      if (isOnSame && isDeepStrictEqual(call.args, args)) return call;
    }
    return this.outer instanceof TweakSet ? this.outer.findCall(hand, self, args, hasKey) : null;
  }
}

/** By key: what is tweaked last counts. */
function allOf(set: Tweaks): Map<string, Tweak> {
  const all = set.outer === null ? new Map<string, Tweak>() : allOf(set.outer);
  for (const key of set.keys) all.set(key, set.find(key) as Tweak);
  return all;
}
