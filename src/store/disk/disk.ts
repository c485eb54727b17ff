/**
 * The store on disk: one lmdb file, read without lmdb (records.ts), written in batches with lmdb's addon (commits.ts).
 * This module is loaded at the first look-up. notes/lmdb.md has the measurements behind it.
 */
import { mkdirSync } from "node:fs";
import { hash128 } from "../../hash.ts";
import {
  type Begun,
  isFresh,
  NOBODY,
  type Owner,
  type RecordInfo,
  type Sought,
  type StoredRecord,
  type Tier,
} from "../store.ts";
import { findAddon } from "./addon.ts";
import { BLOB_SIZE } from "./blobs.ts";
import { Claims } from "./claims.ts";
import { Commits } from "./commits.ts";
import { prepareDirectory, refusal, storeFolder } from "./directory.ts";
import { Queue, type Queued } from "./queue.ts";
import { RECORD_LIMIT, Records } from "./records.ts";
import { BLOB, ENTRY, POINTER, stamped } from "./stamp.ts";
import { Touches } from "./touches.ts";
import { isOverflow, storeErrorText, whatToDo } from "./trouble.ts";
import type { Limits } from "./writer.ts";

/** Bytes that a store may take if the configuration says nothing. */
export const DEFAULT_SIZE = 2 * 1024 ** 3;

export interface DiskOptions extends Limits {
  /** Whether nothing may be written, not even that a record was found. */
  readonly readOnly: boolean;
  /** Calls a function so many milliseconds later. That does not keep the process running. */
  readonly later: (work: () => void, ms: number) => void;
  /** Milliseconds on a clock that the program cannot set. */
  readonly now: () => number;
}

