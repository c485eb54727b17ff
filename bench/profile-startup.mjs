// Where start-up time goes: first what each step adds to an empty script, then the functions that take it.
//
//   node bench/profile-startup.mjs [--node PATH] [--runs N] [--dist FOLDER] [SCRIPT [ARGUMENT...]]
//
// With a script, its own warm start is profiled instead of that of an empty one (its cache is a temporary one).
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { inspectNode, run } from "./processes.mjs";
import { median } from "./statistics.mjs";
import { interleave } from "./subject.mjs";

const SHOWN = 25;
const INTERVAL_US = 100;

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: "string", default: process.execPath },
    runs: { type: "string", default: "15" },
    dist: { type: "string", default: join(root, "dist") },
  },
});
const node = inspectNode(values.node);
const runs = Number(values.runs);
const dumbo = join(resolve(values.dist), "auto.cjs");

const temp = mkdtempSync(join(tmpdir(), "dumbo-profile-"));
process.on("exit", () => rmSync(temp, { recursive: true, force: true }));
const nothing = join(temp, "nothing.cjs");
writeFileSync(nothing, "");
const profiles = join(temp, "profiles");
mkdirSync(profiles);
const cache = { DUMBO_DIR: join(temp, "cache") };
const program = positionals.length > 0 ? [resolve(positionals[0]), ...positionals.slice(1)] : [nothing];
const cwd = dirname(program[0]);

const start =
  (flags, env = {}) =>
  async () =>
    (await run({ node: node.path, args: [...flags, ...program], cwd, env, output: join(temp, "last") })).ms;
const steps = {
  "node alone": start([]),
  "--require of an empty file": start(["--require", nothing]),
  "--import of an empty file": start(["--import", nothing]),
  "dumbo, switched off": start(["--import", dumbo], { DUMBO: "off" }),
  "dumbo by --require": start(["--require", dumbo], cache),
  "dumbo by --import": start(["--import", dumbo], cache),
};

for (let count = 0; count < 3; count++) await start(["--import", dumbo], cache)();
const samples = await interleave(runs, ...Object.values(steps));
const [alone] = samples;
console.log(`Node ${node.version}, ${runs} runs, medians in ms, and over node alone (${median(alone).toFixed(1)}):`);
for (const [index, name] of Object.keys(steps).entries()) {
  const added = samples[index].map((time, round) => time - alone[round]);
  console.log(`${median(samples[index]).toFixed(1).padStart(9)}  ${median(added).toFixed(1).padStart(7)}  ${name}`);
}

const profiled = ["--cpu-prof", "--cpu-prof-interval", String(INTERVAL_US), "--cpu-prof-dir", profiles];
await interleave(runs, start([...profiled, "--import", dumbo], cache));
console.log(`\nms a run by itself, ms with what it calls, function (sampled every ${INTERVAL_US} us):`);
for (const { name, own, all } of byFunction(profiles, runs).slice(0, SHOWN)) {
  console.log(`${own.toFixed(2).padStart(9)}  ${all.toFixed(2).padStart(7)}  ${name}`);
}

/** Self and total time by function, of all profiles in a folder. */
function byFunction(folder, count) {
  const times = new Map();
  for (const file of readdirSync(folder)) {
    const { nodes, samples: hits, timeDeltas } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const parents = new Map();
    const byId = new Map(nodes.map((entry) => [entry.id, entry]));
    for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
    for (const [index, id] of hits.entries()) {
      const ms = timeDeltas[index] / 1000 / count;
      const seen = new Set();
      for (let at = id; at !== undefined; at = parents.get(at)) {
        const name = nameOf(byId.get(at).callFrame);
        if (seen.has(name)) continue; // a recursive function counts once
        seen.add(name);
        const entry = times.get(name) ?? { name, own: 0, all: 0 };
        times.set(name, entry);
        if (at === id) entry.own += ms;
        entry.all += ms;
      }
    }
  }
  return [...times.values()].sort((a, b) => b.own - a.own);
}

function nameOf({ functionName, url, lineNumber }) {
  return `${functionName || "(top level)"}  ${url.startsWith("node:") ? url : basename(url)}:${lineNumber + 1}`;
}
