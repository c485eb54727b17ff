import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { now } from "./node/process.ts";

let count = 0;

/**
 * Writes a file so that a reader sees all of it or none of it.
 * @throws what the file system throws; nothing is left behind then
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = temporaryName(path);
  withFolder(path, () => writeFileSync(temporary, content, { mode: 0o600 }));
  try {
    renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}

/**
 * Puts a file at a second path: as a hard link where the file system has them, else as a copy. Nothing may ever write into the file
 * in place, because both paths would change.
 * @throws what the file system throws
 */
export function shareAtomically(from: string, to: string): void {
  const temporary = temporaryName(to);
  try {
    withFolder(to, () => linkSync(from, temporary));
    renameSync(temporary, to);
  } catch {
    writeAtomically(to, readFileSync(from));
  }
  // If the two paths were one file already, the rename has done nothing, and the temporary name is left over.
  removeIfThere(temporary);
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The rename has moved it.
  }
}

/** A name in the same folder that no other process or thread uses. */
function temporaryName(path: string): string {
  return `${path}.${process.pid}.${now()}.${count++}`;
}

/** Calls `make`. If that fails because the folder of the path is missing, makes the folder and calls it again. */
function withFolder(path: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    make();
  }
}
