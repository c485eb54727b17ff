/** How likely it is that a stored result of a function answers a later call, by earlier runs and by this one. */
import type { History } from "./policy.ts";

// Captured before the program can replace it.
const { max } = Math;

/** The likelihood in earlier runs counts as much as so many calls of this run. */
const PRIOR = 2;
/** From this likelihood on, what is stored now is expected to be asked for. */
const LIKELY = 0.5;

export class HitChance {
  /** By earlier runs. */
  readonly #prior: number;
  /** How many calls of this run are expected to miss because no earlier run has stored them: they tell nothing of stored results. */
  readonly #unstored: number;
  #isProven: boolean;
  #hits = 0;

  constructor(history: History | null) {
    const { run = 0, hits = 0, misses = 0, bytes = 0, stored = 0, total = 0, fruitless = 0, returned } = history ?? {};
    const likely = returned ?? (hits > 0 ? hits / (hits + misses) : 1 / (1 + fruitless));
    this.#prior = bytes > 0 ? likely : 0;
    this.#unstored = stored > 0 && run > 0 ? max(0, total / run - stored) : 0;
    this.#isProven = hits > 0;
  }

  /** Whether stored results have answered calls, in this run or an earlier one. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** The likelihood, from 0 to 1. @param keys how many keys of this run were completed by calls that missed */
  of(keys: number): number {
    return (PRIOR * this.#prior + this.#hits) / (PRIOR + this.#hits + max(0, keys - this.#unstored));
  }

  /** Whether what is stored now will be asked for: results that were stored have been. @param keys as for {@link of} */
  isHigh(keys: number): boolean {
    return this.#isProven && this.of(keys) >= LIKELY;
  }

  hit(): void {
    this.#hits++;
    this.#isProven = true;
  }
}
