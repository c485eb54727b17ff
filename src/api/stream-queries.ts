/** The methods of memoized streams: questions about calls, and what forgets kept ones. */
import type { PreparedCall } from "./hand-function.ts";
import { handOf, methods, prototypeWith } from "./queries.ts";
import { ChunkStore, StoredItems, streamIndexOf } from "./stream-stored.ts";

const { keyOf, explain, forgetAll, stats, resetStats, disable, enable } = methods;

export const StreamPrototype: object = prototypeWith({
  keyOf,
  explain,
  forgetAll,
  stats,
  resetStats,
  disable,
  enable,
  wouldHit(this: unknown, ...args: unknown[]): boolean {
    const prepared = preparedOf(this, args);
    return prepared !== null && StoredItems.of(prepared) !== null;
  },
  forget(this: unknown, ...args: unknown[]): boolean {
    const prepared = preparedOf(this, args);
    if (prepared === null) return false;
    const chunks = new ChunkStore(prepared);
    for (const [index, digest] of (streamIndexOf(prepared)?.chunks ?? []).entries()) chunks.remove(index, digest);
    prepared.linked.place.host.store()?.remove(prepared.key.hash);
    return prepared.hit !== null;
  },
});

function preparedOf(memoized: unknown, args: readonly unknown[]): PreparedCall | null {
  const found = handOf(memoized).prepare(undefined, args);
  return found.kind === "keyed" ? found : null;
}
