/** Numbers for the functions and classes of a key: two of equal code are not the same one. */
import type { KeyWriter } from "./key-writer.ts";

/** A function or class that code can reach by its names. */
export interface Reached {
  readonly value: object;
}

/**
 * Numbers the functions and classes that a walk meets. Two modules can have functions of the same code (a package that is installed
 * twice), and a program can compare them.
 */
export class Identities {
  readonly #out: KeyWriter;
  /** Those of the walk that this one goes on from: they keep their numbers, and new ones come after them. */
  readonly #first: Identities | null;
  readonly #firstCount: number;
  /** Functions and classes that were met, as values or in the reach of those, by their order. */
  readonly #numbers = new Map<object, number>();
  /** Lists of what the functions that were met as values can reach. */
  readonly #reached = new Set<readonly Reached[]>();
  /** Those lists whose functions are written already. */
  readonly #finished = new Set<readonly Reached[]>();

  constructor(out: KeyWriter, first: Identities | null = null) {
    this.#out = out;
    this.#first = first;
    this.#firstCount = first === null ? 0 : first.#count;
  }

  /** Numbers for a walk that goes on where this walk has ended. */
  goOn(out: KeyWriter): Identities {
    return new Identities(out, this);
  }

  /** Writes which function this is among those met. @param functions what it can reach */
  add(fn: object, functions: readonly Reached[]): void {
    this.#reached.add(functions);
    this.#identify(fn);
  }

  /**
   * Writes, for each function in reach, which of the functions met it is, unless that is written already.
   * @param functions what the call itself can reach
   */
  finish(functions: readonly Reached[]): void {
    this.#reached.add(functions);
    this.#reached.forEach((list) => {
      if (this.#isFinished(list)) return;
      this.#finished.add(list);
      for (let i = 0; i < list.length; i++) this.#identify((list[i] as Reached).value);
    });
  }

  #isFinished(list: readonly Reached[]): boolean {
    return this.#finished.has(list) || (this.#first === null ? false : this.#first.#isFinished(list));
  }

  get #count(): number {
    return this.#firstCount + this.#numbers.size;
  }

  #numberOf(fn: object): number | undefined {
    const first = this.#first === null ? undefined : this.#first.#numberOf(fn);
    return first ?? this.#numbers.get(fn);
  }

  #identify(fn: object): void {
    const first = this.#first === null ? undefined : this.#first.#numberOf(fn);
    const known = first ?? this.#numbers.get(fn);
    const number = known ?? this.#count;
    if (known === undefined) this.#numbers.set(fn, number);
    this.#out.uint32(number);
  }
}
