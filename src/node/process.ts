/** What dumbo uses of `process`, taken before the program runs (see fs.ts). */
import { writeSync } from "./fs.ts";

export const getBuiltinModule = process.getBuiltinModule.bind(process);

export const { arch, platform } = process;

const { hrtime } = process;
const bigint = hrtime.bigint.bind(hrtime);

/** Milliseconds on a clock that never goes back. `performance.now` would load 1 ms of code at start-up. */
export function now(): number {
  return Number(bigint()) / 1e6;
}

const { cpuUsage, threadCpuUsage } = process as NodeJS.Process & { threadCpuUsage?: typeof cpuUsage };

/**
 * The processor time of this thread in milliseconds; before Node 23.9, that of the process. Cost: a microsecond or two.
 *
 * The process is asked first: without that, Linux answers for a thread with the time of its last tick, up to 4 ms ago, and shorter work
 * would seem to take nothing ([measured](../../notes/hot-code.md#the-processor-time-of-a-thread)).
 */
export function worked(): number {
  const whole = cpuUsage();
  const { user, system } = threadCpuUsage?.() ?? whole;
  return (user + system) / 1000;
}

/** Writes to stderr. `process.stderr.write` is not called, because the program may have replaced it. */
export function writeError(text: string): void {
  // Errors are ignored: the program must run on, with or without dumbo's lines.
  whenFree(() => writeSync(2, text), 100);
}

/**
 * Writes into a pipe that may be full until its reader goes on: then it is tried again after a millisecond.
 * @returns what `write` returns; null where it fails otherwise, or has failed so often
 */
export function whenFree(write: () => number, attempts: number): number | null {
  for (let i = 0; i < attempts; i++) {
    try {
      return write();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return null;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
  return null;
}
