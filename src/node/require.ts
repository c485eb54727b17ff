/**
 * Loads dumbo's files that only some programs need, without a trace in Node's own loader: those would find everything as
 * the program has left it.
 */
import { readFileSync } from "./fs.ts";
import { dirname } from "./path.ts";
import { compileFunction, Script } from "./vm.ts";

/** What the build has put around a file: the function that Node's own loader would put around a CommonJS module. */
export type CompiledFile = (this: object, ...given: unknown[]) => unknown;

const loaded = new Map<string, unknown>();

let compile = (path: string): CompiledFile =>
  new Script(readFileSync(path, "latin1"), { filename: path }).runInThisContext() as CompiledFile;

/** Has files compiled in another way from now on. */
export function compileBy(other: (path: string) => CompiledFile): void {
  compile = other;
}

/**
 * The exports of one of dumbo's files (scripts/bundle.mjs).
 * @param require what it gets under this name
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
