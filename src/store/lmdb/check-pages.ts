/**
 * Checks that are made before lmdb writes. lmdb trusts its file: a page number out of range, or a page that is used twice, ends the
 * process. So the pages that a commit will touch are checked first. The whole file is checked once after a restart of the machine,
 * because commits are not synced to the disk (notes/lmdb.md).
 */
import {
  BRANCH,
  checkHeader,
  checkPage,
  childOf,
  compareKey,
  DamagedError,
  HEADER,
  KEY_SIZE,
  keySizeOf,
  LEAF,
  leafNode,
  nodeAt,
  nodeCount,
  OVERFLOW,
  readNumber,
  type Tree,
  valueOf,
} from "./pages.ts";
import type { Reader } from "./reader.ts";

/** The size of a key in the tree of free pages, which is a transaction number. */
const FREE_KEY_SIZE = 8;
/** How many free pages the file may lack at its end. */
const SPARE_PAGES = 65536;

export interface FreePages {
  readonly all: number;
  /** How many of them the next commit can use: not those that the last commit set free. */
  readonly usable: number;
  /**
   * Whether a page of the list of free pages has only one record. When lmdb replaces that record by one that takes several pages, the
   * page is empty for a moment. If lmdb has to search its list for free pages in that moment, it reads memory at random.
   */
  readonly isFragile: boolean;
}

/** Notes that pages are in use. @throws {DamagedError} if one was in use already */
type Claim = (page: number, count: number) => void;

/**
 * Checks what lmdb will read when it writes some keys: both meta pages, the pages on the way to each key, and the tree of free pages.
 * @param keys in order, the check reads fewer pages
 * @throws {DamagedError}
 */
export function verifyPaths(reader: Reader, keys: Iterable<Buffer>): FreePages {
  verifyMetas(reader);
  verifyLeaves(reader, keys);
  return verifyFreeTree(reader, claims(reader));
}

/**
 * Checks every page of both trees: it must be used once and be well formed, and all keys must be in order. Of the values, only the
 * headers of long ones are read, because each record has a checksum. Cost: some 4 us for each page of the trees.
 * @throws {DamagedError}
 */
export function verifyAll(reader: Reader): void {
  verifyMetas(reader);
  const { main } = reader.meta;
  const claim = claims(reader);
  let entries = 0;
  let previous: Buffer | undefined;
  walk(reader, main, claim, (page, node) => {
    if (previous && compareKey(previous, page, node) >= 0) throw new DamagedError("order");
    previous = Buffer.from(page.subarray(node + 8, node + 8 + KEY_SIZE));
    verifyRun(reader, page, node, claim);
    entries++;
  });
  if (entries !== main.entries) throw new DamagedError("entries");
  verifyFreeTree(reader, claim);
}

function claims(reader: Reader): Claim {
  const { lastPage, pageSize } = reader.meta;
  // lmdb may have left out free pages at the end of the file.
  if (!reader.reaches((lastPage - SPARE_PAGES) * pageSize)) throw new DamagedError("file too short");
  const used = new Uint8Array(lastPage + 1);
  return (page, count) => {
    for (let i = page; i < page + count; i++) {
      if (i < 2 || i > lastPage || used[i]) throw new DamagedError(`page ${i} in use twice`);
      used[i] = 1;
    }
  };
}

function verifyMetas(reader: Reader): void {
  const [newer, older] = reader.metas;
  if (!newer || !older || newer.transaction - older.transaction > 1) throw new DamagedError("meta pages");
}

/** Checks the leaf pages of some keys, and the long values under these keys. */
export function verifyLeaves(reader: Reader, keys: Iterable<Buffer>): void {
  let last: number | undefined;
  let leaf: Buffer = Buffer.alloc(0);
  for (const key of keys) {
    const number = reader.leafFor(key);
    if (number === undefined) return;
    // In order, several keys in a row are on one page.
    if (number !== last) leaf = verifyLeaf(reader, number);
    last = number;
    const node = leafNode(leaf, key);
    if (node !== undefined) verifyRun(reader, leaf, node, () => {});
  }
}

/** Reads a leaf page and checks all of its nodes, because lmdb moves them about when it changes one. */
function verifyLeaf(reader: Reader, number: number): Buffer {
  const leaf = reader.readLeaf(number);
  for (let i = 0; i < nodeCount(leaf); i++) {
    const node = nodeAt(leaf, i);
    if (keySizeOf(leaf, node) !== KEY_SIZE) throw new DamagedError("key");
    valueOf(leaf, node, reader.meta);
  }
  return leaf;
}

/** Checks the pages of a long value: their header repeats how many there are. */
function verifyRun(reader: Reader, leaf: Buffer, node: number, claim: Claim): void {
  const { run, pages } = valueOf(leaf, node, reader.meta);
  if (run === undefined) return;
  const header = Buffer.alloc(HEADER);
  reader.readAt(run * reader.pageSize, header);
  checkHeader(header, run, OVERFLOW, reader.meta);
  if (header.readUInt32LE(20) !== pages) throw new DamagedError(`page ${run}`);
  claim(run, pages);
}

/**
 * Checks the tree of free pages, and counts them. Each of its records is a list: its length, then page numbers. In front of the first
 * page of a run stands the negative length of the run.
 */
function verifyFreeTree(reader: Reader, claim: Claim): FreePages {
  const { free, lastPage, pageSize, transaction } = reader.meta;
  const found = { all: 0, usable: 0, isFragile: false };
  walk(reader, free, claim, (page, node) => {
    if (keySizeOf(page, node) !== FREE_KEY_SIZE) throw new DamagedError("free list");
    if (free.depth > 1 && nodeCount(page) === 1) found.isFragile = true;
    const isUsable = readNumber(page, node + 8) < transaction;
    const { size, offset, run } = valueOf(page, node, reader.meta);
    const start = run === undefined ? 0 : run * pageSize + HEADER;
    if (size < 8 || size % 8 || !reader.reaches(start + size)) throw new DamagedError("free list");
    verifyRun(reader, page, node, claim);
    const list = Buffer.alloc(size);
    if (run === undefined) page.copy(list, 0, offset, offset + size);
    else reader.readAt(start, list);
    const length = readNumber(list, 0);
    if (length * 8 > size - 8) throw new DamagedError("free list");
    for (let i = 1; i <= length; i++) {
      let pages = 1;
      let first = Number(list.readBigInt64LE(8 * i));
      if (first === 0) continue;
      if (first < 0) {
        if (++i > length) throw new DamagedError("free list");
        pages = -first;
        first = Number(list.readBigInt64LE(8 * i));
      }
      if (first < 2 || pages > lastPage || first + pages - 1 > lastPage) throw new DamagedError("free list");
      claim(first, pages);
      found.all += pages;
      if (isUsable) found.usable += pages;
    }
  });
  return found;
}

function walk(reader: Reader, tree: Tree, claim: Claim, visit: (page: Buffer, node: number) => void): void {
  const visitPage = (number: number, level: number): void => {
    if (number < 2 || number > reader.meta.lastPage) throw new DamagedError("branch");
    claim(number, 1);
    const page = reader.readPage(number, Buffer.allocUnsafe(reader.pageSize));
    checkPage(page, number, level > 1 ? BRANCH : LEAF, reader.meta);
    const count = nodeCount(page);
    if (count === 0) throw new DamagedError(`page ${number} empty`);
    for (let i = 0; i < count; i++) {
      const node = nodeAt(page, i);
      if (level > 1) visitPage(childOf(page, node), level - 1);
      else visit(page, node);
    }
  };
  if (tree.root !== undefined) visitPage(tree.root, tree.depth);
}
