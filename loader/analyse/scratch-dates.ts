/** Dates that only lend their place: each function that uses one sets it first, so nobody sees what it was made with. */
import type { Variable } from "eslint-scope";
import { FUNCTIONS, isWithin, type Node, propertyName, type Scopes } from "../../audit/scan/syntax.ts";

/** Sets all of a date, whatever it is given. */
const SETS_ALL = "setTime";

/** Whether all functions that use a binding of a date begin by setting it. @param variable assigned once, and seen by nobody else */
export function isSetBeforeUse(variable: Variable, scopes: Scopes): boolean {
  const uses = scopes.of(variable).filter(({ reads }) => reads);
  const first = new Map<Node, Node>();
  for (const { node, write } of uses) {
    const around = functionAround(node, scopes);
    if (write || around === null) return false;
    const known = first.get(around);
    if (known === undefined || node.start < known.start) first.set(around, node);
  }
  return [...first].every(([around, node]) => {
    const call = settingCall(node, around, scopes);
    // What it is set to may not be made of what it was.
    return call !== null && uses.every(({ node: other }) => other === node || !isWithin(other, call));
  });
}

function functionAround(node: Node, { parents }: Scopes): Node | null {
  for (let at = parents.get(node); at; at = parents.get(at)) if (FUNCTIONS.has(at.type)) return at;
  return null;
}

/**
 * The call where a use is `date.setTime(...)` in a statement of the function's body itself, else null: what follows runs only after it, and nothing
 * before it uses the date.
 */
function settingCall(node: Node, around: Node, { parents }: Scopes): Node | null {
  const member = parents.get(node) as Node;
  const call = parents.get(member) as Node;
  const isSetting =
    member.type === "MemberExpression" &&
    member.object === node &&
    propertyName(member) === SETS_ALL &&
    call.type === "CallExpression" &&
    call.callee === member &&
    (call.arguments as Node[]).length > 0;
  if (!isSetting) return null;
  let statement = parents.get(call) as Node;
  if (statement.type === "SequenceExpression") statement = parents.get(statement) as Node;
  return statement.type === "ExpressionStatement" && parents.get(statement) === around.body ? call : null;
}
