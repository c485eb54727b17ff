import { readFileSync } from "node:fs";
import { parseCsv } from "./csv.mjs";
import { printReport } from "./print.mjs";
import { bestCustomers, byMonth, byRegionAndProduct, percentiles, toOrders } from "./report.mjs";

const text = readFileSync("data/orders.csv", "utf8");
const orders = toOrders(parseCsv(text));
printReport({
  months: byMonth(orders),
  table: byRegionAndProduct(orders),
  best: bestCustomers(orders, 10),
  levels: percentiles(orders, [0.1, 0.25, 0.5, 0.75, 0.9, 0.99]),
});
