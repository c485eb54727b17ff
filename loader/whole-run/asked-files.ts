/**
 * Questions to the file system of which the answers decide what a program loads. Each is asked once, and becomes a dependency of the run: so it is
 * asked again before the run is answered.
 */

import type { Stats } from "node:fs";
import { files } from "../../audit/builtins/originals.ts";
import { digest } from "../../audit/replay/answer-digest.ts";
import { ask, type Query } from "../../audit/replay/dependencies.ts";
import { fingerprintOf, signatureOf } from "../../audit/replay/file-signature.ts";
import { basename, dirname, join, sep } from "../../src/node/path.ts";
import type { Reason } from "../../src/reason/reason.ts";
import { CHANGED, type Dependency } from "../../src/trace/trace.ts";
import { SaidChanges } from "./clock-changes.ts";
import type { LoadedFiles } from "./loaded-files.ts";

/** Nanoseconds: file systems take the time of a change from a clock that may be so much late. */
const LATE = 20_000_000n;
/** The same where their times are whole seconds. */
const COARSE = 1_000_000_000n;

/** What of a package.json decides which files are loaded. */
export interface PackageFile {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly main?: unknown;
  readonly exports?: unknown;
  readonly imports?: unknown;
}

/** What code says that asks what no tap sees: who started the process, when a timer was set, random keys of a context, and where modules would be found. */
const UNSEEN = /\b(?:ppid|_idleStart|getTicketKeys|_resolveFilename)\b/;
/** A call that hands over what stands for a module (resolve-from), and may never be made: of each that is, hooks/asked-names.ts tells. */
const TOLD = /\._resolveFilename\(\s*[\w$.]+\s*,\s*\{/g;

/**
 * The same where a module imports names of `node:process`, or takes all of it: what differs in each run, or leads there, and is handed on without
 * another access.
 */
const UNSEEN_IMPORTS = /\b(pid|stdin|finalization|getReport|writeReport)\b/;

/** What a module imports of `node:process`, or hands on: `a, { b } from`. */
const OF_PROCESS = /\b(?:import|export)\b([^;"'`]*?)\bfrom\s*["'](?:node:)?process["']/g;
/** Its default export alone: what is read of that, its taps see. */
const ONLY_DEFAULT = /^\s*(?:[\w$]+|\{\s*default\s+as\s+[\w$]+\s*\})\s*$/;
/** An `import()` of it, or of what only the run says. */
const IMPORTED_LATE = /\bimport\s*\((?:\s*["'`](?:node:)?process["'`]|(?!\s*["'][^"'\\\n]*["']\s*[),]))/;

/** Node has found a module otherwise than by the rules of resolutions.ts, or what it has found is no code of the program's. */
export const UNKNOWN_WAY: Reason = { kind: "unknown-code" };

/** A run cannot be kept for what it has loaded. */
export class Unanswerable extends Error {
  readonly why: Reason;

  constructor(why: Reason) {
    super();
    this.why = why;
  }
}

/** Without the calls of which somebody tells. What stands for a module could be made one by its prototype. */
function withoutTold(text: string): string {
  return text.includes("__proto__") ? text : text.replace(TOLD, "");
}

export class AskedFiles {
  /** Whether the program has imported `node:process`. To be set before code is noted. */
  importsProcess = false;
  /** Whether the program has read the clock or drawn random numbers, so that {@link changes} matter. To be set before code is noted. */
  readsClock = false;
  /** Whether a module has taken all of `node:process` as one value, which others may have. */
  #handsOnAll = false;
  /** The first name that code says of what has no tap where it is imported. */
  #unseen: string | null = null;
  readonly #dependencies = new Map<string, Dependency>();
  readonly #packages = new Map<string, PackageFile | null>();
  /** Where links lead, by path. */
  readonly #links = new Map<string, string>();
  /** What the code that was noted may do to the ways in which code reads the clock. */
  readonly changes = new SaidChanges();
  /** Files that are loaded and were looked at. */
  readonly #code = new Set<string>();
  /** In nanoseconds since 1970. A file that changed later may have been loaded before. */
  readonly #began: bigint;
  readonly #loaded: LoadedFiles;

  /**
   * @param began when the process began, in milliseconds since 1970
   * @param loaded what Node has loaded until now
   */
  constructor(began: number, loaded: LoadedFiles) {
    this.#began = BigInt(Math.floor(began)) * 1_000_000n;
    this.#loaded = loaded;
  }

  get dependencies(): readonly Dependency[] {
    return [...this.#dependencies.values()];
  }

  isFile(path: string): boolean {
    return statsOf(path)?.isFile() === true;
  }

  isFolder(path: string): boolean {
    return statsOf(path)?.isDirectory() === true;
  }

  /** Notes that nothing is there. @throws Unanswerable where something is */
  absent(path: string): void {
    if (files.existsSync(path)) throw new Unanswerable(CHANGED);
    this.#note(["exists", `p${path}`]);
  }

  /** Notes that a folder is there: what is no folder is not found at a path that ends like this. */
  folder(path: string): void {
    this.#note(["exists", `p${path}${path.endsWith(sep) ? "" : sep}`]);
  }

  /** Where links lead. */
  real(path: string): string {
    const known = this.#links.get(path);
    if (known !== undefined) return known;
    const found = files.realpathNative(path);
    this.#links.set(path, found);
    this.#keep(["realpath", `p${path}`, ""], { answer: digest(found), fingerprint: "" });
    return found;
  }

  /** Whether a path leads to a file, by its real path. Nothing is noted. */
  leadsTo(path: string, target: string): boolean {
    return this.isFile(path) && this.leads(path) === target;
  }

  /** The same as {@link real}, without noting it. */
  leads(path: string): string {
    return this.#links.get(path) ?? files.realpathNative(path);
  }

  /** What is in a file, which is noted. @throws Unanswerable where it changed while the program ran */
  content(path: string): string {
    const before = signatureOf(`p${path}`, "file");
    if (before === null) throw new Unanswerable(CHANGED);
    if (before.changed >= this.#began - (before.isCoarse ? COARSE : LATE)) throw new Unanswerable(CHANGED);
    if (this.#loaded.wasOther(path, before.text)) throw new Unanswerable(CHANGED);
    // As Node reads code: what no text can hold makes no difference to it.
    const text = files.readFileSync(path, "utf8");
    const fingerprint = fingerprintOf(before, signatureOf(`p${path}`, "file"));
    this.#keep(["readFile", `p${path}`, "utf8"], { answer: digest(text), fingerprint });
    return text;
  }

  /** Notes what is in a file that is loaded. @throws Unanswerable also where it is code that may ask what no tap sees */
  code(path: string): void {
    if (this.#code.has(path)) return;
    this.#code.add(path);
    const text = this.content(path);
    if (path.endsWith(".json")) return;
    if (this.readsClock) this.changes.note(text);
    const unseen = UNSEEN.exec(withoutTold(text))?.[0];
    if (unseen !== undefined) throw new Unanswerable({ kind: "uses-api", api: unseen });
    if (this.importsProcess) this.#lookForProcess(text);
  }

  /** Notes what is in a file of the system, or that it is not there. To be called before the program can replace functions of `fs`. */
  ofSystem(path: string): void {
    this.#note(["readFile", `p${path}`, ""]);
  }

  /** Looks for what is handed on of `node:process`. @throws Unanswerable where that has no tap */
  #lookForProcess(text: string): void {
    const clauses = Array.from(text.matchAll(OF_PROCESS), ([, clause]) => clause as string);
    this.#handsOnAll ||= clauses.some((clause) => clause.includes("*")) || IMPORTED_LATE.test(text);
    const unseen = UNSEEN_IMPORTS.exec(text)?.[0];
    if (unseen === undefined) return;
    this.#unseen ??= unseen;
    if (this.#handsOnAll || !clauses.every((clause) => ONLY_DEFAULT.test(clause))) throw ofProcess(unseen);
  }

  /** To be called when all code is noted. @throws Unanswerable where code may have been handed what has no tap */
  checkProcess(): void {
    if (this.#handsOnAll && this.#unseen !== null) throw ofProcess(this.#unseen);
  }

  /** The package.json of a folder, which is noted; null where there is none. */
  packageIn(folder: string): PackageFile | null {
    const known = this.#packages.get(folder);
    if (known !== undefined) return known;
    const path = join(folder, "package.json");
    let found: PackageFile | null = null;
    if (this.isFile(path)) {
      found = parsed(this.content(path));
    } else {
      this.absent(path);
      if (this.#loaded.wasOther(path, null)) throw new Unanswerable(CHANGED);
    }
    this.#packages.set(folder, found);
    return found;
  }

  /**
   * The folder of the package.json that holds for a file, whose absence further down is noted; null where there is none.
   * @throws Unanswerable where `require` and `import` do not agree on it
   */
  scopeOf(path: string): string | null {
    for (let folder = dirname(path); basename(folder) !== "node_modules"; folder = dirname(folder)) {
      // For `import`, this is a folder `node_modules`, too.
      if (folder.endsWith("node_modules")) throw new Unanswerable(UNKNOWN_WAY);
      if (this.packageIn(folder) !== null) return folder;
      if (dirname(folder) === folder) break;
    }
    return null;
  }

  /** Notes where a link of the system leads, at once and in the end: what reads it may take a name from there. */
  linkOfSystem(path: string): void {
    this.#note(["readlink", `p${path}`, ""]);
    this.#note(["realpathNative", `p${path}`, ""]);
  }

  #note(query: Query): void {
    const key = query.join("\0");
    if (this.#dependencies.has(key)) return;
    const answered = ask(query);
    if (answered === null) throw new Unanswerable(CHANGED);
    this.#keep(query, answered);
  }

  #keep(query: Query, answered: Pick<Dependency, "answer" | "fingerprint">): void {
    this.#dependencies.set(query.join("\0"), { query, ...answered });
  }
}

/** What is at a path; undefined where there is nothing, as behind a file that is taken for a folder. */
function statsOf(path: string): Stats | undefined {
  try {
    return files.statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function ofProcess(name: string): Unanswerable {
  return new Unanswerable({ kind: "uses-api", api: `process.${name}` });
}

function parsed(text: string): PackageFile {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === "object" && content !== null ? content : {};
  } catch {
    throw new Unanswerable(CHANGED);
  }
}
