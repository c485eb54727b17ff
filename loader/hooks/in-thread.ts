/** The in-thread hooks of Node 22.22.3, 24.11.1, 25.1 and later: one `load` for `import` and `require` alike. */
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import { getBuiltinModule } from "../../audit/builtins/originals.ts";
import type { SourceKind } from "../parse/parse.ts";
import type { Loader } from "./load.ts";

interface LoadResult {
  format?: string | null;
  source?: string | ArrayBuffer | ArrayBufferView | null;
}
type Load = (url: string, context: object, next: (url: string, context: object) => LoadResult) => LoadResult;
type RegisterHooks = (hooks: { load: Load }) => void;

const registerHooks = (nodeModule as { registerHooks?: RegisterHooks }).registerHooks;

/**
 * Whether `registerHooks` gives CommonJS modules a complete `require` here. Before these versions a module whose source
 * came from a hook got one without `cache` and could not require an ES module (import-in-the-middle's
 * `supportsSyncHooks` draws the same line).
 */
export function supportsSyncHooks(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const from = (atMinor: number, atPatch: number) => minor > atMinor || (minor === atMinor && patch >= atPatch);
  if (major === 22) return from(22, 3);
  if (major === 24) return from(11, 1);
  if (major === 25) return from(1, 0);
  return major >= 26;
}

interface Compiles {
  _compile: (this: object, content: string, filename: string, ...rest: unknown[]) => unknown;
}

/**
 * @param onBuiltin a built-in module is about to be handed to a module that imports it
 * @param unaudited runs Node's own loading, which goes through the tapped functions
 */
export function installHooks(
  loader: Loader,
  onBuiltin: (name: string) => void,
  unaudited: <T>(work: () => T) => T,
): void {
  const compileLater = compilingLater(loader, unaudited);
  (registerHooks as RegisterHooks)({
    load: (url, context, next) =>
      unaudited(() => {
        if (url.startsWith("node:")) onBuiltin(url);
        const result = next(url, context);
        if (!url.startsWith("file:")) return result;
        if (result.source === undefined && result.format === "commonjs") compileLater(fileURLToPath(url));
        return rewritten(url, result, loader);
      }),
  });
}

/**
 * After `module.register`, CommonJS that is imported comes without its source: Node reads it when it compiles it, by no hook.
 * (One that got its source from here would get a `require` without a cache.) Patches Node for as long as there is one.
 */
function compilingLater(loader: Loader, unaudited: <T>(work: () => T) => T): (path: string) => void {
  const waiting = new Set<string>();
  const prototype = (getBuiltinModule("node:module") as unknown as { prototype: Compiles }).prototype;
  const { _compile: original } = prototype;
  const patched: Compiles["_compile"] = function _compile(content, filename, ...rest) {
    if (!waiting.delete(filename)) return original.call(this, content, filename, ...rest);
    if (waiting.size === 0 && prototype._compile === patched) prototype._compile = original;
    const loaded = unaudited(() => loader.load(filename, content, "commonjs"));
    return original.call(this, loaded?.code.toString() ?? content, filename, ...rest);
  };
  return (path) => {
    waiting.add(path);
    if (prototype._compile === original) prototype._compile = patched;
  };
}

function rewritten(url: string, result: LoadResult, loader: Loader): LoadResult {
  const { format, source } = result;
  const kind = kindOf(format);
  if (kind === null || source === null || source === undefined) return result;
  const loaded = loader.load(fileURLToPath(url), textOrBytes(source), kind);
  if (!loaded) return result;
  // Types are gone; and where Node has not decided between the module systems, it may go on to do so.
  const settled = typeof format === "string" && format.endsWith("typescript") ? loaded.kind : format;
  return { ...result, format: settled as string, source: loaded.code };
}

/** Null for what is not code; undefined where only the syntax can tell. */
function kindOf(format: string | null | undefined): SourceKind | undefined | null {
  switch (format) {
    case "module":
    case "module-typescript":
      return "module";
    case "commonjs":
    case "commonjs-typescript":
      return "commonjs";
    case "typescript":
    case undefined:
    case null:
      return undefined;
    default:
      return null;
  }
}

function textOrBytes(source: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof source === "string") return source;
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
