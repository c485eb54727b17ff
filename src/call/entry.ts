/**
 * What is stored under one key: the parts of the key, and one or more results. A call that looks outside may have
 * several, each with the trace of what it saw; the newest comes first.
 */

import { ENTRY_VERSION } from "../key/format-version.ts";
import type { Key } from "../key/key.ts";
import { textOf } from "../text-encoding.ts";

export interface Entry {
  /** Milliseconds that the call took when it was recorded. */
  readonly cost: number;
  /** Turns of the microtask queue that an async function took. */
  readonly ticks: number;
  /** Whether the call has waited for anything that it saw. */
  readonly waits: boolean;
  /** Bytes of the trace (src/trace/trace.ts); none for a call that saw, printed and wrote nothing. */
  readonly trace: Uint8Array;
  /** Bytes of the value, as the codec wrote them; none if they have a record of their own. */
  readonly value: Uint8Array;
  /** The key of that record, or empty: what is not chosen need not be read. */
  readonly valueAt: string;
}

const HEX = 32;
const PARTS = ["code", "self", "args", "state", "env"] as const;
const PARTS_AT = 1;
const HEADER = PARTS_AT + PARTS.length * HEX;
/** Cost, ticks and whether it waits, length of the trace, length of the value; NO_VALUE for the key of its record. */
const RESULT = 8 + 2 + 4 + 4;
const NO_VALUE = 0xffffffff;
const WAITS = 0x8000;
/** Values above this have a record of their own, where a key can have several results. */
const OWN_RECORD = 4096;

const NOTHING = new Uint8Array(0);

/** Results of one key, at most. */
const MOST = 8;

/** Whether a result's value is to have a record of its own. */
export function isApart({ trace, value }: Pick<Entry, "trace" | "value">): boolean {
  return trace.byteLength > 0 && value.byteLength > OWN_RECORD;
}

/** The record of a key: version, the parts of the key for `explain`, results. */
export function writeEntries(key: Key, entries: readonly Entry[]): Uint8Array {
  const sizeOf = ({ trace, value, valueAt }: Entry) => RESULT + trace.byteLength + value.byteLength + valueAt.length;
  const length = entries.reduce((sum, entry) => sum + sizeOf(entry), HEADER);
  const record = Buffer.allocUnsafeSlow(length);
  record[0] = ENTRY_VERSION;
  record.write(PARTS.map((part) => key.parts[part]).join(""), PARTS_AT, "latin1");
  let at = HEADER;
  for (const { cost, ticks, waits, trace, value, valueAt } of entries) {
    record.writeDoubleLE(cost, at);
    record.writeUInt16LE(ticks | (waits ? WAITS : 0), at + 8);
    record.writeUInt32LE(trace.byteLength, at + 10);
    record.writeUInt32LE(valueAt === "" ? value.byteLength : NO_VALUE, at + 14);
    at += RESULT;
    record.set(trace, at);
    at += trace.byteLength;
    record.set(value, at);
    at += value.byteLength + record.write(valueAt, at, "latin1");
  }
  return record;
}

/** The results in a record, as views of it; none for a record of another version. */
export function readEntries(record: Uint8Array): Entry[] {
  if (record.byteLength < HEADER || record[0] !== ENTRY_VERSION) return [];
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const entries: Entry[] = [];
  for (let at = HEADER; at < record.byteLength; ) {
    const traceAt = at + RESULT;
    const valueAt = traceAt + view.getUint32(at + 10, true);
    const size = view.getUint32(at + 14, true);
    const end = valueAt + (size === NO_VALUE ? HEX : size);
    const bytes = record.subarray(valueAt, end);
    const ticks = view.getUint16(at + 8, true);
    entries.push({
      cost: view.getFloat64(at, true),
      ticks: ticks & ~WAITS,
      waits: (ticks & WAITS) !== 0,
      trace: record.subarray(traceAt, valueAt),
      value: size === NO_VALUE ? NOTHING : bytes,
      valueAt: size === NO_VALUE ? textOf(bytes, "latin1") : "",
    });
    at = end;
  }
  return entries;
}

/**
 * The results of a key with one more: in front, and in place of one that saw the same.
 * @param sameTrace whether two traces saw the same, whatever shows it
 */
export function withEntry(
  entries: readonly Entry[],
  added: Entry,
  sameTrace: (a: Uint8Array, b: Uint8Array) => boolean,
): Entry[] {
  // What saw nothing holds whatever the world is like.
  if (added.trace.byteLength === 0) return [added];
  const others = entries.filter(({ trace }) => trace.byteLength > 0 && !sameTrace(trace, added.trace));
  return [added, ...others].slice(0, MOST);
}
