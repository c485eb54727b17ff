/**
 * Blobs: large values in files of their own, named by the hash of their content, so that equal results share one file. A blob is
 * written before the record that points to it. One to which no record points is removed by `dumbo gc`, or used again when its content is
 * stored again. Names are made from the bytes of hashes, and never taken from the disk as text.
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../atomic-write.ts";
import { halfHash } from "../../hash.ts";

/** A value of so many bytes or more becomes a blob. */
export const BLOB_SIZE = 128 * 1024;

/** The folder of blobs in the store's folder. */
const BLOBS = "blobs";

function pathOf(folder: string, hash: string): string {
  return join(folder, BLOBS, hash.slice(0, 2), hash.slice(2));
}

/** Writes a blob, unless a file of that name and size is there. */
export function writeBlob(folder: string, hash: string, bytes: Uint8Array): void {
  const path = pathOf(folder, hash);
  if (statSync(path, { throwIfNoEntry: false })?.size !== bytes.byteLength) writeAtomically(path, bytes);
}

/**
 * Reads a blob.
 * @param into has exactly the space for the blob from `at` on
 * @returns whether there is a file, and it holds what was stored
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
  // Half of the hash is enough to notice damage, and takes half the time.
  return halfHash(into, at, into.length) === Buffer.from(hash, "hex").readBigUInt64LE();
}

/** Removes a blob, if it is there. */
export function removeBlob(folder: string, hash: string): void {
  try {
    unlinkSync(pathOf(folder, hash));
  } catch {
    // another process has removed it
  }
}

/** A file in the folder of blobs. */
export interface BlobFile {
  readonly path: string;
  /** The hash that its name is; undefined for a file that is no finished blob. */
  readonly hash: string | undefined;
  readonly size: number;
  readonly mtimeMs: number;
}

/** All files in the folder of blobs, unfinished ones too. */
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
