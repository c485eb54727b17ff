/** Shows a few lines of a source, and marks one of them. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Paint } from "./terminal.ts";

const AROUND = 1;
const LONGEST = 110;

/** @returns no lines if the file cannot be read, or does not have the line */
export function codeFrame(root: string, file: string, line: number, paint: Paint): string[] {
  const lines = sourceLines(root, file);
  if (lines[line - 1] === undefined) return [];
  const from = Math.max(1, line - AROUND);
  const shown = lines.slice(from - 1, line + AROUND);
  const width = String(from + shown.length).length;
  return shown.map((text, index) => {
    const number = from + index;
    const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
    const row = `${number === line ? ">" : " "} ${String(number).padStart(width)} | ${cut}`.trimEnd();
    return number === line ? paint("bold", row) : paint("gray", row);
  });
}

/** The lines of a file of the project; none if it cannot be read. */
export function sourceLines(root: string, file: string): string[] {
  try {
    return readFileSync(resolve(root, file), "utf8").split(/\r?\n/);
  } catch {
    return [];
  }
}
