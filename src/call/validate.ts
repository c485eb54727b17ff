/** Finds the entry that answers a call: what each recorded call read is read again, and compared. */

import { fit } from "../change/apply.ts";
import type { Change } from "../change/change.ts";
import { decode } from "../codec/codec.ts";
import type { Key } from "../key/key.ts";
import { contentKey, type Dependency, NO_TRACE, packTrace, type Trace, unpackTrace } from "../trace/trace.ts";
import { type Entry, MOST_ENTRIES, writeEntries } from "./entry.ts";
import { type NamedKey, tellInvalid } from "./events.ts";
import type { Host } from "./host.ts";
import { isKeptUnder } from "./in-context.ts";
import type { LiveSite } from "./site.ts";

/** What the bytes of an entry hold. */
export interface DecodedEntry {
  readonly bytes: Uint8Array;
  /** Decoded for this call: no other call has the same objects. */
  readonly value: unknown;
  /** What the recorded call did to objects that were there before it. It is not done again yet. */
  readonly changes: readonly Change[];
  /** What the code that wrote to state outside calls that state; null if no code did. */
  readonly wrote: string | null;
}

/** An entry that answers a call: its dependencies have the answers that the recorded call got. */
export interface ValidEntry extends DecodedEntry {
  readonly entry: Entry;
  readonly trace: Trace;
}

/** Null if something that the value or a change refers to is not there. */
export function decodeEntry(bytes: Uint8Array, { walk }: Key): DecodedEntry | null {
  const decoded = decode(bytes, walk);
  if (decoded === null) return null;
  const changes = decoded.changes as readonly Change[];
  return fit(changes) ? { bytes, value: decoded.value, changes, wrote: decoded.wrote } : null;
}

/**
 * The first entry whose dependencies hold now, or null. Files that its call wrote are written again.
 * Entries whose call waited for its dependencies are left out: `Waits.forDependencies` looks at those.
 * @param verifies whether the body will run all the same
 */
export function findValid(
  host: Host,
  live: LiveSite,
  key: Key,
  entries: readonly Entry[],
  verifies: boolean,
): ValidEntry | null {
  let changed: Dependency | null = null;
  for (const entry of entries) {
    const held = hold(host, live, entry);
    if (held.kind === "changed") changed ??= held.dependency;
    if (held.kind !== "held") continue;
    const { trace, bytes } = held;
    const decoded = decodeEntry(bytes, key);
    if (!decoded || !rewriteFiles(host, trace, verifies)) continue;
    refresh(host, live, key, entries, held);
    return { entry, trace, ...decoded };
  }
  if (changed) {
    live.lastChange = host.outside.describeDependency(changed);
    live.lastChangedKey = key.hash;
    tellInvalid(live.label, key.hash, { kind: "dependency-changed", what: live.lastChange });
  }
  return null;
}

/** An entry whose dependencies hold now. Nothing of it is decoded yet, or done again. */
export interface HeldEntry {
  readonly kind: "held";
  readonly entry: Entry;
  readonly trace: Trace;
  readonly bytes: Uint8Array;
  /** Its dependencies with fresh fingerprints, if some have one. */
  readonly refreshed: Dependency[] | null;
}

/** Whether an entry may answer a call, or which dependency of it has changed. */
type Holding =
  | HeldEntry
  | { readonly kind: "changed"; readonly dependency: Dependency }
  | { readonly kind: "unusable" };

const UNUSABLE: Holding = { kind: "unusable" };

export function hold(host: Host, live: LiveSite, entry: Entry): Holding {
  if (entry.waits) return UNUSABLE;
  if (entry.trace.byteLength === 0) {
    return { kind: "held", entry, trace: NO_TRACE, bytes: entry.value, refreshed: null };
  }
  const { outside } = host;
  const trace = unpackTrace(entry.trace);
  live.stats.dependencies = Math.max(live.stats.dependencies, trace.dependencies.length);
  const validated = validate(trace, (one) => outside.revalidate(one));
  if (validated.changed) return { kind: "changed", dependency: validated.changed };
  const bytes = outside.canPrint(trace.output) ? valueBytes(host, live, entry) : undefined;
  return bytes === undefined ? UNUSABLE : { kind: "held", entry, trace, bytes, refreshed: validated.refreshed };
}

/** Stores the fresh fingerprints, so that the next validation needs no file content. */
export function refresh(
  { store }: Host,
  { owner }: LiveSite,
  key: NamedKey,
  entries: readonly Entry[],
  { entry, trace, refreshed }: HeldEntry,
): void {
  // Putting an entry again would make it young: where the owner has a time to live, the old fingerprints stay.
  if (refreshed === null || owner.ttl !== Number.POSITIVE_INFINITY || !isKeptUnder(key)) return;
  const packed = packTrace({ ...trace, dependencies: refreshed });
  // In a context, entries that were kept outside of it may be among them, and make more than a key may have.
  const renewed = entries.map((one) => (one === entry ? { ...entry, trace: packed } : one)).slice(0, MOST_ENTRIES);
  store()?.put(key.hash, writeEntries(key, renewed), { owner, cost: entry.cost, shared: 0 });
}

/** The bytes of an entry's value; undefined if they have a record of their own, and that is gone. */
export function valueBytes({ store }: Host, live: LiveSite, { cost, value, valueAt }: Entry): Uint8Array | undefined {
  return valueAt === "" ? value : store()?.get(valueAt, live.owner, { form: "value", worth: cost });
}

/**
 * Writes the files again that a call wrote: all of them, or none. Answers whether they are written.
 * @param verifies whether the body will run all the same: it writes by itself then, and nothing is written here
 */
export function rewriteFiles({ outside, store }: Host, trace: Trace, verifies: boolean): boolean {
  if (!trace.writes) return true;
  return verifies ? outside.canRestore(trace) : outside.restore(trace, (hash) => store()?.get(contentKey(hash)));
}

/**
 * Reads the dependencies again, in the order of the call, up to the first one with another answer.
 * @returns the one with another answer; or else all of them, if some have a new fingerprint
 */
function validate(
  { dependencies, writes = [] }: Trace,
  revalidate: (one: Dependency) => Dependency | null,
): { readonly changed: Dependency | null; readonly refreshed: Dependency[] | null } {
  let refreshed: Dependency[] | null = null;
  // Each hit writes these files again, and changes their fingerprints: to store those would be a write to the store at every hit, for nothing.
  const written = new Set(writes.map(({ action }) => action[1]));
  for (const [index, dependency] of dependencies.entries()) {
    if (dependency.selfWritten) continue;
    const now = revalidate(dependency);
    if (now === null) return { changed: dependency, refreshed: null };
    if (now === dependency || written.has(dependency.query[1])) continue;
    refreshed ??= [...dependencies];
    refreshed[index] = now;
  }
  return { changed: null, refreshed };
}
