import { hits, knot } from "./mesh.mjs";

for (const [p, q] of [
  [2, 3],
  [3, 4],
  [3, 7],
  [5, 2],
  [1, 4],
  [4, 5],
  [2, 7],
  [5, 8],
]) {
  const { radius, mean } = knot(p, q);
  console.log(p, q, radius.toFixed(6), mean.toFixed(6));
}
for (const count of [50, 100, 150]) console.log(count, hits(count));
