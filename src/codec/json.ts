/** Results as JSON: read and written faster than V8's serialization where a result is made of records and short texts. */
import { textOf, writeInto } from "../text-encoding.ts";

const { parse, stringify } = JSON;
const { getPrototypeOf, hasOwn, is } = Object;
const { isInteger, isFinite: isFiniteNumber } = Number;

/**
 * What names earn and values cost, in characters: JSON is better than V8's serialization with names, and worse with texts,
 * fractions and long lists (notes/store.md). A small result, whatever it is, spares a program Node's `v8`.
 */
const COST = { free: 256, name: 16, text: 8, fraction: 24, other: 1 } as const;
const MOST_DEBT = 1 << 14;
/** What V8 keeps as a small integer on every platform. */
const SMALL = 2 ** 30;

/** Whether plain data comes back from JSON the same, and is better kept so; told by a walk that meets all of it. */
export class JsonFit {
  #isSame = !hasToJson();
  #credit: number = COST.free;

  get fits(): boolean {
    return this.#isSame && this.#credit >= 0;
  }

  /** Whether what is still to come could make up for what there was; by much, it hardly does. */
  get mayFit(): boolean {
    return this.#isSame && this.#credit > -MOST_DEBT;
  }

  /** What JSON would drop, or bring back as something else, as an object that is there twice. */
  refuse(): void {
    this.#isSame = false;
  }

  names(count: number): void {
    this.#credit += count * COST.name;
  }

  /** Whether so many values are too many. */
  isTooLong(length: number): boolean {
    return length * COST.other - MOST_DEBT > this.#credit;
  }

  /** The first numbers of a block, of an array that V8 keeps as one of integers, or of numbers. */
  numbers(block: Float64Array, length: number, kept: "integers" | "numbers"): void {
    let areIntegers = length > 0;
    for (let i = 0; i < length && this.mayFit; i++) {
      const value = block[i] as number;
      areIntegers &&= (value | 0) === value;
      this.#number(value);
    }
    // It would come back as one of integers.
    if (areIntegers && kept === "numbers") this.#isSame = false;
  }

  #number(value: number): void {
    if (!isFiniteNumber(value) || is(value, -0)) this.#isSame = false;
    this.#credit -= isInteger(value) && value < SMALL && value >= -SMALL ? COST.other : COST.fraction;
  }

  primitive(value: unknown): void {
    switch (typeof value) {
      case "string":
        this.#credit -= COST.text + value.length;
        break;
      case "number":
        this.#number(value);
        break;
      case "boolean":
        this.#credit -= COST.other;
        break;
      default:
        if (value === null) this.#credit -= COST.other;
        else this.#isSame = false;
    }
  }
}

/** Whether a program has told objects or arrays what to be in JSON; the question runs none of its code. */
function hasToJson(): boolean {
  if (getPrototypeOf(Array.prototype) !== Object.prototype) return true;
  return hasOwn(Object.prototype, "toJSON") || hasOwn(Array.prototype, "toJSON");
}

/** In UTF-8; null if it is deeper than the stack, or longer than V8's longest text. It begins with a character above 0x20. */
export function writeJson(value: unknown): Uint8Array | null {
  let text: string;
  try {
    text = stringify(value);
  } catch {
    return null;
  }
  // Halves of characters are written as escapes.
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  writeInto(bytes, 0, text, "utf8");
  return bytes;
}

export function readJson(bytes: Uint8Array): unknown {
  return parse(textOf(bytes, "utf8"));
}
