// Charts by Observable Plot, which draws into a document: linkedom's, as Node has none. PNGs by resvg.

import * as Plot from "@observablehq/plot";
import { Resvg } from "@resvg/resvg-js";
import { parseHTML } from "linkedom";
import type { Measurement } from "./measurements.ts";

/** The text of an SVG file. */
export function drawSvg(measurements: readonly Measurement[], station: string): string {
  const { document } = parseHTML("<html></html>");
  const position = { x: "hour", y: "temperature" } as const;
  const chart = Plot.plot({
    document,
    width: 900,
    height: 400,
    grid: true,
    y: { label: `${station}, °C` },
    marks: [
      Plot.dot(measurements, { ...position, r: 1, fill: "temperature" }),
      Plot.lineY(measurements, Plot.windowY(24 * 7, { ...position, stroke: "black", strokeWidth: 2 })),
    ],
  });
  chart.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return chart.outerHTML;
}

/** The bytes of a PNG file. */
export function drawPng(svg: string, width: number): Uint8Array {
  const image = new Resvg(svg, { fitTo: { mode: "width", value: width }, background: "white" });
  return image.render().asPng();
}
