/** Which functions and classes of a key are the same: equal code does not make them one. */
import type { KeyWriter } from "./key-writer.ts";

/** A function or class that code can reach by its names. */
export interface Reached {
  readonly value: object;
}

/**
 * Numbers the functions and classes that a walk meets: another module can have one of the same code (a package that is
 * there twice), and a program can compare them.
 */
export class Identities {
  readonly #out: KeyWriter;
  /** Functions and classes met, as values or in their reach, by order. */
  readonly #numbers = new Map<object, number>();
  /** What the functions met as values can reach. */
  readonly #reached = new Set<readonly Reached[]>();

  constructor(out: KeyWriter) {
    this.#out = out;
  }

  /** Writes which one this is among those met. @param functions what it can reach */
  add(fn: object, functions: readonly Reached[]): void {
    this.#reached.add(functions);
    this.#identify(fn);
  }

  /**
   * Writes which of the functions in reach are which of those that were met.
   * @param functions what the call itself can reach
   */
  finish(functions: readonly Reached[]): void {
    this.#reached.add(functions);
    this.#reached.forEach((list) => {
      for (let i = 0; i < list.length; i++) this.#identify((list[i] as Reached).value);
    });
  }

  #identify(fn: object): void {
    const known = this.#numbers.get(fn);
    const number = known ?? this.#numbers.size;
    if (known === undefined) this.#numbers.set(fn, number);
    this.#out.uint32(number);
  }
}
