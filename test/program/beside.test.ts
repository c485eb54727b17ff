/**
 * Tools that a program is run by, or that load modules as well: with dumbo beside them, the program does what it does without, its
 * calls hit, and the tool sees the source that the user wrote. Expects dist/ to be built. Others are in test/loader: NODE_COMPILE_CACHE
 * (compile-cache.test.ts), --enable-source-maps and NODE_V8_COVERAGE (source-map.test.ts).
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import * as nodeModule from "node:module";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { CliProject } from "../support/cli-project.ts";
import { docPackages, docSteps } from "../support/doc-program.ts";

const require = createRequire(import.meta.url);
const AUTO = ["--import", "dumbo/auto"];
const tsx = pathToFileURL(require.resolve("tsx")).href;

/** A module that works for some milliseconds, and a program that prints what it says. */
const WORK = `export function work(n) {
  let sum = n;
  for (let i = 0; i < 1e6; i++) sum = (sum * 31 + i) % 1000003;
  return sum;
}
`;
const MAIN = 'import { work } from "./work.js";\nconsole.log(work(1), work(2));\n';

let project: CliProject;
beforeEach(() => {
  project = new CliProject({ "package.json": '{ "type": "module" }\n', "work.js": WORK, "main.js": MAIN });
});
afterEach(() => project.remove());

/** What a run says: its output, and how often dumbo had an answer. */
function counted(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { stdout, stderr, status } = project.node(args, { DUMBO_LOG: "json", ...env });
  const line = stderr.split("\n").findLast((text) => text.startsWith('{"calls"'));
  assert.ok(line, `dumbo has said nothing: ${stdout}${stderr}`);
  const { hits, misses } = JSON.parse(line) as { hits: number; misses: number };
  return { stdout, status, hits, misses };
}

/** Runs twice with dumbo: the output is that of a bare run, and the second run hits. */
function expectHits(bare: readonly string[], withDumbo: readonly string[]): void {
  // Tools put functions of their own into modules, which may hit as well.
  const least = 2;
  const expected = project.node(bare);
  assert.equal(expected.status, 0, expected.stderr);
  const first = counted(withDumbo);
  const second = counted(withDumbo);
  assert.deepEqual([first.stdout, first.status], [expected.stdout, 0]);
  assert.deepEqual([second.stdout, second.status], [expected.stdout, 0]);
  assert.deepEqual([first.hits, second.misses], [0, 0]);
  assert.ok(second.hits >= least, `${second.hits} hits`);
}

/** Runs twice with dumbo: the program is that of a bare run, and dumbo says no more than it may. */
function expectSame(bare: readonly string[], withDumbo: readonly string[], said = /^$/): void {
  const expected = project.node(bare);
  assert.deepEqual([expected.stderr, expected.status], ["", 0]);
  for (let run = 0; run < 2; run++) {
    const { stdout, stderr, status } = project.node(withDumbo);
    assert.deepEqual([stdout, status], [expected.stdout, 0], stderr);
    assert.match(stderr, said);
  }
}

test("tsx in front of dumbo, and behind it", () => {
  project.write("work.ts", WORK.replace("work(n)", "work(n: number): number"));
  project.write(
    "main.ts",
    'import { work } from "./work.ts";\ninterface Size { n: number }\nconst small: Size = { n: 1 };\nconsole.log(work(small.n), work(2 as number));\n',
  );
  const bare = ["--import", tsx, "main.ts"];
  expectHits(bare, ["--import", tsx, ...AUTO, "main.ts"]);
  assert.equal(project.dumbo(["clear"]).status, 0);
  const inFront = [...AUTO, "--import", tsx, "main.ts"];
  if (!process.versions.node.startsWith("20.")) return expectHits(bare, inFront);
  // What hooks in a thread make of dumbo's text is run: dumbo does not know it then, and says so until they stand first.
  expectSame(bare, inFront);
  const said = /nothing of \S*work\.ts is cached: hooks .* put them first/;
  assert.match(project.node(inFront, { DUMBO_LOG: "summary" }).stderr, said);
  assert.match(project.dumbo(["explain"]).stderr, said);
  expectHits(bare, ["--import", tsx, ...AUTO, "main.ts"]);
  assert.doesNotMatch(project.dumbo(["explain"]).stdout, said);
});

