/** The process that analyses what a run has left. It stands behind everything else that the machine has to do. */
import { mkdirSync, rmdirSync, statSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join, sep } from "node:path";
import { jobFolder } from "../hooks/jobs.ts";
import { prepare } from "./prepare.ts";

/** Milliseconds after which it gives way, and a lock counts as left behind. */
const LONGEST = 60_000;

const directory = process.argv[2];
if (directory !== undefined) main(directory);

function main(directory: string): void {
  setPriority(constants.priority.PRIORITY_LOW);
  const lock = join(jobFolder(directory), "lock");
  if (!take(lock)) return;
  try {
    prepare(
      directory,
      __dirname + sep,
      () => performance.now() < LONGEST,
      () => undefined,
    );
  } finally {
    release(lock);
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
    return Date.now() - statSync(lock).mtimeMs > 2 * LONGEST;
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
