/** The hooks for Node 22.22.3, 24.11.1, 25.1 and later, in the program's own thread: one `load` for both `import` and `require`. */
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import { clock, getBuiltinModule } from "../../audit/builtins/originals.ts";
import { touch } from "../../audit/taps/touch.ts";
import { tappedByCall } from "../../audit/taps/wrap.ts";
import type { Apart } from "../../audit/unaudited.ts";
import { startsWith } from "../../src/node/language.ts";
import { state } from "../../src/trace/frames.ts";
import type { SourceKind } from "../parse/parse.ts";
import { isTypeScript } from "../parse/typescript.ts";
import type { Resolution } from "../whole-run/resolutions.ts";
import { CompileHook } from "./compile-hook.ts";
import { isAlone } from "./inner-hooks.ts";
import type { Loaded, Loader, Reading } from "./load.ts";
import { moduleFile } from "./transform-ids.ts";
import { isStillTypeScript } from "./typescript-source.ts";

interface LoadResult {
  format?: string | null;
  source?: string | ArrayBuffer | ArrayBufferView | null;
  responseURL?: string;
  shortCircuit?: boolean;
}
interface Context {
  readonly format?: unknown;
  readonly source?: unknown;
  readonly importAttributes?: object;
  readonly conditions?: unknown;
}
type Load = (url: string, context: Context, next: (url: string, context: Context) => LoadResult) => LoadResult;
interface ResolveContext {
  readonly parentURL?: string | undefined;
  readonly conditions?: readonly string[];
}
type Resolve = (
  specifier: string,
  context: ResolveContext,
  next: (specifier: string, context: ResolveContext) => { url: string },
) => { url: string };
type RegisterHooks = (hooks: { load: Load; resolve?: Resolve }) => { deregister(): void };

const registerHooks = (nodeModule as { registerHooks?: RegisterHooks }).registerHooks;

/**
 * Whether a CommonJS module whose source comes from a hook gets a complete `require` in this version of Node. Before, it got one without `cache`,
 * which could not require an ES module (`supportsSyncHooks` of import-in-the-middle draws the same line).
 */
export function supportsSyncHooks(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const from = (atMinor: number, atPatch: number) => minor > atMinor || (minor === atMinor && patch >= atPatch);
  if (major === 22) return from(22, 3);
  if (major === 24) return from(11, 1);
  if (major === 25) return from(1, 0);
  return major >= 26;
}

/**
 * Notices that the program registers hooks. To be called before the taps have seen `node:module`.
 * @returns takes what is to run after each registration
 */
export function noticeHooks(): (onRegistered: () => void) => void {
  let registered = () => {};
  const exports = getBuiltinModule("node:module") as unknown as { registerHooks: RegisterHooks };
  exports.registerHooks = tappedByCall(exports.registerHooks, () => (original, self, args) => {
    if (state.isAudited) touch("module", "module.registerHooks");
    const result = Reflect.apply(original, self, args);
    registered();
    return result;
  });
  return (onRegistered) => {
    registered = onRegistered;
  };
}

/**
 * @param mayAnswer whether no hooks were registered before dumbo's (inner-hooks.ts)
 * @param onHooks takes what is to run when the program has registered hooks
 * @param onBuiltin called before a built-in module is handed to a module that imports it
 * @param unaudited runs Node's own loading, which calls tapped functions
 * @param apart runs dumbo's own work
 * @param onResolved takes what modules ask for; null where nobody wants to know
 * @param onLoading takes the path of each file before Node reads it
 */
export function installHooks(
  loader: Loader,
  mayAnswer: boolean,
  onHooks: (run: () => void) => void,
  onBuiltin: (name: string) => void,
  unaudited: <T>(work: () => T) => T,
  apart: Apart,
  onResolved: ((resolution: Resolution) => void) | null,
  onLoading: (path: string) => void,
): void {
  const compileHook = new CompileHook(loader, apart);
  const unwritten = new UnwrittenResults();
  let isAnswering = mayAnswer;
  const resolve: Resolve = (specifier, context, next) => {
    const { parentURL: parent, conditions = [] } = context;
    let found: string | null = null;
    // No catch: to throw again would change where Node says that an uncaught error was thrown.
    try {
      const result = unaudited(() => next(specifier, context));
      found = result.url;
      return result;
    } finally {
      // The script on the command line is asked for by nobody.
      if (parent !== undefined && onResolved !== null) {
        const tell = () => onResolved({ specifier, parent, isRequire: conditions.includes("require"), found });
        apart(tell, undefined);
      }
    }
  };
  /** What is known of a file before Node reads it. */
  const lookedUp = (url: string, context: Context): LookedUp => {
    const path = fileURLToPath(url);
    onLoading(path);
    const way = isAnswering ? wayOf(context) : null;
    const unread = way ? loader.loadUnread(path, way.kind, way.name) : undefined;
    const known = way && unread ? unwritten.of(way) : undefined;
    if (!way || !unread || !known) return { answer: null, way, isUnread: unread !== null };
    compileHook.handsOver(path, unread.code);
    return { answer: answered(url, way, unread, known), way, isUnread: true };
  };
  const hooks: { load: Load; resolve?: Resolve } = {
    ...(onResolved && { resolve }),
    load: (url, context, next) =>
      unaudited(() => {
        if (startsWith(url, "node:")) onBuiltin(url);
        if (!startsWith(url, "file:")) return next(url, context);
        const found = apart(() => lookedUp(url, context), NOTHING_KNOWN);
        if (found.answer !== null) return found.answer;
        const began = clock();
        const result = next(url, context);
        return apart(() => {
          const { way, isUnread } = found;
          if (way && result.format === way.format) unwritten.note(way, result);
          if (!isUnread) return result;
          if (result.source === undefined && result.format === "commonjs") compileHook.await(fileURLToPath(url));
          const reading = way && result.format === way.format ? { way: way.name, began } : undefined;
          return rewritten(url, result, loader, reading, compileHook);
        }, result);
      }),
  };
  let own = (registerHooks as RegisterHooks)(hooks);
  // The hook that was registered last is asked first, and has the last word. That has to be dumbo's: what it says of a module is true of the text
  // that it hands over, and others may change that.
  onHooks(() => {
    own.deregister();
    own = (registerHooks as RegisterHooks)(hooks);
    isAnswering = false;
  });
}

