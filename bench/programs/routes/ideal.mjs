import { diskCache } from "../disk-cache.mjs";
import { cityGrid, pageRank, pathTo, shortestPaths } from "./graph.mjs";

const cached = diskCache(new URL("graph.mjs", import.meta.url));
const size = 170;
let built;
const graph = () => (built ??= cityGrid(size));
console.log(`${cached("size", size, () => graph().nodes.size)} crossings`);

const depots = ["0:0", "85:85", "169:169", "10:70", "33:12", "60:20"];
for (const depot of depots) {
  const { farthest, distance, path } = cached("farthest", [size, depot], () => {
    const { distances, previous } = shortestPaths(graph(), depot);
    const [farthest, distance] = [...distances].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
    return { farthest, distance, path: pathTo(previous, farthest) };
  });
  console.log(
    `${depot} -> ${farthest}: ${distance.toFixed(2)} km over ${path.length} crossings via ${path[path.length >> 1]}`,
  );
}

console.log("busiest:");
const busiest = cached("busiest", size, () => pageRank(graph(), 40).slice(0, 10));
for (const [name, rank] of busiest) console.log(`  ${name} ${(rank * 1e6).toFixed(2)}`);
