/**
 * Whether the directory for all projects of a user may be used. Programs can do without it: where it cannot be read or written, each
 * project keeps everything in its own cache directory.
 */
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { isPrivate } from "./directory.ts";

export type UserDirectoryState =
  /** It is there, or can be made. */
  | "usable"
  /** It is no folder, belongs to another user, or another user can write there: dumbo would run code that another user left. */
  | "foreign";

/**
 * Looks at the directory. It is not made here, but when the first file is written. Cost: 10 us if it exists.
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
 * Whether a folder can be made at a path, for the user who runs the program: a program that root runs in another user's home must leave
 * nothing there. The nearest path that exists may be a file, below which newer versions of Node say only that nothing exists.
 */
function isOwnPlace(path: string): boolean {
  const user = process.geteuid?.();
  for (let folder = path; ; folder = dirname(folder)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats !== undefined) return stats.isDirectory() && (user !== 0 || stats.uid === user);
    if (dirname(folder) === folder) return false;
  }
}
