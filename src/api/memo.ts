/** `memo`: a function whose calls are answered from the disk. */
import { types } from "node:util";
import { noteCaller } from "./connection.ts";
import type * as declared from "./declared.ts";
import type { AnyFunction, MemoDecorator, Memoized, MemoOptions } from "./declared.ts";
import { HandFunction } from "./hand-function.ts";
import { checkOptions } from "./options.ts";
import { MemoizedPrototype, standFor, statsOf } from "./queries.ts";
import { stream } from "./stream.ts";

export const memo = Object.assign(memoize, { stream }) as unknown as typeof declared.memo;

function memoize(first?: AnyFunction | MemoOptions, options: MemoOptions = {}): Memoized<AnyFunction> | MemoDecorator {
  return typeof first === "function" ? memoized(first, options) : (decorator(first ?? {}) as MemoDecorator);
}

function memoized<F extends AnyFunction>(fn: F, options: MemoOptions): Memoized<F> {
  if (types.isGeneratorFunction(fn))
    throw new TypeError("memo takes no generator, which may be left before its end: memo.stream does");
  const hand = new HandFunction(fn as never, checkOptions(fn, options));
  // A method of an object literal: it has no `prototype`, and gets the caller's `this`.
  const { memoized } = {
    memoized(this: unknown, ...args: unknown[]): unknown {
      return hand.call(this, args);
    },
  };
  Object.defineProperty(memoized, "name", { value: fn.name, configurable: true });
  Object.defineProperty(memoized, "length", { value: fn.length, configurable: true });
  Object.setPrototypeOf(memoized, MemoizedPrototype);
  standFor(memoized, hand);
  Object.freeze(memoized);
  noteCaller(memoized, fn);
  hand.options.group?.add(() => statsOf(hand));
  return memoized as unknown as Memoized<F>;
}

/** Serves both kinds of decorators: those of TC39 get a method and its context, those of TypeScript get the descriptor of its property. */
function decorator(options: MemoOptions) {
  return (first: unknown, context: unknown, descriptor?: PropertyDescriptor): unknown => {
    if (typeof first === "function" && isMethod(context)) return memoized(first as AnyFunction, options);
    const method: unknown = descriptor?.value;
    if (typeof method !== "function") throw new TypeError("@memo() decorates methods");
    return { ...descriptor, value: memoized(method as AnyFunction, options) };
  };
}

function isMethod(context: unknown): boolean {
  return typeof context === "object" && context !== null && (context as { kind?: unknown }).kind === "method";
}
