import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { now } from "./node/process.ts";

let count = 0;

/**
 * Writes a file so that a reader sees all of it or none of it.
 * @throws what the file system throws; nothing is left behind then
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = nextTo(path);
  withFolder(path, () => writeFileSync(temporary, content, { mode: 0o600 }));
  try {
    renameSync(temporary, path);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
}

/**
 * Gives a file a second place, without a copy where the file system can do that. It must never be written in place.
 * @throws what the file system throws
 */
export function shareAtomically(from: string, to: string): void {
  const temporary = nextTo(to);
  try {
    withFolder(to, () => linkSync(from, temporary));
    renameSync(temporary, to);
  } catch {
    writeAtomically(to, readFileSync(from));
  }
  try {
    // It is still there where both were one file already: to rename one to the other does nothing.
    unlinkSync(temporary);
  } catch {
    // It is gone, as it should be.
  }
}

function nextTo(path: string): string {
  return `${path}.${process.pid}.${now()}.${count++}`;
}

/** Makes something in the folder of a path, and the folder first if there is none. */
function withFolder(path: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    make();
  }
}
