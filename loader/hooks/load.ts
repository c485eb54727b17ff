/**
 * What happens to one module when it loads: is it dumbo's to rewrite, is its transform known, else the transform is made and kept.
 * Nothing that Node's loading calls here throws: whatever goes wrong, the module runs as it is.
 */

import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isMemberPutBack } from "../../audit/builtins/as-at-start.ts";
import { BUILD } from "../../src/build.ts";
import { withoutGuards } from "../../src/code/guard-text.ts";
import type { AnalyseText, TextAnalysis } from "../../src/code/made-module.ts";
import type { Manifest } from "../../src/code/manifest.ts";
import type { PlainAnalysis, PlainSource } from "../../src/code/plain-module.ts";
import { hashTagged, hashText } from "../../src/hash.ts";
import type { SeenAgain } from "../../src/policy/repeated-runs.ts";
import { describeModule } from "../../src/reason/describe.ts";
import type { ModuleCause } from "../../src/reason/reason.ts";
import { textOf } from "../../src/text-encoding.ts";
import type { SourceKind } from "../parse/parse.ts";
import { TransformCache } from "../transform/cache.ts";
import { FileTable } from "../transform/file-table.ts";
import { PackagePacks } from "../transform/package-packs.ts";
import type { GuardedInput } from "../transform/repl-input.ts";
import type { Transformed, Untouched } from "../transform/transform.ts";
import { writeJob } from "./jobs.ts";
import { HAND_OVER, ListedMains } from "./listed-mains.ts";
import { MODULES, PackageBudget, type PackageFile } from "./package-budget.ts";
import { PassedOver } from "./passed-over.ts";
import type { LoaderSettings } from "./settings.ts";
import { TimeSpent } from "./time-spent.ts";
import { type ModuleFile, type ModuleSource, moduleFile, TransformIds } from "./transform-ids.ts";

/**
 * Raise it with each change of what the transform puts out. Builds are told apart by their sources as well (BUILD): this version matters only
 * where the sources themselves are run.
 */
const TRANSFORM_VERSION = 83;

/** What makes transforms: dumbo's own code, and Node. The scan takes names of methods from Node's classes, and Node's stripper removes types. */
const MAKER = `${TRANSFORM_VERSION} ${BUILD} ${process.version} ${process.versions.v8}`;

/** The name of the main thread for {@link Loader.catchUp}. */
export const MAIN = "main";

/** A module as it is to run. */
export interface Loaded {
  readonly code: Buffer | string;
  readonly kind: SourceKind;
}

/** How Node has read a source. */
export interface Reading {
  /** By `import` or `require`, and in which format: so a file is read as bytes or as a text. */
  readonly way: string;
  /** A time before it was read, in ms since 1970. */
  readonly began: number;
}

/** The bundle that is loaded only when a module has to be parsed: a warm start does without it. */
export type Transforming = typeof import("../transform/index.ts");

/** What was typed at a prompt, which is in no file. */
const TYPED = moduleFile("", "commonjs");

export class Loader {
  readonly #settings: LoaderSettings;
  readonly #cache: TransformCache;
  readonly #files: FileTable;
  readonly #listedMains: ListedMains;
  readonly #manifests = new Map<string, Manifest>();
  readonly #ids: TransformIds;
  readonly #isIncluded: (path: string) => boolean = () => true;
  readonly #report: (line: string) => void;
  readonly #transforming: () => Transforming;
  readonly #budget: PackageBudget;
  /** Package files of this thread that were not analysed. */
  readonly passedOver = new PassedOver();
  /** Whether another process will analyse the files that this run leaves. */
  readonly #isFollowed: boolean;
  #hasParsed = false;
  /** How many files are in the job that this thread has written. */
  #noted = 0;
  readonly #paths = new Set<string>();
  /** Whether hooks of the program's get what the hook thread hands over, and may change it. */
  isOverruled = false;
  #canWrite: boolean;
  readonly #spent: TimeSpent;

