/**
 * What happens to one module when it loads: is it ours to rewrite, is its transform known, else make it and keep it.
 * Nothing here throws: whatever goes wrong, the module runs as it is.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import type { AssumePure } from "../../audit/assume-pure.ts";
import { withoutGuards } from "../../src/code/guard-text.ts";
import type { Manifest } from "../../src/code/manifest.ts";
import type { Config } from "../../src/config/config.ts";
import { hashTagged, hashText } from "../../src/hash.ts";
import { readSaved, writeSaved } from "../../src/policy/profile.ts";
import { textOf } from "../../src/text-encoding.ts";
import type { SourceKind } from "../parse/parse.ts";
import { isTypeScript } from "../parse/typescript.ts";
import { type LeftFile, writeJob } from "../prepare/jobs.ts";
import { TransformCache } from "../transform/cache.ts";
import { FileTable } from "../transform/file-table.ts";
import type { Transformed, TransformOptions, Untouched } from "../transform/transform.ts";

/** Bump with every change to what the transform puts out. */
const TRANSFORM_VERSION = 35;

export interface LoaderSettings {
  readonly root: string;
  /** Path of the script that runs. */
  readonly program: string;
  readonly directory: string;
  /** dumbo's own folder, whose files are never rewritten. */
  readonly own: string;
  readonly config: Config;
  readonly assumePure: AssumePure;
  /** Guards to leave out, by id of the module's transform. */
  readonly omit: Readonly<Record<string, readonly number[]>>;
  readonly sourceMap: boolean;
}

/** A module as it should run. */
export interface Loaded {
  readonly code: Buffer | string;
  readonly kind: SourceKind;
}

/** How Node came by a source. */
export interface Reading {
  /** By `import` or `require`, and as what: the same file is read as bytes or as a text. */
  readonly way: string;
  /** Before it was read, in ms since 1970. */
  readonly began: number;
}

/** What is loaded only when a module has to be parsed: a warm start does without. */
export type Transforming = typeof import("../transform/index.ts");

const MODULES = `${sep}node_modules${sep}`;
/**
 * Time that analysing packages may take: this many ms on a program's first run, and this share of each run so far; less of it
 * while modules load, which is not the order in which they are worth it. What a run leaves of its share is saved for later
 * ones, up to what the largest file takes.
 */
const PACKAGE_TIME = { first: 40, share: 0.03, whileLoading: 0.01, saved: 500 };
/** What the analysis of a file is expected to take, in bytes per ms; cold, it is no faster. */
const BYTES_PER_MS = 2000;
/** Milliseconds that loading the parser and the rest takes. */
const LOADING = 15;

/** At the end of a package's main file: its functions get guards around them. */
const HAND_OVER = 'typeof module==="object"&&globalThis[Symbol.for("dumbo")]?.(module)';

