/**
 * A run of a program that is noted, so that later ones are answered as a whole (answer-run.ts): where nothing has changed that it read, what it printed is
 * printed again, and the program is not loaded. Where anything has changed, the program runs, and its functions are answered one by one.
 */
import { basename } from "node:path";
import { clock, files, getBuiltinModule, sinceStart } from "../../audit/builtins/originals.ts";
import { callerPlace } from "../../audit/taps/caller.ts";
import { isBuiltin, isRequired } from "../../src/node/module.ts";
import { isAbsolute } from "../../src/node/path.ts";
import { fileURLToPath, pathToFileURL } from "../../src/node/url.ts";
import type { Reason } from "../../src/reason/reason.ts";
import { state } from "../../src/trace/frames.ts";
import { packTrace, type Trace } from "../../src/trace/trace.ts";
import { type CodePlace, WholeRun, type WrittenByRun } from "../../src/trace/whole-run.ts";
import type { AskedName } from "../hooks/asked-names.ts";
import type { Transforming } from "../hooks/load.ts";
import type { Boot } from "../known-at-start.ts";
import { AskedFiles, Unanswerable } from "./asked-files.ts";
import { importedNames, mayBeModule } from "./imported-names.ts";
import { type KnownRun, readRun, writeRun } from "./kept-runs.ts";
import { MentionedImports } from "./mentioned-imports.ts";
import { noteMain, noteResolution, type Resolution } from "./resolutions.ts";
import { nameOfRun } from "./run-name.ts";

/** Milliseconds that a program runs once it is started: to answer a shorter run would take as long. */
const SHORTEST = 100;
/** A program of more modules is not answered: to look at them all would take too long. */
const MOST_RESOLUTIONS = 10_000;
/** Characters of what a run read and printed: a longer record is not kept. */
const LONGEST = 4 * 1024 * 1024;

/** Characters of a module: a longer one is not parsed only to know what it imports. */
const LONGEST_PARSED = 500_000;

/** What says which time zone the system is in, where the environment does not. */
const TIME_ZONE = ["/etc/localtime", "/etc/timezone"];

/**
 * Parts of Node that do more than their taps see: they measure or ask for random numbers themselves, or reach the system by native code. Where one of
 * them was loaded, the run is not kept.
 */
const UNSEEN_PARTS: ReadonlySet<string> = new Set(
  ["internal/deps/undici/undici", "cluster", "ffi", "repl", "sea", "test", "trace_events", "wasi"].map(
    (name) => `NativeModule ${name}`,
  ),
);

// Captured before it is tapped.
const { listeners } = process as NodeJS.EventEmitter;

/** What loads the parser. */
type Parser = Pick<Transforming, "dropsResults" | "importsOf">;

/** Functions that return which folder they have made. */
const MAKERS: ReadonlySet<string> = new Set(["mkdir", "mkdirSync"]);

/** A run that is noted. */
interface Watch {
  readonly run: WholeRun;
  readonly asked: AskedFiles;
  /** When the program began, in milliseconds since the process did. */
  readonly began: number;
}

export class RememberedRun {
  readonly #directory: string;
  readonly #isReadOnly: boolean;
  /** Milliseconds: a run of a program that took less is not kept. */
  readonly #shortest: number;
  /** Of all runs with these arguments and this environment. */
  readonly #name: string;
  /** A file of dumbo's. */
  readonly #own: string;
  readonly #resolutions = new Map<string, Resolution>();
  /** The names that modules import, by file, where only their texts tell. */
  readonly #imports = new Map<string, readonly string[]>();
  /** Files that Node has loaded for ES modules, where no hook is told of them. */
  readonly #loaded = new Set<string>();
  #forbidden: Reason | null = null;
  /** Whether a hook is told what ES modules ask for. */
  readonly #seesImports: boolean;
  readonly #parser: () => Parser;
  #asksItself = false;
  #watch: Watch | null = null;
  #isKept = false;

  private constructor(
    { directory, config }: Boot,
    name: string,
    dumboFolder: string,
    seesImports: boolean,
    parser: () => Parser,
  ) {
    this.#parser = parser;
    this.#seesImports = seesImports;
    this.#directory = directory;
    this.#isReadOnly = config.readOnly;
    this.#shortest = config.wholeRuns === "all" ? 0 : SHORTEST;
    this.#own = `${dumboFolder}start.cjs`;
    this.#name = name;
  }

