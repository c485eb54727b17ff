/** One stored result: what it cost, the parts of its key, and the value's bytes. */
import type { Key } from "./key.ts";

export interface Entry {
  /** Milliseconds that the call took when it was recorded. */
  readonly cost: number;
  /** Bytes of the value, as the codec wrote them. */
  readonly value: Uint8Array;
}

const VERSION = 2;
const HEX = 32;
const PARTS = ["code", "self", "args", "state", "env"] as const;
const HEADER = 1 + 8 + PARTS.length * HEX;

/** The record of an entry: version, cost, the parts of the key for `explain`, value. */
export function writeEntry(key: Key, { cost, value }: Entry): Uint8Array {
  const record = Buffer.allocUnsafeSlow(HEADER + value.byteLength);
  record[0] = VERSION;
  record.writeDoubleLE(cost, 1);
  record.write(PARTS.map((part) => key.parts[part]).join(""), 9, "latin1");
  record.set(value, HEADER);
  return record;
}

/** Undefined for a record of another version. */
export function readEntry(record: Uint8Array): Entry | undefined {
  if (record.byteLength < HEADER || record[0] !== VERSION) return undefined;
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  return { cost: view.getFloat64(1, true), value: record.slice(HEADER) };
}
