import { hash128, hashText } from "./hash.ts";

/** Texts and memory from this length on stand in a key by their hash. */
const LONG = 4096;

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

  byte(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  uint32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  /** All NaNs are one; -0 and 0 are two. */
  float64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, Number.isNaN(value) ? Number.NaN : value, true);
  }

  /**
   * UTF-16 code units with their number in front: lone surrogates stay what they are. Of a long text, the hash.
   * @param hashes of long texts that are known already
   */
  text(value: string, hashes?: Map<string, string>): void {
    this.uint32(value.length);
    if (value.length >= LONG) {
      let hash = hashes?.get(value);
      if (hash === undefined) {
        hash = hashText(value);
        hashes?.set(value, hash);
      }
      this.#hash(hash);
      return;
    }
    const at = this.#reserve(value.length * 2);
    if (value.length > 24) {
      this.#buffer.write(value, at, "utf16le");
      return;
    }
    // A call into native code costs more than a short loop.
    for (let i = 0, to = at; i < value.length; i++, to += 2) {
      const unit = value.charCodeAt(i);
      this.#buffer[to] = unit & 255;
      this.#buffer[to + 1] = unit >> 8;
    }
  }

  /** Bytes with their number in front; of many, the hash. */
  bytes(value: Uint8Array): void {
    this.uint32(value.byteLength);
    if (value.byteLength >= LONG) {
      this.#hash(hash128(value));
      return;
    }
    const at = this.#reserve(value.byteLength);
    this.#buffer.set(value, at);
  }

  #hash(hash: string): void {
    const at = this.#reserve(hash.length);
    this.#buffer.write(hash, at, "latin1");
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
