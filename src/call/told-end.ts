/**
 * What a recorded call of an async function returns whose body runs in a second call, and tells how that ends. The first call returns a
 * thenable. V8 asks it for its outcome one turn later, and the thenable answers in the turn in which the body ends: so the program's promise
 * settles when it would without dumbo. A promise in the place of the thenable would take two turns more.
 */
import type { BodyEnd } from "../code/guard-text.ts";
import type { RecordedEnd } from "./body-end.ts";

type BodyOutcome =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown };

/** What V8 hands to a thenable. */
interface Settlers {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const { then: thenOf } = Promise.prototype;
const { apply } = Reflect;

export class ToldEnd implements BodyEnd {
  readonly #recorded: RecordedEnd;
  #thrown: BodyOutcome | null = null;
  #outcome: BodyOutcome | null = null;
  #settlers: Settlers | null = null;

  constructor(recorded: RecordedEnd) {
    this.#recorded = recorded;
  }

  begin(): void {
    this.#recorded.begin();
  }

  fail(error: unknown): void {
    this.#recorded.fail();
    this.#thrown = { kind: "threw", error };
  }

  end(value: unknown): boolean {
    const outcome = this.#thrown ?? { kind: "returned", value };
    this.#outcome = outcome;
    try {
      this.#recorded.end(value);
    } finally {
      if (this.#settlers) settle(this.#settlers, outcome);
    }
    return true;
  }

  /**
   * The synchronous part of the body is over.
   * @param promise of the second call; it fulfils with nothing, because the body told its end
   * @returns what the first call is to return
   * @throws what the body has thrown by now
   */
  follow(promise: Promise<unknown>): unknown {
    const told = apply(thenOf, promise, [
      (value: unknown) => {
        this.#endUntold();
        return value;
      },
      (error: unknown) => {
        this.#endUntold();
        throw error;
      },
    ]) as Promise<unknown>;
    const outcome = this.#outcome;
    if (outcome === null) {
      this.#recorded.wait();
      const then = (resolve: Settlers["resolve"], reject: Settlers["reject"]) => this.#take(told, { resolve, reject });
      // The program never sees the thenable: the async function that returns it unwraps it.
      return { then };
    }
    if (outcome.kind === "threw") throw outcome.error;
    return outcome.value;
  }

  /** The second call could not begin, near the end of the stack: the recording is given up. */
  abandon(): void {
    this.#recorded.fail();
    this.#recorded.end(undefined);
  }

  /** If the body could not tell how it ended, near the end of the stack, the recording is given up; its promise settles the thenable. */
  #endUntold(): void {
    if (this.#outcome === null) this.abandon();
  }

  /**
   * Takes the functions that settle the thenable. The second call's promise gets them, too: async stack traces lead through it, and it settles
   * what the body could not tell.
   */
  #take(told: Promise<unknown>, settlers: Settlers): void {
    if (this.#outcome) settle(settlers, this.#outcome);
    else this.#settlers = settlers;
    apply(thenOf, told, [settlers.resolve, settlers.reject]);
  }
}

function settle({ resolve, reject }: Settlers, outcome: BodyOutcome): void {
  if (outcome.kind === "returned") resolve(outcome.value);
  else reject(outcome.error);
}
