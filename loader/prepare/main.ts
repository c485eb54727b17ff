/** The process that analyses what a run has left. It has a low priority, so that it keeps no other process of the machine waiting. */
import { mkdirSync, rmdirSync, statSync, utimesSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join, sep } from "node:path";
import { CompiledCode, RAN } from "../../src/compiled-code.ts";
import { requireOwn } from "../../src/node/bundles.ts";
import { compileBy } from "../../src/node/require.ts";
import { trimUserDirectory } from "../../src/store/disk/user-files.ts";
import { jobFolder } from "../hooks/jobs.ts";
import type { Transforming } from "../hooks/load.ts";
import { placesOfCompiledCode } from "../places-of-compiled-code.ts";
import { prepare } from "./prepare.ts";

/** Milliseconds of processor time after which the process stops. By the clock, that may be many times as long on a busy machine. */
const LONGEST = 60_000;

/** A lock that has not been touched for so many milliseconds belongs to a process that was killed. */
const LEFT_BEHIND = 120_000;

/** Milliseconds between two touches of the lock. */
const PULSE = 5_000;

const [directory, user] = process.argv.slice(2);
if (directory !== undefined) main(directory, user || null);

/**
 * @param directory the cache directory
 * @param user the directory for all projects of the user, or null
 */
function main(directory: string, user: string | null): void {
  setPriority(constants.priority.PRIORITY_LOW);
  const lock = join(jobFolder(directory), "lock");
  if (!take(lock)) return;
  const compiled = new CompiledCode(placesOfCompiledCode(__dirname, user, directory));
  compileBy(compiled.compile);
  try {
    prepare(
      directory,
      __dirname + sep,
      () => requireOwn(join(__dirname, "transforming.cjs")) as Transforming,
      () => {
        touch(lock);
        return processorTime() < LONGEST;
      },
      () => undefined,
    );
    compiled.write(RAN.parsed);
    if (user !== null) trimUserDirectory(user, Date.now());
  } finally {
    release(lock);
  }
}

/** Milliseconds of processor time that this process has used. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

let touched = performance.now();

/** Shows other processes that the one which holds the lock is still there. */
function touch(lock: string): void {
  const now = performance.now();
  if (now - touched < PULSE) return;
  touched = now;
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // Another process has removed the lock, as if its owner had been killed. Both go on: they write the same.
  }
}

/** Takes the lock, which one process at a time can have. */
function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return isLeftBehind(lock) && release(lock) && take(lock);
  }
}

function isLeftBehind(lock: string): boolean {
  try {
    return Date.now() - statSync(lock).mtimeMs > LEFT_BEHIND;
  } catch {
    return false;
  }
}

function release(lock: string): boolean {
  try {
    rmdirSync(lock);
    return true;
  } catch {
    return false;
  }
}
