/** Reads the texts of functions from the transforms of their modules, and compares two of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Node } from "estree";
import { walk } from "estree-walker";
import { parseUndecided } from "../loader/parse/parse.ts";
import { originalText } from "../src/code/guard-text.ts";
import type { LoggedUnit } from "../src/policy/key-log.ts";

/** Characters in front of the text in a transform's file: a letter and a digest. */
const HEADER = 17;
/** How many lines of a difference are shown. */
const MOST_LINES = 24;

type Positioned = Node & { readonly start: number; readonly end: number };

/** The lines of a function without what dumbo has inserted; null if the transform of its module is not kept any more. */
export function unitLines(directory: string, [, , line, , module]: LoggedUnit): string[] | null {
  try {
    const file = join(directory, "transforms", module.slice(0, 2), `${module}.out`);
    const text = readFileSync(file, "utf8").slice(HEADER);
    const found = functionAt(text, line);
    return found === null ? null : originalText(found).split("\n");
  } catch {
    return null;
  }
}

/** The text of the outermost function or class that begins on a line. */
function functionAt(text: string, line: number): string | null {
  const from = lineStart(text, line);
  const to = lineStart(text, line + 1);
  let found: string | null = null;
  walk(parseUndecided(text).program as Node, {
    enter(node) {
      const { start, end, type } = node as Positioned;
      const isCode = /Function|Class(Declaration|Expression)|MethodDefinition|^Property/.test(type);
      if (found === null && isCode && start >= from && start < to) found = text.slice(start, end);
    },
  });
  return found;
}

function lineStart(text: string, line: number): number {
  let at = 0;
  for (let number = 1; number < line; number++) {
    const end = text.indexOf("\n", at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  return at;
}

/** The lines that are gone, with `-`, and the lines that are new, with `+`, in their order. Equal lines are left out. */
export function difference(was: readonly string[], is: readonly string[]): string[] {
  const lengths = commonLengths(was, is);
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < was.length || j < is.length) {
    if (i < was.length && j < is.length && was[i] === is[j]) {
      i++;
      j++;
    } else if (j >= is.length || (i < was.length && at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      lines.push(`- ${was[i++]}`);
    } else {
      lines.push(`+ ${is[j++]}`);
    }
  }
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more lines`] : lines;
}

/** For each pair of positions, the length of the longest common subsequence of the lines from there on. */
function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i] as number[];
      row[j] = a[i] === b[j] ? 1 + at(lengths, i + 1, j + 1) : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  }
  return lengths;
}

function at(lengths: readonly (readonly number[])[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}
