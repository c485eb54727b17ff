/**
 * Hooks for Node without good ones in the program's own thread (20, and the first releases of 22 and 24). CommonJS is rewritten in
 * `Module.prototype._compile`. ES modules are rewritten in a hook thread (hook-thread.ts), or, where that is enough, in a function of `fs` by
 * which Node reads them (source-reads.ts).
 */
import { isBuiltin, register } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { getBuiltinModule } from "../../audit/builtins/originals.ts";
import { touch } from "../../audit/taps/touch.ts";
import { tappedByCall } from "../../audit/taps/wrap.ts";
import type { Apart } from "../../audit/unaudited.ts";
import { state } from "../../src/trace/frames.ts";
import { isTypeScript, nodeStripsTypes } from "../parse/typescript.ts";
import type { Loader } from "./load.ts";
import type { LoaderSettings } from "./settings.ts";
import { namesTypeScript, readsByExports, rewriteSources, type TextReader } from "./source-reads.ts";
import { moduleFile } from "./transform-ids.ts";
import { isStillTypeScript } from "./typescript-source.ts";

const { apply, getOwnPropertyDescriptor } = Reflect;

type Compile = (this: object, content: string, filename: string, format?: string) => unknown;
interface CommonJs {
  register: typeof register;
  _load: (this: unknown, request: string, parent: unknown, isMain: unknown) => unknown;
  prototype: { _compile: Compile };
}

/**
 * @param isFirst whether no hooks were registered before dumbo's in this thread (inner-hooks.ts)
 * @param start starts the hook thread
 * @param onBuiltin called before a built-in module is handed to a CommonJS module; ES modules tell in their prologue what they import
 * @param plain strips the types of a file that is not rewritten
 * @param reader is told of the text of each module; null where nobody wants to know
 */
export function installLegacyHooks(
  loader: Loader,
  settings: LoaderSettings,
  isFirst: boolean,
  start: () => void,
  onBuiltin: (name: string) => void,
  apart: Apart,
  plain: (source: string) => string,
  reader: TextReader | null,
): void {
  const commonJs = getBuiltinModule("node:module") as unknown as CommonJs;
  const load = commonJs._load;
  // With as many parameters as Node's, and no name: patches of others look at both.
  commonJs._load = function (request: string, parent: unknown, isMain: unknown) {
    if (isBuiltin(request)) onBuiltin(request);
    return Reflect.apply(load, this, [request, parent, isMain]);
  };
  const hasThread = !isFirst || !readsByExports(process.versions.node) || startsAsTypeScript(settings.program);
  if (hasThread) start();
  const compile = commonJs.prototype._compile;
  // With Node's name and parameters: patches of others look at both.
  commonJs.prototype._compile = function _compile(content, filename, format) {
    const kind = format === "module" || format === "commonjs" ? format : undefined;
    const text = apart(() => {
      // TypeScript that is imported, Node reads by other functions than source-reads.ts serves.
      if (namesTypeScript(filename, content)) start();
      const hasTypes = !nodeStripsTypes && isStillTypeScript(filename, content);
      reader?.onText(filename, content, false);
      const loaded = loader.load(moduleFile(filename, kind, hasTypes), content);
      // Node compiles a required TypeScript file before its module system is known: the parser has found that out.
      if (loaded && hasTypes && loaded.kind === "module") format = "module";
      const code = loaded?.code.toString() ?? (hasTypes ? plain(content) : content);
      return reader?.textToRun(filename, code) ?? code;
    }, content);
    if (reader === null) return apply(compile, this, [text, filename, format]);
    let exported: { readonly value: unknown } | undefined;
    // No catch: to throw again would change where Node says that an uncaught error was thrown.
    try {
      const result = apply(compile, this, [text, filename, format]);
      // An accessor of the program's is not run.
      exported = { value: getOwnPropertyDescriptor(this, "exports")?.value };
      return result;
    } finally {
      apart(() => reader.onRequired(content, exported, format === "module"), undefined);
    }
  };
  if (!hasThread) rewriteSources(loader, apart, start, reader);
}

/**
 * Makes what starts the hook thread, once. It is also started when the program registers hooks of its own, which have to stand in front of
 * dumbo's. To be called before the taps have seen `node:module`.
 * @param onStart called before it starts
 */
export function hookThread(loader: Loader, settings: LoaderSettings, onStart: () => void): () => void {
  let isRunning = false;
  const start = () => {
    if (isRunning) return;
    isRunning = true;
    onStart();
    register(pathToFileURL(join(settings.dumboFolder, "hook-thread.cjs")), { data: settings });
  };
  const exports = getBuiltinModule("node:module") as unknown as CommonJs;
  exports.register = tappedByCall(exports.register, () => (original, self, args) => {
    if (state.isAudited) touch("module", "module.register");
    start();
    loader.isOverruled = true;
    return Reflect.apply(original, self, args);
  });
  return start;
}

/** Whether a script is TypeScript, or may be: without a file (a worker's is "[worker eval]" then), it is not known what it imports. */
function startsAsTypeScript(program: string): boolean {
  return program === "" || program.startsWith("[") || isTypeScript(program);
}
