/**
 * The assumePure list: the functions for which the user vouches that they are pure. It is `assumePure.json` next to package.json, or
 * the file that `DUMBO_ASSUME_PURE` names:
 *
 *     { "assumePure": ["marked", "terser#minify", "./src/render.ts#render", "./src/legacy.js", "node:zlib#gzipSync"] }
 *
 * An entry may say why: `{ "name": "marked", "reason": "keeps a cache of its own" }`.
 */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { closest } from "../src/config/closest.ts";
import { ConfigError, checkKeys, readJson } from "../src/config/config.ts";
import { listFile } from "../src/config/project.ts";
import { hashText } from "../src/hash.ts";
import { getBuiltinModule } from "../src/node/process.ts";

/** A package on the list. */
export interface AssumedPackage {
  readonly name: string;
  /** Its folder, with a separator at the end. */
  readonly folder: string;
  /** The exports that are listed; empty if all of them are. */
  readonly exports: readonly string[];
}

export interface AssumePure {
  readonly packages: readonly AssumedPackage[];
  /** The names of functions, or `*`, by the absolute path of their user module. */
  readonly functions: Readonly<Record<string, readonly string[]>>;
  /** `zlib#gzipSync`, or `zlib` for the whole module. */
  readonly builtins: readonly string[];
}

export const NOTHING_ASSUMED: AssumePure = { packages: [], functions: {}, builtins: [] };

/** A digest of a list; empty if nothing is listed. */
export function digestOfList(list: AssumePure): string {
  const { packages, functions, builtins } = list;
  const isEmpty = packages.length + builtins.length + Object.keys(functions).length === 0;
  return isEmpty ? "" : hashText(JSON.stringify([packages, functions, builtins]));
}

/**
 * Reads and checks the list of a project.
 * @param named the path in `DUMBO_ASSUME_PURE`, if it is set
 * @throws ConfigError for an entry that is malformed or matches nothing; it names the file and the entry
 */
export function readAssumePure(root: string, named: string | undefined, cwd: string): AssumePure {
  const { file, entries } = readEntries(root, named, cwd);
  if (entries === null) return NOTHING_ASSUMED;
  const packages = new Map<string, { folder: string; exports: string[] }>();
  const functions: Record<string, string[]> = {};
  const builtins: string[] = [];
  for (const [index, item] of entries.entries()) {
    const fail = (why: string) => new ConfigError(`${file}: entry ${index + 1}, ${JSON.stringify(item)}: ${why}`);
    const entry = nameOf(item);
    if (typeof entry !== "string" || entry.trim() === "" || entry.split("#").length > 2 || entry.endsWith("#")) {
      throw fail('must be "package", "package#export", "./file", "./file#function" or "node:module#function"');
    }
    const [target = "", name] = entry.split("#");
    if (target.startsWith("node:")) builtins.push(checkBuiltin(target.slice(5), name, fail));
    else if (/^\.{0,2}[/\\]/.test(target)) addFunction(resolve(dirname(file), target), name, functions, fail);
    else addPackage(target, name, root, packages, fail);
  }
  return {
    packages: [...packages].map(([name, { folder, exports }]) => ({ name, folder, exports })),
    functions,
    builtins,
  };
}

/** An entry of the list, as `dumbo explain` shows it. */
export interface Vouched {
  readonly entry: string;
  /** The user's reason, if the entry has one. */
  readonly reason: string | null;
}

/** Makes a function that finds the entry of the list for a function: by the path of its file from the project's folder, and its name. */
export function vouchedBy(
  root: string,
  named: string | undefined,
  cwd: string,
): (file: string, name: string) => Vouched | null {
  const { file: list, entries } = readEntries(root, named, cwd);
  const known = new Map<string, Vouched>();
  for (const item of entries ?? []) {
    const entry = nameOf(item);
    if (typeof entry !== "string") continue;
    const [target = "", name = "*"] = entry.split("#");
    const isPath = /^\.{0,2}[/\\]/.test(target);
    const place = isPath
      ? relative(root, resolve(dirname(list), target))
          .split(sep)
          .join("/")
      : target;
    const reason = typeof item === "object" ? (item as { reason?: string }).reason : undefined;
    known.set(`${place}#${name}`, { entry, reason: reason ?? null });
  }
  return (file, name) => {
    const packaged = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(file)?.[1];
    const place = packaged ?? file;
    return known.get(`${place}#${name}`) ?? known.get(`${place}#*`) ?? null;
  };
}

/** The file of the list, and its entries; null if there is no list. */
function readEntries(
  root: string,
  named: string | undefined,
  cwd: string,
): { file: string; entries: unknown[] | null } {
  const file = listFile(root, named, cwd);
  if (!named && !existsSync(file)) return { file, entries: null };
  const raw = readJson(file);
  checkKeys(file, "", raw, ["$schema", "assumePure"]);
  if (!Array.isArray(raw.assumePure)) throw new ConfigError(`${file}: "assumePure" must be a list of names`);
  return { file, entries: raw.assumePure as unknown[] };
}

/** The name in an entry: `"name"`, or `{ "name": "...", "reason": "..." }`. Anything else is returned as it is, and is no name. */
function nameOf(item: unknown): unknown {
  if (typeof item !== "object" || item === null) return item;
  const { name, reason, ...rest } = item as Record<string, unknown>;
  return typeof reason === "string" && Object.keys(rest).length === 0 ? name : item;
}

type Fail = (why: string) => ConfigError;

function checkBuiltin(module: string, name: string | undefined, fail: Fail): string {
  if (!isBuiltin(`node:${module}`)) {
    throw fail(
      `Node has no module node:${module}; did you mean node:${closest(module, getBuiltinModule("node:module").builtinModules)}?`,
    );
  }
  if (name === undefined) return module;
  const exports = Object.keys(createRequire(import.meta.url)(`node:${module}`));
  if (!exports.includes(name)) throw fail(`node:${module} has no ${name}; did you mean ${closest(name, exports)}?`);
  return `${module}#${name}`;
}

function addFunction(path: string, name: string | undefined, functions: Record<string, string[]>, fail: Fail): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw fail(`there is no file ${path}`);
  // Parsing the file would slow down every start. A function that was renamed is found out by this: its name is not in the text.
  const last = name?.split(".").at(-1);
  if (last !== undefined && !mentions(readFileSync(path, "utf8"), last)) {
    throw fail(`${path} has no function ${name}`);
  }
  const real = realpathSync(path);
  functions[real] ??= [];
  functions[real].push(name ?? "*");
}

/** Whether a text has an identifier, as a whole word. */
function mentions(text: string, name: string): boolean {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return false;
  return new RegExp(`(?<![\\p{ID_Continue}$])${name.replaceAll("$", "\\$")}(?![\\p{ID_Continue}$])`, "u").test(text);
}

function addPackage(
  target: string,
  name: string | undefined,
  root: string,
  packages: Map<string, { folder: string; exports: string[] }>,
  fail: Fail,
): void {
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", target);
    if (existsSync(join(candidate, "package.json"))) {
      const known = packages.get(target);
      // An entry for the whole package includes all entries for its exports.
      const exports = name === undefined || known?.exports.length === 0 ? [] : [...(known?.exports ?? []), name];
      packages.set(target, { folder: realpathSync(candidate) + sep, exports });
      return;
    }
    if (dirname(folder) === folder) throw fail(`no package of this name is installed in ${root} or above`);
  }
}
