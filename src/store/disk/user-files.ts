/** The files that dumbo has made in the directory for all projects of a user: their list, and their removal. */
import { readdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { join, sep } from "node:path";
import { writeAtomically } from "../../atomic-write.ts";

/** Bytes that the files may take, and the share of them that is kept when they take more. */
export const USER_LIMIT = 1024 ** 3;
const LEFT_OF = 0.75;
/** Milliseconds between two looks at how many bytes the files take. */
const DAY = 24 * 3600 * 1000;
const LOOKED = "looked-at";

interface UserFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was last read or written, in milliseconds since 1970. Some file systems do not note when a file is read. */
  readonly used: number;
}

/** The names of files that dumbo makes. A file that is being written has a longer name. Any other file is not dumbo's, and stays. */
const MADE = /^(packages\/[0-9a-f]{16}\/[^/]+\.pack|compiled\/v[^/]+\/[^/]+\.cjs-[0-9a-f]{16}\.bin)(\.[\d.]+)?$/;

/** The files that dumbo has made in the directory. */
export function userFiles(directory: string): UserFile[] {
  const names = ["packages", "compiled"].flatMap((folder) => namesIn(directory, folder));
  return names.flatMap((name) => {
    if (!MADE.test(sep === "/" ? name : name.replaceAll(sep, "/"))) return [];
    const path = join(directory, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? [{ path, bytes: stats.size, used: Math.max(stats.atimeMs, stats.mtimeMs) }] : [];
  });
}

function namesIn(directory: string, folder: string): string[] {
  try {
    return readdirSync(join(directory, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      join(folder, name),
    );
  } catch {
    return [];
  }
}

/** Removes all files that dumbo has made in the directory. */
export function clearUserDirectory(directory: string): void {
  for (const { path } of userFiles(directory)) rmSync(path, { force: true });
}

/**
 * Once a day, removes the files that were used longest ago, if all together are too large. Projects that have hard links to files keep
 * these.
 * @param now milliseconds since 1970
 */
export function trimUserDirectory(directory: string, now: number, limit = USER_LIMIT): void {
  const looked = join(directory, LOOKED);
  try {
    if (Math.abs(now - (statSync(looked, { throwIfNoEntry: false })?.mtimeMs ?? 0)) < DAY) return;
    writeAtomically(looked, "");
    let total = 0;
    const files = userFiles(directory).sort((a, b) => b.used - a.used);
    const isTooMuch = files.reduce((sum, { bytes }) => sum + bytes, 0) > limit;
    for (const { path, bytes } of files) {
      total += bytes;
      if (isTooMuch && total > LEFT_OF * limit) unlinkSync(path);
    }
  } catch {
    // The directory can only be read, or another process removes the same files.
  }
}
