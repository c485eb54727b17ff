/** Analyses what runs have left, one file after the other, small packages first. */

import { readJobs, removeJob, type WrittenJob } from "../hooks/jobs.ts";
import { Loader } from "../hooks/load.ts";
import * as transforming from "../transform/index.ts";

export interface Prepared {
  readonly files: number;
  /** Files that are still left: the time was up. */
  readonly left: number;
}

/**
 * @param directory the cache directory
 * @param dumboFolder with a separator at the end
 * @param hasTime asked before each file
 * @param report takes a line for the user
 */
export function prepare(
  directory: string,
  dumboFolder: string,
  hasTime: () => boolean,
  report: (line: string) => void,
): Prepared {
  let files = 0;
  let left = 0;
  for (const job of readJobs(directory, dumboFolder)) {
    const done = runJob(job, hasTime, report);
    files += done;
    left += job.files.length - done;
    if (done === job.files.length) removeJob(job.file);
  }
  return { files, left };
}

function runJob({ settings, files }: WrittenJob, hasTime: () => boolean, report: (line: string) => void): number {
  const loader = new Loader(
    settings,
    () => transforming,
    () => performance.now(),
    report,
  );
  let done = 0;
  for (const file of files) {
    if (!hasTime()) break;
    loader.prepare(file);
    done++;
  }
  return done;
}
