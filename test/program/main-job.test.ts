/**
 * The main job, as a user meets it: the tarball of `npm pack`, installed in a folder of its own, and programs of every
 * kind run twice with one flag.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { byName } from "../support/counts.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const requiresModules = major > 20 || (major === 20 && minor >= 19);
let home = "";

before(() => {
  home = mkdtempSync(join(tmpdir(), "dumbo-main-"));
  const pack = npm(["pack", "--ignore-scripts", "--json", "--pack-destination", home], repository);
  const packed: unknown = JSON.parse(pack);
  const [{ filename }] = (Array.isArray(packed) ? packed : Object.values(packed as object)) as [{ filename: string }];
  write("package.json", '{"private":true}');
  npm(["install", "--no-audit", "--no-fund", "--prefer-offline", join(home, filename)], home);
});
after(() => rmSync(home, { recursive: true, force: true }));

function npm(args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

interface Run {
  stdout: string;
  stderr: string;
  status: number | null;
  /** Counters of all processes of the run, added up. */
  hits: number;
  misses: number;
  functions: Record<string, { hits: number; misses: number; calls: number }>;
}

/** Runs a program in the project, with a cache directory of its own. What is sound is kept, at any cost. */
function run(folder: string, args: string[], env: Record<string, string> = {}): Run {
  const cwd = join(home, folder);
  const log = join(cwd, "log.jsonl");
  rmSync(log, { force: true });
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd,
    encoding: "utf8",
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      DUMBO_DIR: join(cwd, ".cache"),
      DUMBO_LOG: log,
      DUMBO_POLICY: "always",
      ...env,
    },
  });
  const total: Run = { stdout, stderr, status, hits: 0, misses: 0, functions: {} };
  for (const line of existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []) {
    const summary = JSON.parse(line) as Run;
    total.hits += summary.hits;
    total.misses += summary.misses;
    Object.assign(total.functions, byName(summary.functions));
  }
  return total;
}

/** Some milliseconds of pure work. */
const burn = "let s = 0; for (let i = 0; i < 3e6; i++) s = (s * 31 + i) % 1000003; return s + n;";

/** What Node itself says about a file, without the number of the process. */
const said = (stderr: string) => stderr.replace(/\(node:\d+\)/g, "(node)");

function runsTwice(folder: string, args: string[], expected: string): void {
  const nodeRunsIt = major > 20 || !/\.[cm]?ts$/.test(args.at(-1) ?? "");
  const bare = nodeRunsIt ? said(run(folder, args, { DUMBO: "off" }).stderr) : "";
  const cold = run(folder, args);
  assert.equal(said(cold.stderr), bare);
  assert.equal(cold.stdout, expected);
  assert.equal(cold.hits, 0, "the first run has nothing to hit");
  assert.ok(cold.misses > 0, "the first run records");
  const warm = run(folder, args);
  assert.equal(said(warm.stderr), bare);
  assert.equal(warm.stdout, expected);
  assert.equal(warm.status, cold.status);
  assert.ok(warm.hits > 0, `the second run hits: ${JSON.stringify(warm.functions)}`);
}

const expected = "488038 488039\n";
const modules = {
  esm: {
    lib: `export function slow(n) { ${burn} }`,
    main: (from: string) => `import { slow } from "./${from}";\nconsole.log(slow(1), slow(2));`,
  },
  cjs: {
    lib: `exports.slow = function slow(n) { ${burn} };`,
    main: (from: string) => `const { slow } = require("./${from}");\nconsole.log(slow(1), slow(2));`,
  },
};

test("the figures that the programs print are those of a bare run", () => {
  write("bare/main.mjs", `function slow(n) { ${burn} }\nconsole.log(slow(1), slow(2));`);
  assert.equal(run("bare", ["main.mjs"]).stdout, expected);
});

