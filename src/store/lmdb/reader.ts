/**
 * Reads records out of the store's file with plain file reads, without lmdb. Why not through lmdb:
 * - lmdb maps the file into memory, so a truncated or damaged file ends the process with SIGBUS or SIGSEGV;
 *   here it is a miss;
 * - a warm run then never loads the native addon (opening costs 0.1 ms instead of 3 and more);
 * - there is no read transaction to renew with a timer and no slot in a reader table to run out of.
 *
 * No lock is taken. lmdb reuses a page no earlier than two commits after it was freed. So what was read is good if the meta page has
 * not changed meanwhile; if it has, the look-up starts again. A record with a wrong checksum does not count, so that a race can
 * only cost a hit.
 */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { Branches } from "./branch-cache.ts";
import {
  checkPage,
  DamagedError,
  HEADER,
  LEAF,
  leafNode,
  META_SIZE,
  type Meta,
  pageSizeOf,
  readMetas,
  valueOf,
} from "./pages.ts";

/** How often other processes' commits may make a look-up start again before it counts as a miss. */
const ATTEMPTS = 4;

/** The store's file, opened for reading. */
export class Reader {
  readonly pageSize: number;
  /** The sound meta pages, the newest first. There is at least one. */
  metas: readonly Meta[];
  readonly #file: number;
  readonly #leaf: Buffer;
  readonly #branches: Branches;
  #size = 0;
  #metaBytes: Buffer;
  #metaSpare: Buffer;

  /**
   * @param path the file
   * @returns undefined if there is no file yet, or an empty one
   * @throws {DamagedError} if it is no lmdb file
   */
  static open(path: string): Reader | undefined {
    if (!statSync(path, { throwIfNoEntry: false })?.size) return undefined;
    const file = openSync(path, "r");
    try {
      return new Reader(file);
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  private constructor(file: number) {
    const start = Buffer.alloc(META_SIZE);
    readSync(file, start, 0, META_SIZE, 0);
    this.#file = file;
    this.pageSize = pageSizeOf(start);
    this.#leaf = Buffer.allocUnsafeSlow(this.pageSize);
    this.#branches = new Branches(this.pageSize, (number, into) => this.readPage(number, into));
    this.#metaBytes = Buffer.alloc(this.pageSize + META_SIZE);
    this.#metaSpare = Buffer.alloc(this.pageSize + META_SIZE);
    this.metas = [];
    this.refresh();
    if (this.metas.length === 0) throw new DamagedError("no meta page");
  }

  get meta(): Meta {
    return this.metas[0] as Meta; // the constructor refuses a file without any, and `refresh` keeps the old ones then
  }

  /**
   * The value stored under a key.
   * @param key 16 bytes
   * @param accept answers whether the bytes are what was stored under the key
   * @returns a copy; undefined if there is no value, or none that is accepted
   */
  get(key: Buffer, accept: (value: Buffer, key: Buffer) => boolean): Buffer | undefined {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        const value = this.#find(key);
        if (value !== undefined && accept(value, key)) return value;
      } catch (error) {
        if (!(error instanceof DamagedError)) throw error;
      }
      if (!this.refresh()) return undefined;
    }
    return undefined;
  }

  /** Whether anything is stored under a key, sound or not. */
  has(key: Buffer): boolean {
    const number = this.leafFor(key);
    return number !== undefined && leafNode(this.readLeaf(number), key) !== undefined;
  }

  /** Reads the meta pages again. @returns whether there was a commit since the last time */
  refresh(): boolean {
    const bytes = this.#metaSpare;
    const read = readSync(this.#file, bytes, 0, bytes.length, 0);
    if (read === bytes.length && bytes.equals(this.#metaBytes)) return false;
    const metas = read === bytes.length ? readMetas(bytes, this.pageSize) : [];
    if (metas.length === 0) return false;
    this.#metaSpare = this.#metaBytes;
    this.#metaBytes = bytes;
    this.metas = metas;
    this.#branches.clear();
    return true;
  }

  /** Reads a page. @param into a buffer of the page's size */
  readPage(number: number, into: Buffer): Buffer {
    this.readAt(number * this.pageSize, into);
    return into;
  }

  readAt(position: number, into: Buffer): void {
    if (readSync(this.#file, into, 0, into.length, position) !== into.length) throw new DamagedError("file too short");
  }

  /** Whether the file has so many bytes. To be asked before memory is allocated for a length that a damaged page gives. */
  reaches(end: number): boolean {
    if (end > this.#size) this.#size = fstatSync(this.#file).size;
    return end <= this.#size;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** The number of the only leaf page that can have a key; undefined if the tree is empty. */
  leafFor(key: Buffer): number | undefined {
    return this.#branches.leafFor(key, this.meta);
  }

  /** Reads a leaf page. The next call overwrites it. */
  readLeaf(number: number): Buffer {
    const leaf = this.readPage(number, this.#leaf);
    checkPage(leaf, number, LEAF, this.meta);
    return leaf;
  }

  #find(key: Buffer): Buffer | undefined {
    const number = this.leafFor(key);
    if (number === undefined) return undefined;
    const leaf = this.readLeaf(number);
    const node = leafNode(leaf, key);
    if (node === undefined) return undefined;
    const { size, offset, run } = valueOf(leaf, node, this.meta);
    const position = run === undefined ? 0 : run * this.pageSize + HEADER;
    if (!this.reaches(position + size)) throw new DamagedError("file too short");
    const value = Buffer.allocUnsafeSlow(size);
    if (run === undefined) leaf.copy(value, 0, offset, offset + size);
    else this.readAt(position, value);
    return value;
  }
}
