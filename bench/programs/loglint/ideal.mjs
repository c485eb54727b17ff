import fs from "node:fs";
import { diskCache } from "../disk-cache.mjs";
import { parseFile } from "./lib/parse.cjs";
import { summarize } from "./lib/stats.cjs";
import walk from "./lib/walk.cjs";

const cached = diskCache(new URL("lib/parse.cjs", import.meta.url), new URL("lib/stats.cjs", import.meta.url));
const top = 5;
const files = walk("logs").map((file) => [file, fs.readFileSync(file, "utf8")]);
const { lines, total } = cached("logs", [top, files], () => {
  const all = [];
  const lines = files.map(([file, text]) => {
    const { entries } = parseFile(text);
    for (const entry of entries) all.push(entry);
    const one = summarize(entries, 1);
    const best = (one.paths[0] ?? one.levels[0]).key;
    return `${file}: ${entries.length} entries, mostly ${best}, ${one.slow} slow`;
  });
  return { lines, total: summarize(all, top) };
});
for (const line of lines) console.log(line);
for (const [title, rows] of [
  ["paths", total.paths],
  ["statuses", total.statuses],
  ["addresses", total.ips],
  ["levels", total.levels],
]) {
  console.log(title);
  for (const { count, key } of rows) console.log(`  ${String(count).padStart(8)} ${key}`);
}
console.log(`busiest hour: ${total.busiest}, slow: ${total.slow}`);
