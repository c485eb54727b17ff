/**
 * Rewrites ES modules on Node 20 in the program's own thread. Node reads their sources by what it finds in `fs.promises.readFile`: the tap there
 * can hand over another text. The only other way is a hook thread, which takes longer to start than all else that dumbo does at a start.
 *
 * This is enough only for Node's own loading. Where the program registers hooks of its own or needs TypeScript, the hook thread is started after
 * all. It would be of no use for what an ES module imports that is loaded by `require`: Node asks no hooks for that, and nothing of it is cached.
 */
import { readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { callingFile } from "../../audit/taps/caller.ts";
import { readSourcesBy } from "../../audit/taps/reads.ts";
import type { Apart } from "../../audit/unaudited.ts";
import { importedNames } from "../parse/imported-names.ts";
import type { SourceKind } from "../parse/parse.ts";
import type { Loader } from "./load.ts";
import { MODULES } from "./package-budget.ts";
import { moduleFile } from "./transform-ids.ts";

/** The file of Node's in which its loader reads sources. */
const READS = "node:internal/modules/esm/load";
/** The end of the name of a TypeScript file, in a text of the code: neither the property `ts` of an object nor a file of declarations. */
const TYPESCRIPT = /(?<!\.d)\.[cm]?ts["'`?#]/;
/** The same of a name that is imported. */
const NAMED = /(?<!\.d)\.[cm]?ts(?:[?#]|$)/;

// Captured before the program can replace it.
const NodesURL = globalThis.URL;

/** Is told of modules, where no hook is told of all. */
export interface TextReader {
  /** Takes the path of one that is about to be read. */
  onReading(path: string): void;
  /** Takes the text of one that Node is about to run. */
  onText(path: string, text: string | Buffer, isModule: boolean): void;
  /** What Node gets as its text. @param text perhaps rewritten */
  textToRun<T extends Buffer | string>(path: string, text: T): T | string;
  /** Takes what a required one exports, undefined where it threw, and whether Node knew it for an ES module. */
  onRequired(text: string, exported: { readonly value: unknown } | undefined, isModule: boolean): void;
}

interface PackageJson {
  readonly type?: unknown;
}

/** Whether this version of Node reads sources by the tapped function. */
export function readsByExports(version: string): boolean {
  return /^20\.(19|[2-9]\d)\./.test(version);
}

/**
 * Whether a file of the program may import TypeScript: by a name, or, where one is known only when it runs, by a text like the name of such a file. Node
 * itself gives `require` what it makes of one.
 */
export function namesTypeScript(path: string, source: string | Buffer): boolean {
  const text = typeof source === "string" ? source : source.toString("latin1");
  if (path.includes(MODULES) || !TYPESCRIPT.test(text)) return false;
  const names = importedNames(text, true);
  return names === null || names.some((name) => NAMED.test(name));
}

/**
 * Has Node's loader read rewritten sources.
 * @param startThread called when a hook thread is needed
 * @param reader null where nobody wants to know
 */
export function rewriteSources(loader: Loader, apart: Apart, startThread: () => void, reader: TextReader | null): void {
  const types = new PackageTypes();
  readSourcesBy((args) => {
    // By no iterator of arrays: the program may have replaced that.
    const url = args[0];
    const path = args.length === 1 && url instanceof NodesURL && callingFile() === READS ? pathOf(url) : null;
    const code = path === null ? null : apart(() => rewritten(path, loader, types, startThread, reader), null);
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

/** The text that Node gets as the content of a file; null where it has to read the file itself. */
function rewritten(
  path: string,
  loader: Loader,
  types: PackageTypes,
  startThread: () => void,
  reader: TextReader | null,
): Buffer | null {
  reader?.onReading(path);
  const kind = types.kindOf(path);
  if (kind === null) {
    reader?.onText(path, "", true);
    return null;
  }
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return null;
  }
  reader?.onText(path, bytes, true);
  if (namesTypeScript(path, bytes)) startThread();
  const loaded = loader.load(moduleFile(path, kind), bytes);
  // A file that turns out to be CommonJS is read once more by `require`, and rewritten there.
  const code = loaded === null || loaded.kind !== "module" ? bytes : loaded.code;
  const text = reader?.textToRun(path, code) ?? code;
  return typeof text === "string" ? Buffer.from(text) : text;
}

/** How Node evaluates a file whose source it reads as that of an ES module: by extension and the nearest package.json. */
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

/** The `type` in a package.json; undefined if there is none in it, null if there is no such file. */
function readType(file: string): unknown {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as PackageJson).type;
  } catch (error) {
    return (error as { code?: unknown }).code === undefined ? undefined : null;
  }
}
