/**
 * Arrays that V8 keeps as it kept the ones that a function made: packed or holey, of small integers, numbers or values.
 * One function a kind, so that V8 does not turn one kind into another. Nothing here asks what an array is made by
 * (`Symbol.species`), which the program could have replaced.
 */
import { compileFunction } from "../node/vm.ts";
import { valueOf } from "./word-values.ts";

// Captured before the program can replace them.
const { isInteger } = Number;
const { is } = Object;

/** Up to this length, arrays come from a literal, which has no room to spare. */
const LONGEST_LITERAL = 64;
/** Above, `new Array` makes a table of hashes. */
const LONGEST_HOLEY = 1 << 24;

/** What V8 keeps as a small integer on every platform. */
const SMALL = 2 ** 30;

type OfNumbers = (block: Float64Array, from: number) => number[];
type OfIntegers = (block: Int32Array, from: number) => number[];
type OfWords = (words: Int32Array, from: number) => unknown[];

const literalsOfNumbers: OfNumbers[] = [];
const literalsOfIntegers: OfIntegers[] = [];
const literalsOfValues: OfWords[] = [];

/** A literal of so many elements of a kind, which are then set. */
function literal(length: number, element: string, read: string): unknown {
  const elements: string[] = [];
  let sets = "";
  for (let i = 0; i < length; i++) {
    elements.push(element);
    sets += `a[${i}] = ${read}[at + ${i}]${read === "v(b" ? ")" : ""}; `;
  }
  return compileFunction(`return (b, at) => { const a = [${elements.join()}]; ${sets}return a; }`, ["v"])(valueOf);
}

export function packedIntegers(block: Int32Array, from: number, length: number): number[] {
  if (length <= LONGEST_LITERAL) {
    literalsOfIntegers[length] ??= literal(length, "0", "b") as OfIntegers;
    return (literalsOfIntegers[length] as OfIntegers)(block, from);
  }
  const made = [block[from] as number];
  for (let i = 1; i < length; i++) made[i] = block[from + i] as number;
  return made;
}

export function packedNumbers(block: Float64Array, from: number, length: number): number[] {
  if (length <= LONGEST_LITERAL) {
    literalsOfNumbers[length] ??= literal(length, "0.5", "b") as OfNumbers;
    return (literalsOfNumbers[length] as OfNumbers)(block, from);
  }
  const made = [0.5];
  for (let i = 0; i < length; i++) made[i] = block[from + i] as number;
  return made;
}

/** Of what stands in words. */
export function packedValues(words: Int32Array, from: number, length: number): unknown[] {
  if (length <= LONGEST_LITERAL) {
    literalsOfValues[length] ??= literal(length, "null", "v(b") as OfWords;
    return (literalsOfValues[length] as OfWords)(words, from);
  }
  const made: unknown[] = [null];
  for (let i = 0; i < length; i++) made[i] = valueOf(words[from + i] as number);
  return made;
}

export function holeyIntegers(block: Int32Array, from: number, length: number): number[] {
  const made = new Array<number>(length <= LONGEST_HOLEY ? length : 1);
  for (let i = 0; i < length; i++) made[i] = block[from + i] as number;
  return made;
}

export function holeyNumbers(block: Float64Array, from: number, length: number): number[] {
  const made = new Array<number>(length <= LONGEST_HOLEY ? length : 1);
  made[0] = 0.5;
  for (let i = 0; i < length; i++) made[i] = block[from + i] as number;
  return made;
}

export function holeyValues(words: Int32Array, from: number, length: number): unknown[] {
  const made = new Array<unknown>(length <= LONGEST_HOLEY ? length : 1);
  made[0] = null;
  for (let i = 0; i < length; i++) made[i] = valueOf(words[from + i] as number);
  return made;
}

/** As V8 keeps a literal of the same elements, or as one of values that may have holes. */
export function byContent(items: readonly unknown[], isHoley: boolean): unknown[] {
  if (isHoley) return holey(items);
  let areSmall = true;
  let areNumbers = items.length > 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    areNumbers &&= typeof item === "number";
    areSmall &&= typeof item === "number" && isSmall(item);
  }
  if (!areNumbers) return packed(items);
  const { length } = items;
  return areSmall
    ? packedIntegers(filled(new Int32Array(length), items), 0, length)
    : packedNumbers(filled(new Float64Array(length), items), 0, length);
}

/** Without the iterator of arrays, which the program may have replaced. */
function filled<T extends Int32Array | Float64Array>(block: T, items: readonly unknown[]): T {
  for (let i = 0; i < items.length; i++) block[i] = items[i] as number;
  return block;
}

function holey(items: readonly unknown[]): unknown[] {
  const made = new Array<unknown>(items.length <= LONGEST_HOLEY ? items.length : 1);
  made[0] = null;
  made.length = 0;
  for (let i = 0; i < items.length; i++) made[i] = items[i];
  return made;
}

function packed(items: readonly unknown[]): unknown[] {
  const made: unknown[] = [null];
  made.length = 0;
  for (let i = 0; i < items.length; i++) made[i] = items[i];
  return made;
}

function isSmall(value: number): boolean {
  return isInteger(value) && value < SMALL && value >= -SMALL && !is(value, -0);
}
