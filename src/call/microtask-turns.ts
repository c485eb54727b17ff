/**
 * When an async function comes back, in turns of the microtask queue. A call that is answered from the cache takes as many
 * as the recorded one did: with fewer, it would win a race against other promises that it lost without dumbo.
 */

/** Counting ends here: for a body that never ends, the count would keep the microtask queue busy for ever. */
const MOST = 1000;

/** Counts turns from its construction until it is stopped. */
export class TurnCount {
  #count = 0;
  #isStopped = false;

  constructor() {
    const resolved = Promise.resolve();
    const step = () => {
      if (this.#isStopped || ++this.#count >= MOST) return;
      resolved.then(step);
    };
    resolved.then(step);
  }

  get count(): number {
    return this.#count;
  }

  stop(): number {
    this.#isStopped = true;
    return this.#count;
  }
}

/**
 * What an async function has to return so that its promise resolves with a value after so many turns. This is a thenable and
 * not a promise: for a promise the engine takes two turns more, for a thenable one turn to call it and none to take its answer.
 */
export function afterTurns(value: unknown, turns: number): unknown {
  if (turns === 0) return value;
  const then = (resolve: (value: unknown) => void): void => {
    let left = turns - 1;
    const resolved = Promise.resolve();
    const step = () => {
      if (left-- <= 0) resolve(value);
      else resolved.then(step);
    };
    step();
  };
  // The program never sees the thenable: the async function that returns it unwraps it.
  return { then };
}
