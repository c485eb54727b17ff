/** Whether what a run was told of what it has made or written shows in what it does: by what its code does with the results, where it asks. */
import { files } from "../../audit/builtins/originals.ts";
import type { CodePlace } from "../../src/trace/clock-reads.ts";
import type { Parser } from "./asked-modules.ts";

/** Functions that return which folder they have made. */
const MAKERS: ReadonlySet<string> = new Set(["mkdir", "mkdirSync"]);

/** Functions that return what a file is, whether links lead to it or not. */
const STATS: ReadonlySet<string> = new Set(["stat", "statSync"]);
/** What they say that follows from what was written: no times, and no mode, which a file has kept that was there before. */
const SETTLED: ReadonlySet<string> = new Set(["isDirectory", "isFile", "size"]);

/** Whether code drops the path of the folder that it makes. */
export function isDropped(place: CodePlace, parser: () => Parser): boolean {
  return usesAt(place, MAKERS, parser)?.size === 0;
}

/** Whether all that the code reads there of what a file is follows from what the run has written. */
export function isSettled(place: CodePlace, parser: () => Parser): boolean {
  const uses = usesAt(place, STATS, parser);
  return uses !== null && [...uses].every((name) => SETTLED.has(name));
}

/** What the code at a place reads of what functions with some names return; null where nobody can tell. */
function usesAt(
  { path, line }: CodePlace,
  names: ReadonlySet<string>,
  parser: () => Parser,
): ReadonlySet<string> | null {
  try {
    const text = files.readFileSync(path, "utf8");
    const { areCallsKnown, usesOfResults } = parser();
    return areCallsKnown(text, line, names) ? usesOfResults(text, line, names) : null;
  } catch {
    return null;
  }
}
