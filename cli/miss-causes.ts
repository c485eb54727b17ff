/** The causes of misses, in words and in lines of code, for `dumbo why` and for the report. */
import type { LoggedUnit } from "../src/policy/key-log.ts";
import type { Change, Miss } from "../src/report/why.ts";
import { difference, unitLines } from "./code-diff.ts";

/** Groups misses with the same causes, the largest group first. */
export function groupedByCause(misses: readonly Miss[]): Miss[][] {
  const groups = new Map<string, Miss[]>();
  for (const miss of misses) {
    const cause = JSON.stringify(miss.changes);
    groups.set(cause, [...(groups.get(cause) ?? []), miss]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

/** A change in words. */
export function changeText(change: Change): string {
  switch (change.kind) {
    case "first":
      return "nothing was stored of this function before";
    case "code":
      if (change.is === null) return `the code reaches ${unitText(change.was as LoggedUnit)} no more`;
      return change.was === null
        ? `the code reaches ${unitText(change.is)}, too`
        : `code of ${unitText(change.is)} changed`;
    case "names":
      return "names of local variables changed, which the code may read in messages of errors";
    case "value":
      return `${change.place} ${change.how === "changed" ? "changed" : change.how === "new" ? "is new" : "is gone"}`;
    case "part":
      return `${change.part} changed`;
    case "environment":
      return "the environment changed: Node, the system, dumbo's version, or time zone and locale";
    case "dependency":
      return `${change.what} changed`;
    case "evicted":
      return "the result was stored once, and is not any more: evicted, cleared, or too old";
  }
}

/**
 * What a miss with other values leaves open, in words; null if nothing is open. A call that no run has stored differs from all stored ones,
 * even if each run has made it, so its values need not be new.
 */
export function doubtOf({ nearest, changes }: Miss): string | null {
  if (nearest === null || changes.some(({ kind }) => kind !== "value" && kind !== "part")) return null;
  return "no known run has stored a call with these values: they are new, or such calls were made and not stored";
}

function unitText([name, file, line]: LoggedUnit): string {
  return `${name} (${file}:${line})`;
}

/** The lines in which the old and the new text of a function differ; none if the transform of one is not kept any more. */
export function codeLines(change: Change, directory: string): string[] {
  if (change.kind !== "code" || change.was === null || change.is === null) return [];
  const [was, is] = [unitLines(directory, change.was), unitLines(directory, change.is)];
  if (was === null || is === null) return [];
  return difference(was, is);
}
