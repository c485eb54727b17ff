import { readdirSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";

/** Of the files in a folder, if there are more than that, the one that was written longest ago goes. */
export function dropOldest(folder: string, most: number): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  if (files.length <= most) return;
  const age = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const [oldest] = files.sort((a, b) => age(a) - age(b));
  if (oldest) unlinkSync(oldest);
}
