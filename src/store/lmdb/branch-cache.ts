/**
 * The branch pages through which look-ups have gone, kept until the next commit. For a page that is used often, an index is kept
 * instead: the first four bytes of each of its keys in one array, and the pages below. A search in the page itself would touch two
 * lines of memory at each step, which in a large tree are not in the processor's cache.
 */
import {
  BRANCH,
  checkPage,
  childFor,
  childOf,
  DamagedError,
  KEY_SIZE,
  keySizeOf,
  keyStart,
  type Meta,
  nodeAt,
  nodeCount,
} from "./pages.ts";

/** How many branch pages are kept: 10 MB if all have an index, 30 MB if none has. A tree of ten million records has 6000. */
const MOST_BRANCHES = 8192;
/** How often a page is searched before an index is made, which costs as much as some ten searches save. */
const SEARCHES_BEFORE_INDEX = 4;

interface Branch {
  readonly number: number;
  /** The page; undefined once there is an index. */
  page: Buffer | undefined;
  searches: number;
  index: Index | undefined;
}

interface Index {
  /** The first four bytes of each key except the first one, which is empty and stands for all smaller keys. */
  readonly starts: Uint32Array;
  /** The numbers of the pages below. */
  readonly below: Float64Array;
  /** The branches among them that a look-up has come to. */
  readonly branches: (Branch | undefined)[];
}

export class Branches {
  readonly #read: (number: number, into: Buffer) => Buffer;
  readonly #known = new Map<number, Branch>();
  /** Where pages are read that are not kept. */
  readonly #spare: Buffer;

  /** @param read reads a page into a buffer of its size */
  constructor(pageSize: number, read: (number: number, into: Buffer) => Buffer) {
    this.#read = read;
    this.#spare = Buffer.allocUnsafeSlow(pageSize);
  }

  clear(): void {
    this.#known.clear();
  }

  /** The number of the only leaf page that can have a key; undefined if the tree is empty. */
  leafFor(key: Buffer, meta: Meta): number | undefined {
    const { root, depth } = meta.main;
    if (root === undefined || depth === 1) return root;
    const start = key.readUInt32BE(0);
    let branch = this.#branch(root, meta);
    for (let level = depth; level > 2; level--) {
      const at = branch.index && search(branch.index, start);
      if (branch.index === undefined || at === undefined) branch = this.#branch(this.#below(branch, key, meta), meta);
      else branch = branch.index.branches[at] ?? this.#link(branch.index, at, meta);
    }
    const at = branch.index && search(branch.index, start);
    return branch.index === undefined || at === undefined
      ? this.#below(branch, key, meta)
      : (branch.index.below[at] as number);
  }

  /** The number of the page below a branch in which a key belongs, found by comparing whole keys. */
  #below(branch: Branch, key: Buffer, meta: Meta): number {
    const { page } = branch;
    if (page !== undefined && ++branch.searches > SEARCHES_BEFORE_INDEX) {
      branch.index = indexOf(page, meta);
      branch.page = undefined;
    }
    const number = childFor(page ?? this.#load(branch.number, this.#spare, meta), key);
    checkNumber(number, meta);
    return number;
  }

  /** The branch at a place of an index, which remembers it for the next look-up. */
  #link(index: Index, at: number, meta: Meta): Branch {
    const branch = this.#branch(index.below[at] as number, meta);
    index.branches[at] = branch;
    return branch;
  }

  #branch(number: number, meta: Meta): Branch {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    // When there are too many, all are dropped. Those that are used often are soon back.
    if (this.#known.size >= MOST_BRANCHES) this.#known.clear();
    const page = this.#load(number, Buffer.allocUnsafeSlow(this.#spare.length), meta);
    const branch = { number, page, searches: 0, index: undefined };
    this.#known.set(number, branch);
    return branch;
  }

  #load(number: number, into: Buffer, meta: Meta): Buffer {
    const page = this.#read(number, into);
    checkPage(page, number, BRANCH, meta);
    return page;
  }
}

function checkNumber(number: number, { lastPage }: Meta): void {
  if (number < 2 || number > lastPage) throw new DamagedError("branch");
}

function indexOf(page: Buffer, meta: Meta): Index {
  const count = nodeCount(page);
  const starts = new Uint32Array(Math.max(0, count - 1));
  const below = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const node = nodeAt(page, i);
    below[i] = childOf(page, node);
    checkNumber(below[i] as number, meta);
    if (i === 0) continue;
    if (keySizeOf(page, node) !== KEY_SIZE) throw new DamagedError("key");
    starts[i - 1] = keyStart(page, node);
  }
  return { starts, below, branches: new Array(count) };
}

/**
 * Which of the pages below an index leads to a key.
 * @param start the first four bytes of the key
 * @returns undefined if another key begins with the same bytes, so that whole keys have to be compared
 */
function search({ starts }: Index, start: number): number | undefined {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = starts[middle] as number;
    if (one === start) return undefined;
    if (start < one) high = middle;
    else low = middle + 1;
  }
  return low;
}
