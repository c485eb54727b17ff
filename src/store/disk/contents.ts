/**
 * What a store holds, for those who look at it from outside: the `dumbo` command. Nothing of this is part of a program's run.
 * Everything is read as any program reads it, without a lock; what others write meanwhile may be missing.
 */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { verifyAll } from "../lmdb/check-pages.ts";
import { DamagedError } from "../lmdb/pages.ts";
import { Reader } from "../lmdb/reader.ts";
import { HEAD, isRecord } from "./batch.ts";
import { listBlobs, readBlob } from "./blobs.ts";
import { storeFolder } from "./directory.ts";
import { openDiskStore } from "./disk.ts";
import { exclusively } from "./lock.ts";
import { BLOB, ENTRY, POINTER, readStamp, STAMP } from "./stamp.ts";
import { type Item, sweep } from "./sweep.ts";
import { readUsed, type UsedByProcess } from "./used-log.ts";
import { readUses } from "./uses.ts";
import { DATA, WRITER_LOCK } from "./writer.ts";

const DAY = 24 * 3600 * 1000;
const KEY_RANGE = 65536;

/** A record that a program has put, as the store's pages have it. */
export interface StoredItem {
  /** 32 hexadecimal digits. */
  readonly key: string;
  /** Of the function that it belongs to. */
  readonly owner: number;
  /** Of the record, with what it has in a file of its own. */
  readonly bytes: number;
  /** Bytes at its end that are in a file of their own, which others may share. */
  readonly shared: number;
  /** Milliseconds that computing it took. */
  readonly cost: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** How often it was found, roughly; and on which day last, in milliseconds since 1970, or null. */
  readonly found: number;
  readonly lastFound: number | null;
  readonly maxEntries: number;
  /** The first bytes of the record. */
  readonly start: Uint8Array;
}

/** Told how far a walk through the store is: from 0 to 1. */
export type OnPart = (part: number) => void;

/**
 * All records that programs have put; none where there is no store.
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
      const last = page.at(-1);
      if (last) onPart(last.key.readUInt16BE(0) / KEY_RANGE);
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

/** What processes have found or put, the latest last. */
export function usedByProcesses(directory: string): UsedByProcess[] {
  return readUsed(storeFolder(directory));
}

/** Opens the records themselves, for reading. */
export function openForReading(directory: string): { readonly get: (key: string) => Uint8Array | undefined } {
  const store = openDiskStore(directory, () => {}, { readOnly: true });
  return { get: (key) => store.get(key) };
}

/** Shows all records of entries and values that are whole. That they were read counts as no use. */
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

/** Opens the store for writing; what is put or removed is written by `flush`. */
export function openForWriting(directory: string, maxSize: number, report: (line: string) => void) {
  return openDiskStore(directory, report, { maxSize });
}

/** What a check has found. */
export interface Checked {
  readonly records: number;
  /** Records whose checksum is wrong. */
  readonly damaged: readonly string[];
  /** Records whose value's file is gone, or not what it was. */
  readonly incomplete: readonly string[];
  /** What is wrong with the file as a whole, or null. */
  readonly trouble: string | null;
}

/** Reads everything that is stored, and compares it with its checksums. Programs do that for each record that they use. */
export function checkStore(directory: string, onPart: OnPart): Checked {
  const folder = storeFolder(directory);
  const damaged: string[] = [];
  const incomplete: string[] = [];
  let records = 0;
  let trouble: string | null = null;
  try {
    withReader(folder, (reader) => {
      verifyAll(reader);
      sweep(reader, undefined, (page) => {
        for (const { key, stamp } of page) {
          if (stamp === undefined || stamp.kind === BLOB) continue;
          records++;
          const own = Buffer.from(key);
          const record = reader.get(own, isRecord);
          if (record === undefined) damaged.push(own.toString("hex"));
          else if (stamp.kind === POINTER && !hasBlob(folder, record)) incomplete.push(own.toString("hex"));
        }
        const last = page.at(-1);
        if (last) onPart(last.key.readUInt16BE(0) / KEY_RANGE);
        return true;
      });
    });
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    trouble = error.message;
  }
  return { records, damaged, incomplete, trouble };
}

function hasBlob(folder: string, record: Buffer): boolean {
  if (readStamp(record, HEAD)?.kind !== POINTER) return true;
  const rest = record.subarray(HEAD + STAMP);
  const bytes = Buffer.allocUnsafeSlow(rest.readUInt32LE(16));
  return readBlob(folder, rest.toString("hex", 0, 16), bytes, 0);
}

function withReader(folder: string, work: (reader: Reader) => void): void {
  const reader = Reader.open(join(folder, DATA));
  if (reader === undefined) return;
  try {
    work(reader);
  } finally {
    reader.close();
  }
}

/** Bytes of the store's file and of the values beside it, and of everything else in the cache directory. */
export interface DirectorySize {
  readonly store: number;
  readonly others: number;
}

export function directorySize(directory: string): DirectorySize {
  const folder = storeFolder(directory);
  const blobs = listBlobs(folder).reduce((sum, { size }) => sum + size, 0);
  const store = blobs + (statSync(join(folder, DATA), { throwIfNoEntry: false })?.size ?? 0);
  let others = 0;
  if (existsSync(directory)) {
    for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
      const path = join(directory, name);
      if (path.startsWith(folder)) continue;
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats?.isFile()) others += stats.size;
    }
  }
  return { store, others };
}

/** What dumbo makes in a cache directory; anything else that lies there is somebody else's. */
const MADE =
  /^(v\d+-.*|transforms|packs|packages|files|compiled|prepare|remote|rest|(profile|omit|modules|saved|distrusted|runs|times|timeline)\.json|keys\.log)$/;

/**
 * Removes everything that dumbo has made in a cache directory.
 * @returns false if other programs are writing
 */
export function clearDirectory(directory: string): boolean {
  const folder = storeFolder(directory);
  const remove = () => {
    for (const name of readdirSync(directory)) {
      if (MADE.test(name)) rmSync(join(directory, name), { recursive: true, force: true });
    }
  };
  if (!existsSync(folder)) {
    remove();
    return true;
  }
  return exclusively(join(folder, WRITER_LOCK), remove);
}
