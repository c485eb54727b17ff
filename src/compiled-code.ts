/**
 * dumbo's own files as V8 has compiled them, kept on disk: to compile them anew would take most of a start. They are known by their
 * content, so that all projects of a user can share them.
 *
 * V8 runs what it is given as compiled code, and checks only its own version, its flags and the length of the source. So each
 * file has the source in it, which is compared (to hash it would take ten times as long), and begins with a digest of the compiled
 * code: a file that is damaged, or was made of another source, is not used. It is trusted because only the user can write into the folder
 * (src/store/disk/directory.ts, src/store/disk/user-directory.ts).
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Script } from "node:vm";
import { writeAtomically } from "./atomic-write.ts";
import { BUILD } from "./build.ts";
import { dropOldest } from "./drop-oldest.ts";
import { hash64, hashText } from "./hash.ts";
import type { CompiledFile } from "./node/require.ts";
import { ownName } from "./own-names.ts";

/** Characters of a digest. */
const DIGEST = 16;
/** Files of one Node in one folder: some builds of dumbo. The one that was written longest ago gives way. */
const MOST = 16;

/** A script that V8 had to compile, and what its compiled form will be kept under. */
interface Fresh {
  readonly script: Script;
  readonly source: Buffer;
  readonly name: string;
}

export class CompiledCode {
  readonly #folders: readonly string[];
  readonly #fresh: Fresh[] = [];

  /**
   * @param directories which only their user may write, the one that is preferred first; what it cannot take goes to the next one
   * @param flags of this process
   */
  constructor(
    directories: readonly string[],
    flags: readonly string[] = process.execArgv,
    options = optionsOf(process.env),
  ) {
    // V8 takes nothing of another version or of other flags: two that run in turn would write at each run if they had one folder.
    const own = [...flags, ...options].map(nameOfFlag).filter((flag) => flag !== null);
    const set = own.length === 0 ? "" : `-${hashText(own.join(" ")).slice(0, 8)}`;
    const folder = `${process.version}-${process.arch}${set}`;
    this.#folders = directories.map((directory) => join(directory, "compiled", folder));
  }

  /** The function around a file of dumbo's own. Cost: reading two files, and hashing one. */
  readonly compile = (file: string): CompiledFile => {
    const source = readFileSync(file);
    const name = `${basename(file)}-${BUILD}.bin`;
    const cachedData = this.#read(name, source);
    const script = new Script(source.toString("latin1"), {
      filename: ownName(file),
      ...(cachedData && { cachedData }),
    });
    if (!cachedData || script.cachedDataRejected) this.#fresh.push({ script, source, name });
    return script.runInThisContext() as CompiledFile;
  };

  #read(name: string, source: Buffer): Buffer | undefined {
    for (const folder of this.#folders) {
      const found = read(join(folder, name), source);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether {@link write} has anything to do. */
  get hasFresh(): boolean {
    return this.#fresh.length > 0;
  }

  /**
   * Keeps what had to be compiled, with the functions that have run by now.
   * @throws what the file system throws where not even the last folder can be written
   */
  write(): void {
    for (const { script, source, name } of this.#fresh.splice(0)) {
      const code = script.createCachedData();
      this.#writeFile(name, Buffer.concat([Buffer.from(hash64(code), "latin1"), source, code]));
    }
  }

  #writeFile(name: string, content: Buffer): void {
    for (const [index, folder] of this.#folders.entries()) {
      try {
        writeAtomically(join(folder, name), content);
        return dropOldest(folder, MOST);
      } catch (error) {
        if (index === this.#folders.length - 1) throw error;
      }
    }
  }
}

function optionsOf({ NODE_OPTIONS = "" }: NodeJS.ProcessEnv): string[] {
  return NODE_OPTIONS.split(" ");
}

/** Flags that name files, by which V8 is not changed: they differ from project to project. */
const LOADING = ["--import", "--require", "--loader", "--experimental-loader", "--env-file", "--test"];

/** A flag that may change what V8 compiles; null for one that does not, and for the value of another one. */
function nameOfFlag(flag: string): string | null {
  if (!flag.startsWith("--")) return null;
  return LOADING.some((one) => flag.startsWith(one)) ? null : flag;
}

function read(path: string, source: Buffer): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    const start = DIGEST + source.length;
    if (Buffer.compare(bytes.subarray(DIGEST, start), source) !== 0) return undefined;
    const code = bytes.subarray(start);
    return bytes.toString("latin1", 0, DIGEST) === hash64(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
