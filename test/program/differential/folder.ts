/** The folder that a program runs in. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Files } from "./program.ts";

/** As they are made: what a program has done to one shows. */
const modes = new Map<string, number>();

/**
 * Makes a folder hold these files and links, and nothing else. A file that is there already stays as it is, with its times: what dumbo knows of it
 * by them has to be right in the next run as well.
 */
export function layOut(folder: string, files: Files, links: Files): void {
  const kept = new Set<string>();
  for (const [path, text] of Object.entries(files)) if (isAsMade(join(folder, path), text)) kept.add(path);
  clear(folder, "", kept);
  for (const [path, text] of Object.entries(files)) {
    if (kept.has(path)) continue;
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    modes.set(file, lstatSync(file).mode);
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(target, join(folder, path), "junction");
  }
}

function isAsMade(file: string, text: string): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.mode === modes.get(file) && readFileSync(file).equals(Buffer.from(text));
}

/** Removes all but some files, and folders that hold none of them. */
function clear(folder: string, within: string, kept: ReadonlySet<string>): void {
  for (const entry of readdirOf(join(folder, within))) {
    const path = within === "" ? entry.name : `${within}/${entry.name}`;
    const holds = entry.isDirectory() && [...kept].some((file) => file.startsWith(`${path}/`));
    if (holds) clear(folder, path, kept);
    else if (!kept.has(path)) rmSync(join(folder, path), { recursive: true, force: true });
  }
}

function readdirOf(folder: string) {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  return stats?.isDirectory() ? readdirSync(folder, { withFileTypes: true }) : [];
}
