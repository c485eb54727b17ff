/**
 * Choices of the generator, read one after another. A tape that has ended says 0, and 0 is always the simplest choice:
 * any list of numbers is a program, a shorter list or smaller numbers are a simpler one, which is what lets it shrink.
 */
export class Tape {
  readonly #values: readonly number[];
  #at = 0;

  constructor(values: readonly number[]) {
    this.#values = values;
  }

  /** A number from 0 to `count` - 1. */
  next(count: number): number {
    return (this.#values[this.#at++] ?? 0) % count;
  }

  /** One of several, the first being the simplest. */
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    return items[this.next(items.length)] as T;
  }

  /** True once in so many times, and never when the tape has ended. */
  once(times: number): boolean {
    return this.next(times) === times - 1;
  }

  get ended(): boolean {
    return this.#at >= this.#values.length;
  }
}
