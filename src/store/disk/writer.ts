/**
 * Writes batches into the store's file: plans a transaction, checks what lmdb will touch, commits, and notes what is new.
 * Callers hold the lock (lock.ts). Loops stand here, and in what this calls, in the place of `map` and `filter`: programs
 * replace and count those.
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
/** lmdb chooses this name. */
const LMDB_LOCK = "store.mdb-lock";
/** Enough for lmdb's lock file with the fewest readers; it would grow it in a way that a full disk makes fatal. */
const LMDB_LOCK_SIZE = 8192;
/** What lmdb says of a file that it cannot go on with: MDB_PAGE_NOTFOUND to MDB_INVALID, MDB_BAD_TXN, MDB_PROBLEM. */
const BROKEN = new Set([-30797, -30796, -30795, -30793, -30782, -30779]);

/** Bytes that a change copies: the page that it is on. */
const COPIED = 4096;
/**
 * What one transaction may add, as a share of the bound: lmdb copies each page that it changes, and what it leaves is
 * free two commits later.
 */
const SHARE = 1 / 256;
/** Records of a transaction, at least. */
const FEWEST = 16;

export interface Limits {
  /** Bytes of the file and of the blobs beside it. */
  readonly maxSize: number;
  /** Told what gave way. */
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
      return this.#planner.plan(reader, batch);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      this.#discard();
      return this.#planner.plan(undefined, batch);
    } finally {
      reader?.close();
    }
  }

  /** After a restart of the machine, pages may be missing: commits are not synced to the disk. */
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

function make(path: string, content: Buffer): void {
  writeFileSync(path, content, { mode: 0o600 });
  if (readFileSync(path).equals(content)) return;
  unlinkSync(path);
  throw new WriteError(`${path} was not what had been written into it`);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
