// @ts-check
// npm run bench:programs: programs that nobody tuned, without dumbo, in their first three runs under it, and with a
// cache written by hand. notes/programs.md explains the table.
//
// With --survey, the programs of bench/survey: each uses a package in the plainest way, and has no such cache.
//
// With --calls, no run is answered as a whole: what the table says is what answering calls brings.
//
//   node bench/programs.mjs [--survey] [--calls] [--node PATH]... [--reps N] [--bundle DIST]... [--settle] [--json FILE] [--lock FILE] [NAME ...]
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { markdownTable } from "markdown-table";
import { installOnce, WITHOUT_SCRIPTS } from "../scripts/npm.mjs";
import { measureProcess } from "./measured-process.mjs";
import { environment, folderHash, inspectNode } from "./processes.mjs";
import { median } from "./statistics.mjs";
import { timeShares } from "./time-shares.mjs";

/**
 * @typedef {import("./measured-process.mjs").Measured} Measured
 * @typedef {import("./time-shares.mjs").Shares} Shares
 * @typedef {{ path: string, version: string, stripsTypes: boolean }} Node
 * @typedef {{ name: string, cwd: string, main: string, args: string[] }} Program
 * @typedef {"bare" | "first" | "second" | "third" | "fifth" | "awake" | "ideal"} Side
 *
 * @typedef {object} Result
 * @property {string} node
 * @property {string} bundle
 * @property {string} program
 * @property {Record<Side, Measured[]>} samples without what was printed
 * @property {number} store bytes on disk after the third run
 * @property {Shares} shares
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  options: {
    node: { type: "string", multiple: true, default: [process.execPath] },
    reps: { type: "string", default: "3" },
    bundle: { type: "string", multiple: true, default: [join(root, "dist")] },
    settle: { type: "boolean", default: false },
    survey: { type: "boolean", default: false },
    calls: { type: "boolean", default: false },
    json: { type: "string" },
    lock: { type: "string" },
  },
  allowPositionals: true,
});

const set = values.survey ? "survey" : "programs";
const sources = join(root, "bench", set);
const home = join(root, `.tmp/bench-${set}`);
const work = join(home, ".work");

const reps = Number(values.reps);
if (!Number.isSafeInteger(reps) || reps < 1)
  throw new Error(`--reps must be a number of repetitions, not ${values.reps}`);
const bundles = values.bundle.map((path) => resolve(path));
for (const bundle of bundles) {
  if (!existsSync(join(bundle, "auto.cjs"))) throw new Error(`${bundle} has no auto.cjs: npm run build`);
}
const nodes = /** @type {Node[]} */ (values.node.map(inspectNode));
const names = chooseNames(positionals);

installOnce(home, JSON.parse(readFileSync(join(sources, "packages.json"), "utf8")), WITHOUT_SCRIPTS);
// What the programs of a set share lies beside their folders.
for (const name of readdirSync(sources)) if (name.endsWith(".mjs")) cpSync(join(sources, name), join(home, name));

/** What is said of each program, as shares of its bare run. */
const COLUMNS = /** @type {[string, (result: Result) => number][]} */ ([
  ["first", (result) => ratio(result, "first", "ms")],
  ["second", (result) => ratio(result, "second", "ms")],
  ["third", (result) => ratio(result, "third", "ms")],
  ["ideal", (result) => ratio(result, "ideal", "ms")],
  ["cpu first", (result) => ratio(result, "first", "cpu")],
  ["cpu second", (result) => ratio(result, "second", "cpu")],
  ["cpu third", (result) => ratio(result, "third", "cpu")],
  ["cpu third, no rest", (result) => ratio(result, "awake", "cpu")],
  ...(values.settle ? [["cpu fifth", (/** @type {Result} */ result) => ratio(result, "fifth", "cpu")]] : []),
  ["cpu ideal", (result) => ratio(result, "ideal", "cpu")],
  ["memory first", (result) => ratio(result, "first", "memory")],
  ["memory third", (result) => ratio(result, "third", "memory")],
]);

