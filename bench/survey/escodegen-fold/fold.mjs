import escodegen from "escodegen";
import esprima from "esprima";
import estraverse from "estraverse";

export function fold(code) {
  const tree = esprima.parseScript(code);
  const folded = estraverse.replace(tree, {
    leave(node) {
      if (node.type !== "BinaryExpression" || node.left.type !== "Literal" || node.right.type !== "Literal")
        return undefined;
      if (typeof node.left.value !== "number" || typeof node.right.value !== "number") return undefined;
      const value = { "+": node.left.value + node.right.value, "*": node.left.value * node.right.value }[node.operator];
      return value === undefined ? undefined : { type: "Literal", value, raw: String(value) };
    },
  });
  return escodegen.generate(folded, { format: { compact: true } });
}
