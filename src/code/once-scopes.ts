/**
 * Bindings of functions that run once with their module (loader/parse/once.ts): each hands over what reads and assigns to them when
 * it begins to run. Nothing promises that it runs only once. Of a second run on, each name stands for two bindings, and
 * nobody can tell which of them a function has: so none of them is read any more, and what has been found by them holds no longer.
 */
import { Unkeyable } from "../value/unkeyable.ts";

/** What a module's code calls. */
export interface HandedScopes {
  /** A function begins to run: before any of its code, and so before any function in it is there. */
  begin(home: number, get: (n: number) => unknown, assign: (n: number, value: unknown) => void): void;
  /** Reads binding number n of a function. @throws ReferenceError as long as that has not run, Unkeyable if it has run again */
  get(home: number, n: number): unknown;
  /** Assigns to it; the binding has been read before. */
  assign(home: number, n: number, value: unknown): void;
}

/** What has become of a function that runs once. */
export interface OnceRun {
  readonly isRepeated: boolean;
}

interface Run extends OnceRun {
  isRepeated: boolean;
  get: ((n: number) => unknown) | null;
  assign: (n: number, value: unknown) => void;
}

// One for all: without a stack, a module whose functions have not all run costs nothing to ask.
const NOT_BEGUN = new ReferenceError("its function has not run");

export class OnceScopes implements HandedScopes {
  readonly #runs: (Run | undefined)[] = [];
  readonly #onRepeat: (home: number) => void;

  /** @param onRepeat is told of a second run, once */
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

  /** The run of a function: the same object before it and afterwards. */
  runOf(home: number): OnceRun {
    return this.#run(home);
  }

  #run(home: number): Run {
    this.#runs[home] ??= { isRepeated: false, get: null, assign: () => {} };
    return this.#runs[home];
  }
}
