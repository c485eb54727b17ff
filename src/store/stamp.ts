/**
 * What stands before each record on disk, and what the store makes of it when something has to give way: kind, cost,
 * time, owner. 20 bytes.
 */
import type { Meta } from "./store.ts";

/** Bytes of a stamp. */
export const STAMP = 20;

/** An entry with all its bytes. */
export const ENTRY = 0;
/** An entry whose end is a file of its own: hash and size of that, then the rest of the entry. */
export const POINTER = 1;
/** Such a file, under the hash of its content: its size. */
export const BLOB = 2;
/** What all such files take together. */
export const TOTALS = 3;
/** The keys of all entries of an owner that may only have so many. */
export const INDEX = 4;

export interface Stamp {
  readonly kind: number;
  /** Milliseconds that computing it took. */
  readonly cost: number;
  /** Seconds since 1970. */
  readonly created: number;
  readonly owner: number;
  /** How many entries its owner may have; 0 for any number. */
  readonly maxEntries: number;
}

/** A record with its stamp. */
export function stamped(kind: number, record: Uint8Array, meta: Meta): Buffer {
  const bytes = Buffer.allocUnsafeSlow(STAMP + record.byteLength);
  bytes.writeUInt32LE(kind, 0);
  bytes.writeFloatLE(meta.cost, 4);
  bytes.writeUInt32LE(Math.floor(Date.now() / 1000), 8);
  bytes.writeUInt32LE(meta.owner.id >>> 0, 12);
  bytes.writeUInt32LE(meta.owner.maxEntries, 16);
  bytes.set(record, STAMP);
  return bytes;
}

/** Reads a stamp; undefined where there is no room for one. */
export function readStamp(bytes: Buffer, at: number): Stamp | undefined {
  if (bytes.length < at + STAMP) return undefined;
  return {
    kind: bytes.readUInt32LE(at),
    cost: bytes.readFloatLE(at + 4),
    created: bytes.readUInt32LE(at + 8),
    owner: bytes.readUInt32LE(at + 12),
    maxEntries: bytes.readUInt32LE(at + 16),
  };
}
