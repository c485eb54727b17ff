/**
 * What is known of packages, in one file a package: that is much quicker to write than two files a module, and can be kept for
 * all projects of a user. The cache directory is complete by itself: what is found in the user's directory gets a second place
 * there.
 *
 * `packages/<what made them>/<name>.pack` is the hash of the index (32 digits), its length (8 digits), the index as JSON, and
 * for each file of the package its id and the record of its transform (cache.ts), and its id and its manifest. A pack that
 * is missing, damaged or out of date costs time only.
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { shareAtomically, writeAtomically } from "../../src/atomic-write.ts";
import { hashText } from "../../src/hash.ts";

/** Id of the transform, offset behind the index, bytes of the record and of the manifest without the id before each. */
type Span = readonly [id: string, offset: number, record: number, manifest: number];

/** What is kept of one file of a package. */
export interface Part {
  readonly record: Buffer;
  /** Empty for a module that is left as it is. */
  readonly manifest: Buffer;
}

const HASH = 32;
const HEADER = HASH + 8;
const ID = 32;
/** Bytes that are read first: the header, and the index of some hundred files. */
const FIRST = 32 * 1024;
/** Bytes of a pack: some versions of the largest package. The files that were analysed longest ago give way. */
const LARGEST = 96 * 1024 * 1024;

interface Index {
  readonly spans: ReadonlyMap<string, Span>;
  /** Where the parts begin. */
  readonly end: number;
}

const NOTHING: Index = { spans: new Map(), end: 0 };

export class PackagePacks {
  /** The project's first. */
  readonly #folders: readonly string[];
  readonly #mayWrite: boolean;
  readonly #indexes = new Map<string, Index>();
  /** Packages that were given a second place in this run. */
  readonly #adopted = new Set<string>();
  readonly #waiting = new Map<string, Map<string, Part>>();

  /**
   * @param directory the cache directory
   * @param user the directory for all projects of the user, or null
   * @param maker what makes a difference to all transforms: what others have made is not looked at
   * @param mayWrite whether the cache directory may be written
   */
  constructor(directory: string, user: string | null, maker: string, mayWrite: boolean) {
    const folder = join("packages", hashText(maker).slice(0, 16));
    this.#folders = [directory, ...(user === null ? [] : [user])].map((one) => join(one, folder));
    this.#mayWrite = mayWrite;
  }

  /**
   * The record of a file's transform, or undefined; what it holds has to be checked. Cost: reading an index the first time that a
   * package is asked for, and a part of a file.
   */
  record(name: string, id: string): Buffer | undefined {
    return this.#find(name, ([, offset, record]) => ({ offset, length: record }), id);
  }

  /** The manifest of a file, or undefined; what it holds has to be checked. */
  manifest(name: string, id: string): Buffer | undefined {
    return this.#find(name, ([, offset, record, manifest]) => ({ offset: offset + ID + record, length: manifest }), id);
  }

  /** To be written by {@link flush}. */
  add(name: string, id: string, part: Part): void {
    const parts = this.#waiting.get(name) ?? new Map<string, Part>();
    parts.set(id, part);
    this.#waiting.set(name, parts);
  }

  /**
   * Writes what was added.
   * @param isForAll whether other projects get it, too
   * @throws what the file system throws when the cache directory cannot be written
   */
  flush(isForAll: boolean): void {
    for (const [name, parts] of this.#waiting) this.#writePack(name, parts, isForAll);
    this.#waiting.clear();
  }

  #find(
    name: string,
    place: (span: Span) => { readonly offset: number; readonly length: number },
    id: string,
  ): Buffer | undefined {
    for (const [at, folder] of this.#folders.entries()) {
      const path = join(folder, fileOf(name));
      const { spans, end } = this.#indexOf(path);
      const span = spans.get(id);
      if (span === undefined) continue;
      const { offset, length } = place(span);
      const found = readPart(path, id, end + offset, length);
      if (found === undefined) {
        // Another process has written the pack anew.
        this.#indexes.delete(path);
        continue;
      }
      if (at > 0) this.#adopt(name);
      return found;
    }
    return undefined;
  }

