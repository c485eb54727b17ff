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

  get size(): number {
    if (this.#order !== null) return apply(sizeOf, this.#order, []) as number;
    return this.#numbers?.size ?? 0;
  }

  has(value: object | symbol): boolean {
    return (this.#order ?? this.#numbers ?? NOTHING).has(value);
  }

  get(value: object | symbol): number | undefined {
    if (this.#order !== null && !this.#order.has(value)) return undefined;
    return this.#numbered().get(value);
  }

  keys(): IterableIterator<object | symbol> {
    return (this.#order ?? this.#numbers ?? NOTHING).keys();
  }

  /** Gives one that is new the next number. Returns the number of one that was met before, or -1. */
  meet(value: object | symbol): number {
    if (this.#order !== null) {
      const size = apply(sizeOf, this.#order, []) as number;
      this.#order.add(value);
      if ((apply(sizeOf, this.#order, []) as number) > size) return -1;
    }
    const numbers = this.#numbered();
    const known = numbers.get(value);
    if (known !== undefined) return known;
    numbers.set(value, numbers.size);
    return -1;
  }

  #numbered(): Map<object | symbol, number> {
    if (this.#numbers === null) {
      this.#numbers = new Map();
      for (const value of this.keys()) this.#numbers.set(value, this.#numbers.size);
      this.#order = null;
    }
    return this.#numbers;
  }
}

const NOTHING: ReadonlySet<object | symbol> = new Set();

/** What a walk has met that met nothing. */
export const NOTHING_SEEN: SeenValues = new Map();
