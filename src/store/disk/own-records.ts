/** The store's own records, which stand among those of the programs: what all blobs take, and space for lmdb's lists. */
import type { Reader } from "../lmdb/reader.ts";
import { NOBODY } from "../store.ts";
import { HEAD, isRecord } from "./batch.ts";
import { STAMP, type Stamped, stamped, TOTALS } from "./stamp.ts";

/** Under this key stands what all blobs take together. */
export const TOTALS_KEY = `${"0".repeat(31)}1`;
/** Under this key stands nothing after a transaction: it only sets pages in a row free. */
export const SPARE_KEY = `${"0".repeat(31)}2`;
/** What the stamps of these records say. */
export const OWN = { owner: NOBODY, cost: 0, shared: 0 };

/** The record of what all blobs take together. */
export function totalsRecord(bytes: number): Map<string, Stamped> {
  return new Map([[TOTALS_KEY, stamped(TOTALS, numberBytes(bytes), OWN)]]);
}

/** One of the store's own records. */
export function recordOf(reader: Reader, key: string): Buffer | undefined {
  return reader.get(bytesOf(key), isRecord)?.subarray(HEAD + STAMP);
}

function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** A key as the store's file has it. */
export function bytesOf(key: string): Buffer {
  return Buffer.from(key, "hex");
}
