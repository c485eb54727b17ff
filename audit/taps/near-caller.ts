/**
 * Runs makers of functions as if the program's own code had called them. An `import()` in the text of a made function is resolved from the script whose code
 * has called the maker, and Node refuses it where that is dumbo's. So the call is made by a script of a few characters that has the name of the caller's.
 */
import { getBuiltinModule } from "../builtins/originals.ts";
import { callingFile } from "./caller.ts";

type Near = (maker: object, given: readonly unknown[], target: object) => object;
interface CommonJs {
  new (path: string): { exports: unknown };
  readonly prototype: { _compile(this: object, text: string, path: string, format: string): unknown };
}

const TEXT =
  "const { construct } = Reflect; module.exports = (maker, given, target) => construct(maker, given, target);";

// Captured before hooks replace it.
const { Module } = getBuiltinModule("node:module") as unknown as { readonly Module: CommonJs };
const { _compile: compile } = Module.prototype;
const { apply, construct } = Reflect;
const known = new Map<string, Near>();

/** Whether one of the texts of which a function is made may import anything. What is no text is made one by code of the program. */
export function mayImport(given: readonly unknown[]): boolean {
  for (let i = 0; i < given.length; i++) {
    const text = given[i];
    if (typeof text !== "string" || text.includes("import")) return true;
  }
  return false;
}

/** Calls a maker with `new`. Makers do the same without it. */
export function constructNear(maker: object, given: readonly unknown[], target: object): object {
  const near = nearCaller();
  return near === null
    ? construct(maker as new () => object, given, target as new () => object)
    : near(maker, given, target);
}

function nearCaller(): Near | null {
  const file = callingFile();
  if (file === null || file.startsWith("node:")) return null;
  let near = known.get(file);
  if (near === undefined) {
    const path = file.startsWith("file:") ? getBuiltinModule("node:url").fileURLToPath(file) : file;
    const module = new Module(path);
    apply(compile, module, [TEXT, path, "commonjs"]);
    near = module.exports as Near;
    known.set(file, near);
  }
  return near;
}
