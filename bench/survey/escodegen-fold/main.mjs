import { digest } from "../digest.mjs";
import { fold } from "./fold.mjs";

function makeCode(n) {
  const lines = [];
  for (let i = 0; i < 200; i++)
    lines.push(
      `function g${i}(a, b) { var x = ${i} * ${n} + 2 * 3; if (a > x && b !== "k${i}") { return [a, b, { x: x + 1 * 2 }]; } for (var j = 0; j < ${i}; j++) { x += j % 2 ? a : b; } return x; }`,
    );
  return lines.join("\n");
}

for (let n = 0; n < 15; n++) {
  const code = fold(makeCode(n));
  console.log(n, code.length, digest(code));
}
