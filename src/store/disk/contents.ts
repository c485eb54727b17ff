/**
 * Lists and opens the records of a store, for the `dumbo` command and for walks over what functions have stored. Everything is read
 * without a lock, as programs do: a record that another process writes meanwhile may be missing.
 */
import { join } from "node:path";
import { Reader } from "../lmdb/reader.ts";
import { storeFolder } from "./directory.ts";
import { openDiskStore } from "./disk.ts";
import { ENTRY, POINTER } from "./stamp.ts";
import { type Item, sweep } from "./sweep.ts";
import { readUsed, type UsedByProcess } from "./used-log.ts";
import { readUses } from "./uses.ts";
import { DATA } from "./writer.ts";

const DAY = 24 * 3600 * 1000;
const KEY_RANGE = 65536;

/** A record that a program has put. Its checksum is not compared. */
export interface StoredItem {
  /** 32 hexadecimal digits. */
  readonly key: string;
  /** The id of the function that it belongs to. */
  readonly owner: number;
  /** Bytes that the record takes, with its blob. */
  readonly bytes: number;
  /** Bytes of its blob, which other records may share; 0 if it has none. */
  readonly shared: number;
  /** Milliseconds that computing it took. */
  readonly cost: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** How often it was found, roughly, and the day on which it was last found (milliseconds since 1970), or null. */
  readonly found: number;
  readonly lastFound: number | null;
  readonly maxEntries: number;
  /** The first bytes of the record. */
  readonly start: Uint8Array;
}

/** Is told how far a walk through the store has come, from 0 to 1. */
export type OnPart = (part: number) => void;

/**
 * All records that programs have put; none if there is no store.
 * @throws {DamagedError}
 */
export function listItems(directory: string, onPart: OnPart = () => {}): StoredItem[] {
  const folder = storeFolder(directory);
  const uses = readUses(folder);
  const items: StoredItem[] = [];
  withReader(folder, (reader) => {
    sweep(reader, undefined, (page) => {
      for (const item of page) {
        const one = itemOf(item);
        if (one === null) continue;
        const { count, day } = uses.of(item.key);
        items.push({ ...one, found: count, lastFound: count > 0 ? day * DAY : null });
      }
      tellPart(page, onPart);
      return true;
    });
  });
  return items;
}

function itemOf({ key, size, stamp, start }: Item): Omit<StoredItem, "found" | "lastFound"> | null {
  if (stamp === undefined || (stamp.kind !== ENTRY && stamp.kind !== POINTER)) return null;
  const shared = stamp.kind === POINTER ? start.readUInt32LE(16) : 0;
  return {
    key: Buffer.from(key).toString("hex"),
    owner: stamp.owner,
    bytes: size + shared,
    shared,
    cost: stamp.cost,
    created: stamp.created * 1000,
    maxEntries: stamp.maxEntries,
    start: stamp.kind === POINTER ? start.subarray(20) : start,
  };
}

/** Which records processes have found or put, the latest process last. */
export function usedByProcesses(directory: string): UsedByProcess[] {
  return readUsed(storeFolder(directory));
}

/** Opens the store for reading. */
export function openForReading(directory: string): { readonly get: (key: string) => Uint8Array | undefined } {
  const store = openDiskStore(directory, () => {}, { readOnly: true });
  return { get: (key) => store.get(key) };
}

/** Visits all whole records. That does not count as a use of them. */
export function visitRecords(directory: string, visit: (key: string, record: Uint8Array) => void): void {
  const items = listItems(directory);
  if (items.length === 0) return;
  const store = openDiskStore(directory, () => {}, { readOnly: true });
  try {
    for (const { key } of items) {
      const record = store.get(key);
      if (record !== undefined) visit(key, record);
    }
  } finally {
    store.close();
  }
}

/** Opens the store for writing. What is put or removed is written by `flush`. */
export function openForWriting(directory: string, maxSize: number, report: (line: string) => void) {
  return openDiskStore(directory, report, { maxSize });
}

/** Tells how far a walk has come. Keys are hashes, so the first bytes of the last one say it. */
export function tellPart(page: readonly Item[], onPart: OnPart): void {
  const last = page.at(-1);
  if (last) onPart(last.key.readUInt16BE(0) / KEY_RANGE);
}

/** Opens the store's file for some work; does nothing if there is none. */
export function withReader(folder: string, work: (reader: Reader) => void): void {
  const reader = Reader.open(join(folder, DATA));
  if (reader === undefined) return;
  try {
    work(reader);
  } finally {
    reader.close();
  }
}
