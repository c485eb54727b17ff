/** The process that analyses what a run has left. It stands behind everything else that the machine has to do. */
import { mkdirSync, rmdirSync, statSync, utimesSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join, sep } from "node:path";
import { CompiledCode } from "../../src/compiled-code.ts";
import { requireOwn } from "../../src/node/bundles.ts";
import { compileBy } from "../../src/node/require.ts";
import { trimUserDirectory } from "../../src/store/disk/user-directory.ts";
import { jobFolder } from "../hooks/jobs.ts";
import type { Transforming } from "../hooks/load.ts";
import { prepare } from "./prepare.ts";

/** Milliseconds of the processor's time after which it gives way: on a busy machine that may be many times as long. */
const LONGEST = 60_000;

/** A lock that nobody has touched for so many milliseconds is left behind. */
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
  const compiled = new CompiledCode(user === null ? [directory] : [user, directory]);
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
    compiled.write();
    if (user !== null) trimUserDirectory(user, Date.now());
  } finally {
    release(lock);
  }
}

/** Milliseconds that the processor has worked for this process. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

let touched = performance.now();

/** Shows others that the lock is not left behind. */
function touch(lock: string): void {
  const now = performance.now();
  if (now - touched < PULSE) return;
  touched = now;
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // Another process has taken the lock for left behind: both go on, and what they write is the same.
  }
}

/** One process at a time. */
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
