/** What is in a file or folder that Node reads as it starts, as a text that belongs to the key of each call. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { hash128, hashText } from "../hash.ts";

/** What names further files in a configuration of OpenSSL, which nobody looks at. */
const NAMES_OTHERS = /\.include|\bmodule\b|\bdynamic_path\b/;
const COMMENTS = /#.*/g;

/** A text that changes with the content, "none" where nothing is there. Where the content does not say all, it is another text each time, so that no call is known. */
export function contentAtStart(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return "none";
  try {
    if (stats.isDirectory()) return stateOfFolder(path);
    // A device or a pipe cannot be read a second time.
    if (!stats.isFile()) return path === "/dev/null" ? "none" : another();
    const bytes = readFileSync(path);
    return NAMES_OTHERS.test(bytes.toString("latin1").replace(COMMENTS, "")) ? another() : hash128(bytes);
  } catch {
    return another();
  }
}

/** Libraries are too large to be read at each start: their sizes and times tell of a change. */
function stateOfFolder(path: string): string {
  const names = readdirSync(path).sort();
  const states = names.map((name) => {
    const { size, mtimeMs, ctimeMs } = statSync(join(path, name));
    return `${name} ${size} ${mtimeMs} ${ctimeMs}`;
  });
  return hashText(states.join("\n"));
}

/** Not the same in any two processes, nor for two paths in one. */
export function another(): string {
  return `${process.pid} ${Date.now()} ${process.hrtime.bigint()}`;
}
