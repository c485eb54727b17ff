/**
 * Tells what `require` and `require.resolve` are asked, by `Module._resolveFilename`: up to Node 22, no hook is told of both, and in no version of the
 * folders that `require.resolve(name, { paths })` is given, nor of what the program has changed of how Node looks.
 */
import { cwd, getBuiltinModule } from "../../audit/builtins/originals.ts";
import { tapRead } from "../../audit/taps/properties.ts";
import { tappedByCall } from "../../audit/taps/wrap.ts";
import { startsWith } from "../../src/node/language.ts";
import { foldersAbove, isBuiltin } from "../../src/node/module.ts";
import { dirname, isAbsolute, join, resolve } from "../../src/node/path.ts";

/** A question for a CommonJS module, and what Node found. */
export interface AskedName {
  readonly name: string;
  /** The file of the module that asks; undefined for what Node itself loads: the script on the command line, and what an ES module imports. */
  readonly from: string | undefined;
  /** A path, or the name of a built-in module; null where Node found nothing. */
  readonly found: string | null;
  /** By what the program has had Node look elsewhere than around the file that asks; null where it has not. */
  readonly elsewhere: string | null;
  /** The one folder from which Node has looked then; null where there is none, or nobody can tell what that led to. */
  readonly folder: string | null;
}

const { apply, getPrototypeOf } = Reflect;

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type ResolveFilename = (this: unknown, ...args: unknown[]) => string;

/** What Node's loader calls of its class, and programs may replace. */
interface Looking {
  readonly _findPath: unknown;
  readonly _nodeModulePaths: unknown;
  readonly _resolveLookupPaths: unknown;
  readonly _stat: unknown;
}

interface CommonJs extends Looking {
  _findPath: AnyFunction;
  _resolveFilename: ResolveFilename;
  prototype: object;
}

/** What is read of a module that asks. */
interface Asking {
  readonly id?: unknown;
  readonly filename?: unknown;
  readonly paths?: unknown;
}

/** By what else Node is told where to look. */
const TOLD_FOLDERS = "require.resolve";
const STAND_IN = "Module._resolveFilename";
const OWN_PATHS = "module.paths";
const OWN_LOOKING = "Module._findPath";
const NO_FILE = "Module._load";

/** Whether the hooks of this version of Node are told all that `require` and `require.resolve` are asked. */
export function tellsAskedNames(version: string): boolean {
  return Number.parseInt(version, 10) >= 24;
}

/**
 * @param script on the command line
 * @param onAsked may not throw
 * @param onLooked takes the name of what the program calls by itself to look for a module. May not throw
 */
export function noticeAskedNames(
  script: string,
  onAsked: (asked: AskedName) => void,
  onLooked: (api: string) => void,
): void {
  const commonJs = getBuiltinModule("node:module") as unknown as CommonJs;
  const main = resolve(script);
  const resolveFilename = commonJs._resolveFilename;
  let inside = 0;
  commonJs._findPath = tappedByCall(commonJs._findPath, () =>
    inside > 0
      ? undefined
      : (findPath, self, args) => {
          // So Node looks for the script, which is known.
          if (args[0] !== main || args[1] !== null || args[2] !== true) onLooked(OWN_LOOKING);
          return Reflect.apply(findPath, self, args);
        },
  );
  const isAsAtStart = unchanged(commonJs);
  for (const key of ["_stat", "_readPackage"]) tapRead(commonJs, key, "module", `Module.${key}`);
  const elsewhere = elsewhereOf(commonJs.prototype, main, isAsAtStart);
  // With as many parameters as Node's, and no name: patches of others look at both.
  commonJs._resolveFilename = function (request: unknown, parent: unknown, isMain: unknown, options: unknown) {
    let found: string | null = null;
    const asking = (parent ?? undefined) as Asking | undefined;
    const paths = (options as { paths?: unknown } | null | undefined)?.paths ?? null;
    const other = typeof request === "string" ? elsewhere(request, asking, isMain, paths !== null) : null;
    inside++;
    // No catch: to throw again would change where Node says that an uncaught error was thrown.
    try {
      found = Reflect.apply(resolveFilename, this, [request, parent, isMain, options]);
      return found;
    } finally {
      inside--;
      if (typeof request === "string")
        onAsked({
          name: request,
          from: fileOf(asking),
          found,
          elsewhere: other ?? (asking === undefined && found !== request && request !== main ? NO_FILE : null),
          folder: isFolderTold(other) && asking !== undefined ? folderOf(request, asking, paths) : null,
        });
    }
  };
}

