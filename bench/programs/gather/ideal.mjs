import { readdir, readFile } from "node:fs/promises";
import { diskCache } from "../disk-cache.mjs";
import { pool } from "./pool.mjs";
import { analyse } from "./stages.mjs";

const cached = diskCache(new URL("stages.mjs", import.meta.url));
const names = (await readdir("stations")).sort();
const stations = await pool(names, 4, async (name) => {
  const path = `stations/${name}`;
  return cached("analyse", [path, await readFile(path)], () => analyse(path));
});
for (const { path, days, hottest, coldest, stormy } of stations) {
  const high = `${hottest.high.toFixed(1)} on ${hottest.day}`;
  console.log(`${path}: ${days} days, ${high}, ${coldest.low.toFixed(1)} on ${coldest.day}, ${stormy} stormy`);
}
const storms = stations.reduce((sum, { stormy }) => sum + stormy, 0);
console.log(`${stations.length} stations, ${storms} stormy days`);
