import { diskCache } from "../disk-cache.mjs";
import { clusters, crossValidate, fit, makeData, principalComponents, rank } from "./model.mjs";

const cached = diskCache(new URL("model.mjs", import.meta.url));
const results = cached("all", [7000, 36], () => {
  const { x, y } = makeData(7000, 36);
  return {
    weights: fit(x, y),
    components: principalComponents(x, 5),
    rank: rank(x),
    error: crossValidate(x, y, 12),
    groups: clusters(x, 6),
  };
});
console.log(
  "weights",
  results.weights
    .slice(0, 8)
    .map((weight) => weight.toFixed(3))
    .join(" "),
);
console.log("components", results.components.map((value) => value.toFixed(4)).join(" "));
console.log("rank", results.rank);
console.log(`error ${results.error.mean.toFixed(5)} +- ${results.error.deviation.toFixed(5)}`);
for (const { size, median, skew } of results.groups)
  console.log(`cluster of ${size} around ${median.toFixed(3)}, skew ${skew.toFixed(3)}`);
