/** Elements of arrays that are more than values. */
import { Unkeyable } from "./unkeyable.ts";

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, isFrozen, isSealed } = Object;

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
