import type { Node, Scopes } from "../../audit/scan/syntax.ts";

/** The declaration of a function that a name always names; null if it may name anything else. */
export function functionOf(identifier: Node, scopes: Scopes): Node | null {
  const variable = scopes.variableAt(identifier);
  const [definition] = variable?.defs ?? [];
  if (variable?.defs.length !== 1 || definition?.type !== "FunctionName") return null;
  if (scopes.of(variable).some(({ write }) => write)) return null;
  return definition.node as unknown as Node;
}
