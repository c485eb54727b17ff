import { createHash } from "node:crypto";
import { diskCache } from "../disk-cache.mjs";
import { makeScene } from "./scene.mjs";
import { renderRow } from "./trace.mjs";

const files = ["vector.mjs", "scene.mjs", "trace.mjs"];
const cached = diskCache(...files.map((file) => new URL(file, import.meta.url)));
const width = 1200;
const height = 675;
const rows = cached("image", [width, height], () => {
  const scene = makeScene();
  return Array.from({ length: height }, (_, y) => renderRow(scene, y, width, height));
});

const image = Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), ...rows.map((row) => Buffer.from(row))]);
console.log(`${image.length} bytes, sha1 ${createHash("sha1").update(image).digest("hex")}`);
for (let y = 0; y < height; y += 45) {
  let line = "";
  for (let x = 0; x < width; x += 15) line += " .:-=+*#%@"[Math.floor(rows[y][x * 3 + 1] / 25.6)];
  console.log(line);
}
