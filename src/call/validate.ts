/** Which of the results that are stored under a key holds now: what each one saw is asked again. */

import { decode } from "../codec/codec.ts";
import type { Key } from "../key/key.ts";
import { contentKey, NO_TRACE, type Observation, packTrace, type Trace, unpackTrace } from "../trace/trace.ts";
import { type Entry, writeEntries } from "./entry.ts";
import { tellInvalid } from "./events.ts";
import type { Host } from "./host.ts";
import type { LiveSite } from "./site.ts";

/** A stored result whose trace holds. */
export interface ValidEntry {
  readonly entry: Entry;
  readonly trace: Trace;
  readonly bytes: Uint8Array;
  readonly value: unknown;
}

/**
 * The first of the results of a key whose trace holds now, or null. What the call wrote has been written again then.
 * @param verifies the body will run all the same
 */
export function findValid(
  host: Host,
  live: LiveSite,
  key: Key,
  entries: readonly Entry[],
  verifies: boolean,
): ValidEntry | null {
  const { outside, store } = host;
  let changed: Observation | null = null;
  for (const entry of entries) {
    if (entry.waits) continue;
    if (entry.trace.byteLength === 0) {
      const found = decode(entry.value, key.walk);
      if (found) return { entry, trace: NO_TRACE, bytes: entry.value, value: found.value };
      continue;
    }
    const trace = unpackTrace(entry.trace);
    live.stats.dependencies = Math.max(live.stats.dependencies, trace.observations.length);
    const verified = verify(trace, (one) => outside.verify(one));
    if (verified.changed) changed ??= verified.changed;
    else if (outside.canPrint(trace.output)) {
      const bytes = valueOf(host, live, entry);
      const found = bytes && decode(bytes, key.walk);
      if (!found || !restore(host, trace, verifies)) continue;
      // What may only grow so old is not stored anew.
      if (verified.refreshed && live.owner.ttl === Number.POSITIVE_INFINITY) {
        // Next time the signs will do.
        const packed = packTrace({ ...trace, observations: verified.refreshed });
        const renewed = entries.map((one) => (one === entry ? { ...entry, trace: packed } : one));
        store()?.put(key.hash, writeEntries(key, renewed), { owner: live.owner, cost: entry.cost, shared: 0 });
      }
      return { entry, trace, bytes, value: found.value };
    }
  }
  if (changed) {
    live.lastChange = outside.describe(changed);
    tellInvalid(live.label, key.hash, `${live.lastChange} has changed`);
  }
  return null;
}

/** The bytes of a result's value, which may lie apart from it. */
export function valueOf({ store }: Host, live: LiveSite, { value, valueAt }: Entry): Uint8Array | undefined {
  return valueAt === "" ? value : store()?.get(valueAt, live.owner);
}

/**
 * Writes again what a call wrote: all of it, or nothing. Answers whether it is done.
 * @param verifies the body will run all the same: it writes by itself
 */
export function restore({ outside, store }: Host, trace: Trace, verifies: boolean): boolean {
  if (!trace.writes) return true;
  return verifies ? outside.canRestore(trace) : outside.restore(trace, (hash) => store()?.get(contentKey(hash)));
}

/** Asks again what a call has seen, in its order, up to the first answer that is another. */
function verify(
  { observations, writes = [] }: Trace,
  ask: (one: Observation) => Observation | null,
): { readonly changed: Observation | null; readonly refreshed: Observation[] | null } {
  let refreshed: Observation[] | null = null;
  // What each hit writes anew has another sign each time.
  const written = new Set(writes.map(({ action }) => action[1]));
  for (const [index, observation] of observations.entries()) {
    if (observation.own) continue;
    const now = ask(observation);
    if (now === null) return { changed: observation, refreshed: null };
    if (now === observation || written.has(observation.query[1])) continue;
    refreshed ??= [...observations];
    refreshed[index] = now;
  }
  return { changed: null, refreshed };
}
