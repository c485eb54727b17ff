import { type Node, propertyName } from "../../audit/scan/syntax.ts";
import { callsOfFile } from "./calls-by-line.ts";

/**
 * Whether code asks of a property for no more than its type: `typeof performance.timeOrigin`.
 * @param lines on which a getter of that name was asked, counted from 1
 * @throws SyntaxError where the file cannot be parsed
 */
export function isOnlyTested(text: string, lines: ReadonlySet<number>, property: string): boolean {
  const file = callsOfFile(text, (node) => mayAsk(node, property));
  if (file === null) return false;
  return [...lines].every((line) => {
    const found = file.calls.on(line);
    return found.length > 0 && found.every((node) => isTest(file.scopes.parents.get(node), node, property));
  });
}

function mayAsk(node: Node, property: string): boolean {
  // What stands in a pattern may be a member whose name is computed.
  if (node.type === "ObjectPattern") return true;
  if (node.type !== "MemberExpression") return false;
  const name = propertyName(node);
  return name === null || name === property;
}

function isTest(parent: Node | undefined, node: Node, property: string): boolean {
  const isIt = node.type === "MemberExpression" && propertyName(node) === property;
  return isIt && parent?.type === "UnaryExpression" && parent.operator === "typeof";
}
