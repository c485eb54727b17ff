import { readFileSync } from "node:fs";
import { diskCache } from "../disk-cache.mjs";
import { parseCsv } from "./csv.mjs";
import { printReport } from "./print.mjs";
import { bestCustomers, byMonth, byRegionAndProduct, percentiles, toOrders } from "./report.mjs";

const cached = diskCache(new URL("csv.mjs", import.meta.url), new URL("report.mjs", import.meta.url));
const text = readFileSync("data/orders.csv", "utf8");
printReport(
  cached("report", text, () => {
    const orders = toOrders(parseCsv(text));
    return {
      months: byMonth(orders),
      table: byRegionAndProduct(orders),
      best: bestCustomers(orders, 10),
      levels: percentiles(orders, [0.1, 0.25, 0.5, 0.75, 0.9, 0.99]),
    };
  }),
);
