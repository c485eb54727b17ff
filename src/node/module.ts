/**
 * What dumbo uses of `node:module`, in its bundles (see fs.ts). Node's `require` calls exports of `fs` and `path` and methods of
 * `Module`, all of which the program may have replaced. The one here finds dumbo's dependencies without them.
 */
import { existsSync, readFileSync, realpathSync } from "./fs.ts";
import { dirname, extname, isAbsolute, join, sep } from "./path.ts";
import { getBuiltinModule } from "./process.ts";
import { loadPlain } from "./require.ts";

const nodeModule = process.getBuiltinModule("node:module");
export const { isBuiltin, register } = nodeModule;

/** Functions that only newer versions of Node have. */
export const { registerHooks, stripTypeScriptTypes } = nodeModule as {
  registerHooks?: unknown;
  stripTypeScriptTypes?: unknown;
};

const { createRequire: makeRequire } = nodeModule;
type Require = ReturnType<typeof makeRequire>;
type Condition = string | { readonly [name: string]: Condition } | null | undefined;

interface PackageJson {
  readonly main?: string;
  readonly exports?: Condition;
}

/** The class of CommonJS modules, with Node's cache of them, and the folders that `require` searches last. */
const { Module } = nodeModule as unknown as {
  readonly Module: {
    readonly prototype: object;
    readonly _cache: Record<string, { readonly exports: unknown } | undefined>;
    readonly _extensions: object;
    readonly globalPaths: readonly string[];
  };
};

const shownPaths = Module.globalPaths;
/** The folders that `require` searches last. What the program does to the list that Node shows changes nothing there. */
export const globalPaths: readonly string[] = [...shownPaths];

/** Whether `require` still searches {@link globalPaths}: `Module._initPaths` reads the environment again, and makes another list to show. */
export function areGlobalPathsKept(): boolean {
  return Module.globalPaths === shownPaths;
}

const { keys } = Object;

/** What `require` appends to a path, in this order, at this moment: programs add extensions of their own. */
export function registeredExtensions(): string[] {
  return keys(Module._extensions);
}

const cache = Module._cache;
const { dlopen } = process;

/** Whether a file has been required, and was not forgotten since: one that threw is. */
export function isRequired(path: string): boolean {
  return Object.hasOwn(cache, path);
}

/** A `require` for dumbo's own files, dependencies and their addons. */
export function createRequire(from: string): Require {
  const resolve = (name: string) =>
    (isAbsolute(name) ? undefined : find(name, dirname(from))) ?? makeRequire(from).resolve(name);
  const require = (name: string) => {
    if (isBuiltin(name)) return getBuiltinModule(name);
    const path = isAbsolute(name) ? name : resolve(name);
    return extname(path) === ".node" ? addon(path) : loadPlain(path, require);
  };
  resolve.paths = () => [...foldersAbove(dirname(from)), ...globalPaths];
  return Object.assign(require, { resolve }) as unknown as Require;
}

/** Loads an addon as `require` does, with an entry in Node's record, so that a program that requires it gets the same exports. */
function addon(path: string): unknown {
  const known = cache[path];
  if (known) return known.exports;
  // No `new Module(path)`: its constructor calls `path.dirname`, which the program may have replaced.
  const module = Object.assign(Object.create(Module.prototype), {
    id: path,
    path: dirname(path),
    exports: {},
    filename: path,
  });
  Object.assign(module, { loaded: false, children: [], paths: [] });
  dlopen(module, path);
  module.loaded = true;
  cache[path] = module;
  return module.exports;
}

/**
 * The path of a package's main file, or of a file in it; undefined if the package is in no `node_modules` above, where Node's own
 * resolution has to answer.
 */
function find(name: string, from: string): string | undefined {
  const [, packageName = "", rest = ""] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(name) ?? [];
  for (const folder of foldersAbove(from)) {
    const root = join(folder, packageName);
    const manifest = join(root, "package.json");
    if (!existsSync(manifest)) continue;
    const file = rest === "" ? mainOf(JSON.parse(readFileSync(manifest, "utf8"))) : `.${rest}`;
    return realpathSync(join(root, file));
  }
  return undefined;
}

/** The folders `node_modules` in which `require` looks for what modules of a folder ask for, the nearest first, whether they are there or not. */
export function foldersAbove(start: string): string[] {
  return foldersAround(start).filter((folder) => !folder.endsWith(`${sep}node_modules${sep}node_modules`));
}

/** The same for `import`, which does not leave out `node_modules/node_modules`. */
export function foldersAround(start: string): string[] {
  const folders: string[] = [];
  for (let folder = start; ; folder = dirname(folder)) {
    folders.push(join(folder, "node_modules"));
    if (dirname(folder) === folder) return folders;
  }
}

function mainOf({ main = "index.js", exports }: PackageJson): string {
  const entry = typeof exports === "object" && exports !== null && "." in exports ? exports["."] : exports;
  return chosen(entry) ?? main;
}

/** The target that `require` gets of an entry of `exports`: the first condition of the package's list that applies decides. */
function chosen(condition: Condition): string | undefined {
  if (typeof condition === "string") return condition;
  for (const [name, inner] of Object.entries(condition ?? {})) {
    const found = name === "node" || name === "require" || name === "default" ? chosen(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
