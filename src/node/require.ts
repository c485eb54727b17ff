/**
 * Loads dumbo's later files without Node's own loader: that one is made of functions that the program may have replaced, and it would
 * show these files in `require.cache`.
 */
import { readFileSync } from "./fs.ts";
import { dirname } from "./path.ts";
import { compileFunction, Script } from "./vm.ts";

/** A compiled file: the function with which the build wraps it, as Node's loader would wrap a CommonJS module. */
export type CompiledFile = (this: object, ...given: unknown[]) => unknown;

const loaded = new Map<string, unknown>();

let compile = (path: string): CompiledFile =>
  new Script(readFileSync(path, "latin1"), { filename: path }).runInThisContext() as CompiledFile;

/** Sets how dumbo's files are compiled from now on. */
export function compileBy(other: (path: string) => CompiledFile): void {
  compile = other;
}

/**
 * The exports of one of dumbo's files (scripts/bundle.mjs).
 * @param require the function that the file gets under this name
 */
export function load(path: string, require: (name: string) => unknown): unknown {
  return loadBy(compile, path, require);
}

/** The exports of a CommonJS file of a package. */
export function loadPlain(path: string, require: (name: string) => unknown): unknown {
  const names = ["exports", "require", "module", "__filename", "__dirname"];
  const compiled = () => compileFunction(readFileSync(path, "utf8"), names, { filename: path }) as CompiledFile;
  return loadBy(compiled, path, require);
}

function loadBy(compile: (path: string) => CompiledFile, path: string, require: (name: string) => unknown): unknown {
  if (loaded.has(path)) return loaded.get(path);
  const module = { exports: {} };
  compile(path).call(module.exports, module.exports, require, module, path, dirname(path));
  loaded.set(path, module.exports);
  return module.exports;
}
