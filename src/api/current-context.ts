/** The context of the running code, and what is tweaked in it. A memoized call that has begun sees no tweak that is made later. */

import type { Context } from "../trace/contexts.ts";
import * as own from "../trace/contexts.ts";
import { startedEngine } from "./connection.ts";
import { type TweakedCall, TweakSet } from "./tweak-set.ts";

/** Where an engine runs, it keeps the context: so all copies of this file in a program see the same one. */
export function currentContext(): Context | null {
  return (startedEngine()?.tools ?? own).currentContext();
}

/** Runs a memoized call in the context as it is now: what is tweaked later does not hold in the call. */
export function runFixed<T>(work: () => T): T {
  const context = currentContext();
  if (context === null || context.isFixed) return work();
  return (startedEngine()?.tools ?? own).runInContext(own.fixed(context), work);
}

/** Runs a part of a call later. */
export type RunLater = <T>(work: () => T) => T;

/** What runs later parts of a memoized call in the context as it is now, in whatever context somebody asks for them. */
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
 * @param hasKey whether the call has a key: if it has, only tweaks whose own call had none are looked at
 */
export function findTweaked(fn: object, self: unknown, args: readonly unknown[], hasKey: boolean): TweakedCall | null {
  const tweaks = currentContext()?.tweaks;
  return tweaks instanceof TweakSet ? tweaks.findCall(fn, self, args, hasKey) : null;
}
