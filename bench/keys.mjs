// What the key of a call costs, beside object-hash and ohash, and which values each of the three takes for the same.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure, run } from "./processes.mjs";
import { median } from "./statistics.mjs";

const CHILD = fileURLToPath(new URL("keys-child.ts", import.meta.url));

const bar = (what, met) => ({ text: what, met: ({ ratio }) => met(ratio) });
const atMost = (limit, unit) => bar(`at most ${limit} ${unit}`, (ratio) => ratio <= limit);
const atLeast = (limit, unit) => bar(`at least ${limit} ${unit}`, (ratio) => ratio >= limit);
const shown = (ns) => (ns < 10_000 ? `${ns.toFixed(0)} ns` : `${(ns / 1000).toFixed(0)} us`);
const sides = (times) =>
  ["dumbo", "object-hash", "ohash"]
    .flatMap((name) => (times[name] ? [`${name} ${shown(times[name])}`] : []))
    .join(", ");

export const rows = [
  figure("key of two small arguments, us", atMost(1, "us"), "small", ({ dumbo }) => dumbo / 1e3),
  figure("key of a nested object of 1,000 values, us", atMost(100, "us"), "nested", ({ dumbo }) => dumbo / 1e3),
  figure(
    "key of it, against object-hash",
    atLeast(10, "times"),
    "nested",
    (times) => times["object-hash"] / times.dumbo,
  ),
  figure("key of it, against ohash", atLeast(3, "times"), "nested", (times) => times.ohash / times.dumbo),
  figure("key of a typed array, GB/s", atLeast(2, "GB/s"), "typed array", ({ dumbo, bytes }) => bytes / dumbo),
  figure("key of a long text, GB/s", atLeast(2, "GB/s"), "text", ({ dumbo, bytes }) => bytes / dumbo),
  {
    what: "pairs of different values with one key",
    bar: bar("none", (ratio) => ratio === 0),
    measure: async (context) => {
      const { confused, pairs } = await child(context);
      const said = Object.entries(confused).map(([name, list]) => `${name}: ${list.join("; ") || "none"}`);
      return {
        ratios: [confused.dumbo.length],
        detail: `of ${pairs} pairs: ${said.join(" \u2014 ")}`,
        samples: confused,
      };
    },
  },
];

function figure(what, bar, subject, of) {
  return {
    what,
    bar,
    measure: async (context) => {
      const samples = [];
      for (let count = 0; count < context.reps; count++) samples.push((await child(context)).times[subject]);
      const middle = Object.fromEntries(
        Object.keys(samples[0]).map((name) => [name, median(samples.map((sample) => sample[name]))]),
      );
      return { ratios: samples.map(of), detail: sides(middle), samples };
    },
  };
}

async function child({ node, root, temp }) {
  const { stdout } = await run({
    node: node.path,
    args: ["--import", "tsx", CHILD],
    cwd: root,
    output: join(temp, "keys"),
  });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Failure(`the measurement printed ${stdout.slice(0, 100)}`);
  }
}