const typed = (text: string) => text.replaceAll("slow(n)", "slow(n: number): number");
const entries: [name: string, files: Record<string, string>][] = [
  ["main.mjs", { "main.mjs": modules.esm.main("lib.mjs"), "lib.mjs": modules.esm.lib }],
  [
    "main.js",
    { "package.json": '{"type":"module"}', "main.js": modules.esm.main("lib.js"), "lib.js": modules.esm.lib },
  ],
  ["main.cjs", { "main.cjs": modules.cjs.main("lib.cjs"), "lib.cjs": modules.cjs.lib }],
  ["plain.js", { "package.json": "{}", "plain.js": modules.cjs.main("lib.js"), "lib.js": modules.cjs.lib }],
  [
    "main.ts",
    { "package.json": '{"type":"module"}', "main.ts": modules.esm.main("lib.ts"), "lib.ts": typed(modules.esm.lib) },
  ],
  ["plain.ts", { "package.json": "{}", "plain.ts": modules.esm.main("lib.mts"), "lib.mts": typed(modules.esm.lib) }],
  ["main.mts", { "main.mts": modules.esm.main("lib.mts"), "lib.mts": typed(modules.esm.lib) }],
  ["main.cts", { "main.cts": modules.cjs.main("lib.cts"), "lib.cts": typed(modules.cjs.lib) }],
  ["imports-cjs.mjs", { "imports-cjs.mjs": modules.esm.main("lib.cjs"), "lib.cjs": modules.cjs.lib }],
  ["alone.mjs", { "alone.mjs": `function slow(n) { ${burn} }\nconsole.log(slow(1), slow(2));` }],
];
if (requiresModules && major > 20) {
  entries.push(["requires-esm.cjs", { "requires-esm.cjs": modules.cjs.main("lib.mjs"), "lib.mjs": modules.esm.lib }]);
}
for (const [entry, files] of entries) {
  for (const flag of ["--import", "--require"]) {
    // Node 20 asks its CommonJS loader for a `.ts` entry under --require only, which cannot run an ES module.
    const isModuleInTypeScript = /\.m?ts$/.test(entry);
    const skip = flag === "--require" && major === 20 && isModuleInTypeScript;
    test(`${flag} dumbo/auto ${entry}`, { skip }, () => {
      const folder = `${flag.slice(2)}-${entry}`;
      for (const [path, text] of Object.entries(files)) write(`${folder}/${path}`, text);
      runsTwice(folder, [flag, "dumbo/auto", entry], expected);
    });
  }
}

test("enum, namespace and parameter properties run on every version", () => {
  const source = `enum Scale { one = 1 }\nnamespace Work { export function slow(n: number): number { ${burn} } }
class Job { constructor(public n: number) {} }\nfunction run(job: Job): number { return Work.slow(job.n * Scale.one); }
console.log(run(new Job(1)), run(new Job(2)));`;
  write("enum/main.mts", source);
  const { stdout, stderr } = run("enum", ["--import", "dumbo/auto", "main.mts"]);
  assert.equal(stderr, "");
  assert.equal(stdout, expected);
});

test("worker threads take from the cache", () => {
  write("worker/lib.mjs", modules.esm.lib);
  write(
    "worker/worker.mjs",
    'import { parentPort } from "node:worker_threads";\nimport { slow } from "./lib.mjs";\nparentPort.postMessage(slow(1));',
  );
  write(
    "worker/main.mjs",
    `import { Worker } from "node:worker_threads";
for (let i = 0; i < 2; i++) await new Promise((done) => new Worker(new URL("./worker.mjs", import.meta.url)).on("message", console.log).on("exit", done));`,
  );
  const args = ["--import", "dumbo/auto", "main.mjs"];
  const cold = run("worker", args);
  assert.equal(cold.stdout, "488038\n488038\n");
  const warm = run("worker", args);
  assert.equal(warm.stderr, "");
  assert.equal(warm.stdout, cold.stdout);
  assert.equal(warm.hits, 2);
});

test("child processes that inherit the flag take from the cache", () => {
  write("child/lib.cjs", modules.cjs.lib);
  write("child/child.cjs", modules.cjs.main("lib.cjs"));
  write("child/main.cjs", 'require("node:child_process").fork("./child.cjs");');
  const args = ["--import", "dumbo/auto", "main.cjs"];
  assert.equal(run("child", args).stdout, expected);
  const warm = run("child", args);
  assert.equal(warm.stderr, "");
  assert.equal(warm.stdout, expected);
  assert.equal(warm.hits, 2);
});

test("DUMBO=off leaves Node as if dumbo were not there", () => {
  write(
    "off/main.mjs",
    "console.log(Object.getOwnPropertySymbols(globalThis).length, Date.toString(), (function f(n) { return g(n) }).toString()); function g(n) { return f(n) } function f(n) { return n }",
  );
  const bare = run("off", ["main.mjs"]);
  for (const value of ["off", "0", "false", "no", "OFF"]) {
    const off = run("off", ["--import", "dumbo/auto", "main.mjs"], { DUMBO: value });
    assert.equal(off.stdout, bare.stdout);
    assert.equal(off.stderr, "");
    assert.ok(!existsSync(join(home, "off/.cache")), "no cache directory is made");
  }
});

