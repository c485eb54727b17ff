/** Reads V8's CPU profiles. `node --cpu-prof` writes one file for each thread. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** The parts of a profile that are used. Times are microseconds, by one clock for all threads and processes. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A thread that was profiled. */
export interface ProfiledThread {
  readonly pid: number;
  /** 0 is the main thread of its process. */
  readonly thread: number;
  readonly profile: CpuProfile;
}

/** `CPU.20261129.020304.PID.THREAD.001.cpuprofile` */
const NAME = /^CPU\.\d+\.\d+\.(\d+)\.(\d+)\.\d+\.cpuprofile$/;

/** The threads of a run, in the order in which they began. */
export function readThreads(folder: string): ProfiledThread[] {
  const found = readdirSync(folder).flatMap((name) => {
    const [, pid, thread] = NAME.exec(name) ?? [];
    if (pid === undefined || thread === undefined) return [];
    const profile = JSON.parse(readFileSync(join(folder, name), "utf8")) as CpuProfile;
    return [{ pid: Number(pid), thread: Number(thread), profile }];
  });
  return found.sort((a, b) => a.profile.startTime - b.profile.startTime);
}