  /**
   * Null where no run is answered (run-name.ts).
   * @param dumboFolder with a separator at the end
   * @param seesImports whether a hook is told what ES modules ask for
   * @param parser loads what parses
   */
  static of(boot: Boot, dumboFolder: string, seesImports: boolean, parser: () => Parser): RememberedRun | null {
    const name = nameOfRun(boot, dumboFolder);
    return name === null ? null : new RememberedRun(boot, name, dumboFolder, seesImports, parser);
  }

  /** Begins to note what the program reads and prints. To be called when the taps are in, and nothing of the program has run. */
  begin(): void {
    if (this.#isReadOnly || this.#forbidden !== null || !this.#seesAllResolutions()) return;
    const asked = askedOfSystem();
    if (asked === null) return;
    const onGivenUp = () => {
      state.run = null;
      this.#resolutions.clear();
      this.#imports.clear();
      this.#loaded.clear();
    };
    const run = new WholeRun(onGivenUp, () => callerPlace(this.#own));
    this.#watch = { run, asked, began: sinceStart() };
    // Warnings, which Node prints itself and not by the streams of the process, come to the tap of `process.pid`: each names the process.
    state.run = run;
  }

  /** The program has functions that are memoized by hand: what their results depend on, it has said itself, and no tap sees that. */
  giveUpForMemo(): void {
    this.giveUp("dumbo");
  }

  /** The program does what nobody can tell of afterwards. @param api by which it does that */
  giveUp(api: string): void {
    this.#forbidden ??= { kind: "uses-api", api };
    this.#watch?.run.giveUp(this.#forbidden);
  }

  /** Whether somebody tells what `require.resolve` is asked. */
  #seesAllResolutions(): boolean {
    this.#asksItself = true;
    getBuiltinModule("node:module")
      .createRequire(this.#own)
      .resolve(`./${basename(this.#own)}`);
    return !this.#asksItself;
  }

  /** Notes that the program has asked for a module. */
  noteResolution(resolution: Resolution): void {
    const { specifier, parent, isRequire } = resolution;
    this.#asksItself = false;
    if (state.run === null || this.#resolutions.size > MOST_RESOLUTIONS) return;
    this.#resolutions.set(`${isRequire} ${parent} ${specifier}`, resolution);
  }

  /** The same, where `Module._resolveFilename` tells (hooks/asked-names.ts). */
  noteAskedName({ name, from, found, isElsewhere }: AskedName): void {
    this.#asksItself = false;
    if (state.run === null) return;
    if (isElsewhere) return this.giveUp("require.resolve");
    if (found !== null && isBuiltin(found)) return;
    if (from === undefined) {
      if (found !== null && !this.#seesImports) this.#loaded.add(found);
      return;
    }
    if (!isAbsolute(from)) return this.giveUp("require");
    const url = found === null ? null : pathToFileURL(found).href;
    this.noteResolution({ specifier: name, parent: pathToFileURL(from).href, isRequire: true, found: url });
  }

  /**
   * Notes the text of a module that Node is about to run, where no hook is told what ES modules ask for.
   * @returns the built-in modules among what it imports
   */
  noteText(path: string, text: string, isModule: boolean): readonly string[] {
    if (state.run === null) return [];
    if (isModule) this.#loaded.add(path);
    const names = importedNames(text, isModule) ?? this.#parsedNames(text);
    if (names === null) {
      this.giveUp("import()");
      return [];
    }
    this.#imports.set(path, names);
    return names.filter(isBuiltin);
  }

  #parsedNames(text: string): readonly string[] | null {
    try {
      return text.length > LONGEST_PARSED ? null : this.#parser().importsOf(text);
    } catch {
      return null;
    }
  }

  /** Notes the texts of which a function is made, where no hook is told what it imports. */
  noteMadeOf(texts: readonly unknown[]): void {
    if (texts.some((text) => typeof text === "string" && text.includes("import"))) this.giveUp("import()");
  }

  /**
   * Notes that a required file has run. Node reads what a required ES module imports by functions that nobody sees.
   * @param exported undefined where it threw
   * @param isModule whether Node knew it for one before it read it
   */
  noteRequired(text: string, exported: { readonly value: unknown } | undefined, isModule: boolean): void {
    if (state.run !== null && (isModule || mayBeModule(text, exported))) this.giveUp("require");
  }

  /**
   * Keeps the run, or notes why it may not be kept. To be called when it has ended, with the audit suspended.
   * @param code with which the process ends
   * @param forbidden why nothing may be kept of what the program does, or null
   * @throws what the file system throws
   */
  keep(code: number, forbidden: Reason | null): void {
    const took = sinceStart();
    state.run = null;
    if (this.#watch === null || took - this.#watch.began < this.#shortest) return;
    const end = this.#endOf(this.#watch, code, forbidden);
    this.#isKept = end.kind === "kept";
    const known = { program: process.argv[1] as string, took, end };
    if (!isSame(readRun(this.#directory, this.#name), known)) writeRun(this.#directory, this.#name, known);
  }

  /** Whether the run has ended and is kept. */
  get isKept(): boolean {
    return this.#isKept;
  }

  #endOf({ run, asked }: Watch, code: number, forbidden: Reason | null): KnownRun["end"] {
    if (code !== 0 || isStillAwaited()) run.giveUp({ kind: "throws" });
    if (forbidden !== null) run.giveUp(forbidden);
    if (this.#resolutions.size > MOST_RESOLUTIONS) run.giveUp({ kind: "large-key" });
    const part = unseenPart();
    if (part !== undefined) run.giveUp({ kind: "uses-api", api: part });
    asked.importsProcess = run.handsOnProcess;
    const { outcome } = run;
    if ("kind" in outcome) return { kind: "refused", why: outcome };
    try {
      const wrote = this.#noteWritten(run.written, asked);
      const trace = this.#traceOf(outcome, asked);
      return trace.length > LONGEST ? { kind: "refused", why: { kind: "large-key" } } : { kind: "kept", trace, wrote };
    } catch (error) {
      if (error instanceof Unanswerable) return { kind: "refused", why: error.why };
      throw error;
    }
  }

  /** Notes that what the run has written is there. @returns the names of the files in queries. @throws Unanswerable where it is not */
  #noteWritten({ files: contents, folders, newFolders }: WrittenByRun, asked: AskedFiles): readonly string[] {
    for (const [name, hash] of contents) asked.written(name, hash);
    for (const name of folders) asked.folder(name);
    // Where a folder is there, `mkdir` returns nothing, and the path of what it has made where it is not.
    if (!newFolders.every((place) => place !== null && this.#isDropped(place)))
      throw new Unanswerable({ kind: "uses-api", api: "fs.mkdir" });
    return [...contents.keys()];
  }

  #isDropped({ path, line }: CodePlace): boolean {
    try {
      return this.#parser().dropsResults(files.readFileSync(path, "utf8"), line, MAKERS);
    } catch {
      return false;
    }
  }

  /** What the run read and printed, and what decided which files it has loaded. */
  #traceOf(trace: Omit<Trace, "writes">, asked: AskedFiles): string {
    const main = noteMain(asked, process.argv[1] as string);
    for (const resolution of this.#resolutions.values()) {
      noteResolution(asked, resolution);
      if (mayHaveThrown(asked, resolution)) throw new Unanswerable({ kind: "throws" });
    }
    const mentioned = new MentionedImports(asked);
    mentioned.noteMain(main);
    for (const [path, names] of this.#imports) for (const name of names) mentioned.note(name, path);
    for (const path of this.#loaded) mentioned.noteLoaded(path);
    asked.checkProcess();
    const dependencies = [...asked.dependencies, ...trace.dependencies];
    return packTrace({ ...trace, dependencies }).toString();
  }
}

/** What the system says of the time zone; null where that cannot be asked again. */
function askedOfSystem(): AskedFiles | null {
  const asked = new AskedFiles(clock() - sinceStart());
  try {
    for (const path of TIME_ZONE) asked.ofSystem(path);
    return asked;
  } catch {
    return null;
  }
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

/** Whether the main module still waits for something, which is an error: Node 20 says so by its exit code, after all others have seen it. */
function isStillAwaited(): boolean {
  return listeners.call(process, "exit").some(({ name }) => name === "handleProcessExit");
}

function unseenPart(): string | undefined {
  const { moduleLoadList = [] } = process as unknown as { moduleLoadList?: readonly string[] };
  return moduleLoadList.find((name) => UNSEEN_PARTS.has(name));
}

/** Whether nothing new is known: a program that reads the clock does so each time. */
function isSame(before: KnownRun | null, now: KnownRun): boolean {
  if (before?.end.kind !== "refused" || now.end.kind !== "refused") return false;
  return JSON.stringify(before.end.why) === JSON.stringify(now.end.why);
}
