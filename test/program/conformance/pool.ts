/** Worker processes, each busy with one test at a time; one that hangs or dies is replaced. */
import { type ChildProcess, fork } from "node:child_process";

export interface PoolOptions<Job> {
  /** The module that every process runs. */
  readonly module: URL;
  readonly execArgv: readonly string[];
  readonly processes: number;
  /** Milliseconds for one job. */
  readonly limit: number;
  /** Jobs after which a process is replaced: realms are not all given back. */
  readonly lifetime: number;
  readonly jobs: readonly Job[];
}

/** What became of a job. */
export type Ended<Answer> = { readonly answer: Answer } | { readonly lost: "timeout" | "crash" };

/** Runs all jobs. Resolves to their ends, in the order of the jobs. */
export async function runAll<Job, Answer>(
  options: PoolOptions<Job>,
  onProgress: (done: number) => void,
): Promise<Ended<Answer>[]> {
  const { jobs, processes } = options;
  const ends: Ended<Answer>[] = [];
  let next = 0;
  let done = 0;
  const serve = async () => {
    let worker: ChildProcess | null = null;
    let served = 0;
    while (next < jobs.length) {
      const index = next++;
      worker ??= fork(options.module, {
        execArgv: [...options.execArgv],
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      const end: Ended<Answer> = await ask(worker, jobs[index] as Job, options.limit);
      ends[index] = end;
      onProgress(++done);
      if ("lost" in end || ++served >= options.lifetime) {
        worker.kill("SIGKILL");
        worker = null;
        served = 0;
      }
    }
    worker?.kill("SIGKILL");
  };
  await Promise.all(Array.from({ length: processes }, serve));
  return ends;
}

function ask<Job, Answer>(worker: ChildProcess, job: Job, limit: number): Promise<Ended<Answer>> {
  return new Promise((resolve) => {
    const end = (result: Ended<Answer>) => {
      clearTimeout(timer);
      worker.removeAllListeners("message");
      worker.removeAllListeners("exit");
      resolve(result);
    };
    const timer = setTimeout(() => end({ lost: "timeout" }), limit);
    worker.once("message", (answer) => end({ answer: answer as Answer }));
    worker.once("exit", () => end({ lost: "crash" }));
    worker.send(job as object);
  });
}
