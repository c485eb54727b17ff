/** Results as JSON. For records and short texts, JSON is written and read faster than V8's serialization. */
import { textOf, writeInto } from "../text-encoding.ts";

const { parse, stringify } = JSON;
const { getPrototypeOf, hasOwn, is } = Object;
const { isInteger, isFinite: isFiniteNumber } = Number;

/**
 * By how much JSON is better (names) or worse (values) than V8's serialization, in characters of text: notes/store.md. Small results are
 * always better as JSON, since the program then need not load Node's `v8`.
 */
const COST = { free: 256, name: 16, text: 8, fraction: 24, other: 1 } as const;
const MOST_DEBT = 1 << 14;
/** V8 keeps integers below this as small integers on every platform. */
const SMALL = 2 ** 30;

/** Whether plain data comes back the same from JSON, and is faster in it. A walk over the data tells what it meets. */
export class JsonFit {
  #isSame = !hasToJson();
  #credit: number = COST.free;

  get fits(): boolean {
    return this.#isSame && this.#credit >= 0;
  }

  /** Whether the result may still be better as JSON: the rest of it hardly makes up for too much that is worse. */
  get mayFit(): boolean {
    return this.#isSame && this.#credit > -MOST_DEBT;
  }

  /** To be called for what JSON would drop or change, as an object that is there twice. */
  refuse(): void {
    this.#isSame = false;
  }

  names(count: number): void {
    this.#credit += count * COST.name;
  }

  /** Whether an array of this length would make JSON too slow in any case. */
  isTooLong(length: number): boolean {
    return length * COST.other - MOST_DEBT > this.#credit;
  }

  /** The first numbers of a block: those of an array. @param kept the kind that V8 keeps the array as */
  numbers(block: Float64Array, length: number, kept: "integers" | "numbers"): void {
    let areIntegers = length > 0;
    for (let i = 0; i < length && this.mayFit; i++) {
      const value = block[i] as number;
      areIntegers &&= (value | 0) === value;
      this.#number(value);
    }
    // JSON would bring it back as an array that V8 keeps as one of integers.
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

/** Whether the program has given all objects or arrays a `toJSON`. The question runs no code of the program. */
function hasToJson(): boolean {
  if (getPrototypeOf(Array.prototype) !== Object.prototype) return true;
  return hasOwn(Object.prototype, "toJSON") || hasOwn(Array.prototype, "toJSON");
}

/**
 * UTF-8; null if the value is deeper than the stack, or its text too long for V8. It begins with a character above 0x20, and so with no first
 * byte of another form.
 */
export function writeJson(value: unknown): Uint8Array | null {
  let text: string;
  try {
    text = stringify(value);
  } catch {
    return null;
  }
  // JSON writes lone surrogates as escapes, so that UTF-8 loses nothing.
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  writeInto(bytes, 0, text, "utf8");
  return bytes;
}

export function readJson(bytes: Uint8Array): unknown {
  return parse(textOf(bytes, "utf8"));
}
