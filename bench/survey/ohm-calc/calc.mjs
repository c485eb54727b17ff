import * as ohm from "ohm-js";

const grammar = ohm.grammar(`Arithmetic {
  Exp = AddExp
  AddExp = AddExp "+" MulExp  -- plus
    | AddExp "-" MulExp  -- minus
    | MulExp
  MulExp = MulExp "*" PriExp  -- times
    | PriExp
  PriExp = "(" Exp ")"  -- paren
    | number
  number = digit+
}`);
const semantics = grammar.createSemantics().addOperation("eval()", {
  AddExp_plus: (a, _, b) => a.eval() + b.eval(),
  AddExp_minus: (a, _, b) => a.eval() - b.eval(),
  MulExp_times: (a, _, b) => (a.eval() * b.eval()) % 1000003,
  PriExp_paren: (_, e, __) => e.eval(),
  number(_) {
    return Number(this.sourceString);
  },
});

export function calculate(text) {
  const match = grammar.match(text);
  if (match.failed()) throw new Error(match.message);
  return semantics(match).eval();
}
