import { clusters, crossValidate, fit, makeData, principalComponents, rank } from "./model.mjs";

const { x, y } = makeData(7000, 36);
console.log(
  "weights",
  fit(x, y)
    .slice(0, 8)
    .map((weight) => weight.toFixed(3))
    .join(" "),
);
console.log(
  "components",
  principalComponents(x, 5)
    .map((value) => value.toFixed(4))
    .join(" "),
);
console.log("rank", rank(x));
const { mean, deviation } = crossValidate(x, y, 12);
console.log(`error ${mean.toFixed(5)} +- ${deviation.toFixed(5)}`);
for (const { size, median, skew } of clusters(x, 6))
  console.log(`cluster of ${size} around ${median.toFixed(3)}, skew ${skew.toFixed(3)}`);
