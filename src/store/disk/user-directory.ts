/**
 * Whether the directory for all projects of a user may be used. Unlike the cache directory it is never missed: where it cannot be
 * read or written, each project has all in its own.
 */
import { readdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { writeAtomically } from "../../atomic-write.ts";
import { isPrivate } from "./directory.ts";

export type UserDirectoryState =
  /** It is there, or can be made. */
  | "usable"
  /** It is something else than a folder, belongs to another user, or can be written by one: what lies in it would be run. */
  | "foreign";

/**
 * Looks at a directory. Nothing is made: that happens when the first file is written. Cost: 10 us when it is there.
 * @param path absolute
 */
export function lookAtUserDirectory(path: string): UserDirectoryState {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined) return stats.isDirectory() && isPrivate(stats) ? "usable" : "foreign";
    return isOwnPlace(dirname(path)) ? "usable" : "foreign";
  } catch {
    return "foreign";
  }
}

/** The directory if it may be used, else null. */
export function usableDirectory(path: string | null): string | null {
  return path !== null && lookAtUserDirectory(path) === "usable" ? path : null;
}

/**
 * Whether a folder can be made below a path, for its user: root, who acts for another user, leaves nothing in that one's home. What
 * there is first on the way up may be a file: newer Node only says of what is below it that it is missing.
 */
function isOwnPlace(path: string): boolean {
  const user = process.geteuid?.();
  for (let folder = path; ; folder = dirname(folder)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats !== undefined) return stats.isDirectory() && (user !== 0 || stats.uid === user);
    if (dirname(folder) === folder) return false;
  }
}

/** Bytes of all that is kept for all projects, and what is left when that was too much. */
export const USER_LIMIT = 1024 ** 3;
const LEFT_OF = 0.75;
/** Milliseconds between two looks at how much there is. */
const DAY = 24 * 3600 * 1000;
const LOOKED = "looked-at";

interface UserFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was read or written, in ms since 1970: where the disk does not note reads, when it was written. */
  readonly used: number;
}

/** What dumbo makes in the directory; anything else that lies there is somebody else's. Others may be writing: under longer names. */
const MADE = /^(packages\/[0-9a-f]{16}\/[^/]+\.pack|compiled\/v[^/]+\/[^/]+\.cjs-[0-9a-f]{16}\.bin)(\.[\d.]+)?$/;

/** The files that dumbo has made in the directory. */
export function userFiles(directory: string): UserFile[] {
  const names = ["packages", "compiled"].flatMap((folder) => namesIn(directory, folder));
  return names.flatMap((name) => {
    if (!MADE.test(sep === "/" ? name : name.replaceAll(sep, "/"))) return [];
    const path = join(directory, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? [{ path, bytes: stats.size, used: Math.max(stats.atimeMs, stats.mtimeMs) }] : [];
  });
}

function namesIn(directory: string, folder: string): string[] {
  try {
    return readdirSync(join(directory, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      join(folder, name),
    );
  } catch {
    return [];
  }
}

/** Removes what dumbo has made in the directory. */
export function clearUserDirectory(directory: string): void {
  for (const { path } of userFiles(directory)) rmSync(path, { force: true });
}

/**
 * Once a day, removes what was used longest ago, if there is too much. What projects have a second place of they keep.
 * @param now milliseconds since 1970
 */
export function trimUserDirectory(directory: string, now: number, limit = USER_LIMIT): void {
  const looked = join(directory, LOOKED);
  try {
    if (Math.abs(now - (statSync(looked, { throwIfNoEntry: false })?.mtimeMs ?? 0)) < DAY) return;
    writeAtomically(looked, "");
    let total = 0;
    const files = userFiles(directory).sort((a, b) => b.used - a.used);
    const isTooMuch = files.reduce((sum, { bytes }) => sum + bytes, 0) > limit;
    for (const { path, bytes } of files) {
      total += bytes;
      if (isTooMuch && total > LEFT_OF * limit) unlinkSync(path);
    }
  } catch {
    // It can only be read, or another process does the same.
  }
}
