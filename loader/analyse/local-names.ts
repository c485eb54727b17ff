/** Which bindings have a name that no program can see: the key of a function may leave it out. */
import type { Variable } from "eslint-scope";
import type { Node, Scopes } from "../../audit/scan/syntax.ts";

const PLAIN = new Set(["Parameter", "Variable", "CatchClause"]);
const NAMED = /^(Arrow)?Function|^Class/;

const hidden = new WeakMap<Variable, boolean>();

/** Whether a binding belongs to a function or block, and no function or class is named after it. */
export function isLocalName(variable: Variable, scopes: Scopes): boolean {
  if (scopes.isTop(variable)) return false;
  const cached = hidden.get(variable);
  if (cached !== undefined) return cached;
  const isLocal =
    variable.defs.length > 0 && variable.defs.every(({ type }) => PLAIN.has(type)) && !names(variable, scopes);
  hidden.set(variable, isLocal);
  return isLocal;
}

/** `const f = () => 1` is a function that is called `f`, and so it is with a default or a later assignment. */
function names(variable: Variable, scopes: Scopes): boolean {
  const identifiers = [...(variable.identifiers as unknown as Node[]), ...scopes.of(variable).map(({ node }) => node)];
  return identifiers.some((identifier) => {
    const parent = scopes.parents.get(identifier);
    const value = (parent?.type === "VariableDeclarator" ? parent.init : parent?.right) as Node | null | undefined;
    return value !== identifier && NAMED.test(value?.type ?? "");
  });
}
