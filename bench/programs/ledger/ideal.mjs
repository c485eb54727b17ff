import { readdirSync } from "node:fs";
import { diskCache } from "../disk-cache.mjs";
import { companyReport, show } from "./src/company.ts";

const files = readdirSync("src", { recursive: true })
  .filter((name) => name.endsWith(".ts"))
  .sort();
const cached = diskCache(...files.map((file) => new URL(`src/${file}`, import.meta.url)));
console.log(show(cached("company", 9000, () => companyReport(9000))));
