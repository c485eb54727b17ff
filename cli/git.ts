/** What git says of a project. */
import { spawnSync } from "node:child_process";
import { relative, sep } from "node:path";
import { CommandError } from "./command.ts";

const LARGEST = 256 * 1024 * 1024;

function git(cwd: string, ...args: string[]): string | null {
  const { status, stdout, error } = spawnSync("git", args, { cwd, encoding: "utf8", maxBuffer: LARGEST });
  return error || status !== 0 ? null : stdout;
}

/** Absolute paths of files that differ from a revision, those that are gone or new among them. @throws CommandError */
export function changedSince(root: string, revision: string): string[] {
  const top = git(root, "rev-parse", "--show-toplevel")?.trim();
  const names = git(root, "diff", "--name-only", "-z", revision, "--");
  if (top === undefined || names === null) throw new CommandError(`git knows no revision "${revision}" in ${root}`);
  return names
    .split("\0")
    .filter((name) => name !== "")
    .map((name) => `${top}${sep}${name.split("/").join(sep)}`);
}

/** A file as it was; null where it was not there. */
export function textAt(root: string, revision: string, path: string): string | null {
  return git(root, "show", `${revision}:./${relative(root, path).split(sep).join("/")}`);
}
