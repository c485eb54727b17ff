import { cityGrid, pageRank, pathTo, shortestPaths } from "./graph.mjs";

const size = 170;
const graph = cityGrid(size);
console.log(`${graph.nodes.size} crossings`);

const depots = ["0:0", "85:85", "169:169", "10:70", "33:12", "60:20"];
for (const depot of depots) {
  const { distances, previous } = shortestPaths(graph, depot);
  const [farthest, distance] = [...distances].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  const path = pathTo(previous, farthest);
  console.log(
    `${depot} -> ${farthest}: ${distance.toFixed(2)} km over ${path.length} crossings via ${path[path.length >> 1]}`,
  );
}

console.log("busiest:");
for (const [name, rank] of pageRank(graph, 40).slice(0, 10)) console.log(`  ${name} ${(rank * 1e6).toFixed(2)}`);
