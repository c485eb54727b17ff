/**
 * Node without good in-thread hooks (20, and the first releases of 22 and 24): everything that CommonJS compiles goes through
 * `Module.prototype._compile`, ES modules through a hook thread (hook-thread.ts), or where that will do, through a
 * function of `fs` (source-reads.ts).
 */
import { readFileSync } from "node:fs";
import { isBuiltin, register } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { getBuiltinModule } from "../../audit/builtins/originals.ts";
import { touch } from "../../audit/taps/touch.ts";
import { tappedByCall } from "../../audit/taps/wrap.ts";
import { state } from "../../src/trace/frames.ts";
import { isTypeScript, nodeStripsTypes } from "../parse/typescript.ts";
import type { Loader } from "./load.ts";
import type { LoaderSettings } from "./settings.ts";
import { namesTypeScript, readsByExports, rewriteSources } from "./source-reads.ts";

type Compile = (this: object, content: string, filename: string, format?: string) => unknown;
interface CommonJs {
  register: typeof register;
  _load: (this: unknown, request: string, ...rest: unknown[]) => unknown;
  prototype: { _compile: Compile };
  _extensions: Record<string, (module: { _compile: Compile }, filename: string) => void>;
}

/**
 * @param isFirst whether no hooks were registered before (inner-hooks.ts)
 * @param start starts the hook thread
 * @param onBuiltin a built-in module is about to be handed to a CommonJS module; ES modules say so in their prologue
 * @param plain strips the types of a file that is not rewritten
 */
export function installLegacyHooks(
  loader: Loader,
  settings: LoaderSettings,
  isFirst: boolean,
  start: () => void,
  onBuiltin: (name: string) => void,
  unaudited: <T>(work: () => T) => T,
  plain: (source: string) => string,
): void {
  const commonJs = getBuiltinModule("node:module") as unknown as CommonJs;
  const load = commonJs._load;
  commonJs._load = function _load(request, ...rest) {
    if (isBuiltin(request)) onBuiltin(request);
    return Reflect.apply(load, this, [request, ...rest]);
  };
  const hasThread = !isFirst || !readsByExports(process.versions.node) || startsAsTypeScript(settings.program);
  if (hasThread) start();
  const compile = commonJs.prototype._compile;
  // Named and with parameters like Node's: other patches look at both.
  commonJs.prototype._compile = function _compile(content, filename, format) {
    const kind = format === "module" || format === "commonjs" ? format : undefined;
    // What an ES module imports that was required is read by other functions.
    if (format === "module" || namesTypeScript(filename, content)) start();
    const loaded = unaudited(() => loader.load(filename, content, kind));
    if (loaded) return compile.call(this, loaded.code.toString(), filename, formatOf(format, filename, loaded.kind));
    return compile.call(this, needsStripping(filename) ? plain(content) : content, filename, format);
  };
  if (!nodeStripsTypes) {
    for (const extension of [".ts", ".cts", ".mts"]) {
      commonJs._extensions[extension] ??= (module, filename) =>
        module._compile(readFileSync(filename, "utf8"), filename);
    }
  }
  if (!hasThread) rewriteSources(loader, unaudited, start);
}

/**
 * What starts the hook thread, once. A program that registers hooks of its own starts it, too: they have to stand in front of
 * dumbo's. To be called before the taps have seen `node:module`.
 */
export function hookThread(loader: Loader, settings: LoaderSettings): () => void {
  let isRunning = false;
  const start = () => {
    if (isRunning) return;
    isRunning = true;
    loader.seesAll = false;
    register(pathToFileURL(join(settings.dumboFolder, "hook-thread.cjs")), { data: settings });
  };
  const exports = getBuiltinModule("node:module") as unknown as CommonJs;
  exports.register = tappedByCall(exports.register, () => (original, self, args) => {
    if (state.open !== 0) touch("module", "module.register");
    start();
    return Reflect.apply(original, self, args);
  });
  return start;
}

/** Whether a script is TypeScript, or comes from no file, so that nothing tells what it imports. */
function startsAsTypeScript(program: string): boolean {
  return program === "" || isTypeScript(program);
}

function needsStripping(filename: string): boolean {
  return !nodeStripsTypes && isTypeScript(filename);
}

/** `require` of a TypeScript file compiles it before its module system is known: the parser has found that out. */
function formatOf(format: string | undefined, filename: string, kind: string): string | undefined {
  return needsStripping(filename) && kind === "module" ? "module" : format;
}
