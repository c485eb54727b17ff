/** `memo.stream`: functions that return streams, whose items are stored one after the other while the caller iterates over them. */
import { types } from "node:util";
import { noteCaller } from "./connection.ts";
import { laterInContext, runFixed } from "./current-context.ts";
import type * as declared from "./declared.ts";
import type { AnyFunction, StreamOptions } from "./declared.ts";
import { HandFunction } from "./hand-function.ts";
import { checkOptions } from "./options.ts";
import { standFor, statsOf } from "./queries.ts";
import { callGenerator, callOther } from "./stream-calls.ts";
import { StreamPrototype } from "./stream-queries.ts";

/** Options of `memo` for the result of a call: a stream has none when the call returns. */
const OF_RESULTS = ["staleWhileRevalidate", "cacheErrors", "keep", "seed", "samples", "lazy"] as const;

export const stream = memoizeStream as unknown as typeof declared.memo.stream;

function memoizeStream(fn: AnyFunction, options: StreamOptions = {}): unknown {
  if (typeof fn !== "function") throw new TypeError("memo.stream takes a function");
  const isGenerator = types.isGeneratorFunction(fn);
  if (types.isAsyncFunction(fn) && !isGenerator) {
    throw new TypeError(
      "memo.stream takes no async function: it has to return what is gone over, and no promise of it",
    );
  }
  const unfit = OF_RESULTS.find((name) => name in options);
  if (unfit !== undefined) throw new TypeError(`memo.stream has no option "${unfit}"`);
  const hand = new HandFunction(fn as never, checkOptions(fn, options), true);
  const call = isGenerator ? callGenerator : callOther;
  // A method of an object literal: it has no `prototype`, and gets the caller's `this`.
  const { memoized } = {
    memoized(this: unknown, ...args: unknown[]): unknown {
      return runFixed(() => call({ hand, self: this, args, inContext: laterInContext() }));
    },
  };
  Object.defineProperty(memoized, "name", { value: fn.name, configurable: true });
  Object.defineProperty(memoized, "length", { value: fn.length, configurable: true });
  Object.setPrototypeOf(memoized, StreamPrototype);
  standFor(memoized, hand);
  Object.freeze(memoized);
  noteCaller(memoized, fn);
  hand.options.group?.add(() => statsOf(hand));
  return memoized;
}
