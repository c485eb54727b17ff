/**
 * Records in the form they have on disk: 8 bytes of the hash over what follows, 16 bytes of the key, the stamp, the
 * record.
 */
import { halfHash } from "../../hash.ts";
import { KEY_SIZE } from "../lmdb/pages.ts";
import { STAMP, type Stamped, writeStamp } from "./stamp.ts";

const HASH_SIZE = 8;
/** What a record has in front of it. */
export const HEAD = HASH_SIZE + KEY_SIZE;

/** What to write under a key, as places in one buffer: thousands of small buffers cost more than the writing. */
export interface Change {
  /** Where the key starts. */
  readonly key: number;
  /** Where the value starts. */
  readonly value: number;
  /**
   * How long it is. Nothing stands for a removal: to delete it, lmdb would merge neighbouring pages, of which nobody has
   * looked whether they are sound.
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
  // In order, neighbours share the pages that are read and written for them.
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

/** How many bytes it will have in a batch. */
export function sizeOf(stamped: Stamped | undefined): number {
  return HEAD + (stamped ? STAMP + stamped.record.byteLength : 0);
}

/** The key of a change. */
export function keyOf(batch: Batch, { key }: Change): Buffer {
  return batch.bytes.subarray(key, key + KEY_SIZE);
}

/**
 * Whether bytes from the disk are what was stored under a key.
 * @param key its bytes
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

/** Reads such a file, and leaves out what is damaged. */
export function parseBatch(file: Buffer): Batch {
  const changes: Change[] = [];
  const count = file.length < 4 ? 0 : file.readUInt32LE(0);
  let start = 4 + 4 * count;
  for (let i = 0; i < count && start <= file.length; i++) {
    const size = file.readUInt32LE(4 + 4 * i);
    const end = start + (size || HEAD); // a removal has a key too
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
