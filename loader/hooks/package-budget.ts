/**
 * The time that analysing packages may take. A package's file that there is no time for runs as it is, and is analysed
 * for the next run when there is time: by a process of its own when a run is over that was long enough to be followed by one
 * (loader/prepare), else in the run itself.
 */
import { sep } from "node:path";
import { readSaved, writeSaved } from "../../src/policy/profile.ts";
import type { SourceKind } from "../parse/parse.ts";

/** What stands in the path of every file of a package. */
export const MODULES = `${sep}node_modules${sep}`;

/**
 * This many milliseconds on a program's first run, and this share of each run so far; a smaller share while modules load,
 * because they do not load in the order in which they are worth it. What a run leaves of its share is saved for later
 * runs, up to what the largest file takes.
 */
const PACKAGE_TIME = { first: 40, share: 0.03, whileLoading: 0.01, saved: 500 };
/** What the analysis of a file is expected to take, in bytes per ms; cold, it is no faster. */
const BYTES_PER_MS = 2000;
/** Milliseconds that loading the parser and the rest takes. */
const LOADING = 15;

/** A shorter run is not followed by a process that takes longer: milliseconds. */
export const SHORTEST_RUN = 300;

/** A file of a package that there was no time for. */
export interface PackageFile {
  readonly path: string;
  readonly kind: SourceKind | undefined;
  /** Whether Node hands over its text or its bytes: the two have different ids. */
  readonly isText: boolean;
  readonly bytes: number;
}

export interface BudgetOptions {
  readonly directory: string;
  /** Where it is not, there is always time. */
  readonly isLimited: boolean;
  /** Whether a process of its own analyses what a run leaves. */
  readonly isFollowed: boolean;
  /** Milliseconds since the process started, not seen by the audit. */
  readonly now: () => number;
  readonly isFirstRun: () => boolean;
  /** Whether the parser and the rest have been loaded. */
  readonly hasParsed: () => boolean;
}

export class PackageBudget {
  readonly #options: BudgetOptions;
  readonly #postponed = new Set<PackageFile>();
  /** Milliseconds that analysing packages has taken in this run. */
  #spent = 0;
  /** What earlier runs saved. Null until the end of the run: it may not be spent while modules load. */
  #saved: number | null = null;
  /** What the directory says is saved. */
  #noted: number | null = null;

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  /** Whether a file may be analysed while modules load. */
  allowsLoading(bytes: number): boolean {
    const { isLimited, isFollowed } = this.#options;
    return !(isLimited && isFollowed) && this.#hasTimeFor(bytes, PACKAGE_TIME.whileLoading);
  }

  /** Does something whose time counts. */
  spend<T>(work: () => T): T {
    const started = this.#options.now();
    const result = work();
    this.#spent += this.#options.now() - started;
    return result;
  }

  postpone(file: PackageFile): void {
    this.#postponed.add(file);
  }

  get hasPostponed(): boolean {
    return this.#postponed.size > 0;
  }

  /** The files that wait, in the order in which they are worth it: packages of which a call has met functions come first. */
  postponed(isAskedFor: (path: string) => boolean): readonly PackageFile[] {
    return smallPackagesFirst(this.#postponed, isAskedFor);
  }

  /**
   * Analyses postponed files as far as this run's share and what earlier runs saved allow by now, and notes what is left;
   * where a process of its own will do that, nothing.
   * @param analyse may throw: the file may be gone by now
   * @throws what the file system throws when the note cannot be written
   */
  catchUp(analyse: (file: PackageFile) => void): void {
    const { directory, isFollowed, now } = this.#options;
    if (isFollowed && now() >= SHORTEST_RUN) return;
    this.#saved ??= readSaved(directory);
    this.#noted ??= this.#saved;
    this.#analysePostponed(analyse);
    const unspent = this.#allowance(PACKAGE_TIME.share) - this.#spent;
    const rest = Math.round(Math.min(PACKAGE_TIME.saved, Math.max(0, unspent)));
    if (rest !== this.#noted) writeSaved(directory, rest);
    this.#noted = rest;
  }

  #analysePostponed(analyse: (file: PackageFile) => void): void {
    for (const file of smallPackagesFirst(this.#postponed)) {
      if (!this.#hasTimeFor(0, PACKAGE_TIME.share)) return;
      if (!this.#hasTimeFor(file.bytes, PACKAGE_TIME.share)) continue;
      try {
        analyse(file);
      } catch {
        // The next run meets the file again, if it is still there.
      }
      this.#postponed.delete(file);
    }
  }

  #hasTimeFor(bytes: number, share: number): boolean {
    const { isLimited, hasParsed } = this.#options;
    if (!isLimited) return true;
    const needed = bytes / BYTES_PER_MS + (hasParsed() ? 0 : LOADING);
    return this.#spent + needed < this.#allowance(share);
  }

  /** Milliseconds that analysing packages may have taken by now. */
  #allowance(share: number): number {
    const { isFirstRun, now } = this.#options;
    const first = isFirstRun() ? PACKAGE_TIME.first : 0;
    return first + share * now() + (this.#saved ?? 0);
  }
}

/** A package helps only when all of its files are analysed: with the small packages first, more of them are soon. */
function smallPackagesFirst(
  files: Iterable<PackageFile>,
  isAskedFor: (path: string) => boolean = () => false,
): PackageFile[] {
  const packages = new Map<string, { readonly files: PackageFile[]; bytes: number; isAskedFor: boolean }>();
  for (const file of files) {
    const name = packageOf(file.path);
    const one = packages.get(name) ?? { files: [], bytes: 0, isAskedFor: false };
    one.files.push(file);
    one.bytes += file.bytes;
    one.isAskedFor ||= isAskedFor(file.path);
    packages.set(name, one);
  }
  return [...packages.values()]
    .sort((a, b) => Number(b.isAskedFor) - Number(a.isAskedFor) || a.bytes - b.bytes)
    .flatMap(({ files }) => files);
}

/** The folder of the innermost package that a file is in. */
function packageOf(path: string): string {
  const at = path.lastIndexOf(MODULES) + MODULES.length;
  const [first = "", second = ""] = path.slice(at).split(sep);
  return path.slice(0, at) + (first.startsWith("@") ? `${first}/${second}` : first);
}
