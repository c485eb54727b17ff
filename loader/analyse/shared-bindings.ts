import type { Variable } from "eslint-scope";
import type { Node, Scopes } from "../../audit/scan/syntax.ts";

/** Whether others may see a binding: other modules, or what looks at the global object, of which the bindings of a script are properties. */
export function isShared(variable: Variable, scopes: Scopes): boolean {
  const { parents } = scopes;
  const declaration = parents.get(variable.defs[0]?.node as unknown as Node);
  const isExported = (node: Node | undefined) => node !== undefined && /^Export/.test(parents.get(node)?.type ?? "");
  return (
    variable.scope.type === "global" ||
    isExported(declaration) ||
    scopes.of(variable).some(({ node }) => isExported(node))
  );
}
