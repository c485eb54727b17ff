/**
 * Keeps functions to the number of entries that they may have. For each function with such a limit, the store has an index: a record of
 * its own that lists the keys of the function's entries.
 */
import { hashText } from "../../hash.ts";
import { KEY_SIZE } from "../lmdb/pages.ts";
import type { Reader } from "../lmdb/reader.ts";
import { type Batch, type Change, HEAD, keyOf } from "./batch.ts";
import { bytesOf, OWN, recordOf } from "./own-records.ts";
import { BLOB, INDEX, maxEntriesAt, readStamp, STAMP, type Stamped, stamped } from "./stamp.ts";

/** The keys of a batch that belong to one function. */
interface Group {
  readonly max: number;
  readonly keys: string[];
}

/**
 * Drops the oldest entries of functions that would have too many.
 * @param own gets the new index of each function with a limit, and removals of entries in the store
 * @returns the changes of the batch, without entries that are dropped at once
 */
export function limitEntries(
  reader: Reader | undefined,
  batch: Batch,
  changes: readonly Change[],
  own: Map<string, Stamped | undefined>,
): readonly Change[] {
  let left = changes;
  for (const [owner, group] of limitedKeys(batch, changes)) {
    const dropped = updateIndex(reader, owner, group, own);
    const staying: Change[] = [];
    for (const change of left) {
      if (!dropped.has(keyOf(batch, change).toString("hex"))) staying.push(change);
    }
    left = staying;
    for (const key of dropped) if (reader?.has(bytesOf(key))) own.set(key, undefined);
  }
  return left;
}

/** The keys of the batch that belong to functions with a limit, by function. */
function limitedKeys(batch: Batch, changes: readonly Change[]): Map<number, Group> {
  const groups = new Map<number, Group>();
  for (const change of changes) {
    // Most functions have no limit. Reading the whole stamp of each change would cost a tenth of the writing.
    if (change.size < HEAD + STAMP || maxEntriesAt(batch.bytes, change.value + HEAD) === 0) continue;
    const stamp = readStamp(batch.bytes, change.value + HEAD);
    if (stamp === undefined || stamp.kind === BLOB) continue;
    const group = groups.get(stamp.owner) ?? { max: stamp.maxEntries, keys: [] };
    group.keys.push(keyOf(batch, change).toString("hex"));
    groups.set(stamp.owner, group);
  }
  return groups;
}

/** Adds a function's new keys to its index, and takes out the oldest if there are too many. @returns the keys that were taken out */
function updateIndex(
  reader: Reader | undefined,
  owner: number,
  { max, keys }: Group,
  own: Map<string, Stamped | undefined>,
): Set<string> {
  const index = hashText(`entries of ${owner}`);
  const all = keysIn(reader && recordOf(reader, index));
  for (const key of keys) {
    all.delete(key);
    all.add(key);
  }
  const dropped = new Set<string>();
  for (const key of all) {
    if (all.size <= max) break;
    all.delete(key);
    dropped.add(key);
  }
  let kept = "";
  for (const key of all) kept += key;
  own.set(index, stamped(INDEX, bytesOf(kept), OWN));
  return dropped;
}

/** The keys in an index, the oldest first. */
function keysIn(index: Buffer | undefined): Set<string> {
  const keys = new Set<string>();
  for (let at = 0; index && at + KEY_SIZE <= index.length; at += KEY_SIZE) {
    keys.add(index.toString("hex", at, at + KEY_SIZE));
  }
  return keys;
}
