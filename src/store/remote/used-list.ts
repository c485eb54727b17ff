/** The list of records that runs of a program have used, so that the next run on any machine can fetch them at once: 24 bytes each. */
import type { RecordForm } from "../store.ts";

export interface Used {
  readonly form: RecordForm;
  /** Milliseconds that it would take to do without the record. */
  readonly cost: number;
  /** Its bytes, as the next power of two; 0 if that is not known. */
  readonly size: number;
  /** The day of the last use, counted from 1970. */
  readonly day: number;
}

/** Used records by key, in the order in which the run first used them. */
export type UsedList = ReadonlyMap<string, Used>;

const SIZE = 24;
const AT = { form: 16, size: 17, day: 18, cost: 20 } as const;
const FORMS = ["entry", "value"] as const;
/** The most records of a list. Further ones are fetched when a look-up asks for them. */
export const MOST_USED = 20_000;
/** Days after which a record that was not used is left out of the list. */
const KEPT = 7;
const DAY = 24 * 3600 * 1000;

export function usedToday(form: RecordForm, cost: number, { byteLength }: Uint8Array): Used {
  return { form, cost, size: 2 ** Math.ceil(Math.log2(Math.max(byteLength, 1))), day: today() };
}

export function today(): number {
  return Math.floor(Date.now() / DAY);
}

export function encodeList(list: UsedList): Buffer {
  const bytes = Buffer.alloc(SIZE * Math.min(list.size, MOST_USED));
  let at = 0;
  for (const [key, { form, cost, size, day }] of list) {
    if (at === bytes.length) break;
    bytes.write(key, at, "hex");
    bytes[at + AT.form] = FORMS.indexOf(form);
    // One more than the exponent, since lists of earlier versions have 0 here.
    bytes[at + AT.size] = size === 0 ? 0 : Math.log2(size) + 1;
    bytes.writeUInt16LE(day & 0xffff, at + AT.day);
    bytes.writeFloatLE(cost, at + AT.cost);
    at += SIZE;
  }
  return bytes;
}

/** Reads a list, and skips what is damaged. */
export function decodeList(bytes: Buffer): Map<string, Used> {
  const list = new Map<string, Used>();
  for (let at = 0; at + SIZE <= bytes.length && list.size < MOST_USED; at += SIZE) {
    const form = FORMS[bytes[at + AT.form] as number];
    const cost = bytes.readFloatLE(at + AT.cost);
    if (form === undefined || !(cost >= 0)) continue;
    const exponent = (bytes[at + AT.size] as number) - 1;
    const size = exponent < 0 ? 0 : 2 ** exponent;
    list.set(bytes.toString("hex", at, at + 16), { form, cost, size, day: bytes.readUInt16LE(at + AT.day) });
  }
  return list;
}

/** The list for the next run: the records that this run has used come first, then those that others have used lately. */
export function mergeLists(used: UsedList, before: UsedList, day: number): Map<string, Used> {
  const merged = new Map<string, Used>();
  for (const [key, one] of used) merged.set(key, { ...one, day, cost: Math.max(one.cost, before.get(key)?.cost ?? 0) });
  for (const [key, one] of before) {
    if (merged.size >= MOST_USED) break;
    if (!merged.has(key) && day - one.day <= KEPT) merged.set(key, one);
  }
  return merged;
}

/** Both lists in one. Of a record that is in both, the later use counts. */
export function joinLists(one: UsedList, other: UsedList): Map<string, Used> {
  const joined = new Map(one);
  for (const [key, used] of other) if (used.day > (joined.get(key)?.day ?? -1)) joined.set(key, used);
  return joined;
}

/** Whether a list differs from an earlier one in its records or in their days. */
export function saysMore(list: UsedList, before: UsedList): boolean {
  if (list.size !== before.size) return true;
  for (const [key, { day }] of list) if (before.get(key)?.day !== day) return true;
  return false;
}

/** Records to fetch with one question. */
const BATCH = 128;
/** The bytes that the answer to one question should have: more of them might not come in the time that an answer may take. */
const BATCH_BYTES = 4 * 1024 * 1024;
/** The bytes that a record of unknown size is taken for. */
const USUAL = 16 * 1024;

/** A record to be fetched, and what its bytes are. */
export interface Wanted {
  readonly key: string;
  readonly form: RecordForm;
}

/** The records of a list in batches, each of which is to be fetched with one question. */
export function* batchesOf(list: UsedList): Generator<Wanted[]> {
  let batch: Wanted[] = [];
  let bytes = 0;
  for (const [key, { form, size }] of list) {
    const more = size || USUAL;
    if (batch.length > 0 && (batch.length === BATCH || bytes + more > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ key, form });
    bytes += more;
  }
  if (batch.length > 0) yield batch;
}
