/**
 * What a recorded call and every later call with the same key have in common, by number: the objects that the walk of
 * the key met, and the functions and classes of the code that is in it. Equal keys were written in the same order, so
 * the numbers mean the same things to both. That is how a result names what it does not own: its class, a function, an
 * argument.
 */
import type { Reach } from "../code/reach.ts";
import type { ReachedFunction } from "../code/reached-shape.ts";
import type { SeenValues } from "../value/seen-objects.ts";
import { weakHas } from "../value/weak-collections.ts";

/** The walk of a key, as results see it. */
export interface SharedObjects {
  readonly seen: SeenValues;
  readonly views: readonly ArrayBufferView[];
  /** WeakMaps and WeakSets, which may know the result. */
  readonly weak: readonly object[];
  /** Bindings of modules that the call may have assigned to. */
  readonly bindings: readonly { readonly binding: object }[];
  readonly reaches: readonly Pick<Reach, "functions" | "traits" | "shapes">[];
  /** Objects of the language and of Node that code can have by a name, each with a text that tells it from the others. */
  builtInObjects(): ReadonlyMap<object, string>;
}

/** The walks before and after a call: only what is in both, at the same place, is there for later calls, too. */
export interface BeforeAfter {
  readonly before: SharedObjects;
  readonly after: SharedObjects;
}

/** The number of something that both walks met; null if neither did; "moved" if only one did, or not as the same. */
export function seenIndex(value: object | symbol, { before, after }: BeforeAfter): number | "moved" | null {
  const index = after.seen.get(value);
  if (index !== before.seen.get(value)) return "moved";
  return index ?? null;
}

/** The functions of the code in a key, in the order in which it was written. */
export function* functionsOf({ reaches }: SharedObjects): Generator<ReachedFunction> {
  for (const { functions } of reaches) yield* functions;
}

/** Whether a WeakMap or WeakSet that the call reads, or has come by, holds an object. */
export function isWeaklyHeld(value: object, { after }: BeforeAfter): boolean {
  const { weak } = after;
  for (let i = 0; i < weak.length; i++) if (weakHas(weak[i] as object, value)) return true;
  return false;
}
