/**
 * Elements of arrays: how V8 keeps them, and how to read them without changing that.
 *
 * V8 keeps arrays of integers, of numbers and of other values in different forms. When an optimised function that has also read
 * arrays of another form reads an element by index, V8 may convert the array for good, and the program's loops over it are several
 * times slower from then on. So no function here or in any walk may index into arrays of different forms:
 * - arrays of numbers are copied as a block, by `Float64Array.set`, which reads each form as it is;
 * - packed arrays of values are read by functions that see no others;
 * - all other arrays are read by `elementAt`, from which V8 learns nothing.
 */
import { areAlike, areClassesKnown, countLooks } from "./hidden-classes.ts";
import { CLOSE_LOOK } from "./slots.ts";
import { Unkeyable } from "./unkeyable.ts";

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf, isFrozen, isSealed } = Object;
const { get } = Reflect;

/**
 * How V8 keeps the elements of an ordinary array. An ordinary array is extensible, has no property but its elements and `length`, and
 * no element has a getter or attributes other than those of an assignment.
 */
export interface Elements {
  /** Integers of 31 bits (on some builds 32), numbers, or values of any kind, numbers too. */
  readonly holds: "integers" | "numbers" | "values";
  /** Whether there may be holes. */
  readonly isHoley: boolean;
}

/** One array of each hidden class that ordinary arrays have, with what it says of the elements. */
interface Sample {
  readonly elements: Elements;
  readonly array: unknown[];
}

const FIRST = [
  ["integers", 1],
  ["numbers", 0.5],
  ["values", "a"],
] as const;
/**
 * The holey samples must be made in this order, from integers to values: V8 makes the next array of this line of code in the form into
 * which it had to change the last one.
 */
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

/** The kind found last is tried first, because arrays of one kind often follow each other. */
let last = SAMPLES[0] as Sample;

/** How V8 keeps an array's elements; null if its hidden class does not tell, or the array is not ordinary. */
export function elementsOf(array: unknown[]): Elements | null {
  countLooks(array.length > CLOSE_LOOK ? Number.POSITIVE_INFINITY : 1 + array.length);
  if (areAlike(last.array, array)) return last.elements;
  for (let i = 0; i < SAMPLES.length; i++) {
    const sample = SAMPLES[i] as Sample;
    if (!areAlike(sample.array, array)) continue;
    last = sample;
    return sample.elements;
  }
  return null;
}

/**
 * An element of an array of any kind, in 40 ns. The caller must know that it is there and has no getter: a hole would be read from the
 * prototype, and a getter is code of the program.
 */
export function elementAt(array: readonly unknown[], index: number): unknown {
  return get(array, index);
}

/** Whether reading a hole of an ordinary array gives undefined and runs no code: no prototype of arrays has elements. */
export function areHolesEmpty(): boolean {
  return (
    getPrototypeOf(Array.prototype) === Object.prototype &&
    !hasElements(Array.prototype) &&
    !hasElements(Object.prototype)
  );
}

/** Only the first name is looked at: the language lists elements first. */
function hasElements(prototype: object): boolean {
  const first = getOwnPropertyNames(prototype)[0];
  return first !== undefined && first !== "length" && String(Number(first)) === first;
}

/**
 * Whether to look at each element of an array whose hidden class tells nothing. For a long array that is slow, so it is done only
 * where hidden classes can be compared, because few arrays are left then.
 */
export function isLookedAtClosely(length: number): boolean {
  return length <= CLOSE_LOOK || areClassesKnown();
}

/**
 * Refuses arrays with accessors, or with elements whose attributes differ from those of the others. Keys and copies hold one set of
 * attributes for all elements of an array: those of an assignment, of a sealed array, or of a frozen one.
 * @param keys all keys of the array
 * @param isFixed whether the array is not extensible
 * @throws Unkeyable
 */
export function checkElements(array: unknown[], keys: readonly PropertyKey[], isFixed: boolean): void {
  const writable = !(isFixed && isFrozen(array));
  const configurable = !(isFixed && isSealed(array));
  const isDense = keys[array.length] === "length";
  const count = isDense ? array.length : keys.indexOf("length");
  for (let i = 0; i < count; i++) {
    // An index as a number takes V8 half the time of one as a string.
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
