import { readdirSync, readFileSync } from "node:fs";
import { diskCache } from "../disk-cache.mjs";
import { makeParser, runSheet } from "./sheet.mjs";

const cached = diskCache(new URL("sheet.mjs", import.meta.url), new URL("arith.peggy", import.meta.url));
let made;
const parser = () => (made ??= makeParser("arith.peggy"));
for (const file of readdirSync("data").sort()) {
  const text = readFileSync(`data/${file}`, "utf8");
  const names = cached("sheet", text, () => runSheet(parser(), text));
  const values = Object.values(names);
  const largest = Math.max(...values);
  console.log(`${file}: ${values.length} values, largest ${largest.toPrecision(8)}, y7 = ${names.y7.toPrecision(8)}`);
}
