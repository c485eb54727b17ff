/** Sums up the records of the store, by function and by age. */
import type { Stored } from "../list-stored.ts";
import type { ReportAge, ReportStored } from "./report-data.ts";

const DAY = 24 * 3600 * 1000;

/** @returns the sums by the index of the function. Functions that no run knows any more have negative numbers */
export function storedByFunction(
  stored: readonly Stored[],
  idOf: ReadonlyMap<string, number>,
): Map<number, ReportStored> {
  const found = new Map<number, ReportStored>();
  for (const one of stored) {
    const { fn, label, bytes, cost, created, isPart } = one;
    const id = fn ? (idOf.get(`${fn.file}#${fn.name}`) ?? null) : null;
    const key = id ?? -1 - one.owner;
    const before = found.get(key);
    found.set(key, {
      label,
      id,
      entries: (before?.entries ?? 0) + (isPart ? 0 : 1),
      bytes: (before?.bytes ?? 0) + bytes,
      cost: (before?.cost ?? 0) + cost,
      created: Math.min(before?.created ?? created, created),
      used: Math.max(before?.used ?? 0, usedAt(one)),
    });
  }
  return found;
}

/** When a record was last used, as `dumbo gc` counts it: a use counts for the whole day. */
function usedAt({ created, lastFound }: Stored): number {
  return Math.max(created, lastFound === null ? 0 : lastFound + DAY);
}

/** The sums by age, the most recently used first. */
export function agesOf(stored: readonly Stored[], now = Date.now()): ReportAge[] {
  const found = new Map<number, ReportAge>();
  for (const one of stored) {
    const days = Math.max(0, Math.floor((now - usedAt(one)) / DAY));
    const { entries, bytes } = found.get(days) ?? { entries: 0, bytes: 0 };
    found.set(days, { days, entries: entries + 1, bytes: bytes + one.bytes });
  }
  return [...found.values()].sort((a, b) => a.days - b.days);
}
