/**
 * Calls of `eval` by its name: if the name means the language's own, the text sees the bindings around the call, can assign to them, and in sloppy
 * code makes new ones of the innermost function. So what a name means in that function, and in all that stands in it, only the run tells.
 * The bindings outside of it are assigned to from it, as from any function.
 */
import type { Scope, Variable } from "eslint-scope";
import { FUNCTIONS, type Node, type OnceFunction } from "../../audit/scan/syntax.ts";

/** A function that calls `eval`, and is in no other function but in those that run once. */
export interface Evaluator {
  readonly node: Node;
  /** The `eval` of such a call. */
  readonly name: Node;
}

export interface DirectEvals {
  readonly evaluators: readonly Evaluator[];
  /** Whether the module's own code does it, or that of a function that runs once with it. */
  readonly isInModule: boolean;
}

/** @param once functions whose bindings are taken for the module's as well */
export function findDirectEvals(
  names: readonly { readonly node: Node; readonly name: string }[],
  parents: ReadonlyMap<Node, Node>,
  once: readonly OnceFunction[],
): DirectEvals {
  const evaluators = new Map<Node, Evaluator>();
  const running = new Set(once.map(({ node }) => node));
  let isInModule = false;
  for (const { node, name } of names) {
    if (name !== "eval" || !isCalled(node, parents)) continue;
    const around = functionsAround(node, parents);
    if (around[0] === undefined || running.has(around[0])) isInModule = true;
    const outermost = around.findLast((one) => !running.has(one));
    if (outermost) evaluators.set(outermost, { node: outermost, name: node });
  }
  return { evaluators: [...evaluators.values()], isInModule };
}

/** The bindings outside of a function that a text in it can see, and whether it can assign to them. */
export function* seenBindings(
  { node }: Evaluator,
  around: Scope,
): Generator<[variable: Variable, isAssignable: boolean]> {
  for (let scope: Scope | null = around; scope; scope = scope.upper) {
    if ((scope.block as unknown as Node) === node) continue;
    for (const variable of scope.variables) {
      if (variable.defs.length > 0) yield [variable, isAssignable(variable)];
    }
  }
}

function isAssignable({ defs, scope }: Variable): boolean {
  if (scope.type === "function-expression-name") return false;
  return defs.every(({ type, parent }) => {
    if (type === "ImportBinding") return false;
    return type !== "Variable" || (parent as unknown as { kind?: string } | null)?.kind !== "const";
  });
}

function isCalled(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  return parent?.type === "CallExpression" && parent.callee === node;
}

/** The functions that a node stands in, the innermost first. */
function functionsAround(node: Node, parents: ReadonlyMap<Node, Node>): Node[] {
  const found: Node[] = [];
  for (let at = parents.get(node); at; at = parents.get(at)) if (FUNCTIONS.has(at.type)) found.push(at);
  return found;
}
