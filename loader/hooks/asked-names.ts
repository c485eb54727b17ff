/**
 * Tells what `require` and `require.resolve` are asked, by `Module._resolveFilename`: up to Node 22, no hook is told of both, and in no version of the
 * folders that `require.resolve(name, { paths })` is given.
 */
import { getBuiltinModule } from "../../audit/builtins/originals.ts";

/** A question for a CommonJS module, and what Node found. */
export interface AskedName {
  readonly name: string;
  /** The file of the module that asks; undefined for what Node itself loads: the script on the command line, and what an ES module imports. */
  readonly from: string | undefined;
  /** A path, or the name of a built-in module; null where Node found nothing. */
  readonly found: string | null;
  /** Whether Node was told where to look, by the folders or by what stands for a module and is none. */
  readonly isElsewhere: boolean;
}

const { getPrototypeOf } = Reflect;

type ResolveFilename = (this: unknown, ...args: unknown[]) => string;

/** Whether the hooks of this version of Node are told all that `require` and `require.resolve` are asked. */
export function tellsAskedNames(version: string): boolean {
  return Number.parseInt(version, 10) >= 24;
}

/** @param onAsked may not throw */
export function noticeAskedNames(onAsked: (asked: AskedName) => void): void {
  const commonJs = getBuiltinModule("node:module") as unknown as {
    _resolveFilename: ResolveFilename;
    prototype: object;
  };
  const resolveFilename = commonJs._resolveFilename;
  const { prototype } = commonJs;
  // Not by `instanceof`, of which the program may have a part.
  const isModule = (value: object): boolean => {
    for (let one = getPrototypeOf(value); one !== null; one = getPrototypeOf(one)) if (one === prototype) return true;
    return false;
  };
  // With as many parameters as Node's, and no name: patches of others look at both.
  commonJs._resolveFilename = function (request: unknown, parent: unknown, isMain: unknown, options: unknown) {
    let found: string | null = null;
    // No catch: to throw again would change where Node says that an uncaught error was thrown.
    try {
      found = Reflect.apply(resolveFilename, this, [request, parent, isMain, options]);
      return found;
    } finally {
      const from = (parent as { filename?: unknown } | null | undefined)?.filename;
      const isToldFolders = ((options as { paths?: unknown } | null | undefined)?.paths ?? null) !== null;
      // Node's own functions hand on modules.
      const isElsewhere = isToldFolders || (typeof parent === "object" && parent !== null && !isModule(parent));
      if (typeof request === "string")
        onAsked({ name: request, from: typeof from === "string" ? from : undefined, found, isElsewhere });
    }
  };
}