test("what tsx makes of TypeScript is not taken for TypeScript", () => {
  // Of the comparisons, tsx makes `pick(a<b,c>(d,e))`.
  const program = `${WORK.replace("work(n)", "work(n: number): number")}const names: string[] = [];
function named(value: any, context: ClassMethodDecoratorContext) {
  names.push(String(context.name));
  return value;
}
class Rates {
  @named rate(n: number) { return work(n); }
}
const pick = (...all: unknown[]) => all.join();
function compare(a: number, b: number, c: number, d: number, e: number) { return work(a) + pick((a < b), c > (d, e)); }
console.log(names.join(), new Rates().rate(1), compare(1, 2, 3, 4, 2), compare(2, 2, 3, 4, 5));
`;
  for (const name of ["main.mts", "main.cts"]) {
    project.write(name, program);
    const bare = ["--import", tsx, name];
    const behind = ["--import", tsx, ...AUTO, name];
    expectSame(bare, behind);
    const { hits } = counted(behind);
    // Without hooks in the thread, tsx compiles `.cts` files behind dumbo's back.
    const least = name === "main.cts" && !("registerHooks" in nodeModule) ? 0 : 2;
    assert.ok(hits >= least, `${name}: ${hits} hits`);
    assert.equal(project.dumbo(["clear"]).status, 0);
    // Here dumbo gets the text with its decorators, which it cannot parse.
    expectSame(bare, [...AUTO, "--import", tsx, name]);
  }
});

test("CommonJS that tsx makes of TypeScript, and what it requires", () => {
  project.write("package.json", "{}\n");
  project.write("work.ts", WORK.replace("work(n)", "work(n: number): number"));
  project.write("plain.js", WORK.replace("export function work", "exports.plain = function plain"));
  project.write(
    "main.ts",
    `import { work } from "./work";
import { plain } from "./plain.js";
enum Kind { One, Two }
console.log(work(3), plain(4), Kind.Two, module.exports === exports, require.main === module);
`,
  );
  const bare = ["--import", tsx, "main.ts"];
  const behind = ["--import", tsx, ...AUTO, "main.ts"];
  expectSame(bare, behind);
  const { hits } = counted(behind);
  assert.ok(hits >= 2, `${hits} hits`);
});

const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript);
test("TypeScript that requires by names without extension, where Node knows none", { skip: stripsTypes }, () => {
  project.write("package.json", "{}\n");
  project.write("task.ts", `${WORK.replace("export function work(n)", "exports.work = function work(n: number)")}`);
  project.write("folder/index.ts", "exports.kind = 'folder' as const;\n");
  project.write("node_modules/pkg/package.json", '{ "main": "lib/main" }');
  project.write("node_modules/pkg/lib/main.ts", "exports.kind = 'package' as const;\n");
  project.write("both.js", "exports.kind = 'JavaScript';\n");
  project.write("both.ts", "exports.kind = 'TypeScript' as const;\n");
  const told = "try { exports.found = require('./task').work.name; } catch (error) { exports.found = error.code; }\n";
  project.write("asks.js", told);
  project.write(
    "main.cts",
    `const { work }: { work: (n: number) => number } = require("./task");
const kinds: string[] = ["./folder", "./folder/", "pkg", "./both"].map((name) => require(name).kind);
const from = require("node:module").createRequire(__filename);
console.log(typeof work(3), typeof work(4), kinds.join(), from("./folder").kind);
console.log(require.resolve("./folder") === from.resolve("./folder/index.ts"), Object.keys(require.extensions).join(" "));
`,
  );
  const expected = "number number folder,folder,package,JavaScript folder\ntrue .js .json .node\n";
  for (const least of [0, 2]) {
    const { stdout, hits } = counted([...AUTO, "main.cts"]);
    assert.equal(stdout, expected);
    assert.ok(hits >= least, `${hits} hits`);
  }
  // What JavaScript asks for is not found for TypeScript's sake, not even where that has found it before.
  project.write("main.cts", 'require("./task" as string);\nconsole.log(require("./asks.js").found);\n');
  assert.equal(counted([...AUTO, "main.cts"]).stdout, "MODULE_NOT_FOUND\n");
});

test("c8 counts the lines of the source", () => {
  project.write(
    "work.js",
    `${WORK}\nexport function unused(n) {\n  let sum = n;\n  for (let i = 0; i < 9; i++) sum += i;\n  return sum;\n}\n`,
  );
  const c8 = join(dirname(require.resolve("c8/package.json")), "bin/c8.js");
  const measured = (flags: readonly string[]) => {
    const args = [
      c8,
      "--reporter=text",
      "--include=work.js",
      "--temp-directory",
      join(project.root, "coverage"),
      "node",
      ...flags,
      "main.js",
    ];
    const { stdout, stderr, status } = project.node(args);
    assert.equal(status, 0, stderr);
    const row = stdout.split("\n").find((line) => line.includes("work.js"));
    assert.ok(row, `c8 has measured it: ${stdout}`);
    const [, statements, branches, functions, lines, uncovered] = row.split("|").map((cell) => cell.trim());
    assert.ok(branches && functions, row);
    // Guards have branches and a function of their own.
    return { statements, lines, uncovered };
  };
  const bare = measured([]);
  assert.deepEqual(bare, { statements: "63.63", lines: "63.63", uncovered: "8-11" });
  assert.deepEqual(measured(AUTO), bare, "when it is recorded");
});

