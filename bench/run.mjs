// npm run bench: what dumbo costs and what it saves, as one Markdown table. notes/benchmarks.md explains the rows.
//
//   node bench/run.mjs [--node PATH]... [--only PATTERN] [--reps N] [--json FILE] [--dist FOLDER]
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { arch, availableParallelism, platform, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { markdownTable } from "markdown-table";
import { rows as examples } from "./examples.mjs";
import { rows as guard } from "./guard.mjs";
import { rows as keys } from "./keys.mjs";
import { rows as manyModules } from "./many-modules.mjs";
import { rows as nothingToCache } from "./nothing-to-cache.mjs";
import { Failure, inspectNode } from "./processes.mjs";
import { rows as startup } from "./startup.mjs";
import { figure, median, spread } from "./statistics.mjs";
import { rows as traces } from "./traces.mjs";

/**
 * A row of the table.
 * @typedef {object} Row
 * @property {string} what
 * @property {Bar | null | ((node: object) => Bar)} bar
 * @property {(context: object) => Promise<Measured>} measure throws a Failure when there is nothing to compare
 *
 * @typedef {{ text: string, met: (result: { ratio: number, added?: number }) => boolean }} Bar
 *
 * @typedef {object} Measured
 * @property {number[]} ratios one for each pair of runs
 * @property {string} detail the times behind them
 * @property {unknown} samples all times, for --json
 * @property {number} [added] milliseconds, for the rows on start-up
 */
const ROWS = [...examples, ...nothingToCache, ...guard, ...keys, ...traces, ...startup, ...manyModules];

const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: {
    node: { type: "string", multiple: true, default: [process.execPath] },
    only: { type: "string", default: "" },
    reps: { type: "string", default: "5" },
    json: { type: "string" },
    dist: { type: "string", default: join(root, "dist") },
  },
});

const reps = Number(values.reps);
if (!Number.isSafeInteger(reps) || reps < 1)
  throw new Error(`--reps must be a number of repetitions, not ${values.reps}`);
const only = new RegExp(values.only, "i");
const chosen = ROWS.filter(({ what }) => only.test(what));
if (chosen.length === 0)
  throw new Error(`--only ${values.only} matches none of: ${ROWS.map(({ what }) => what).join("; ")}`);
const dist = resolve(values.dist);
const dumbo = join(dist, "auto.cjs");
if (!existsSync(dumbo)) throw new Error(`${dumbo} is not there: npm run build`);
const nodes = values.node.map(inspectNode);

const temp = mkdtempSync(join(tmpdir(), "dumbo-bench-"));
process.on("exit", () => rmSync(temp, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

const results = [];
for (const node of nodes) {
  for (const row of chosen) {
    process.stderr.write(`Node ${node.version}: ${row.what} ...`);
    const result = await measure(row, node);
    process.stderr.write(` ${result.ratio}\n`);
    results.push(result);
  }
}

const columns = ["node", "what", "ratio", "bar", "met", "spread", "detail"];
const titles = ["Node", "What", "Ratio", "Bar", "Met", "Spread", "Median times"];
const table = [titles, ...results.map((result) => columns.map((column) => result[column].replaceAll("|", "\\|")))];
console.log(markdownTable(table, { align: ["l", "l", "r", "l", "l", "r", "l"] }));
if (values.json) {
  const machine = { platform: platform(), arch: arch(), cpus: availableParallelism() };
  writeFileSync(values.json, `${JSON.stringify({ machine, reps, results }, null, 2)}\n`);
}

async function measure(row, node) {
  const bar = typeof row.bar === "function" ? row.bar(node) : row.bar;
  const result = { node: node.version, what: row.what, bar: bar?.text ?? "-" };
  // A folder of its own, gone when the row is done.
  const folder = mkdtempSync(join(temp, "row-"));
  try {
    const measured = await row.measure({ root, dist, dumbo, node, reps, temp: folder });
    const ratio = median(measured.ratios);
    return {
      ...result,
      ratio: figure(ratio),
      met: bar === null ? "-" : bar.met({ ratio, added: measured.added }) ? "yes" : "no",
      spread: spread(measured.ratios),
      detail: measured.detail,
      ratios: measured.ratios,
      samples: measured.samples,
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...result, ratio: "FAILED", met: "no", spread: "-", detail: error.message.slice(0, 300) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
