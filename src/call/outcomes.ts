/** What becomes of the calls of one function: when to give the function up because they cannot be kept. */
import type { History } from "../policy/policy.ts";

/** After so many refused calls in a row, a function is given up; sooner if earlier runs could store none of its calls. */
const PATIENCE = { first: 4, known: 2 };

export class Outcomes {
  readonly #patience: number;
  #refusalsInARow = 0;

  constructor(history: History | null) {
    const isHopeless = history !== null && history.reason !== null && history.bytes === 0 && history.hits === 0;
    this.#patience = isHopeless ? PATIENCE.known : PATIENCE.first;
  }

  /** A call was stored or answered. */
  kept(): void {
    this.#refusalsInARow = 0;
  }

  /** A call is not cached. Answers whether the function is to be given up. */
  refused(): boolean {
    return ++this.#refusalsInARow >= this.#patience;
  }
}
