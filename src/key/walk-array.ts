/** Arrays in a key: length and elements, and what else was put on them. */
import { checkElements, isLookedAtClosely, packingOf } from "../value/array-elements.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { TAG } from "./tags.ts";
import type { ValueWalk } from "./value-walk.ts";

// Captured before the program can replace them.
const { getPrototypeOf, isExtensible, hasOwn } = Object;
const { ownKeys } = Reflect;

/** @throws Unkeyable */
export function writeArray(value: unknown[], walk: ValueWalk): void {
  const packing = packingOf(value);
  if (packing === "unknown") return writeOther(value, walk);
  walk.out.byte(TAG.array);
  walk.out.uint32(value.length);
  writeItems(value, packing === "packed", walk);
}

/** Written one by one; a hole would be read from the prototype, where an accessor may stand. */
function writeItems(value: unknown[], isDense: boolean, walk: ValueWalk): void {
  for (let i = 0; i < value.length; i++) {
    if (isDense || hasOwn(value, i)) walk.write(value[i]);
    else walk.out.byte(TAG.hole);
  }
}

/** An array that has to be asked what it is. */
function writeOther(value: unknown[], walk: ValueWalk): void {
  if (getPrototypeOf(value) !== Array.prototype) throw new Unkeyable("holds an array of a class of its own");
  const { out } = walk;
  out.byte(TAG.array);
  out.uint32(value.length);
  const keys = ownKeys(value);
  // Index keys come first, in order, then `length`, then what else was put on the array.
  const isDense = keys[value.length] === "length";
  const extras = isDense ? value.length + 1 : keys.indexOf("length") + 1;
  const isFixed = !isExtensible(value);
  if (isLookedAtClosely(value.length)) checkElements(value, keys, isFixed);
  writeItems(value, isDense, walk);
  if (extras < keys.length || isFixed) {
    out.byte(TAG.extras);
    walk.properties(value, keys.slice(extras));
  }
}