test("by default what pays is kept, and what is too cheap is not asked again", () => {
  write(
    "measured/main.mjs",
    `function expensive(n) { let s = 0; for (let i = 0; i < 4e7; i++) s = (s * 31 + i) % 1000003; return s + n; }
function cheap(n) { let s = 0; for (let i = 0; i < 3; i++) s += n; return s; }
let sum = expensive(1);
for (let i = 0; i < 2000; i++) sum += cheap(i);
console.log(sum);`,
  );
  const args = ["--import", "dumbo/auto", "main.mjs"];
  const env = { DUMBO_POLICY: "measured" };
  const cold = run("measured", args, env);
  assert.equal(cold.functions.expensive?.misses, 1);
  assert.ok((cold.functions.cheap?.calls ?? 0) < 2000, "its guard was switched off");
  const warm = run("measured", args, env);
  assert.equal(warm.stdout, cold.stdout);
  assert.equal(warm.functions.expensive?.hits, 1);
  assert.equal(warm.functions.cheap, undefined, "its guard was left out");
});

test("the line at exit goes to stderr, when it is asked for", () => {
  const folder = "import-main.mjs";
  const { stdout, stderr } = run(folder, ["--import", "dumbo/auto", "main.mjs"], { DUMBO_LOG: "1" });
  assert.equal(stdout, expected);
  assert.match(stderr, /^dumbo: [\d.]+ (s|ms|us) of [\d.]+ (s|ms) saved \(2 hits, 0 misses\)\.\n$/);
});

test("dumbo explain tells what became of each function", () => {
  write("explain/package.json", '{"private":true}');
  write(
    "explain/main.mjs",
    `export function slow(n) { ${burn} }\nfunction now() { return slow(1) + Date.now(); }\nslow(1); now();`,
  );
  run("explain", ["--import", "dumbo/auto", "main.mjs"]);
  run("explain", ["--import", "dumbo/auto", "main.mjs"]);
  const cli = join(home, "node_modules/dumbo/dist/cli.cjs");
  const { stdout, stderr } = run("explain", [cli, "explain"]);
  assert.equal(stderr, "");
  assert.match(stdout, /^cached +slow +main\.mjs:1\n +4 calls, [23] hits, [12] miss(es)?, /m);
  assert.match(stdout, /^not cached +now +main\.mjs:2\n +uses Date\.now at main\.mjs:2/m);
  assert.match(run("explain", [cli, "explain", "nothing-like-this"]).stderr, /nothing is known of "nothing-like-this"/);
});

test("a module that cannot be parsed is left to Node, and named where dumbo's log is asked for", () => {
  write("broken/part.mjs", "let x = ;\n");
  write("broken/main.mjs", "import('./part.mjs').catch(({ message }) => console.log(message));\n");
  const bare = run("broken", ["main.mjs"]);
  assert.equal(bare.stderr, "");
  const { stdout, stderr, status } = run("broken", ["--import", "dumbo/auto", "main.mjs"], { DUMBO_LOG: "" });
  assert.deepEqual({ stdout, stderr, status }, { stdout: bare.stdout, stderr: "", status: 0 });
  const logged = run("broken", ["--import", "dumbo/auto", "main.mjs"], { DUMBO_LOG: "summary" });
  assert.match(logged.stderr, /^dumbo: .*part\.mjs runs uncached: it cannot be parsed: Unexpected token \(1:8\)$/m);
});

test("a cache directory that cannot be used leaves the program as it is, with one line", () => {
  write("nodir/main.mjs", `function slow(n) { ${burn} }\nconsole.log(slow(1), slow(2));`);
  write("nodir/file", "");
  const { stdout, stderr, status } = run("nodir", ["--import", "dumbo/auto", "main.mjs"], {
    DUMBO_DIR: join(home, "nodir/file/x"),
  });
  assert.equal(stdout, expected);
  assert.equal(status, 0);
  assert.match(stderr, /^dumbo: cache directory .*nodir\/file\/x .*; the program runs uncached\n$/);
});
