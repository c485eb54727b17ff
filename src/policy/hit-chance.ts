/** How likely it is that a stored result of a function answers a later call, by earlier runs and by this one. */
import type { History } from "./policy.ts";
import { RECENT } from "./recent.ts";

// Captured before the program can replace it.
const { max, min } = Math;

/** The likelihood in earlier runs counts as much as so many calls of this run. */
const PRIOR = 2;
/** From this likelihood on, what is stored now is expected to be asked for. */
const LIKELY = 0.5;

export class HitChance {
  /** By earlier runs. */
  readonly #prior: number;
  /** How many results earlier runs have stored. */
  readonly #stored: number;
  /** How many calls an earlier run made. */
  readonly #total: number;
  #isProven: boolean;
  #hits = 0;
  /** How many calls this run has made. */
  #calls = 0;
  /** How often the last calls that got a key were answered; at first, by earlier runs. */
  #recent: number;

  constructor(history: History | null) {
    const { run = 0, hits = 0, misses = 0, bytes = 0, stored = 0, total = 0, fruitless = 0, returned } = history ?? {};
    const likely = returned ?? (hits > 0 ? hits / (hits + misses) : 1 / (1 + fruitless));
    this.#prior = bytes > 0 ? likely : 0;
    this.#isProven = hits > 0;
    this.#stored = stored;
    this.#total = run > 0 ? total / run : 0;
    this.#recent = this.#prior;
  }

  /** How many calls this run has made, also those that got no key. */
  get calls(): number {
    return this.#calls;
  }

  /** Notes calls, also those that get no key. */
  called(count: number): void {
    this.#calls += count;
  }

  /**
   * The likelihood, from 0 to 1, that the next call is answered. Each run stores the calls that come first and goes on where the last one has
   * ended: so it is that of the last calls, or else that of a call among those which are still to come.
   */
  get next(): number {
    const stored = min(this.#stored, this.#total) - this.#hits;
    const coming = this.#total - this.#calls;
    const amongThose = stored > 0 && coming > 0 ? this.#prior * min(1, stored / coming) : 0;
    return max(this.#recent, amongThose);
  }

  /** Whether stored results have answered calls, in this run or an earlier one. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** How much of what is stored is asked for, from 0 to 1. @param keys how many keys of this run were completed by calls that missed */
  of(keys: number): number {
    // Calls that no earlier run has stored miss for that, and tell nothing of stored results.
    const unstored = this.#stored > 0 ? max(0, this.#total - this.#stored) : 0;
    return (PRIOR * this.#prior + this.#hits) / (PRIOR + this.#hits + max(0, keys - unstored));
  }

  /** Whether what is stored now will be asked for: results that were stored have been. @param keys as for {@link of} */
  isHigh(keys: number): boolean {
    return this.#isProven && this.of(keys) >= LIKELY;
  }

  missed(): void {
    this.#recent -= this.#recent / RECENT;
  }

  hit(): void {
    this.#hits++;
    this.#recent += (1 - this.#recent) / RECENT;
    this.#isProven = true;
  }
}
