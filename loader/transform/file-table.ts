/**
 * Notes which content each file had when a run of the program loaded it, so that the next run need not read and hash files that have not
 * changed.
 *
 * `files/<hash of the program's path>.json` is the hash of the rest (32 digits) and the entries as JSON. A file counts as unchanged if its
 * size, mode, inode, device, mtime and ctime are the same. A file is noted only if it had not changed for a while when it was read, as with
 * files that functions read (docs/soundness.md).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Signature, signatureOf } from "../../audit/replay/file-signature.ts";
import { writeAtomically } from "../../src/atomic-write.ts";
import { dropOldest } from "../../src/drop-oldest.ts";
import { hashText } from "../../src/hash.ts";

/** `content` is its id, `tag` tells what the transform depends on besides the source, and `signature` is the file's. */
type FileRecord = readonly [content: string, tag: string, signature: string];

/** What earlier runs have noted of the program as a whole. */
interface ProgramHistory {
  /** How often it has run; counted up to {@link SETTLING}. */
  readonly runs: number;
  /** Whether it uses Node's compile cache itself. */
  readonly hasCompileCache: boolean;
}

interface Content {
  readonly history: ProgramHistory;
  readonly entries: [string, FileRecord][];
}

/** After so many runs, a program counts as one that is run again and again. */
const SETTLING = 2;
/** Bytes of modules from which on it pays to keep what V8 compiles of them. */
const MUCH = 200_000;

const DIGEST = 32;
/** So many tables are kept in one directory. Beyond that, the one that was written longest ago is deleted. */
const MOST_TABLES = 16;
/** Nanoseconds. If a file changed less than this before it was read, it may change again while its times stay the same. */
const TICK = 100_000_000n;
const COARSE_TICK = 2_000_000_000n;

export class FileTable {
  readonly #folder: string;
  readonly #path: string;
  #entries: Map<string, FileRecord> | null = null;
  #history: ProgramHistory = { runs: 0, hasCompileCache: false };
  #isChanged = false;

  /** @param program what tells one program of the directory from another: the path of its script */
  constructor(directory: string, program: string) {
    this.#folder = join(directory, "files");
    this.#path = join(this.#folder, `${hashText(program)}.json`);
  }

  /**
   * Finds the id of a file's content, if the file has not changed since the id was noted.
   * @param way how the file is loaded: the same file may be read in several ways
   * @param tag everything but the source that its transform depends on
   */
  find(path: string, way: string, tag: string): { readonly content: string; readonly size: number } | undefined {
    const entry = this.#table().get(`${way} ${path}`);
    if (entry === undefined || entry[1] !== tag) return undefined;
    const now = signatureOf(`p${path}`, "file");
    return now?.text === entry[2] ? { content: entry[0], size: Number(now.size) } : undefined;
  }

  /**
   * Notes the id of the content of a file that has been read.
   * @param began before the file was read, in ms since 1970
   */
  note(path: string, way: string, tag: string, content: string, began: number): void {
    const signature = signatureOf(`p${path}`, "file");
    // Its last change is before `began`, so what was read is what these times belong to.
    if (signature === null || !isOlder(signature, began)) return;
    this.#table().set(`${way} ${path}`, [content, tag, signature.text]);
    this.#isChanged = true;
  }

  /**
   * Whether it pays that Node keeps what V8 compiles of the program. To write that takes longer than to compile it once, so it pays only for a
   * program that has run before.
   */
  get isWorthCompilingAhead(): boolean {
    const entries = this.#table();
    if (this.#history.runs < SETTLING || this.#history.hasCompileCache) return false;
    let bytes = 0;
    for (const [, , signature] of entries.values()) bytes += Number.parseInt(signature, 10);
    return bytes >= MUCH;
  }

  /** @param hasCompileCache whether the program has asked for Node's compile cache in this run */
  endRun(hasCompileCache: boolean): void {
    if (this.#table().size === 0) return;
    const { runs } = this.#history;
    const isSettled = runs >= SETTLING && (this.#history.hasCompileCache || !hasCompileCache);
    if (isSettled) return;
    this.#history = {
      runs: Math.min(SETTLING, runs + 1),
      hasCompileCache: hasCompileCache || this.#history.hasCompileCache,
    };
    this.#isChanged = true;
  }

  /** Whether {@link write} has anything to do. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** @throws what the file system throws */
  write(): void {
    const content: Content = { entries: [...this.#table()], history: this.#history };
    const json = JSON.stringify(content);
    writeAtomically(this.#path, hashText(json) + json);
    this.#isChanged = false;
    dropOldest(this.#folder, MOST_TABLES);
  }

  #table(): Map<string, FileRecord> {
    this.#entries ??= this.#read();
    return this.#entries;
  }

  #read(): Map<string, FileRecord> {
    try {
      const text = readFileSync(this.#path, "utf8");
      const json = text.slice(DIGEST);
      if (!text.startsWith(hashText(json))) return new Map();
      const { entries, history } = JSON.parse(json) as Content;
      this.#history = history;
      return new Map(entries);
    } catch {
      return new Map();
    }
  }
}

function isOlder({ changed, isCoarse }: Signature, than: number): boolean {
  return BigInt(than) * 1_000_000n - changed > (isCoarse ? COARSE_TICK : TICK);
}
