/**
 * Loads dumbo's files that only some programs need, without a trace in Node's own loader: those would find everything as
 * the program has left it.
 */
import { readFileSync } from "./fs.ts";
import { dirname } from "./path.ts";
import { compileFunction } from "./vm.ts";

const loaded = new Map<string, unknown>();

/**
 * The exports of a CommonJS file.
 * @param require what it gets under this name
 */
export function load(path: string, require: (name: string) => unknown): unknown {
  if (loaded.has(path)) return loaded.get(path);
  const module = { exports: {} };
  const names = ["exports", "require", "module", "__filename", "__dirname"];
  const run = compileFunction(readFileSync(path, "utf8"), names, { filename: path });
  run.call(module.exports, module.exports, require, module, path, dirname(path));
  loaded.set(path, module.exports);
  return module.exports;
}
