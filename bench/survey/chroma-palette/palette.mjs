import chroma from "chroma-js";
import tinycolor from "tinycolor2";

export function palette(base, steps) {
  const scale = chroma
    .scale([base, "white", chroma(base).set("hsl.h", "+120")])
    .mode("lch")
    .correctLightness();
  return scale.colors(steps).map((color) => ({
    color,
    readable: tinycolor.mostReadable(color, ["#111", "#eee", "#c00"]).toHexString(),
    contrast: chroma.contrast(color, "#fff").toFixed(2),
    near: tinycolor(color)
      .analogous(4)
      .map((c) => c.toHexString()),
  }));
}
