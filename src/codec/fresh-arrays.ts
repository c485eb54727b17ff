/**
 * Makes arrays that V8 keeps as it kept the encoded ones: packed or holey, of small integers, numbers or values. There is one function
 * for each kind, because V8 would turn one kind into another in code that meets both. Nothing here reads `Symbol.species`, which the
 * program could have replaced.
 */
import { compileFunction } from "../node/vm.ts";
import { kindOfWords, valueOf } from "./word-values.ts";

// Captured before the program can replace them.
const { isInteger } = Number;
const { is } = Object;

/** Up to this length, arrays are made by a literal: then V8 keeps no room for more elements. */
const LONGEST_LITERAL = 64;
/** So many arrays of a length are made before a literal is compiled for it. */
const FEW = 32;
/** Above this length, `new Array` makes a hash table. */
const LONGEST_HOLEY = 1 << 24;

/** V8 keeps integers below this as small integers on every platform. */
const SMALL = 2 ** 30;

/** Functions that make arrays of one kind by a literal, one for each length. */
class Literals<Block extends Int32Array | Float64Array, Element> {
  readonly #element: string;
  readonly #read: string;
  readonly #makers: ((block: Block, from: number) => Element[])[] = [];
  readonly #counts: number[] = [];

  constructor(element: string, read: string) {
    this.#element = element;
    this.#read = read;
  }

  /** The function for a length; null as long as few arrays of it were made: compiling one takes as long as making a hundred arrays. */
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

  /** A literal with elements of the kind, which are then set to those of the block. */
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

/** An array of the values in words. */
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

/** An array of the booleans in bits (src/value/boolean-bits.ts). */
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

/** An array of the values in words, kept as V8 keeps a literal of them. */
export function arrayOfWords(words: Int32Array, from: number, length: number): unknown[] {
  const kind = kindOfWords(words, from, length);
  if (kind === "values") return packedValues(words, from, length);
  const block = kind === "integers" ? new Int32Array(length) : new Float64Array(length);
  for (let i = 0; i < length; i++) block[i] = valueOf(words[from + i] as number) as number;
  return block instanceof Int32Array ? packedIntegers(block, 0, length) : packedNumbers(block, 0, length);
}

/** An array of values, kept as V8 keeps a literal of them, or as one that may have holes. */
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

/** By index: the program may have replaced the iterator of arrays, which `from` and `set` use. */
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
