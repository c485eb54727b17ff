/**
 * Modules of the last run that ran with another text than the one that dumbo has analysed, because of hooks that were registered after
 * dumbo's: `overruled.json`, beside the store. Nothing of such a module is cached, and `dumbo explain` has nothing else by which to say why.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readSealed, writeSealed } from "./sealed-file.ts";

/** So many are named. */
const MOST = 20;

/** Their paths, relative to the project. */
export function readOverruled(directory: string): readonly string[] {
  return readSealed<readonly string[]>(fileIn(directory)) ?? [];
}

/**
 * Takes the place of what the last run has noted.
 * @param isMainThread asked if there is something to write
 * @throws what the file system throws
 */
export function writeOverruled(directory: string, files: readonly string[], isMainThread: () => boolean): void {
  const file = fileIn(directory);
  if (files.length === 0 && !existsSync(file)) return;
  if (!isMainThread()) return;
  if (files.length > 0) writeSealed(file, files.slice(0, MOST));
  else rmSync(file, { force: true });
}

/** What to tell the user. @param files there is at least one */
export function describeOverruled(files: readonly string[]): string {
  const more = files.length > 1 ? ` and ${files.length - 1} more` : "";
  return (
    `nothing of ${files[0]}${more} is cached: hooks that were registered after dumbo's change the text; ` +
    "put them first (--import tsx --import dumbo/auto)"
  );
}

function fileIn(directory: string): string {
  return join(directory, "overruled.json");
}
