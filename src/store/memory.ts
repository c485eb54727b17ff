/** The tier in front of the disk: the records that this process has seen. Its bytes are bounded; the least recently used go first. */
import { isFresh, NOBODY, type Owner, type Store, type StoredRecord } from "./store.ts";

const DEFAULT_BYTES = 64 * 1024 * 1024;
/** The memory of an entry beside its bytes: the key, the slot in the Map, the header of the array. */
const OVERHEAD = 200;
/** The largest record that is kept. Reading a larger one from the disk again costs little more than copying it. */
const LARGEST = 1024 * 1024;

export interface MemoryStore extends Store {
  find(key: string, owner: Owner): StoredRecord | undefined;
  /** Keeps a copy of a record that another store had. */
  keep(key: string, found: StoredRecord): void;
}

/**
 * A store in memory. It keeps the arrays that `put` is given, so callers must not change them afterwards.
 * @param maxBytes of all records with their overhead
 */
export function createMemoryStore(maxBytes: number = DEFAULT_BYTES): MemoryStore {
  // A Map iterates in insertion order, so the first key is the least recently used one.
  const records = new Map<string, StoredRecord>();
  let bytes = 0;

  function drop(key: string): void {
    const known = records.get(key);
    if (known === undefined) return;
    records.delete(key);
    bytes -= known.record.byteLength + OVERHEAD;
  }

  function fits(record: Uint8Array): boolean {
    return record.byteLength + OVERHEAD <= Math.min(maxBytes / 4, LARGEST);
  }

  function add(key: string, found: StoredRecord): void {
    drop(key);
    if (!fits(found.record)) return;
    records.set(key, found);
    bytes += found.record.byteLength + OVERHEAD;
    for (const oldest of records.keys()) {
      if (bytes <= maxBytes) break;
      drop(oldest);
    }
  }

  function find(key: string, owner: Owner): StoredRecord | undefined {
    const known = records.get(key);
    if (known === undefined) return undefined;
    records.delete(key);
    if (!isFresh(known.created, owner)) {
      bytes -= known.record.byteLength + OVERHEAD;
      return undefined;
    }
    records.set(key, known);
    return { record: new Uint8Array(known.record), created: known.created };
  }

  return {
    get: (key, owner = NOBODY) => find(key, owner)?.record,
    find,
    put: (key, record) => add(key, { record, created: Date.now() / 1000 }),
    keep(key, { record, created }) {
      // A copy, because the caller may hand out views of the record that it was given.
      if (fits(record)) add(key, { record: new Uint8Array(record), created });
    },
    remove: drop,
    begin: () => ({ kind: "nobody's" }),
    leave() {},
    isUnderWay: () => false,
    finish() {},
    keepUp() {},
    flush() {},
    waited: 0,
    close() {
      records.clear();
      bytes = 0;
    },
  };
}
