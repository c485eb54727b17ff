/**
 * What decides where the imports of ES modules lead, by the names in their texts (loader/parse/imported-names.ts). Each file that was loaded has to be where one
 * of the names leads: otherwise something was imported of which no text tells.
 */
import { isBuiltin } from "../../src/node/module.ts";
import { join, sep } from "../../src/node/path.ts";
import { pathToFileURL } from "../../src/node/url.ts";
import { type AskedFiles, UNKNOWN_WAY, Unanswerable } from "./asked-files.ts";
import { EXTENSIONS, filesInFolder } from "./candidate-paths.ts";
import { exportedTargets, importedTargets, pathOfTarget } from "./package-targets.ts";
import { foldersOfModules, isPath, nameAndPath, noteLoaded, ownPackage, pathOf } from "./resolutions.ts";

export class MentionedImports {
  readonly #asked: AskedFiles;
  /** Files to which names lead. */
  readonly #files = new Set<string>();
  /** Paths to which names may lead, by the files that are there: the package.json of a package and the conditions decide. */
  readonly #targets = new Map<string, Set<string>>();

  constructor(asked: AskedFiles) {
    this.#asked = asked;
  }

  /** Notes a file that Node has loaded. @throws Unanswerable where no name leads to it */
  noteLoaded(path: string): void {
    if (!this.#files.has(path) && !this.#targets.has(path)) throw new Unanswerable(UNKNOWN_WAY);
    noteLoaded(this.#asked, path);
  }

  /** Notes where the links lead by which a file may have been found that was loaded, for an ES module or another. */
  noteLinks(path: string): void {
    for (const target of this.#targets.get(path) ?? []) this.#asked.real(target);
  }

  /** Notes the script on the command line. */
  noteMain(path: string): void {
    this.#files.add(path);
  }

  /** Notes all that leads from a name to a file. @param from the file with the name. @throws Unanswerable where that cannot be told */
  note(name: string, from: string): void {
    // Without such a built-in module, the import fails whatever there is on disk.
    if (isBuiltin(name) || name.startsWith("node:")) return;
    // The same goes for what is no name of a package.
    if (!isPath(name) && /^\.|^[^/]*[\\%]/.test(name)) return;
    if (name.startsWith("#")) this.#noteOwnImport(name, from);
    else if (isPath(name) || name.startsWith("file:")) this.#noteFile(fileOf(name, from));
    else if (/^[a-z][a-z+.-]*:/i.test(name)) throw new Unanswerable(UNKNOWN_WAY);
    else this.#notePackage(name, from);
  }

  #noteFile(path: string): void {
    if (this.#asked.isFile(path)) this.#files.add(this.#asked.real(path));
    else this.#noteNoFile(path);
  }

  /** Node imports no folder. */
  #noteNoFile(path: string): void {
    if (this.#asked.isFolder(path)) this.#asked.folder(path);
    else this.#asked.absent(path);
  }

  /** `#name`: the package.json of the package says where it leads. */
  #noteOwnImport(name: string, from: string): void {
    const scope = this.#asked.scopeOf(from);
    const targets = scope === null ? [] : importedTargets(this.#asked.packageIn(scope)?.imports, name);
    if (scope === null || targets.length === 0) throw new Unanswerable(UNKNOWN_WAY);
    this.#noteTargets(scope, targets);
  }

  #noteTargets(folder: string, targets: readonly string[]): void {
    for (const one of targets) {
      const path = pathOfTarget(folder, one);
      if (path === null) throw new Unanswerable(UNKNOWN_WAY);
      if (this.#asked.isFile(path)) this.#noteTarget(path, this.#asked.leads(path));
      // The import may have failed, and been caught.
      else this.#noteNoFile(path);
    }
  }

  #noteTarget(path: string, file: string): void {
    const known = this.#targets.get(file);
    if (known === undefined) this.#targets.set(file, new Set([path]));
    else known.add(path);
  }

  #notePackage(specifier: string, from: string): void {
    const asked = this.#asked;
    const [name, inside] = nameAndPath(specifier);
    const own = ownPackage(asked, from, specifier);
    if (own !== null) return this.#noteTargets(own.folder, exportedTargets(own.exports, inside));
    for (const modules of foldersOfModules(asked, from, false)) {
      const folder = join(modules, name);
      if (asked.isFolder(folder)) return this.#notePackageIn(folder, inside);
      asked.absent(folder);
    }
  }

  #notePackageIn(folder: string, inside: string): void {
    const asked = this.#asked;
    asked.real(folder);
    const file = asked.packageIn(folder);
    if (file?.exports !== undefined && file.exports !== null)
      return this.#noteTargets(folder, exportedTargets(file.exports, inside));
    if (inside !== "") return this.#noteFile(join(folder, inside.split("/").join(sep)));
    for (const path of filesInFolder(asked, folder, file, EXTENSIONS)) {
      if (asked.isFile(path)) return this.#noteFile(path);
      this.#noteNoFile(path);
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
