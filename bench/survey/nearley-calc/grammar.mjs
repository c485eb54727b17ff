import nearley from "nearley";

const _digit = { test: (x) => /[0-9]/.test(x) };
const op = (d) => ({ op: d[1].literal ?? d[1], left: d[0], right: d[2] });
const rules = [
  { name: "sum", symbols: ["sum", { literal: "+" }, "product"], postprocess: op },
  { name: "sum", symbols: ["product"], postprocess: (d) => d[0] },
  { name: "product", symbols: ["product", { literal: "*" }, "atom"], postprocess: op },
  { name: "product", symbols: ["atom"], postprocess: (d) => d[0] },
  { name: "atom", symbols: ["number"], postprocess: (d) => d[0] },
  { name: "atom", symbols: [{ literal: "(" }, "sum", { literal: ")" }], postprocess: (d) => d[1] },
  { name: "number", symbols: [/[0-9]/], postprocess: (d) => d[0] },
  { name: "number", symbols: ["number", /[0-9]/], postprocess: (d) => d[0] + d[1] },
];
const grammar = nearley.Grammar.fromCompiled({ Lexer: undefined, ParserRules: rules, ParserStart: "sum" });

export function parse(text) {
  const parser = new nearley.Parser(grammar);
  parser.feed(text);
  return parser.results[0];
}

export function depth(tree) {
  return typeof tree === "string" ? 1 : 1 + Math.max(depth(tree.left), depth(tree.right));
}
