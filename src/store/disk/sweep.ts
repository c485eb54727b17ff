/**
 * Goes through the records in the order of their keys. Keys are hashes, so any stretch of them is a fair sample. Every page on the way is
 * checked, and so are the pages beside it, because lmdb merges pages when records are removed.
 */
import {
  BRANCH,
  checkHeader,
  checkPage,
  childIndex,
  childOf,
  DamagedError,
  HEADER,
  KEY_SIZE,
  keySizeOf,
  LEAF,
  nodeAt,
  nodeCount,
  OVERFLOW,
  valueOf,
} from "../lmdb/pages.ts";
import type { Reader } from "../lmdb/reader.ts";
import { HEAD } from "./batch.ts";
import { readStamp, STAMP, type Stamp } from "./stamp.ts";

/** A record as its page has it. Its checksum is not compared. */
export interface Item {
  readonly key: Buffer;
  /** Bytes that it takes in the file. */
  readonly size: number;
  /** Undefined for a removed record. */
  readonly stamp: Stamp | undefined;
  /** The first bytes of the record, behind its stamp. */
  readonly start: Buffer;
}

/** Bytes of a record that an {@link Item} has. A record with a blob begins with the blob's hash and size. */
const START = 44;
/** What a record takes on its page beside its value: the header of the node, the key, and the position of the node. */
const NODE = 8 + KEY_SIZE + 2;

/**
 * Visits the records, page by page.
 * @param from the key at which to begin; undefined for the first
 * @param visit is given the records of one page, and answers whether to go on
 * @returns whether all pages from there to the end were visited
 * @throws {DamagedError}
 */
export function sweep(reader: Reader, from: Buffer | undefined, visit: (items: Item[]) => boolean): boolean {
  const { main } = reader.meta;
  const checked = new Map<number, Buffer>();

  const branch = (number: number): Buffer => {
    let page = checked.get(number);
    if (page === undefined) {
      page = readBranch(reader, number);
      checked.set(number, page);
    }
    return page;
  };

  const walk = (number: number, level: number, onPath: boolean): boolean => {
    if (level === 1) return visit(readItems(reader, number));
    const page = branch(number);
    const count = nodeCount(page);
    const first = onPath && from ? childIndex(page, from) : 0;
    for (let i = first; i < count; i++) {
      if (level > 2) {
        for (const beside of [i - 1, i + 1])
          if (beside >= 0 && beside < count) branch(childOf(page, nodeAt(page, beside)));
      }
      if (!walk(childOf(page, nodeAt(page, i)), level - 1, onPath && i === first)) return false;
    }
    return true;
  };
  return main.root === undefined || walk(main.root, main.depth, true);
}

function readBranch(reader: Reader, number: number): Buffer {
  const page = reader.readPage(number, Buffer.allocUnsafe(reader.pageSize));
  checkPage(page, number, BRANCH, reader.meta);
  const count = nodeCount(page);
  if (count === 0) throw new DamagedError(`page ${number} empty`);
  for (let i = 0; i < count; i++) {
    const node = nodeAt(page, i);
    const child = childOf(page, node);
    const keySize = keySizeOf(page, node);
    if (child < 2 || child > reader.meta.lastPage || (keySize !== KEY_SIZE && i > 0)) throw new DamagedError("branch");
  }
  return page;
}

function readItems(reader: Reader, number: number): Item[] {
  if (number < 2 || number > reader.meta.lastPage) throw new DamagedError("branch");
  const page = reader.readPage(number, Buffer.allocUnsafe(reader.pageSize));
  checkPage(page, number, LEAF, reader.meta);
  const items: Item[] = [];
  for (let i = 0; i < nodeCount(page); i++) {
    const node = nodeAt(page, i);
    if (keySizeOf(page, node) !== KEY_SIZE) throw new DamagedError("key");
    const { size, offset, run, pages } = valueOf(page, node, reader.meta);
    const key = page.subarray(node + 8, node + 8 + KEY_SIZE);
    const bytes = Buffer.alloc(Math.min(size, HEAD + STAMP + START));
    if (run === undefined) page.copy(bytes, 0, offset, offset + bytes.length);
    else readRun(reader, run, pages, bytes);
    const stamp = size === 0 ? undefined : readStamp(bytes, HEAD);
    const taken = run === undefined ? NODE + size : NODE + 24 + pages * reader.pageSize;
    items.push({ key, size: taken, stamp, start: bytes.subarray(HEAD + STAMP) });
  }
  return items;
}

function readRun(reader: Reader, run: number, pages: number, into: Buffer): void {
  const bytes = Buffer.allocUnsafe(HEADER + into.length);
  reader.readAt(run * reader.pageSize, bytes);
  checkHeader(bytes, run, OVERFLOW, reader.meta);
  if (bytes.readUInt32LE(20) !== pages) throw new DamagedError(`page ${run}`);
  bytes.copy(into, 0, HEADER);
}
