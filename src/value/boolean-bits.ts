/**
 * Arrays of booleans as bits: 32 to a word, the first one lowest. One function for each kind of array, as V8 converts the
 * elements that a loop over several kinds reads (array-elements.ts).
 */
import { elementAt } from "./array-elements.ts";

// Captured before the program can replace it.
const { hasOwn } = Object;

/** How many words the bits of so many booleans take. */
export function wordsFor(length: number): number {
  return (length + 31) >>> 5;
}

/** Of a packed array of values; null if there are none, or not all are booleans. */
export function bitsOfValues(array: readonly unknown[]): Int32Array | null {
  if (array.length === 0 || typeof array[0] !== "boolean") return null;
  const bits = new Int32Array(wordsFor(array.length));
  for (let i = 0; i < array.length; i++) {
    const item = array[i];
    if (item === true) bits[i >>> 5] = (bits[i >>> 5] as number) | (1 << i);
    else if (item !== false) return null;
  }
  return bits;
}

/** The same of a holey array of values, where reading a hole gives undefined and runs nothing. */
export function bitsOfHoleyValues(array: readonly unknown[]): Int32Array | null {
  if (array.length === 0 || typeof array[0] !== "boolean") return null;
  const bits = new Int32Array(wordsFor(array.length));
  for (let i = 0; i < array.length; i++) {
    const item = array[i];
    if (item === true) bits[i >>> 5] = (bits[i >>> 5] as number) | (1 << i);
    else if (item !== false) return null;
  }
  return bits;
}

/** The same of an array of any kind. @param isDense whether it is known to have no holes: they would be read from the prototype */
export function bitsOfAny(array: readonly unknown[], isDense: boolean): Int32Array | null {
  if (array.length === 0) return null;
  const bits = new Int32Array(wordsFor(array.length));
  for (let i = 0; i < array.length; i++) {
    const item = isDense || hasOwn(array, i) ? elementAt(array, i) : undefined;
    if (item === true) bits[i >>> 5] = (bits[i >>> 5] as number) | (1 << i);
    else if (item !== false) return null;
  }
  return bits;
}
