import { digest } from "../digest.mjs";
import { merge, report } from "./report.mjs";

const reports = [];
for (let year = 0; year < 16; year++) {
  const rows = Array.from({ length: 40000 }, (_, i) => ({
    id: i,
    region: `r${(i * 7 + year) % 50}`,
    month: i % 12,
    amount: ((i * 7919 + year) % 1000) / 10,
  }));
  reports.push(report(rows));
  console.log(year, digest(reports.at(-1)));
}
console.log(digest(merge(reports)));
