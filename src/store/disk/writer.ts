/**
 * The way into the store's file: what is checked before lmdb sees it, what gives way, and what is kept account of.
 * Everything here happens while nobody else writes (lock.ts). Loops rather than `map` and `filter`, here and in what it
 * calls: this also runs in programs that have replaced those.
 */
import { accessSync, constants, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { hashText } from "../../hash.ts";
import { type FreePages, verifyAll, verifyLeaves, verifyPaths } from "../lmdb/check-pages.ts";
import { DamagedError, emptyStore, KEY_SIZE } from "../lmdb/pages.ts";
import { Reader } from "../lmdb/reader.ts";
import { type Evicted, NOBODY } from "../store.ts";
import { WriteError, writeBatches } from "./addon.ts";
import { type Batch, type Change, encodeBatch, HEAD, isRecord, keyOf } from "./batch.ts";
import { listBlobs, removeBlob } from "./blobs.ts";
import { chooseVictims, type Victim, type Victims } from "./evict.ts";
import { BLOB, INDEX, kindAt, maxEntriesAt, readStamp, STAMP, type Stamped, stamped, TOTALS } from "./stamp.ts";
import { advance, noteNew, readUses } from "./uses.ts";

export const DATA = "store.mdb";
export const WRITER_LOCK = "writer";
/** lmdb chooses this name. */
const LMDB_LOCK = "store.mdb-lock";
/** Enough for lmdb's lock file with the fewest readers; it would grow it in a way that a full disk makes fatal. */
const LMDB_LOCK_SIZE = 8192;
/** What lmdb says of a file that it cannot go on with: MDB_PAGE_NOTFOUND to MDB_INVALID, MDB_BAD_TXN, MDB_PROBLEM. */
const BROKEN = new Set([-30797, -30796, -30795, -30793, -30782, -30779]);

const TOTALS_KEY = `${"0".repeat(31)}1`;
/** Nothing is ever kept there. */
const SPARE_KEY = `${"0".repeat(31)}2`;
const NOTHING_FREE: FreePages = { all: 0, usable: 0, isFragile: false };
const OWN = { owner: NOBODY, cost: 0, shared: 0 };
/** Above this, a value has pages of its own. */
const INLINE = 2000;
/** Bytes that a change copies: the page that it is on. */
const COPIED = 4096;
/** How much the pages of a tree hold of what they could. */
const FILL = 0.7;
/**
 * What one transaction may add, as a share of the bound: lmdb copies each page that it changes, and what it leaves is
 * free two commits later.
 */
const SHARE = 1 / 256;
/** Records of a transaction, at least. */
const FEWEST = 16;
/**
 * What is kept free for that, as a share of the pages in use. Long records need pages in a row, which lmdb finds only
 * if it has many to choose from: measured, it makes the file longer while less than an eighth is free.
 */
const SPARE = 1 / 6;
/** How far the bound may be passed by. */
const TOLERANCE = 1.02;
/** Pages that a change sets free, at most: those on the way to its leaf, and a long value's. */
const FREED = 8;
/** Bytes of a page in the list of free pages. */
const LIST_ITEM = 8;
/** Bytes of such a list, at least. */
const SPARE_LEAST = 8 * 4096;
/** How many free pages there have to be for each that is needed in a row with others. */
const SCATTERED = 6;

export interface Limits {
  /** Bytes of the file and of the blobs beside it. */
  readonly maxSize: number;
  /** Told what gave way. */
  readonly onEvict: (evicted: readonly Evicted[]) => void;
}

/** What a transaction will do. */
interface Plan {
  changes: readonly Change[];
  /** The store's own records. */
  readonly own: Map<string, Stamped | undefined>;
  victims: Victims | undefined;
  /** Bytes in a row that lmdb shall have for its list of free pages; 0 if it needs none. */
  spare: number;
}

/** A file that the next transaction makes known. */
interface NewBlob {
  readonly hash: string;
  readonly size: number;
}

export class Writer {
  readonly #folder: string;
  readonly #data: string;
  readonly #limits: Limits;

  constructor(folder: string, limits: Limits) {
    this.#folder = folder;
    this.#data = join(folder, DATA);
    this.#limits = limits;
  }

  /** Writes a batch, and removes what has to give way for it. */
  write(batch: Batch): void {
    const most = this.#limits.maxSize * SHARE;
    const { changes } = batch;
    for (let from = 0, to = 0; from < changes.length; from = to) {
      let bytes = 0;
      while (to < changes.length && (to < from + FEWEST || (to - from) * COPIED < most)) {
        bytes += (changes[to] as Change).size;
        if (to > from && bytes > most) break;
        to++;
      }
      this.#writePart({ bytes: batch.bytes, changes: changes.slice(from, to) });
    }
  }

  #writePart(batch: Batch): void {
    const plan = this.#plan(batch);
    if (plan.changes.length + plan.own.size + victimsOf(plan).length === 0) return;
    if (plan.spare > 0) plan.own.set(SPARE_KEY, undefined);
    const own = encodeBatch(plan.own);
    this.#makeFiles();
    try {
      const batches = [{ bytes: batch.bytes, changes: plan.changes }, own];
      const removed: Buffer[] = [];
      for (const { id } of victimsOf(plan)) removed.push(id);
      const spare = plan.spare > 0 ? { key: bytesOf(SPARE_KEY), bytes: plan.spare } : undefined;
      writeBatches(this.#data, batches, removed, spare);
    } catch (error) {
      if (error instanceof WriteError && error.code !== undefined && BROKEN.has(error.code)) this.#discard();
      throw error;
    }
    this.#afterwards(batch, plan);
  }

  /**
   * Looks whether lmdb may be let loose on the file, which it does not survive if there is damage; if not, the file is
   * given up.
   */
  #plan(batch: Batch): Plan {
    let reader: Reader | undefined;
    try {
      reader = Reader.open(this.#data);
      if (reader !== undefined) this.#checkOnce(reader);
      return this.#planWith(reader, batch);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      this.#discard();
      return this.#planWith(undefined, batch);
    } finally {
      reader?.close();
    }
  }

  /** After a restart of the machine, pages may be missing: commits are not synced to the disk. */
  #checkOnce(reader: Reader): void {
    const started = Date.now() - uptime() * 1000;
    if (statSync(this.#data).mtimeMs < started) verifyAll(reader);
  }

  #planWith(reader: Reader | undefined, batch: Batch): Plan {
    const free = reader === undefined ? NOTHING_FREE : verifyPaths(reader, keysOf(batch, batch.changes));
    const changes: Change[] = [];
    for (const change of batch.changes) {
      if (change.size > 0 || reader?.has(keyOf(batch, change))) changes.push(change);
    }
    const plan: Plan = { changes, own: new Map(), victims: undefined, spare: 0 };
    limitOwners(reader, batch, plan);
    this.#makeRoom(reader, batch, plan, free);
    if (reader !== undefined) {
      const keys: Buffer[] = [];
      for (const key of plan.own.keys()) keys.push(bytesOf(key));
      if (free.isFragile) {
        const count = free.all + (plan.changes.length + plan.own.size + victimsOf(plan).length) * FREED;
        plan.spare = 2 * count * LIST_ITEM + SPARE_LEAST;
        keys.push(bytesOf(SPARE_KEY));
      }
      verifyLeaves(reader, keys);
    }
    return plan;
  }

  #makeRoom(reader: Reader | undefined, batch: Batch, plan: Plan, free: FreePages): void {
    const { maxSize } = this.#limits;
    const { pageSize, lastPage } = reader?.meta ?? { pageSize: 4096, lastPage: 1 };
    const newBlobs = this.#newBlobs(reader, batch, plan.changes);
    const blobs = this.#blobBytes(reader, newBlobs);
    let newBytes = 0;
    for (const { size } of newBlobs) newBytes += size;
    let added = 0;
    for (const { size } of plan.changes) added += spaceFor(size, pageSize);
    const file = (lastPage + 1) * pageSize;
    const pages = file - free.all * pageSize;
    const others = blobs + added + newBytes;
    const isOver = (share: number) => pages * (1 + share) + others > maxSize;
    let freedBlobs = 0;
    if (isOver(SPARE) && reader !== undefined) {
      // As much as comes; more, if that leaves too many pages half empty.
      const needed = (isOver(SPARE / 2) ? 2 : 1) * (added + newBytes);
      const spared = new Set<string>([SPARE_KEY]);
      for (const key of keysOf(batch, plan.changes)) spared.add(key.toString("hex"));
      plan.victims = chooseVictims(reader, readUses(this.#folder), needed, spared);
      for (const { kind, bytes, key } of plan.victims.items) {
        if (kind === BLOB) freedBlobs += bytes;
        plan.own.delete(key);
      }
    }
    // What gives way now is free only after the next commit: until then the file may grow.
    const copied = (plan.changes.length + victimsOf(plan).length) * pageSize;
    // Long records need pages in a row: at the bound, only a part of what is free will do.
    const usable = (free.usable * pageSize) / (file > maxSize ? SCATTERED : 1);
    const growth = Math.max(0, added + copied - usable) + newBytes - freedBlobs;
    const fits = growth <= 0 || file + blobs + growth <= maxSize * TOLERANCE;
    if (!fits) {
      plan.changes = [];
      for (const { hash } of newBlobs) removeBlob(this.#folder, hash);
    }
    const now = Math.max(0, blobs + (fits ? newBytes : 0) - freedBlobs);
    if (now !== blobs || newBlobs.length > 0) for (const [key, record] of totalsRecord(now)) plan.own.set(key, record);
  }

  /** What the files take that are not new. */
  #blobBytes(reader: Reader | undefined, fresh: readonly NewBlob[]): number {
    const totals = reader && recordOf(reader, TOTALS_KEY);
    if (totals && totals.length >= 8) return Math.max(0, totals.readDoubleLE(0));
    if (reader !== undefined && fresh.length === 0) return 0;
    // Nothing is known yet, or not any more.
    const known = new Set<string | undefined>();
    for (const { hash } of fresh) known.add(hash);
    let bytes = 0;
    for (const { hash, size } of listBlobs(this.#folder)) if (!known.has(hash)) bytes += size;
    return bytes;
  }

  #newBlobs(reader: Reader | undefined, batch: Batch, changes: readonly Change[]): NewBlob[] {
    const found: NewBlob[] = [];
    for (const change of changes) {
      if (change.size < HEAD + STAMP || kindAt(batch.bytes, change.value + HEAD) !== BLOB) continue;
      const key = keyOf(batch, change);
      if (reader?.has(key)) continue;
      found.push({ hash: key.toString("hex"), size: batch.bytes.readUInt32LE(change.value + HEAD + STAMP) });
    }
    return found;
  }

  #afterwards(batch: Batch, { changes, victims }: Plan): void {
    for (const { kind, key } of victims?.items ?? []) if (kind === BLOB) removeBlob(this.#folder, key);
    if (victims) advance(this.#folder, victims.clock, victims.hand);
    noteNew(this.#folder, keysOf(batch, changes));
    if (victims && victims.items.length > 0) this.#limits.onEvict(victims.items);
  }

  #discard(): void {
    for (const name of [DATA, LMDB_LOCK]) {
      const path = join(this.#folder, name);
      if (statSync(path, { throwIfNoEntry: false })) unlinkSync(path);
    }
  }

  /**
   * Makes both files, with bytes of their own on the disk, and looks whether they may be written. lmdb would do so too,
   * but it does not survive a failure while it opens them, nor what a program's own `fs.writeSync` may have made of them.
   */
  #makeFiles(): void {
    const lock = join(this.#folder, LMDB_LOCK);
    if (sizeOf(this.#data) === 0) make(this.#data, emptyStore());
    if (sizeOf(lock) < LMDB_LOCK_SIZE) make(lock, Buffer.alloc(LMDB_LOCK_SIZE));
    for (const path of [this.#data, lock]) accessSync(path, constants.R_OK | constants.W_OK);
  }
}

/** The record of what all blobs take together. */
export function totalsRecord(bytes: number): Map<string, Stamped> {
  return new Map([[TOTALS_KEY, stamped(TOTALS, numberBytes(bytes), OWN)]]);
}

function keysOf(batch: Batch, changes: readonly Change[]): Buffer[] {
  const keys: Buffer[] = [];
  for (const change of changes) keys.push(keyOf(batch, change));
  return keys;
}

function victimsOf({ victims }: Plan): readonly Victim[] {
  return victims?.items ?? [];
}

/** Drops the oldest entries of functions that may only have so many. */
function limitOwners(reader: Reader | undefined, batch: Batch, plan: Plan): void {
  const fresh = new Map<number, { max: number; keys: string[] }>();
  for (const change of plan.changes) {
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
    plan.own.set(index, stamped(INDEX, bytesOf(kept), OWN));
    const changes: Change[] = [];
    for (const change of plan.changes) {
      if (!dropped.has(keyOf(batch, change).toString("hex"))) changes.push(change);
    }
    plan.changes = changes;
    for (const key of dropped) if (reader?.has(bytesOf(key))) plan.own.set(key, undefined);
  }
}

/** The keys in an index, oldest first. */
function keysIn(index: Buffer | undefined): Set<string> {
  const keys = new Set<string>();
  for (let at = 0; index && at + KEY_SIZE <= index.length; at += KEY_SIZE) {
    keys.add(index.toString("hex", at, at + KEY_SIZE));
  }
  return keys;
}

/** One of the store's own records. */
function recordOf(reader: Reader, key: string): Buffer | undefined {
  return reader.get(bytesOf(key), isRecord)?.subarray(HEAD + STAMP);
}

function spaceFor(size: number, pageSize: number): number {
  if (size > INLINE) return Math.ceil((size + KEY_SIZE) / pageSize) * pageSize;
  return (size + 2 * KEY_SIZE) / FILL;
}

function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function bytesOf(key: string): Buffer {
  return Buffer.from(key, "hex");
}

function make(path: string, content: Buffer): void {
  writeFileSync(path, content, { mode: 0o600 });
  if (readFileSync(path).equals(content)) return;
  unlinkSync(path);
  throw new WriteError(`${path} was not what had been written into it`);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
