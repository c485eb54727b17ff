/**
 * Jobs: lists of package files that a run had no time to analyse, in the cache directory. Another process analyses them when the run is over
 * (loader/prepare), so that no run waits for that.
 */
import { readdirSync, readFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../src/atomic-write.ts";
import { hashText } from "../../src/hash.ts";
import type { PackageFile } from "./package-budget.ts";
import type { LoaderSettings } from "./settings.ts";

/** The files that one run has left, and the settings by which it would have analysed them. */
export interface Job {
  readonly settings: LoaderSettings;
  readonly files: readonly PackageFile[];
}

export interface WrittenJob extends Job {
  readonly file: string;
}

const ENDING = ".json";
/** Ending of the names of files that stand for runs which are to be looked at (loader/whole-run/unproven-runs.ts). */
export const OF_RUN = ".run";

export function jobFolder(directory: string): string {
  return join(directory, "prepare");
}

/**
 * Writes the job of a run, in the place of an earlier one.
 * @param thread names the thread: each thread loads other modules, and has a job of its own
 * @throws what the file system throws
 */
export function writeJob(settings: LoaderSettings, files: readonly PackageFile[], thread: string): void {
  // Which guards are left out does not matter: they are taken out of a finished transform. What was seen to run again is read anew.
  const job: Job = { settings: { ...settings, omit: {}, repeated: {}, isLean: false }, files };
  const name = hashText(`${settings.program} ${thread}`) + ENDING;
  writeAtomically(join(jobFolder(settings.directory), name), JSON.stringify(job));
}

/** Whether there are jobs. */
export function hasJobs(directory: string): boolean {
  return jobNames(directory).length > 0;
}

/** Whether there are runs to be looked at. */
export function hasOpenRuns(directory: string): boolean {
  return namesOf(directory).some((name) => name.endsWith(OF_RUN));
}

/** The jobs of this build of dumbo. Jobs of others are removed. @param dumboFolder of this build */
export function readJobs(directory: string, dumboFolder: string): WrittenJob[] {
  return jobNames(directory).flatMap((name) => {
    const file = join(jobFolder(directory), name);
    const job = readJob(file);
    if (job?.settings.dumboFolder === dumboFolder && job.settings.directory === directory) return [{ ...job, file }];
    removeJob(file);
    return [];
  });
}

export function removeJob(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Another process was faster.
  }
}

function readJob(file: string): Job | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Job;
  } catch {
    return null;
  }
}

function jobNames(directory: string): string[] {
  return namesOf(directory).filter((name) => name.endsWith(ENDING));
}

function namesOf(directory: string): string[] {
  try {
    return readdirSync(jobFolder(directory));
  } catch {
    return [];
  }
}
