import { Parser } from "expr-eval";

const parser = new Parser();

export function table(formula, from, to) {
  const expression = parser.parse(formula);
  const values = [];
  for (let x = from; x < to; x++) values.push(expression.evaluate({ x, y: x % 17 }));
  return values;
}
