/**
 * The hooks that run in the loader thread of Node 20. They serve ES modules only: CommonJS gets here without its source. The main thread finds the
 * manifests in the transform cache.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireOwn } from "../../src/node/bundles.ts";
import { writeError } from "../../src/node/process.ts";
import { isTypeScript, nodeStripsTypes } from "../parse/typescript.ts";
import { Loader, type Transforming } from "./load.ts";
import type { LoaderSettings } from "./settings.ts";
import { moduleFile } from "./transform-ids.ts";
import { isStillTypeScript } from "./typescript-source.ts";

interface LoadResult {
  format?: string | null;
  source?: string | Uint8Array | null;
  shortCircuit?: boolean;
}

/** Milliseconds until postponed files are looked at again; doubled after each look. */
const PAUSE = 100;

let loader: Loader;
let isWaiting = false;
const transforming = (): Transforming => requireOwn(join(__dirname, "transforming.cjs")) as Transforming;

export function initialize(settings: LoaderSettings): void {
  loader = new Loader(
    settings,
    transforming,
    () => performance.now(),
    // Written directly: `process.stderr` of this thread hands over to the main thread, which may be gone by then.
    (line) => writeError(`dumbo: ${line}\n`),
  );
}

export async function load(
  url: string,
  context: { format?: string | null },
  next: (url: string, context: object) => Promise<LoadResult>,
): Promise<LoadResult> {
  const isFile = url.startsWith("file:");
  const isUnstripped = isFile && !nodeStripsTypes && isTypeScript(fileURLToPath(url));
  const result = await (isUnstripped ? unlessUnknown(() => next(url, context)) : next(url, context));
  if (result === null) return loadTypeScript(fileURLToPath(url));
  if (!isFile || result.format !== "module" || !result.source) return result;
  const path = fileURLToPath(url);
  const hasTypes = !nodeStripsTypes && isStillTypeScript(path, result.source);
  const loaded = loader.load(moduleFile(path, "module", hasTypes), result.source);
  if (!loaded && !isWaiting) catchUpLater(PAUSE);
  return loaded ? { ...result, source: handedOver(loaded.code) } : result;
}

/**
 * What the hooks behind dumbo's make of a TypeScript file; null if there are none that know such files. They go first: they know the project's
 * tsconfig.json, and turn into JavaScript what dumbo would leave as it is (decorators).
 */
async function unlessUnknown(load: () => Promise<LoadResult>): Promise<LoadResult | null> {
  try {
    return await load();
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === "ERR_UNKNOWN_FILE_EXTENSION") return null;
    throw error;
  }
}

/**
 * A source with memory of its own: Node moves the memory behind a source to the main thread, and all of a pack lies in one memory. It is a Buffer,
 * as hooks of the program get from Node.
 */
function handedOver(code: Buffer | string): Buffer | string {
  if (typeof code === "string") return code;
  const own = Buffer.allocUnsafeSlow(code.length);
  code.copy(own);
  return own;
}

/** Analyses postponed files while the program runs: this thread is not told when the program ends. */
function catchUpLater(pause: number): void {
  isWaiting = true;
  setTimeout(() => {
    isWaiting = false;
    if (loader.catchUp("hooks")) catchUpLater(2 * pause);
  }, pause).unref();
}

/** Loads a TypeScript file, where Node itself does not strip types. */
function loadTypeScript(path: string): LoadResult {
  const source = readFileSync(path, "utf8");
  const plain = () => transforming().stripTypes(source);
  if (moduleSystem(path, plain) === "commonjs") return { format: "commonjs", source: null, shortCircuit: true };
  const loaded = loader.load(moduleFile(path, "module"), source);
  return { format: "module", source: loaded ? loaded.code.toString() : plain(), shortCircuit: true };
}

/** The module system of a file, as Node finds it: by extension, else by the nearest package.json, else by syntax. */
function moduleSystem(path: string, plain: () => string): "module" | "commonjs" {
  if (path.endsWith(".mts")) return "module";
  if (path.endsWith(".cts")) return "commonjs";
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file)) {
      const { type } = JSON.parse(readFileSync(file, "utf8")) as { type?: string };
      if (type === "module" || type === "commonjs") return type;
      break;
    }
    if (dirname(folder) === folder) break;
  }
  try {
    return transforming().parseUndecided(plain()).kind;
  } catch {
    return "module";
  }
}