test("node --test", () => {
  project.write(
    "work.test.js",
    'import { test } from "node:test";\nimport assert from "node:assert";\nimport { work } from "./work.js";\ntest("works", () => assert.equal(typeof work(1), "number"));\n',
  );
  for (let run = 0; run < 2; run++) {
    const { stdout, status } = project.node(["--test", "--test-reporter=tap", "work.test.js"], {
      NODE_OPTIONS: AUTO.join(" "),
      DUMBO_LOG: join(project.root, "log.txt"),
    });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^# pass 1$/m);
  }
  const hits = project
    .read("log.txt")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { hits: number }).hits);
  assert.ok(hits.includes(1), `hits: ${hits.join(", ")}`);
});

test("node --watch runs again after an edit, with the edited code", { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, ["--watch", ...AUTO, "main.js"], {
    cwd: project.root,
    env: {
      ...process.env,
      NODE_TEST_CONTEXT: undefined,
      DUMBO_POLICY: "always",
      DUMBO_PREPARE: "0",
      DUMBO_USER_DIR: "off",
    },
  });
  try {
    let printed = "";
    child.stdout.on("data", (text) => {
      printed += text;
    });
    const lines = () => printed.match(/^\d+ \d+$/gm) ?? [];
    while (lines().length < 1) await sleep(20);
    // What has not been seen by then is not watched yet.
    await sleep(500);
    project.edit("work.js", "1000003", "1000033");
    while (lines().length < 2) await sleep(20);
    const [before, after] = lines();
    assert.notEqual(after, before);
    assert.equal(project.node(["main.js"]).stdout.trim(), after);
  } finally {
    child.kill();
  }
});

test("breakpoints stop on their line, and show the user's variables", () => {
  project.write(
    "debug.cjs",
    `const { Session } = require("node:inspector");
const session = new Session();
session.connect();
let stops = 0;
session.on("Debugger.paused", ({ params }) => {
  const [{ location, functionName, callFrameId }] = params.callFrames;
  session.post("Debugger.evaluateOnCallFrame", { callFrameId, expression: "String([n, sum])" }, (error, answer) => {
    if (stops++ === 0) console.log("stopped", functionName, location.lineNumber + 1, answer.result.value);
  });
  session.post("Debugger.resume");
});
session.post("Debugger.enable");
session.post("Debugger.setBreakpointByUrl", { urlRegex: ".*work\\\\.js$", lineNumber: 3 });
`,
  );
  const bare = project.node(["--require", "./debug.cjs", "main.js"]).stdout;
  assert.match(bare, /^stopped work 4 1,\d+\n/);
  const stopped = project.node(["--require", "./debug.cjs", ...AUTO, "main.js"]).stdout;
  assert.equal(stopped, bare, "when it is recorded");
});

/** Another tool's hook: it writes 7 where a module says LUCKY. */
const RESOLVED = `export async function load(url, context, next) {
  const result = await next(url, context);
  return url.endsWith("/lucky.js") ? { ...result, source: String(result.source).replace("LUCKY", "7") } : result;
}
`;
const LUCKY = {
  "lucky.js": WORK.replace("let sum = n", "let sum = n * LUCKY"),
  "main.js": MAIN.replace("./work.js", "./lucky.js"),
  "hooks.mjs": RESOLVED,
  "async.mjs": 'import { register } from "node:module";\nregister("./hooks.mjs", import.meta.url);\n',
  "sync.mjs": `import { registerHooks } from "node:module";
registerHooks({
  load(url, context, next) {
    const result = next(url, context);
    return url.endsWith("/lucky.js") ? { ...result, source: String(result.source).replace("LUCKY", "7") } : result;
  },
});
`,
};

for (const [name, hooks, isThere] of [
  ["module.register", "./async.mjs", true],
  ["module.registerHooks", "./sync.mjs", "registerHooks" in nodeModule],
] as const) {
  test(`another user of ${name}, in front of dumbo and behind it`, { skip: !isThere }, () => {
    for (const [path, text] of Object.entries(LUCKY)) project.write(path, text);
    const bare = project.node(["--import", hooks, "main.js"]);
    assert.equal(bare.status, 0, bare.stderr);
    assert.notEqual(project.node(["main.js"]).status, 0, "the hook is needed");
    for (const flags of [
      ["--import", hooks, ...AUTO],
      [...AUTO, "--import", hooks],
    ]) {
      for (let run = 0; run < 2; run++) {
        const { stdout, stderr, status } = project.node([...flags, "main.js"]);
        assert.deepEqual([stdout, status], [bare.stdout, 0], `${flags.join(" ")}: ${stderr}`);
      }
    }
  });
}