/** @type {Result[]} */
const results = [];
/** @type {string[]} */
const differences = [];
for (const node of nodes) {
  for (const name of names) {
    const release = await takeLock(values.lock);
    try {
      const program = prepare(name, node);
      process.stderr.write(`Node ${node.version}: ${name} ...`);
      const measured = await measureProgram(program, node);
      results.push(...measured);
      process.stderr.write(` ${measured.map((result) => figures(result).join(" ")).join(" | ")}\n`);
      if (values.json) writeFileSync(values.json, `${JSON.stringify({ reps, differences, results }, null, 2)}\n`);
    } finally {
      await release();
    }
  }
}
rmSync(work, { recursive: true, force: true });

for (const node of nodes) {
  for (const bundle of bundles) {
    const rows = results.filter((result) => result.node === node.version && result.bundle === bundle);
    console.log(`\nNode ${node.version}${bundles.length > 1 ? `, ${bundle}` : ""}, medians of ${reps}\n`);
    console.log(table(rows));
    console.log(`\n${reasonsTable(rows)}`);
  }
}
for (const difference of differences) console.log(`\nDIFFERENT: ${difference}`);
process.exitCode = differences.length === 0 ? 0 : 1;

/** @param {string[]} filters parts of names; each has to match something */
function chooseNames(filters) {
  const all = readdirSync(sources, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  for (const filter of filters) {
    if (!all.some((name) => name.includes(filter))) throw new Error(`${filter} matches none of: ${all.join(", ")}`);
  }
  return filters.length === 0 ? all : all.filter((name) => filters.some((filter) => name.includes(filter)));
}

/**
 * Puts a program into a folder of its own beside the packages, with its inputs, unless it is there as it stands.
 * @param {string} name
 * @param {Node} node
 * @returns {Program}
 */
function prepare(name, node) {
  const cwd = join(home, name);
  const stamp = join(home, `${name}.prepared`);
  const wanted = folderHash(join(sources, name));
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
    rmSync(cwd, { recursive: true, force: true });
    cpSync(join(sources, name), cwd, { recursive: true });
    writeFileSync(join(cwd, "package.json"), '{ "private": true, "type": "module" }\n');
    if (existsSync(join(cwd, "prepare.mjs"))) execFileSync(node.path, ["prepare.mjs"], { cwd, env: environment });
    writeFileSync(stamp, wanted);
  }
  const main = readdirSync(cwd).find((file) => /^main\.(mjs|cjs|ts)$/.test(file));
  if (!main) throw new Error(`${name} has no main file`);
  const list = join(cwd, "args");
  return { name, cwd, main, args: existsSync(list) ? readFileSync(list, "utf8").trim().split(/\s+/) : [] };
}

/**
 * All sides in turn, so that whatever else the machine does meets all alike. What a build has kept is gone before its
 * first run; what the hand-written cache keeps is there before it is measured.
 * @param {Program} program
 * @param {Node} node
 * @returns {Promise<Result[]>} one for each build
 */
