/** Makes paths short for a reader. */
import { relative, sep } from "node:path";

/** The path from a folder, with slashes. A path that is not in the folder is returned as it is. */
export function relativeTo(folder: string, path: string): string {
  const inside = relative(folder, path);
  return inside === "" || inside.startsWith("..") ? path : inside.split(sep).join("/");
}
