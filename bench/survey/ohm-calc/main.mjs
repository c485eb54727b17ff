import { calculate } from "./calc.mjs";

for (let n = 1; n <= 10; n++) {
  let text = "1";
  for (let i = 0; i < 600; i++) text += ` ${"+-*"[(i * n) % 3]} (${i} + ${n} * ${i % 7})`;
  console.log(n, calculate(text));
}
