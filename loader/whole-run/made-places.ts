/**
 * Files and folders as a run makes them where it has left nothing before. In a later run, the same has to be there as if it was made by that process, or
 * the program, which takes away what is there, would leave something else: by a link, under another mode, for another owner, with another name.
 */
import type { Stats } from "node:fs";
import { owner, umask } from "../../audit/builtins/originals.ts";
import type { LeftPlace } from "../../src/trace/left-files.ts";

/** Mode and owners of a file or folder, and what of this process decides on those of new ones. */
export function madeAs({ mode, uid, gid }: Stats): string {
  return `${mode} ${uid} ${gid} ${umask()} ${owner()}`;
}

/** Whether a file or folder has the mode that its place says, and this process owns it. A folder may have more from the one in which it is. */
export function isAsMade({ action: [operation, , mode = ""], hasMode }: LeftPlace, stats: Stats): boolean {
  const isFolder = operation === "folder";
  const given = mode === "" ? (isFolder ? 0o777 : 0o666) : Number(mode);
  const expected = hasMode ? given : given & ~umask();
  const [user] = owner().split(" ");
  return (
    (stats.mode & (isFolder ? 0o1777 : 0o7777)) === (expected & 0o7777) && (user === "" || user === String(stats.uid))
  );
}

/** Whether a new file gets the mode that its place says, if it has to have that one. */
export function canBeMade({ action: [, , mode], hasMode }: LeftPlace): boolean {
  return !hasMode || (Number(mode) & umask()) === 0;
}
