/**
 * The untapped functions that dumbo itself uses. Import this module before `installTaps` runs: it takes the functions at that moment, and
 * with tapped ones, dumbo's own reads would count as the program's.
 *
 * Functions of Node call each other through exports that the taps replace (`readFileSync` calls `fs.openSync`). So work that may happen
 * while a call is recorded also has to raise `state.suspended`.
 */
import { getBuiltinModule, now, worked } from "../../src/node/process.ts";
import { state } from "../../src/trace/frames.ts";

export { getBuiltinModule, worked };

const started = now() - process.uptime() * 1000;

/** Milliseconds since the process started. Shares of a run are shares of this. */
export function sinceStart(): number {
  return now() - started;
}

const { nodeTiming } = getBuiltinModule("node:perf_hooks").performance;
const { get: idleTime } = Object.getOwnPropertyDescriptor(nodeTiming, "idleTime") ?? {};

/** Milliseconds that this thread has waited for something to happen, with nothing to do. Cost: 100 to 400 ns. */
export function idle(): number {
  return idleTime === undefined ? 0 : (Reflect.apply(idleTime, nodeTiming, []) as number);
}

/**
 * {@link ran} asks for the processor time again when its last answer is older than both: so many milliseconds, and this share of the run.
 * On some systems, asking takes long.
 */
const STALE = { ms: 2, share: 0.02 };
let asked = Number.NEGATIVE_INFINITY;
let latest = 0;

/**
 * Milliseconds that this thread has run, without the time in which it waited: for other processes on a busy machine, or for something to
 * happen. The answer may be as old as {@link STALE} says.
 */
export function ran(): number {
  const at = sinceStart();
  if (at - asked > Math.max(STALE.ms, STALE.share * at)) {
    asked = at;
    latest = Math.min(at, worked());
  }
  return latest;
}

/** The present `process.env`, to which the program may have assigned another object. */
export function env(): NodeJS.ProcessEnv {
  state.suspended++;
  const current = process.env;
  state.suspended--;
  return current;
}

/** The listeners of an event of the process, in their order. */
export const listeners = process.listeners.bind(process) as (event: string) => readonly { readonly name: string }[];

export const setTimeout: typeof globalThis.setTimeout = globalThis.setTimeout;

export const setImmediate: typeof globalThis.setImmediate = globalThis.setImmediate;

export const { random } = Math;

const fs = getBuiltinModule("node:fs");

/** The functions by which dumbo reads files and directories again, and writes them again. */
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
  utimesSync: fs.utimesSync,
  writeFileSync: fs.writeFileSync,
} as const;

/** Functions with callbacks that have no twin in `fs.promises`. */
export const { exists, realpath } = fs;

export const cwd = process.cwd.bind(process);

export const umask = process.umask.bind(process);

/** Who owns what the process makes, `user group`; empty where the system knows no such thing. */
const { geteuid, getegid } = process;
export function owner(): string {
  return geteuid && getegid ? `${geteuid()} ${getegid()}` : "";
}

/** Milliseconds since 1970. */
export const { now: clock } = Date;

export const { Console } = console;
export type Console = InstanceType<typeof Console>;
