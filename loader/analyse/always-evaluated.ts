import type { Node } from "../../audit/scan/syntax.ts";

/** The expressions in one that are evaluated whenever it is: no operands that may be left out, and nothing in functions. */
export function alwaysIn(node: Node): readonly Node[] {
  switch (node.type) {
    case "CallExpression":
      // `a?.b(c)` and `a?.(c)` may leave out all that follows.
      if (mayEndEarly(node)) return [];
      return [node, ...alwaysIn(node.callee as Node), ...(node.arguments as Node[]).flatMap(alwaysIn)];
    case "MemberExpression":
      return mayEndEarly(node) ? [] : alwaysIn(node.object as Node);
    case "BinaryExpression":
      return [...alwaysIn(node.left as Node), ...alwaysIn(node.right as Node)];
    case "TemplateLiteral":
      return (node.expressions as Node[]).flatMap(alwaysIn);
    default:
      return [];
  }
}

function mayEndEarly(node: Node): boolean {
  if (node.optional) return true;
  const before = node.type === "CallExpression" ? node.callee : node.type === "MemberExpression" ? node.object : null;
  return before !== null && mayEndEarly(before as Node);
}
