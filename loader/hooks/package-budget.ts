/**
 * How much time a run may spend on analysing packages. A file for which there is no time runs as it is, and is analysed later for the next run: by
 * another process when the run is over, if it was long enough for that (loader/prepare), else at the end of the run itself.
 */
import { sep } from "node:path";
import { readSaved, writeSaved } from "../../src/policy/profile.ts";
import type { SourceKind } from "../parse/parse.ts";
import { TimeSpent } from "./time-spent.ts";

/** What stands in the path of every file of a package. */
export const MODULES = `${sep}node_modules${sep}`;

/**
 * `first`: milliseconds in a program's first run, beyond the share. `share` of the time of the run so far; `whileLoading`, a smaller share, since
 * modules do not load in the order in which analysing them pays. `saved`: what a run leaves of its share is saved for later runs, up to so
 * many milliseconds, which the largest file takes.
 */
const PACKAGE_TIME = { first: 40, share: 0.03, whileLoading: 0.01, saved: 500 };
/** Bytes of a file that are analysed in a millisecond, at the speed of code that V8 has not compiled yet. */
const BYTES_PER_MS = 2000;
/** Milliseconds that loading the parser and the rest takes. */
const LOADING = 15;

/** Milliseconds: a shorter run is not followed by a process, which would take longer than the run. */
export const SHORTEST_RUN = 300;

/** A file of a package that there was no time for. */
export interface PackageFile {
  readonly path: string;
  readonly kind: SourceKind | undefined;
  /** Whether Node hands over its text, or else its bytes: the transforms of the two have different ids. */
  readonly isText: boolean;
  readonly bytes: number;
}

export interface BudgetOptions {
  readonly directory: string;
  /** If it is not, there is always time. */
  readonly isLimited: boolean;
  /** Whether another process analyses what the run leaves. */
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
  /** On analysing packages in this run. */
  readonly #spent: TimeSpent;
  /** What earlier runs have saved. Null until the end of the run: while modules load, it may not be spent. */
  #saved: number | null = null;
  /** What is saved by the file in the cache directory. */
  #noted: number | null = null;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#spent = new TimeSpent(options.now);
  }

  /** Whether a file may be analysed while modules load. */
  allowsLoading(bytes: number): boolean {
    const { isLimited, isFollowed } = this.#options;
    return !(isLimited && isFollowed) && this.#hasTimeFor(bytes, PACKAGE_TIME.whileLoading);
  }

  /** Does work, and counts its time. */
  spend<T>(work: () => T): T {
    return this.#spent.count(work);
  }

  postpone(file: PackageFile): void {
    this.#postponed.add(file);
  }

  get hasPostponed(): boolean {
    return this.#postponed.size > 0;
  }

  /** The postponed files, those first that pay most: of packages with functions that a call has met, then of small packages. */
  postponed(isAskedFor: (path: string) => boolean): readonly PackageFile[] {
    return smallPackagesFirst(this.#postponed, isAskedFor);
  }

  /**
   * Analyses postponed files, as far as the share of this run and what earlier runs have saved allow by now, and notes what is left of that. Does
   * nothing where another process will do it.
   * @param analyse may throw: the file may be gone by now
   * @throws what the file system throws if the note cannot be written
   */
  catchUp(analyse: (file: PackageFile) => void): void {
    const { directory, isFollowed, now } = this.#options;
    if (isFollowed && now() >= SHORTEST_RUN) return;
    this.#saved ??= readSaved(directory);
    this.#noted ??= this.#saved;
    this.#analysePostponed(analyse);
    const unspent = this.#allowance(PACKAGE_TIME.share) - this.#spent.ms;
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
    return this.#spent.ms + needed < this.#allowance(share);
  }

  /** Milliseconds that analysing packages may have taken by now. */
  #allowance(share: number): number {
    const { isFirstRun, now } = this.#options;
    const first = isFirstRun() ? PACKAGE_TIME.first : 0;
    return first + share * now() + (this.#saved ?? 0);
  }
}

/** Small packages come first: a package is of use only when all its files are analysed, and so more packages soon are. */
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
