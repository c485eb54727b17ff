/**
 * A file of entries for other machines: `dumbo export` writes it, `dumbo import` reads it. It is a gzip stream of one line of JSON,
 * the facts, and of the records, each with its checksum.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { halfHash } from "../../hash.ts";

const MAGIC = "dumbo-export";
const VERSION = 2;
/** Bytes in front of a record: checksum, key, cost, owner, the owner's `maxEntries`, `shared`, `created`, length of the record. */
const HEAD = 8 + 16 + 8 + 4 + 4 + 4 + 4 + 4;
const LENGTH_AT = HEAD - 4;
const LONGEST_LINE = 64 * 1024 * 1024;
const LONGEST_RECORD = 256 * 1024 * 1024;

export interface ArchivedRecord {
  /** 32 hexadecimal digits. */
  readonly key: string;
  readonly cost: number;
  readonly owner: number;
  readonly maxEntries: number;
  readonly shared: number;
  /** Seconds since 1970. */
  readonly created: number;
  readonly record: Uint8Array;
}

/** Thrown for a file that is no archive, or is damaged, or ends too early. */
export class ArchiveError extends Error {}

/**
 * Writes an archive. The file appears under its name when it is whole.
 * @param facts what a reader has to know before the records; JSON must be able to hold it
 */
export async function writeArchive(file: string, facts: object, records: Iterable<ArchivedRecord>): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  const line = `${JSON.stringify({ format: MAGIC, version: VERSION, ...facts })}\n`;
  try {
    await pipeline(Readable.from(chunks(line, records)), createGzip(), createWriteStream(temporary));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function* chunks(line: string, records: Iterable<ArchivedRecord>): Generator<Buffer> {
  yield Buffer.from(line);
  for (const { key, cost, owner, maxEntries, shared, created, record } of records) {
    const bytes = Buffer.alloc(HEAD + record.byteLength);
    bytes.write(key, 8, "hex");
    bytes.writeDoubleLE(cost, 24);
    bytes.writeUInt32LE(owner, 32);
    bytes.writeUInt32LE(maxEntries, 36);
    bytes.writeUInt32LE(shared, 40);
    bytes.writeUInt32LE(created, 44);
    bytes.writeUInt32LE(record.byteLength, LENGTH_AT);
    bytes.set(record, HEAD);
    bytes.writeBigUInt64LE(halfHash(bytes, 8, bytes.length), 0);
    yield bytes;
  }
}

/**
 * Reads an archive.
 * @param onFacts is given the facts, before the first record
 * @param onRecord is given each record
 * @throws {ArchiveError} The records that were given before are good.
 */
export async function readArchive(
  file: string,
  onFacts: (facts: Readonly<Record<string, unknown>>) => void,
  onRecord: (record: ArchivedRecord) => void,
): Promise<void> {
  const parser = new Parser(onFacts, onRecord);
  try {
    await pipeline(createReadStream(file), createGunzip(), async (stream: AsyncIterable<Buffer>) => {
      for await (const chunk of stream) parser.take(chunk);
    });
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError(`${file} cannot be read as an export of dumbo (${(error as Error).message})`);
  }
  parser.end();
}

class Parser {
  readonly #onFacts: (facts: Readonly<Record<string, unknown>>) => void;
  readonly #onRecord: (record: ArchivedRecord) => void;
  #rest: Buffer = Buffer.alloc(0);
  /** What has come after `#rest`. It is put together only when a record can be whole: else a long one would be copied with each piece. */
  #pieces: Buffer[] = [];
  #size = 0;
  /** The next try waits for so many bytes. */
  #needed = 0;
  #hasFacts = false;

  constructor(onFacts: (facts: Readonly<Record<string, unknown>>) => void, onRecord: (record: ArchivedRecord) => void) {
    this.#onFacts = onFacts;
    this.#onRecord = onRecord;
  }

  take(chunk: Buffer): void {
    this.#pieces.push(chunk);
    this.#size += chunk.length;
    if (this.#size >= this.#needed) this.#parse();
  }

  #parse(): void {
    this.#rest = Buffer.concat([this.#rest, ...this.#pieces]);
    this.#pieces = [];
    if (this.#hasFacts || this.#takeFacts()) while (this.#takeRecord());
    this.#size = this.#rest.length;
  }

  end(): void {
    this.#parse();
    if (!this.#hasFacts || this.#size > 0) throw new ArchiveError("the file is not whole");
  }

  #takeFacts(): boolean {
    const end = this.#rest.indexOf(10);
    if (end < 0) {
      if (this.#rest.length > LONGEST_LINE) throw new ArchiveError("the file is no export of dumbo");
      this.#needed = 2 * this.#rest.length;
      return false;
    }
    const facts = factsOf(this.#rest.toString("utf8", 0, end));
    this.#rest = this.#rest.subarray(end + 1);
    this.#hasFacts = true;
    this.#onFacts(facts);
    return true;
  }

  #takeRecord(): boolean {
    const bytes = this.#rest;
    this.#needed = HEAD;
    if (bytes.length < HEAD) return false;
    const length = bytes.readUInt32LE(LENGTH_AT);
    if (length > LONGEST_RECORD) throw new ArchiveError("the file is damaged");
    const end = HEAD + length;
    this.#needed = end;
    if (bytes.length < end) return false;
    if (bytes.readBigUInt64LE(0) !== halfHash(bytes, 8, end)) throw new ArchiveError("the file is damaged");
    this.#rest = bytes.subarray(end);
    this.#onRecord({
      key: bytes.toString("hex", 8, 24),
      cost: bytes.readDoubleLE(24),
      owner: bytes.readUInt32LE(32),
      maxEntries: bytes.readUInt32LE(36),
      shared: Math.min(bytes.readUInt32LE(40), length),
      created: bytes.readUInt32LE(44),
      record: Buffer.from(bytes.subarray(HEAD, end)),
    });
    return true;
  }
}

function factsOf(line: string): Readonly<Record<string, unknown>> {
  let facts: unknown;
  try {
    facts = JSON.parse(line);
  } catch {
    throw new ArchiveError("the file is no export of dumbo");
  }
  const { format, version } = facts as { format?: unknown; version?: unknown };
  if (format !== MAGIC) throw new ArchiveError("the file is no export of dumbo");
  if (version !== VERSION) throw new ArchiveError(`the file is of version ${version}, and this is version ${VERSION}`);
  return facts as Readonly<Record<string, unknown>>;
}
