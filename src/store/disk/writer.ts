/**
 * Writes batches into the store's file: plans a transaction, checks the pages that lmdb will touch, commits, and notes which records are
 * new. Callers hold the lock (lock.ts). This file and what it calls use loops instead of `map` and `filter`, because programs replace
 * those, or count their calls.
 */
import { accessSync, constants, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { verifyAll } from "../lmdb/check-pages.ts";
import { DamagedError, emptyStore } from "../lmdb/pages.ts";
import { Reader } from "../lmdb/reader.ts";
import type { Evicted } from "../store.ts";
import { WriteError, writeBatches } from "./addon.ts";
import { type Batch, type Change, encodeBatch } from "./batch.ts";
import { removeBlob } from "./blobs.ts";
import { bytesOf, SPARE_KEY } from "./own-records.ts";
import { keysOf, type Plan, Planner, victimsOf } from "./plan.ts";
import { BLOB } from "./stamp.ts";
import { advance, noteNew } from "./uses.ts";

export const DATA = "store.mdb";
export const WRITER_LOCK = "writer";
/** The name that lmdb gives its lock file. */
const LMDB_LOCK = "store.mdb-lock";
/** Bytes of lmdb's lock file with the fewest readers. If lmdb had to make it longer itself, a full disk would end the process. */
const LMDB_LOCK_SIZE = 8192;
/** lmdb's errors for a damaged file: MDB_PAGE_NOTFOUND to MDB_INVALID, MDB_BAD_TXN, MDB_PROBLEM. */
const BROKEN = new Set([-30797, -30796, -30795, -30793, -30782, -30779]);

/** Bytes that lmdb copies for each change: a page. */
const COPIED = 4096;
/**
 * How much one transaction may add, as a share of `maxSize`. lmdb copies each page that it changes, and the old pages are free only two
 * commits later.
 */
const SHARE = 1 / 256;
/** The fewest changes of a transaction, however long they are. */
const FEWEST = 16;

export interface Limits {
  /** The bytes that the file and the blobs beside it may have together. */
  readonly maxSize: number;
  /** Is told which records were evicted. */
  readonly onEvict: (evicted: readonly Evicted[]) => void;
}

export class Writer {
  readonly #folder: string;
  readonly #data: string;
  readonly #limits: Limits;
  readonly #planner: Planner;

  constructor(folder: string, limits: Limits) {
    this.#folder = folder;
    this.#data = join(folder, DATA);
    this.#limits = limits;
    this.#planner = new Planner(folder, limits.maxSize);
  }

  /** Writes a batch in one or more transactions, and evicts records to make room for it. */
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
   * Plans a transaction, and checks the pages that lmdb will touch: a damaged one would end the process. If one is damaged, the file is
   * deleted, and the batch begins a new one.
   */
  #plan(batch: Batch): Plan {
    let reader: Reader | undefined;
    try {
      reader = Reader.open(this.#data);
      if (reader !== undefined) this.#checkOnce(reader);
      return this.#planner.plan(reader, batch);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      this.#discard();
      return this.#planner.plan(undefined, batch);
    } finally {
      reader?.close();
    }
  }

  /** Checks the whole file if nothing was written since the machine started: commits are not synced, so a crash may have lost pages. */
  #checkOnce(reader: Reader): void {
    const started = Date.now() - uptime() * 1000;
    if (statSync(this.#data).mtimeMs < started) verifyAll(reader);
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
   * Makes both files, with all of their bytes on the disk, and checks that they can be written. lmdb would make them too, but a failure
   * while it opens them ends the process.
   */
  #makeFiles(): void {
    const lock = join(this.#folder, LMDB_LOCK);
    if (sizeOf(this.#data) === 0) make(this.#data, emptyStore());
    if (sizeOf(lock) < LMDB_LOCK_SIZE) make(lock, Buffer.alloc(LMDB_LOCK_SIZE));
    for (const path of [this.#data, lock]) accessSync(path, constants.R_OK | constants.W_OK);
  }
}

/** @throws {WriteError} if the file has another content afterwards, as where the program had replaced functions of `fs` before */
function make(path: string, content: Buffer): void {
  writeFileSync(path, content, { mode: 0o600 });
  if (readFileSync(path).equals(content)) return;
  unlinkSync(path);
  throw new WriteError(`${path} was not what had been written into it`);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
