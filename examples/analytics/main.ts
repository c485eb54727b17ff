// Analyses data/orders.csv: prints a report and writes it to out/.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseOrders } from "./src/orders.ts";
import { formatReport } from "./src/report.ts";
import { segmentOrders } from "./src/segments.ts";
import { summarize } from "./src/summary.ts";

function main(): void {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: join(import.meta.dirname, "data") },
      out: { type: "string", default: join(import.meta.dirname, "out") },
    },
  });

  const text = readFileSync(join(values.data, "orders.csv"), "utf8");
  console.log(`read ${text.length} characters`);

  const orders = parseOrders(text);
  console.log(`parsed ${orders.count} orders from ${orders.cities.length} cities`);

  const summary = summarize(orders, 40);
  console.log(`summarized ${summary.distributions.length} columns`);

  const segmentation = segmentOrders(orders, { minClusters: 2, maxClusters: 8, maxIterations: 20 });
  console.log(`found ${segmentation.segments.length} segments`);

  const report = formatReport(summary, segmentation);
  console.log(`\n${report}`);

  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, "report.txt"), `${report}\n`);
  writeFileSync(join(values.out, "report.json"), `${JSON.stringify({ summary, segmentation }, null, 2)}\n`);
}

main();