async function measureProgram(program, node) {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const bare = node.stripsTypes || !program.main.endsWith(".ts") ? [] : ["--import", "tsx"];
  const ideal = { IDEAL_DIR: join(work, "ideal") };
  const check = checker(program, node);
  const run = async (
    /** @type {string} */ what,
    /** @type {string[]} */ args,
    /** @type {Record<string, string>} */ env,
  ) => {
    const out = join(program.cwd, "out");
    rmSync(out, { recursive: true, force: true });
    const measured = await measureProcess({ node: node.path, args, cwd: program.cwd, env, output: join(work, "run") });
    check(what, measured, existsSync(out) ? folderHash(out) : "");
    return { ...measured, stdout: "", stderr: "" };
  };
  const hasIdeal = existsSync(join(program.cwd, "ideal.mjs"));
  const runIdeal = async () => (hasIdeal ? [await run("ideal", [...bare, "ideal.mjs"], ideal)] : []);
  const runBare = () => run("bare", [...bare, program.main, ...program.args], {});

  await runBare();
  await runIdeal();
  const measured = bundles.map((bundle) => ({
    bundle,
    cache: join(work, `cache-${bundles.indexOf(bundle)}`),
    /** @type {Record<Side, Measured[]>} */
    samples: { bare: [], first: [], second: [], third: [], fifth: [], awake: [], ideal: [] },
  }));
  for (let count = 0; count < reps; count++) {
    const once = { bare: await runBare(), ideal: await runIdeal() };
    for (const { cache } of measured) rmSync(cache, { recursive: true, force: true });
    for (const { samples } of measured) {
      samples.bare.push(once.bare);
      samples.ideal.push(...once.ideal);
    }
    for (const side of /** @type {const} */ (["first", "second", "third"])) {
      for (const { bundle, cache, samples } of measured) {
        const flags = ["--import", pathToFileURL(join(bundle, "auto.cjs")).href];
        const args = [...flags, program.main, ...program.args];
        const env = { DUMBO_DIR: cache, DUMBO_LOG: "0", DUMBO_WHOLE_RUNS: values.calls ? "none" : "long" };
        samples[side].push(await run(`${side} run`, args, env));
        if (values.settle) await settled(cache);
        if (side !== "third") continue;
        // A program that rests runs as bare, by intent: what dumbo costs where it works shows without the rest.
        const rested = rests(cache);
        rmSync(join(cache, "rest"), { recursive: true, force: true });
        const last = /** @type {Measured} */ (samples.third.at(-1));
        samples.awake.push(rested ? await run("third run, without rest", args, env) : last);
        if (!values.settle) continue;
        await run("fourth run", args, env);
        samples.fifth.push(await run("fifth run", args, env));
      }
    }
  }
  const profile = profileBare(program, node, bare);
  return measured.map(({ bundle, cache, samples }) => ({
    node: node.version,
    bundle,
    program: program.name,
    samples,
    store: folderSize(cache),
    shares: timeShares(profile, explain(program, node, bundle, cache), program.cwd),
  }));
}

/**
 * Every run has to print, write and return what the first one did.
 * @param {Program} program
 * @param {Node} node
 * @returns {(what: string, measured: Measured, files: string) => void}
 */
function checker(program, node) {
  /** @type {{ stdout: string, stderr: string, exit: number | string, files: string } | undefined} */
  let reference;
  return (what, { stdout, stderr, exit }, files) => {
    reference ??= { stdout, stderr, exit, files };
    const found = { stdout, stderr, exit, files };
    for (const part of /** @type {const} */ (["exit", "stdout", "stderr", "files"])) {
      if (found[part] === reference[part]) continue;
      const [was, is] = [reference[part], found[part]].map((value) => String(value).slice(0, 400));
      differences.push(`${program.name}, ${what}, Node ${node.version}: ${part} was\n${was}\nand is\n${is}`);
    }
  };
}

/**
 * @param {Program} program
 * @param {Node} node
 * @param {string[]} flags
 * @returns {import("./time-shares.mjs").Profile}
 */
function profileBare({ cwd, main, args }, node, flags) {
  const folder = join(work, "profile");
  rmSync(folder, { recursive: true, force: true });
  const profiling = ["--cpu-prof", "--cpu-prof-dir", folder];
  execFileSync(node.path, [...flags, ...profiling, main, ...args], { cwd, env: environment, stdio: "ignore" });
  const files = readdirSync(folder).map((name) => join(folder, name));
  const [largest] = files.sort((a, b) => statSync(b).size - statSync(a).size);
  if (!largest) throw new Error(`${cwd}: no profile was written`);
  return JSON.parse(readFileSync(largest, "utf8"));
}

/**
 * @param {Program} program
 * @param {Node} node
 * @param {string} bundle
 * @param {string} cache
 * @returns {import("./time-shares.mjs").Explained[]}
 */
function explain({ cwd }, node, bundle, cache) {
  const env = { ...environment, DUMBO_DIR: cache };
  const cli = join(bundle, "cli.cjs");
  try {
    /** @type {import("node:child_process").ExecFileSyncOptions} */
    const options = { cwd, env, maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] };
    return JSON.parse(execFileSync(node.path, [cli, "explain", "--all", "--json"], options).toString()).functions;
  } catch {
    // It fails where nothing is known.
    return [];
  }
}

