/** Paths as a reader wants them. */
import { relative, sep } from "node:path";

/** A path from a folder, with slashes; as it is, where it is not inside. */
export function relativeTo(folder: string, path: string): string {
  const inside = relative(folder, path);
  return inside === "" || inside.startsWith("..") ? path : inside.split(sep).join("/");
}
