import { readdirSync, readFileSync } from "node:fs";
import { makeParser, runSheet } from "./sheet.mjs";

const parser = makeParser("arith.peggy");
for (const file of readdirSync("data").sort()) {
  const names = runSheet(parser, readFileSync(`data/${file}`, "utf8"));
  const values = Object.values(names);
  const largest = Math.max(...values);
  console.log(`${file}: ${values.length} values, largest ${largest.toPrecision(8)}, y7 = ${names.y7.toPrecision(8)}`);
}
