/** What the first statement of a function's body says of its calls: `"use memo"` or `"no memo"`. */
import type { Node } from "../../audit/scan/syntax.ts";

export type MemoDirective = "use memo" | "no memo";

/** Null where it says nothing. It may stand among other directives (`"use strict"`), and in bodies with braces only. */
export function memoDirective(node: Node): MemoDirective | null {
  const statements = (node.body as { readonly body?: unknown } | null)?.body;
  if (!Array.isArray(statements)) return null;
  for (const { directive } of statements as readonly { readonly directive?: string }[]) {
    if (directive === undefined) return null;
    if (directive === "use memo" || directive === "no memo") return directive;
  }
  return null;
}
