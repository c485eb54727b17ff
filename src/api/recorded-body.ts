/** The body of a call of a memoized function, as the engine runs it: what it returns to the engine is what is stored. */
import type { CallByHand } from "../call/call.ts";
import type { Owner } from "../store/store.ts";
import type { GivenArguments } from "./given-arguments.ts";
import type { MemoizedByHand } from "./link.ts";
import { seeded } from "./seed.ts";
import type { StoredResults } from "./stored-results.ts";

/** One run of a function. */
export interface BodyRun {
  readonly self: unknown;
  readonly given: GivenArguments;
  readonly results: StoredResults;
}

/**
 * @param refreshes whether the body runs whatever is stored
 * @param outside whose results outside of all contexts are
 */
export function recordedBody(hand: MemoizedByHand, run: BodyRun, refreshes: boolean, outside: Owner): CallByHand {
  const { keep, replay } = hand.options;
  const { self, given, results } = run;
  const { argsOf, covered, isSame } = given;
  let isKept = true;
  const end = (value: unknown): unknown => {
    if (keep !== null) isKept = keep(value);
    const { stored, canKeep } = results.put(value, [self, ...argsOf()]);
    if (!canKeep) isKept = false;
    return stored;
  };
  const fn = seeded(hand.fn, given.seed);
  const runSync = () => {
    let value: unknown;
    try {
      value = Reflect.apply(fn, self, argsOf());
    } catch (error) {
      return results.putError(error);
    }
    return end(value);
  };
  const runAsync = async () => {
    let value: unknown;
    try {
      value = await Reflect.apply(fn, self, argsOf());
    } catch (error) {
      return results.putError(error);
    }
    return end(value);
  };
  return {
    body: hand.isAsync ? runAsync : runSync,
    isKept: ({ output }) => isKept && (replay || output.length === 0) && isSame(),
    covered,
    refreshes,
    outside,
  };
}
