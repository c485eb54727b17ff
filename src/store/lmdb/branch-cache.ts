/**
 * The branch pages that look-ups pass, kept until the next commit. A page that is passed often is kept as the start of
 * each of its keys, side by side, and the pages below: a search in the page itself would touch two lines of memory a
 * step, which in a large tree are not in the processor's cache.
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

/** How many are kept: 10 MB when all are indexed, 30 MB when none is. A tree of ten million records has 6000. */
const MOST = 8192;
/** How often a page is passed before it is worth an index, which costs as much as some ten searches save. */
const OFTEN = 4;

interface Branch {
  readonly number: number;
  /** Until there is an index. */
  page: Buffer | undefined;
  passed: number;
  index: Index | undefined;
}

interface Index {
  /** The first four bytes of each key but the first, which stands for everything smaller. */
  readonly starts: Uint32Array;
  /** The pages below, and what is known of them. */
  readonly below: Float64Array;
  readonly branches: (Branch | undefined)[];
}

export class Branches {
  readonly #read: (number: number, into: Buffer) => Buffer;
  readonly #known = new Map<number, Branch>();
  /** For pages that are not kept. */
  readonly #spare: Buffer;

  /** @param read reads a page into a buffer of its size */
  constructor(pageSize: number, read: (number: number, into: Buffer) => Buffer) {
    this.#read = read;
    this.#spare = Buffer.allocUnsafeSlow(pageSize);
  }

  clear(): void {
    this.#known.clear();
  }

  /** The number of the leaf page that has a key if any has; undefined if there is no page at all. */
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

  /** The page below, by the whole keys. */
  #below(branch: Branch, key: Buffer, meta: Meta): number {
    const { page } = branch;
    if (page !== undefined && ++branch.passed > OFTEN) {
      branch.index = indexOf(page, meta);
      branch.page = undefined;
    }
    const number = childFor(page ?? this.#load(branch.number, this.#spare, meta), key);
    checkNumber(number, meta);
    return number;
  }

  #link(index: Index, at: number, meta: Meta): Branch {
    const branch = this.#branch(index.below[at] as number, meta);
    index.branches[at] = branch;
    return branch;
  }

  #branch(number: number, meta: Meta): Branch {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    // When there are too many, all are forgotten: those that are passed often are soon there again.
    if (this.#known.size >= MOST) this.#known.clear();
    const page = this.#load(number, Buffer.allocUnsafeSlow(this.#spare.length), meta);
    const branch = { number, page, passed: 0, index: undefined };
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

/** @returns undefined if only the rest of the keys can tell */
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
