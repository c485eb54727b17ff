/** The tier in front of the disk: records that this process has seen, bounded by bytes, least recently used out. */
import type { Store } from "./store.ts";

const DEFAULT_BYTES = 64 * 1024 * 1024;
/** What an entry costs besides its bytes: key, Map slot, array header. */
const OVERHEAD = 200;

/**
 * A store in memory. It keeps the arrays it is given: do not change them afterwards.
 * @param maxBytes bound for the records and their overhead; a record larger than a quarter of it is not kept
 */
export function createMemoryStore(maxBytes: number = DEFAULT_BYTES): Store {
  // A Map iterates in insertion order, so the first key is the least recently used one.
  const records = new Map<string, Uint8Array>();
  let bytes = 0;

  function drop(key: string): void {
    const record = records.get(key);
    if (record === undefined) return;
    records.delete(key);
    bytes -= record.byteLength + OVERHEAD;
  }

  return {
    get(key) {
      const record = records.get(key);
      if (record === undefined) return undefined;
      records.delete(key);
      records.set(key, record);
      return new Uint8Array(record);
    },
    put(key, record) {
      drop(key);
      const size = record.byteLength + OVERHEAD;
      if (size > maxBytes / 4) return;
      records.set(key, record);
      bytes += size;
      for (const oldest of records.keys()) {
        if (bytes <= maxBytes) break;
        drop(oldest);
      }
    },
    remove: drop,
    flush() {},
    close() {
      records.clear();
      bytes = 0;
    },
  };
}
