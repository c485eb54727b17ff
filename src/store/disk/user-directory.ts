/**
 * Whether the directory for all projects of a user may be used. Unlike the cache directory it is never missed: where it cannot be
 * read or written, each project has all in its own.
 */
import { statSync } from "node:fs";
import { dirname } from "node:path";
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

/** Whether what is made below a path is made for its user: root, who acts for another user, leaves nothing in that one's home. */
function isOwnPlace(path: string): boolean {
  const user = process.geteuid?.();
  if (user !== 0) return true;
  for (let folder = path; ; folder = dirname(folder)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats !== undefined) return stats.uid === user;
    if (dirname(folder) === folder) return false;
  }
}
