/**
 * The numbers of an array as one block. They are copied by one `Float64Array.set`, after which V8 still keeps the array as before
 * (array-elements.ts).
 */
import { hashOfInput, inputMemory } from "../hash.ts";
import { areHolesEmpty, type Elements, elementAt } from "./array-elements.ts";

// Captured before the program can replace them.
const { hasOwn } = Object;
const { apply } = Reflect;
const { set } = Float64Array.prototype;

/** The numbers of a short array, which a key holds as they are. Of a longer one, the key holds the hash. */
const SHORT = new Float64Array(511);

/** Whether a key holds the hash of a block of so many numbers, and not the numbers. */
export function isLong(length: number): boolean {
  return length > SHORT.length;
}

/** A block for so many numbers. The next block, or the next hash of anything, overwrites it. */
function blockFor(length: number): Float64Array {
  if (!isLong(length)) return SHORT;
  return new Float64Array(inputMemory(length * Float64Array.BYTES_PER_ELEMENT), 0, length);
}

/**
 * The elements of an array of numbers. A hole becomes a NaN.
 * @returns null if reading a hole of the array may run code
 */
export function blockOf(array: number[], { isHoley }: Elements): Float64Array | null {
  return isHoley && !areHolesEmpty() ? null : blockOfNumbers(array);
}

/** The same for a caller that knows that reading a hole runs no code. */
export function blockOfNumbers(array: number[]): Float64Array {
  const block = blockFor(array.length);
  apply(set, block, [array]);
  return block;
}

/** The same of an array of any kind that has no holes, and only numbers. */
export function blockOfAny(array: readonly unknown[]): Float64Array {
  const block = blockFor(array.length);
  for (let i = 0; i < array.length; i++) block[i] = elementAt(array, i) as number;
  return block;
}

/** The same of a packed array of values, all of them numbers. */
export function blockOfValues(array: readonly unknown[]): Float64Array {
  const block = blockFor(array.length);
  for (let i = 0; i < array.length; i++) block[i] = array[i] as number;
  return block;
}

/** The same of an array of values, all of them numbers, that V8 keeps as one with holes although it has none. */
export function blockOfHoleyValues(array: readonly unknown[]): Float64Array {
  const block = blockFor(array.length);
  for (let i = 0; i < array.length; i++) block[i] = array[i] as number;
  return block;
}

/** The hash of the block that was made last. Only for a long one: short ones are not in the memory that is hashed. */
export function hashOfBlock(length: number): string {
  return hashOfInput(length * Float64Array.BYTES_PER_ELEMENT);
}

/** Whether a block was made of an array with holes. */
export function hasHoles(array: readonly unknown[], block: Float64Array): boolean {
  for (let i = 0; i < array.length; i++) if (isNaN(block[i] as number) && !hasOwn(array, i)) return true;
  return false;
}

/** How many numbers are tested at once, by their sum: it is a NaN if one of them is. */
const TOGETHER = 8;

/** Gives all NaNs the same bits. V8 makes NaNs of different bits, which a program cannot tell apart, and keys must not either. */
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

/** In place of the global `isNaN`, which the program may have replaced. */
function isNaN(value: number): boolean {
  // biome-ignore lint/suspicious/noSelfCompare: it is what the test is
  return value !== value;
}
