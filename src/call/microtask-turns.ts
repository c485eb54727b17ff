/**
 * When an async function comes back, in turns of the microtask queue. A call that is answered from the cache takes as many
 * as the recorded one did: with fewer, it would win a race against other promises that it lost without dumbo.
 */

// Captured before the program can replace it.
const { min } = Math;

/**
 * Counting ends when no recorded call has gone on for so many turns, and none that is answered: the body waits for what is outside, or for ever, and the
 * count would keep the microtask queue busy.
 */
export const MOST_IDLE = 1000;
/** An entry has no room for more. */
const MOST = 0x3fffffff;

/** How often a recorded call has gone on, or one that is answered has waited for a turn. */
let progress = 0;

/** A recorded call goes on. */
export function noteProgress(): void {
  progress++;
}

/** Counts turns from its construction until it is stopped. */
export class TurnCount {
  #count = 0;
  #end = MOST_IDLE;
  #seen = progress;
  #isStopped = false;

  constructor() {
    const resolved = Promise.resolve();
    const step = () => {
      if (this.#isStopped || ++this.#count >= this.#end) return;
      if (this.#seen !== progress) {
        this.#seen = progress;
        this.#end = min(this.#count + MOST_IDLE, MOST);
      }
      resolved.then(step);
    };
    resolved.then(step);
  }

  /** Null if counting has ended before the body did, so that nobody knows how many turns that takes. */
  get count(): number | null {
    return this.#count >= this.#end ? null : this.#count;
  }

  stop(): number | null {
    this.#isStopped = true;
    return this.count;
  }
}

/** Made when it is needed: a recorded call around must not be left with a promise that nobody waits for. */
function nextTurn(step: () => void): void {
  progress++;
  Promise.resolve().then(step);
}

/**
 * What an async function has to return so that its promise resolves with a value after so many turns. This is a thenable and
 * not a promise: for a promise the engine takes two turns more, for a thenable one turn to call it and none to take its answer.
 */
export function afterTurns(value: unknown, turns: number): unknown {
  if (turns === 0) return value;
  const then = (resolve: (value: unknown) => void): void => {
    let left = turns - 1;
    const step = () => {
      if (left-- <= 0) resolve(value);
      else nextTurn(step);
    };
    step();
  };
  // The program never sees the thenable: the async function that returns it unwraps it.
  return { then };
}

/**
 * What an async function has to return so that its promise resolves in the first turn in which something is there, or later, once its
 * promise has been fulfilled.
 * @param find asked in each turn with its number, from 1 on; null where there is nothing yet. Does not throw
 * @param isThere fulfils when `find` will answer, if it is asked with a number that is high enough
 */
export function whenFound(find: (turn: number) => { readonly value: unknown } | null, isThere: Promise<void>): unknown {
  const then = (resolve: (value: unknown) => void): void => {
    let turn = 0;
    const step = () => {
      const found = find(++turn);
      if (found) resolve(found.value);
      else if (turn < MOST_IDLE) nextTurn(step);
      else isThere.then(() => resolve(find(Number.POSITIVE_INFINITY)?.value));
    };
    step();
  };
  // The program never sees the thenable: the async function that returns it unwraps it.
  return { then };
}
