/**
 * What decides which files a program loads: for each module that it asks for, the places where Node looks for it, in the order in which Node does.
 * Where a module was found otherwise than by the rules below, the run is not kept.
 */
import { foldersAbove, foldersAround, globalPaths } from "../../src/node/module.ts";
import { basename, dirname, isAbsolute, join, resolve, sep } from "../../src/node/path.ts";
import { fileURLToPath } from "../../src/node/url.ts";
import { type AskedFiles, UNKNOWN_WAY, Unanswerable } from "./asked-files.ts";
import { candidates, EXTENSIONS, extended, filesInFolder, withExtensions } from "./candidate-paths.ts";
import { exportedTargets, importedTargets, pathOfTarget } from "./package-targets.ts";

/** A module that the program asked for, and what Node found. */
export interface Resolution {
  readonly specifier: string;
  /** URL of the module that asks. */
  readonly parent: string;
  readonly isRequire: boolean;
  /** URL; null where Node found nothing. */
  readonly found: string | null;
}

/** The same, and what Node appended to paths then. */
export interface NotedResolution extends Resolution {
  readonly extensions: readonly string[];
  /** The file that asks, where it has Node look as from another one: the package is that of this file. */
  readonly asker?: string;
}

/** A package that is asked for. */
interface PackageQuestion {
  readonly name: string;
  /** What stands behind the name. */
  readonly inside: string;
  readonly isRequire: boolean;
  readonly extensions: readonly string[];
}

/** Notes all that led Node from the script on the command line to its file. @returns the file. @throws Unanswerable */
export function noteMain(asked: AskedFiles, script: string): string {
  const path = resolve(script);
  const target = asked.real(firstFile(asked, path));
  noteFile(asked, candidates(asked, path, EXTENSIONS), target);
  return target;
}

/** The file that a path of a required module leads to. */
function firstFile(asked: AskedFiles, path: string): string {
  for (const candidate of candidates(asked, path, EXTENSIONS)) if (asked.isFile(candidate)) return candidate;
  throw new Unanswerable(UNKNOWN_WAY);
}

/** Notes all that led Node from a specifier to a file. @throws Unanswerable where that cannot be told */
export function noteResolution(asked: AskedFiles, resolution: NotedResolution): void {
  const { specifier, parent, isRequire, found, extensions } = resolution;
  if (found?.startsWith("node:")) return;
  if (!parent.startsWith("file:")) throw new Unanswerable(UNKNOWN_WAY);
  if (found === null) return noteMissing(asked, resolution);
  if (!found.startsWith("file:")) throw new Unanswerable(UNKNOWN_WAY);
  const target = fileURLToPath(found);
  if (specifier.startsWith("#")) return noteOwnImport(asked, specifier, fileURLToPath(parent), target);
  if (isPath(specifier)) {
    const path = pathOf(specifier, parent, isRequire);
    const start = specifier.endsWith("/") ? path + sep : path;
    return noteFile(asked, isRequire ? candidates(asked, start, extensions) : [start], target);
  }
  if (/^[a-z][a-z+.-]*:/i.test(specifier)) {
    if (!specifier.startsWith("file:")) throw new Unanswerable(UNKNOWN_WAY);
    return noteFile(asked, [fileURLToPath(new URL(specifier).href)], target);
  }
  notePackage(asked, resolution, target);
}

export function isPath(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier) || specifier === "." || specifier === ".." || isAbsolute(specifier);
}

/** Where a path leads: for `import`, it is part of a URL. */
export function pathOf(specifier: string, parent: string, isRequire: boolean): string {
  return isRequire
    ? resolve(dirname(fileURLToPath(parent)), specifier)
    : fileURLToPath(new URL(specifier, parent).href);
}

/** Notes that Node has found nothing: programs try what may not be installed. */
function noteMissing(asked: AskedFiles, { specifier, parent, isRequire, extensions, asker }: NotedResolution): void {
  // This Node has no such built-in module, whatever there is on disk.
  if (specifier.startsWith("node:")) return;
  if (specifier.startsWith("#") || /^[a-z][a-z+.-]*:/i.test(specifier)) throw new Unanswerable(UNKNOWN_WAY);
  const places = (path: string) => (isRequire ? withExtensions(path, extensions) : [path]);
  if (isPath(specifier)) {
    const path = pathOf(specifier, parent, isRequire);
    if (asked.isFolder(path)) throw new Unanswerable(UNKNOWN_WAY);
    for (const place of places(path)) asked.absent(place);
    return;
  }
  const [name] = nameAndPath(specifier);
  const from = fileURLToPath(parent);
  if (ownName(asked, asker ?? from) === name) throw new Unanswerable(UNKNOWN_WAY);
  for (const modules of foldersOfModules(asked, from, isRequire))
    for (const place of places(join(modules, name))) asked.absent(place);
  if (!isRequire) return;
  for (const folder of globalPaths) {
    // It may be another folder for each process, and for each moment.
    if (!isAbsolute(folder)) throw new Unanswerable(UNKNOWN_WAY);
    for (const place of places(join(folder, name))) asked.absent(place);
  }
}

/** The name of the package of a file. */
function ownName(asked: AskedFiles, path: string): unknown {
  const scope = asked.scopeOf(path);
  return scope === null ? undefined : asked.packageIn(scope)?.name;
}

