/** Reads the sources that the report shows: those of the most important functions, as many as fit. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { ReportFunction } from "./report-data.ts";

const MOST_BYTES = 3_000_000;
const LARGEST = 200_000;

/** @param functions the most important first */
export function sourcesOf(
  root: string,
  functions: readonly ReportFunction[],
): { readonly sources: Record<string, string>; readonly unshown: number } {
  const files = new Set(functions.flatMap(({ file, at }) => (at ? [file, at.file] : [file])));
  const sources: Record<string, string> = {};
  let room = MOST_BYTES;
  for (const file of files) {
    const text = textOf(resolve(root, file), Math.min(LARGEST, room));
    if (text === null) continue;
    sources[file] = text;
    room -= text.length;
  }
  return { sources, unshown: files.size - Object.keys(sources).length };
}

function textOf(path: string, most: number): string | null {
  try {
    return statSync(path).size > most ? null : readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