  #indexOf(path: string): Index {
    const known = this.#indexes.get(path);
    if (known !== undefined) return known;
    const index = readIndex(path);
    this.#indexes.set(path, index);
    return index;
  }

  /** Gives the user's pack a place in the cache directory, which may be moved to another machine. */
  #adopt(name: string): void {
    const [own, user] = this.#paths(name);
    if (!this.#mayWrite || own === undefined || user === undefined || this.#adopted.has(name)) return;
    this.#adopted.add(name);
    try {
      shareAtomically(user, own);
    } catch {
      // The next run tries it again.
    }
    this.#indexes.delete(own);
  }

  #writePack(name: string, parts: ReadonlyMap<string, Part>, isForAll: boolean): void {
    const [own, user] = this.#paths(name);
    if (own === undefined) return;
    writeAtomically(own, packed(parts, [own, ...(user === undefined ? [] : [user])].map(readPack)));
    this.#indexes.delete(own);
    if (user === undefined || !isForAll) return;
    try {
      shareAtomically(own, user);
    } catch {
      // This project has what it needs; the others do without.
    }
    this.#indexes.delete(user);
  }

  #paths(name: string): readonly string[] {
    return this.#folders.map((folder) => join(folder, fileOf(name)));
  }
}

/** Names of scoped packages have a slash. */
function fileOf(name: string): string {
  return `${encodeURIComponent(name)}.pack`;
}

/** The text of a pack: new parts first, then those of older packs, each once, as far as there is room. */
function packed(parts: ReadonlyMap<string, Part>, older: readonly ReadonlyMap<string, Part>[]): Buffer {
  const spans = new Map<string, Span>();
  const pieces: Buffer[] = [];
  let offset = 0;
  for (const [id, { record, manifest }] of [parts, ...older].flatMap((some) => [...some])) {
    const length = 2 * ID + record.length + manifest.length;
    if (spans.has(id) || offset + length > LARGEST) continue;
    spans.set(id, [id, offset, record.length, manifest.length]);
    pieces.push(Buffer.from(id, "latin1"), record, Buffer.from(id, "latin1"), manifest);
    offset += length;
  }
  const index = JSON.stringify([...spans.values()]);
  const header = hashText(index) + index.length.toString(16).padStart(HEADER - HASH, "0") + index;
  return Buffer.concat([Buffer.from(header, "latin1"), ...pieces]);
}

/** All of a pack; nothing of one that is damaged. */
function readPack(path: string): Map<string, Part> {
  const parts = new Map<string, Part>();
  try {
    const bytes = readFileSync(path);
    const { spans, end } = indexIn(bytes) ?? NOTHING;
    for (const [id, offset, record, manifest] of spans.values()) {
      const from = end + offset + ID;
      const middle = from + record;
      const until = middle + ID + manifest;
      if (until > bytes.length) continue;
      parts.set(id, { record: bytes.subarray(from, middle), manifest: bytes.subarray(middle + ID, until) });
    }
  } catch {
    // There is none.
  }
  return parts;
}

function readIndex(path: string): Index {
  try {
    return reading(path, (fd) => {
      const first = Buffer.allocUnsafeSlow(FIRST);
      const start = first.subarray(0, readSync(fd, first, 0, FIRST, 0));
      const end = endOfIndex(start);
      if (end <= start.length) return indexIn(start) ?? NOTHING;
      const whole = Buffer.allocUnsafeSlow(end);
      return indexIn(whole.subarray(0, readSync(fd, whole, 0, end, 0))) ?? NOTHING;
    });
  } catch {
    return NOTHING;
  }
}

function endOfIndex(start: Buffer): number {
  return HEADER + Number.parseInt(start.toString("latin1", HASH, HEADER), 16);
}

/** Undefined where it is damaged. @throws SyntaxError never: the hash is looked at first */
function indexIn(bytes: Buffer): Index | undefined {
  const end = endOfIndex(bytes);
  const index = bytes.toString("latin1", HEADER, end);
  if (!(end <= bytes.length) || hashText(index) !== bytes.toString("latin1", 0, HASH)) return undefined;
  const listed = JSON.parse(index) as Span[];
  const spans = new Map<string, Span>();
  // By index: the program may have replaced methods of arrays by now.
  for (let i = 0; i < listed.length; i++) spans.set((listed[i] as Span)[0], listed[i] as Span);
  return { spans, end };
}

/** A part, if it is the one that the index speaks of. */
function readPart(path: string, id: string, at: number, length: number): Buffer | undefined {
  try {
    return reading(path, (fd) => {
      const bytes = Buffer.allocUnsafeSlow(ID + length);
      const read = readSync(fd, bytes, 0, bytes.length, at);
      return read === bytes.length && bytes.toString("latin1", 0, ID) === id ? bytes.subarray(ID) : undefined;
    });
  } catch {
    return undefined;
  }
}

function reading<T>(path: string, work: (fd: number) => T): T {
  const fd = openSync(path, "r");
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}
