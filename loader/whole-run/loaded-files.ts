/**
 * What was on disk when Node loaded the files of a program. The code is looked at when the run ends: a folder may have taken the place of another by then,
 * with files in it that are as old as the program, and a package.json may be gone that Node has read.
 */
import { files } from "../../audit/builtins/originals.ts";
import { signatureOf } from "../../audit/replay/file-signature.ts";
import { basename, dirname, join } from "../../src/node/path.ts";

export class LoadedFiles {
  /** The signatures of files, by path; null where nothing was there. */
  readonly #signatures = new Map<string, string | null>();
  /** Folders of which the package.json was looked at, and those of all around them. */
  readonly #folders = new Set<string>();
  readonly #paths = new Set<string>();

  /** Paths of files that Node has loaded, or was about to. */
  get paths(): ReadonlySet<string> {
    return this.#paths;
  }

  /** Notes a file that Node is about to load: to be called before it is read. */
  note(path: string): void {
    if (this.#paths.has(path)) return;
    this.#paths.add(path);
    this.#look(path);
    this.noteFolder(dirname(path));
  }

  /** Notes each package.json that may say what the code in a folder is, or where its names lead. Cost: one look for each folder that is new. */
  noteFolder(start: string): void {
    for (let folder = start; !this.#folders.has(folder); folder = dirname(folder)) {
      this.#folders.add(folder);
      if (basename(folder) !== "node_modules") this.#look(join(folder, "package.json"));
    }
  }

  /** Whether there was something else at a path than now. @param signature null where nothing is there */
  wasOther(path: string, signature: string | null): boolean {
    const known = this.#signatures.has(path) ? path : realPath(path);
    const noted = known === null ? undefined : this.#signatures.get(known);
    return noted !== undefined && noted !== signature;
  }

  forget(): void {
    this.#signatures.clear();
    this.#folders.clear();
    this.#paths.clear();
  }

  #look(path: string): void {
    this.#signatures.set(path, signatureOf(`p${path}`, "file")?.text ?? null);
  }
}

/** Where the folder of a file leads; null where it is not there. */
function realPath(path: string): string | null {
  try {
    return join(files.realpathNative(dirname(path)), basename(path));
  } catch {
    return null;
  }
}
