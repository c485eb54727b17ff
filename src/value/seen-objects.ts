import { getterOf } from "./slots.ts";

const { apply } = Reflect;
const sizeOf = getterOf(Set.prototype, "size");

/** What is met in a walk, with numbers. */
export interface SeenValues {
  readonly size: number;
  has(value: object | symbol): boolean;
  /** Its number: the first one met has 0. */
  get(value: object | symbol): number | undefined;
  /** In the order of their numbers. */
  keys(): IterableIterator<object | symbol>;
}

/**
 * The objects and unique symbols that a walk met. Most values hold each of theirs once: as long as none was met again, their
 * order in a set is their number, and each costs one look into a table instead of two.
 */
export class SeenObjects implements SeenValues {
  #order: Set<object | symbol> | null = new Set();
  /** Made, in place of the set, when the number of one is asked for. */
  #numbers: Map<object | symbol, number> | null = null;
  /** What was met before this walk went on: nothing is added to it any more. */
  readonly #first: SeenValues | null;
  readonly #firstSize: number;

  /** @param first what has the first numbers */
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

  /** Gives one that is new the next number. Returns the number of one that was met before, or -1. */
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

/** What a walk has met that met nothing. */
export const NOTHING_SEEN: SeenValues = new Map();
