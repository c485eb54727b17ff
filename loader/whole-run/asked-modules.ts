/**
 * What the modules of a program ask for while its run is noted. From Node 24 on, a hook is told of all of it. Before, `Module._resolveFilename` tells what is
 * required, and on Node 20 the texts of ES modules tell what they import.
 */
import { basename } from "node:path";
import { files, getBuiltinModule } from "../../audit/builtins/originals.ts";
import { mayImport } from "../../audit/taps/near-caller.ts";
import { areGlobalPathsKept, isBuiltin, isRequired, registeredExtensions } from "../../src/node/module.ts";
import { dirname, isAbsolute, join } from "../../src/node/path.ts";
import { fileURLToPath, pathToFileURL } from "../../src/node/url.ts";
import { state } from "../../src/trace/frames.ts";
import type { AskedName } from "../hooks/asked-names.ts";
import type { Transforming } from "../hooks/load.ts";
import { importedNames, mayBeModule } from "../parse/imported-names.ts";
import type { ParsedImports } from "../parse/parsed-imports.ts";
import { type AskedFiles, Unanswerable } from "./asked-files.ts";
import { LoadedFiles } from "./loaded-files.ts";
import { MentionedImports } from "./mentioned-imports.ts";
import { type NotedResolution, noteLoaded, noteMain, noteResolution, type Resolution } from "./resolutions.ts";
import { isToldOfImports, type ToldImports, toldImports, withToldImports } from "./told-imports.ts";

/** A program of more modules is not answered: to look at them all would take too long. */
const MOST_RESOLUTIONS = 10_000;
/** Characters of a module: a longer one is not parsed only to know what it imports. */
const LONGEST_PARSED = 500_000;

/** By what a program changes the folders in which `require` looks last. */
const OTHER_FOLDERS = "Module._initPaths";

/** What loads the parser. */
export type Parser = Pick<
  Transforming,
  "areCallsKnown" | "clockUses" | "importsOf" | "isOnlyTested" | "randomUses" | "usesOfResults"
>;

/** The run is not kept: by this API, the program asks for what nobody can tell afterwards. */
type GiveUp = (api: string) => void;

export class AskedModules {
  readonly #resolutions = new Map<string, NotedResolution>();
  /** The files that Node has loaded, and what was on disk then. */
  readonly files = new LoadedFiles();
  /** What was asked last by a file that has told Node where to look: a hook is told of it as of others. */
  #toldFolder: Resolution | null = null;
  /** The names that modules import, by file, where no hook tells. */
  readonly #imports = new Map<string, Set<string>>();
  /** The calls of `import` that tell what they import, by file. */
  readonly #told = new Map<string, ToldImports>();
  /** Files that are too long to be looked at now. */
  readonly #unread = new Set<string>();
  /** Files that Node has loaded for ES modules, where no hook is told of them. */
  readonly #loaded = new Set<string>();
  /** Whether a hook is told what ES modules ask for. */
  readonly #seesImports: boolean;
  readonly #parser: () => Parser;
  readonly #giveUp: GiveUp;
  #asksItself = false;

  /**
   * @param seesImports whether a hook is told what ES modules ask for
   * @param parser loads what parses
   */
  constructor(seesImports: boolean, parser: () => Parser, giveUp: GiveUp) {
    this.#seesImports = seesImports;
    this.#parser = parser;
    this.#giveUp = giveUp;
  }

  /** Whether somebody tells what `require.resolve` is asked. @param own a file of dumbo's */
  isTold(own: string): boolean {
    this.#asksItself = true;
    getBuiltinModule("node:module")
      .createRequire(own)
      .resolve(`./${basename(own)}`);
    return !this.#asksItself;
  }

  /** Notes that the program has asked for a module. */
  noteResolution(resolution: Resolution): void {
    this.#asksItself = false;
    const told = this.#toldFolder;
    this.#toldFolder = null;
    if (told === null || !isSame(told, resolution)) this.#note(resolution);
  }

