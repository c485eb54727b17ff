import { readdir } from "node:fs/promises";
import { pool } from "./pool.mjs";
import { analyse } from "./stages.mjs";

const names = (await readdir("stations")).sort();
const stations = await pool(names, 4, (name) => analyse(`stations/${name}`));
for (const { path, days, hottest, coldest, stormy } of stations) {
  const high = `${hottest.high.toFixed(1)} on ${hottest.day}`;
  console.log(`${path}: ${days} days, ${high}, ${coldest.low.toFixed(1)} on ${coldest.day}, ${stormy} stormy`);
}
const storms = stations.reduce((sum, { stormy }) => sum + stormy, 0);
console.log(`${stations.length} stations, ${storms} stormy days`);
