/** V8's hooks for promises: they tell every promise of the process, whoever makes it (async functions, `then`, `await`, `import()`, Node itself). */
import { promiseHooks } from "node:v8";

type AnyPromise = Promise<unknown>;

export interface PromiseEvents {
  /** @param parent the promise to which something was attached, if that made this one */
  readonly init?: (promise: AnyPromise, parent: AnyPromise | undefined) => void;
  /** Before a reaction runs. */
  readonly before?: (promise: AnyPromise) => void;
  readonly after?: (promise: AnyPromise) => void;
  /** When a promise is resolved or rejected: one that is resolved with another promise may still be pending. */
  readonly settled?: (promise: AnyPromise) => void;
}

// Captured before it is tapped: to a recorded call around, it would be an effect. The types of Node say only that `createHook` answers a function.
const createHook = promiseHooks.createHook as unknown as (events: PromiseEvents) => () => void;

/** Answers what stops the hooks. While they are on, every promise of the process costs more. */
export function hookPromises(events: PromiseEvents): () => void {
  return createHook(events);
}
