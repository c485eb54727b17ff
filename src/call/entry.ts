/**
 * What is stored under one key: the parts of the key, and one or more entries. A call that depends on the world outside may
 * have several, each with a trace of other answers; the newest comes first.
 */

import { ENTRY_VERSION } from "../key/format-version.ts";
import type { Key, KeyParts } from "../key/key.ts";
import { textOf } from "../text-encoding.ts";

export interface Entry {
  /** Milliseconds that the call took when it was recorded. */
  readonly cost: number;
  /** Turns of the microtask queue that an async function took. */
  readonly turns: number;
  /** Whether the call waited for what it read or wrote. A look-up then has to wait for that, too. */
  readonly waits: boolean;
  /** Whether work of the call went on while other code could run. */
  readonly goesOn: boolean;
  /** Bytes of the trace (src/trace/trace.ts); none for a call that read, printed and wrote nothing. */
  readonly trace: Uint8Array;
  /** Bytes of the value, as the codec wrote them; none if they have a record of their own. */
  readonly value: Uint8Array;
  /** The key of that record, or empty. A value with a record of its own is read only if the entry is valid. */
  readonly valueAt: string;
}

const HEX = 32;
const PARTS = ["code", "self", "args", "state", "env"] as const;
const PARTS_AT = 1;
const HEADER = PARTS_AT + PARTS.length * HEX;
/**
 * Bytes of the head of an entry: cost, turns with the bits WAITS and GOES_ON, length of the trace, length of the value (NO_VALUE: the key of
 * its record follows).
 */
const FIXED = 8 + 4 + 4 + 4;
const NO_VALUE = 0xffffffff;
const WAITS = 0x80000000;
const GOES_ON = 0x40000000;
const TURNS = 0x3fffffff;
/** Where a key can have several entries, values of more bytes have a record of their own: a look-up reads only that of the valid entry. */
const OWN_RECORD = 4096;

const NOTHING = new Uint8Array(0);

/** Entries of one key, at most. */
export const MOST_ENTRIES = 8;

/** Whether an entry's value is to have a record of its own. */
export function isApart({ trace, value }: Pick<Entry, "trace" | "value">): boolean {
  return trace.byteLength > 0 && value.byteLength > OWN_RECORD;
}

/** The record of a key: version, the parts of the key for `explain`, entries. */
export function writeEntries(key: Pick<Key, "parts">, entries: readonly Entry[]): Uint8Array {
  return writeEntriesOf(PARTS.map((part) => key.parts[part]).join(""), entries);
}

/** @param parts of the key, as {@link partsOf} reads them */
export function writeEntriesOf(parts: string, entries: readonly Entry[]): Uint8Array {
  const sizeOf = ({ trace, value, valueAt }: Entry) => FIXED + trace.byteLength + value.byteLength + valueAt.length;
  const length = entries.reduce((sum, entry) => sum + sizeOf(entry), HEADER);
  const record = Buffer.allocUnsafeSlow(length);
  record[0] = ENTRY_VERSION;
  record.write(parts, PARTS_AT, "latin1");
  let at = HEADER;
  for (const { cost, turns, waits, goesOn, trace, value, valueAt } of entries) {
    record.writeDoubleLE(cost, at);
    record.writeUInt32LE(turns + (waits ? WAITS : 0) + (goesOn ? GOES_ON : 0), at + 8);
    record.writeUInt32LE(trace.byteLength, at + 12);
    record.writeUInt32LE(valueAt === "" ? value.byteLength : NO_VALUE, at + 16);
    at += FIXED;
    record.set(trace, at);
    at += trace.byteLength;
    record.set(value, at);
    at += value.byteLength + record.write(valueAt, at, "latin1");
  }
  return record;
}

/** Whether a record is that of a key, by its first bytes: values and files with records of their own are not. */
export function isEntry(start: Uint8Array): boolean {
  return start[0] === ENTRY_VERSION && start.length > PARTS_AT && start.subarray(PARTS_AT, HEADER).every(isHexDigit);
}

function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102);
}

/** The parts of the key as they stand in a record of this version. */
export function partsOf(record: Uint8Array): string {
  return textOf(record, "latin1", PARTS_AT, HEADER);
}

/** The parts of the key that a record is stored under; null for a record of another version. */
export function readParts(record: Uint8Array): KeyParts | null {
  if (record.byteLength < HEADER || record[0] !== ENTRY_VERSION) return null;
  const text = partsOf(record);
  const parts = PARTS.map((part, index) => [part, text.slice(index * HEX, (index + 1) * HEX)]);
  return Object.fromEntries(parts) as unknown as KeyParts;
}

/** The entries in a record, as views of it; none for a record of another version. */
export function readEntries(record: Uint8Array): Entry[] {
  if (record.byteLength < HEADER || record[0] !== ENTRY_VERSION) return [];
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const entries: Entry[] = [];
  for (let at = HEADER; at < record.byteLength; ) {
    const traceAt = at + FIXED;
    const valueAt = traceAt + view.getUint32(at + 12, true);
    const size = view.getUint32(at + 16, true);
    const end = valueAt + (size === NO_VALUE ? HEX : size);
    const bytes = record.subarray(valueAt, end);
    const turns = view.getUint32(at + 8, true);
    entries.push({
      cost: view.getFloat64(at, true),
      turns: turns & TURNS,
      waits: (turns & WAITS) !== 0,
      goesOn: (turns & GOES_ON) !== 0,
      trace: record.subarray(traceAt, valueAt),
      value: size === NO_VALUE ? NOTHING : bytes,
      valueAt: size === NO_VALUE ? textOf(bytes, "latin1") : "",
    });
    at = end;
  }
  return entries;
}

/**
 * The entries of a key with one more: in front, and in place of the one with the same dependencies and answers.
 * @param hasSameDependencies compares two traces, whatever their fingerprints are
 */
export function withEntry(
  entries: readonly Entry[],
  added: Entry,
  hasSameDependencies: (a: Uint8Array, b: Uint8Array) => boolean,
): Entry[] {
  // An entry without dependencies is always valid: the others would never be used again.
  if (added.trace.byteLength === 0) return [added];
  const others = entries.filter(({ trace }) => trace.byteLength > 0 && !hasSameDependencies(trace, added.trace));
  return [added, ...others].slice(0, MOST_ENTRIES);
}
