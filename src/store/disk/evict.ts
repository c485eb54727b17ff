/**
 * Chooses what gives way: by cost saved per byte with ageing, greedy-dual-size with frequency, on a sample.
 *
 * Pei Cao and Sandy Irani, "Cost-Aware WWW Proxy Caching Algorithms", USENIX Symposium on Internet Technologies and
 * Systems 1997: a record is worth H = L + cost / size; the least H goes, and L becomes that H, so that what is not
 * used again loses its worth as others go. Ludmila Cherkasova, "Improving WWW Proxies Performance with
 * Greedy-Dual-Size-Frequency Caching Policy", HP Laboratories 1998: the cost counts once for each use. Konstantinos
 * Psounis and Balaji Prabhakar, "A Randomized Web-Cache Replacement Scheme", INFOCOM 2001: the worst of a sample will
 * do. The sample here is a stretch of keys, which are hashes; one stretch after
 * the other, so that what is left of one has company again when its turn comes.
 */
import type { Reader } from "../lmdb/reader.ts";
import type { Evicted } from "../store.ts";
import { BLOB, ENTRY, POINTER } from "./stamp.ts";
import { type Item, sweep } from "./sweep.ts";
import type { Uses } from "./uses.ts";

/** The sample has so many times the bytes that are needed. */
const SAMPLE = 4;
/** And is no longer than so many pages. */
const LONGEST = 20_000;
/** Pages at both ends from which nothing is taken: what is beside them was not looked at. */
const MARGIN = 8;
/** Pages of the sample, at least. */
const FEWEST = 4 * MARGIN;
/** What the cost counts for a record of a function none of whose entries was ever found. */
const USELESS = 1 / 16;

/** What gives way. */
export interface Victims {
  readonly items: readonly Victim[];
  /** The new clock. */
  readonly clock: number;
  /** Where to look on the next time: everything has its turn. */
  readonly hand: Buffer;
}

export interface Victim extends Evicted {
  readonly kind: number;
  readonly id: Buffer;
}

interface Candidate {
  readonly item: Item;
  readonly bytes: number;
  readonly worth: number;
}

/**
 * @param needed bytes to free
 * @param spared keys that must stay
 * @throws {DamagedError}
 */
export function chooseVictims(reader: Reader, uses: Uses, needed: number, spared: ReadonlySet<string>): Victims {
  const sample = collect(reader, uses, needed, spared);
  const hand = sample.at(-1)?.item.key ?? Buffer.alloc(0);
  const candidates = sample.sort((a, b) => a.worth - b.worth);
  const items: Victim[] = [];
  let freed = 0;
  for (const { item, bytes } of candidates) {
    if (freed >= needed) break;
    const { kind, owner, cost } = item.stamp ?? { kind: ENTRY, owner: 0, cost: 0 };
    items.push({ key: item.key.toString("hex"), id: Buffer.from(item.key), kind, owner, bytes, cost });
    freed += bytes;
  }
  // Not what the best of them was worth, as where there is no sample: one bad sample would make all others old.
  const middle = candidates[items.length >> 1]?.worth ?? 0;
  return { items, clock: Math.max(uses.clock, middle), hand };
}

function collect(reader: Reader, uses: Uses, needed: number, spared: ReadonlySet<string>): Candidate[] {
  let bytes = 0;
  let pages = 0;
  let found: Candidate[] = [];
  /** How many were found when a page began. */
  const starts: number[] = [];
  const visit = (items: Item[]): boolean => {
    starts.push(found.length);
    for (const item of items) {
      const one = candidate(item, uses, spared);
      if (one === undefined) continue;
      found.push(one);
      bytes += one.bytes;
    }
    pages++;
    return pages < LONGEST && (pages < FEWEST || bytes < SAMPLE * needed);
  };
  const toEnd = sweep(reader, uses.hand, visit);
  if (toEnd && pages < FEWEST) {
    // Few pages up to the end: all of a small tree, or as much as it takes from its start.
    found = [];
    starts.length = 0;
    bytes = 0;
    pages = 0;
    return sweep(reader, undefined, visit) ? found : found.slice(0, starts[pages - MARGIN]);
  }
  return found.slice(starts[MARGIN], toEnd ? undefined : starts[pages - MARGIN]);
}

function candidate(item: Item, uses: Uses, spared: ReadonlySet<string>): Candidate | undefined {
  const { stamp, key, size, start } = item;
  if (stamp === undefined) return { item, bytes: size, worth: -1 };
  if (stamp.kind !== ENTRY && stamp.kind !== POINTER && stamp.kind !== BLOB) return undefined;
  if (spared.has(key.toString("hex"))) return undefined;
  // A file's size stands at the start of its own record, and behind its hash in those that lead to it.
  const file = stamp.kind === BLOB ? numberAt(start, 0) : stamp.kind === POINTER ? numberAt(start, 16) : 0;
  const { clock, count } = uses.of(key);
  const weight = uses.wasOfUse(stamp.owner) ? 1 + count : USELESS;
  const cost = stamp.cost >= 0 && Number.isFinite(stamp.cost) ? stamp.cost : 0;
  // A file goes before what leads to it.
  const worth = clock + (weight * cost) / (stamp.kind === POINTER ? file : size + file);
  return { item, bytes: stamp.kind === BLOB ? size + file : size, worth };
}

function numberAt(bytes: Buffer, at: number): number {
  return bytes.length >= at + 4 ? bytes.readUInt32LE(at) : 0;
}
