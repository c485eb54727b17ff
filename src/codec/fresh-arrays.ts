/**
 * Arrays that V8 keeps as it kept the ones that a function made: packed or holey, of small integers, numbers or values.
 * One function a kind, so that V8 does not turn one kind into another. Nothing here asks what an array is made by
 * (`Symbol.species`), which the program could have replaced.
 */
import { compileFunction } from "../node/vm.ts";
import { kindOfWords, valueOf } from "./word-values.ts";

// Captured before the program can replace them.
const { isInteger } = Number;
const { is } = Object;

/** Up to this length, arrays come from a literal, which has no room to spare. */
const LONGEST_LITERAL = 64;
const FEW = 32;
/** Above, `new Array` makes a table of hashes. */
const LONGEST_HOLEY = 1 << 24;

/** What V8 keeps as a small integer on every platform. */
const SMALL = 2 ** 30;

/** Makers of arrays of one kind, by their length. */
class Literals<Block extends Int32Array | Float64Array, Element> {
  readonly #element: string;
  readonly #read: string;
  readonly #makers: ((block: Block, from: number) => Element[])[] = [];
  readonly #counts: number[] = [];

  constructor(element: string, read: string) {
    this.#element = element;
    this.#read = read;
  }

  /** Null as long as few arrays of the length were made: compiling one takes as long as making a hundred. */
  of(length: number): ((block: Block, from: number) => Element[]) | null {
    if (length > LONGEST_LITERAL) return null;
    const found = this.#makers[length];
    if (found !== undefined) return found;
    const count = (this.#counts[length] ?? 0) + 1;
    this.#counts[length] = count;
    if (count < FEW) return null;
    const made = this.#make(length);
    this.#makers[length] = made;
    return made;
  }

  /** From a literal of so many elements of the kind, which are then set. */
  #make(length: number): (block: Block, from: number) => Element[] {
    const elements: string[] = [];
    let sets = "";
    for (let i = 0; i < length; i++) {
      elements.push(this.#element);
      sets += `a[${i}] = ${this.#read}(b[at + ${i}]); `;
    }
    const source = `return (b, at) => { const a = [${elements.join()}]; ${sets}return a; }`;
    return compileFunction(source, ["v"])(valueOf) as (block: Block, from: number) => Element[];
  }
}

const literalsOfIntegers = new Literals<Int32Array, number>("0", "");
const literalsOfNumbers = new Literals<Float64Array, number>("0.5", "");
const literalsOfValues = new Literals<Int32Array, unknown>("null", "v");

export function packedIntegers(block: Int32Array, from: number, length: number): number[] {
  const literal = literalsOfIntegers.of(length);
  if (literal !== null) return literal(block, from);
  const made = [0];
  if (length === 0) made.length = 0;
  for (let i = 0; i < length; i++) made[i] = block[from + i] as number;
  return made;
}

export function packedNumbers(block: Float64Array, from: number, length: number): number[] {
  const literal = literalsOfNumbers.of(length);
  if (literal !== null) return literal(block, from);
  const made = [0.5];
  if (length === 0) made.length = 0;
  for (let i = 0; i < length; i++) made[i] = block[from + i] as number;
  return made;
}

/** Of what stands in words. */
export function packedValues(words: Int32Array, from: number, length: number): unknown[] {
  const literal = literalsOfValues.of(length);
  if (literal !== null) return literal(words, from);
  const made: unknown[] = [null];
  if (length === 0) made.length = 0;
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
  if (length > 0) made[0] = 0.5;
  for (let i = 0; i < length; i++) made[i] = block[from + i] as number;
  return made;
}

export function holeyValues(words: Int32Array, from: number, length: number): unknown[] {
  const made = new Array<unknown>(length <= LONGEST_HOLEY ? length : 1);
  if (length > 0) made[0] = null;
  for (let i = 0; i < length; i++) made[i] = valueOf(words[from + i] as number);
  return made;
}

/** Of bits (src/value/boolean-bits.ts), packed. */
export function packedBooleans(words: Int32Array, from: number, length: number): boolean[] {
  const made = [true];
  for (let i = 0; i < length; i++) made[i] = (((words[from + (i >>> 5)] as number) >>> (i & 31)) & 1) === 1;
  return made;
}

export function holeyBooleans(words: Int32Array, from: number, length: number): boolean[] {
  const made = new Array<boolean>(length <= LONGEST_HOLEY ? length : 1);
  for (let i = 0; i < length; i++) made[i] = (((words[from + (i >>> 5)] as number) >>> (i & 31)) & 1) === 1;
  return made;
}

/** As V8 keeps a literal of the same elements, which stand in words. */
export function arrayOfWords(words: Int32Array, from: number, length: number): unknown[] {
  const kind = kindOfWords(words, from, length);
  if (kind === "values") return packedValues(words, from, length);
  const block = kind === "integers" ? new Int32Array(length) : new Float64Array(length);
  for (let i = 0; i < length; i++) block[i] = valueOf(words[from + i] as number) as number;
  return block instanceof Int32Array ? packedIntegers(block, 0, length) : packedNumbers(block, 0, length);
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
  const { length } = items;
  const made = new Array<unknown>(length <= LONGEST_HOLEY ? length : 1);
  if (length > 0) made[0] = null;
  for (let i = 0; i < items.length; i++) made[i] = items[i];
  return made;
}

function packed(items: readonly unknown[]): unknown[] {
  const made: unknown[] = [null];
  if (items.length === 0) made.length = 0;
  for (let i = 0; i < items.length; i++) made[i] = items[i];
  return made;
}

function isSmall(value: number): boolean {
  return isInteger(value) && value < SMALL && value >= -SMALL && !is(value, -0);
}
