/** Writes what is stored of a call: its entry among the others of its key, and in records of their own a large value and files that it wrote. */
import { hashText } from "../hash.ts";
import type { RecordInfo } from "../store/store.ts";
import type { Frame } from "../trace/frames.ts";
import { contentKey, dependencyText, sameDependencies, unpackTrace } from "../trace/trace.ts";
import { keepAlias } from "./alias.ts";
import type { Miss } from "./call.ts";
import { type Entry, isApart, readEntries, withEntry, writeEntries } from "./entry.ts";
import { tellStored } from "./events.ts";
import type { Host } from "./host.ts";
import type { LiveSite } from "./site.ts";

/** Stores an entry beside those that the key has, or in their place. */
export function putEntry(host: Host, live: LiveSite, { key, alias }: Miss, { recording }: Frame, entry: Entry): void {
  const store = host.store();
  const { owner } = live;
  const { cost } = entry;
  // Entries whose dependencies had other answers are kept; the one with the same answers is replaced. But where the owner has a time
  // to live, the other entries go: to put them again would make them young.
  const isOneOfMany = entry.trace.byteLength > 0 && owner.ttl === Number.POSITIVE_INFINITY;
  const record = isOneOfMany ? store?.get(key.hash) : undefined;
  const valueAt = isApart(entry) ? hashText(`${key.hash} ${dependencyText(unpackTrace(entry.trace))}`) : "";
  // Files that a call wrote stay on this machine, and so does an entry that leads to them.
  const stays = recording.contents.size > 0 || (recording.trace.writes?.length ?? 0) > 0;
  if (valueAt !== "") {
    const meta = partMeta(live, cost, entry.value);
    store?.put(valueAt, entry.value, stays ? meta : { ...meta, travels: "value" });
  }
  for (const [hash, bytes] of recording.contents) {
    store?.put(contentKey(hash), bytes, partMeta(live, cost, bytes));
  }
  const added = valueAt === "" ? entry : { ...entry, value: new Uint8Array(0), valueAt };
  const entries = withEntry(record ? readEntries(record) : [], added, hasSameDependencies);
  // The store shares equal ends of records: the value is the end of the record only if there is one entry.
  const shared = entries.length === 1 ? added.value.byteLength : 0;
  store?.put(key.hash, writeEntries(key, entries), { owner, cost, shared, ...(!stays && { travels: "entry" }) });
  if (alias) keepAlias(store, owner, alias, key.hash, cost);
  tellStored(live.label, key, cost, entry.value.byteLength);
}

function hasSameDependencies(a: Uint8Array, b: Uint8Array): boolean {
  return sameDependencies(unpackTrace(a), unpackTrace(b));
}

/** What the store is told of a part of an entry with a record of its own. */
function partMeta({ owner }: LiveSite, cost: number, part: Uint8Array): RecordInfo {
  return { owner: { ...owner, maxEntries: 0 }, cost, shared: part.byteLength };
}
