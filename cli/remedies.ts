/** What a user can do about a function that is not cached: in words, and as an entry of the assumePure list. */
import { packageOfModule } from "../src/config/project.ts";
import type { Reason } from "../src/reason/reason.ts";
import type { Remedy, Rewriting } from "../src/reason/remedy.ts";
import type { Explanation } from "../src/report/explain.ts";

/** A line of a file. The path begins at the project's folder. */
export interface FileLine {
  readonly file: string;
  readonly line: number;
}

/** The place of a function's reason; null if it is not in code. */
export function placeOf({ reason, file }: Pick<Explanation, "reason" | "file">): FileLine | null {
  return reason?.place ? { file: reason.module ?? file, line: reason.place.line } : null;
}

/** Whether something could be done about a function: it is not cached, and not just because it is too cheap. */
export function isOpen({ verdict, remedies }: Pick<Explanation, "verdict" | "remedies">): boolean {
  if (verdict === "cheap") return remedies.length > 0;
  return verdict === "refused" || verdict === "unguarded" || verdict === "undecided";
}

/**
 * The entry of the assumePure list that would remove the reason: the package that has the code of the reason, or else the function. Null if
 * vouching does not help.
 */
export function entryFor(one: Pick<Explanation, "reason" | "file" | "name" | "remedies">): string | null {
  const vouch = one.remedies.find((remedy) => remedy.kind === "assume-pure");
  if (vouch?.kind !== "assume-pure") return null;
  const at = placeOf(one);
  return vouch.entry ?? (at && packageOfModule(at.file)) ?? packageOfModule(one.file) ?? `./${one.file}#${one.name}`;
}

/** What would help, in one line; null if nothing would. */
export function adviceOn({ reason, remedies }: Pick<Explanation, "reason" | "remedies">): string | null {
  if (remedies.length > 0) return remedies.map(remedyText).join("; or ");
  return reason === null ? null : reasonAdvice(reason);
}

/** A note on a reason that has no remedy, if there is something to say. */
function reasonAdvice({ kind }: Reason): string | null {
  switch (kind) {
    case "returns-nothing":
      return "it is called for what it does: what it calls may be cached";
    case "throws":
      return "errors are never cached";
    case "called-in-loops":
      return "the functions that call it are cached";
    case "found-wrong":
    case "prints-otherwise":
    case "writes-otherwise":
    case "result-differs":
      return "once the cause is gone, dumbo clear forgets that it was found wrong";
    default:
      return null;
  }
}

function remedyText(remedy: Remedy): string {
  switch (remedy.kind) {
    case "run-again":
      return "run again: it is analysed by then (or now: npx dumbo prepare SCRIPT)";
    case "assume-pure":
      return `vouch for ${remedy.entry ?? "it"}, if the result does not depend on that`;
    case "list-state":
      return "list the package whose state it reads in assumePure.json, if that is only a cache";
    case "pass-in":
      return `hand in ${remedy.what} as an argument`;
    case "split":
      return `do what ${remedy.what} does outside, and compute inside`;
    case "return-it":
      return `return ${remedy.what === "this" ? "a new value" : `what it does to ${remedy.what}`} instead`;
    case "configure":
      return `set ${remedy.option} in dumbo.config.json`;
    case "rewrite":
      return REWRITINGS[remedy.how];
  }
}

const REWRITINGS: Readonly<Record<Rewriting, string>> = {
  "name-the-function": "give it a name",
  "move-to-module-level": "move it to the top of the module, and hand in what it needs",
  "use-rest-parameters": "use rest parameters",
  "use-plain-parameters": "take plain parameters, and do the rest in the body",
  "use-a-plain-function": "write it as a function declaration",
  "return-an-array": "return an array",
  "use-const": "declare it once, by const or function",
  "use-plain-data": "use plain objects and arrays",
  "use-a-static-import": "import at the top of the module",
  "close-what-it-opens": "close what it opens",
  "wait-for-it": "wait for all that it starts",
  "return-fresh-objects": "return objects of its own",
  "copy-the-memory": "copy the bytes into memory of their own",
  "use-await-on-plain-promises": "await plain promises",
  "freeze-it-or-pass-primitives": "hand in primitive or frozen values",
  "move-it-out-of-the-block": "move it out of the block",
};
