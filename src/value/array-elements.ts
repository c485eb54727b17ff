/** Elements of arrays that are more than values. */
import { areAlike, canTell, lookedAt } from "./hidden-classes.ts";
import { CLOSE_LOOK } from "./slots.ts";
import { Unkeyable } from "./unkeyable.ts";

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, isFrozen, isSealed } = Object;

/**
 * How the elements of an array are kept: of an ordinary one that can grow, has no names of its own, and whose elements are
 * all values with the attributes that an assignment gives.
 */
export type Packing = "packed" | "holey" | "unknown";

/** One of each hidden class that V8 has for such arrays. */
const PACKED: readonly unknown[][] = [["a"], [1], [0.5]];
/** From the most special on: V8 makes the next array as it had to change this one into. */
const HOLEY: readonly unknown[][] = [1, 0.5, "a"].map((item) => {
  const array = new Array<unknown>(2);
  array[0] = item;
  return array;
});

/** By its hidden class; "unknown" where that says nothing. */
export function packingOf(array: unknown[]): Packing {
  lookedAt(array.length > CLOSE_LOOK ? Number.POSITIVE_INFINITY : 1 + array.length);
  for (let i = 0; i < PACKED.length; i++) if (areAlike(PACKED[i] as unknown[], array)) return "packed";
  for (let i = 0; i < HOLEY.length; i++) if (areAlike(HOLEY[i] as unknown[], array)) return "holey";
  return "unknown";
}

/**
 * Whether each element of an array of unknown packing is looked at: of a long one only where V8 tells hidden classes, so
 * that few are left.
 */
export function isLookedAtClosely(length: number): boolean {
  return length <= CLOSE_LOOK || canTell();
}

/**
 * Refuses accessors and elements with attributes of their own. Of an array that cannot grow, all are alike: sealed, frozen, or neither.
 * @param keys of the array, all of them
 * @param isFixed whether it cannot grow
 * @throws Unkeyable
 */
export function checkElements(array: unknown[], keys: readonly PropertyKey[], isFixed: boolean): void {
  const writable = !(isFixed && isFrozen(array));
  const configurable = !(isFixed && isSealed(array));
  const isDense = keys[array.length] === "length";
  const count = isDense ? array.length : keys.indexOf("length");
  for (let i = 0; i < count; i++) {
    // By number, where it is known: V8 takes half the time.
    const descriptor = isDense
      ? getOwnPropertyDescriptor(array, i)
      : getOwnPropertyDescriptor(array, keys[i] as string);
    if (descriptor === undefined || descriptor.writable === undefined) {
      throw new Unkeyable(`holds an accessor, \`${String(keys[i])}\``);
    }
    checkWritable(descriptor.writable, writable, i);
    if (!descriptor.enumerable || descriptor.configurable !== configurable) {
      throw new Unkeyable(`holds an array whose \`${String(keys[i])}\` has special attributes`);
    }
  }
  const length = getOwnPropertyDescriptor(array, "length");
  checkWritable(length?.writable === true, writable, "length");
}

function checkWritable(is: boolean, should: boolean, name: PropertyKey): void {
  if (is !== should) throw new Unkeyable(`holds an array whose \`${String(name)}\` is ${should ? "read-only" : "not"}`);
}
