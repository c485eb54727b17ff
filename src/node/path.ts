/** What dumbo uses of `node:path`, in its bundles: functions that call none of the module's exports (see fs.ts). */
const path = process.getBuiltinModule("node:path");

export const { basename, dirname, extname, isAbsolute, normalize, resolve, sep } = path;

export function join(...parts: string[]): string {
  return normalize(parts.filter((part) => part !== "").join(sep));
}

const { relative: nodeRelative } = path;

/** From one absolute folder to a path. */
export function relative(from: string, to: string): string {
  // Drives, and names that differ by case only, are for Node.
  if (sep === "\\") return nodeRelative(from, to);
  const above = resolve(from).split("/").filter(Boolean);
  const below = resolve(to).split("/").filter(Boolean);
  let same = 0;
  while (same < above.length && same < below.length && above[same] === below[same]) same++;
  return [...above.slice(same).map(() => ".."), ...below.slice(same)].join("/");
}
