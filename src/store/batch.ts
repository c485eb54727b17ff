/** Records in the form they have on disk: 8 bytes of the hash over what follows, 16 bytes of the key, the record. */
import { hash128 } from "../hash.ts";
import { KEY_SIZE } from "./layout.ts";

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

/** How many bytes a batch of these will have. */
export function batchSize(queue: ReadonlyMap<string, Uint8Array | undefined>): number {
  let size = 0;
  for (const record of queue.values()) size += HEAD + (record?.byteLength ?? 0);
  return size;
}

/**
 * Makes a batch of records, or of undefined for a removal.
 * @param size as {@link batchSize} says, where it is known
 */
export function encodeBatch(queue: ReadonlyMap<string, Uint8Array | undefined>, size = batchSize(queue)): Batch {
  const bytes = Buffer.allocUnsafeSlow(size);
  const changes: Change[] = [];
  let start = 0;
  // In order, neighbours share the pages that are read and written for them.
  for (const key of [...queue.keys()].sort()) {
    const record = queue.get(key);
    const end = start + HEAD + (record?.byteLength ?? 0);
    bytes.write(key, start + HASH_SIZE, "hex");
    if (record) bytes.set(record, start + HEAD);
    bytes.write(checksum(bytes.subarray(start, end)), start, "hex");
    changes.push({ key: start + HASH_SIZE, value: start, size: record ? end - start : 0 });
    start = end;
  }
  return { bytes, changes };
}

/** The key of a change. */
export function keyOf(batch: Batch, { key }: Change): Buffer {
  return batch.bytes.subarray(key, key + KEY_SIZE);
}

/** Whether bytes from the disk are what was stored under a key. */
export function isRecord(bytes: Buffer, key: string): boolean {
  return isWhole(bytes) && bytes.toString("hex", HASH_SIZE, HEAD) === key;
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
    if (isWhole(file.subarray(start, end))) changes.push({ key: start + HASH_SIZE, value: start, size });
    start = end;
  }
  return { bytes: file, changes };
}

function isWhole(bytes: Buffer): boolean {
  return bytes.length >= HEAD && bytes.toString("hex", 0, HASH_SIZE) === checksum(bytes);
}

function checksum(bytes: Buffer): string {
  return hash128(bytes.subarray(HASH_SIZE)).slice(0, 2 * HASH_SIZE);
}
