/** What is kept for a call of a memoized function, without a call: nothing is printed, written or changed again. */
import type { KeyInTime } from "../call/call.ts";
import type { Engine } from "../call/engine.ts";
import type { Entry } from "../call/entry.ts";
import type { DecodedEntry } from "../call/validate.ts";
import type { Reach } from "../code/reach.ts";
import type { Key } from "../key/key.ts";
import { whyNoEngine } from "./connection.ts";
import type { GivenArguments } from "./given-arguments.ts";
import { keptHere } from "./kept-here.ts";
import type { Linked, Unlinked } from "./link.ts";

/** An entry that answers a call, with what it holds. */
export interface KeptEntry {
  readonly entry: Entry;
  readonly decoded: DecodedEntry;
}

/** The call has no key: it runs as if there were no dumbo. */
export interface NotCached {
  readonly kind: "not-cached";
  readonly reason: string;
}

export interface KeyedCall {
  readonly kind: "keyed";
  readonly key: Key;
  /** The entry that answers the call now, or null. */
  readonly hit: KeptEntry | null;
  /** The first dependency of an entry that has another answer now; null where none has, or where there is a hit. */
  readonly changed: string | null;
}

export type FoundCall = NotCached | KeyedCall;

/** The answer where dumbo's own work for the question has thrown. */
export const FAILED: NotCached = { kind: "not-cached", reason: "dumbo failed" };

/** A function that is memoized by hand has no guard that could be switched off. */
export const noGuard = () => false;

/** What the calls of a function are that the thread does not know. */
export function notCached(linked: Linked | Unlinked): NotCached {
  return { kind: "not-cached", reason: "why" in linked ? linked.why : whyNoEngine().why };
}

export function findCall(engine: Engine, linked: Linked, { self, keyArgs }: GivenArguments): FoundCall {
  const keyed = keyOfCall(engine, linked, self, keyArgs);
  if ("kind" in keyed) return keyed;
  const { key, whyNotLater } = keyed;
  const here = keptHere(engine, linked, key);
  if (here.tweaked !== null) return { kind: "keyed", key: here.key, hit: tweakedHit(here.tweaked), changed: null };
  const valid = validEntry(engine, { ...linked, live: here.live }, { key: here.key, whyNotLater }, here.entries);
  return { kind: "keyed", key: here.key, ...valid };
}

/** A call that is answered with what it is tweaked to, for those who ask. */
function tweakedHit(decoded: DecodedEntry): KeptEntry {
  const nothing = new Uint8Array(0);
  const entry = { cost: 0, turns: 0, waits: false, goesOn: false, trace: nothing, value: nothing, valueAt: "" };
  return { entry, decoded };
}

/** The key that a call has outside of all contexts, or why it has none. */
export function keyOfCall(
  { tools, reachCache }: Engine,
  { live, place: { host } }: Linked,
  self: unknown,
  args: readonly unknown[],
): KeyInTime | NotCached {
  const forbidden = host.forbidden();
  if (forbidden !== null) return { kind: "not-cached", reason: tools.describe(forbidden) };
  tools.beginKey();
  try {
    const reach: Reach = reachCache.reach(live.unit);
    if (reach.refusal !== null) return { kind: "not-cached", reason: tools.describe(reach.refusal.reason) };
    return tools.keyOf(host, { live, guard: noGuard, self, args }, reach, Number.POSITIVE_INFINITY);
  } catch (error) {
    if (error instanceof tools.Unkeyable) return { kind: "not-cached", reason: tools.describe(error.reason) };
    if (error instanceof ReferenceError) return { kind: "not-cached", reason: error.message };
    throw error;
  }
}

/** The first entry whose dependencies have the answers that the recorded call got, with its value. */
function validEntry(
  { tools }: Engine,
  { live, place: { host } }: Linked,
  { key, whyNotLater }: KeyInTime,
  entries: readonly Entry[],
): Pick<KeyedCall, "hit" | "changed"> {
  let changed: string | null = null;
  for (const entry of entries) {
    // The recorded call went on after others could run, and they could change now what a call with this key reads then.
    if (entry.goesOn && whyNotLater !== null) continue;
    const { dependencies } = entry.trace.byteLength === 0 ? tools.NO_TRACE : tools.unpackTrace(entry.trace);
    const other = dependencies.find((one) => !one.selfWritten && host.outside.revalidate(one) === null);
    if (other !== undefined) {
      changed ??= host.outside.describeDependency(other);
      continue;
    }
    const bytes = tools.valueBytes(host, live, entry);
    const decoded = bytes && tools.decodeEntry(bytes, key);
    if (decoded) return { hit: { entry, decoded }, changed: null };
  }
  return { hit: null, changed };
}

/** A result that is older than `ttl`, and not too old for `staleWhileRevalidate`. */
export type OldResult =
  /** Answer the call with it, and compute it anew. */
  | { readonly kind: "stale"; readonly hash: string; readonly stored: unknown }
  /** Run the call: its output or its writes would be missing from an answer. */
  | { readonly kind: "expired" };

/** The old result of a call that has no fresh one; null where it has a fresh one, or none at all. Counts a stale one as a hit. */
export function findOld(engine: Engine, linked: Linked, { self, keyArgs }: GivenArguments): OldResult | null {
  const { live, fresh, place } = linked;
  const keyed = keyOfCall(engine, linked, self, keyArgs);
  if ("kind" in keyed) return null;
  const { key } = keyed;
  const store = place.host.store();
  if (store === null || store.get(key.hash, fresh) !== undefined) return null;
  const { hit } = validEntry(engine, linked, keyed, keptHere(engine, linked, key).entries);
  if (hit === null) return null;
  engine.tools.bookCall(null);
  if (doesMore(engine, hit)) return { kind: "expired" };
  live.stats.calls++;
  live.stats.hits++;
  return { kind: "stale", hash: key.hash, stored: hit.decoded.value };
}

/** Whether the recorded call did more than to return: it printed, wrote files or changed objects. */
function doesMore({ tools }: Engine, { entry, decoded }: KeptEntry): boolean {
  if (decoded.changes.length > 0) return true;
  if (entry.trace.byteLength === 0) return false;
  const { output, writes = [] } = tools.unpackTrace(entry.trace);
  return output.length > 0 || writes.length > 0;
}
