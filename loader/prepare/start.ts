/** Starts the process that analyses what runs have left (main.ts). */
import { channel } from "node:diagnostics_channel";
import { join } from "node:path";
import { lazyModule } from "../../src/node/lazy.ts";
import { hasJobs, hasOpenRuns } from "../hooks/jobs.ts";
import { SHORTEST_RUN } from "../hooks/package-budget.ts";

const { execPath } = process;
const listenerCount = process.listenerCount.bind(process);

/** Channels on which Node tells of each process that is started. */
const CHANNELS = ["child_process", "tracing:child_process.spawn:start"].map((name) => channel(name));

/**
 * With so many processors, the process takes none from the program. With two, it slows the program down: V8's own threads use the second one,
 * which is often the other half of the same core. There a first run took a fifth longer.
 */
export const ENOUGH_PROCESSORS = 4;

/**
 * Whether the process may be started while the program runs: there are enough processors, and the program does not notice it, neither by Node's
 * channels nor by the signal that comes when the process has ended.
 */
export function mayStartBeside(): boolean {
  const hasProcessors = lazyModule("os").availableParallelism() >= ENOUGH_PROCESSORS;
  return hasProcessors && listenerCount("SIGCHLD") === 0 && CHANNELS.every(hasOnlyOwnListener);
}

/** Whether dumbo (audit/taps/channels.ts) is the only listener of a channel. */
function hasOnlyOwnListener(one: object): boolean {
  const listeners: unknown = Object.getOwnPropertyDescriptor(one, "_subscribers")?.value;
  return Array.isArray(listeners) && listeners.length === 1;
}

/**
 * Starts the process, unless there is nothing for it to do. This process does not wait for it, and it prints nothing. To be called when the program
 * has ended, or while it runs.
 * @param user the directory for all projects of the user, or null
 * @param dumboFolder with a separator at the end
 * @param ran milliseconds that the program took
 */
export function startPreparing(directory: string, user: string | null, dumboFolder: string, ran: number): void {
  // A run is looked at once, and then known: also a short one.
  if (!hasOpenRuns(directory) && (ran < SHORTEST_RUN || !hasJobs(directory))) return;
  // Not by `child_process.spawn`: the program may have replaced it to see which processes it starts.
  const child = new (lazyModule("child_process").ChildProcess)() as unknown as {
    spawn(options: object): number;
    unref(): void;
    emit(): boolean;
  };
  // So that no `emit` that the program has put into the prototype is called.
  child.emit = () => false;
  const { NODE_OPTIONS, ...env } = process.env;
  child.spawn({
    file: execPath,
    args: [execPath, join(dumboFolder, "prepare.cjs"), directory, user ?? ""],
    envPairs: Object.entries({ ...env, DUMBO: "off" }).map(([name, value]) => `${name}=${value}`),
    cwd: directory,
    detached: true,
    windowsHide: true,
    stdio: "ignore",
  });
  child.unref();
}
