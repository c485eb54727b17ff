/**
 * The functions that dumbo itself works with, taken before the taps are in place: what dumbo does is not the program's
 * doing. Import this module before `installTaps` runs.
 *
 * Node's own functions call each other through the exports that the taps replace (`readFileSync` calls `fs.openSync`),
 * so work that may happen inside a frame has to raise `state.suspended` as well.
 */
import * as fs from "node:fs";
import { state } from "../src/frames.ts";

const { hrtime } = process;
const { bigint } = hrtime;

/** Milliseconds on a clock that never goes back. `performance.now` would load 1 ms of code at start-up. */
export function now(): number {
  return Number(bigint.call(hrtime)) / 1e6;
}

/** The wall clock, in milliseconds since 1970. */
export const dateNow: () => number = Date.now;

/** The environment as it is now; the program may have replaced the object. */
export function env(): NodeJS.ProcessEnv {
  state.suspended++;
  const current = process.env;
  state.suspended--;
  return current;
}

/** The arguments as they are now. */
export function argv(): string[] {
  state.suspended++;
  const current = process.argv;
  state.suspended--;
  return current;
}

export const cwd: () => string = process.cwd.bind(process);
export const getBuiltinModule = process.getBuiltinModule.bind(process);
export const nextTick: typeof process.nextTick = process.nextTick.bind(process);

/** `process.on`, for dumbo's own listeners. */
export const on: typeof process.on = process.on.bind(process);

export const setTimeout: typeof globalThis.setTimeout = globalThis.setTimeout;
export const setImmediate: typeof globalThis.setImmediate = globalThis.setImmediate;
export const clearTimeout: typeof globalThis.clearTimeout = globalThis.clearTimeout;

export const {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} = fs;
