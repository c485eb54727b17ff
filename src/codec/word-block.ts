/** Blocks of numbers that grow while a table is written. */

// Captured before the program can replace them.
const { apply } = Reflect;
const { set: setNumbers } = Float64Array.prototype;
const { set: setIntegers } = Int32Array.prototype;
const { subarray: partOfNumbers } = Float64Array.prototype;
const { subarray: partOfIntegers } = Int32Array.prototype;

/** Arrays up to this length are copied number by number: the native call that copies a block takes as long as that. */
const SHORT = 20;
const FIRST = 64;

export class Words {
  #block = new Int32Array(FIRST);
  length = 0;

  push(word: number): void {
    if (this.length === this.#block.length) this.#grow(1);
    this.#block[this.length++] = word;
  }

  /** @param array one that V8 keeps as packed integers */
  pushIntegers(array: readonly number[]): void {
    const { length } = array;
    if (this.length + length > this.#block.length) this.#grow(length);
    if (length > SHORT) apply(setIntegers, this.#block, [array, this.length]);
    else for (let i = 0; i < length; i++) this.#block[this.length + i] = array[i] as number;
    this.length += length;
  }

  pushWords(block: Int32Array): void {
    if (this.length + block.length > this.#block.length) this.#grow(block.length);
    apply(setIntegers, this.#block, [block, this.length]);
    this.length += block.length;
  }

  pushBlock(block: Float64Array): void {
    if (this.length + block.length > this.#block.length) this.#grow(block.length);
    apply(setIntegers, this.#block, [block, this.length]);
    this.length += block.length;
  }

  #grow(by: number): void {
    const larger = new Int32Array(2 * (this.length + by));
    apply(setIntegers, larger, [this.#block]);
    this.#block = larger;
  }

  get filled(): Int32Array {
    return apply(partOfIntegers, this.#block, [0, this.length]) as Int32Array;
  }
}

export class Numbers {
  #block = new Float64Array(FIRST);
  length = 0;

  push(value: number): void {
    if (this.length === this.#block.length) this.#grow(1);
    this.#block[this.length++] = value;
  }

  /** @param array one that V8 keeps as packed numbers */
  pushNumbers(array: readonly number[]): void {
    const { length } = array;
    if (length > SHORT) {
      this.pushAny(array);
      return;
    }
    if (this.length + length > this.#block.length) this.#grow(length);
    for (let i = 0; i < length; i++) this.#block[this.length + i] = array[i] as number;
    this.length += length;
  }

  /** @param array of numbers, of any kind; holes become NaNs */
  pushAny(array: readonly number[]): void {
    if (this.length + array.length > this.#block.length) this.#grow(array.length);
    apply(setNumbers, this.#block, [array, this.length]);
    this.length += array.length;
  }

  /** The numbers from a place on. */
  from(start: number): Float64Array {
    return apply(partOfNumbers, this.#block, [start, this.length]) as Float64Array;
  }

  #grow(by: number): void {
    const larger = new Float64Array(2 * (this.length + by));
    apply(setNumbers, larger, [this.#block]);
    this.#block = larger;
  }
}