export class Loader {
  readonly #settings: LoaderSettings;
  readonly #cache: TransformCache;
  readonly #files: FileTable;
  /** Files that `require` of a listed package leads to, by its folder. */
  readonly #mains = new Map<string, string | null>();
  readonly #manifests = new Map<string, Manifest>();
  /** Tags of the modules in which the list names no function. */
  readonly #tags = new Map<string, string>();
  readonly #isIncluded: (path: string) => boolean = () => true;
  readonly #report: (line: string) => void;
  readonly #transforming: () => Transforming;
  readonly #now: () => number;
  #packageTime = 0;
  /** What earlier runs saved, once it may be spent, and what is noted for later ones. */
  #saved: number | null = null;
  #noted: number | null = null;
  #hasParsed = false;
  readonly #left = new Set<LeftFile>();
  #canWrite: boolean;

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
    this.#now = now;
    this.#cache = new TransformCache(settings.directory, settings.program);
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
   * @param path absolute path of the file
   * @param source its text
   * @param kind how the file is evaluated, as far as Node has decided
   * @param reading where the source is the file's content, as it was read by Node alone
   * @returns null when the module runs as it is
   */
  load(path: string, source: string | Uint8Array, kind: SourceKind | undefined, reading?: Reading): Loaded | null {
    const isPackage = path.includes(MODULES);
    if (isPackage && kind !== "module" && this.#isListedMain(path)) {
      return { code: `${sourceText(source)}\n${HAND_OVER}`, kind: "commonjs" };
    }
    if (!this.#isOurs(path, isPackage, source.length)) return null;
    try {
      return this.#loadSource(path, source, kind, isPackage, reading);
    } catch (error) {
      this.#report(`${path} runs uncached: ${(error as Error)?.message ?? error}`);
      return null;
    }
  }

  /** See {@link FileTable.isWorthCompilingAhead}. Cost: reads the table. */
  get isWorthCompilingAhead(): boolean {
    return this.#canWrite && this.#files.isWorthCompilingAhead;
  }

  /**
   * What becomes of a file that has not changed since an earlier run, without reading it.
   * @param way as in {@link Reading}
   * @returns null when the module runs as it is, undefined when it has to be read
   */
  loadUnread(path: string, kind: SourceKind, way: string): Loaded | null | undefined {
    const isPackage = path.includes(MODULES);
    if (isPackage && kind !== "module" && this.#isListedMain(path)) return undefined;
    try {
      const known = this.#files.find(path, way, hashText(this.#tag(path, kind, isPackage)));
      if (!known || !this.#isOurs(path, isPackage, known.size)) return undefined;
      const cached = this.#cache.read(known.id);
      if (!cached) return undefined;
      return "untouched" in cached ? this.#leave(path, cached.untouched) : this.#thinned(cached, known.id);
    } catch {
      return undefined;
    }
  }

  /**
   * Keeps the transforms of this program together for the next run.
   * @param others ids of transforms that another thread has loaded
   * @param isMainThread asked when there is something to write: a worker has only a part of the program
   * @param hasCompileCache whether the program has asked for Node's compile cache
   * @throws what the file system throws
   */
  pack(others: readonly string[], isMainThread: () => boolean, hasCompileCache = false): void {
    if (!this.#canWrite) return;
    if (this.#cache.isUnpacked(others) && isMainThread()) this.#cache.pack(others);
    this.#files.endRun(hasCompileCache);
    if (this.#files.isChanged && isMainThread()) this.#files.write();
  }

  /** The manifest behind the id that a prologue hands over. */
  manifest(id: string): Manifest | undefined {
    return this.#manifests.get(id) ?? this.#cache.readManifest(id);
  }

  #isOurs(path: string, isPackage: boolean, bytes: number): boolean {
    if (path.startsWith(this.#settings.own) || !/\.[cm]?[jt]s$|[/\\][^./\\]+$/.test(path)) return false;
    if (!isPackage) return this.#isIncluded(path);
    if (bytes > this.#settings.config.limits.packageFile) return false;
    // A listed package's content is its code: nothing to parse.
    return !this.#settings.assumePure.packages.some(({ folder }) => path.startsWith(folder));
  }

  /** Whether a file is what a package exports of which the list names functions. */
  #isListedMain(path: string): boolean {
    const found = this.#settings.assumePure.packages.find(({ folder }) => path.startsWith(folder));
    if (!found || found.exports.length === 0) return false;
    let main = this.#mains.get(found.folder);
    if (main === undefined) {
      main = mainOf(found.folder);
      this.#mains.set(found.folder, main);
    }
    return path === main;
  }

  #loadSource(
    path: string,
    source: string | Uint8Array,
    kind: SourceKind | undefined,
    isPackage: boolean,
    reading: Reading | undefined,
  ): Loaded | null {
    const tag = this.#tag(path, kind, isPackage);
    const id = hashTagged(tag, source);
    if (reading) this.#files.note(path, reading.way, hashText(tag), id, reading.began);
    const cached = this.#cache.read(id);
    if (cached) return "untouched" in cached ? this.#leave(path, cached.untouched) : this.#thinned(cached, id);
    if (isPackage && !this.#hasTimeFor(source.length, PACKAGE_TIME.whileLoading)) {
      this.#left.add({ path, kind, isText: typeof source === "string", bytes: source.length });
      return null;
    }
    const made = this.#analyse(path, source, kind, isPackage, id);
    if ("untouched" in made) return this.#leave(path, made.untouched);
    this.#manifests.set(id, made.manifest);
    return this.#thinned(made, id);
  }

  #analyse(
    path: string,
    source: string | Uint8Array,
    kind: SourceKind | undefined,
    isPackage: boolean,
    id: string,
  ): Transformed | Untouched {
    const started = this.#now();
    const made = this.#transform(sourceText(source), id, isTypeScript(path), this.#options(path, kind, isPackage));
    if (isPackage) this.#packageTime += this.#now() - started;
    this.#keep(id, made);
    return made;
  }

  /**
   * Analyses package files that there was no time for, for the next run, as far as this run's share and what earlier ones
   * saved go by now; notes what is left of that, and the files for a process of their own.
   * @param thread names the running thread
   * @returns whether some are left
   */
  catchUp(thread: string): boolean {
    if (this.#left.size === 0 || !this.#canWrite) return false;
    const { directory } = this.#settings;
    this.#saved ??= readSaved(directory);
    this.#noted ??= this.#saved;
    this.#analyseLeft();
    const unspent = this.#allowance(PACKAGE_TIME.share) - this.#packageTime;
    const rest = Math.round(Math.min(PACKAGE_TIME.saved, Math.max(0, unspent)));
    try {
      if (rest !== this.#noted) writeSaved(directory, rest);
      this.#noted = rest;
      if (this.#left.size > 0 && this.#settings.config.prepare) {
        writeJob(this.#settings, smallPackagesFirst(this.#left), thread);
      }
    } catch {
      // Nor will transforms be kept, of which the user is told.
      this.#canWrite = false;
    }
    return this.#left.size > 0;
  }

  /** Analyses a package file for later runs, whatever time that takes. */
  prepare({ path, kind, isText }: LeftFile): void {
    try {
      const source = readAs(path, isText);
      const id = hashTagged(this.#tag(path, kind, true), source);
      if (!this.#cache.read(id)) this.#analyse(path, source, kind, true, id);
    } catch {
      // Gone by now, perhaps: the next run will see.
    }
  }

  #analyseLeft(): void {
    for (const one of smallPackagesFirst(this.#left)) {
      const { path, kind, isText, bytes } = one;
      try {
        if (!this.#hasTimeFor(0, PACKAGE_TIME.share)) return;
        if (!this.#hasTimeFor(bytes, PACKAGE_TIME.share)) continue;
        const source = readAs(path, isText);
        this.#analyse(path, source, kind, true, hashTagged(this.#tag(path, kind, true), source));
      } catch {
        // Gone by now, perhaps: the next run will see.
      }
      this.#left.delete(one);
    }
  }

  #options(path: string, kind: SourceKind | undefined, isPackage: boolean): TransformOptions {
    const { sourceMap, assumePure, config } = this.#settings;
    return {
      scope: isPackage ? "package" : "user",
      assumed: assumePure.functions[path] ?? [],
      assumedBuiltins: assumePure.builtins,
      ...(config.replayWrites && { replayWrites: true }),
      ...(config.policy === "measured" && { leavesSlight: true }),
      kind,
      sourceMap,
    };
  }

  /** Everything but the source that a transform depends on. */
  #tag(path: string, kind: SourceKind | undefined, isPackage: boolean): string {
    const typescript = isTypeScript(path);
    const make = () => {
      const version = `${TRANSFORM_VERSION} ${typescript ? process.versions.node : ""}`;
      return JSON.stringify([version, this.#options(path, kind, isPackage)]);
    };
    if (Object.hasOwn(this.#settings.assumePure.functions, path)) return make();
    const same = `${kind} ${isPackage} ${typescript}`;
    const known = this.#tags.get(same);
    if (known !== undefined) return known;
    const tag = make();
    this.#tags.set(same, tag);
    return tag;
  }

  #leave(path: string, reason: string): null {
    if (reason.startsWith("cannot be parsed") && !path.includes(MODULES))
      this.#report(`${path} runs uncached: it ${reason}`);
    return null;
  }

  /** Without the guards that earlier runs found not worth their cost. */
  #thinned({ code, kind }: Loaded, id: string): Loaded {
    const omitted = this.#settings.omit[id];
    // A source map would no longer fit.
    if (!omitted || this.#settings.sourceMap) return { code, kind };
    return { code: withoutGuards(code.toString(), (site) => omitted.includes(site)), kind };
  }

  #transform(text: string, id: string, typescript: boolean, options: TransformOptions): Transformed | Untouched {
    this.#hasParsed = true;
    const { stripTypes, transform, unparsed } = this.#transforming();
    let javascript = text;
    try {
      if (typescript) javascript = stripTypes(text);
    } catch (error) {
      return unparsed(error);
    }
    return transform(javascript, id, options);
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

  #hasTimeFor(bytes: number, share: number): boolean {
    if (this.#settings.config.policy !== "measured") return true;
    const needed = bytes / BYTES_PER_MS + (this.#hasParsed ? 0 : LOADING);
    return this.#packageTime + needed < this.#allowance(share);
  }

  /** Milliseconds that analysing packages may have taken by now. */
  #allowance(share: number): number {
    const first = this.#cache.isNew ? PACKAGE_TIME.first : 0;
    return first + share * this.#now() + (this.#saved ?? 0);
  }
}

/** More packages are known as a whole soon if the small ones come first. */
function smallPackagesFirst(left: Iterable<LeftFile>): LeftFile[] {
  const packages = new Map<string, { readonly files: LeftFile[]; bytes: number }>();
  for (const one of left) {
    const name = packageOf(one.path);
    const found = packages.get(name) ?? { files: [], bytes: 0 };
    found.files.push(one);
    found.bytes += one.bytes;
    packages.set(name, found);
  }
  return [...packages.values()].sort((a, b) => a.bytes - b.bytes).flatMap(({ files }) => files);
}

/** The folder of the innermost package that a file is in. */
function packageOf(path: string): string {
  const at = path.lastIndexOf(MODULES) + MODULES.length;
  const [first = "", second = ""] = path.slice(at).split(sep);
  return path.slice(0, at) + (first.startsWith("@") ? `${first}/${second}` : first);
}

/** The file that `require` of a package leads to, or null where that is none of its own. */
function mainOf(folder: string): string | null {
  try {
    return createRequire(join(folder, "package.json")).resolve(folder);
  } catch {
    return null;
  }
}

/** A file as Node will hand it over. */
function readAs(path: string, isText: boolean): string | Uint8Array {
  return isText ? readFileSync(path, "utf8").replace(/^\uFEFF/, "") : readFileSync(path);
}

function sourceText(source: string | Uint8Array): string {
  return typeof source === "string" ? source : textOf(source, "utf8");
}
