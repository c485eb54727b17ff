/**
 * Chooses the records that are evicted: by saved cost per byte, with ageing (greedy-dual-size with frequency), on a sample.
 *
 * Pei Cao and Sandy Irani, "Cost-Aware WWW Proxy Caching Algorithms", USENIX Symposium on Internet Technologies and
 * Systems 1997: a record is worth H = L + cost / size; the least H goes, and L becomes that H, so that what is not
 * used again loses its worth as others go. Ludmila Cherkasova, "Improving WWW Proxies Performance with
 * Greedy-Dual-Size-Frequency Caching Policy", HP Laboratories 1998: the cost counts once for each use. Konstantinos
 * Psounis and Balaji Prabhakar, "A Randomized Web-Cache Replacement Scheme", INFOCOM 2001: the worst of a sample will do. The sample here
 * is a stretch of keys. Keys are hashes, so a stretch is as good as a random choice. Each eviction takes the next stretch, so that new
 * records have come between the old ones when a stretch is taken again.
 */
import type { Reader } from "../lmdb/reader.ts";
import type { Evicted } from "../store.ts";
import { BLOB, ENTRY, POINTER } from "./stamp.ts";
import { type Item, sweep } from "./sweep.ts";
import type { Uses } from "./uses.ts";

/** The sample has so many times as many bytes as are needed. */
const SAMPLE = 4;
/** The most pages of a sample. */
const LONGEST = 20_000;
/** Pages at both ends of the sample from which nothing is evicted: lmdb may merge them with pages that were not checked. */
const MARGIN = 8;
/** The fewest pages of a sample. */
const FEWEST = 4 * MARGIN;
/** The factor on the cost of a record whose function never had a hit. */
const USELESS = 1 / 16;

/** The records that are evicted. */
export interface Victims {
  readonly items: readonly Victim[];
  /** The new value of the clock by which records age (uses.ts). */
  readonly clock: number;
  /** The key at which the next sample begins. */
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
 * Chooses records of the next sample.
 * @param needed how many bytes to free
 * @param spared keys of records that must stay
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
  // Without a sample, the clock would be set to the worth of the best victim. Here one sample of valuable records would make all other
  // records old, so the middle one counts.
  const middle = candidates[items.length >> 1]?.worth ?? 0;
  return { items, clock: Math.max(uses.clock, middle), hand };
}

function collect(reader: Reader, uses: Uses, needed: number, spared: ReadonlySet<string>): Candidate[] {
  let bytes = 0;
  let pages = 0;
  let found: Candidate[] = [];
  /** For each page, how many candidates were found before it. */
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
    // There are few pages from the hand to the end, so the sample begins at the first key. In a small tree, it is all records.
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
  // The record of a blob begins with the blob's size. In a record that points to one, it follows the blob's hash.
  const file = stamp.kind === BLOB ? numberAt(start, 0) : stamp.kind === POINTER ? numberAt(start, 16) : 0;
  const { clock, count } = uses.of(key);
  const weight = uses.wasOfUse(stamp.owner) ? 1 + count : USELESS;
  const cost = stamp.cost >= 0 && Number.isFinite(stamp.cost) ? stamp.cost : 0;
  // A blob is worth less than the records that point to it, and is evicted before them.
  const worth = clock + (weight * cost) / (stamp.kind === POINTER ? file : size + file);
  return { item, bytes: stamp.kind === BLOB ? size + file : size, worth };
}

function numberAt(bytes: Buffer, at: number): number {
  return bytes.length >= at + 4 ? bytes.readUInt32LE(at) : 0;
}
