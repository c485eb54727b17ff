/** Starts the process that analyses what runs have left (main.ts). */
import { join } from "node:path";
import { late } from "../../src/node/lazy.ts";
import { hasJobs } from "../hooks/jobs.ts";
import { SHORTEST_RUN } from "../hooks/package-budget.ts";

const { execPath } = process;

/**
 * To be called when a program has ended. Nobody waits for the process, and it writes to nobody.
 * @param dumboFolder with a separator at the end
 * @param ran milliseconds that the program took
 */
export function startPreparing(directory: string, dumboFolder: string, ran: number): void {
  if (ran < SHORTEST_RUN || !hasJobs(directory)) return;
  // Not by `spawn`, which a program may have replaced to see what it starts itself.
  const child = new (late("child_process").ChildProcess)() as unknown as {
    spawn(options: object): number;
    unref(): void;
  };
  const { NODE_OPTIONS, ...env } = process.env;
  child.spawn({
    file: execPath,
    args: [execPath, join(dumboFolder, "prepare.cjs"), directory],
    envPairs: Object.entries({ ...env, DUMBO: "off" }).map(([name, value]) => `${name}=${value}`),
    cwd: directory,
    detached: true,
    windowsHide: true,
    stdio: "ignore",
  });
  child.unref();
}
