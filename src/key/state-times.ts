/**
 * What walks over state have taken that ran out of time. Functions of one package read the same state: where the key of one was abandoned for
 * it, those that it calls need not try.
 */
import type { Binding, Reach } from "../code/reach.ts";

// Captured before the program can replace it.
const { max } = Math;

export class StateTimes {
  readonly #times = new WeakMap<object, number>();
  #isEmpty = true;

  /** Notes that a walk over a value and all that it leads to was abandoned after so many milliseconds. */
  ranOut(value: unknown, ms: number): void {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
    this.#times.set(value, max(ms, this.#times.get(value) ?? 0));
    this.#isEmpty = false;
  }

  /** Milliseconds that a walk over the state of a reach takes at least, as far as is known. */
  least({ cells }: Reach): number {
    if (this.#isEmpty) return 0;
    let least = 0;
    for (let i = 0; i < cells.length; i++) least = max(least, this.#timeOf(cells[i] as Binding));
    return least;
  }

  #timeOf(binding: Binding): number {
    try {
      return this.#times.get(binding.read() as object) ?? 0;
    } catch {
      // In its dead zone: the walk will say so.
      return 0;
    }
  }
}
