// Analyses data/orders.csv: prints a report and writes it to out/.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readOrders } from "./src/orders.ts";
import { formatReport } from "./src/report.ts";
import { type Segmentation, segmentOrders } from "./src/segments.ts";
import { type Summary, summarize } from "./src/summary.ts";

interface Analysis {
  summary: Summary;
  segmentation: Segmentation;
}

function analyse(path: string): Analysis {
  const orders = readOrders(path);
  const summary = summarize(orders, 40);
  console.log(`summarized ${summary.distributions.length} columns`);
  const segmentation = segmentOrders(orders, { minClusters: 2, maxClusters: 8, maxIterations: 20 });
  console.log(`found ${segmentation.segments.length} segments`);
  return { summary, segmentation };
}

function main(): void {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: join(import.meta.dirname, "data") },
      out: { type: "string", default: join(import.meta.dirname, "out") },
    },
  });

  const { summary, segmentation } = analyse(join(values.data, "orders.csv"));
  const report = formatReport(summary, segmentation);
  console.log(`\n${report}`);

  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, "report.txt"), `${report}\n`);
  writeFileSync(join(values.out, "report.json"), `${JSON.stringify({ summary, segmentation }, null, 2)}\n`);
}

main();
