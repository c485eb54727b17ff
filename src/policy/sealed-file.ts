/** Small files with a digest in front: a file that is damaged, or of another version, counts as missing. */
import { readFileSync } from "node:fs";
import { writeAtomically } from "../atomic-write.ts";
import { hashText } from "../hash.ts";

const VERSION = 3;
/** Characters before the part that the digest covers. */
const HEAD = '{"digest":"",'.length + 32;

/** The content that {@link writeSealed} wrote; undefined for a missing or damaged file. */
export function readSealed<T>(path: string): T | undefined {
  try {
    const text = readFileSync(path, "utf8");
    const rest = text.slice(HEAD);
    if (!text.startsWith(headOf(rest))) return undefined;
    const { version, content } = JSON.parse(text) as { version: number; content: T };
    return version === VERSION ? content : undefined;
  } catch {
    return undefined;
  }
}

/** @throws what the file system throws */
export function writeSealed(path: string, content: object): void {
  const rest = `"version":${VERSION},"content":${JSON.stringify(content)}}`;
  writeAtomically(path, headOf(rest) + rest);
}

/** The start of a file: the digest of the rest, as JSON. */
function headOf(rest: string): string {
  return `{"digest":"${hashText(rest)}",`;
}
