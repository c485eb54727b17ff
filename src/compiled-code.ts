/**
 * dumbo's own files as V8 has compiled them, kept on disk: compiling them again would take most of a start. Their names hold the
 * digest of the build, so that all projects of a user can share them.
 *
 * V8 runs whatever it is given as compiled code. It checks only its own version, its flags and the length of the source. So each kept
 * file also holds the source, which is compared at each start (hashing it would take ten times as long), and begins with a digest of
 * the compiled code. A file that is damaged, or was compiled from another source, is not used. A file that fits is trusted, because
 * only the user can write into the folder (src/store/disk/directory.ts, src/store/disk/user-directory.ts): beside dumbo's files if it may be there, which all
 * projects find, as Python keeps `__pycache__`.
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
/** How many files a folder may hold: enough for several builds of dumbo. The oldest one is deleted when there is one more. */
const MOST_FILES = 16;

/**
 * What a run did, as bits. V8 keeps the functions that have run, and compiles the others again in each run: so a file is written anew by the first run
 * that did what those before had not done.
 */
export const RAN = { parsed: 1, asked: 2, stored: 4, hit: 8 } as const;
/** Characters that say what was done in the runs by which a file was written. */
const RAN_DIGITS = 1;

/** A script, and the name of the file that holds its compiled code, or will. */
interface Loaded {
  readonly script: Script;
  readonly path: string;
  readonly name: string;
  /** What was done by the runs whose functions are in the file; null if there is no file that fits. */
  ran: number | null;
}

/** The content of a kept file. */
interface Kept {
  readonly code: Buffer;
  readonly ran: number;
}

export class CompiledCode {
  readonly #folders: readonly string[];
  readonly #loaded: Loaded[] = [];

  /**
   * @param directories which only their user may write, the preferred one first. A file is written to the first one that takes it
   * @param flags of this process
   */
  constructor(
    directories: readonly string[],
    flags: readonly string[] = process.execArgv,
    options = optionsOf(process.env),
  ) {
    // V8 rejects code that was compiled by another version or with other flags. With one folder for all, two programs with
    // different flags that run in turn would each write their files anew at every run.
    const relevant = [...flags, ...options].map(relevantFlag).filter((flag) => flag !== null);
    const set = relevant.length === 0 ? "" : `-${hashText(relevant.join(" ")).slice(0, 8)}`;
    const folder = `${process.version}-${process.arch}${set}`;
    this.#folders = directories.map((directory) => join(directory, "compiled", folder));
  }

  /** Compiles one of dumbo's own files, or takes its compiled code from disk. Cost: two files read, one of them hashed. */
  readonly compile = (file: string): CompiledFile => {
    const source = readFileSync(file);
    const name = `${basename(file)}-${BUILD}.bin`;
    const kept = this.#read(name, source);
    const script = new Script(source.toString("latin1"), {
      filename: ownName(file),
      ...(kept && { cachedData: kept.code }),
    });
    const ran = kept === undefined || script.cachedDataRejected ? null : kept.ran;
    this.#loaded.push({ script, path: file, name, ran });
    return script.runInThisContext() as CompiledFile;
  };

  #read(name: string, source: Buffer): Kept | undefined {
    for (const folder of this.#folders) {
      const found = read(join(folder, name), source);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether {@link write} has anything to do. @param ran what this run did: some of {@link RAN} */
  isBehind(ran: number): boolean {
    // By index: by the end of a program, the methods of arrays may be the program's own.
    for (let i = 0; i < this.#loaded.length; i++) if (isBehind(this.#loaded[i] as Loaded, ran)) return true;
    return false;
  }

  /**
   * Writes the code of each script that V8 had to compile, or that now has functions which no run before has needed. V8 puts the functions that have run
   * by now into it, so this is called late in a run.
   * @throws what the file system throws when the last folder cannot be written either
   */
  write(ran: number): void {
    for (const one of this.#loaded) {
      if (!isBehind(one, ran)) continue;
      one.ran = (one.ran ?? 0) | ran;
      const code = one.script.createCachedData();
      const head = digestOf(code, one.ran) + one.ran.toString(16);
      this.#writeFile(one.name, Buffer.concat([Buffer.from(head, "latin1"), readFileSync(one.path), code]));
    }
  }

  #writeFile(name: string, content: Buffer): void {
    for (const [index, folder] of this.#folders.entries()) {
      try {
        writeAtomically(join(folder, name), content);
        return dropOldest(folder, MOST_FILES);
      } catch (error) {
        if (index === this.#folders.length - 1) throw error;
      }
    }
  }
}

function isBehind({ ran: known }: Loaded, ran: number): boolean {
  return known === null || (known | ran) !== known;
}

function digestOf(code: Buffer, ran: number): string {
  return hashText(`${ran} ${hash64(code)}`).slice(0, DIGEST);
}

function optionsOf({ NODE_OPTIONS = "" }: NodeJS.ProcessEnv): string[] {
  return NODE_OPTIONS.split(" ");
}

/** Flags that name files. They differ from project to project, and do not change what V8 compiles. */
const LOADING = ["--import", "--require", "--loader", "--experimental-loader", "--env-file", "--test"];

/** The flag if it may change what V8 compiles; null for other flags, and for what is the value of a flag. */
function relevantFlag(flag: string): string | null {
  if (!flag.startsWith("--")) return null;
  return LOADING.some((one) => flag.startsWith(one)) ? null : flag;
}

/** The content of a file; undefined if there is none, if it is damaged, or if it was compiled from another source. */
function read(path: string, source: Buffer): Kept | undefined {
  try {
    const bytes = readFileSync(path);
    const head = DIGEST + RAN_DIGITS;
    const start = head + source.length;
    if (Buffer.compare(bytes.subarray(head, start), source) !== 0) return undefined;
    const code = bytes.subarray(start);
    const ran = Number.parseInt(bytes.toString("latin1", DIGEST, head), 16);
    return bytes.toString("latin1", 0, DIGEST) === digestOf(code, ran) ? { code, ran } : undefined;
  } catch {
    return undefined;
  }
}
