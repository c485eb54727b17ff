/**
 * When an async function comes back, in turns of the microtask queue: a call that is answered from the cache takes as
 * many as the recorded one did, so that whoever races it against others sees the same winner.
 */

/** More turns than these are not told apart. */
const MOST = 1000;

/** Counts turns from now on until it is asked. */
export class TickCount {
  #count = 0;
  #isOver = false;

  constructor() {
    const resolved = Promise.resolve();
    const step = () => {
      if (this.#isOver || ++this.#count >= MOST) return;
      resolved.then(step);
    };
    resolved.then(step);
  }

  get count(): number {
    return this.#count;
  }

  stop(): number {
    this.#isOver = true;
    return this.#count;
  }
}

/**
 * What an async function returns, to come back with a value after so many turns. A promise would take two at least;
 * for a thenable the engine takes one to ask it, and none to take its answer.
 */
export function afterTicks(value: unknown, ticks: number): unknown {
  if (ticks === 0) return value;
  const then = (resolve: (value: unknown) => void): void => {
    let left = ticks - 1;
    const resolved = Promise.resolve();
    const step = () => {
      if (left-- <= 0) resolve(value);
      else resolved.then(step);
    };
    step();
  };
  // Only the async function that returns it ever sees it.
  return { then };
}
