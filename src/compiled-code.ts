/**
 * dumbo's own files as V8 has compiled them, kept in the cache directory: to compile them anew would take most of a start.
 *
 * V8 runs what it is given as compiled code, and checks only its own version, its flags and the length of the source. So each
 * file begins with a digest of all the rest, which includes the source's size, times and inode: a file that is damaged, or was made
 * of another source, is not used. It is trusted like the transforms beside it: only the user can write into the directory
 * (src/store/disk/directory.ts).
 */
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { Script } from "node:vm";
import { writeAtomically } from "./atomic-write.ts";
import { hash64, hashText } from "./hash.ts";
import type { CompiledFile } from "./node/require.ts";

/** Characters of the digest, and of what names the source. */
const DIGEST = 16;
const SOURCE = 128;
const HEADER = DIGEST + SOURCE;

/** Milliseconds: a file that changed less than this ago may change again without its times showing it. */
const TICK = 2000;

/** A script that V8 had to compile, and what its compiled form will be kept under. */
interface Fresh {
  readonly script: Script;
  readonly source: string;
  readonly path: string;
}

export class CompiledCode {
  readonly #folder: string;
  readonly #fresh: Fresh[] = [];
  readonly #now: () => number;

  /**
   * @param directory the cache directory, which only its user may write
   * @param own dumbo's own folder
   * @param now milliseconds since 1970
   */
  constructor(directory: string, own: string, now: () => number = Date.now) {
    this.#now = now;
    // V8 takes nothing of another version: two that run in turn would write at each run if they had one folder.
    this.#folder = join(directory, "compiled", `${process.version}-${process.arch}-${hashText(own).slice(0, 8)}`);
  }

  /** The function around a file of dumbo's own. Cost: reading two files, and hashing the compiled one. */
  readonly compile = (file: string): CompiledFile => {
    const source = signatureOf(file, this.#now());
    const path = join(this.#folder, `${basename(file)}.bin`);
    const cachedData = source === null ? undefined : read(path, source);
    const script = new Script(readFileSync(file, "latin1"), { filename: file, ...(cachedData && { cachedData }) });
    if (source !== null && (!cachedData || script.cachedDataRejected)) this.#fresh.push({ script, source, path });
    return script.runInThisContext() as CompiledFile;
  };

  /** Whether {@link write} has anything to do. */
  get hasFresh(): boolean {
    return this.#fresh.length > 0;
  }

  /**
   * Keeps what had to be compiled, with the functions that have run by now.
   * @throws what the file system throws
   */
  write(): void {
    for (const { script, source, path } of this.#fresh.splice(0)) {
      const rest = Buffer.concat([Buffer.from(source, "latin1"), script.createCachedData()]);
      writeAtomically(path, Buffer.concat([Buffer.from(hash64(rest), "latin1"), rest]));
    }
  }
}

/** What shows of a file that it is still the same; null while it is so new that its times might not tell. */
function signatureOf(file: string, now: number): string | null {
  const { size, mtimeNs, ctimeNs, ino, dev } = statSync(file, { bigint: true });
  const isOld = BigInt(now - TICK) * 1_000_000n > ctimeNs;
  return isOld ? `${size} ${mtimeNs} ${ctimeNs} ${ino} ${dev}`.padEnd(SOURCE) : null;
}

function read(path: string, source: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= HEADER || bytes.toString("latin1", DIGEST, HEADER) !== source) return undefined;
    if (bytes.toString("latin1", 0, DIGEST) !== hash64(bytes.subarray(DIGEST))) return undefined;
    return bytes.subarray(HEADER);
  } catch {
    return undefined;
  }
}
