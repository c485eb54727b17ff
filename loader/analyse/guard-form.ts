/** Whether and how a function's call can be handed on by a guard in its body. */
import type { Scan } from "../../audit/scan/scan.ts";
import type { Node } from "../../audit/scan/syntax.ts";
import type { Tells } from "../../src/code/manifest.ts";
import type { FormCause } from "../../src/reason/reason.ts";
import { tellsOf } from "./tells.ts";

export interface GuardForm {
  readonly node: Node;
  /** Parameters by name, or the function's `arguments` where a pattern leaves no name for the whole. */
  readonly form: "names" | "arguments";
  /** How many parameters it has, where each is a name of its own without a default. */
  readonly takes?: number;
  /** How deep the pattern of each parameter reaches (0 for a name), where there are any. */
  readonly levels?: readonly number[];
  /** Text of the arguments that the guard passes on. */
  readonly passed: string;
  readonly usesThis: boolean;
  /** What the body of an async function tells while it is recorded. */
  readonly tells: Tells | null;
}

/** A guard to be inserted. */
export interface Guard extends GuardForm {
  readonly site: number;
}

export type NoGuard = { readonly refuse: FormCause; readonly trivial: boolean };

/**
 * Decides from the code alone; what cannot be expressed faithfully is left alone.
 * @param hasEffects whether it is of use without a result, as its code shows beside its parameters and `this`
 */
export function guardForm(node: Node, scan: Scan, hasEffects = false): GuardForm | NoGuard {
  const refuse = (cause: FormCause, trivial = false): NoGuard => ({ refuse: cause, trivial });
  if (isAsm(node)) return refuse({ kind: "asm" });
  const isArrow = node.type === "ArrowFunctionExpression";
  if (node.generator) return refuse({ kind: "generator" });
  const mayChange = node.async !== true && ((node.params as Node[]).length > 0 || scan.traits.includes("this"));
  if (!scan.returns && !hasEffects && !mayChange) return refuse({ kind: "returns-nothing" });
  if (scan.trivial) return refuse({ kind: "too-small", calls: false }, true);
  if (scan.usesArguments) return refuse({ kind: "uses-arguments" });
  if (scan.usesNewTarget) return refuse({ kind: "uses-new-target" });
  const usesThis = scan.traits.includes("this");
  if (isArrow && usesThis) return refuse({ kind: "arrow-this" });

  const names: string[] = [];
  let patterns = false;
  for (const parameter of node.params as Node[]) {
    let target = parameter;
    let prefix = "";
    if (target.type === "RestElement") {
      target = target.argument as Node;
      prefix = "...";
    }
    if (target.type === "AssignmentPattern") {
      if (!isRepeatable(target.right as Node)) return refuse({ kind: "default-parameter", inPattern: false });
      target = target.left as Node;
    }
    if (target.type === "Identifier") names.push(prefix + (target.name as string));
    else if (hasDefaults(target)) return refuse({ kind: "default-parameter", inPattern: true });
    else patterns = true;
  }
  if (shadowsParameter(node, [...names, "arguments"])) return refuse({ kind: "shadowed-parameter" });
  const tells = tellsOf(node);
  if (!patterns) return { node, form: "names", ...takesOf(node), passed: names.join(","), usesThis, tells };
  if (isArrow) return refuse({ kind: "arrow-pattern" });
  const levels = (node.params as Node[]).map(depthOf);
  return { node, form: "arguments", levels, passed: "arguments", usesThis, tells };
}

function takesOf({ params }: Node): { readonly takes?: number } {
  const list = params as Node[];
  const names = new Set(list.map(({ type, name }) => (type === "Identifier" ? name : null)));
  // Of two sloppy parameters with one name, only the last value has a name.
  return names.has(null) || names.size !== list.length ? {} : { takes: list.length };
}

function isAsm(node: Node): boolean {
  const body = node.body as Node;
  return body.type === "BlockStatement" && (body.body as Node[]).some(({ directive }) => directive === "use asm");
}

/** A default that may be evaluated twice, because it cannot do anything or see a difference. */
function isRepeatable(node: Node): boolean {
  switch (node.type) {
    case "Literal":
    case "Identifier":
    case "ArrowFunctionExpression":
      return true;
    case "TemplateLiteral":
      return (node.expressions as Node[]).length === 0;
    case "UnaryExpression":
      return node.operator !== "delete" && (node.argument as Node).type === "Literal";
    case "ArrayExpression":
      return (node.elements as (Node | null)[]).every((item) => item === null || isRepeatable(item));
    case "ObjectExpression":
      return (node.properties as Node[]).every(
        (item) =>
          item.type === "Property" && !item.computed && item.kind === "init" && isRepeatable(item.value as Node),
      );
    default:
      return false;
  }
}

/** Whether a pattern evaluates anything but property reads and repeatable defaults. */
function hasDefaults(pattern: Node): boolean {
  switch (pattern.type) {
    case "Identifier":
      return false;
    case "AssignmentPattern":
      return !isRepeatable(pattern.right as Node) || hasDefaults(pattern.left as Node);
    case "RestElement":
      return hasDefaults(pattern.argument as Node);
    case "ArrayPattern":
      return (pattern.elements as (Node | null)[]).some((item) => item !== null && hasDefaults(item));
    case "ObjectPattern":
      return (pattern.properties as Node[]).some((item) =>
        item.type === "RestElement" ? hasDefaults(item) : item.computed === true || hasDefaults(item.value as Node),
      );
    default:
      return true;
  }
}

/** How many levels of a value a target takes apart; of an array's rest rather one too many. */
function depthOf(target: Node): number {
  const deepest = (targets: readonly Node[]) => Math.max(0, ...targets.map(depthOf));
  switch (target.type) {
    case "AssignmentPattern":
      return depthOf(target.left as Node);
    case "RestElement":
      return depthOf(target.argument as Node);
    case "ArrayPattern":
      return 1 + deepest((target.elements as (Node | null)[]).filter((item) => item !== null));
    case "ObjectPattern":
      return (
        1 +
        deepest((target.properties as Node[]).map((item) => (item.type === "Property" ? (item.value as Node) : item)))
      );
    default:
      return 0;
  }
}

function shadowsParameter(node: Node, names: readonly string[]): boolean {
  const body = node.body as Node;
  if (body.type !== "BlockStatement") return false;
  return (body.body as Node[]).some(
    (statement) => statement.type === "FunctionDeclaration" && names.includes((statement.id as Node).name as string),
  );
}
