import { readFileSync } from "node:fs";
import peggy from "peggy";

export function makeParser(grammarFile) {
  return peggy.generate(readFileSync(grammarFile, "utf8"));
}

export function evaluate(node, names) {
  if (typeof node === "number") return node;
  if (typeof node === "string") return names[node] ?? 0;
  if (node.call) return Math[node.call](...node.args.map((arg) => evaluate(arg, names)));
  const a = evaluate(node.left, names);
  const b = evaluate(node.right, names);
  return { "+": a + b, "-": a - b, "*": a * b, "/": b === 0 ? 0 : a / b, "^": a ** b }[node.op];
}

export function runSheet(parser, text) {
  const names = { x0: 1, x1: 2.5, x2: -3, x3: 10, x4: 0.1 };
  for (const { name, value } of parser.parse(text)) names[name] = evaluate(value, names);
  return names;
}