/**
 * Waits for a file's lock, where one is asked for, so that benches on one machine take turns program by program.
 * @param {string | undefined} file
 * @returns {Promise<() => Promise<void>>} gives it back
 */
async function takeLock(file) {
  if (file === undefined) return async () => {};
  const holder = spawn("flock", [file, "sh", "-c", "echo; read -r _"], { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise((done, failed) => {
    holder.stdout.once("data", done);
    holder.once("error", failed);
    holder.once("exit", () => failed(new Error(`${file} cannot be locked`)));
  });
  return () =>
    new Promise((done) => {
      holder.removeAllListeners("exit").once("exit", () => done());
      holder.stdin.end();
    });
}

/**
 * Waits until what a run has left to analyse is analysed: as where somebody looks at the result before the next run.
 * @param {string} cache
 */
async function settled(cache) {
  const left = join(cache, "prepare");
  for (let i = 0; i < 600 && existsSync(left) && readdirSync(left).length > 0; i++) await setTimeout(100);
}

/**
 * Whether the program of a cache has been put to rest (loader/rest.ts).
 * @param {string} cache
 */
function rests(cache) {
  const folder = join(cache, "rest");
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((name) => /"until":[1-9]/.test(readFileSync(join(folder, name), "utf8")));
}

/** @param {string} folder */
function folderSize(folder) {
  if (!existsSync(folder)) return 0;
  let size = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    // Blocks, because the database is a sparse file.
    if (entry.isFile()) size += statSync(join(entry.parentPath ?? entry.path, entry.name)).blocks * 512;
  }
  return size;
}

/**
 * The median of the ratios of a side to the bare run of its repetition.
 * @param {Result} result
 * @param {Side} side
 * @param {"ms" | "cpu" | "memory"} what
 */
function ratio({ samples }, side, what) {
  return median(samples[side].map((sample, index) => sample[what] / (samples.bare[index]?.[what] ?? Number.NaN)));
}

/**
 * @param {Result} result
 * @param {"ms" | "cpu" | "memory"} what
 */
function bareMedian({ samples }, what) {
  return median(samples.bare.map((sample) => sample[what]));
}

/** @param {Result} result */
function figures(result) {
  return COLUMNS.map(([, value]) => shown(value(result)));
}

/** @param {number} value */
function shown(value) {
  return Number.isFinite(value) ? value.toFixed(2) : "";
}

/** @param {Result[]} rows */
function table(rows) {
  const titles = [
    "program",
    "bare, s",
    "bare cpu, s",
    "bare MB",
    ...COLUMNS.map(([title]) => title),
    "store KB",
    "cached",
    "refused",
  ];
  const lines = rows.map((row) => [
    row.program,
    (bareMedian(row, "ms") / 1000).toFixed(2),
    (bareMedian(row, "cpu") / 1000).toFixed(2),
    (bareMedian(row, "memory") / 2 ** 20).toFixed(0),
    ...figures(row),
    (row.store / 1024).toFixed(0),
    percent(row.shares.cached),
    percent(row.shares.refused),
  ]);
  const means = COLUMNS.map(([, value]) => shown(geometricMean(rows.map(value))));
  const worst = COLUMNS.map(([, value]) => shown(Math.max(...rows.map(value))));
  return markdownTable(
    [
      titles,
      ...lines,
      ["**geometric mean**", "", "", "", ...means, "", "", ""],
      ["**worst**", "", "", "", ...worst, "", "", ""],
    ],
    { align: ["l", ...titles.slice(1).map(() => "r")] },
  );
}

/** @param {Result[]} rows */
function reasonsTable(rows) {
  const lines = rows.map(({ program, shares: { reasons } }) => [
    program,
    reasons
      .filter(([, share]) => share >= 0.02)
      .slice(0, 3)
      .map(([reason, share]) => `${percent(share)} ${reason}`)
      .join("; ")
      .replaceAll("|", "\\|"),
  ]);
  return markdownTable([["program", "refused, of the time, and why"], ...lines.filter(([, text]) => text !== "")]);
}

/** @param {number[]} values */
function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** @param {number} share */
function percent(share) {
  return `${Math.round(share * 100)} %`;
}
