/** One call of a guarded function. */
import { types } from "node:util";
import type { GuardFunction } from "../code/guard-text.ts";
import type { Reach } from "../code/reach.ts";
import type { ReachBook } from "../key/functions.ts";
import { type Key, type KeyedCall, makeKey } from "../key/key.ts";
import { Unkeyable } from "../key/value-walk.ts";
import type { Host } from "./host.ts";
import type { LiveSite } from "./site.ts";

/** One call of a guarded function. */
export interface Call {
  readonly live: LiveSite;
  readonly guard: GuardFunction;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** A call that has to run. */
export interface Miss {
  readonly key: Key;
  readonly reach: Reach;
  readonly keyMs: number;
  /** Other processes wait for it: the store has to be told when it is over. */
  readonly isClaimed: boolean;
}

/** Whether a call does the same when its body runs later: nothing that it reads can change meanwhile. */
export function mayRunLater({ site }: LiveSite, { walk }: Key, reach: Reach, book: ReachBook): boolean {
  const isFixed = site.async && walk.seen.size === 0 && !walk.traits.has("floating");
  return isFixed && book.isConstant(reach);
}

/** What a key is made of. */
export function keyedCall({ site }: LiveSite, reach: Reach, self: unknown, args: readonly unknown[]): KeyedCall {
  // The path tells a static method from another of the same name.
  const path = site.access.kind === "path" ? site.access.path.join(".") : "";
  return { name: `${site.name} ${path}`, reach, self: site.usesThis ? self : undefined, args, levels: site.levels };
}

/**
 * @param nodes abandon after so many values
 * @throws {Unkeyable} or what reading the state throws
 */
export function keyOf(
  { book, env }: Host,
  live: LiveSite,
  reach: Reach,
  self: unknown,
  args: readonly unknown[],
  nodes: number,
): Key {
  const key = makeKey(keyedCall(live, reach, self, args), book, nodes, env());
  if (live.site.async) {
    const { seen, reaches } = key.walk;
    const changing = book.changeable(live.unit, live.site.late, { self, args, seen, reaches });
    if (changing !== null) throw new Unkeyable(changing);
  }
  return key;
}

/** Whether an argument is a callback, or has some among its own properties. */
export function holdsFunction(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "function";
  if (types.isProxy(value) || ArrayBuffer.isView(value)) return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).some(({ value: own }) => typeof own === "function");
}
