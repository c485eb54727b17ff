/**
 * What a WeakMap or WeakSet holds for the objects that a call can ask it for, from before the call: compared with the same from after
 * it, it tells what the call put there, and took out. What it holds for objects that the call has made is nobody else's, or comes back
 * with those.
 */

import { Unkeyable } from "../value/unkeyable.ts";
import { weakGet, weakHas } from "../value/weak-collections.ts";
import { CHANGE, type Change } from "./change.ts";

// Captured before the program can replace it.
const { is } = Object;

const ABSENT = Symbol("absent");

/** Objects that a call can have without having made them. */
export interface WeakKeys {
  /** Those that stand in its key: equal keys have the same ones at the same places. */
  readonly own: readonly object[];
  /** All others, and symbols: of them, an entry can name functions. */
  readonly others: readonly (object | symbol)[];
}

export class WatchedWeak {
  readonly #collection: object;
  readonly #keys: WeakKeys;
  readonly #own: readonly unknown[];
  readonly #others: readonly unknown[];

  constructor(collection: object, keys: WeakKeys) {
    this.#collection = collection;
    this.#keys = keys;
    this.#own = keys.own.map((key) => this.#at(key));
    this.#others = keys.others.map((key) => this.#at(key));
  }

  get size(): number {
    return (this.#own.length + this.#others.length) >> 3;
  }

  isUnchanged(): boolean {
    const { own, others } = this.#keys;
    for (let i = 0; i < own.length; i++) if (!is(this.#at(own[i] as object), this.#own[i])) return false;
    for (let i = 0; i < others.length; i++) if (!is(this.#at(others[i] as object), this.#others[i])) return false;
    return true;
  }

  /** @throws Unkeyable where no later call could do the same */
  addChanges(changes: Change[]): void {
    const { own, others } = this.#keys;
    const deleted: object[] = [];
    const put: object[] = [];
    const values: unknown[] = [];
    const compare = (key: object, before: unknown) => {
      const value = this.#at(key);
      if (is(value, before)) return;
      if (value === ABSENT) deleted.push(key);
      else {
        put.push(key);
        values.push(value);
      }
    };
    for (let i = 0; i < own.length; i++) compare(own[i] as object, this.#own[i]);
    for (let i = 0; i < others.length; i++) {
      const key = others[i] as object | symbol;
      if (typeof key === "function") compare(key, this.#others[i]);
      else if (!is(this.#at(key), this.#others[i])) throw new Unkeyable({ kind: "changes-for-good", what: "built-in" });
    }
    if (deleted.length + put.length > 0) changes.push([CHANGE.weak, this.#collection, deleted, put, values]);
  }

  #at(key: object | symbol): unknown {
    return weakHas(this.#collection, key) ? weakGet(this.#collection, key) : ABSENT;
  }
}
