/** How many entries a function may have: an index of its keys stands among the store's own records. */
import { hashText } from "../../hash.ts";
import { KEY_SIZE } from "../lmdb/pages.ts";
import type { Reader } from "../lmdb/reader.ts";
import { type Batch, type Change, HEAD, keyOf } from "./batch.ts";
import { bytesOf, OWN, recordOf } from "./own-records.ts";
import { BLOB, INDEX, maxEntriesAt, readStamp, STAMP, type Stamped, stamped } from "./stamp.ts";

/**
 * Drops the oldest entries of functions that may only have so many.
 * @param own gets the index of each such function, and the removals
 * @returns the changes that are left
 */
export function limitEntries(
  reader: Reader | undefined,
  batch: Batch,
  changes: readonly Change[],
  own: Map<string, Stamped | undefined>,
): readonly Change[] {
  let left = changes;
  const fresh = new Map<number, { max: number; keys: string[] }>();
  for (const change of changes) {
    // Most have no limit: a stamp read whole for each would cost a tenth of the writing.
    if (change.size < HEAD + STAMP || maxEntriesAt(batch.bytes, change.value + HEAD) === 0) continue;
    const stamp = readStamp(batch.bytes, change.value + HEAD);
    if (stamp === undefined || stamp.kind === BLOB) continue;
    const group = fresh.get(stamp.owner) ?? { max: stamp.maxEntries, keys: [] };
    group.keys.push(keyOf(batch, change).toString("hex"));
    fresh.set(stamp.owner, group);
  }
  for (const [owner, { max, keys }] of fresh) {
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
    const staying: Change[] = [];
    for (const change of left) {
      if (!dropped.has(keyOf(batch, change).toString("hex"))) staying.push(change);
    }
    left = staying;
    for (const key of dropped) if (reader?.has(bytesOf(key))) own.set(key, undefined);
  }
  return left;
}

/** The keys in an index, oldest first. */
function keysIn(index: Buffer | undefined): Set<string> {
  const keys = new Set<string>();
  for (let at = 0; index && at + KEY_SIZE <= index.length; at += KEY_SIZE) {
    keys.add(index.toString("hex", at, at + KEY_SIZE));
  }
  return keys;
}
