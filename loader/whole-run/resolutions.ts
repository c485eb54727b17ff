/**
 * What decides which files a program loads: for each module that it asks for, the places where Node looks for it, in the order in which Node does.
 * Where a module was found otherwise than by the rules below, the run is not kept.
 */
import { foldersAbove, globalPaths } from "../../src/node/module.ts";
import { basename, dirname, isAbsolute, join, resolve, sep } from "../../src/node/path.ts";
import { fileURLToPath } from "../../src/node/url.ts";
import type { Reason } from "../../src/reason/reason.ts";
import { type AskedFiles, type PackageFile, Unanswerable } from "./asked-files.ts";

/** A module that the program asked for, and what Node found. */
export interface Resolution {
  readonly specifier: string;
  /** URL of the module that asks. */
  readonly parent: string;
  readonly isRequire: boolean;
  /** URL; null where Node found nothing. */
  readonly found: string | null;
}

/** Node has found a module otherwise than by the rules below, or what it has found is no code of the program's. */
export const UNKNOWN_WAY: Reason = { kind: "unknown-code" };

/** What Node appends to the path of a required file, in this order. */
const EXTENSIONS = [".js", ".json", ".node"];

/** Notes all that led Node from the script on the command line to its file. @returns the file. @throws Unanswerable */
export function noteMain(asked: AskedFiles, script: string): string {
  const path = resolve(script);
  const target = asked.real(firstFile(asked, path));
  noteFile(asked, path, true, target);
  return target;
}

/** The file that a path of a required module leads to. */
function firstFile(asked: AskedFiles, path: string): string {
  for (const candidate of candidates(asked, path)) if (asked.isFile(candidate)) return candidate;
  throw new Unanswerable(UNKNOWN_WAY);
}

