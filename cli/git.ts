/** Asks git about a project. */
import { spawnSync } from "node:child_process";
import { relative, sep } from "node:path";
import { CommandError } from "./command.ts";

const LARGEST = 256 * 1024 * 1024;

function git(cwd: string, ...args: string[]): string | null {
  const { status, stdout, error } = spawnSync("git", args, { cwd, encoding: "utf8", maxBuffer: LARGEST });
  return error || status !== 0 ? null : stdout;
}

/** The absolute paths of files that differ from a revision; removed and new files are among them. @throws CommandError */
export function changedSince(root: string, revision: string): string[] {
  const top = git(root, "rev-parse", "--show-toplevel")?.trim();
  const names = git(root, "diff", "--name-only", "-z", revision, "--");
  if (top === undefined || names === null) throw new CommandError(`git knows no revision "${revision}" in ${root}`);
  return names
    .split("\0")
    .filter((name) => name !== "")
    .map((name) => `${top}${sep}${name.split("/").join(sep)}`);
}

/** The text of a file in a revision; null if the revision does not have it. */
export function textAt(root: string, revision: string, path: string): string | null {
  return git(root, "show", `${revision}:./${relative(root, path).split(sep).join("/")}`);
}
