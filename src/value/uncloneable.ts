/**
 * Objects that the program has marked for functions of Node's (`markAsUncloneable`). Nothing else can read such a mark: of two objects that are alike,
 * `structuredClone` copies the one and throws for the other. So no key holds a marked object.
 */

import { Unkeyable } from "./unkeyable.ts";

const MARKED = "an object that is marked as uncloneable";

// Captured before the program can replace them.
const { apply } = Reflect;
const { add, has } = WeakSet.prototype;

const marked = new WeakSet<object>();
let count = 0;

export function noteUncloneable(value: object): void {
  count++;
  apply(add, marked, [value]);
}

/** @throws Unkeyable if an object or a function is marked */
export function refuseUncloneable(value: object): void {
  if (count > 0 && apply(has, marked, [value])) throw new Unkeyable({ kind: "opaque-object", what: MARKED });
}

/** How many marks the program has made. What was found out about values before the last one holds for those that are not marked. */
export function countUncloneable(): number {
  return count;
}
