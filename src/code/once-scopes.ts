/**
 * Bindings of functions that run once with their module (loader/parse/once.ts). When such a function begins to run, it hands over what reads
 * and assigns to its bindings. It may run a second time all the same: then each name stands for two bindings, and it cannot be told which of
 * them an inner function has. So none of them is read any more, and reaches that were found by them no longer hold.
 */
import { Unkeyable } from "../value/unkeyable.ts";

/** What the code of a module calls. */
export interface HandedScopes {
  /** To be called when a function begins to run: before its code, and so before any function in it is made. */
  begin(home: number, get: (n: number) => unknown, assign: (n: number, value: unknown) => void): void;
  /** Reads binding number n of a function. @throws ReferenceError if the function has not run, Unkeyable if it has run twice */
  get(home: number, n: number): unknown;
  /** Assigns to a binding that was read before. */
  assign(home: number, n: number, value: unknown): void;
}

/** Whether a function that should run once has run twice. */
export interface OnceRun {
  readonly isRepeated: boolean;
}

interface Run extends OnceRun {
  isRepeated: boolean;
  get: ((n: number) => unknown) | null;
  assign: (n: number, value: unknown) => void;
}

// One error for all: to make one with a stack at each question would cost much in modules whose functions have not run.
const NOT_BEGUN = new ReferenceError("its function has not run");

export class OnceScopes implements HandedScopes {
  readonly #runs: (Run | undefined)[] = [];
  readonly #onRepeat: (home: number) => void;

  /** @param onRepeat is called once, when a function runs a second time */
  constructor(onRepeat: (home: number) => void) {
    this.#onRepeat = onRepeat;
  }

  begin(home: number, get: Run["get"], assign: Run["assign"]): void {
    const run = this.#run(home);
    if (run.get === null) {
      run.get = get;
      run.assign = assign;
    } else if (!run.isRepeated) {
      run.isRepeated = true;
      this.#onRepeat(home);
    }
  }

  get(home: number, n: number): unknown {
    const { get, isRepeated } = this.#run(home);
    if (isRepeated) throw new Unkeyable({ kind: "second-run" });
    if (get === null) throw NOT_BEGUN;
    return get(n);
  }

  assign(home: number, n: number, value: unknown): void {
    this.#run(home).assign(n, value);
  }

  /** The run of a function: the same object before it has run and afterwards. */
  runOf(home: number): OnceRun {
    return this.#run(home);
  }

  #run(home: number): Run {
    this.#runs[home] ??= { isRepeated: false, get: null, assign: () => {} };
    return this.#runs[home];
  }
}
