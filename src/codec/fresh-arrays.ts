/**
 * Arrays that V8 keeps as it kept the ones that a function made: packed or holey, of small integers, numbers or values.
 * They have no room to spare, as those of a literal. One function a kind, so that V8 does not turn one kind into another.
 */

// Captured before the program can replace them.
const { apply } = Reflect;
const { slice } = Array.prototype;
const { isInteger } = Number;
const { is } = Object;

/** Arrays up to this length are cut from one that is there; longer ones grow. */
const LONGEST = 1 << 16;

/** What V8 keeps as a small integer on every platform. */
const SMALL = 2 ** 30;

const integers = [0];
const numbers = [0.5];
const values: unknown[] = [null];
const holeyIntegers: number[] = new Array(2);
holeyIntegers[0] = 0;
const holeyNumbers: number[] = new Array(2);
holeyNumbers[0] = 0.5;

export function packedIntegers(block: Float64Array, from: number, length: number): number[] {
  while (integers.length < length && integers.length < LONGEST) integers.push(0);
  const made = apply(slice, integers, [0, length]) as number[];
  for (let i = 0; i < length; i++) made[i] = (block[from + i] as number) | 0;
  return made;
}

export function packedNumbers(block: Float64Array, from: number, length: number): number[] {
  while (numbers.length < length && numbers.length < LONGEST) numbers.push(0.5);
  const made = apply(slice, numbers, [0, length]) as number[];
  for (let i = 0; i < length; i++) made[i] = block[from + i] as number;
  return made;
}

/** So many values, to be filled in their order. */
export function packedValues(items: readonly unknown[]): unknown[] {
  const { length } = items;
  while (values.length < length && values.length < LONGEST) values.push(null);
  const made = apply(slice, values, [0, length]) as unknown[];
  for (let i = 0; i < length; i++) made[i] = items[i];
  return made;
}

export function holeyIntegersOf(block: Float64Array, from: number, length: number): number[] {
  while (holeyIntegers.length < length && holeyIntegers.length < LONGEST) holeyIntegers.push(0);
  const made = apply(slice, holeyIntegers, [0, length]) as number[];
  for (let i = 0; i < length; i++) made[i] = (block[from + i] as number) | 0;
  return made;
}

export function holeyNumbersOf(block: Float64Array, from: number, length: number): number[] {
  while (holeyNumbers.length < length && holeyNumbers.length < LONGEST) holeyNumbers.push(0.5);
  const made = apply(slice, holeyNumbers, [0, length]) as number[];
  for (let i = 0; i < length; i++) made[i] = block[from + i] as number;
  return made;
}

/** As V8 keeps a literal of the same numbers: small integers, or numbers. Null for other elements. */
export function numbersByContent(items: readonly unknown[]): number[] | null {
  if (items.length === 0) return null;
  let areSmall = true;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== "number") return null;
    areSmall &&= isSmall(item);
  }
  const block = new Float64Array(items as readonly number[]);
  return areSmall ? packedIntegers(block, 0, items.length) : packedNumbers(block, 0, items.length);
}

function isSmall(value: number): boolean {
  return isInteger(value) && value < SMALL && value >= -SMALL && !is(value, -0);
}
