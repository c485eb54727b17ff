/**
 * Programs that rest: in which dumbo has found nothing to gain. When two runs of a program in a row, with the same arguments, have
 * saved and stored less than dumbo costs, later ones run as without dumbo: of it nothing is loaded but this. The
 * rest ends when a file of the program changes, or dumbo, its settings or Node do; and after a while, which grows with each
 * look that was in vain.
 *
 * What is kept here only decides whether dumbo runs. A file that is damaged, missing or out of date costs time, never a result.
 */
import { readdirSync, readFileSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../src/atomic-write.ts";
import type { Config } from "../src/config/config.ts";
import { dropOldest } from "../src/drop-oldest.ts";
import { hashText } from "../src/hash.ts";

/** So many runs in a row without a gain, and the program rests. */
const BARREN_RUNS = 2;
const HOUR = 3_600_000;
/** Milliseconds of the first rest, and of the longest one; each is so many times as long as the one before. */
const REST = { first: HOUR, longest: 7 * 24 * HOUR, growth: 4 };
/** What a run has to have saved, or stored for later ones, to have been worth it: milliseconds, and a share of it. */
const WORTH = { ms: 20, share: 0.02 };
/** A program of more files is never at rest: to look at them would take longer than dumbo is to save. */
const MOST_FILES = 2000;
/** Programs of one directory, each with its arguments; the one that was noted longest ago gives way. */
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
  /** Files of dumbo's settings, dumbo itself, and what the program has loaded, with what shows that they are the same. */
  readonly files: readonly (readonly [path: string, signature: string])[];
}

const UNKNOWN: RestRecord = { program: "", barren: 0, until: 0, rest: 0, files: [] };

/** What a run has found out. */
export interface RunOutcome {
  /** Milliseconds that hits saved, and that hits for what was stored would save. */
  readonly gain: number;
  /** Milliseconds that the run took. */
  readonly took: number;
  /** Whether there is more to find out in the next run than in this one. */
  readonly isOpen: boolean;
  readonly files: readonly string[];
}

export class Rest {
  readonly #folder: string;
  readonly #watched: readonly string[];
  readonly #path: string;
  /** There if the process has other threads: all that they know in common is its number. */
  readonly #threads: string;

  /**
   * @param directory the cache directory
   * @param own dumbo's own folder
   * @param watched files that settings come from, whether they exist or not
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

  /** Whether this run is to be without dumbo. Cost: a small file, and a look at each file of a program that rests. */
  isNow(now: number): boolean {
    return isResting(this.#read(), now);
  }

  /**
   * Notes what a run has found out.
   * @param now milliseconds since 1970
   * @throws what the file system throws
   */
  note({ gain, took, isOpen, files }: RunOutcome, now: number): void {
    const known = this.#read();
    const hasThreads = removed(this.#threads);
    if (hasThreads || isOpen || gain >= Math.max(WORTH.ms, WORTH.share * took) || files.length > MOST_FILES) {
      if (known !== UNKNOWN) removed(this.#path);
      return;
    }
    const isSame = known.files.every(([path, signature]) => signatureOf(path) === signature);
    const barren = isSame ? known.barren + 1 : 1;
    const rest = barren < BARREN_RUNS ? 0 : Math.min(REST.longest, Math.max(REST.first, REST.growth * known.rest));
    const signed = [...files, ...this.#watched].map((path) => [path, signatureOf(path)] as const);
    this.#write({ program: process.argv[1] ?? "", barren, until: rest === 0 ? 0 : now + rest, rest, files: signed });
  }

  /** To be called by each other thread than the main one, which does not know what is gained there. */
  noteThread(): void {
    try {
      writeAtomically(this.#threads, "");
    } catch {
      // The main thread cannot note anything, either.
    }
  }

  #read(): RestRecord {
    return readRecord(this.#path);
  }

  #write(known: RestRecord): void {
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

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
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

/** What shows of a file that it is still the same; empty for one that is not there. */
function signatureOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.ino}`;
}
