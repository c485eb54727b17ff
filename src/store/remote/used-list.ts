/** What runs of a program have used, so that the next one, on whatever machine, can fetch it in one go: 24 bytes a record. */
import type { RecordForm } from "../store.ts";

export interface Used {
  readonly form: RecordForm;
  /** Milliseconds that it would take to do without it. */
  readonly cost: number;
  /** Since 1970, when it was last used. */
  readonly day: number;
}

/** By key, in the order of the first use. */
export type UsedList = ReadonlyMap<string, Used>;

const SIZE = 24;
const AT = { form: 16, day: 18, cost: 20 } as const;
const FORMS = ["entry", "value"] as const;
/** Records of a list: what is above comes when it is asked for. */
export const MOST_USED = 20_000;
/** Days that a record stays on the list without being used. */
const KEPT = 7;
const DAY = 24 * 3600 * 1000;

export function today(): number {
  return Math.floor(Date.now() / DAY);
}

export function encodeList(list: UsedList): Buffer {
  const bytes = Buffer.alloc(SIZE * Math.min(list.size, MOST_USED));
  let at = 0;
  for (const [key, { form, cost, day }] of list) {
    if (at === bytes.length) break;
    bytes.write(key, at, "hex");
    bytes[at + AT.form] = FORMS.indexOf(form);
    bytes.writeUInt16LE(day & 0xffff, at + AT.day);
    bytes.writeFloatLE(cost, at + AT.cost);
    at += SIZE;
  }
  return bytes;
}

/** Reads as much as makes sense. */
export function decodeList(bytes: Buffer): Map<string, Used> {
  const list = new Map<string, Used>();
  for (let at = 0; at + SIZE <= bytes.length && list.size < MOST_USED; at += SIZE) {
    const form = FORMS[bytes[at + AT.form] as number];
    const cost = bytes.readFloatLE(at + AT.cost);
    if (form === undefined || !(cost >= 0)) continue;
    list.set(bytes.toString("hex", at, at + 16), { form, cost, day: bytes.readUInt16LE(at + AT.day) });
  }
  return list;
}

/** What this run has used first, then what others have used lately. */
export function mergeLists(used: UsedList, before: UsedList, day: number): Map<string, Used> {
  const merged = new Map<string, Used>();
  for (const [key, one] of used) merged.set(key, { ...one, day, cost: Math.max(one.cost, before.get(key)?.cost ?? 0) });
  for (const [key, one] of before) {
    if (merged.size >= MOST_USED) break;
    if (!merged.has(key) && day - one.day <= KEPT) merged.set(key, one);
  }
  return merged;
}

/** What either says, the later use of what both have. */
export function joinLists(one: UsedList, other: UsedList): Map<string, Used> {
  const joined = new Map(one);
  for (const [key, used] of other) if (used.day > (joined.get(key)?.day ?? -1)) joined.set(key, used);
  return joined;
}

/** Whether a list says something that another one does not. */
export function saysMore(list: UsedList, before: UsedList): boolean {
  if (list.size !== before.size) return true;
  for (const [key, { day }] of list) if (before.get(key)?.day !== day) return true;
  return false;
}
