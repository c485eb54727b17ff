/** Collects on what the entries of each function depend: code, values, and reads outside. */
import { describeQuery } from "../../audit/replay/dependencies.ts";
import { readEntries } from "../../src/call/entry.ts";
import { openForReading } from "../../src/store/disk/contents.ts";
import { unpackTrace } from "../../src/trace/trace.ts";
import type { LatestCode } from "../latest-code.ts";
import type { Stored } from "../list-stored.ts";
import type { ReportGraph } from "./report-data.ts";

/** How many units, values and reads are listed for one function. */
const MOST = 60;
/** How many entries of one function are opened to find its reads. */
const MOST_OPENED = 5;
/** How many entries are opened in all, because that takes time. */
const MOST_OPENED_IN_ALL = 3000;

/** @param idOf the index of a function in the report, by `file#name`. @returns the graphs by that index */
export function graphsOf(
  directory: string,
  code: ReadonlyMap<string, LatestCode>,
  stored: readonly Stored[],
  idOf: ReadonlyMap<string, number>,
): Map<number, ReportGraph> {
  const reads = readsOf(directory, stored, idOf);
  const found = new Map<number, ReportGraph>();
  for (const [key, id] of idOf) {
    const one = code.get(key);
    const own = reads.get(id);
    if (!one && !own) continue;
    found.set(id, {
      reaches: reachesOf(key, one, idOf),
      values: valuesOf(one),
      reads: own ? [...own].slice(0, MOST) : [],
    });
  }
  return found;
}

function reachesOf(
  key: string,
  one: LatestCode | undefined,
  idOf: ReadonlyMap<string, number>,
): ReportGraph["reaches"] {
  const others = (one?.units ?? []).filter(([name, file]) => `${file}#${name}` !== key);
  return others
    .slice(0, MOST)
    .map(([name, file, line]) => ({ text: `${name} ${file}:${line}`, id: idOf.get(`${file}#${name}`) ?? null }));
}

/** The variables with the members that are read of them (`options.theme`), and `this` if a part of it is read. */
function valuesOf(one: LatestCode | undefined): string[] {
  const found = (one?.places ?? []).flatMap((place) => {
    if (place.startsWith("`")) return [place.slice(0, place.indexOf("`", 1) + 1)];
    return /^this[.[]/.test(place) ? ["this"] : [];
  });
  return [...new Set(found)].slice(0, MOST);
}

/** The reads outside of stored calls, by function. */
function readsOf(
  directory: string,
  stored: readonly Stored[],
  idOf: ReadonlyMap<string, number>,
): Map<number, Set<string>> {
  const { get } = openForReading(directory);
  const opened = new Map<number, number>();
  const found = new Map<number, Set<string>>();
  let all = 0;
  for (const { key, fn, isPart } of stored) {
    const id = fn && !isPart ? idOf.get(`${fn.file}#${fn.name}`) : undefined;
    const count = opened.get(id ?? -1) ?? 0;
    if (id === undefined || count >= MOST_OPENED || all >= MOST_OPENED_IN_ALL) continue;
    opened.set(id, count + 1);
    all++;
    const record = get(key);
    if (!record) continue;
    for (const { trace } of readEntries(record)) {
      for (const { query } of unpackTrace(trace).dependencies) {
        found.set(id, (found.get(id) ?? new Set()).add(describeQuery(query)));
      }
    }
  }
  return found;
}
