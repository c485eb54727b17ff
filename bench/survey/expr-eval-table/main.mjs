import { digest } from "../digest.mjs";
import { table } from "./table.mjs";

for (const formula of [
  "sin(x) * y ^ 2",
  "x % 7 > 3 ? sqrt(x + y) : log(x + 1)",
  "min(x, y, 3) + max(x / 2, y)",
  "(x + 1) * (y - 2) * round(x / 3)",
])
  console.log(formula, digest(table(formula, 0, 200000)));
