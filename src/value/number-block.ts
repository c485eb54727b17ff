/** Numbers of an array as one block: copied at once, which leaves the array as it is, whatever kind it is of. */
import { hashOfRoom, room } from "../hash.ts";
import { areHolesEmpty, type Elements, elementAt } from "./array-elements.ts";

// Captured before the program can replace them.
const { hasOwn } = Object;
const { apply } = Reflect;
const { set } = Float64Array.prototype;

/** Where the numbers of short arrays lie; in a key, longer ones stand by their hash. */
const SHORT = new Float64Array(511);

/** Whether a block of so many numbers stands in a key by its hash. */
export function isLong(length: number): boolean {
  return length > SHORT.length;
}

/** So many numbers, valid until the next block is made or anything is hashed. */
function blockFor(length: number): Float64Array {
  if (!isLong(length)) return SHORT;
  return new Float64Array(room(length * Float64Array.BYTES_PER_ELEMENT), 0, length);
}

/**
 * The elements of an array of numbers, with all NaNs alike; a hole is a NaN, too.
 * @returns null if reading the holes of the array may run code
 */
export function blockOf(array: number[], { isHoley }: Elements): Float64Array | null {
  return isHoley && !areHolesEmpty() ? null : blockOfNumbers(array);
}

/** The same where it is known that reading the holes runs nothing. */
export function blockOfNumbers(array: number[]): Float64Array {
  const block = blockFor(array.length);
  apply(set, block, [array]);
  return block;
}

/** The same of an array of which only this is known: it has no holes, and all elements are numbers. */
export function blockOfAny(array: readonly unknown[]): Float64Array {
  const block = blockFor(array.length);
  for (let i = 0; i < array.length; i++) block[i] = elementAt(array, i) as number;
  return block;
}

/** The same of a packed array of values. */
export function blockOfValues(array: readonly unknown[]): Float64Array {
  const block = blockFor(array.length);
  for (let i = 0; i < array.length; i++) block[i] = array[i] as number;
  return block;
}

/** The same of a holey array of values, which has no holes. */
export function blockOfHoleyValues(array: readonly unknown[]): Float64Array {
  const block = blockFor(array.length);
  for (let i = 0; i < array.length; i++) block[i] = array[i] as number;
  return block;
}

/** The hash of the block made last, which is a long one. */
export function hashOfBlock(length: number): string {
  return hashOfRoom(length * Float64Array.BYTES_PER_ELEMENT);
}

/** Whether a block was made of an array with holes. */
export function hasHoles(array: readonly unknown[], block: Float64Array): boolean {
  for (let i = 0; i < array.length; i++) if (isNaN(block[i] as number) && !hasOwn(array, i)) return true;
  return false;
}

/** Numbers looked at together: their sum is a NaN if one of them is. */
const TOGETHER = 8;

/** Makes all NaNs alike, of which V8 makes several that no program can tell apart. */
export function unifyNaNs(block: Float64Array, length: number): void {
  let i = 0;
  for (; i + TOGETHER <= length; i += TOGETHER) {
    const sum =
      (block[i] as number) +
      (block[i + 1] as number) +
      (block[i + 2] as number) +
      (block[i + 3] as number) +
      (block[i + 4] as number) +
      (block[i + 5] as number) +
      (block[i + 6] as number) +
      (block[i + 7] as number);
    if (isNaN(sum)) unifyEach(block, i, i + TOGETHER);
  }
  unifyEach(block, i, length);
}

function unifyEach(block: Float64Array, from: number, to: number): void {
  for (let i = from; i < to; i++) if (isNaN(block[i] as number)) block[i] = Number.NaN;
}

/** The program may have replaced the global one. */
function isNaN(value: number): boolean {
  // biome-ignore lint/suspicious/noSelfCompare: it is what the test is
  return value !== value;
}
