/**
 * The layout of the file that lmdb writes (data version 2 of lmdb 3.5.6, 64 bits, little-endian): two meta pages, then
 * a B+ tree of records and a second tree that lists free pages. Pages are copied on write; a commit writes one meta page last. The
 * functions here do not trust what they read: they throw {@link DamagedError} rather than return a number out of range.
 */

/** Thrown for a page that is not what the page above says: the file is damaged, or was rewritten while it was read. */
export class DamagedError extends Error {}

/** One B+ tree; `root` is undefined while it is empty. */
export interface Tree {
  readonly root: number | undefined;
  readonly depth: number;
  readonly entries: number;
}

/** One committed state of the file. */
export interface Meta {
  readonly pageSize: number;
  readonly free: Tree;
  readonly main: Tree;
  readonly lastPage: number;
  readonly transaction: number;
}

/** Where the value of a leaf's node is: in the page itself, or, if it is long, in a run of pages of its own. */
export interface Value {
  readonly size: number;
  /** Offset in the leaf page. */
  readonly offset: number;
  /** First page of the run, if the value has one. */
  readonly run: number | undefined;
  readonly pages: number;
}

export const HEADER = 24;
export const KEY_SIZE = 16;
export const BRANCH = 1;
export const LEAF = 2;
export const OVERFLOW = 4;
const META = 8;

/** Bytes of a meta page that mean anything; the rest is unused. */
export const META_SIZE = 168;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
/** The upper half of a page number that stands for "no page". */
const NO_PAGE = 0xffffffff;
/** The flag of the tree of free pages: its keys are numbers of transactions. */
const INTEGER_KEYS = 8;
const MAX_DEPTH = 32;
const IN_RUN = 1;
const NODE = 8;

/** The bytes of a file without records, the same as lmdb would write. */
export function emptyStore(): Buffer {
  const pageSize = 4096;
  const bytes = Buffer.alloc(2 * pageSize);
  for (const page of [0, 1]) {
    const at = page * pageSize;
    bytes.writeUInt32LE(page, at);
    bytes.writeUInt16LE(META, at + 18);
    bytes.writeUInt32LE(MAGIC, at + 24);
    bytes.writeUInt32LE(DATA_VERSION, at + 28);
    bytes.writeUInt32LE(0x20000, at + 40); // the map's size, which lmdb raises as it needs to
    bytes.writeUInt32LE(pageSize, at + 48);
    bytes.writeUInt16LE(INTEGER_KEYS, at + 52);
    bytes.fill(0xff, at + 88, at + 96); // no root
    bytes.fill(0xff, at + 136, at + 144);
    bytes.writeUInt32LE(1, at + 144); // the last page
  }
  return bytes;
}

/**
 * The page size that the first meta page names.
 * @param bytes the start of the file, at least {@link META_SIZE}
 */
export function pageSizeOf(bytes: Buffer): number {
  if (bytes.length < META_SIZE || bytes.readUInt32LE(24) !== MAGIC) throw new DamagedError("no lmdb file");
  const size = bytes.readUInt32LE(48);
  if (size < 512 || size > 65536 || size & (size - 1)) throw new DamagedError("page size");
  return size;
}

/**
 * The meta pages that are sound, the newest first. A crash can leave one of the two damaged.
 * @param bytes the file from its start to the end of the second meta page
 */
export function readMetas(bytes: Buffer, pageSize: number): readonly Meta[] {
  const found: Meta[] = [];
  for (const page of [0, 1]) {
    try {
      found.push(readMeta(bytes, page, pageSize));
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
    }
  }
  return found.sort((a, b) => b.transaction - a.transaction);
}

function readMeta(bytes: Buffer, page: number, pageSize: number): Meta {
  const at = page * pageSize;
  const sound =
    bytes.length >= at + META_SIZE &&
    bytes.readUInt16LE(at + 18) === META &&
    bytes.readUInt32LE(at + 24) === MAGIC &&
    bytes.readUInt32LE(at + 28) === DATA_VERSION &&
    bytes.readUInt32LE(at + 48) === pageSize &&
    bytes.readUInt16LE(at + 52) === INTEGER_KEYS &&
    bytes.readUInt16LE(at + 100) === 0;
  if (!sound) throw new DamagedError("meta page");
  const lastPage = readNumber(bytes, at + 144);
  const transaction = readNumber(bytes, at + 152);
  // Commits take turns with the two pages.
  if (transaction !== 0 && transaction % 2 !== page) throw new DamagedError("meta page");
  return {
    pageSize,
    lastPage,
    free: readTree(bytes, at + 48, lastPage),
    main: readTree(bytes, at + 96, lastPage),
    transaction,
  };
}

