/**
 * Keeps the transforms that one program needs in one file. To open and read a file for each module would take longer than all else that dumbo
 * does for a module on a warm start.
 *
 * `packs/<hash of the program's path>.pack` is the hash of the index (32 digits), its length (8 digits), the index as
 * JSON, and the records of the transform cache one behind the other. All records are in the cache as well: without the pack, or if it is damaged
 * or out of date, a start only takes longer.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../src/atomic-write.ts";
import { dropOldest } from "../../src/drop-oldest.ts";
import { hashText } from "../../src/hash.ts";

/** `id` is that of the transform; offset, counted from the end of the index, and length are those of its record. */
type Span = readonly [id: string, offset: number, length: number];

const HASH = 32;
const HEADER = HASH + 8;
/** A program with fewer modules gets no pack: to read them one by one is as fast. */
const FEWEST = 4;
/** A pack gets no more bytes than this. The modules that have no room in it are read one by one. */
const LARGEST = 32 * 1024 * 1024;
/** So many packs are kept in one directory. Beyond that, the one that was written longest ago is deleted. */
const MOST_PACKS = 16;

export class TransformPack {
  readonly #folder: string;
  readonly #path: string;
  #spans: Map<string, Span> | null = null;
  #bytes = Buffer.alloc(0);

  /** @param program what tells one program of the directory from another: the path of its script */
  constructor(directory: string, program: string) {
    this.#folder = join(directory, "packs");
    this.#path = join(this.#folder, `${hashText(program)}.pack`);
  }

  /** The record of a transform, or undefined. Cost: the first call reads the file. */
  get(id: string): Buffer | undefined {
    const span = this.#index().get(id);
    return span && this.#bytes.subarray(span[1], span[1] + span[2]);
  }

  get isEmpty(): boolean {
    return this.#index().size === 0;
  }

  /** Whether the pack lacks a record, and there are enough records for a pack. */
  lacks(ids: ReadonlySet<string>): boolean {
    return ids.size >= FEWEST && ![...ids].every((id) => this.get(id));
  }

  /**
   * Writes the pack anew, with these records and no others.
   * @param ids of all transforms that the program has loaded
   * @param read finds the record of one that the pack does not have
   * @throws what the file system throws
   */
  update(ids: ReadonlySet<string>, read: (id: string) => Buffer | undefined): void {
    const spans: Span[] = [];
    const records: Buffer[] = [];
    let offset = 0;
    for (const id of ids) {
      const record = this.get(id) ?? read(id);
      if (!record || offset + record.length > LARGEST) continue;
      spans.push([id, offset, record.length]);
      records.push(record);
      offset += record.length;
    }
    const index = JSON.stringify(spans);
    const header = hashText(index) + Buffer.byteLength(index).toString(16).padStart(8, "0") + index;
    writeAtomically(this.#path, Buffer.concat([Buffer.from(header), ...records]));
    dropOldest(this.#folder, MOST_PACKS);
  }

  #index(): Map<string, Span> {
    this.#spans ??= this.#open();
    return this.#spans;
  }

  #open(): Map<string, Span> {
    try {
      const bytes = readFileSync(this.#path);
      const end = HEADER + Number.parseInt(bytes.toString("latin1", HASH, HEADER), 16);
      const index = bytes.toString("utf8", HEADER, end);
      if (hashText(index) !== bytes.toString("latin1", 0, HASH)) return new Map();
      this.#bytes = bytes.subarray(end);
      return new Map((JSON.parse(index) as Span[]).map((span) => [span[0], span]));
    } catch {
      return new Map();
    }
  }
}