/** Notes all that led Node from a specifier to a file. @throws Unanswerable where that cannot be told */
export function noteResolution(asked: AskedFiles, { specifier, parent, isRequire, found }: Resolution): void {
  if (found?.startsWith("node:")) return;
  if (!parent.startsWith("file:")) throw new Unanswerable(UNKNOWN_WAY);
  if (found === null) return noteMissing(asked, specifier, parent, isRequire);
  if (!found.startsWith("file:")) throw new Unanswerable(UNKNOWN_WAY);
  const target = fileURLToPath(found);
  const from = fileURLToPath(parent);
  if (specifier.startsWith("#")) return noteOwnImport(asked, from, target);
  if (isPath(specifier)) {
    const path = pathOf(specifier, parent, isRequire);
    return noteFile(asked, specifier.endsWith("/") ? path + sep : path, isRequire, target);
  }
  if (/^[a-z][a-z+.-]*:/i.test(specifier)) {
    if (!specifier.startsWith("file:")) throw new Unanswerable(UNKNOWN_WAY);
    return noteFile(asked, fileURLToPath(new URL(specifier).href), false, target);
  }
  notePackage(asked, specifier, from, isRequire, target);
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
function noteMissing(asked: AskedFiles, specifier: string, parent: string, isRequire: boolean): void {
  // This Node has no such built-in module, whatever there is on disk.
  if (specifier.startsWith("node:")) return;
  if (specifier.startsWith("#") || /^[a-z][a-z+.-]*:/i.test(specifier)) throw new Unanswerable(UNKNOWN_WAY);
  const places = (path: string) => (isRequire ? withExtensions(path) : [path]);
  if (isPath(specifier)) {
    const path = pathOf(specifier, parent, isRequire);
    if (asked.isFolder(path)) throw new Unanswerable(UNKNOWN_WAY);
    for (const place of places(path)) asked.absent(place);
    return;
  }
  const [name] = nameAndPath(specifier);
  const from = fileURLToPath(parent);
  const scope = asked.scopeOf(from);
  if (scope !== null && asked.packageIn(scope)?.name === name) throw new Unanswerable(UNKNOWN_WAY);
  for (const modules of foldersOfModules(asked, from))
    for (const place of places(join(modules, name))) asked.absent(place);
  if (isRequire) for (const folder of globalPaths) asked.absent(join(folder, name));
}

/** The folders `node_modules` that are there, around a module; that there is none in others is noted. */
export function* foldersOfModules(asked: AskedFiles, from: string): Generator<string> {
  for (const modules of foldersAbove(dirname(from))) {
    if (asked.isFolder(modules)) yield modules;
    else asked.absent(modules);
  }
}

/** Notes a file that is loaded: its content, and the package.json that says what kind of module it is. */
export function noteLoaded(asked: AskedFiles, target: string): void {
  // Native code does what no tap sees.
  if (!/\.([cm]?[jt]s|json)$/.test(target) && !/^[^.]+$/.test(basename(target))) throw new Unanswerable(UNKNOWN_WAY);
  if (target.endsWith(".json")) asked.content(target);
  else asked.code(target);
  asked.scopeOf(target);
}

/** `#name`: the package.json of the package says where it leads. */
function noteOwnImport(asked: AskedFiles, from: string, target: string): void {
  const scope = asked.scopeOf(from);
  if (scope === null || !isOwnFile(asked.real(scope), target)) throw new Unanswerable(UNKNOWN_WAY);
  noteLoaded(asked, target);
}

function isOwnFile(folder: string, path: string): boolean {
  return path.startsWith(folder + sep) && !path.slice(folder.length).includes(`${sep}node_modules${sep}`);
}

/** A file, or for `require` what Node finds at its path. */
function noteFile(asked: AskedFiles, path: string, isRequire: boolean, target: string): void {
  noteFirst(asked, isRequire ? candidates(asked, path) : [path], target);
  noteLoaded(asked, target);
}

/** Notes that of some paths the first file leads to the target. */
function noteFirst(asked: AskedFiles, paths: Iterable<string>, target: string): void {
  for (const path of paths) {
    if (asked.isFile(path)) {
      if (asked.real(path) !== target) throw new Unanswerable(UNKNOWN_WAY);
      return;
    }
    // A folder stays one as long as the file in it is there that was found.
    if (!asked.isFolder(path)) asked.absent(path);
  }
  throw new Unanswerable(UNKNOWN_WAY);
}

/** Where Node looks for a required file. */
function* candidates(asked: AskedFiles, path: string): Generator<string> {
  if (!path.endsWith(sep)) yield* withExtensions(path);
  if (asked.isFolder(path)) yield* filesInFolder(asked, path, asked.packageIn(path));
}

/** Where Node looks for the main file of a package without `exports`. */
export function* filesInFolder(asked: AskedFiles, folder: string, file: PackageFile | null): Generator<string> {
  if (typeof file?.main === "string" && file.main !== "") {
    const main = resolve(folder, file.main);
    yield* withExtensions(main);
    if (asked.isFolder(main)) yield* extended(join(main, "index"));
  }
  yield* extended(join(folder, "index"));
}

function* withExtensions(path: string): Generator<string> {
  yield path;
  yield* extended(path);
}

function* extended(path: string): Generator<string> {
  for (const extension of EXTENSIONS) yield path + extension;
}

/** A file of a package: in a folder `node_modules` of the module that asks, or of a folder around it. */
function notePackage(asked: AskedFiles, specifier: string, from: string, isRequire: boolean, target: string): void {
  const [name, inside] = nameAndPath(specifier);
  const scope = asked.scopeOf(from);
  const own = scope === null ? null : asked.packageIn(scope);
  if (scope !== null && own?.exports !== undefined && own.name === name) {
    if (!isOwnFile(asked.real(scope), target)) throw new Unanswerable(UNKNOWN_WAY);
    return noteLoaded(asked, target);
  }
  for (const modules of foldersOfModules(asked, from)) {
    if (noteIn(asked, join(modules, name), inside, isRequire, target)) return;
  }
  throw new Unanswerable(UNKNOWN_WAY);
}

/** @returns whether the package is there */
function noteIn(asked: AskedFiles, folder: string, inside: string, isRequire: boolean, target: string): boolean {
  // `node_modules/name.js` goes before `node_modules/name`.
  if (isRequire && inside === "") for (const path of extended(folder)) asked.absent(path);
  if (!asked.isFolder(folder)) {
    asked.absent(folder);
    return false;
  }
  const real = asked.real(folder);
  const file = asked.packageIn(folder);
  if (file?.exports !== undefined && file.exports !== null) {
    if (!target.startsWith(real + sep)) throw new Unanswerable(UNKNOWN_WAY);
  } else if (inside !== "") {
    const path = join(folder, inside);
    noteFirst(asked, isRequire ? candidates(asked, path) : [path], target);
  } else {
    noteFirst(asked, filesInFolder(asked, folder, file), target);
  }
  noteLoaded(asked, target);
  return true;
}

/** `@scope/name/path` in two parts: the name of the package, and the path in it. */
export function nameAndPath(specifier: string): [name: string, inside: string] {
  const parts = specifier.split("/");
  const names = specifier.startsWith("@") ? 2 : 1;
  return [parts.slice(0, names).join("/"), parts.slice(names).join("/")];
}
