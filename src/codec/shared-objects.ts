/**
 * What a recorded call has in common with each later call of the same key: the objects that the walk of the key met, and the functions and
 * classes of the code in it. Equal keys were written in the same order, so that number n means the same thing to both calls. By these
 * numbers a result names what it does not own: its class, a function, an argument.
 */
import type { Reach } from "../code/reach.ts";
import type { ReachedFunction } from "../code/reached-shape.ts";
import type { SeenValues } from "../value/seen-objects.ts";
import { weakHas } from "../value/weak-collections.ts";

/** What the codec uses of the walk of a key. */
export interface SharedObjects {
  readonly seen: SeenValues;
  readonly views: readonly ArrayBufferView[];
  /** WeakMaps and WeakSets that the walk met: the call may have put objects of the result into them. */
  readonly weak: readonly object[];
  /** Objects that others inherit from, by whose properties these are known: they have no numbers. */
  readonly links: ReadonlySet<object> | null;
  /** Bindings of modules that the call may have assigned to. */
  readonly bindings: readonly { readonly binding: object }[];
  readonly reaches: readonly Pick<Reach, "functions" | "traits" | "shapes">[];
  /** Objects of the language and of Node that code can have by a name, each with a text that tells it from the others. */
  builtInObjects(): ReadonlyMap<object, string>;
}

/** The walks before and after a call. Only an object that both have met under one number is the same for later calls. */
export interface BeforeAfter {
  readonly before: SharedObjects;
  readonly after: SharedObjects;
}

/** The number under which both walks met a value; null if neither met it; "moved" if only one did, or under another number. */
export function seenIndex(value: object | symbol, { before, after }: BeforeAfter): number | "moved" | null {
  const index = after.seen.get(value);
  if (index !== before.seen.get(value)) return "moved";
  return index ?? null;
}

/** Whether a value was there before the call, and no number names it: a copy would come back in its place. */
export function isUnnamed(value: object, { before, after }: BeforeAfter): boolean {
  return after.links?.has(value) === true || before.links?.has(value) === true;
}

/** The functions of the code in a key, in the order in which it was written. */
export function* functionsOf({ reaches }: SharedObjects): Generator<ReachedFunction> {
  for (const { functions } of reaches) yield* functions;
}

/** Whether a WeakMap or WeakSet that the walk after the call met holds an object. */
export function isWeaklyHeld(value: object, { after }: BeforeAfter): boolean {
  const { weak } = after;
  for (let i = 0; i < weak.length; i++) if (weakHas(weak[i] as object, value)) return true;
  return false;
}