function readTree(bytes: Buffer, at: number, lastPage: number): Tree {
  if (bytes.readUInt32LE(at + 44) === NO_PAGE) return { root: undefined, depth: 0, entries: 0 };
  const depth = bytes.readUInt16LE(at + 6);
  const entries = readNumber(bytes, at + 32);
  const root = readNumber(bytes, at + 40);
  if (root < 2 || root > lastPage || depth < 1 || depth > MAX_DEPTH) throw new DamagedError("tree");
  return { root, depth, entries };
}

/** A 64-bit number. @throws {DamagedError} if a double cannot hold it exactly */
export function readNumber(bytes: Buffer, at: number): number {
  const high = bytes.readUInt32LE(at + 4);
  if (high >= 0x200000) throw new DamagedError("number");
  return high * 2 ** 32 + bytes.readUInt32LE(at);
}

/**
 * Checks the header that all pages but the meta pages have. Its transaction may not be newer than the last commit: lmdb would take such
 * a page for its own copy in memory, and write to it.
 */
export function checkHeader(header: Buffer, number: number, kind: number, meta: Meta): void {
  const sound =
    readNumber(header, 0) === number && readNumber(header, 8) <= meta.transaction && header.readUInt16LE(18) === kind;
  if (!sound) throw new DamagedError(`page ${number}`);
}

/** Checks the header of a branch or leaf page, and the bounds of its list of nodes. The nodes are checked one by one. */
export function checkPage(page: Buffer, number: number, kind: number, meta: Meta): void {
  checkHeader(page, number, kind, meta);
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  if (lower & 1 || lower > upper || upper > page.length - HEADER) throw new DamagedError(`page ${number}`);
}

/** How many nodes a checked page has. */
export function nodeCount(page: Buffer): number {
  return page.readUInt16LE(20) >> 1;
}

/** Where a node starts in its page. */
export function nodeAt(page: Buffer, index: number): number {
  const at = HEADER + page.readUInt16LE(HEADER + 2 * index);
  if (at + NODE > page.length || at + NODE + page.readUInt16LE(at + 6) > page.length) throw new DamagedError("node");
  return at;
}

/** How long a node's key is. */
export function keySizeOf(page: Buffer, node: number): number {
  return page.readUInt16LE(node + 6);
}

/** The first four bytes of a node's key, as a number. */
export function keyStart(page: Buffer, node: number): number {
  return page.readUInt32BE(node + NODE);
}

/** The page below a branch node. */
export function childOf(page: Buffer, node: number): number {
  return page.readUInt32LE(node) + page.readUInt16LE(node + 4) * 2 ** 32;
}

/** Where a leaf node's value lies. */
export function valueOf(page: Buffer, node: number, meta: Meta): Value {
  const size = page.readUInt32LE(node);
  const flags = page.readUInt16LE(node + 4);
  const offset = node + NODE + keySizeOf(page, node);
  if (flags === 0) {
    if (offset + size > page.length) throw new DamagedError("value");
    return { size, offset, run: undefined, pages: 0 };
  }
  if (flags !== IN_RUN || offset + 24 > page.length) throw new DamagedError("value");
  const run = readNumber(page, offset);
  const pages = readNumber(page, offset + 16);
  // There may be more pages than needed: lmdb keeps the run of a value that it writes again in one transaction and that became
  // shorter. Its list of free pages does.
  const least = Math.ceil((HEADER + size) / meta.pageSize);
  if (run < 2 || pages < least || run + pages - 1 > meta.lastPage) throw new DamagedError("value");
  return { size, offset, run, pages };
}

/**
 * Compares a key with a node's key, as memcmp does. It compares four words itself, because a call of Buffer.compare costs more.
 */
export function compareKey(key: Buffer, page: Buffer, node: number): number {
  if (keySizeOf(page, node) !== KEY_SIZE) throw new DamagedError("key");
  for (let i = 0; i < KEY_SIZE; i += 4) {
    const difference = key.readUInt32BE(i) - page.readUInt32BE(node + NODE + i);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The page below a branch page in which a key belongs. */
export function childFor(page: Buffer, key: Buffer): number {
  return childOf(page, nodeAt(page, childIndex(page, key)));
}

/** Which of a branch page's nodes leads to a key. */
export function childIndex(page: Buffer, key: Buffer): number {
  // The first node's key is empty, and stands for all smaller keys.
  let low = 1;
  let high = nodeCount(page);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKey(key, page, nodeAt(page, middle)) < 0) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}

/** The node of a leaf page with this key; undefined if there is none. */
export function leafNode(page: Buffer, key: Buffer): number | undefined {
  let low = 0;
  let high = nodeCount(page) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const node = nodeAt(page, middle);
    const order = compareKey(key, page, node);
    if (order === 0) return node;
    if (order < 0) high = middle - 1;
    else low = middle + 1;
  }
  return undefined;
}
