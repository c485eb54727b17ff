// What the taps cost: the forms a tap can take, start-up of an empty program, each call while no frame is open.
//   node bench/taps.mjs [node binary ...]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROUNDS = 15;
const root = fileURLToPath(new URL("..", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "dumbo-bench-"));
const nodes = process.argv.length > 2 ? process.argv.slice(2) : [process.execPath];

await build({
  stdin: {
    contents: 'export * from "./audit/taps/install.ts"; export * from "./audit/taps/channels.ts";',
    resolveDir: root,
  },
  outfile: join(work, "taps.cjs"),
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
});

// The same preload with and without the taps, so that the difference is theirs alone.
const preload = (install) => `
  const taps = require("./taps.cjs");
  const at = () => Number(process.hrtime.bigint()) / 1e6;
  globalThis.cost = {};
  if (${install}) {
    let before = at();
    taps.installChannels(() => {});
    cost.channels = at() - before;
    before = at();
    taps.installTaps();
    cost.taps = at() - before;
  }`;

const CALLS = `
  const fs = require("node:fs");
  const { AsyncLocalStorage } = require("node:async_hooks");
  const hrtime = process.hrtime.bigint.bind(process.hrtime);
  const storage = new AsyncLocalStorage();
  const weak = new WeakRef(fs);
  const formatter = new Intl.DateTimeFormat("en");
  const date = new Date(5);
  const nothing = () => {};
  const calls = {
    "Math.random()": () => Math.random(),
    "Date.now()": () => Date.now(),
    "new Date()": () => new Date(),
    "new Date(5)": () => new Date(5),
    "performance.now()": () => performance.now(),
    "process.hrtime.bigint()": () => process.hrtime.bigint(),
    "process.cwd()": () => process.cwd(),
    "process.env.HOME": () => process.env.HOME,
    "process.pid": () => process.pid,
    "als.getStore()": () => storage.getStore(),
    "weak.deref()": () => weak.deref(),
    "dates.format(date)": () => formatter.format(date),
    "clearTimeout(setTimeout())": () => clearTimeout(setTimeout(nothing, 1)),
    "fs.existsSync(missing)": () => fs.existsSync("/missing"),
    "fs.statSync(file)": () => fs.statSync(__filename),
    "fs.readFileSync(file)": () => fs.readFileSync(__filename),
  };
  const result = {};
  for (const [name, call] of Object.entries(calls)) {
    const times = /fs|setTimeout|dates/.test(name) ? 2e4 : 5e5;
    let best = Infinity;
    for (let round = 0; round < 9; round++) {
      const before = hrtime();
      for (let i = 0; i < times; i++) call();
      best = Math.min(best, Number(hrtime() - before) / times);
    }
    result[name] = best;
  }
  console.log(JSON.stringify(result));`;

// Each form wraps several functions first: a wrapper that has seen only one of them is inlined together with it.
const FORMS = `
  const os = require("node:os");
  const hrtime = process.hrtime.bigint.bind(process.hrtime);
  const state = { open: 0 };
  const touch = () => {};
  class Handler {
    get apply() {
      if (state.open !== 0) touch();
      return undefined;
    }
  }
  const forms = {
    original: (f) => f,
    "closure, Reflect.apply": (f) => ({ tap(...args) { if (state.open !== 0) touch(); return Reflect.apply(f, this, args); } }).tap,
    "closure, f.call(this, ...)": (f) => ({ tap(...args) { if (state.open !== 0) touch(); return f.call(this, ...args); } }).tap,
    "Proxy, apply trap": (f) => new Proxy(f, { apply(g, self, args) { if (state.open !== 0) touch(); return Reflect.apply(g, self, args); } }),
    "Proxy, getter for a trap": (f) => new Proxy(f, new Handler()),
  };
  const result = {};
  for (const [name, form] of Object.entries(forms)) {
    for (const other of [os.hostname, os.tmpdir, os.uptime, os.freemem]) {
      const tap = form(other);
      for (let i = 0; i < 2000; i++) tap();
    }
    const calls = { js: form((a, b) => a + b), random: form(Math.random), cwd: form(process.cwd) };
    result[name] = {};
    for (const [key, call] of Object.entries(calls)) {
      let best = Infinity;
      for (let round = 0; round < 9; round++) {
        const before = hrtime();
        for (let i = 0; i < 5e5; i++) call(1, 2);
        best = Math.min(best, Number(hrtime() - before) / 5e5);
      }
      result[name][key] = best;
    }
  }
  console.log(JSON.stringify(result));`;

writeFileSync(join(work, "forms.cjs"), FORMS);
writeFileSync(join(work, "bare.cjs"), preload(false));
writeFileSync(join(work, "tapped.cjs"), preload(true));
writeFileSync(join(work, "calls.cjs"), CALLS);
writeFileSync(join(work, "cost.cjs"), "console.log(JSON.stringify(cost))");

const run = (node, ...args) => {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd: work, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};
const best = (samples, name) => Math.min(...samples.map((sample) => sample[name]));

for (const node of nodes) {
  const { v } = run(node, "-p", "JSON.stringify({ v: process.version })");
  const costs = Array.from({ length: ROUNDS }, () => run(node, "--require", "./tapped.cjs", "./cost.cjs"));
  const steps = Object.keys(costs[0]).map((name) => `${name} ${best(costs, name).toFixed(2)} ms`);
  console.log(`\nNode ${v}, start-up (best of ${ROUNDS}): ${steps.join(", ")}\n`);
  const forms = run(node, "./forms.cjs");
  console.log("| form of a tap, ns a call | `(a, b) => a + b` | `Math.random` | `process.cwd` |\n|---|--:|--:|--:|");
  for (const [name, { js, random, cwd }] of Object.entries(forms)) {
    console.log(`| ${name} | ${js.toFixed(1)} | ${random.toFixed(1)} | ${cwd.toFixed(1)} |`);
  }
  console.log();
  // Alternating, because the machine gets faster and slower all the time.
  const bare = [];
  const tapped = [];
  for (let round = 0; round < 3; round++) {
    bare.push(run(node, "--require", "./bare.cjs", "./calls.cjs"));
    tapped.push(run(node, "--require", "./tapped.cjs", "./calls.cjs"));
  }
  console.log("| call | bare, ns | tapped, ns | more |\n|---|--:|--:|--:|");
  for (const name of Object.keys(bare[0])) {
    const [before, after] = [best(bare, name), best(tapped, name)];
    console.log(`| \`${name}\` | ${before.toFixed(1)} | ${after.toFixed(1)} | ${(after - before).toFixed(1)} |`);
  }
}
rmSync(work, { recursive: true });
