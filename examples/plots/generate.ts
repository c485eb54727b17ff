// Writes data/*.csv: a year of measurements, hour by hour, of each station. The same ones every time.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const YEAR = 24 * 365;

function measure(station: number, hours: number): string {
  let state = station + 1;
  const lines = ["hour,temperature"];
  for (let hour = 0; hour < hours; hour++) {
    state = (state * 1103515245 + 12345) % 2147483648;
    const year = -10 * Math.cos((hour / YEAR) * 2 * Math.PI);
    const day = -4 * Math.cos((hour / 24) * 2 * Math.PI);
    lines.push(`${hour},${(10 + station + year + day + (state / 2147483648 - 0.5) * 6).toFixed(1)}`);
  }
  return `${lines.join("\n")}\n`;
}

const { values } = parseArgs({
  options: {
    data: { type: "string", default: join(import.meta.dirname, "data") },
    stations: { type: "string", default: "6" },
    hours: { type: "string", default: String(YEAR) },
  },
});
mkdirSync(values.data, { recursive: true });
for (let station = 0; station < Number(values.stations); station++) {
  writeFileSync(join(values.data, `station-${station}.csv`), measure(station, Number(values.hours)));
}
