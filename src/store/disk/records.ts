/** The records that the store's file has, read without lmdb, each put together with the file that has its value. */
import { join } from "node:path";
import { DamagedError, KEY_SIZE } from "../lmdb/pages.ts";
import { Reader } from "../lmdb/reader.ts";
import { isFresh, type Owner, type StoredRecord } from "../store.ts";
import { HEAD, isRecord } from "./batch.ts";
import { readBlob, removeBlob } from "./blobs.ts";
import { findLeft } from "./pending.ts";
import type { Queue } from "./queue.ts";
import { ENTRY, POINTER, readStamp, STAMP } from "./stamp.ts";
import { DATA } from "./writer.ts";

/** Anything longer is not kept. */
export const RECORD_LIMIT = 256 * 1024 * 1024;

export interface RecordsOptions {
  /** Nothing is removed, not even what is damaged. */
  readonly readOnly: boolean;
  /** Told what was found, and whose it is. */
  readonly onFound: (key: string, owner: number) => void;
}

export class Records {
  readonly #folder: string;
  readonly #queue: Queue;
  readonly #options: RecordsOptions;
  #reader: Reader | undefined;
  /** The file is no store: the next batch replaces it. */
  #damaged = false;

  /** @param queue values that have no file yet are taken from it */
  constructor(folder: string, queue: Queue, options: RecordsOptions) {
    this.#folder = folder;
    this.#queue = queue;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#reader !== undefined;
  }

  /** Opens the file if there is one. @throws if it cannot be read; not if it is damaged */
  open(): void {
    this.#damaged = false;
    try {
      this.#reader = Reader.open(join(this.#folder, DATA));
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      this.#damaged = true;
    }
  }

  close(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    try {
      reader?.close();
    } catch {
      // a daemon closed all files it knows nothing of
    }
  }

  find(key: string, owner: Owner): StoredRecord | undefined {
    // Another process may have made the file since this one looked.
    if (this.#reader === undefined && !this.#damaged) this.open();
    const bytes = this.#reader?.get(Buffer.from(key, "hex"), isRecord);
    return bytes && this.#unpack(key, bytes, owner);
  }

  /** Looks among what worker threads have left for others to write. */
  findLeft(key: string, owner: Owner): StoredRecord | undefined {
    const bytes = findLeft(this.#folder, Buffer.from(key, "hex"));
    return bytes && this.#unpack(key, bytes, owner);
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
      this.#options.onFound(hash, stamp.owner);
      this.#options.onFound(key, stamp.owner);
      return { record, created };
    }
    if (stamp.kind !== ENTRY) return undefined;
    this.#options.onFound(key, stamp.owner);
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
}
