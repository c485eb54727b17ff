/**
 * The stamp in front of each record on disk: 20 bytes of kind, cost, time, owner and the owner's limit, by which the store chooses
 * what to evict.
 */
import { nowInSeconds, type RecordInfo } from "../store.ts";

/** Bytes of a stamp. */
export const STAMP = 20;

/** A record with all of its bytes. */
export const ENTRY = 0;
/** A record whose end is in a blob (blobs.ts): the blob's hash and size, then the rest of the record. */
export const POINTER = 1;
/** The record of a blob, under the hash of its content: its size. */
export const BLOB = 2;
/** The size of all blobs together. */
export const TOTALS = 3;
/** The keys of all entries of an owner with a limit (entry-limits.ts). */
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

/** A record with the content of its stamp. */
export interface Stamped extends Stamp {
  readonly record: Uint8Array;
}

export function stamped(kind: number, record: Uint8Array, info: RecordInfo): Stamped {
  const { cost, owner, created = nowInSeconds() } = info;
  return { kind, cost, created, owner: owner.id >>> 0, maxEntries: owner.maxEntries, record };
}

export function writeStamp({ kind, cost, created, owner, maxEntries }: Stamp, into: Buffer, at: number): void {
  into.writeUInt32LE(kind, at);
  into.writeFloatLE(cost, at + 4);
  into.writeUInt32LE(created, at + 8);
  into.writeUInt32LE(owner, at + 12);
  into.writeUInt32LE(maxEntries, at + 16);
}

/** The kind in a stamp: {@link ENTRY} and so on. */
export function kindAt(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at);
}

/** The number of entries that the owner may have, in a stamp. */
export function maxEntriesAt(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + 16);
}

/** Reads a stamp; undefined if the bytes are too few. */
export function readStamp(bytes: Buffer, at: number): Stamp | undefined {
  if (bytes.length < at + STAMP) return undefined;
  return {
    kind: kindAt(bytes, at),
    cost: bytes.readFloatLE(at + 4),
    created: bytes.readUInt32LE(at + 8),
    owner: bytes.readUInt32LE(at + 12),
    maxEntries: maxEntriesAt(bytes, at),
  };
}
