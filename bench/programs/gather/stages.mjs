import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

const unzip = promisify(gunzip);

export async function readStation(path) {
  const bytes = await unzip(await readFile(path));
  return bytes
    .toString("utf8")
    .split("\n")
    .map((line) => JSON.parse(line));
}

export function smooth(readings, window) {
  return readings.map((reading, index) => {
    const around = readings.slice(Math.max(0, index - window), index + window + 1);
    return { ...reading, smoothed: around.reduce((sum, { temperature }) => sum + temperature, 0) / around.length };
  });
}

export function daily(readings) {
  const days = new Map();
  for (const { time, smoothed, wind } of readings) {
    const day = time.slice(0, 10);
    const entry = days.get(day) ?? { day, low: Infinity, high: -Infinity, gust: 0 };
    entry.low = Math.min(entry.low, smoothed);
    entry.high = Math.max(entry.high, smoothed);
    entry.gust = Math.max(entry.gust, wind);
    days.set(day, entry);
  }
  return [...days.values()];
}

export async function analyse(path) {
  const readings = await readStation(path);
  const days = daily(smooth(readings, 24));
  const hottest = days.reduce((a, b) => (b.high > a.high ? b : a));
  const coldest = days.reduce((a, b) => (b.low < a.low ? b : a));
  return { path, days: days.length, hottest, coldest, stormy: days.filter(({ gust }) => gust > 88).length };
}
