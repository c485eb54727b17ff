/**
 * What decides where the imports of ES modules lead, by the names in their texts (loader/parse/imported-names.ts). Each file that was loaded has to be where one
 * of the names leads: otherwise something was imported of which no text tells.
 */
import { isBuiltin } from "../../src/node/module.ts";
import { dirname, join, sep } from "../../src/node/path.ts";
import { pathToFileURL } from "../../src/node/url.ts";
import { type AskedFiles, Unanswerable } from "./asked-files.ts";
import {
  filesInFolder,
  foldersOfModules,
  isPath,
  nameAndPath,
  noteLoaded,
  pathOf,
  UNKNOWN_WAY,
} from "./resolutions.ts";

export class MentionedImports {
  readonly #asked: AskedFiles;
  /** Where names lead: files, and folders of packages that say themselves which of their files are imported. */
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  constructor(asked: AskedFiles) {
    this.#asked = asked;
  }

  /** Notes a file that Node has loaded. @throws Unanswerable where no name leads to it */
  noteLoaded(path: string): void {
    if (!this.#leadsTo(path)) throw new Unanswerable(UNKNOWN_WAY);
    noteLoaded(this.#asked, path);
  }

  #leadsTo(path: string): boolean {
    if (this.#files.has(path)) return true;
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      if (this.#folders.has(folder)) return true;
      if (dirname(folder) === folder) return false;
    }
  }

  /** Notes the script on the command line. */
  noteMain(path: string): void {
    this.#files.add(path);
  }

  /** Notes all that leads from a name to a file. @param from the file with the name. @throws Unanswerable where that cannot be told */
  note(name: string, from: string): void {
    // Without such a built-in module, the import fails whatever there is on disk.
    if (isBuiltin(name) || name.startsWith("node:")) return;
    if (name.startsWith("#")) this.#noteOwnImport(name, from);
    else if (isPath(name) || name.startsWith("file:")) this.#noteFile(fileOf(name, from));
    else if (/^[a-z][a-z+.-]*:/i.test(name)) throw new Unanswerable(UNKNOWN_WAY);
    else this.#notePackage(name, from);
  }

  #noteFile(path: string): void {
    if (this.#asked.isFile(path)) this.#files.add(this.#asked.real(path));
    // Node imports no folder.
    else if (this.#asked.isFolder(path)) this.#asked.folder(path);
    else this.#asked.absent(path);
  }

  /** `#name`: the package.json of the package says where it leads. */
  #noteOwnImport(name: string, from: string): void {
    const scope = this.#asked.scopeOf(from);
    const targets = scope === null ? [] : targetsOf(this.#asked.packageIn(scope)?.imports, name);
    // Which one it is depends on the package.json and the conditions alone.
    if (scope === null || targets.length === 0 || !targets.every((target) => target.startsWith("./")))
      throw new Unanswerable(UNKNOWN_WAY);
    this.#folders.add(this.#asked.real(scope));
  }

  #notePackage(specifier: string, from: string): void {
    const asked = this.#asked;
    const [name, inside] = nameAndPath(specifier);
    const scope = asked.scopeOf(from);
    const own = scope === null ? null : asked.packageIn(scope);
    if (scope !== null && own?.exports !== undefined && own.name === name) {
      this.#folders.add(asked.real(scope));
      return;
    }
    for (const modules of foldersOfModules(asked, from)) {
      const folder = join(modules, name);
      if (asked.isFolder(folder)) return this.#notePackageIn(folder, inside);
      asked.absent(folder);
    }
  }

  #notePackageIn(folder: string, inside: string): void {
    const asked = this.#asked;
    const real = asked.real(folder);
    const file = asked.packageIn(folder);
    if (file?.exports !== undefined && file.exports !== null) {
      this.#folders.add(real);
      return;
    }
    if (inside !== "") return this.#noteFile(join(folder, inside.split("/").join(sep)));
    for (const path of filesInFolder(asked, folder, file)) {
      if (asked.isFile(path)) return this.#noteFile(path);
      if (!asked.isFolder(path)) asked.absent(path);
    }
  }
}

/** @throws Unanswerable where a URL is none of a file */
function fileOf(name: string, from: string): string {
  try {
    return pathOf(name, pathToFileURL(from).href, false);
  } catch {
    throw new Unanswerable(UNKNOWN_WAY);
  }
}

/** Where a name among a package's `imports` may lead. */
function targetsOf(imports: unknown, name: string): string[] {
  if (typeof imports !== "object" || imports === null) return [];
  return textsIn(Object.hasOwn(imports, name) ? Reflect.get(imports, name) : imports);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
