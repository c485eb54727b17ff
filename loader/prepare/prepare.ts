/** Looks at runs that may be kept, and analyses what runs have left, one file after the other, small packages first. */

import { readRepeatedRuns } from "../../src/policy/repeated-runs.ts";
import { readJobs, removeJob, type WrittenJob } from "../hooks/jobs.ts";
import { Loader, type Transforming } from "../hooks/load.ts";
import { proveRuns } from "../whole-run/unproven-runs.ts";

/**
 * Results are written after `least` milliseconds, so that a run that starts meanwhile finds them; or after `writes` times what the last write took,
 * if that is longer.
 */
const PAUSE = { least: 200, writes: 5 };

export interface Prepared {
  readonly files: number;
  /** Files that were not analysed because the time was up. */
  readonly left: number;
}

/**
 * @param directory the cache directory
 * @param dumboFolder with a separator at the end
 * @param transforming loads the parser and the rest
 * @param hasTime asked before each file
 * @param report takes a line for the user
 */
export function prepare(
  directory: string,
  dumboFolder: string,
  transforming: () => Transforming,
  hasTime: () => boolean,
  report: (line: string) => void,
): Prepared {
  // First, because a run that is answered needs no analysis.
  proveRuns(directory, transforming, hasTime);
  let files = 0;
  let left = 0;
  // A run that ends meanwhile starts no second process, but leaves its job. So look again.
  for (
    let jobs = readJobs(directory, dumboFolder);
    jobs.length > 0 && left === 0;
    jobs = readJobs(directory, dumboFolder)
  ) {
    for (const job of jobs) {
      const done = runJob(job, transforming, hasTime, report);
      files += done;
      left += job.files.length - done;
    }
  }
  // Those that have ended meanwhile.
  proveRuns(directory, transforming, hasTime);
  return { files, left };
}

/**
 * Analyses the files of a job. Those that there is no time for are not kept: the next run of the program notes them again.
 * @returns how many were analysed
 */
function runJob(
  { settings, files, file: job }: WrittenJob,
  transforming: () => Transforming,
  hasTime: () => boolean,
  report: (line: string) => void,
): number {
  if (!hasTime()) return 0;
  removeJob(job);
  const repeated = readRepeatedRuns(settings.directory);
  const loader = new Loader({ ...settings, repeated }, transforming, () => performance.now(), report);
  let done = 0;
  let flushed = performance.now();
  let pause = PAUSE.least;
  for (const file of files) {
    if (!hasTime()) break;
    loader.prepare(file);
    done++;
    const began = performance.now();
    if (began - flushed < pause) continue;
    loader.flush();
    flushed = performance.now();
    pause = Math.max(PAUSE.least, PAUSE.writes * (flushed - began));
  }
  loader.flush();
  return done;
}
