/**
 * Records in the form that they have on disk: 8 bytes of checksum over all that follows, 16 bytes of key, the stamp, the record.
 */
import { halfHash } from "../../hash.ts";
import { KEY_SIZE } from "../lmdb/pages.ts";
import { STAMP, type Stamped, writeStamp } from "./stamp.ts";

const HASH_SIZE = 8;
/** Bytes in front of a stamp. */
export const HEAD = HASH_SIZE + KEY_SIZE;

/** What to write under a key, as positions in one buffer. Thousands of small buffers would cost more than the writing. */
export interface Change {
  /** Where the key starts. */
  readonly key: number;
  /** Where the value starts. */
  readonly value: number;
  /**
   * Bytes of the value. A value of no bytes stands for a removed record: to delete the key, lmdb would merge pages that nobody has
   * checked.
   */
  readonly size: number;
}

/** Some changes, to be made together. */
export interface Batch {
  readonly bytes: Buffer;
  readonly changes: readonly Change[];
}

/** Makes a batch of records, or of undefined for a removal. */
export function encodeBatch(queue: ReadonlyMap<string, Stamped | undefined>): Batch {
  let size = 0;
  for (const stamped of queue.values()) size += sizeOf(stamped);
  const bytes = Buffer.allocUnsafeSlow(size);
  const changes: Change[] = [];
  let start = 0;
  // In the order of the keys, records that are on one page are written one after the other.
  for (const key of [...queue.keys()].sort()) {
    const stamped = queue.get(key);
    const end = start + sizeOf(stamped);
    bytes.write(key, start + HASH_SIZE, "hex");
    if (stamped) {
      writeStamp(stamped, bytes, start + HEAD);
      bytes.set(stamped.record, start + HEAD + STAMP);
    }
    bytes.writeBigUInt64LE(checksum(bytes, start, end), start);
    changes.push({ key: start + HASH_SIZE, value: start, size: stamped ? end - start : 0 });
    start = end;
  }
  return { bytes, changes };
}

/** How many bytes a record, or a removal, has in a batch. */
export function sizeOf(stamped: Stamped | undefined): number {
  return HEAD + (stamped ? STAMP + stamped.record.byteLength : 0);
}

/** The bytes of a change's key. */
export function keyOf(batch: Batch, { key }: Change): Buffer {
  return batch.bytes.subarray(key, key + KEY_SIZE);
}

/**
 * Whether bytes from the disk are a whole record of a key.
 * @param key its 16 bytes
 */
export function isRecord(bytes: Buffer, key: Buffer): boolean {
  return isWhole(bytes, 0, bytes.length) && key.compare(bytes, HASH_SIZE, HEAD) === 0;
}

/** A batch as a file: how many changes, the size of each, their bytes. */
export function serializeBatch({ bytes, changes }: Batch): Buffer[] {
  const table = Buffer.alloc(4 + 4 * changes.length);
  table.writeUInt32LE(changes.length, 0);
  changes.forEach(({ size }, i) => {
    table.writeUInt32LE(size, 4 + 4 * i);
  });
  return [table, bytes];
}

/** Reads a batch from a file. Damaged changes are left out. */
export function parseBatch(file: Buffer): Batch {
  const changes: Change[] = [];
  const count = file.length < 4 ? 0 : file.readUInt32LE(0);
  let start = 4 + 4 * count;
  for (let i = 0; i < count && start <= file.length; i++) {
    const size = file.readUInt32LE(4 + 4 * i);
    const end = start + (size || HEAD); // a removal has a checksum and a key
    if (end > file.length) break;
    if (isWhole(file, start, end)) changes.push({ key: start + HASH_SIZE, value: start, size });
    start = end;
  }
  return { bytes: file, changes };
}

function isWhole(bytes: Buffer, start: number, end: number): boolean {
  return end - start >= HEAD && bytes.readBigUInt64LE(start) === checksum(bytes, start, end);
}

function checksum(bytes: Buffer, start: number, end: number): bigint {
  return halfHash(bytes, start + HASH_SIZE, end);
}
