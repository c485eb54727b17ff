// Runs other packages' own tests without dumbo, with it recording, and with it answering: `npm run test:packages [--
// NAME ...]`. The packages are those in test/program/conformance/packages.json whose tarballs carry their tests. They are
// unpacked outside of node_modules, so that their modules are user modules. Expects dist/ to be built.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { install as installInto, npm, WITHOUT_SCRIPTS } from "./npm.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const home = join(root, ".tmp/packages");
const bundle = pathToFileURL(join(root, "dist/auto.cjs")).href;
const RUNNERS = { tape: "tape@5.9.0", mocha: "mocha@10.8.2" };
const LIMIT = 900_000;

const wanted = process.argv.slice(2);
const list = JSON.parse(readFileSync(join(root, "test/program/conformance/packages.json"), "utf8")).filter(
  (entry) => wanted.length === 0 || wanted.some((name) => entry.package.startsWith(name)),
);

if (list.length === 0) throw new Error(`no package is called ${wanted.join(" or ")}`);
console.log(`Node ${process.version}`);
const rows = [];
for (const entry of list) rows.push(await check(entry));
console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])));
const bad = rows.filter(({ same }) => !same);
const withHits = rows.filter(({ "own hits, warm": hits }) => hits > 0);
console.log(`${rows.length} suites, ${withHits.length} of them with hits of their own; ${bad.length} differ`);
process.exit(bad.length === 0 ? 0 : 1);

async function check(entry) {
  let folder;
  try {
    folder = install(entry);
  } catch (error) {
    console.log(`\n${entry.package} cannot be tested: ${error instanceof Error ? error.message : error}`);
    return { name: entry.package, same: false };
  }
  const place = mkdtempSync(join(tmpdir(), "dumbo-packages-"));
  try {
    const bare = await run(entry, folder, place, false);
    const cold = await run(entry, folder, place, true);
    const warm = await run(entry, folder, place, true);
    const differs = [cold, warm].map((outcome, index) => explain(entry, ["cold", "warm"][index], bare, outcome));
    return {
      name: entry.package,
      tests: count(bare.stdout),
      exit: bare.code,
      "all hits, cold": cold.hits,
      "all hits, warm": warm.hits,
      "misses, cold": cold.misses,
      "own hits, cold": cold.ownHits,
      "own hits, warm": warm.ownHits,
      functions: warm.functions,
      same: !differs.includes(true),
    };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Unpacks a package with what its tests need, once. */
function install({ package: spec, needs, tape, mocha }) {
  const folder = join(home, spec.replace(/[/@]/g, "_"));
  const done = join(folder, ".installed");
  const packages = [...needs, ...(tape ? [RUNNERS.tape] : []), ...(mocha ? [RUNNERS.mocha] : [])];
  // Some suites are run by node and use tape all the same.
  if (!tape && !mocha) packages.push(RUNNERS.tape);
  if (existsSync(done) && readFileSync(done, "utf8") === packages.join(" ")) return join(folder, "package");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  npm(["pack", "--silent", spec], folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (!tarball) throw new Error(`${spec} could not be downloaded`);
  const unpacked = join(folder, "package");
  const { status } = spawnSync("tar", ["xzf", tarball], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`${tarball} could not be unpacked`);
  const manifest = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
  // Their own development dependencies are mostly linters.
  const { devDependencies: _, scripts: __, ...kept } = manifest;
  writeFileSync(join(unpacked, "package.json"), `${JSON.stringify(kept, null, 2)}\n`);
  installInto(unpacked, packages, WITHOUT_SCRIPTS);
  writeFileSync(done, packages.join(" "));
  return unpacked;
}

/** One run of a suite; everything sound is kept and answered. */
function run({ tape, mocha, node }, folder, place, withDumbo) {
  const args = tape
    ? ["node_modules/tape/bin/tape", ...tape]
    : mocha
      ? [
          "node_modules/mocha/bin/mocha.js",
          "--no-config",
          "--no-opts",
          "--reporter",
          "tap",
          "--timeout",
          "120000",
          ...mocha,
        ]
      : node;
  const log = join(place, "log");
  rmSync(log, { force: true });
  // It adds up over runs; whoever wants everything kept does not ask it.
  rmSync(join(place, "cache/profile.json"), { force: true });
  const { NODE_OPTIONS = "", DUMBO: _, DUMBO_ASSUME_PURE: __, ...rest } = process.env;
  const settings = {
    NODE_OPTIONS: `${NODE_OPTIONS} --import ${bundle}`,
    DUMBO_DIR: join(place, "cache"),
    DUMBO_LOG: log,
    DUMBO_POLICY: "always",
  };
  const env = { ...rest, NODE_OPTIONS, ...(withDumbo ? settings : {}) };
  return new Promise((settle, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env,
      timeout: LIMIT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      settle({
        stdout: normalised(stdout),
        stderr: normalised(stderr),
        code: code ?? signal,
        ...statistics(log, settings.DUMBO_DIR, folder, tape ? "tape" : mocha && "mocha"),
      });
    });
  });
}

/** Without times, and without columns: those of guarded lines move (docs/soundness.md). */
function normalised(text) {
  return text
    .replace(/\(?\b\d+(\.\d+)? ?(m?s|(milli)?seconds)\b\)?/g, "<time>")
    .replace(/\b\d\d:\d\d:\d\d\b/g, "<time>")
    .replace(/(:\d+):\d+(?=\)|$)/gm, "$1")
    .replace(/\(node:\d+\)/g, "(node)");
}

/** What the processes of a run left in their log and, of functions of the package and its tests, in the profile. */
function statistics(log, cache, folder, runner) {
  const sum = { calls: 0, hits: 0, misses: 0, ownHits: 0, functions: 0 };
  if (!existsSync(log)) return sum;
  for (const line of readFileSync(log, "utf8").trim().split("\n")) {
    const { calls, hits, misses } = JSON.parse(line);
    sum.calls += calls;
    sum.hits += hits;
    sum.misses += misses;
  }
  const profile = join(cache, "profile.json");
  const { content } = existsSync(profile) ? JSON.parse(readFileSync(profile, "utf8")) : { content: {} };
  for (const { file, hits } of Object.values(content)) {
    // Paths are relative to the project of the entry, which is the runner's.
    const path = resolve(folder, runner ? `node_modules/${runner}` : "", file);
    if (hits === 0 || relative(folder, path).includes("node_modules")) continue;
    sum.ownHits += hits;
    sum.functions++;
  }
  return sum;
}

/** How many tests a suite says it ran. */
function count(text) {
  const said = /^# tests (\d+)/m.exec(text)?.[1] ?? /^1\.\.(\d+)$/m.exec(text)?.[1];
  return said === undefined ? null : Number(said);
}

/** Prints the first difference; answers whether there is one. */
function explain(entry, label, bare, outcome) {
  for (const part of ["code", "stdout", "stderr"]) {
    if (bare[part] === outcome[part]) continue;
    const before = String(bare[part]).split("\n");
    const after = String(outcome[part]).split("\n");
    const at = before.findIndex((line, index) => line !== after[index]);
    const from = Math.max(0, at - 3);
    const lines = (all) =>
      all
        .slice(from, from + 8)
        .map((line) => `    ${line}`)
        .join("\n");
    console.log(
      `\nDIFFERENT ${entry.package} (${label}, ${part})\n  bare:\n${lines(before)}\n  ${label}:\n${lines(after)}`,
    );
    return true;
  }
  return false;
}
