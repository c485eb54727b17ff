/** The bytes of a key, as they are written. */
import { hash128, hashText } from "../hash.ts";
import { textOf, writeInto } from "../text-encoding.ts";

/** Of texts and memory from this length on, a key holds the hash. */
export const LONG = 4096;

/** Texts up to this length are written in a loop: a call into native code costs more. */
const SHORT = 64;
/** How a text is written that is not written as its length and 8-bit characters. */
const WIDE = 254;
const HASHED = 253;
/** Is written where a text would begin. */
export const NO_TEXT = 252;

/** Bytes of a key, written one after another into a buffer that grows and is used again for the next key. */
export class KeyWriter {
  #buffer = Buffer.allocUnsafeSlow(4096);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;

  reset(): void {
    this.#length = 0;
  }

  get length(): number {
    return this.#length;
  }

  /** A view of the bytes from an offset to the end; valid until the next write. */
  since(offset: number): Uint8Array {
    return new Uint8Array(this.#buffer.buffer, offset, this.#length - offset);
  }

  /** The bytes from an offset to another, each as a character. */
  latin1(from: number, to: number): string {
    return textOf(this.#buffer, "latin1", from, to);
  }

  byte(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  uint32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  /** All NaNs are written alike; -0 and 0 are not. */
  float64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, Number.isNaN(value) ? Number.NaN : value, true);
  }

  /** The first numbers of a block, as they are. */
  float64s(block: Float64Array, length: number): void {
    const at = this.#reserve(length * Float64Array.BYTES_PER_ELEMENT);
    const view = this.#view;
    for (let i = 0; i < length; i++) view.setFloat64(at + i * Float64Array.BYTES_PER_ELEMENT, block[i] as number, true);
  }

  /**
   * Writes the length and the characters of a text; of a long one, the hash. Lone surrogates are kept apart.
   * @param hashes of long texts, which are remembered there
   */
  text(value: string, hashes?: Map<string, string>): void {
    const { length } = value;
    if (length > SHORT) return length < LONG ? this.#wide(value) : this.#hashed(value, hashes);
    const at = this.#reserve(length + 1);
    const buffer = this.#buffer;
    buffer[at] = length;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 255) {
        this.#length = at;
        return this.#wide(value);
      }
      buffer[at + 1 + i] = unit;
    }
  }

  /** Writes UTF-16 code units, with their number in front. */
  #wide(value: string): void {
    this.byte(WIDE);
    this.uint32(value.length);
    const at = this.#reserve(value.length * 2);
    writeInto(this.#buffer, at, value, "utf16le");
  }

  #hashed(value: string, hashes: Map<string, string> | undefined): void {
    let hash = hashes?.get(value);
    if (hash === undefined) {
      hash = hashText(value);
      hashes?.set(value, hash);
    }
    this.byte(HASHED);
    this.uint32(value.length);
    this.hash(hash);
  }

  /** Writes bytes with their number in front; of many, the hash. */
  bytes(value: Uint8Array): void {
    this.uint32(value.byteLength);
    if (value.byteLength >= LONG) {
      this.hash(hash128(value));
      return;
    }
    const at = this.#reserve(value.byteLength);
    this.#buffer.set(value, at);
  }

  /** Writes a hash as a text. */
  hash(hash: string): void {
    const at = this.#reserve(hash.length);
    writeInto(this.#buffer, at, hash, "latin1");
  }

  #reserve(bytes: number): number {
    const at = this.#length;
    this.#length += bytes;
    if (this.#length > this.#buffer.length) this.#grow(at);
    return at;
  }

  #grow(used: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#length, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, used);
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }
}
