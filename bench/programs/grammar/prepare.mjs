import { mkdirSync, writeFileSync } from "node:fs";

mkdirSync("data", { recursive: true });
let s = 13;
const random = (n) => {
  s = (s * 48271) % 2147483647;
  return s % n;
};
const expression = (depth) => {
  if (depth === 0) return random(2) ? String(random(1000) / 10) : `x${random(5)}`;
  if (random(6) === 0) return `max(${expression(depth - 1)}, ${expression(depth - 1)})`;
  return `(${expression(depth - 1)} ${"+-*/"[random(4)]} ${expression(depth - 1)})`;
};
for (let n = 1; n <= 5; n++) {
  const lines = Array.from({ length: 500 }, (_, i) => `y${i} = ${expression(4)};`);
  writeFileSync(`data/sheet-${n}.txt`, lines.join("\n"));
}