  /**
   * @param transforming loads the parser and the rest, when a module has to be parsed
   * @param now milliseconds since the process started, not seen by the audit
   * @param report takes a line for the user
   */
  constructor(
    settings: LoaderSettings,
    transforming: () => Transforming,
    now: () => number,
    report: (line: string) => void,
  ) {
    this.#settings = settings;
    this.#transforming = transforming;
    this.#spent = new TimeSpent(now);
    this.#ids = new TransformIds(MAKER, settings);
    this.#listedMains = new ListedMains(settings.assumePure);
    const { directory, user, program } = settings;
    const packages = new PackagePacks(directory, user, MAKER, !settings.config.readOnly);
    this.#cache = new TransformCache(directory, program, packages);
    this.#isFollowed = settings.config.prepare && !settings.config.readOnly;
    this.#budget = new PackageBudget({
      directory: settings.directory,
      isLimited: settings.config.policy === "measured" && settings.linksOnly !== true,
      isFollowed: this.#isFollowed,
      now,
      isFirstRun: () => this.#cache.isNew,
      hasParsed: () => this.#hasParsed,
    });
    this.#files = new FileTable(settings.directory, settings.program);
    this.#canWrite = !settings.config.readOnly;
    this.#report = report;
    const { include, exclude } = settings.config;
    if (include.length + exclude.length > 0) {
      const matches = transforming().globs(include, exclude);
      this.#isIncluded = (path) => matches(relative(settings.root, path).split(sep).join("/"));
    }
  }

  /**
   * @param source the text of the file
   * @param reading set if the source is the content of the file, as Node alone has read it
   * @returns null if the module runs as it is
   */
  load(file: ModuleFile, source: string | Uint8Array, reading?: Reading): Loaded | null {
    return this.#spent.count(() => this.#load(file, source, reading));
  }

  /** Milliseconds that loading modules has taken so far in this thread, beside what Node itself does. */
  get spent(): number {
    return this.#spent.ms;
  }

  #load(file: ModuleFile, source: string | Uint8Array, reading: Reading | undefined): Loaded | null {
    this.#paths.add(file.path);
    if (areAddedCallsReplaced()) return null;
    if (this.#isListedMain(file)) return { code: `${sourceText(source)}\n${HAND_OVER}`, kind: "commonjs" };
    if (!this.#isOurs(file, source.length)) return null;
    try {
      return this.#loadSource(this.#ids.sourceOf(file, source), reading);
    } catch (error) {
      this.#report(`${file.path} runs uncached: ${(error as Error)?.message ?? error}`);
      return null;
    }
  }

  /** All files that were loaded, rewritten or not. */
  get files(): readonly string[] {
    return [...this.#paths];
  }

  /** Whether packages run as they are. */
  get isLean(): boolean {
    return this.#settings.isLean === true;
  }

  /** See {@link FileTable.isWorthCompilingAhead}. Cost: reads the table. */
  get isWorthCompilingAhead(): boolean {
    return this.#canWrite && this.#files.isWorthCompilingAhead;
  }

  /**
   * The same as {@link load} for a file that has not changed since an earlier run: it is not read.
   * @param way as in {@link Reading}
   * @returns null if the module runs as it is, undefined if it has to be read
   */
  loadUnread(path: string, kind: SourceKind, way: string): Loaded | null | undefined {
    return this.#spent.count(() => this.#loadUnread(path, kind, way));
  }

  #loadUnread(path: string, kind: SourceKind, way: string): Loaded | null | undefined {
    this.#paths.add(path);
    if (areAddedCallsReplaced()) return null;
    const file = moduleFile(path, kind);
    if (this.#isListedMain(file)) return undefined;
    try {
      const known = this.#files.find(path, way, hashText(this.#ids.tagOf(file)));
      if (!known || !this.#isOurs(file, known.size)) return undefined;
      return this.#loadCached(this.#ids.idOf(known.content), path);
    } catch {
      return undefined;
    }
  }

  /**
   * Writes the transforms of this program into one pack for the next run.
   * @param modules URLs of the modules that ran, by id of the transform: another thread may have loaded some of them
   * @param isMainThread asked if there is something to write: a worker knows only a part of the program, and writes nothing
   * @param hasCompileCache whether the program has asked for Node's compile cache
   * @throws what the file system throws
   */
  pack(modules: ReadonlyMap<string, string>, isMainThread: () => boolean, hasCompileCache = false): void {
    if (!this.#canWrite) return;
    if (this.#cache.isUnpacked(modules) && isMainThread()) this.#cache.pack(modules);
    this.#files.endRun(hasCompileCache);
    if (this.#files.isChanged && isMainThread()) this.#files.write();
  }

  /** What was handed over of a module, by the id that its prologue hands over; null where that is not known in this thread. */
  handedOver(id: string, path: string): string | null {
    return this.#loadCached(id, path)?.code.toString() ?? null;
  }

  /** The manifest of a module, by the id that its prologue hands over. @param module path or URL of the module */
  manifest(id: string, module: string): Manifest | undefined {
    return this.#manifests.get(id) ?? this.#cache.readManifest(id, module);
  }

  /** What is known of code that a constructor has made of a text: the script that V8 has of it. */
  readonly analyseText: AnalyseText = (script, isAffordable) => {
    const id = hashTagged(`text ${MAKER}`, script);
    const known = this.#analysed(id);
    if (known !== undefined || !isAffordable()) return known ?? null;
    return this.#keepAnalysis(id, "commonjs", this.#transforming().analyseMade(script, id));
  };

  /** What is known of a module that was loaded without a rewrite. */
  readonly analysePlain = ({ source, url, kind }: PlainSource): PlainAnalysis => {
    const file = moduleFile(fileURLToPath(url), kind);
    if (!this.#isOurs(file, source.length)) return { untouched: null };
    const id = hashTagged(`plain ${this.#ids.tagOf(file)}`, source);
    const known = this.#analysed(id);
    if (known) return known;
    const made = this.#transforming().analysePlain(source, id, kind, this.#ids.optionsOf(file));
    return this.#keepAnalysis(id, kind, made);
  };

  /** What an earlier run has kept of code that runs as it is. */
  #analysed(id: string): TextAnalysis | undefined {
    const cached = this.#cache.read(id);
    if (cached && "untouched" in cached && cached.untouched) return { untouched: cached.untouched };
    return cached && this.manifest(id, "");
  }

  #keepAnalysis<T extends PlainAnalysis>(id: string, kind: SourceKind, made: T): T {
    // The code runs as it is: there is none to keep.
    this.#keep(id, "untouched" in made ? made : { code: "", kind, manifest: made });
    return made;
  }

  /**
   * Puts guards into what was typed at a prompt; null where it does not parse.
   * @param first the number of its first guard
   */
  guardInput(text: string, first: number, isGlobal: (name: string) => boolean): GuardedInput | null {
    return this.#transforming().guardInput(text, first, isGlobal, this.#ids.optionsOf(TYPED));
  }

  /** What is known of the script of what was typed at a prompt. */
  analyseInput(script: string, isGlobal: (name: string) => boolean): PlainAnalysis {
    const id = hashTagged(`input ${MAKER}`, script);
    return this.#transforming().analyseInput(script, id, isGlobal, this.#ids.optionsOf(TYPED));
  }

  /** Whether a file hands over its exports, which get guards around them: it is not rewritten. */
  #isListedMain({ path, kind, isPackage }: ModuleFile): boolean {
    return isPackage && kind !== "module" && this.#listedMains.has(path);
  }

  #isOurs({ path, isPackage }: ModuleFile, bytes: number): boolean {
    if (path.startsWith(this.#settings.dumboFolder) || !/\.[cm]?[jt]s$|[/\\][^./\\]+$/.test(path)) return false;
    if (!isPackage) return this.#isIncluded(path);
    if (bytes > this.#settings.config.limits.packageFile) {
      this.passedOver.noteLarge(path, bytes);
      return false;
    }
    // The digest of a listed package stands for its code: its files are not parsed.
    if (this.#settings.assumePure.packages.some(({ folder }) => path.startsWith(folder))) return false;
    if (!this.isLean) return true;
    this.passedOver.noteLean(path);
    return false;
  }

  #loadSource(module: ModuleSource, reading: Reading | undefined): Loaded | null {
    const { path, isPackage, source, content, id } = module;
    if (reading) this.#files.note(path, reading.way, hashText(this.#ids.tagOf(module)), content, reading.began);
    const cached = this.#loadCached(id, path);
    if (cached !== undefined) return cached;
    if (isPackage && !this.#budget.allowsLoading(source.length)) {
      this.#budget.postpone(packageFile(module));
      // The transform that takes more functions for ones that run once is as sound, and better than none until there is the other.
      const older = this.#loadCached(content, path);
      if (older === undefined) this.passedOver.noteWaiting(path);
      return older ?? null;
    }
    const made = this.#makeAndKeep(module);
    if ("untouched" in made) return this.#asItIs(path, made.untouched);
    this.#manifests.set(id, made.manifest);
    return this.#withoutOmitted(made, id);
  }

  /** Whether a file was parsed in this run. */
  get hasParsed(): boolean {
    return this.#hasParsed;
  }

  /** What becomes of a file whose transform is known; undefined where it is not. */
  #loadCached(id: string, path: string): Loaded | null | undefined {
    const cached = this.#cache.read(id, path);
    if (cached === undefined) return undefined;
    return "untouched" in cached ? this.#asItIs(path, cached.untouched) : this.#withoutOmitted(cached, id);
  }

  #makeAndKeep(module: ModuleSource): Transformed | Untouched {
    const made = module.isPackage ? this.#budget.spend(() => this.#make(module)) : this.#make(module);
    this.#keep(module.id, made);
    return made;
  }

  #make(module: ModuleSource): Transformed | Untouched {
    this.#hasParsed = true;
    const { stripTypes, transform, unparsed } = this.#transforming();
    let javascript = sourceText(module.source);
    try {
      if (module.hasTypes) javascript = stripTypes(javascript);
    } catch (error) {
      return { untouched: unparsed(error) };
    }
    return transform(javascript, module.id, this.#ids.optionsOfSource(module));
  }

  /**
   * Analyses package files that there was no time for, as far as there is time now, so that the next run finds them. Notes those that
   * are left, for a process of its own.
   * @param thread names the running thread
   * @returns whether some are left
   */
  catchUp(thread: string): boolean {
    if (!this.#budget.hasPostponed || !this.#canWrite) return false;
    try {
      if (thread === MAIN || !this.#isFollowed) this.#budget.catchUp((file) => this.#analysePostponed(file));
      this.#note(thread);
    } catch {
      // Then transforms cannot be written, either, and the user is told of that.
      this.#canWrite = false;
    }
    return this.#budget.hasPostponed;
  }

  /** Writes a job for what is left, unless the last one had as many files: another process may have done those by now. */
  #note(thread: string): void {
    const postponed = this.#budget.postponed((path) => this.passedOver.isAskedFor(path));
    if (!this.#settings.config.prepare || postponed.length === this.#noted) return;
    this.#noted = postponed.length;
    writeJob(this.#settings, postponed, thread);
  }

  /** Whether there are package files that there was no time for. */
  get hasPostponed(): boolean {
    return this.#budget.hasPostponed;
  }

  /**
   * Analyses a file for later runs, however long that takes; a file of a package also for other projects. To be called in a process in which
   * no program runs.
   */
  prepare({ path, kind, isText }: PackageFile): void {
    const file = moduleFile(path, kind);
    try {
      const source = readAs(path, isText);
      if (!this.#isOurs(file, source.length)) return;
      const module = this.#ids.sourceOf(file, source);
      if (!this.#cache.read(module.id, path)) this.#cache.writeToPackage(module.id, path, this.#make(module));
    } catch {
      // The next run meets the file again, if it is still there.
    }
  }

  /** Writes what was prepared. @throws what the file system throws */
  flush(): void {
    this.#cache.flush(isPlainProcess());
  }

  /** All ids that the transform of a file may have now: it is not known how Node would hand the file over. */
  idsOf(path: string): string[] {
    return this.#waysToLoad(path).flatMap(({ content, id }) => (content === id ? [id] : [content, id]));
  }

  /** A file as Node may hand it over, in each way. */
  #waysToLoad(path: string): ModuleSource[] {
    return [readAs(path, true), readAs(path, false)].flatMap((source) =>
      (["module", "commonjs", undefined] as const).map((kind) => this.#ids.sourceOf(moduleFile(path, kind), source)),
    );
  }

  /** The id of the content that a transform was made of. */
  contentOf(id: string): string {
    return this.#ids.contentOf(id);
  }

  /**
   * Takes what this run has seen to run again into account from now on: to be called when it ends. Files of packages are analysed
   * anew for the next run, as those that there was no time for.
   */
  noteRepeated(seen: readonly SeenAgain[]): void {
    for (const one of seen) {
      this.#ids.noteRepeated(one);
      try {
        const path = one.url.startsWith("file:") ? fileURLToPath(one.url) : one.url;
        if (!path.includes(MODULES)) continue;
        const module = this.#waysToLoad(path).find(({ content }) => content === one.content);
        if (module !== undefined) this.#budget.postpone(packageFile(module));
      } catch {
        // The file is gone, or another one by now: the next run sees what it has.
      }
    }
  }

  #analysePostponed({ path, kind, isText }: PackageFile): void {
    this.#makeAndKeep(this.#ids.sourceOf(moduleFile(path, kind), readAs(path, isText)));
  }

  #asItIs(path: string, why: ModuleCause | null): null {
    if (why !== null) this.passedOver.noteLeftAlone(path, why);
    if (why?.kind === "unparsed" && this.#settings.tellsUnparsed && !path.includes(MODULES))
      this.#report(`${path} runs uncached: it ${describeModule(why)}`);
    return null;
  }

  /** A module without the guards that earlier runs have found too cheap. */
  #withoutOmitted({ code, kind }: Loaded, id: string): Loaded {
    const omitted = this.#settings.omit[id];
    // With guards taken out, columns would not be those of the source map.
    if (!omitted || this.#settings.sourceMap) return { code, kind };
    return { code: withoutGuards(code.toString(), (site) => omitted.includes(site)), kind };
  }

  #keep(id: string, made: Parameters<TransformCache["write"]>[1]): void {
    if (!this.#canWrite) return;
    try {
      this.#cache.write(id, made);
    } catch (error) {
      this.#canWrite = false;
      this.#report(`transforms are not kept: ${(error as Error).message}`);
    }
  }
}

/** Whether the program has replaced what the code calls that dumbo adds to a module: the module runs as it is. Nothing of it would be cached. */
function areAddedCallsReplaced(): boolean {
  return isMemberPutBack(Symbol, "for");
}

/**
 * Whether no code of a project can have run in this process. The scan takes names of methods from the language's classes as it finds
 * them: what one project adds to them, or a flag of V8's, must not get into transforms that other projects use.
 */
function isPlainProcess(): boolean {
  return process.execArgv.length === 0 && !process.env.NODE_OPTIONS;
}

function packageFile({ path, kind, source }: ModuleSource): PackageFile {
  return { path, kind, isText: typeof source === "string", bytes: source.length };
}

/** Reads a file as Node will hand it over. */
function readAs(path: string, isText: boolean): string | Uint8Array {
  return isText ? readFileSync(path, "utf8").replace(/^\uFEFF/, "") : readFileSync(path);
}

function sourceText(source: string | Uint8Array): string {
  return typeof source === "string" ? source : textOf(source, "utf8");
}
