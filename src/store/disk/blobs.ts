/**
 * Large values as files of their own, named by the hash of their content, so that equal results share one. A file is
 * written before the record that leads to it; one that nothing leads to is found by `dumbo gc`, or taken up again when
 * its content is stored again. Names are made of bytes, never taken from the disk as text.
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../atomic-write.ts";
import { halfHash } from "../../hash.ts";

/** From so many bytes on a value has a file of its own. */
export const BLOB_SIZE = 128 * 1024;

/** Where the files are, in the store's folder. */
const BLOBS = "blobs";

function pathOf(folder: string, hash: string): string {
  return join(folder, BLOBS, hash.slice(0, 2), hash.slice(2));
}

/** Writes a file unless it is there. */
export function writeBlob(folder: string, hash: string, bytes: Uint8Array): void {
  const path = pathOf(folder, hash);
  if (statSync(path, { throwIfNoEntry: false })?.size !== bytes.byteLength) writeAtomically(path, bytes);
}

/**
 * Reads a file to the end of some bytes.
 * @param into has room for all of it from `at` on
 * @returns whether it was there and is what was stored
 */
export function readBlob(folder: string, hash: string, into: Buffer, at: number): boolean {
  const size = into.length - at;
  let file: number;
  try {
    file = openSync(pathOf(folder, hash), "r");
  } catch {
    return false;
  }
  try {
    if (fstatSync(file).size !== size) return false;
    for (let done = 0; done < size; ) {
      const read = readSync(file, into, at + done, size - done, done);
      if (read === 0) return false;
      done += read;
    }
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
  // Half of it is enough to notice damage, in half the time.
  return halfHash(into, at, into.length) === Buffer.from(hash, "hex").readBigUInt64LE();
}

/** Removes a file, if it is there. */
export function removeBlob(folder: string, hash: string): void {
  try {
    unlinkSync(pathOf(folder, hash));
  } catch {
    // somebody was faster
  }
}

/** A file in the folder of blobs. */
export interface BlobFile {
  readonly path: string;
  /** Its name as a hash; undefined for what is none. */
  readonly hash: string | undefined;
  readonly size: number;
  readonly mtimeMs: number;
}

/** All files that are there, also unfinished ones. */
export function listBlobs(folder: string): BlobFile[] {
  const place = join(folder, BLOBS);
  return names(place).flatMap((part) =>
    names(join(place, part)).flatMap((name) => {
      const path = join(place, part, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (!stats?.isFile()) return [];
      const hash = /^[0-9a-f]{32}$/.test(part + name) ? part + name : undefined;
      return [{ path, hash, size: stats.size, mtimeMs: stats.mtimeMs }];
    }),
  );
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
