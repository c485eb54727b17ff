/** Says where a stored value and a computed one differ, for DUMBO_VERIFY. */
import { inspect } from "node:util";
import { KeyWriter } from "../key/key-writer.ts";
import { ValueWalk } from "../key/value-walk.ts";
import type { FunctionWriter } from "../key/walk.ts";
import { textOf } from "../text-encoding.ts";
import { Unkeyable } from "../value/unkeyable.ts";

const LONGEST = 120;

/**
 * Where two values differ, in words, or null if no program can tell them apart.
 * Cost: that of two keys; with a difference, that of printing both.
 */
export function difference(stored: unknown, now: unknown, functions: FunctionWriter): string | null {
  let isHidden = false;
  try {
    if (walked(stored, functions) === walked(now, functions)) return null;
  } catch (error) {
    // A result may hold values that have no key, such as proxies: it is compared by how it prints.
    if (!(error instanceof Unkeyable)) throw error;
    isHidden = true;
  }
  const [before, after] = [lines(stored), lines(now)];
  const at = before.findIndex((line, index) => line !== after[index]);
  if (at < 0 && before.length === after.length) return isHidden ? null : "it differs in what printing does not show";
  const index = at < 0 ? before.length : at;
  return `line ${index + 1} was \`${shown(before[index])}\` and is \`${shown(after[index])}\``;
}

function walked(value: unknown, functions: FunctionWriter): string {
  const writer = new KeyWriter();
  new ValueWalk(writer, functions, true, Number.POSITIVE_INFINITY).write(value);
  return textOf(writer.since(0), "latin1");
}

/** A value as it prints, one property a line, so that a difference has a place. */
function lines(value: unknown): string[] {
  const options = { depth: Number.POSITIVE_INFINITY, compact: false, customInspect: false, maxArrayLength: null };
  return inspect(value, { ...options, maxStringLength: null, showHidden: true }).split("\n");
}

function shown(line: string | undefined): string {
  const text = (line ?? "").trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}
