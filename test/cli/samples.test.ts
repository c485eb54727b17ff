/** What documents show of output is what is printed, but for times, sizes, dates and hashes. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { LiveSite } from "../../src/call/site.ts";
import type { RunRecord } from "../../src/policy/runs.ts";
import { exitLine } from "../../src/report/exit-lines.ts";
import { CliProject } from "../support/cli-project.ts";
import { missingSample, sampleAfter } from "../support/doc-sample.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const commandLine = readFileSync(join(root, "docs/command-line.md"), "utf8");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The program whose output docs/command-line.md shows. */
const FILES = {
  "package.json": '{ "type": "module" }\n',
  "src/page.js": `/** Something that takes long. */
export function work(n) {
  let sum = n;
  for (let i = 0; i < 3000000; i++) sum = (sum * 31 + i * n) % 1000003;
  return sum;
}
export function renderPage(page) {
  const checked = work(page.n);
  return \`<h1>\${page.title}</h1>\${checked}\`;
}

/** Not cached. */
const twice = 2;

export function clock(n) {
  const a = work(n + 2);
  return a + Date.now();
}
`,
  "main.js": `import { clock, renderPage } from "./src/page.js";
for (const [n, title] of ["one", "two", "three"].entries()) console.log(renderPage({ title, n }));
clock(1);
`,
};

let project: CliProject;
before(() => {
  project = new CliProject(FILES);
});
after(() => project.remove());

function run(env: NodeJS.ProcessEnv = {}): void {
  const { status, stderr } = project.dumbo(["run", "main.js"], env);
  assert.equal(status, 0, stderr);
}

function assertShown(document: string, heading: string, printed: string): void {
  const missing = missingSample(sampleAfter(document, heading), printed);
  assert.equal(missing, null, `below "${heading}": ${missing}\nis not in order in\n${printed}`);
}

test("docs/command-line.md: the operations of a run", () => {
  run({ DUMBO_LOG: "ops:ops.log" });
  assertShown(commandLine, "`DUMBO_LOG=ops:FILE` appends", project.read("ops.log"));
});

test("docs/command-line.md: stats and explain, of a run that found a part of its results", () => {
  run();
  project.edit("main.js", '"three"', '"three", "four", "five"');
  run();
  assertShown(commandLine, "## stats", project.dumbo(["stats"]).stdout);
  assertShown(commandLine, "## explain", project.dumbo(["explain"]).stdout);
});

test("docs/command-line.md: why, after an edit", () => {
  project.edit("src/page.js", "1000003", "1000033");
  run();
  assertShown(commandLine, "## why", project.dumbo(["why"]).stdout);
});

const EXIT_LINES = [commandLine, readme].flatMap((text) => text.match(/dumbo: \d.*npx dumbo explain$/gm) ?? []);

test("lines at exit that documents show are lines that a run can end with", () => {
  assert.equal(EXIT_LINES.length, 3, EXIT_LINES.join("\n"));
  for (const line of EXIT_LINES) assert.equal(exitLineOf(line), line);
  assert.notEqual(exitLineOf("dumbo: 1 results stored for the next run"), "dumbo: 1 results stored for the next run");
});

/** The line of the run that has the figures of a line. */
function exitLineOf(line: string): string {
  const number = (pattern: RegExp) => Number(pattern.exec(line)?.[1] ?? 0);
  const ms = (pattern: RegExp) => number(pattern) * (pattern.exec(line)?.[2] === "s" ? 1000 : 1);
  const saved = ms(/: ([\d.]+) (m?s) of/);
  const record: Partial<RunRecord> = {
    saved,
    spent: 0,
    ran: ms(/of ([\d.]+) (m?s) saved/) - saved,
    hits: number(/(\d+) hits?/),
    misses: number(/(\d+) miss/),
    stored: number(/(\d+) results? stored/),
  };
  const count = number(/(\d+) functions?/);
  const unfitTotal = ms(/([\d.]+) (m?s) went/) / count;
  const refused = { state: { kind: "refused" }, lastReason: null, stats: { hits: 0, unfitTotal } };
  return exitLine(
    record as RunRecord,
    Array.from({ length: count }, () => refused as unknown as LiveSite),
  );
}

test("README: what the demo prints", async () => {
  const { EXAMPLES, SAME, headLine, runLabels, runLine } = await import("../../scripts/demo-lines.mjs");
  const [head, ...lines] = sampleAfter(readme, "What the first one prints:");
  const site = EXAMPLES.find(({ name }) => name === "site") ?? assert.fail("there is a site");
  assert.equal(head, headLine(site));
  const labels = runLabels(site.script, ["--import", "tsx"]);
  assert.equal(lines.length, labels.length + 1);
  for (const [at, label] of labels.entries()) {
    const [, seconds, told = ""] = /([\d.]+) s {3}(.*)$/.exec(`${lines[at]}   `) ?? [];
    const told_ = told.trim();
    assert.equal(lines[at], runLine(label, Number(seconds) * 1000, told_).trimEnd());
    assert.ok(at === 0 ? told_ === "" : EXIT_LINES.includes(told_), told_);
  }
  assert.equal(lines.at(-1), SAME.trimEnd());
});

test("code of documents that stands for itself runs", () => {
  // docs/architecture.md shows what code is rewritten to, with parts left out.
  const names = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md") && name !== "architecture.md");
  const blocks = names.flatMap((name) =>
    [...readFileSync(join(root, "docs", name), "utf8").matchAll(/(<!-- file .*-->\s+)?```js\n(.*?)^```$/gms)]
      .filter(([, mark]) => mark === undefined)
      .map(([, , text = ""]) => ({ name, text })),
  );
  assert.ok(blocks.some(({ name }) => name === "store.md") && blocks.length > 3, `${blocks.length} blocks`);
  for (const { name, text } of blocks) {
    project.write("block.js", text);
    const { status, stderr } = project.dumbo(["run", "block.js"]);
    assert.deepEqual([status, stderr], [0, ""], `docs/${name}: ${text}`);
  }
});
