/** The store's own records, which are among those of the programs: the size of all blobs, and space for lmdb's list of free pages. */
import type { Reader } from "../lmdb/reader.ts";
import { NOBODY } from "../store.ts";
import { HEAD, isRecord } from "./batch.ts";
import { STAMP, type Stamped, stamped, TOTALS } from "./stamp.ts";

/** The key of the record that holds the size of all blobs together. */
export const TOTALS_KEY = `${"0".repeat(31)}1`;
/** A key that has no value after a transaction. Within one, a value is written and removed, which sets pages in a row free. */
export const SPARE_KEY = `${"0".repeat(31)}2`;
/** The owner and cost of these records. */
export const OWN = { owner: NOBODY, cost: 0, shared: 0 };

/** The record of the size of all blobs together. */
export function totalsRecord(bytes: number): Map<string, Stamped> {
  return new Map([[TOTALS_KEY, stamped(TOTALS, numberBytes(bytes), OWN)]]);
}

/** The content of one of the store's own records. */
export function recordOf(reader: Reader, key: string): Buffer | undefined {
  return reader.get(bytesOf(key), isRecord)?.subarray(HEAD + STAMP);
}

function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** The bytes of a key. */
export function bytesOf(key: string): Buffer {
  return Buffer.from(key, "hex");
}
