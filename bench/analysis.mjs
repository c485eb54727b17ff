// What the analysis of a module takes (parse, scopes, units, rewrite, manifest), as a multiple of acorn's own parse of it.
//
//   node bench/analysis.mjs [--node PATH] [--runs N] [--tree FOLDER]... [--profile] [FILE...]
//   node bench/analysis.mjs --outcomes [--tree FOLDER] FILE|FOLDER...
//
// Without files, packages of 0.1 to 9 MB are taken, which are installed once. A tree is a copy of dumbo's sources: several are measured in
// turns. Times are the processor's, of a process for each file: `cold` is the first time that the process does it, warm the
// median of the next ones. With --outcomes, a line for each file says what the analysis puts out, as a hash: for a `diff` of two trees.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { AS_NODE_RUNS_IT } from "../scripts/bundle.mjs";
import { installOnce, WITHOUT_SCRIPTS } from "../scripts/npm.mjs";
import { xxhashPlugin } from "../scripts/xxhash-plugin.mjs";
import { median } from "./statistics.mjs";

const PACKAGES = [
  ...["date-fns@4.1.0", "highlight.js@11.11.1", "katex@0.16.22", "parse5@8.0.0", "prettier@3.6.2"],
  ...["sass@1.93.2", "three@0.180.0", "typescript@5.9.3", "uglify-js@3.19.3", "xlsx@0.18.5"],
];
const FILES = [
  ...["date-fns/cdn.js", "katex/dist/katex.mjs", "katex/dist/katex.js", "uglify-js/lib/compress.js"],
  ...["three/build/three.module.js", "prettier/index.mjs", "xlsx/xlsx.js", "xlsx/dist/xlsx.full.min.js"],
  ...[
    "prettier/plugins/typescript.mjs",
    "three/build/three.core.js",
    "sass/sass.dart.js",
    "typescript/lib/typescript.js",
  ],
];
/** What the loader asks for a package's file. */
const OPTIONS = { scope: "package", assumed: [], assumedBuiltins: [], leavesSlight: true, sourceMap: false };
const SHOWN = 30;

const self = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: "string", default: process.execPath },
    runs: { type: "string", default: "5" },
    tree: { type: "string", multiple: true, default: [root] },
    profile: { type: "boolean" },
    outcomes: { type: "boolean" },
    scope: { type: "string", default: "package" },
    child: { type: "string" },
    what: { type: "string" },
  },
});

if (values.child) {
  console.log(JSON.stringify(measure(values.child, values.what, positionals[0], Number(values.runs))));
} else await main();

async function main() {
  const temp = mkdtempSync(join(tmpdir(), "dumbo-analysis-"));
  process.on("exit", () => rmSync(temp, { recursive: true, force: true }));
  const bundles = [];
  for (const [n, tree] of values.tree.entries()) bundles.push(await bundled(resolve(tree), join(temp, `${n}.cjs`)));
  if (values.outcomes) return printOutcomes(bundles[0]);
  const files = positionals.length > 0 ? positionals.map((file) => resolve(file)) : installed();
  for (const file of files) printTimes(bundles, file);
  if (values.profile) printProfile(bundles[0], files, join(temp, "profiles"));
}

function installed() {
  const folder = join(root, ".tmp/analysis");
  installOnce(folder, PACKAGES, WITHOUT_SCRIPTS);
  return FILES.map((file) => join(folder, "node_modules", file));
}

/** The transform of a tree, and acorn, as one file. */
async function bundled(tree, outfile) {
  await build({
    stdin: {
      contents: `export { transform } from "./loader/transform/index.ts"; export { parse } from "acorn";`,
      resolveDir: tree,
    },
    absWorkingDir: tree,
    outfile,
    ...AS_NODE_RUNS_IT,
    plugins: [xxhashPlugin()],
    logLevel: "error",
  });
  return outfile;
}

