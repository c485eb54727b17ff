/**
 * The store on disk: one lmdb file, read without lmdb (reader.ts), written in batches with lmdb's addon (native.ts), by
 * one main thread at a time (lock.ts); worker threads leave their batches to it (pending.ts).
 * This module is loaded at the first look-up. notes/lmdb.md has the measurements behind it.
 */
import { accessSync, constants, mkdirSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { type Batch, type Change, encodeBatch, HEAD, isRecord, keyOf } from "./batch.ts";
import { prepareDirectory, reason, refusal, storeFolder } from "./directory.ts";
import { DamagedError, emptyStore } from "./layout.ts";
import { exclusively } from "./lock.ts";
import { findAddon, WriteError, writeBatch } from "./native.ts";
import { hasBatches, leaveBatch, takeBatches } from "./pending.ts";
import { Reader } from "./reader.ts";
import type { Store } from "./store.ts";
import { verifyAll, verifyPaths } from "./verify.ts";

const DATA = "store.mdb";
/** lmdb chooses this name. */
const LMDB_LOCK = "store.mdb-lock";
const WRITER_LOCK = "writer";
/** Enough for lmdb's lock file with the fewest readers; it would grow it in a way that a full disk makes fatal. */
const LMDB_LOCK_SIZE = 8192;

/** Bytes in the queue after which put writes them. A worker loses its queue when it is terminated. */
const QUEUE_LIMIT = (isMainThread ? 8 : 1) * 1024 * 1024;
/** Anything longer belongs into a file of its own; lmdb's own limit is 4 GiB. */
const RECORD_LIMIT = 256 * 1024 * 1024;

/** What lmdb says of a file that it cannot go on with: MDB_PAGE_NOTFOUND to MDB_INVALID, MDB_BAD_TXN, MDB_PROBLEM. */
const BROKEN = new Set([-30797, -30796, -30795, -30793, -30782, -30779]);

/**
 * Opens the store in a cache directory, or makes it.
 * @param directory the cache directory; made and checked by {@link prepareDirectory}
 * @param onError told once, in one line, when the store fails later; from then on it has nothing and keeps nothing
 * @throws {StoreError} one line that names the directory and what to do
 */
export function openDiskStore(directory: string, onError: (line: string) => void = () => {}): Store {
  return new DiskStore(prepareDirectory(directory), onError);
}

class DiskStore implements Store {
  readonly #directory: string;
  readonly #onError: (line: string) => void;
  readonly #folder: string;
  readonly #data: string;
  /** What is to be written; undefined is a removal. */
  #queue = new Map<string, Uint8Array | undefined>();
  /** How many bytes that will be on disk. */
  #queued = 0;
  #reader: Reader | undefined;
  /** The file is no store: the next batch replaces it. */
  #damaged = false;
  #failed = false;

  constructor(directory: string, onError: (line: string) => void) {
    this.#directory = directory;
    this.#onError = onError;
    this.#folder = storeFolder(directory);
    this.#data = join(this.#folder, DATA);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#openReader();
      // An old store can be read without lmdb's addon; a new one could never get anything to read.
      if (this.#reader === undefined) findAddon();
    } catch (error) {
      throw refusal(directory, `cannot be used as a store (${explain(error)})`, remedy(error));
    }
  }

  get(key: string): Uint8Array | undefined {
    if (this.#queue.has(key)) {
      const queued = this.#queue.get(key);
      return queued && new Uint8Array(queued);
    }
    if (this.#failed) return undefined;
    try {
      // Another process may have made the file since this one looked.
      if (this.#reader === undefined && !this.#damaged) this.#openReader();
      const bytes = this.#reader?.get(Buffer.from(key, "hex"), (value) => isRecord(value, key));
      return bytes?.subarray(HEAD);
    } catch (error) {
      this.#fail("cannot be read", error);
      return undefined;
    }
  }

  put(key: string, record: Uint8Array): void {
    if (this.#failed || record.byteLength > RECORD_LIMIT) return;
    this.#enqueue(key, record);
    if (this.#queued > QUEUE_LIMIT) this.flush();
  }

  remove(key: string): void {
    if (!this.#failed) this.#enqueue(key, undefined);
  }

  flush(): void {
    if (this.#failed) return;
    try {
      if (isMainThread) this.#writeOut();
      else this.#leave(encodeBatch(this.#queue, this.#queued));
      this.#clear();
    } catch (error) {
      this.#fail("cannot be written", error);
    }
  }

  close(): void {
    this.flush();
    this.#closeReader();
    this.#stop();
  }

  #enqueue(key: string, record: Uint8Array | undefined): void {
    if (this.#queue.has(key)) this.#queued -= HEAD + (this.#queue.get(key)?.byteLength ?? 0);
    this.#queued += HEAD + (record?.byteLength ?? 0);
    this.#queue.set(key, record);
  }

  #writeOut(): void {
    if (this.#queue.size === 0 && !hasBatches(this.#folder)) return;
    const own = encodeBatch(this.#queue, this.#queued);
    const written = exclusively(join(this.#folder, WRITER_LOCK), () => {
      takeBatches(this.#folder, (batch) => this.#write(batch));
      this.#write(own);
    });
    if (!written) this.#leave(own);
    this.#closeReader();
    this.#openReader();
  }

  #leave(batch: Batch): void {
    if (batch.changes.length > 0) leaveBatch(this.#folder, batch);
  }

  /** Nobody else writes meanwhile. */
  #write(batch: Batch): void {
    const changes = this.#check(batch);
    if (changes.length === 0) return;
    this.#makeFiles();
    try {
      writeBatch(this.#data, { bytes: batch.bytes, changes });
    } catch (error) {
      if (error instanceof WriteError && error.code !== undefined && BROKEN.has(error.code)) this.#discard();
      throw error;
    }
  }

  /**
   * Looks whether lmdb may be let loose on the file, which it does not survive if there is damage; if not, the file is
   * given up.
   * @returns the changes but for removals of what is not there
   */
  #check(batch: Batch): readonly Change[] {
    let reader: Reader | undefined;
    try {
      reader = Reader.open(this.#data);
      if (reader !== undefined) {
        const started = Date.now() - uptime() * 1000;
        if (statSync(this.#data).mtimeMs < started) verifyAll(reader);
        verifyPaths(
          reader,
          batch.changes.map((change) => keyOf(batch, change)),
        );
      }
      return batch.changes.filter((change) => change.size > 0 || reader?.has(keyOf(batch, change)));
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      this.#discard();
      return batch.changes.filter(({ size }) => size > 0);
    } finally {
      reader?.close();
    }
  }

  #discard(): void {
    for (const name of [DATA, LMDB_LOCK]) {
      const path = join(this.#folder, name);
      if (statSync(path, { throwIfNoEntry: false })) unlinkSync(path);
    }
  }

  /**
   * Makes both files, with bytes of their own on the disk, and looks whether they may be written. lmdb would do so too,
   * but it does not survive a failure while it opens them.
   */
  #makeFiles(): void {
    const lock = join(this.#folder, LMDB_LOCK);
    if (sizeOf(this.#data) === 0) writeFileSync(this.#data, emptyStore(), { mode: 0o600 });
    if (sizeOf(lock) < LMDB_LOCK_SIZE) writeFileSync(lock, Buffer.alloc(LMDB_LOCK_SIZE), { mode: 0o600 });
    for (const path of [this.#data, lock]) accessSync(path, constants.R_OK | constants.W_OK);
  }

  #openReader(): void {
    this.#damaged = false;
    try {
      this.#reader = Reader.open(this.#data);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      this.#damaged = true;
    }
  }

  #closeReader(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    try {
      reader?.close();
    } catch {
      // a daemon closed all files it knows nothing of
    }
  }

  #fail(trouble: string, error: unknown): void {
    this.#stop();
    this.#onError(refusal(this.#directory, `${trouble} (${explain(error)})`, remedy(error)).message);
  }

  #stop(): void {
    this.#failed = true;
    this.#clear();
  }

  #clear(): void {
    this.#queue = new Map();
    this.#queued = 0;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function explain(error: unknown): string {
  return error instanceof WriteError ? error.message : reason(error);
}

function remedy(error: unknown): string {
  const text = explain(error);
  if (/is not installed|is needed/.test(text)) return "install dumbo again, with its optional dependencies";
  if (/processor/.test(text)) return "switch dumbo off (DUMBO=off)";
  // lmdb says "Input/output error" when a write comes to an end halfway.
  if (/ENOSPC|EDQUOT|No space|quota|Input\/output/i.test(text)) return "free some space on its disk";
  return /ENOENT/.test(text) ? "leave it in place while programs run" : "remove it";
}
