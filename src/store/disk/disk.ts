/**
 * The store on disk: one lmdb file, read without lmdb (reader.ts), written in batches with lmdb's addon (addon.ts), by
 * one main thread at a time (lock.ts); worker threads leave their batches to it (pending.ts).
 * This module is loaded at the first look-up. notes/lmdb.md has the measurements behind it.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { hash128 } from "../../hash.ts";
import { DamagedError, KEY_SIZE } from "../lmdb/pages.ts";
import { Reader } from "../lmdb/reader.ts";
import { type Begun, isFresh, NOBODY, type Owner, type RecordInfo, type StoredRecord, type Tier } from "../store.ts";
import { findAddon } from "./addon.ts";
import { type Batch, encodeBatch, HEAD, isRecord } from "./batch.ts";
import { BLOB_SIZE, readBlob, removeBlob, writeBlob } from "./blobs.ts";
import { Claims } from "./claims.ts";
import { prepareDirectory, refusal, storeFolder } from "./directory.ts";
import { exclusively } from "./lock.ts";
import { Pace } from "./pace.ts";
import { hasBatches, leaveBatch, takeBatches } from "./pending.ts";
import { type Part, Queue, type Queued } from "./queue.ts";
import { BLOB, ENTRY, POINTER, readStamp, STAMP, type Stamped, stamped } from "./stamp.ts";
import { explain, isOverflow, remedy } from "./trouble.ts";
import { foldUses, type Touch } from "./uses.ts";
import { DATA, type Limits, WRITER_LOCK, Writer } from "./writer.ts";

/** Bytes in the queue after which put writes them. A worker loses its queue when it is terminated. */
const QUEUE_LIMIT = (isMainThread ? 8 : 1) * 1024 * 1024;
/** Anything longer is not kept. */
const RECORD_LIMIT = 256 * 1024 * 1024;
/**
 * Milliseconds after which the queue is written: by a timer, or by the next put if the program is too busy for timers;
 * mostly it is written before (pace.ts). So a program that is ended by a signal loses no more than the results of that
 * time, and needs no handler for it, which would keep the signal from ending the program.
 */
const WAIT = 1000;
/** Milliseconds until the next part of the queue is written when that is not urgent. */
const PAUSE = 1;
/** Milliseconds that a commit costs at least: what a worker leaves has to be written by another thread, too. */
const LEAST_COMMIT = isMainThread ? 1 : 4;
/** Records of which it is noted that they were found, until the next flush. */
const MOST_TOUCHES = 65536;

/** Bytes that a store may take if nothing else is said. */
export const DEFAULT_SIZE = 2 * 1024 ** 3;

export interface DiskOptions extends Limits {
  /** Nothing is written, not even that something was found. */
  readonly readOnly: boolean;
  /** Does something so many milliseconds later, without keeping the process for it. */
  readonly later: (work: () => void, ms: number) => void;
  /** Milliseconds on a clock that the program cannot set. */
  readonly now: () => number;
}

/**
 * Opens the store in a cache directory, or makes it.
 * @param directory the cache directory; made and checked by {@link prepareDirectory}
 * @param onError told once, in one line, when the store fails later; from then on it has nothing and keeps nothing
 * @throws {StoreError} one line that names the directory and what to do
 */
export function openDiskStore(
  directory: string,
  onError: (line: string) => void = () => {},
  options: Partial<DiskOptions> = {},
): Tier {
  const all: DiskOptions = {
    maxSize: DEFAULT_SIZE,
    readOnly: false,
    onEvict: () => {},
    later: () => {},
    now: () => performance.now(),
    ...options,
  };
  return new DiskStore(prepareDirectory(directory, all.readOnly), onError, all);
}

class DiskStore implements Tier {
  readonly #directory: string;
  readonly #onError: (line: string) => void;
  readonly #options: DiskOptions;
  readonly #folder: string;
  readonly #data: string;
  readonly #writer: Writer;
  readonly #claims: Claims;
  readonly #pace: Pace;
  /** Bytes in the queue after which put writes them. */
  readonly #queueLimit: number;
  readonly #queue = new Queue();
  #touches = new Map<string, Touch>();
  #reader: Reader | undefined;
  /** The file is no store: the next batch replaces it. */
  #damaged = false;
  #failed = false;

