import { readFileSync } from "node:fs";

export interface Measurement {
  hour: number;
  temperature: number;
}

export function readMeasurements(path: string): Measurement[] {
  const [, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  return lines.map((line) => {
    const [hour, temperature] = line.split(",").map(Number) as [number, number];
    return { hour, temperature };
  });
}
