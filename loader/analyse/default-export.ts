/**
 * A default export that is no declaration with a name has none that leads to it: the rewrite gives it one that programs do not see.
 *
 *     export default $dumboD={default:(a) => { ... }}.default;     called "default", as it was
 *     export default function $dumboD(a) { ... }                   the run time calls it "default" again
 *
 * A declaration is there before its module runs, and with it its name: modules that could be part of a cycle of imports
 * keep theirs anonymous.
 */
import { isBuiltin } from "node:module";
import type { Program } from "estree";
import type MagicString from "magic-string";
import type { Node } from "../../audit/scan/syntax.ts";
import { HELD } from "../../src/code/guard-text.ts";
import type { FormCause } from "../../src/reason/reason.ts";

/** How an anonymous default export can be held on to. */
export interface HeldDefault {
  readonly node: Node;
  /** A declaration of a function is hoisted; everything else is evaluated where it stands. */
  readonly kind: "declaration" | "expression";
  /** It stands in parentheses, which end it. */
  readonly enclosed: boolean;
}

const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/.*/g;

/** What a statement exports without a name, or why nothing can lead to it. */
export function heldDefault(
  statement: Node,
  program: Program,
  text: string,
): HeldDefault | { readonly refuse: FormCause } {
  const node = statement.declaration as Node;
  const before = text.slice(statement.start, node.start).replace(COMMENTS, " ");
  if (!/^export\s+default[\s(]*$/.test(before)) return { refuse: { kind: "anonymous-default", hasImports: false } };
  if (node.type !== "FunctionDeclaration") return { node, kind: "expression", enclosed: before.includes("(") };
  if (!/^(async\s+)?function\s*\(/.test(text.slice(node.start))) {
    return { refuse: { kind: "anonymous-default", hasImports: false } };
  }
  if (mayBeInCycle(program)) {
    return { refuse: { kind: "anonymous-default", hasImports: true } };
  }
  return { node, kind: "declaration", enclosed: false };
}

export function holdDefault(edits: MagicString, { node, kind, enclosed }: HeldDefault, text: string): void {
  if (kind === "declaration") {
    const at = node.start + text.slice(node.start).indexOf("function") + "function".length;
    edits.appendLeft(at, ` ${HELD}`);
  } else {
    // In `export default(a)=>a` nothing but the parenthesis keeps the keyword apart.
    const gap = /[\w$]/.test(text[node.start - 1] ?? "") ? " " : "";
    edits.appendLeft(node.start, `${gap}${HELD}={default:`);
    // An own statement's end: what follows on the next line must not be taken for more of the expression.
    edits.appendRight(node.end, enclosed ? "}.default" : "}.default;");
  }
}

/** Whether a module imports any that could import it. */
function mayBeInCycle(program: Program): boolean {
  return (program.body as unknown as { source?: { value?: unknown } | null }[]).some(({ source }) => {
    const from = source?.value;
    return typeof from === "string" && !isBuiltin(from) && /^(?:[./#]|\w+:)/.test(from);
  });
}
