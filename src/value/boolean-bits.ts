/**
 * Arrays of booleans as bits: 32 in a word, the first one in the lowest bit. There is one function for each kind of array, although
 * their texts are the same: a loop that reads several kinds would have V8 convert the program's arrays (array-elements.ts).
 */
import { elementAt } from "./array-elements.ts";

// Captured before the program can replace it.
const { hasOwn } = Object;

/** How many words the bits of so many booleans take. */
export function wordsFor(length: number): number {
  return (length + 31) >>> 5;
}

/** The bits of a packed array of values; null if it is empty, or not all elements are booleans. */
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

/** The same of an array of any kind. @param isDense whether it is known to have no holes; a hole would be read from the prototype */
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
