/** Writes objects of built-in classes into keys: what their slots hold. */
import { namesBeside, ownNames } from "../value/own-keys.ts";
import { eachEntry, eachItem, flagsOf, getterOf, kindName, sourceOf, timeOf } from "../value/slots.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { SAMPLE_BEGINS, SAMPLE_ENDS, sample } from "./foresight.ts";
import { TAG } from "./tags.ts";
import type { Walk } from "./walk.ts";

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, isExtensible, isFrozen } = Object;
const { apply } = Reflect;
const mapSize = getterOf(Map.prototype, "size");
const setSize = getterOf(Set.prototype, "size");

/** Writes the entries of a Map in their order. @throws Unkeyable */
export function writeMap(value: Map<unknown, unknown>, walk: Walk): void {
  const size = apply(mapSize, value, []) as number;
  walk.out.byte(TAG.map);
  walk.out.uint32(size);
  let count = 0;
  let left = 0;
  eachEntry(value, (item, key) => {
    if (count === SAMPLE_BEGINS || count === SAMPLE_ENDS) left = sample(count, size, left, walk);
    count++;
    walk.write(key);
    walk.write(item);
  });
}

/** Writes the items of a Set in their order. @throws Unkeyable */
export function writeSet(value: Set<unknown>, walk: Walk): void {
  const size = apply(setSize, value, []) as number;
  walk.out.byte(TAG.set);
  walk.out.uint32(size);
  let count = 0;
  let left = 0;
  eachItem(value, (item) => {
    if (count === SAMPLE_BEGINS || count === SAMPLE_ENDS) left = sample(count, size, left, walk);
    count++;
    walk.write(item);
  });
}

/** @throws Unkeyable */
export function writeDate(value: Date, { out }: Walk): void {
  checkNoExtras(value);
  out.byte(TAG.date);
  out.float64(timeOf(value));
}

/** @throws Unkeyable */
export function writeRegExp(value: RegExp, walk: Walk): void {
  const isFixed = getOwnPropertyDescriptor(value, "lastIndex")?.writable !== true;
  // A frozen expression is written as one. If only its `lastIndex` is read-only, it is refused.
  if (isFixed && !isFrozen(value)) throw new Unkeyable({ kind: "read-only-regexp" });
  walk.out.byte(TAG.regexp);
  walk.out.byte(isFixed ? 1 : 0);
  walk.out.text(sourceOf(value));
  walk.out.text(flagsOf(value));
  walk.write(value.lastIndex);
  const extras = namesBeside(value, "lastIndex");
  if (extras.length > 0 || !isExtensible(value)) {
    walk.out.byte(TAG.extras);
    walk.properties(value, extras);
  }
}

/** @throws Unkeyable */
export function checkNoExtras(value: object): void {
  if (!hasNoExtras(value)) throw new Unkeyable({ kind: "extra-properties", what: kindName(value) });
}

/** Whether an object has no properties of its own, and can get some. */
export function hasNoExtras(value: object): boolean {
  return ownNames(value).length === 0 && isExtensible(value);
}