/** The folders `node_modules` that are there, around a module; that there is none in others is noted. */
export function* foldersOfModules(asked: AskedFiles, from: string, isRequire: boolean): Generator<string> {
  for (const modules of (isRequire ? foldersAbove : foldersAround)(dirname(from))) {
    if (asked.isFolder(modules)) yield modules;
    else asked.absent(modules);
  }
}

/** Notes a file that is loaded: its content, and the package.json that says what kind of module it is. */
export function noteLoaded(asked: AskedFiles, target: string): void {
  // Native code does what no tap sees.
  if (!/\.([cm]?[jt]s|json)$/.test(target) && !/^[^.]+$/.test(basename(target))) throw new Unanswerable(UNKNOWN_WAY);
  asked.code(target);
  asked.scopeOf(target);
}

/** `#name`: the package.json of the package says where it leads. */
function noteOwnImport(asked: AskedFiles, specifier: string, from: string, target: string): void {
  const scope = asked.scopeOf(from);
  if (scope === null) throw new Unanswerable(UNKNOWN_WAY);
  noteTarget(asked, scope, importedTargets(asked.packageIn(scope)?.imports, specifier), target);
}

/**
 * Notes which of the targets that a package.json names is the file that Node has found: where they are links, they may lead elsewhere later.
 * @throws Unanswerable where none is, or one of them leads out of the package
 */
function noteTarget(asked: AskedFiles, folder: string, targets: readonly string[], target: string): void {
  let isFound = false;
  for (const one of targets) {
    const path = pathOfTarget(folder, one);
    if (path === null) throw new Unanswerable(UNKNOWN_WAY);
    if (!asked.leadsTo(path, target)) continue;
    asked.real(path);
    isFound = true;
  }
  if (!isFound) throw new Unanswerable(UNKNOWN_WAY);
  noteLoaded(asked, target);
}

/** Notes that of some paths the first file leads to the target. */
function noteFile(asked: AskedFiles, paths: Iterable<string>, target: string): void {
  noteFirst(asked, paths, target);
  noteLoaded(asked, target);
}

function noteFirst(asked: AskedFiles, paths: Iterable<string>, target: string): void {
  for (const path of paths) {
    if (asked.isFile(path)) {
      if (asked.real(path) !== target) throw new Unanswerable(UNKNOWN_WAY);
      return;
    }
    // A file in its place would be found.
    if (asked.isFolder(path)) asked.folder(path);
    else asked.absent(path);
  }
  throw new Unanswerable(UNKNOWN_WAY);
}

/** A file of a package: in a folder `node_modules` of the module that asks, or of a folder around it. */
function notePackage(asked: AskedFiles, resolution: NotedResolution, target: string): void {
  const { specifier, parent, isRequire, extensions, asker } = resolution;
  const [name, inside] = nameAndPath(specifier);
  const from = fileURLToPath(parent);
  const own = ownPackage(asked, asker ?? from, specifier);
  if (own !== null) return noteTarget(asked, own.folder, exportedTargets(own.exports, inside), target);
  const question = { name, inside, isRequire, extensions };
  for (const modules of foldersOfModules(asked, from, isRequire)) {
    if (noteIn(asked, join(modules, name), question, target)) return;
  }
  throw new Unanswerable(UNKNOWN_WAY);
}

/** The package of a file, where a specifier means that one: it has this name, and `exports`. @throws Unanswerable where that cannot be told */
export function ownPackage(
  asked: AskedFiles,
  from: string,
  specifier: string,
): { readonly folder: string; readonly exports: unknown } | null {
  const folder = asked.scopeOf(from);
  const own = folder === null ? null : asked.packageIn(folder);
  if (folder === null || own?.exports === undefined || typeof own.name !== "string") return null;
  if (specifier !== own.name && !specifier.startsWith(`${own.name}/`)) return null;
  // Not all versions of Node take null for none, `require` takes names with slashes, and the root may be no package.
  const isPlain = nameAndPath(specifier)[0] === own.name && dirname(folder) !== folder;
  if (own.exports === null || !isPlain) throw new Unanswerable(UNKNOWN_WAY);
  return { folder, exports: own.exports };
}

/** @returns whether the package is there */
function noteIn(asked: AskedFiles, folder: string, question: PackageQuestion, target: string): boolean {
  const { inside, isRequire, extensions } = question;
  // `node_modules/name.js` goes before `node_modules/name`.
  if (isRequire && inside === "") for (const path of extended(folder, extensions)) asked.absent(path);
  if (!asked.isFolder(folder)) {
    asked.absent(folder);
    return false;
  }
  asked.real(folder);
  const file = asked.packageIn(folder);
  if (file?.exports !== undefined && file.exports !== null) {
    noteTarget(asked, folder, exportedTargets(file.exports, inside), target);
  } else if (inside !== "") {
    const path = join(folder, inside);
    noteFile(asked, isRequire ? candidates(asked, path, extensions) : [path], target);
  } else {
    noteFile(asked, filesInFolder(asked, folder, file, isRequire ? extensions : EXTENSIONS), target);
  }
  return true;
}

/**
 * `@scope/name/path` in two parts: the name of the package, and the path in it.
 * @throws Unanswerable where a part of the path leads out of the package, or it is no name of a package
 */
export function nameAndPath(specifier: string): [name: string, inside: string] {
  if (/^\.|\\|\/\.{0,2}\/|\/\.\.?$/.test(specifier)) throw new Unanswerable(UNKNOWN_WAY);
  const parts = specifier.split("/");
  const names = specifier.startsWith("@") ? 2 : 1;
  return [parts.slice(0, names).join("/"), parts.slice(names).join("/")];
}