function printTimes(bundles, file) {
  const cells = bundles.map((bundle) => {
    const warm = child(bundle, "warm", file);
    const cold = { acorn: child(bundle, "acorn", file).ms, whole: child(bundle, "whole", file).ms };
    return [ratio(warm), `cold ${ratio(cold)}`, `manifest ${(warm.manifest / 1e6).toFixed(2)} MB`].join("  ");
  });
  const size = (statSync(file).size / 1e6).toFixed(2);
  console.log([`${size.padStart(6)} MB  ${basename(file).padEnd(22)}`, ...cells].join("  |  "));
}

function ratio({ whole, acorn }) {
  return `${(whole / acorn).toFixed(2)} (${whole.toFixed(0)} / ${acorn.toFixed(0)} ms)`.padEnd(24);
}

function child(bundle, what, file, flags = []) {
  const args = ["--expose-gc", ...flags, self, "--child", bundle, "--what", what, "--runs", values.runs, file];
  const { stdout, stderr, status } = spawnSync(values.node, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** In a process of its own: milliseconds of the processor for acorn alone, for the whole analysis, or for both in turns. */
function measure(bundle, what, file, runs) {
  const { transform, parse } = createRequire(import.meta.url)(bundle);
  const text = readFileSync(file, "utf8");
  const options = { ...OPTIONS, scope: values.scope };
  let manifest = 0;
  const whole = () => {
    manifest = JSON.stringify(transform(text, "0", options).manifest ?? null).length;
  };
  const acorn = () => parseAlone(parse, text);
  if (what !== "warm") return { ms: spent(what === "acorn" ? acorn : whole) };
  /** @type {{ acorn: number[], whole: number[] }} */
  const times = { acorn: [], whole: [] };
  for (let run = 0; run <= runs; run++) {
    times.acorn.push(spent(acorn));
    times.whole.push(spent(whole));
  }
  return { acorn: median(times.acorn.slice(1)), whole: median(times.whole.slice(1)), manifest };
}

function parseAlone(parse, text) {
  const options = { ecmaVersion: "latest", allowHashBang: true };
  try {
    parse(text, { ...options, sourceType: "script", allowReturnOutsideFunction: true });
  } catch {
    parse(text, { ...options, sourceType: "module" });
  }
}

function spent(work) {
  globalThis.gc?.();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The functions that take most of the warm analysis of these files, garbage collection and all. */
function printProfile(bundle, files, folder) {
  mkdirSync(folder);
  for (const file of files) child(bundle, "warm", file, ["--cpu-prof", "--cpu-prof-dir", folder]);
  const times = new Map();
  let all = 0;
  for (const name of readdirSync(folder)) {
    const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, name), "utf8"));
    const byId = new Map(nodes.map((entry) => [entry.id, entry.callFrame]));
    for (const [n, id] of samples.entries()) {
      const { functionName, lineNumber } = byId.get(id);
      const key = `${functionName || "(anonymous)"}:${lineNumber + 1}`;
      times.set(key, (times.get(key) ?? 0) + timeDeltas[n]);
      all += timeDeltas[n];
    }
  }
  console.log("\n% of the time by itself, function");
  for (const [name, time] of [...times].sort((a, b) => b[1] - a[1]).slice(0, SHOWN)) {
    console.log(`${((100 * time) / all).toFixed(1).padStart(6)}  ${name}`);
  }
}

function printOutcomes(bundle) {
  const { transform } = createRequire(import.meta.url)(bundle);
  for (const file of positionals.flatMap((place) => sourcesIn(resolve(place)))) {
    for (const scope of ["package", "user"]) {
      const text = readFileSync(file, "utf8");
      const made = transform(text, "0", { ...OPTIONS, scope, leavesSlight: scope === "package" });
      const digest = createHash("sha1").update(JSON.stringify(made)).digest("hex");
      console.log(digest, scope, relative(root, file));
    }
  }
}

function sourcesIn(place) {
  if (statSync(place).isFile()) return [place];
  const names = readdirSync(place, { recursive: true, encoding: "utf8" }).filter((name) => /\.[cm]?js$/.test(name));
  return names.map((name) => join(place, name)).filter((file) => statSync(file).isFile());
}
