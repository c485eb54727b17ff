/**
 * Node without TypeScript of its own finds no TypeScript file by a name without extension. TypeScript does: `require("./lib")` in `main.cts` means
 * `lib.ts`, where there is nothing that Node finds. What JavaScript asks for, Node alone finds: nothing stays in `Module._extensions`, which programs
 * and other loaders see, nor in Node's caches of names, which serve all files of a folder.
 */
import { getBuiltinModule } from "../../audit/builtins/originals.ts";
import { endsWith } from "../../src/node/language.ts";

const { apply, deleteProperty } = Reflect;
const { create, hasOwn } = Object;

const EXTENSIONS = [".ts", ".cts", ".mts"] as const;

interface Asking {
  readonly filename?: unknown;
}

/** Of Node's class of CommonJS modules. */
interface CommonJs {
  _load: (this: unknown, request: unknown, parent: unknown, isMain: unknown) => unknown;
  _resolveFilename: (this: unknown, request: unknown, parent: unknown, isMain: unknown, options?: unknown) => string;
  _pathCache: object;
  readonly _cache: object;
  readonly _extensions: Record<string, unknown>;
}

/** Has `require` and `require.resolve` of TypeScript files find what they mean. To be called before others notice what is asked. */
export function findTypeScript(): void {
  const commonJs = getBuiltinModule("node:module") as unknown as CommonJs;
  const { _load: load, _resolveFilename: resolveFilename } = commonJs;
  // With as many parameters as Node's, and no name, as is `_load`: patches of others look at both.
  commonJs._resolveFilename = function (request: unknown, parent: unknown, isMain: unknown, options: unknown) {
    const given = [request, parent, isMain, options] as const;
    if (!asks(commonJs, parent)) return apply(resolveFilename, this, given);
    const resolve = () => orNull(() => apply(resolveFilename, this, given));
    // Where nothing is found, Node is asked once more for its error: one that is thrown again has another place.
    return resolve() ?? withExtensions(commonJs, resolve) ?? apply(resolveFilename, this, given);
  };
  /** What files have required, by file and name; null where that is not for this module to say. */
  const required = new Map<string, string | null>();
  commonJs._load = function (request: unknown, parent: unknown, isMain: unknown) {
    if (typeof request !== "string" || !asks(commonJs, parent)) return apply(load, this, [request, parent, isMain]);
    const key = `${parent.filename}\0${request}`;
    let found = required.get(key);
    if (found === undefined || (found !== null && !hasOwn(commonJs._cache, found))) {
      found = orNull(() => commonJs._resolveFilename(request, parent, isMain));
      if (found !== null && !isTypeScript(found)) found = null;
      required.set(key, found);
    }
    // By its whole name: Node remembers what a name has led to for all files of the folder.
    return apply(load, this, [found ?? request, parent, isMain]);
  };
}

/** Whether a module asks that is TypeScript, and no other loader says what such a one finds. */
function asks(commonJs: CommonJs, parent: unknown): parent is { readonly filename: string } {
  const filename = (parent as Asking | null | undefined)?.filename;
  if (typeof filename !== "string" || !isTypeScript(filename)) return false;
  for (let i = 0; i < EXTENSIONS.length; i++) if (hasOwn(commonJs._extensions, EXTENSIONS[i] as string)) return false;
  return true;
}

/** What Node finds with the extensions of TypeScript behind its own. */
function withExtensions(commonJs: CommonJs, resolve: () => string | null): string | null {
  const { _extensions: extensions, _pathCache: cache } = commonJs;
  commonJs._pathCache = create(null) as object;
  for (let i = 0; i < EXTENSIONS.length; i++) extensions[EXTENSIONS[i] as string] = extensions[".js"];
  try {
    return resolve();
  } finally {
    for (let i = 0; i < EXTENSIONS.length; i++) deleteProperty(extensions, EXTENSIONS[i] as string);
    commonJs._pathCache = cache;
  }
}

function orNull(resolve: () => string): string | null {
  try {
    return resolve();
  } catch {
    return null;
  }
}

function isTypeScript(path: string): boolean {
  return endsWith(path, ".ts") || endsWith(path, ".cts") || endsWith(path, ".mts");
}