test("a package of a workspace is code of the program: it hits, and an edit of it misses", () => {
  project.write(
    "packages/sums/package.json",
    '{ "name": "sums", "version": "1.0.0", "type": "module", "exports": "./index.js" }\n',
  );
  project.write("packages/sums/index.js", WORK);
  symlinkSync(join(project.root, "packages/sums"), join(project.root, "node_modules/sums"), "junction");
  project.write("main.js", MAIN.replace("./work.js", "sums"));
  expectHits(["main.js"], [...AUTO, "main.js"]);
  project.edit("packages/sums/index.js", "1000003", "1000033");
  const edited = counted([...AUTO, "main.js"]);
  assert.deepEqual([edited.hits, edited.stdout], [0, project.node(["main.js"]).stdout]);
});

test("packages as pnpm lays them out: each behind a link, with links to what it needs", () => {
  const store = join(project.root, "node_modules/.pnpm");
  const put = (name: string, text: string) => {
    project.write(
      `node_modules/.pnpm/${name}@1.0.0/node_modules/${name}/package.json`,
      `{ "name": "${name}", "version": "1.0.0", "type": "module", "exports": "./index.js" }\n`,
    );
    project.write(`node_modules/.pnpm/${name}@1.0.0/node_modules/${name}/index.js`, text);
  };
  put("inner", WORK);
  put(
    "outer",
    'import { work as inner } from "inner";\nexport function work(n) {\n  return inner(n) + inner(n + 10);\n}\n',
  );
  symlinkSync(join(store, "inner@1.0.0/node_modules/inner"), join(store, "outer@1.0.0/node_modules/inner"), "junction");
  mkdirSync(join(project.root, "node_modules"), { recursive: true });
  symlinkSync(join(store, "outer@1.0.0/node_modules/outer"), join(project.root, "node_modules/outer"), "junction");
  project.write(
    "main.js",
    `import { work } from "outer";\nexport function twice(n) {\n  return work(n) * 2;\n}\nconsole.log(twice(1), twice(2));\n`,
  );
  assert.ok(existsSync(join(project.root, "node_modules/outer/index.js")), "the link leads there");
  expectHits(["main.js"], [...AUTO, "main.js"]);
});

test("OpenTelemetry on dumbo's channels, as docs/channels.md has it: each call is a span, with its caller's as its parent", () => {
  const doc = readFileSync(new URL("../../docs/channels.md", import.meta.url), "utf8");
  const tracing = docSteps(doc).find((step) => step.kind === "file" && step.name === "tracing.js");
  assert.ok(tracing?.kind === "file", "the document has it");
  for (const name of docPackages(doc)) project.install(name);
  project.write(
    "tracing.js",
    `${tracing.text.replaceAll("ConsoleSpanExporter", "InMemorySpanExporter").replace("new InMemorySpanExporter()", "exporter")}
process.on("exit", () => {
  const spans = exporter.getFinishedSpans();
  const nameOf = (id) => spans.find((span) => span.spanContext().spanId === id)?.name ?? null;
  const told = spans.map(({ name, attributes, parentSpanContext, status, events }) =>
    [name, attributes["dumbo.outcome"], nameOf(parentSpanContext?.spanId), status.code, events.length].join(" "));
  console.error(JSON.stringify(told));
});
`.replace("const provider", "const exporter = new InMemorySpanExporter();\nconst provider"),
  );
  project.write(
    "main.js",
    `import { readFile } from "node:fs/promises";
import { work } from "./work.js";
export function outer(n) { return work(n) + work(n + 1); }
export async function read(n) { const text = await readFile("work.js", "utf8"); return text.length + work(n); }
export function fails(n) { if (work(n) >= 0) throw new RangeError("no"); return n; }
console.log(outer(1), await read(5));
try { fails(9); } catch (error) { console.log(error.message); }
`,
  );
  const bare = project.node(["main.js"]);
  const spansOf = () => {
    const { stdout, stderr, status } = project.node(["--import", "./tracing.js", ...AUTO, "main.js"]);
    assert.deepEqual([stdout, status], [bare.stdout, 0], stderr);
    const line = stderr.split("\n").find((text) => text.startsWith("["));
    return (JSON.parse(line ?? "[]") as string[]).sort();
  };
  const failed = "fails miss  2 1";
  assert.deepEqual(spansOf(), [
    failed,
    "outer miss  0 0",
    "read miss  0 0",
    "work miss fails 0 0",
    "work miss outer 0 0",
    "work miss outer 0 0",
    "work miss read 0 0",
  ]);
  // What read a file is waited for: the file is asked about first.
  assert.deepEqual(spansOf(), [failed, "outer hit  0 0", "read wait  0 0", "work hit fails 0 0"]);
});