/** What is known of a file before Node reads it. */
interface LookedUp {
  /** Null where Node has to read it. */
  readonly answer: LoadResult | null;
  readonly way: Way | null;
  /** Whether its text is still to be looked at. */
  readonly isUnread: boolean;
}

const NOTHING_KNOWN: LookedUp = { answer: null, way: null, isUnread: false };

/** How Node is about to read a file. */
interface Way {
  readonly name: string;
  readonly format: string;
  readonly kind: SourceKind;
  readonly isImport: boolean;
}

const SETTLED = new Set(["module", "commonjs", "module-typescript", "commonjs-typescript"]);

/**
 * How Node is about to read a file; null where dumbo may not answer in Node's place: Node has to read the source to know its format, or hooks of
 * others could give the file another text.
 */
function wayOf({ format, source, importAttributes, conditions }: Context): Way | null {
  if (typeof format !== "string" || !SETTLED.has(format)) return null;
  if ((source ?? null) !== null || Object.keys(importAttributes ?? {}).length > 0) return null;
  if (!Array.isArray(conditions)) return null;
  const isImport = conditions.includes("import");
  if (isImport === conditions.includes("require") || !isAlone()) return null;
  const kind = format.startsWith("module") ? "module" : "commonjs";
  return { name: `${isImport ? "import" : "require"} ${format}`, format, kind, isImport };
}

/**
 * What Node's own loading says beside format and source, which no document tells: Node 22 says of CommonJS that it has to be loaded again by
 * `require`, and gives it an incomplete `require` otherwise. It depends on the way alone, and is taken from the first file of each.
 */
class UnwrittenResults {
  readonly #known = new Map<string, LoadResult>();

  note({ name }: Way, result: LoadResult): void {
    if (this.#known.has(name)) return;
    const { format: _, source: __, responseURL: ___, shortCircuit: ____, ...more } = result;
    this.#known.set(name, more);
  }

  /** Undefined as long as Node has loaded no such file in this process. */
  of({ name }: Way): LoadResult | undefined {
    return this.#known.get(name);
  }
}

/** The answer that Node's own loading would give, with the rewritten source. */
function answered(url: string, { format, isImport }: Way, { code, kind }: Loaded, unwritten: LoadResult): LoadResult {
  const result = { ...unwritten, format: settled(format, kind), source: code, shortCircuit: true };
  return isImport ? { ...result, responseURL: url } : result;
}

function rewritten(
  url: string,
  result: LoadResult,
  loader: Loader,
  reading: Reading | undefined,
  compileHook: CompileHook,
): LoadResult {
  const { format, source } = result;
  const kind = kindOf(format);
  if (kind === null || source === null || source === undefined) return result;
  const path = fileURLToPath(url);
  const text = textOrBytes(source);
  const isNamedTypeScript = isTypeScript(path);
  const hasTypes = isNamedTypeScript && (isOfNodes(format) || isStillTypeScript(path, text));
  if (isNamedTypeScript && format === "commonjs") {
    compileHook.othersCompile();
    // Others make JavaScript of it, who have given it this format: its `import`s would not be CommonJS.
    if (hasTypes) return result;
  }
  const loaded = loader.load(moduleFile(path, kind, hasTypes), text, reading);
  compileHook.handsOver(path, loaded?.code ?? text);
  return loaded ? { ...result, format: settled(format, loaded.kind), source: loaded.code } : result;
}

/** Whether a format of TypeScript is Node's, which takes the types out later, or is not known yet. Others have made JavaScript of the file. */
function isOfNodes(format: string | null | undefined): boolean {
  return typeof format !== "string" || format.endsWith("typescript");
}

/** The format of rewritten code, whose types are stripped. If Node has not decided on the module system, it stays undecided. */
function settled(format: string | null | undefined, kind: SourceKind): string {
  return (typeof format === "string" && format.endsWith("typescript") ? kind : format) as string;
}

/** How a file of a format is evaluated: null for what is not code, undefined where only the syntax can tell. */
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
