/**
 * Keeps the transforms and manifests of each package in one file, its pack. To write that is much quicker than two files for each module, and all
 * projects of a user can share it. The cache directory stays complete by itself: a pack that is used from the user's directory is linked or
 * copied into it.
 *
 * `packages/<hash of what made them>/<name>.pack` is the hash of the index (32 digits), its length (8 digits), the index as JSON, and
 * for each file of the package its id and the record of its transform (cache.ts), and its id and its manifest. A pack that
 * is missing, damaged or out of date only makes a start take longer.
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { shareAtomically, writeAtomically } from "../../src/atomic-write.ts";
import { hashText } from "../../src/hash.ts";

/**
 * The id of the transform, the offset counted from the end of the index, and the bytes of the record and of the manifest, without the id
 * before each.
 */
type Span = readonly [id: string, offset: number, record: number, manifest: number];

/** What is kept of one file of a package. */
export interface Part {
  readonly record: Buffer;
  /** Empty if the module is not rewritten. */
  readonly manifest: Buffer;
}

const HASH = 32;
const HEADER = HASH + 8;
const ID = 32;
/** Bytes that are read first: the header, and the index of some hundred files. */
const FIRST = 32 * 1024;
/**
 * A pack gets no more bytes than this: room for some versions of the largest package. Beyond that, the files that were analysed longest ago
 * are left out.
 */
const LARGEST = 96 * 1024 * 1024;

interface Index {
  readonly spans: ReadonlyMap<string, Span>;
  /** The offset in the file at which the parts begin. */
  readonly end: number;
}

const NOTHING: Index = { spans: new Map(), end: 0 };

export class PackagePacks {
  /** The project's folder, and then the user's, if there is one. */
  readonly #folders: readonly string[];
  readonly #mayWrite: boolean;
  readonly #indexes = new Map<string, Index>();
  /** Packages whose pack was taken over from the user's directory in this run. */
  readonly #adopted = new Set<string>();
  /** What {@link flush} will write, by package and id. */
  readonly #waiting = new Map<string, Map<string, Part>>();

  /**
   * @param directory the cache directory
   * @param user the directory for all projects of the user, or null
   * @param maker tells all that every transform depends on; packs of another maker are not read
   * @param mayWrite whether the cache directory may be written
   */
  constructor(directory: string, user: string | null, maker: string, mayWrite: boolean) {
    const folder = join("packages", hashText(maker).slice(0, 16));
    this.#folders = [directory, ...(user === null ? [] : [user])].map((one) => join(one, folder));
    this.#mayWrite = mayWrite;
  }

  /**
   * The record of a file's transform, or undefined; the caller has to check its hash. Cost: the read of a part of a file, and of an index the
   * first time that anything of the package is read.
   */
  record(name: string, id: string): Buffer | undefined {
    return this.#find(name, ([, offset, record]) => ({ offset, length: record }), id);
  }

  /** The manifest of a file, or undefined; the caller has to check its hash. */
  manifest(name: string, id: string): Buffer | undefined {
    return this.#find(name, ([, offset, record, manifest]) => ({ offset: offset + ID + record, length: manifest }), id);
  }

  /** Keeps a part to be written by {@link flush}. */
  add(name: string, id: string, part: Part): void {
    const parts = this.#waiting.get(name) ?? new Map<string, Part>();
    parts.set(id, part);
    this.#waiting.set(name, parts);
  }

  /**
   * Writes what was added.
   * @param isForAll whether also for other projects of the user
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

  /** Takes the user's pack of a package over into the cache directory, which may be moved to another machine. */
  #adopt(name: string): void {
    const [own, user] = this.#paths(name);
    if (!this.#mayWrite || own === undefined || user === undefined || this.#adopted.has(name)) return;
    this.#adopted.add(name);
    try {
      shareAtomically(user, own);
    } catch {
      // The next run tries again.
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
      // Only this project has the pack, then.
    }
    this.#indexes.delete(user);
  }

  #paths(name: string): readonly string[] {
    return this.#folders.map((folder) => join(folder, fileOf(name)));
  }
}

/** The name of a package's pack: that of a scoped package has a slash, which is encoded. */
function fileOf(name: string): string {
  return `${encodeURIComponent(name)}.pack`;
}

/** The bytes of a pack: new parts come first, then those of older packs, each once, as far as there is room. */
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

/** The parts of a pack; none if it is missing or damaged. */
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
    // There is no pack.
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

/** The index, or undefined if it is damaged. It is parsed only if its hash is right, so this does not throw. */
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

/** A record or manifest; undefined if another id stands before it, because the file has been written anew. */
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