  /** @param asker the file that asks, where Node looks as from another one */
  #note(resolution: Resolution, asker?: string): void {
    const { specifier, parent, isRequire } = resolution;
    if (state.run === null || this.#resolutions.size > MOST_RESOLUTIONS) return;
    const extensions = registeredExtensions();
    const noted = { ...resolution, extensions, ...(asker !== undefined && { asker }) };
    this.#resolutions.set(`${isRequire} ${parent} ${asker} ${extensions.join()} ${specifier}`, noted);
    if (parent.startsWith("file:")) this.files.noteFolder(dirname(fileURLToPath(parent)));
  }

  /** Notes where the program has had Node look elsewhere, which no hook is told. */
  noteElsewhere(asked: AskedName): void {
    if (state.run === null || asked.elsewhere === null) return;
    if (asked.folder === null || asked.from === undefined) return this.#giveUp(asked.elsewhere);
    const { name, from, found, folder } = asked;
    // What it means depends on the package of the file that asks.
    if (name.startsWith("#") || !isAbsolute(from)) return this.#giveUp(asked.elsewhere);
    const isRequire = true;
    this.#note(
      { specifier: name, parent: urlOf(join(folder, "none.js")), isRequire, found: found && urlOf(found) },
      from,
    );
    this.#toldFolder = { specifier: name, parent: urlOf(from), isRequire, found };
  }

  /** The same as {@link noteResolution}, where `Module._resolveFilename` tells (hooks/asked-names.ts). */
  noteAskedName(asked: AskedName): void {
    const { name, from, found, elsewhere } = asked;
    this.#asksItself = false;
    if (state.run === null) return;
    if (found !== null && isBuiltin(found)) return;
    if (found !== null) this.noteLoading(found);
    if (elsewhere !== null) return this.noteElsewhere(asked);
    if (from === undefined) {
      if (found !== null && !this.#seesImports) this.#loaded.add(found);
      return;
    }
    if (!isAbsolute(from)) return this.#giveUp("require");
    this.#note({ specifier: name, parent: urlOf(from), isRequire: true, found: found && urlOf(found) });
  }

  /** Notes what the program calls by itself to look for a module: its answer is in no question that is noted. */
  noteLooked(api: string): void {
    if (state.run !== null) this.#giveUp(api);
  }

  /** Notes a file that Node is about to load. */
  noteLoading(path: string): void {
    if (state.run !== null) this.files.note(path);
  }

  /**
   * Notes the text of a module that Node is about to run, where no hook is told what ES modules ask for.
   * @returns the built-in modules among what it imports
   */
  noteText(path: string, source: string | Buffer, isModule: boolean): readonly string[] {
    if (state.run === null) return [];
    if (isModule) this.#loaded.add(path);
    this.noteLoading(path);
    const text = source.toString();
    const names = importedNames(text, isModule) ?? this.#parsedNames(path, text);
    if (names === null) {
      this.#giveUp("import()");
      return [];
    }
    for (const name of names) this.#noteName(path, name);
    return names.filter(isBuiltin);
  }

  /** The names that a text says. Of others, the text that runs will tell. */
  #parsedNames(path: string, text: string): readonly string[] | null {
    if (text.length > LONGEST_PARSED) {
      this.#unread.add(path);
      return [];
    }
    const imports = this.#parse(text);
    const told = imports && toldImports(text, imports.computed);
    if (told === null) return null;
    if (told.told.size > 0) this.#told.set(path, told);
    return imports?.names ?? null;
  }

  #parse(text: string): ParsedImports | null {
    try {
      return this.#parser().importsOf(text);
    } catch {
      return null;
    }
  }

  /** The text that Node gets of a module that was {@link noteText noted}, perhaps rewritten: it tells {@link noteImport} what it imports. */
  textToRun<T extends Buffer | string>(path: string, text: T): T | string {
    const told = this.#told.get(path);
    if (told === undefined || state.run === null) return text;
    const changed = withToldImports(text.toString(), path, told);
    if (changed === null) this.#giveUp("import()");
    return changed ?? text;
  }

  /**
   * Notes what a module is about to import by a name that its text does not say.
   * @returns the name of a built-in module; null for others
   */
  readonly noteImport = (path: string, name: unknown): string | null => {
    if (state.run === null) return null;
    if (typeof name !== "string") {
      this.#giveUp("import()");
      return null;
    }
    this.#noteName(path, name);
    return isBuiltin(name) ? name : null;
  };

  #noteName(path: string, name: string): void {
    const names = this.#imports.get(path);
    if (names === undefined) this.#imports.set(path, new Set([name]));
    else names.add(name);
  }

  /** Notes the texts of which a function is made, where no hook is told what it imports. */
  noteMadeOf(texts: readonly unknown[]): void {
    if (texts.some(mayImport)) this.#giveUp("import()");
  }

  /**
   * Notes that a required file has run. Node reads what a required ES module imports by functions that nobody sees.
   * @param exported undefined where it threw
   * @param isModule whether Node knew it for one before it read it
   */
  noteRequired(text: string, exported: { readonly value: unknown } | undefined, isModule: boolean): void {
    if (state.run !== null && (isModule || mayBeModule(text, exported))) this.#giveUp("require");
  }

  forget(): void {
    this.#resolutions.clear();
    this.#imports.clear();
    this.#told.clear();
    this.#unread.clear();
    this.#loaded.clear();
    this.files.forget();
  }

  /** Paths of code of which it is still to be found out whether it imports anything (imports-proof.ts). */
  get unread(): readonly string[] {
    return [...this.#unread];
  }

  /** Whether there were too many to be told again. */
  get isTooMany(): boolean {
    return this.#resolutions.size > MOST_RESOLUTIONS;
  }

  /** Notes all that decides which files the program loads. @param script on the command line. @throws Unanswerable where that cannot be told */
  noteAll(asked: AskedFiles, script: string): void {
    if (!areGlobalPathsKept()) throw new Unanswerable({ kind: "uses-api", api: OTHER_FOLDERS });
    const main = noteMain(asked, script);
    for (const resolution of this.#resolutions.values()) {
      noteResolution(asked, resolution);
      if (mayHaveThrown(asked, resolution)) throw new Unanswerable({ kind: "throws" });
    }
    const mentioned = new MentionedImports(asked);
    mentioned.noteMain(main);
    for (const [path, names] of this.#imports) for (const name of names) mentioned.note(name, path);
    for (const path of this.#loaded) mentioned.noteLoaded(path);
    for (const path of this.files.paths) {
      mentioned.noteLinks(path);
      // Programs can have Node load a file for which nobody has asked: `require.extensions[".json"](module, path)`.
      noteLoaded(asked, path);
    }
    if (this.#told.size > 0 && !isToldOfImports()) throw new Unanswerable({ kind: "uses-api", api: "import()" });
    asked.checkProcess();
  }
}

function isSame(one: Resolution, other: Resolution): boolean {
  return one.specifier === other.specifier && one.parent === other.parent && one.isRequire === other.isRequire;
}

function urlOf(path: string): string {
  return pathToFileURL(path).href;
}

/**
 * Whether what was asked for may be an ES module that threw when it was required. Where that is no object, Node prints the line that threw, by itself
 * and not by the streams of the process.
 */
function mayHaveThrown(asked: AskedFiles, { found, isRequire }: Resolution): boolean {
  if (!isRequire || !found?.startsWith("file:")) return false;
  const path = fileURLToPath(found);
  if (isRequired(path) || /\.(json|cjs|cts)$/.test(path)) return false;
  const scope = asked.scopeOf(path);
  const isNamedModule = /\.m[jt]s$/.test(path) || (scope !== null && asked.packageIn(scope)?.type === "module");
  return isNamedModule || mayBeModule(files.readFileSync(path, "latin1"), undefined);
}
