/** Starts the process that analyses what runs have left (main.ts). */
import { channel } from "node:diagnostics_channel";
import { join } from "node:path";
import { late } from "../../src/node/lazy.ts";
import { hasJobs } from "../hooks/jobs.ts";
import { SHORTEST_RUN } from "../hooks/package-budget.ts";

const { execPath } = process;
const listenerCount = process.listenerCount.bind(process);

/** Channels of Node's on which a process that is started is told of. */
const CHANNELS = ["child_process", "tracing:child_process.spawn:start"].map((name) => channel(name));

/**
 * So many processors, and the process takes none from the program. Of two, V8's own threads use the second one, which often is but the
 * other half of the first: there a first run took a fifth more.
 */
export const ENOUGH_PROCESSORS = 4;

/**
 * Whether a process may be started while the program runs: there are processors for it, and the program is not told, neither by
 * Node's channels nor by the signal that comes when the process has ended.
 */
export function mayStartBeside(): boolean {
  const hasProcessors = late("os").availableParallelism() >= ENOUGH_PROCESSORS;
  return hasProcessors && listenerCount("SIGCHLD") === 0 && CHANNELS.every(hasOnlyOwnListener);
}

/** Whether nobody but dumbo (audit/taps/channels.ts) listens. */
function hasOnlyOwnListener(one: object): boolean {
  const listeners: unknown = Object.getOwnPropertyDescriptor(one, "_subscribers")?.value;
  return Array.isArray(listeners) && listeners.length === 1;
}

/**
 * To be called when a program has ended, or beside it. Nobody waits for the process, and it writes to nobody.
 * @param user the directory for all projects of the user, or null
 * @param dumboFolder with a separator at the end
 * @param ran milliseconds that the program took
 */
export function startPreparing(directory: string, user: string | null, dumboFolder: string, ran: number): void {
  if (ran < SHORTEST_RUN || !hasJobs(directory)) return;
  // Not by `spawn`, which a program may have replaced to see what it starts itself.
  const child = new (late("child_process").ChildProcess)() as unknown as {
    spawn(options: object): number;
    unref(): void;
    emit(): boolean;
  };
  // What the program may have put into the prototype is not called.
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
