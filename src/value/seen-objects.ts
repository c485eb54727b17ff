import { getterOf } from "./slots.ts";

const { apply } = Reflect;
const sizeOf = getterOf(Set.prototype, "size");

/** The objects and unique symbols that a walk has met, numbered in the order in which it met them. */
export interface SeenValues {
  readonly size: number;
  has(value: object | symbol): boolean;
  /** The number of an object or symbol; undefined if it was not met. The first one has 0. */
  get(value: object | symbol): number | undefined;
  /** In the order of their numbers. */
  keys(): IterableIterator<object | symbol>;
}

/**
 * The objects and unique symbols that a walk meets. Most walks meet each once. As long as none was met again, only a set is kept, whose
 * order gives the numbers: adding to it takes one access to a table instead of two. A map replaces it when a number is asked for.
 */
export class SeenObjects implements SeenValues {
  #order: Set<object | symbol> | null = new Set();
  #numbers: Map<object | symbol, number> | null = null;
  /** What an earlier walk, which this one continues, has met. Nothing may be added to it any more: the numbers here follow on it. */
  readonly #first: SeenValues | null;
  readonly #firstSize: number;

  /** @param first an earlier walk that this one continues: what it met keeps its numbers */
  constructor(first: SeenValues | null = null) {
    this.#first = first;
    this.#firstSize = first === null ? 0 : first.size;
  }

  get size(): number {
    return this.#firstSize + this.#ownSize;
  }

  get #ownSize(): number {
    if (this.#order !== null) return apply(sizeOf, this.#order, []) as number;
    return this.#numbers?.size ?? 0;
  }

  has(value: object | symbol): boolean {
    return (this.#order ?? this.#numbers ?? NOTHING).has(value) || this.#first?.has(value) === true;
  }

  get(value: object | symbol): number | undefined {
    if (this.#first !== null) {
      const number = this.#first.get(value);
      if (number !== undefined) return number;
    }
    if (this.#order !== null && !this.#order.has(value)) return undefined;
    const own = this.#numbered().get(value);
    return own === undefined ? undefined : own + this.#firstSize;
  }

  keys(): IterableIterator<object | symbol> {
    return this.#first === null ? this.#ownKeys() : bothKeys(this.#first, this.#ownKeys());
  }

  #ownKeys(): IterableIterator<object | symbol> {
    return (this.#order ?? this.#numbers ?? NOTHING).keys();
  }

  /** Returns the number of what was met before. Otherwise returns -1, and gives it the next number. */
  meet(value: object | symbol): number {
    if (this.#first !== null) {
      const number = this.#first.get(value);
      if (number !== undefined) return number;
    }
    if (this.#order !== null) {
      const size = apply(sizeOf, this.#order, []) as number;
      this.#order.add(value);
      if ((apply(sizeOf, this.#order, []) as number) > size) return -1;
    }
    const numbers = this.#numbered();
    const known = numbers.get(value);
    if (known !== undefined) return known + this.#firstSize;
    numbers.set(value, numbers.size);
    return -1;
  }

  #numbered(): Map<object | symbol, number> {
    if (this.#numbers === null) {
      this.#numbers = new Map();
      for (const value of this.#ownKeys()) this.#numbers.set(value, this.#numbers.size);
      this.#order = null;
    }
    return this.#numbers;
  }
}

function* bothKeys(first: SeenValues, then: IterableIterator<object | symbol>): IterableIterator<object | symbol> {
  yield* first.keys();
  yield* then;
}

const NOTHING: ReadonlySet<object | symbol> = new Set();

/** For walks that have not met anything. */
export const NOTHING_SEEN: SeenValues = new Map();
