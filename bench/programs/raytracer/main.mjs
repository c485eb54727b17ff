import { createHash } from "node:crypto";
import { makeScene } from "./scene.mjs";
import { renderRow } from "./trace.mjs";

const width = 1200;
const height = 675;
const scene = makeScene();
const rows = [];
for (let y = 0; y < height; y++) rows.push(renderRow(scene, y, width, height));

const image = Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), ...rows.map((row) => Buffer.from(row))]);
console.log(`${image.length} bytes, sha1 ${createHash("sha1").update(image).digest("hex")}`);
for (let y = 0; y < height; y += 45) {
  let line = "";
  for (let x = 0; x < width; x += 15) line += " .:-=+*#%@"[Math.floor(rows[y][x * 3 + 1] / 25.6)];
  console.log(line);
}
