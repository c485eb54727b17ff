/**
 * What belongs to the running code, and to all that it leaves to promises: an AsyncLocalStorage that leaves no trace.
 *
 * Before Node 24 an AsyncLocalStorage marks every promise of the process with symbols, its value among them, which
 * `console.log` shows. V8's own hooks mark nothing. They do not see timers and callbacks; those are effects of a recorded
 * call already.
 */
import { hookPromises } from "./promise-hooks.ts";

/** What was current before a reaction. A list of their own: methods of arrays may be the program's. */
interface Outer<T> {
  readonly value: T | undefined;
  readonly next: Outer<T> | null;
}

export class PromiseContext<T> {
  #contexts = new WeakMap<Promise<unknown>, T>();
  #current: T | undefined;
  #outer: Outer<T> | null = null;
  #stop: (() => void) | null = null;

  getStore(): T | undefined {
    return this.#current;
  }

  /** Until the running reaction ends. */
  enterWith(value: T): void {
    this.#start();
    this.#current = value;
  }

  run<R>(value: T, work: () => R): R {
    this.#start();
    const outer = this.#current;
    const contexts = this.#contexts;
    this.#current = value;
    try {
      return work();
    } finally {
      // Not if all values were forgotten meanwhile: nothing would take it away again.
      if (this.#contexts === contexts) this.#current = outer;
    }
  }

  /** Forgets all values, and stops the hooks. */
  disable(): void {
    this.#stop?.();
    this.#stop = null;
    this.#contexts = new WeakMap();
    this.#current = undefined;
    this.#outer = null;
  }

  #start(): void {
    this.#stop ??= hookPromises({
      init: (promise) => {
        if (this.#current !== undefined) this.#contexts.set(promise, this.#current);
      },
      before: (promise) => {
        this.#outer = { value: this.#current, next: this.#outer };
        this.#current = this.#contexts.get(promise);
      },
      after: () => {
        this.#current = this.#outer?.value;
        this.#outer = this.#outer?.next ?? null;
      },
    });
  }
}
