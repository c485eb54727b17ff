/**
 * Programs that rest, because dumbo has found nothing to gain in them. If two runs of a program in a row, with the same arguments, have saved
 * and stored less than dumbo costs, or nothing at all came of one, later runs are without dumbo: only boot.cjs is loaded. The rest ends when a
 * file of the program changes, or dumbo, its settings or Node; and after a time, which is longer after each rest.
 *
 * These files only decide whether dumbo runs. One that is damaged, missing or out of date costs time, and never gives a wrong result.
 */
import { readFileSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../src/atomic-write.ts";
import type { Config } from "../src/config/config.ts";
import { isOfPackage } from "../src/config/project.ts";
import { dropOldest } from "../src/drop-oldest.ts";
import { hashText } from "../src/hash.ts";
import { namesIn } from "../src/names-in.ts";

/** After so many runs in a row without a gain, the program rests: one of which nothing at all came counts as many. */
const BARREN_RUNS = 2;
const HOUR = 3_600_000;
/** Milliseconds of the first rest, and of the longest; each rest is `growth` times as long as the one before. */
const REST = { first: HOUR, longest: 7 * 24 * HOUR, growth: 4 };
/** After so many lean runs in a row, one sees into packages again. */
const LEAN_RUNS = 7;
/** A run was worth it if it has gained at least so many milliseconds, and this share of its time. */
const WORTH = { ms: 20, share: 0.02 };
/** A program of more files never rests: to look at them all would take longer than a start of dumbo. */
const MOST_FILES = 2000;
/** So many programs, each with its arguments, are noted in one directory; the one that was noted longest ago goes. */
const MOST_KNOWN = 200;
const DIGEST = 32;
const FOLDER = "rest";

/** What is known of a program. */
interface RestRecord {
  /** Path of the script. */
  readonly program: string;
  /** Runs in a row without a gain. */
  readonly barren: number;
  /** Until when it rests, in ms since 1970; 0 if it does not. */
  readonly until: number;
  /** Milliseconds of the last rest. */
  readonly rest: number;
  /** Whether nothing at all came of the last run. */
  readonly isBarren: boolean;
  /** How many runs in a row have left packages as they are. */
  readonly lean: number;
  /** Files that end the rest when they change: those that the program has loaded, those of settings, and dumbo itself. */
  readonly files: readonly (readonly [path: string, signature: string])[];
}

const UNKNOWN: RestRecord = { program: "", barren: 0, until: 0, rest: 0, isBarren: false, lean: 0, files: [] };

/** What one run has gained. */
export interface RunOutcome {
  /** Milliseconds that dumbo has brought, now and for later runs; negative where it has cost more. */
  readonly gain: number;
  /** Milliseconds that the run took. */
  readonly took: number;
  /** Whether nothing at all came of it (src/policy/runs.ts). */
  readonly isBarren: boolean;
  /** Whether it has left packages as they are. */
  readonly isLean: boolean;
  /** Whether the next run may gain more than this one. */
  readonly isOpen: boolean;
  readonly files: readonly string[];
}

export class Rest {
  readonly #folder: string;
  readonly #watched: readonly string[];
  readonly #path: string;
  /** This file exists if the process has other threads: all that the threads have in common is the number of the process. */
  readonly #threads: string;
  /** What was last read or written here; null as long as nobody has asked. */
  #latest: RestRecord | null = null;

  /**
   * @param directory the cache directory
   * @param own the folder of dumbo's own files
   * @param watched files of settings, whether they exist or not
   */
  constructor(directory: string, own: string, config: Config, env: NodeJS.ProcessEnv, watched: readonly string[]) {
    const settings = Object.keys(env).filter((name) => name.startsWith("DUMBO") || name === "NODE_OPTIONS");
    const identity = [
      process.argv.slice(1),
      process.execArgv,
      process.cwd(),
      process.version,
      config,
      settings.sort().map((name) => [name, env[name]]),
    ];
    this.#watched = [join(own, "boot.cjs"), ...watched];
    this.#folder = join(directory, FOLDER);
    this.#path = join(this.#folder, `${hashText(JSON.stringify(identity))}.json`);
    this.#threads = join(this.#folder, `threads-${process.pid}`);
  }

  /** Whether this run is without dumbo. Cost: reads a small file; for a program that rests, a `stat` for each file. */
  isNow(now: number): boolean {
    return isResting(this.#known, now);
  }

  /**
   * Whether this run leaves packages as they are: the program would rest, because nothing at all came of a run, if none of its own files had
   * changed since. What was in the way in packages is mostly the same after such an edit. Cost: for such a program alone, a `stat` for each file.
   */
  isLean(now: number): boolean {
    const { isBarren, lean, until, files } = this.#known;
    if (!isBarren || lean >= LEAN_RUNS || until <= now) return false;
    const changed = files.filter(([path, signature]) => signatureOf(path) !== signature);
    return changed.length > 0 && changed.every(([path]) => !this.#watched.includes(path) && !isOfPackage(path));
  }

  /**
   * Notes what a run has found out.
   * @param now milliseconds since 1970
   * @throws what the file system throws
   */
  note({ gain, took, isBarren, isLean, isOpen, files }: RunOutcome, now: number): void {
    const known = this.#read();
    const hasThreads = removed(this.#threads);
    if (hasThreads || isOpen || gain >= Math.max(WORTH.ms, WORTH.share * took) || files.length > MOST_FILES) {
      if (known !== UNKNOWN) removed(this.#path);
      this.#latest = UNKNOWN;
      return;
    }
    const isSame = known.files.every(([path, signature]) => signatureOf(path) === signature);
    const before = isSame ? known.barren : 0;
    const barren = isBarren ? Math.max(BARREN_RUNS, before + 1) : before + 1;
    const longer = isSame ? REST.growth * known.rest : 0;
    const rest = barren < BARREN_RUNS ? 0 : Math.min(REST.longest, Math.max(REST.first, longer));
    const until = rest === 0 ? 0 : now + rest;
    const lean = isLean ? known.lean + 1 : 0;
    const signed = [...files, ...this.#watched].map((path) => [path, signatureOf(path)] as const);
    this.#write({ program: process.argv[1] ?? "", barren, until, rest, isBarren, lean, files: signed });
  }

  /** To be called by each thread but the main one. The main thread does not know what is gained in others: with any, the program does not rest. */
  noteThread(): void {
    try {
      writeAtomically(this.#threads, "");
    } catch {
      // Then the main thread cannot note anything, either.
    }
  }

  get #known(): RestRecord {
    this.#latest ??= this.#read();
    return this.#latest;
  }

  #read(): RestRecord {
    return readRecord(this.#path);
  }

  #write(known: RestRecord): void {
    this.#latest = known;
    const json = JSON.stringify(known);
    writeAtomically(this.#path, hashText(json) + json);
    dropOldest(this.#folder, MOST_KNOWN);
  }
}

/**
 * Until when a program rests, with the arguments and settings for which that is longest: in ms since 1970.
 * @param program path of its script
 * @returns null if it does not
 */
export function restsUntil(directory: string, program: string, now: number): number | null {
  const folder = join(directory, FOLDER);
  let latest: number | null = null;
  for (const name of namesIn(folder)) {
    const known = readRecord(join(folder, name));
    if (known.program === program && isResting(known, now)) latest = Math.max(latest ?? 0, known.until);
  }
  return latest;
}

function isResting({ until, files }: RestRecord, now: number): boolean {
  return until > now && files.every(([path, signature]) => signatureOf(path) === signature);
}

function readRecord(path: string): RestRecord {
  try {
    const text = readFileSync(path, "utf8");
    const json = text.slice(DIGEST);
    return text.startsWith(hashText(json)) ? (JSON.parse(json) as RestRecord) : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

function removed(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

/** What shows whether a file was changed; empty for a file that is not there. */
function signatureOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.ino}`;
}
