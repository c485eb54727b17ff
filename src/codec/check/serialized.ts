/**
 * Whether bytes from another machine are what V8's serialization writes. They are checked before V8 reads them, because its reader was made for
 * bytes of its own process. Only what the codec writes passes: no errors, no boxed primitives, no shared memory, no sparse arrays.
 */

/** How deep values may lie in each other: this walk calls itself. */
const DEEPEST = 200;
const VARINT_BYTES = 5;

const PADDING = 0;
const HEADER = 0xff;
/** Bytes of an element, by the number that Node has for the class of a view: Int8Array first, BigUint64Array last. */
const ELEMENT_SIZES = [1, 1, 1, 2, 2, 4, 4, 4, 8, 1, 1, 8, 8];

/**
 * @param version of the format that this process writes: V8 also reads older ones, by code that is better not reached
 * @returns where the value ends, or -1
 */
export function endOfSerialized(bytes: Uint8Array, from: number, version: number): number {
  if (bytes[from] !== HEADER || bytes[from + 1] !== version) return -1;
  const scan = new Scan(bytes, from + 2);
  return scan.value(0) ? scan.at : -1;
}

/** A number as the format writes it, seven bits a byte; -1 if there is none. @returns where it ends, too */
export function varintAt(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; i < VARINT_BYTES && from + i < bytes.length; i++) {
    const byte = bytes[from + i] as number;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value: value > 0xffffffff ? -1 : value, end: from + i + 1 };
  }
  return { value: -1, end: bytes.length };
}

class Scan {
  readonly #bytes: Uint8Array;
  at: number;
  /** Objects begun so far: a later one may refer to them. */
  #objects = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  value(depth: number): boolean {
    if (depth > DEEPEST) return false;
    const tag = this.#tag();
    switch (tag) {
      case "_":
      case "0":
      case "T":
      case "F":
        return true;
      case "I":
      case "U":
        return this.#number() >= 0;
      case "N":
        return this.#skip(8);
      case "Z":
        return this.#bigint();
      case '"':
      case "c":
        return this.#text(tag);
      case "^":
        return this.#reference();
      default:
        this.#objects++;
        return this.#object(tag, depth + 1);
    }
  }

  #object(tag: string, depth: number): boolean {
    switch (tag) {
      case "o":
        return this.#record(depth);
      case "A":
        return this.#array(depth);
      case "D":
        return this.#skip(8);
      case "R":
        return this.#text(this.#tag()) && this.#number() >= 0;
      case ";":
        return this.#collection(":", 2, depth);
      case "'":
        return this.#collection(",", 1, depth);
      case "B":
        return this.#skip(this.#number()) && this.#peek() !== "V";
      case "\\":
        return this.#view();
      default:
        return false;
    }
  }

  /** Names and values, then how many there are. */
  #record(depth: number): boolean {
    let count = 0;
    while (this.#peek() !== "{") {
      if (!this.#text(this.#tag()) || !this.value(depth)) return false;
      count++;
    }
    this.#tag();
    return this.#number() === count;
  }

  /** An array without holes and without other properties. */
  #array(depth: number): boolean {
    const length = this.#number();
    if (length < 0 || length > this.#bytes.length - this.at) return false;
    for (let i = 0; i < length; i++) if (!this.value(depth)) return false;
    return this.#tag() === "$" && this.#number() === 0 && this.#number() === length;
  }

  #collection(end: string, width: number, depth: number): boolean {
    let count = 0;
    while (this.#peek() !== end) {
      if (!this.value(depth)) return false;
      count++;
    }
    this.#tag();
    return count % width === 0 && this.#number() === count;
  }

  /** A view, as Node writes it: its class and its bytes. */
  #view(): boolean {
    const element = ELEMENT_SIZES[this.#number()];
    const length = this.#number();
    return element !== undefined && length >= 0 && length % element === 0 && this.#skip(length);
  }

  #text(tag: string): boolean {
    const length = this.#number();
    if (tag !== '"' && !(tag === "c" && length % 2 === 0)) return false;
    return length >= 0 && this.#skip(length);
  }

  /** The sign is the lowest bit of its length. */
  #bigint(): boolean {
    const bits = this.#number();
    return bits >= 0 && this.#skip(Math.floor(bits / 2));
  }

  #reference(): boolean {
    const index = this.#number();
    return index >= 0 && index < this.#objects;
  }

  #number(): number {
    const { value, end } = varintAt(this.#bytes, this.at);
    this.at = end;
    return value;
  }

  #skip(length: number): boolean {
    if (length < 0 || length > this.#bytes.length - this.at) return false;
    this.at += length;
    return true;
  }

  /** The next tag; empty at the end. */
  #tag(): string {
    while (this.#bytes[this.at] === PADDING) this.at++;
    const byte = this.#bytes[this.at];
    if (byte === undefined) return "";
    this.at++;
    return String.fromCharCode(byte);
  }

  #peek(): string {
    const before = this.at;
    const tag = this.#tag();
    this.at = before;
    return tag;
  }
}
