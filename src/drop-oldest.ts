import { readdirSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";

/** If a folder holds more than so many files, deletes the one that was written longest ago. */
export function dropOldest(folder: string, most: number): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  if (files.length <= most) return;
  const age = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const [oldest] = files.sort((a, b) => age(a) - age(b));
  if (oldest) unlinkSync(oldest);
}
