/**
 * What one transaction will do: which changes it makes, what gives way for them, and which of the store's own records it
 * writes. All that is done here is to remove the files of new values that do not fit.
 */
import { type FreePages, verifyLeaves, verifyPaths } from "../lmdb/check-pages.ts";
import { KEY_SIZE } from "../lmdb/pages.ts";
import type { Reader } from "../lmdb/reader.ts";
import { type Batch, type Change, HEAD, keyOf } from "./batch.ts";
import { listBlobs, removeBlob } from "./blobs.ts";
import { limitEntries } from "./entry-limits.ts";
import { chooseVictims, type Victim, type Victims } from "./evict.ts";
import { bytesOf, recordOf, SPARE_KEY, TOTALS_KEY, totalsRecord } from "./own-records.ts";
import { BLOB, kindAt, STAMP, type Stamped } from "./stamp.ts";
import { readUses } from "./uses.ts";

const NOTHING_FREE: FreePages = { all: 0, usable: 0, isFragile: false };
/** Above this, a value has pages of its own. */
const INLINE = 2000;
/** How much the pages of a tree hold of what they could. */
const FILL = 0.7;
/**
 * What is kept free for that, as a share of the pages in use. Long records need pages in a row, which lmdb finds only
 * if it has many to choose from: measured, it makes the file longer while less than an eighth is free.
 */
const SPARE = 1 / 6;
/** The factor by which the store may exceed its bound. */
const TOLERANCE = 1.02;
/** Pages that a change sets free, at most: those on the way to its leaf, and a long value's. */
const FREED = 8;
/** Bytes of a page in the list of free pages. */
const LIST_ITEM = 8;
/** Bytes of such a list, at least. */
const SPARE_LEAST = 8 * 4096;
/** How many free pages there have to be for each that is needed in a row with others. */
const SCATTERED = 6;

/** What a transaction will do. */
export interface Plan {
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

export class Planner {
  readonly #folder: string;
  readonly #maxSize: number;

  /**
   * @param folder the store's
   * @param maxSize bytes of the file and of the blobs beside it
   */
  constructor(folder: string, maxSize: number) {
    this.#folder = folder;
    this.#maxSize = maxSize;
  }

  /**
   * @param reader the store's file, or undefined if there is none
   * @throws {DamagedError} where lmdb would not survive what it finds
   */
  plan(reader: Reader | undefined, batch: Batch): Plan {
    const free = reader === undefined ? NOTHING_FREE : verifyPaths(reader, keysOf(batch, batch.changes));
    const changes: Change[] = [];
    for (const change of batch.changes) {
      if (change.size > 0 || reader?.has(keyOf(batch, change))) changes.push(change);
    }
    const plan: Plan = { changes, own: new Map(), victims: undefined, spare: 0 };
    plan.changes = limitEntries(reader, batch, changes, plan.own);
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
    const maxSize = this.#maxSize;
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
      // As many bytes as are added; twice as many if that would leave too few free pages.
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

  /** Bytes of all blobs but the new ones. */
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
}

/** The keys of some changes of a batch. */
export function keysOf(batch: Batch, changes: readonly Change[]): Buffer[] {
  const keys: Buffer[] = [];
  for (const change of changes) keys.push(keyOf(batch, change));
  return keys;
}

/** The records that give way; none if there is room. */
export function victimsOf({ victims }: Plan): readonly Victim[] {
  return victims?.items ?? [];
}

function spaceFor(size: number, pageSize: number): number {
  if (size > INLINE) return Math.ceil((size + KEY_SIZE) / pageSize) * pageSize;
  return (size + 2 * KEY_SIZE) / FILL;
}