/** Tells whether Node looks by its own functions. Each is asked as Node takes it: of some there is a getter. */
function unchanged(commonJs: Looking): () => boolean {
  const { _findPath, _nodeModulePaths, _resolveLookupPaths } = commonJs;
  const getStat = Object.getOwnPropertyDescriptor(commonJs, "_stat")?.get;
  const askedStat = () => getStat && (apply(getStat, commonJs, []) as unknown);
  const stat = askedStat();
  return () =>
    commonJs._findPath === _findPath &&
    commonJs._nodeModulePaths === _nodeModulePaths &&
    commonJs._resolveLookupPaths === _resolveLookupPaths &&
    askedStat() === stat;
}

type Elsewhere = (name: string, asking: Asking | undefined, isMain: unknown, isToldFolders: boolean) => string | null;

function elsewhereOf(prototype: object, main: string, isAsAtStart: () => boolean): Elsewhere {
  // Not by `instanceof`, of which the program may have a part.
  const isModule = (value: object): boolean => {
    for (let one = getPrototypeOf(value); one !== null; one = getPrototypeOf(one)) if (one === prototype) return true;
    return false;
  };
  return (name, asking, isMain, isToldFolders) => {
    if (isBuiltin(name)) return null;
    if (!isAsAtStart()) return OWN_LOOKING;
    // Node's own functions hand on modules.
    if (typeof asking === "object" && !isModule(asking)) return STAND_IN;
    if (asking === undefined) return isAbsolute(name) || (isMain === true && name === main) ? null : NO_FILE;
    if (typeof asking.filename !== "string" || !asking.id) return NO_FILE;
    if (isToldFolders) return TOLD_FOLDERS;
    return startsWith(name, ".") || isAbsolute(name) || looksAround(asking.filename, asking.paths) ? null : OWN_PATHS;
  };
}

/** The folders of files that asked, which many do more than once. */
const known = new Map<string, readonly string[]>();

/** Whether a module has Node look in the folders around its file. */
function looksAround(path: string, paths: unknown): boolean {
  const folder = dirname(path);
  let usual = known.get(folder);
  if (usual === undefined) {
    usual = foldersAbove(folder);
    known.set(folder, usual);
  }
  if (!Array.isArray(paths) || paths.length !== usual.length) return false;
  for (let i = 0; i < usual.length; i++) if (paths[i] !== usual[i]) return false;
  return true;
}

/** The file of a module, or what stands for that: {@link isTried}. */
function fileOf(asking: Asking | undefined): string | undefined {
  if (typeof asking?.filename === "string") return asking.filename;
  return asking !== undefined && isTried(asking) ? asking.id : undefined;
}

/** Whether a module stands for the file of an ES module: Node 20 tries whether `require` would find what `import` has not, to say so in the error. */
function isTried(asking: Asking): asking is { readonly id: string } {
  const { id, filename, paths } = asking;
  return (
    typeof id === "string" && isAbsolute(id) && (filename ?? null) === null && looksAround(join(id, "none"), paths)
  );
}

/** Whether Node looks by its own rules, from a folder that is told. */
function isFolderTold(elsewhere: string | null): boolean {
  return elsewhere === TOLD_FOLDERS || elsewhere === NO_FILE;
}

function folderOf(request: string, asking: Asking, paths: unknown): string | null {
  if (paths !== null) return onlyFolder(paths);
  if (!isTried(asking)) return null;
  // A module without a file has Node look in the current folder.
  return startsWith(request, ".") ? cwd() : asking.id;
}

function onlyFolder(paths: unknown): string | null {
  if (!Array.isArray(paths) || paths.length !== 1) return null;
  const folder: unknown = paths[0];
  return typeof folder === "string" && isAbsolute(folder) ? folder : null;
}
