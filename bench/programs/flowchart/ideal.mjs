import { createHash } from "node:crypto";
import { diskCache } from "../disk-cache.mjs";
import { layout as layoutNow, makeChart, toSvg } from "./layout.mjs";

const cached = diskCache(new URL("layout.mjs", import.meta.url));
const layout = (chart) => cached("layout", chart, () => layoutNow(chart));

for (const [name, seed, size] of [
  ["order", 3, 90],
  ["return", 8, 140],
  ["audit", 15, 60],
  ["hiring", 44, 170],
]) {
  const placed = layout(makeChart(seed, size));
  const svg = toSvg(placed);
  console.log(
    `${name}: ${placed.width.toFixed(0)} x ${placed.height.toFixed(0)}, ${createHash("sha1").update(svg).digest("hex")}`,
  );
}
