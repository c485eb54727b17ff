/**
 * The functions that dumbo itself works with. They are taken before the taps are in place, or dumbo's own reads would count as
 * the program's: import this module before `installTaps` runs.
 *
 * Node's own functions call each other through the exports that the taps replace (`readFileSync` calls `fs.openSync`),
 * so work that may happen inside a frame has to raise `state.suspended` as well.
 */

import { getBuiltinModule, now } from "../../src/node/process.ts";
import { state } from "../../src/trace/frames.ts";

export { getBuiltinModule };

const started = now() - process.uptime() * 1000;

/** Milliseconds since the process started: what a share of a run is counted from. */
export function sinceStart(): number {
  return now() - started;
}

const { cpuUsage, threadCpuUsage = cpuUsage } = process as NodeJS.Process & { threadCpuUsage?: typeof cpuUsage };

/** Milliseconds that the processor has worked for this thread; before Node 23.9 for the process. Cost: a microsecond. */
export function worked(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * What {@link ran} tells is asked again when it is older than both: milliseconds, and a share of the run. On some systems a question
 * is a wait.
 */
const STALE = { ms: 2, share: 0.02 };
let asked = Number.NEGATIVE_INFINITY;
let latest = 0;

/**
 * Milliseconds that this thread has run, without those in which it waited: for others on a busy machine, or for something to
 * happen. It may be {@link STALE} behind.
 */
export function ran(): number {
  const at = sinceStart();
  if (at - asked > Math.max(STALE.ms, STALE.share * at)) {
    asked = at;
    latest = Math.min(at, worked());
  }
  return latest;
}

/** The present environment: the program may have assigned another object to `process.env`. */
export function env(): NodeJS.ProcessEnv {
  state.suspended++;
  const current = process.env;
  state.suspended--;
  return current;
}

/** `process.on`, for dumbo's own listeners. */
export const on: typeof process.on = process.on.bind(process);

export const setTimeout: typeof globalThis.setTimeout = globalThis.setTimeout;

export const setImmediate: typeof globalThis.setImmediate = globalThis.setImmediate;

export const { random } = Math;

const fs = getBuiltinModule("node:fs");

/** Functions by which dumbo looks at files and directories again, and writes them again. */
export const files = {
  accessSync: fs.accessSync,
  chmodSync: fs.chmodSync,
  closeSync: fs.closeSync,
  copyFileSync: fs.copyFileSync,
  existsSync: fs.existsSync,
  fstatSync: fs.fstatSync,
  lstatSync: fs.lstatSync,
  mkdirSync: fs.mkdirSync,
  openSync: fs.openSync,
  readFileSync: fs.readFileSync,
  readSync: fs.readSync,
  readdirSync: fs.readdirSync,
  readlinkSync: fs.readlinkSync,
  realpathSync: fs.realpathSync,
  realpathNative: fs.realpathSync.native,
  renameSync: fs.renameSync,
  rmdirSync: fs.rmdirSync,
  statSync: fs.statSync,
  statfsSync: fs.statfsSync,
  unlinkSync: fs.unlinkSync,
  writeFileSync: fs.writeFileSync,
} as const;

/** What `fs.promises` does not have. */
export const { exists, realpath } = fs;

export const cwd = process.cwd.bind(process);

export const umask = process.umask.bind(process);

/** Milliseconds since 1970. */
export const { now: clock } = Date;

export const { Console } = console;
export type Console = InstanceType<typeof Console>;
