/**
 * Loads dumbo's files that only some programs need, without a trace in Node's own loader: those would find everything as
 * the program has left it.
 */
import { readFileSync } from "./fs.ts";
import { dirname } from "./path.ts";
import { compileFunction } from "./vm.ts";

/** What the function around a CommonJS file takes. */
export const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];

export type CompiledFile = (this: object, ...given: unknown[]) => unknown;

const loaded = new Map<string, unknown>();

let compile = (path: string): CompiledFile =>
  compileFunction(readFileSync(path, "utf8"), PARAMETERS, { filename: path }) as CompiledFile;

/** Has files compiled in another way from now on. */
export function compileBy(other: (path: string) => CompiledFile): void {
  compile = other;
}

/**
 * The exports of a CommonJS file.
 * @param require what it gets under this name
 */
export function load(path: string, require: (name: string) => unknown): unknown {
  if (loaded.has(path)) return loaded.get(path);
  const module = { exports: {} };
  compile(path).call(module.exports, module.exports, require, module, path, dirname(path));
  loaded.set(path, module.exports);
  return module.exports;
}
