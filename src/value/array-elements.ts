/**
 * Elements of arrays: how V8 keeps them, and how to read them without changing that.
 *
 * V8 converts an array of numbers for good when optimised code reads its elements by index in a function that has also
 * read arrays of another kind: the program's loops over it are several times slower from then on. So no function here or
 * in any walk may index into arrays of unlike kinds. Arrays of numbers are copied as a block (`Float64Array.set`, which
 * reads each kind as it is), packed arrays of values are read by functions that only see such, and an array of which nothing is
 * known is read by `elementAt`, which leaves no feedback behind.
 */
import { areAlike, canTell, lookedAt } from "./hidden-classes.ts";
import { CLOSE_LOOK } from "./slots.ts";
import { Unkeyable } from "./unkeyable.ts";

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf, isFrozen, isSealed } = Object;
const { get } = Reflect;

/**
 * How V8 keeps the elements of an ordinary array: one that can grow, has no names of its own, and whose elements are all
 * values with the attributes that an assignment gives.
 */
export interface Elements {
  /** What it keeps: integers of 31 bits (on some builds 32), numbers, or values of all kinds, numbers among them. */
  readonly holds: "integers" | "numbers" | "values";
  /** Whether there may be holes. */
  readonly isHoley: boolean;
}

/** A kind of elements, and one array of the hidden class that V8 has for such arrays. */
interface Sample {
  readonly elements: Elements;
  readonly array: unknown[];
}

const FIRST = [
  ["integers", 1],
  ["numbers", 0.5],
  ["values", "a"],
] as const;
/** From the most special on: V8 makes the next holey array as it had to change the last one into. */
const SAMPLES: readonly Sample[] = [
  { elements: { holds: "values", isHoley: false }, array: ["a"] },
  { elements: { holds: "integers", isHoley: false }, array: [1] },
  { elements: { holds: "numbers", isHoley: false }, array: [0.5] },
  ...FIRST.map(([holds, item]): Sample => {
    const array = new Array<unknown>(2);
    array[0] = item;
    return { elements: { holds, isHoley: true }, array };
  }),
];

/** The kind found last is tried first: arrays come in rows. */
let last = SAMPLES[0] as Sample;

/** By its hidden class; null where that says nothing. */
export function elementsOf(array: unknown[]): Elements | null {
  lookedAt(array.length > CLOSE_LOOK ? Number.POSITIVE_INFINITY : 1 + array.length);
  if (areAlike(last.array, array)) return last.elements;
  for (let i = 0; i < SAMPLES.length; i++) {
    const sample = SAMPLES[i] as Sample;
    if (!areAlike(sample.array, array)) continue;
    last = sample;
    return sample.elements;
  }
  return null;
}

/** An element of an array of any kind, in 40 ns. It has to be there, as a value: a hole would be asked of the prototype. */
export function elementAt(array: readonly unknown[], index: number): unknown {
  return get(array, index);
}

/** Whether reading a hole of an ordinary array gives undefined, and runs nothing. */
export function areHolesEmpty(): boolean {
  return (
    getPrototypeOf(Array.prototype) === Object.prototype &&
    !hasElements(Array.prototype) &&
    !hasElements(Object.prototype)
  );
}

/** Names of elements come first. */
function hasElements(prototype: object): boolean {
  const first = getOwnPropertyNames(prototype)[0];
  return first !== undefined && first !== "length" && String(Number(first)) === first;
}

/**
 * Whether each element of an array of unknown elements is looked at: of a long one only where V8 tells hidden classes, so
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
      throw new Unkeyable({ kind: "accessor", name: String(keys[i]) });
    }
    checkWritable(descriptor.writable, writable, i);
    if (!descriptor.enumerable || descriptor.configurable !== configurable) {
      throw new Unkeyable({ kind: "array-attributes", name: String(keys[i]), is: "special" });
    }
  }
  const length = getOwnPropertyDescriptor(array, "length");
  checkWritable(length?.writable === true, writable, "length");
}

function checkWritable(is: boolean, should: boolean, name: PropertyKey): void {
  if (is === should) return;
  throw new Unkeyable({ kind: "array-attributes", name: String(name), is: should ? "read-only" : "writable" });
}
