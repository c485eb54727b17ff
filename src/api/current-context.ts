/** The context of the running code, and what is tweaked in it. */

import type { Context } from "../trace/contexts.ts";
import * as own from "../trace/contexts.ts";
import { startedEngine } from "./connection.ts";
import { type TweakedCall, TweakSet } from "./tweak-set.ts";

/** Where dumbo runs, all copies of this file know it. */
export function currentContext(): Context | null {
  return (startedEngine()?.tools ?? own).currentContext();
}

/** Has a memoized call run in the context as it is now. */
export function runFixed<T>(work: () => T): T {
  const context = currentContext();
  if (context === null || context.isFixed) return work();
  return (startedEngine()?.tools ?? own).runInContext(own.fixed(context), work);
}

/** Runs what a call has left to later. */
export type RunLater = <T>(work: () => T) => T;

/** Has what a memoized call leaves to later run in the context as it is now, wherever it is asked for. */
export function laterInContext(): RunLater {
  const context = currentContext();
  const kept = context === null || context.isFixed ? context : own.fixed(context);
  return (work) => {
    if (currentContext() === kept) return work();
    return (startedEngine()?.tools ?? own).runInContext(kept, work);
  };
}

/**
 * The tweak of a call, by its arguments.
 * @param hasKey the call has a key: only tweaks of calls that had none count
 */
export function findTweaked(fn: object, self: unknown, args: readonly unknown[], hasKey: boolean): TweakedCall | null {
  const tweaks = currentContext()?.tweaks;
  return tweaks instanceof TweakSet ? tweaks.findCall(fn, self, args, hasKey) : null;
}
