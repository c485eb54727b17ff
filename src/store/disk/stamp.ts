/**
 * What stands before each record on disk, and what the store makes of it when something has to give way: kind, cost,
 * time, owner. 20 bytes.
 */
import type { RecordInfo } from "../store.ts";

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

/** A record with what its stamp will say. */
export interface Stamped extends Stamp {
  readonly record: Uint8Array;
}

export function stamped(kind: number, record: Uint8Array, { cost, owner }: RecordInfo): Stamped {
  const created = Math.floor(Date.now() / 1000);
  return { kind, cost, created, owner: owner.id >>> 0, maxEntries: owner.maxEntries, record };
}

export function writeStamp({ kind, cost, created, owner, maxEntries }: Stamp, into: Buffer, at: number): void {
  into.writeUInt32LE(kind, at);
  into.writeFloatLE(cost, at + 4);
  into.writeUInt32LE(created, at + 8);
  into.writeUInt32LE(owner, at + 12);
  into.writeUInt32LE(maxEntries, at + 16);
}

/** The first number of a stamp: what it is that follows. */
export function kindAt(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at);
}

/** The last one: how many entries the owner may have. */
export function maxEntriesAt(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + 16);
}

/** Reads a stamp; undefined where there is no room for one. */
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
