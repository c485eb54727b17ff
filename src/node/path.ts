/** What dumbo uses of `node:path`, in its bundles: functions that call none of the module's exports (see fs.ts). */
import { split } from "./language.ts";

const path = process.getBuiltinModule("node:path");

export const { basename, dirname, extname, isAbsolute, normalize, resolve, sep } = path;

export function join(...parts: string[]): string {
  let joined = "";
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string;
    if (part !== "") joined += joined === "" ? part : sep + part;
  }
  return normalize(joined);
}

const { relative: nodeRelative } = path;

/** The relative path from an absolute folder to an absolute path. */
export function relative(from: string, to: string): string {
  // On Windows, Node's own one compares drives, and names without regard to case.
  if (sep === "\\") return nodeRelative(from, to);
  const above = split(resolve(from), "/");
  const below = split(resolve(to), "/");
  let same = 0;
  while (same < above.length && same < below.length && above[same] === below[same]) same++;
  let path = "";
  // Only the root splits into an empty last part, which names no folder.
  for (let i = same; i < above.length; i++) if (above[i] !== "") path += path === "" ? ".." : "/..";
  for (let i = same; i < below.length; i++) if (below[i] !== "") path += path === "" ? below[i] : `/${below[i]}`;
  return path;
}
