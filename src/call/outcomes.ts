/** What becomes of the calls of one function: whether they can be kept, and when to give the function up. */
import type { History } from "../policy/policy.ts";

/** After so many refused calls in a row, a function is given up; sooner if earlier runs could store none of its calls. */
const PATIENCE = { first: 4, known: 2 };

export class Outcomes {
  readonly #patience: number;
  #refusalsInARow = 0;
  /** Whether a call was kept, in this run or an earlier one. */
  #wasAnyKept: boolean;
  /** Whether a call threw or could not be kept, in this run or the last one that knew of it. */
  #wasAnyUnfit: boolean;

  constructor(history: History | null) {
    const wasRefused = history !== null && history.reason !== null;
    this.#wasAnyKept = history !== null && history.bytes > 0;
    this.#wasAnyUnfit = wasRefused;
    const isHopeless = wasRefused && !this.#wasAnyKept && history.hits === 0;
    this.#patience = isHopeless ? PATIENCE.known : PATIENCE.first;
  }

  /** A call was stored or answered. */
  kept(): void {
    this.#refusalsInARow = 0;
    this.#wasAnyKept = true;
  }

  /** A call threw, or did what no entry can do again. */
  unfit(): void {
    this.#wasAnyUnfit = true;
  }

  /** A call is not cached. Answers whether the function is to be given up. */
  refused(): boolean {
    return ++this.#refusalsInARow >= this.#patience;
  }

  /**
   * Whether it is to be expected that the next call can be kept. A call that waits for one that cannot comes back later than without dumbo, and so
   * do its errors.
   */
  get areKept(): boolean {
    return this.#wasAnyKept && !this.#wasAnyUnfit;
  }
}
