import { zones } from "./geo.mjs";

for (let n = 1; n <= 14; n++) {
  const { area, cells, cut } = zones(n);
  console.log(n, Math.round(area / 1e6), cells, Math.round(cut / 1e6));
}
