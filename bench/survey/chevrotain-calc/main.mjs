import { calculate } from "./calc.mjs";

function formula(n) {
  let text = "1";
  for (let i = 1; i < 2500; i++) text += ` ${"+-*/"[(i * n) % 4]} (${i % 10} + ${n} * (${i % 7} - 2.5))`;
  return text;
}
for (let n = 1; n <= 12; n++) console.log(n, calculate(formula(n)));
