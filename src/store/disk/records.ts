/** Reads records from the store's file, without lmdb, and puts records together with their blobs. */
import { join } from "node:path";
import { DamagedError, KEY_SIZE } from "../lmdb/pages.ts";
import { Reader } from "../lmdb/reader.ts";
import { isFresh, type Owner, type StoredRecord } from "../store.ts";
import { HEAD, isRecord } from "./batch.ts";
import { readBlob, removeBlob } from "./blobs.ts";
import { findPending } from "./pending.ts";
import type { Queue } from "./queue.ts";
import { ENTRY, POINTER, readStamp, STAMP } from "./stamp.ts";
import { DATA } from "./writer.ts";

/** Bytes of the longest record that is kept. */
export const RECORD_LIMIT = 256 * 1024 * 1024;

export interface RecordsOptions {
  /** Whether nothing may be removed, not even damaged blobs. */
  readonly readOnly: boolean;
  /** Is told the key of each record and blob that is found, and its owner. */
  readonly onFound: (key: string, owner: number) => void;
}

export class Records {
  readonly #folder: string;
  readonly #queue: Queue;
  readonly #options: RecordsOptions;
  #reader: Reader | undefined;
  /** Whether the file is no store. The next batch replaces it. */
  #damaged = false;

  /** @param queue has blobs whose files are not written yet */
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
      // the program has closed all open files, as daemons do
    }
  }

  find(key: string, owner: Owner): StoredRecord | undefined {
    // Another process may have made the file in the meantime.
    if (this.#reader === undefined && !this.#damaged) this.open();
    const bytes = this.#reader?.get(Buffer.from(key, "hex"), isRecord);
    return bytes && this.#unpack(key, bytes, owner);
  }

  /** Looks for a record in pending batches (pending.ts). */
  findPending(key: string, owner: Owner): StoredRecord | undefined {
    const bytes = findPending(this.#folder, Buffer.from(key, "hex"));
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
        // The blob is missing or damaged. A damaged one is removed, because the next `put` of that value would take it for whole.
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
