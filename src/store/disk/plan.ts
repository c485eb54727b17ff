/**
 * Plans a transaction: which changes it makes, which records are evicted for them, and which of the store's own records it writes. Only
 * one thing is done here already: blobs of new records that do not fit are deleted.
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
/** A value of more bytes has pages of its own. */
const INLINE = 2000;
/** How full the pages of the tree are, as a share of their bytes. */
const FILL = 0.7;
/**
 * How many pages are kept free, as a share of the pages in use. A long value needs pages in a row, and lmdb finds those only among many
 * free pages: measured, it makes the file longer while less than an eighth is free.
 */
const SPARE = 1 / 6;
/** The factor by which the store may exceed `maxSize`. */
const TOLERANCE = 1.02;
/** The most pages that one change sets free: those on the way to its leaf, and those of a long value. */
const FREED = 8;
/** Bytes that a page takes in the list of free pages. */
const LIST_ITEM = 8;
/** The fewest bytes that are kept in a row for that list. */
const SPARE_LEAST = 8 * 4096;
/** Long values need pages in a row: when the store is full, only one free page in so many counts as usable. */
const SCATTERED = 6;

/** What a transaction will do. */
export interface Plan {
  changes: readonly Change[];
  /** The store's own records, and removals. */
  readonly own: Map<string, Stamped | undefined>;
  victims: Victims | undefined;
  /** Bytes in a row that lmdb will need for its list of free pages; 0 if it needs none. */
  spare: number;
}

/** A blob that has no record in the store yet. */
interface NewBlob {
  readonly hash: string;
  readonly size: number;
}

export class Planner {
  readonly #folder: string;
  readonly #maxSize: number;

  /**
   * @param folder the store's
   * @param maxSize the bytes that the file and the blobs beside it may have together
   */
  constructor(folder: string, maxSize: number) {
    this.#folder = folder;
    this.#maxSize = maxSize;
  }

  /**
   * @param reader the store's file, or undefined if there is none
   * @throws {DamagedError} if a page that lmdb would touch is damaged
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

  /** Evicts records if the store would exceed `maxSize`, and drops the changes of the plan if there is not enough room even so. */
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
      // As many bytes as are added; twice as many if there would be too few free pages otherwise.
      freedBlobs = this.#evict(reader, batch, plan, (isOver(SPARE / 2) ? 2 : 1) * (added + newBytes));
    }
    // Pages that are given up now are free only after the next commit. Until then the file may grow.
    const copied = (plan.changes.length + victimsOf(plan).length) * pageSize;
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

  /** Chooses the records to evict. @returns the bytes of blobs among them */
  #evict(reader: Reader, batch: Batch, plan: Plan, needed: number): number {
    const spared = new Set<string>([SPARE_KEY]);
    for (const key of keysOf(batch, plan.changes)) spared.add(key.toString("hex"));
    plan.victims = chooseVictims(reader, readUses(this.#folder), needed, spared);
    let blobs = 0;
    for (const { kind, bytes, key } of plan.victims.items) {
      if (kind === BLOB) blobs += bytes;
      plan.own.delete(key);
    }
    return blobs;
  }

  /** Bytes of all blobs without the new ones. */
  #blobBytes(reader: Reader | undefined, fresh: readonly NewBlob[]): number {
    const totals = reader && recordOf(reader, TOTALS_KEY);
    if (totals && totals.length >= 8) return Math.max(0, totals.readDoubleLE(0));
    if (reader !== undefined && fresh.length === 0) return 0;
    // There is no record of the total (yet, or any more), so the files are counted.
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

/** The records that are evicted; none if there is room. */
export function victimsOf({ victims }: Plan): readonly Victim[] {
  return victims?.items ?? [];
}

function spaceFor(size: number, pageSize: number): number {
  if (size > INLINE) return Math.ceil((size + KEY_SIZE) / pageSize) * pageSize;
  return (size + 2 * KEY_SIZE) / FILL;
}
