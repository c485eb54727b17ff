/** Promises that can be waited for so that no code of the program runs, and that the engine waits for in the same way. */

const { getPrototypeOf, hasOwn } = Object;
const promisePrototype = Promise.prototype;
// Captured before the program can replace it.
const { then } = promisePrototype;
const { apply } = Reflect;

export function isPlainPromise(promise: Promise<unknown>): boolean {
  const isPlain = getPrototypeOf(promise) === promisePrototype && !hasOwn(promise, "then");
  return isPlain && !hasOwn(promise, "constructor");
}

/** @param promise {@link isPlainPromise a plain one}; the engine waits for it as well, so that no rejection is hidden from the program */
export function whenSettled(promise: Promise<unknown>, onValue: (value: unknown) => void, onError: () => void): void {
  apply(then, promise, [onValue, onError]);
}