/**
 * Opens the store in a cache directory, or makes it.
 * @param directory the cache directory; made and checked by {@link prepareDirectory}
 * @param onError is told once, in one line, when the store fails later; from then on it finds nothing and keeps nothing
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
  readonly #isReadOnly: boolean;
  /** The largest record that is kept, in bytes: a larger one could evict too many others. */
  readonly #recordLimit: number;
  readonly #queue = new Queue();
  readonly #touches = new Touches();
  readonly #records: Records;
  readonly #commits: Commits;
  readonly #claims: Claims;
  readonly waited = 0;
  /** Whether the store was closed or has failed: it finds nothing and keeps nothing then. */
  #isOver = false;

  constructor(directory: string, onError: (line: string) => void, options: DiskOptions) {
    const { readOnly, maxSize } = options;
    const folder = storeFolder(directory);
    this.#directory = directory;
    this.#onError = onError;
    this.#isReadOnly = readOnly;
    this.#recordLimit = Math.min(RECORD_LIMIT, maxSize / 8);
    this.#records = new Records(folder, this.#queue, { readOnly, onFound: (key, owner) => this.#touch(key, owner) });
    this.#commits = new Commits(folder, this.#queue, {
      ...options,
      onBegin: () => this.#touches.fold(folder),
      onWritten: () => {
        this.#records.close();
        this.#records.open();
      },
      onError: (error) => this.#fail("cannot be written", error),
    });
    this.#claims = new Claims(folder);
    try {
      if (!readOnly) mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.#records.open();
      // A store with records can be read without lmdb's addon. One without any would never get a record.
      if (!this.#records.isOpen && !readOnly) findAddon();
    } catch (error) {
      throw refusal(directory, `cannot be used as a store (${storeErrorText(error)})`, whatToDo(error));
    }
  }

  get #isWritable(): boolean {
    return !this.#isOver && !this.#isReadOnly;
  }

  get(key: string, owner: Owner = NOBODY, sought?: Sought): Uint8Array | undefined {
    return this.find(key, owner, sought)?.record;
  }

  find(key: string, owner: Owner = NOBODY, sought?: Sought): StoredRecord | undefined {
    if (this.#queue.all.has(key)) {
      return fromQueue(this.#queue.all.get(key), owner);
    }
    if (this.#isOver) return undefined;
    try {
      const found = this.#records.find(key, owner);
      if (found !== undefined || sought?.inPending !== true) return found;
      // A batch that is not there any more has been written in between, so the store's file is searched again.
      return this.#records.findPending(key, owner) ?? this.#records.find(key, owner);
    } catch (error) {
      // A full stack says nothing about the store: it counts as a miss, this once.
      if (!isOverflow(error)) this.#fail("cannot be read", error);
      return undefined;
    }
  }

  touch(key: string, owner: Owner): void {
    this.#touch(key, owner.id);
  }

  #touch(key: string, owner: number): void {
    if (!this.#isReadOnly) this.#touches.add(key, owner);
  }

  put(key: string, record: Uint8Array, meta: RecordInfo = { owner: NOBODY, cost: 0, shared: 0 }): void {
    if (!this.#isWritable || record.byteLength > this.#recordLimit) return;
    const { shared, cost } = meta;
    this.#touches.addStored(key);
    this.#commits.computed(cost);
    if (shared < BLOB_SIZE) {
      this.#commits.add(key, { stamped: stamped(ENTRY, record, meta), record, blob: undefined });
    } else {
      this.#addWithBlob(key, record, meta);
    }
    this.#commits.commitIfLarge();
  }

  /** Queues the shared end of a record as a blob, and under the key a pointer to it. The blob comes first, and is written first. */
  #addWithBlob(key: string, record: Uint8Array, meta: RecordInfo): void {
    const blob = record.subarray(record.byteLength - meta.shared);
    const hash = hash128(blob);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(meta.shared);
    const start = record.subarray(0, record.byteLength - meta.shared);
    const pointer = Buffer.concat([Buffer.from(hash, "hex"), size, start]);
    this.#commits.add(hash, { stamped: stamped(BLOB, size, meta), record: undefined, blob });
    this.#commits.add(key, { stamped: stamped(POINTER, pointer, meta), record, blob: undefined });
  }

  remove(key: string): void {
    if (this.#isWritable) this.#commits.add(key, undefined);
  }

  begin(key: string, owner: Owner, cost: number): Begun {
    if (!this.#isWritable) return { kind: "nobody's" };
    try {
      const look = (isOver: boolean) => this.get(key, owner, { form: "entry", worth: cost, inPending: isOver });
      return this.#claims.begin(key, cost, look);
    } catch {
      return { kind: "nobody's" }; // without a claim, several processes may compute the record
    }
  }

  leave(key: string): void {
    try {
      this.#claims.leave(key);
    } catch {
      // The disk is full, or the folder is gone: other processes wait for the record as if the thread was not free.
    }
  }

  isUnderWay(key: string, cost: number): boolean {
    return !this.#isOver && this.#claims.isUnderWay(key, cost);
  }

  finish(key: string): void {
    if (!this.#claims.has(key)) return;
    this.flush();
    this.#claims.end(key);
  }

  keepUp(): void {
    if (this.#isWritable) this.#commits.commitIfDue();
  }

  flush(): void {
    if (this.#isWritable) this.#commits.commit();
  }

  close(): void {
    this.flush();
    this.#records.close();
    this.#stop();
  }

  #fail(trouble: string, error: unknown): void {
    this.#stop();
    this.#onError(refusal(this.#directory, `${trouble} (${storeErrorText(error)})`, whatToDo(error)).message);
  }

  #stop(): void {
    this.#isOver = true;
    this.#commits.stop();
  }
}

/** A record that waits to be written; undefined if it is to be removed, is a blob, or is too old for its owner. */
function fromQueue(queued: Queued | undefined, owner: Owner): StoredRecord | undefined {
  if (queued?.record === undefined) return undefined;
  const { created } = queued.stamped;
  return isFresh(created, owner) ? { record: new Uint8Array(queued.record), created } : undefined;
}
