/**
 * dumbo's own files as V8 has compiled them, kept in the cache directory: compiling them anew would take most of a start.
 *
 * V8 runs what it is given as compiled code, and looks only at its own version, its flags and the length of the source. So
 * each file begins with a digest of all the rest, with the digest of the source in it: one that is damaged, or made of
 * another source, is as good as none. It is trusted as the transforms beside it are: the directory is written by its
 * user alone (src/store/disk/directory.ts).
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Script } from "node:vm";
import { writeAtomically } from "./atomic-write.ts";
import { hash128 } from "./hash.ts";
import { type CompiledFile, PARAMETERS } from "./node/require.ts";

const DIGEST = 32;
/** Before the compiled code: the digest of the rest, and the digest of the source. */
const HEADER = 2 * DIGEST;

/** A script that V8 had to compile, and what its compiled form will be kept under. */
interface Fresh {
  readonly script: Script;
  readonly source: string;
  readonly path: string;
}

export class CompiledCode {
  readonly #folder: string;
  readonly #fresh: Fresh[] = [];

  /** @param directory the cache directory, which only its user may write */
  constructor(directory: string) {
    // V8 takes nothing of another version; in one folder, two versions that run in turn would write at each run.
    this.#folder = join(directory, "compiled", `${process.version}-${process.arch}`);
  }

  /** The function around a file of dumbo's own. Cost: reading and hashing two files. */
  readonly compile = (file: string): CompiledFile => {
    const bytes = readFileSync(file);
    const source = hash128(bytes);
    const path = join(this.#folder, `${basename(file)}.bin`);
    const cachedData = read(path, source);
    const text = `(function (${PARAMETERS.join()}) {${bytes.toString("utf8")}\n})`;
    const script = new Script(text, { filename: file, ...(cachedData && { cachedData }) });
    if (!cachedData || script.cachedDataRejected) this.#fresh.push({ script, source, path });
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
      writeAtomically(path, Buffer.concat([Buffer.from(hash128(rest), "latin1"), rest]));
    }
  }
}

function read(path: string, source: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= HEADER || bytes.toString("latin1", DIGEST, HEADER) !== source) return undefined;
    if (bytes.toString("latin1", 0, DIGEST) !== hash128(bytes.subarray(DIGEST))) return undefined;
    return bytes.subarray(HEADER);
  } catch {
    return undefined;
  }
}