  constructor(directory: string, onError: (line: string) => void, options: DiskOptions) {
    this.#directory = directory;
    this.#onError = onError;
    this.#options = options;
    this.#folder = storeFolder(directory);
    this.#data = join(this.#folder, DATA);
    this.#writer = new Writer(this.#folder, options);
    this.#claims = new Claims(this.#folder);
    this.#pace = new Pace(options.now, LEAST_COMMIT, WAIT);
    // The store may exceed its bound by one batch.
    this.#queueLimit = Math.min(QUEUE_LIMIT, options.maxSize / 64);
    try {
      if (!options.readOnly) mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#openReader();
      // An old store can be read without lmdb's addon; a new one could never get anything to read.
      if (this.#reader === undefined && !options.readOnly) findAddon();
    } catch (error) {
      throw refusal(directory, `cannot be used as a store (${explain(error)})`, remedy(error));
    }
  }

  get(key: string, owner: Owner = NOBODY): Uint8Array | undefined {
    return this.find(key, owner)?.record;
  }

  find(key: string, owner: Owner = NOBODY): StoredRecord | undefined {
    if (this.#queue.all.has(key)) {
      const record = this.#queue.all.get(key)?.record;
      return record && { record: new Uint8Array(record), created: Date.now() / 1000 };
    }
    if (this.#failed) return undefined;
    try {
      // Another process may have made the file since this one looked.
      if (this.#reader === undefined && !this.#damaged) this.#openReader();
      const bytes = this.#reader?.get(Buffer.from(key, "hex"), isRecord);
      return bytes && this.#unpack(key, bytes, owner);
    } catch (error) {
      // A full stack says nothing of the store: this once, nothing is found.
      if (!isOverflow(error)) this.#fail("cannot be read", error);
      return undefined;
    }
  }

  #unpack(key: string, bytes: Buffer, owner: Owner): StoredRecord | undefined {
    const stamp = readStamp(bytes, HEAD);
    if (stamp === undefined || !isFresh(stamp.created, owner)) return undefined;
    const rest = bytes.subarray(HEAD + STAMP);
    const { created } = stamp;
    if (stamp.kind === POINTER) {
      const hash = rest.toString("hex", 0, KEY_SIZE);
      const record = this.#assemble(hash, rest);
      if (record === undefined) {
        // The file is gone or damaged. What is left of it goes, or the next `put` of that value would take it for whole.
        if (!this.#options.readOnly) removeBlob(this.#folder, hash);
        return undefined;
      }
      this.#touch(hash, stamp.owner);
      this.#touch(key, stamp.owner);
      return { record, created };
    }
    if (stamp.kind !== ENTRY) return undefined;
    this.#touch(key, stamp.owner);
    return { record: rest, created };
  }

  #assemble(hash: string, pointer: Buffer): Uint8Array | undefined {
    const size = pointer.readUInt32LE(KEY_SIZE);
    const start = pointer.subarray(KEY_SIZE + 4);
    if (size > RECORD_LIMIT) return undefined;
    const record = Buffer.allocUnsafeSlow(start.length + size);
    record.set(start);
    const queued = this.#queue.all.get(hash)?.blob;
    if (queued) record.set(queued, start.length);
    else if (!readBlob(this.#folder, hash, record, start.length)) return undefined;
    return record;
  }

  touch(key: string, owner: Owner): void {
    this.#touch(key, owner.id);
  }

  #touch(key: string, owner: number): void {
    if (this.#options.readOnly || this.#touches.size >= MOST_TOUCHES) return;
    this.#touches.set(key, { owner, count: (this.#touches.get(key)?.count ?? 0) + 1 });
  }

  put(key: string, record: Uint8Array, meta: RecordInfo = { owner: NOBODY, cost: 0, shared: 0 }): void {
    if (this.#failed || this.#options.readOnly || record.byteLength > this.#recordLimit) return;
    const { shared, cost } = meta;
    this.#pace.add(cost);
    if (shared < BLOB_SIZE) {
      this.#enqueue(key, { stamped: stamped(ENTRY, record, meta), record, blob: undefined });
    } else {
      const blob = record.subarray(record.byteLength - shared);
      const hash = hash128(blob);
      const size = Buffer.alloc(4);
      size.writeUInt32LE(shared);
      const start = record.subarray(0, record.byteLength - shared);
      const pointer = Buffer.concat([Buffer.from(hash, "hex"), size, start]);
      this.#enqueue(hash, { stamped: stamped(BLOB, size, meta), record: undefined, blob });
      this.#enqueue(key, { stamped: stamped(POINTER, pointer, meta), record, blob: undefined });
    }
    if (this.#queue.bytes > this.#queueLimit || this.#options.now() - this.#queue.since > WAIT) this.flush();
  }

  /** One value must not push out half of the others. */
  get #recordLimit(): number {
    return Math.min(RECORD_LIMIT, this.#options.maxSize / 8);
  }

  remove(key: string): void {
    if (!this.#failed && !this.#options.readOnly) this.#enqueue(key, undefined);
  }

  begin(key: string, owner: Owner, cost: number): Begun {
    if (this.#failed || this.#options.readOnly) return { kind: "nobody's" };
    try {
      return this.#claims.begin(key, cost, () => this.get(key, owner));
    } catch {
      return { kind: "nobody's" }; // no claim, no harm
    }
  }

  leave(key: string): void {
    try {
      this.#claims.leave(key);
    } catch {
      // the disk is full, or the folder gone
    }
  }

  isUnderWay(key: string, cost: number): boolean {
    return !this.#failed && this.#claims.isUnderWay(key, cost);
  }

  finish(key: string): void {
    if (!this.#claims.has(key)) return;
    this.flush();
    this.#claims.end(key);
  }

  keepUp(): void {
    if (this.#pace.isDue) this.flush();
  }

  flush(): void {
    this.#commit(this.#queue.all);
  }

  #commit(part: Part): void {
    if (this.#failed || this.#options.readOnly) return;
    try {
      this.#pace.measure(() => {
        this.#fold();
        if (isMainThread) this.#writeOut(part);
        else this.#leave(this.#encode(part));
      });
      this.#queue.remove(part, this.#options.now());
    } catch (error) {
      // Close to the end of the stack anything can fail: there will be a better time.
      if (!isOverflow(error)) this.#fail("cannot be written", error);
    }
  }

  /** Writes what is queued, part by part. A worker leaves it in one file. */
  #writeOn(): void {
    if (this.#queue.all.size === 0) return;
    this.#commit(isMainThread ? this.#queue.firstPart() : this.#queue.all);
    if (this.#queue.all.size > 0) this.#options.later(() => this.#writeOn(), PAUSE);
  }

  close(): void {
    this.flush();
    this.#closeReader();
    this.#stop();
  }

  #enqueue(key: string, queued: Queued | undefined): void {
    if (this.#queue.all.size === 0) this.#options.later(() => this.#writeOn(), WAIT);
    this.#queue.add(key, queued, this.#options.now());
  }

  #writeOut(part: Part): void {
    if (part.size === 0 && !hasBatches(this.#folder)) return;
    const own = this.#encode(part);
    const written = exclusively(join(this.#folder, WRITER_LOCK), () => {
      takeBatches(this.#folder, (batch) => this.#writer.write(batch));
      this.#writer.write(own);
    });
    if (!written) this.#leave(own);
    this.#closeReader();
    this.#openReader();
  }

  #encode(part: Part): Batch {
    const records = new Map<string, Stamped | undefined>();
    for (const [key, queued] of part) {
      if (queued?.blob) writeBlob(this.#folder, key, queued.blob);
      records.set(key, queued?.stamped);
    }
    return encodeBatch(records);
  }

  #leave(batch: Batch): void {
    if (batch.changes.length > 0) leaveBatch(this.#folder, batch, this.#options.maxSize / 32);
  }

  /** What was found is noted when something is written anyway, or at the end. */
  #fold(): void {
    foldUses(this.#folder, this.#touches);
    this.#touches = new Map();
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
    this.#queue.remove(this.#queue.all, 0);
  }
}
