/**
 * ES modules on Node 20, in the program's own thread. Node reads their sources by what `fs.promises.readFile` is at the
 * moment: the tap in its place can hand over another text. A hook thread, which is the only other way, takes
 * longer to start than everything else that dumbo does at a start.
 *
 * It serves the loading of Node's that no hooks stand in: where a program registers hooks of its own, needs TypeScript, or
 * has ES modules loaded by `require`, which reads them by other functions, the hook thread is started after all.
 */
import { readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { callingFile } from "../../audit/taps/caller.ts";
import { readSourcesBy } from "../../audit/taps/reads.ts";
import type { SourceKind } from "../parse/parse.ts";
import type { Loader } from "./load.ts";
import { MODULES } from "./package-budget.ts";

/** Where Node's loader reads sources. */
const READS = "node:internal/modules/esm/load";
/** The end of a name of a TypeScript file. */
const TYPESCRIPT = /\.[cm]?ts\b/;

// Captured before the program can replace it.
const NodesURL = globalThis.URL;

interface PackageJson {
  readonly type?: unknown;
}

/** Whether Node reads sources by the tapped function. */
export function readsByExports(version: string): boolean {
  return /^20\.(19|[2-9]\d)\./.test(version);
}

/** Whether a file of the program may import TypeScript: its source has the name of such a file, or a part of one. */
export function namesTypeScript(path: string, source: string | Buffer): boolean {
  return !path.includes(MODULES) && TYPESCRIPT.test(typeof source === "string" ? source : source.toString("latin1"));
}

/**
 * Rewrites what Node's loader reads.
 * @param startThread called when hooks in this thread are not enough
 */
export function rewriteSources(loader: Loader, unaudited: <T>(work: () => T) => T, startThread: () => void): void {
  const types = new PackageTypes();
  readSourcesBy((args) => {
    const [url] = args;
    const path = args.length === 1 && url instanceof NodesURL && callingFile() === READS ? pathOf(url) : null;
    const code = path === null ? null : unaudited(() => rewritten(path, loader, types, startThread));
    return code && Promise.resolve(code);
  });
}

function pathOf(url: URL): string | null {
  try {
    return fileURLToPath(url);
  } catch {
    return null;
  }
}

/** The text that Node is to take for a file's content, or null where it has to read the file itself. */
function rewritten(path: string, loader: Loader, types: PackageTypes, startThread: () => void): Buffer | null {
  const kind = types.kindOf(path);
  if (kind === null) return null;
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return null;
  }
  if (namesTypeScript(path, bytes)) startThread();
  const loaded = loader.load(path, bytes, kind);
  // What turns out to be CommonJS is read once more by `require`, and rewritten there.
  if (loaded === null || loaded.kind !== "module") return bytes;
  return typeof loaded.code === "string" ? Buffer.from(loaded.code) : loaded.code;
}

/** How Node evaluates files that it loads as ES modules or does not know yet: by extension and the nearest package.json. */
class PackageTypes {
  readonly #types = new Map<string, unknown>();

  /** Undefined where the syntax decides; null for what is no code. */
  kindOf(path: string): SourceKind | undefined | null {
    const extension = extname(path);
    if (extension === ".mjs") return "module";
    if (extension !== ".js" && extension !== "") return null;
    return this.#typeOf(dirname(path)) === "module" ? "module" : undefined;
  }

  #typeOf(folder: string): unknown {
    if (this.#types.has(folder)) return this.#types.get(folder);
    const above = dirname(folder);
    const own = readType(join(folder, "package.json"));
    const type = own === null && above !== folder ? this.#typeOf(above) : own;
    this.#types.set(folder, type);
    return type;
  }
}

/** What a package.json says of the files beside it; null if there is none. */
function readType(file: string): unknown {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as PackageJson).type;
  } catch (error) {
    return (error as { code?: unknown }).code === undefined ? undefined : null;
  }
}
