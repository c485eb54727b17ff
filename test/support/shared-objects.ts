import type { Reach } from "../../src/code/reach.ts";
import type { BeforeAfter, SharedObjects } from "../../src/codec/shared-objects.ts";

/** What a call shares with later ones that met no object. @param reaches the code that it met */
export function sharingNothing(reaches: readonly Reach[] = []): SharedObjects {
  return { seen: new Map(), views: [], weak: [], links: null, bindings: [], reaches, builtInObjects: () => new Map() };
}

/** A call that changed nothing of what it shares. */
export function unchanged(shared: SharedObjects): BeforeAfter {
  return { before: shared, after: shared };
}
