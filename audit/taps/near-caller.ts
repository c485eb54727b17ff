/**
 * Runs makers of functions as if the program's own code had called them. An `import()` in the text of a made function is resolved from the script whose code
 * has called the maker, and Node refuses it where that is dumbo's. So the call is made by a script of a few characters that has the name of the caller's.
 */
import { getBuiltinModule } from "../builtins/originals.ts";
import { callingFile } from "./caller.ts";
import type { Maker } from "./wrap.ts";

type Make = (maker: Maker, self: unknown, texts: readonly unknown[], target: Maker | undefined) => unknown;
interface CommonJs {
  new (path: string): { exports: unknown };
  readonly prototype: { _compile(this: object, text: string, path: string, format: string): unknown };
}

/** The name of the function by which stack traces know such a script. */
const NAME = "dumboNear";
const TEXT = `const { apply, construct } = Reflect;
module.exports = function ${NAME}(maker, self, texts, target) {
  return target === undefined ? apply(maker, self, texts) : construct(maker, texts, target);
};`;

// Captured before hooks replace it.
const { Module } = getBuiltinModule("node:module") as unknown as { readonly Module: CommonJs };
const { _compile: compile } = Module.prototype;
const { apply, construct } = Reflect;
const known = new Map<string, Make>();

/** What a maker is given, as the texts that it makes of it. @throws what code of the program throws that makes texts of its objects */
export function textsOf(given: readonly unknown[]): readonly unknown[] {
  const texts: unknown[] = [];
  // Of a symbol there is no text: the maker itself has to say so.
  for (let i = 0; i < given.length; i++) texts[i] = typeof given[i] === "symbol" ? given[i] : `${given[i] as string}`;
  return texts;
}

/** Whether a text may import anything. */
export function mayImport(text: unknown): boolean {
  return typeof text === "string" && text.includes("import");
}

/** Calls a maker. @param target of `new`; undefined without it */
export function make(maker: Maker, self: unknown, texts: readonly unknown[], target: Maker | undefined): unknown {
  const direct = () => (target === undefined ? apply(maker, self, texts) : construct(maker, texts, target));
  const near = texts.some(mayImport) ? nearCaller() : null;
  if (near === null) return direct();
  try {
    return near(maker, self, texts, target);
  } catch {
    // The trace of what it throws has to show no script of dumbo's under the name of the program's.
    return direct();
  }
}

/** Whether a text was made code of by such a script. @param origin of the code, in V8's words */
export function isMadeNear(origin: string): boolean {
  return origin.startsWith(`eval at ${NAME} (`);
}

function nearCaller(): Make | null {
  const file = callingFile();
  if (file === null || file.startsWith("node:")) return null;
  let near = known.get(file);
  if (near === undefined) {
    const path = file.startsWith("file:") ? getBuiltinModule("node:url").fileURLToPath(file) : file;
    const module = new Module(path);
    apply(compile, module, [TEXT, path, "commonjs"]);
    near = module.exports as Make;
    known.set(file, near);
  }
  return near;
}
