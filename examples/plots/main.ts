// Draws a chart of each file in data/: out/NAME.svg and out/NAME.png.

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { drawPng, drawSvg } from "./src/chart.ts";
import { readMeasurements } from "./src/measurements.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: join(import.meta.dirname, "data") },
    out: { type: "string", default: join(import.meta.dirname, "out") },
  },
});

mkdirSync(values.out, { recursive: true });
for (const file of readdirSync(values.data).sort()) {
  const name = basename(file, ".csv");
  const svg = drawSvg(readMeasurements(join(values.data, file)), name);
  const png = drawPng(svg, 1600);
  writeFileSync(join(values.out, `${name}.svg`), svg);
  writeFileSync(join(values.out, `${name}.png`), png);
  console.log(`${name}: ${svg.length} characters of SVG, ${png.byteLength} bytes of PNG`);
}
