/**
 * Looks for an entry of a call whose guard has not been asked yet, and may never be. Nothing is counted, decoded or done again here: where there is
 * no entry, the guard is asked next, and counts.
 */
import type { Key, StandIn } from "../key/key.ts";
import { withinTime } from "../value/time-limit.ts";
import { readAlias } from "./alias.ts";
import { type Call, keyOf, unlessKeyless } from "./call.ts";
import { type Entry, readEntries, readParts } from "./entry.ts";
import type { NamedKey } from "./events.ts";
import type { Host } from "./host.ts";
import type { Lookups } from "./lookup.ts";
import { type HeldEntry, hold } from "./validate.ts";

export interface Peeked {
  /** The key that was made; with a digest in the place of an argument, it is not that of the call. */
  readonly made: Key;
  /** The call's key. */
  readonly key: NamedKey;
  readonly entries: readonly Entry[];
  readonly held: HeldEntry;
}

/** @param standIn stands for an argument whose value is not there */
export function peek(host: Host, lookups: Lookups, call: Call, standIn: StandIn | undefined): Peeked | null {
  const { live } = call;
  const allowed = lookups.allowance(live);
  if (allowed === null || host.forbidden() !== null) return null;
  const reach = lookups.reach(live, allowed.reachMs);
  if (reach === null || live.fn === null) return null;
  const store = lookups.store();
  const keyed =
    store &&
    unlessKeyless(() => withinTime(allowed.ms, host.work, () => keyOf(host, call, reach, allowed.nodes, standIn)));
  if (!keyed) return null;
  const { key: made, whyNotLater } = keyed;
  const { traits } = made.walk;
  if (traits.has("outside") && host.outside.replaced(traits.has("streams")) !== null) return null;
  const hash = standIn === undefined ? made.hash : readAlias(store, live.owner, made.hash);
  if (hash === null) return null;
  const { record } = lookups.readRecord(store, live, { hash }, true, false);
  const parts = record && readParts(record);
  if (!record || !parts) return null;
  const all = readEntries(record);
  const entries = whyNotLater === null ? all : all.filter(({ goesOn }) => !goesOn);
  for (const entry of entries) {
    const held = hold(host, live, entry);
    if (held.kind === "held") return { made, key: { hash, parts }, entries, held };
  }
  return null;
}
