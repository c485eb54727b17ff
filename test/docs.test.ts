/** The documents: code blocks with a mark do what is said of them, and links lead somewhere. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CliProject, type Result } from "./support/cli-project.ts";
import { docPackages, docSteps, missingLine } from "./support/doc-program.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const DOCS = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
/** Documents that are walked through. */
const WALKS = ["getting-started", "candidates", "methods-and-classes", "servers", "ci", "channels", "library"];

/** Runs what a reader types. */
function run(project: CliProject, line: string): Result {
  const [first, second = "", ...rest] = line.replace(/\s+#.*$/, "").split(" ");
  if (first === "node") return project.node([second, ...rest]);
  if (first !== "npx" || second !== "dumbo") throw new Error(`"${line}" is no line that can be run here`);
  return project.dumbo(rest);
}

for (const name of WALKS) {
  test(`docs/${name}.md: what it shows is what happens`, () => {
    const text = readFileSync(join(root, "docs", `${name}.md`), "utf8");
    const steps = docSteps(text);
    assert.ok(steps.filter(({ kind }) => kind === "prints").length > 0, "something is compared");
    const project = new CliProject({ "package.json": '{ "type": "module" }\n' });
    for (const package_ of docPackages(text)) project.install(package_);
    try {
      let printed = "";
      for (const step of steps) {
        if (step.kind === "file") project.write(step.name, step.text);
        else if (step.kind === "prints") assert.equal(missingLine(step.lines, printed), null, printed);
        else {
          for (const line of step.lines) {
            const { stdout, stderr, status } = run(project, line);
            assert.equal(status, 0, `${line}: ${stdout}${stderr}`);
            printed = stdout;
          }
        }
      }
    } finally {
      project.remove();
    }
  });
}

test("lists and configurations that the documents show are right", () => {
  const project = new CliProject({
    "package.json": '{ "type": "module" }\n',
    "src/render.ts": "export function render() {}\n",
    "src/legacy.js": "",
    "main.js": 'console.log("ran");\n',
  });
  const blocks = ["README.md", ...DOCS.map((name) => `docs/${name}`)].flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => ({
      file,
      text,
    })),
  );
  try {
    for (const name of ["highlight.js", "terser"]) project.install(name);
    for (const { file, text } of blocks.filter((block) => block.text.includes('"assumePure"'))) {
      project.write("assumePure.json", text);
      const { stdout, stderr, status } = project.dumbo(["run", "main.js"]);
      assert.deepEqual([stdout, status], ["ran\n", 0], `${file}: ${stderr}`);
    }
    project.write("assumePure.json", '{ "assumePure": ["./src/nowhere.ts"] }');
    assert.match(project.dumbo(["run", "main.js"]).stderr, /nowhere/, "an entry for nothing is an error");
  } finally {
    project.remove();
  }
  for (const { file, text } of blocks) assert.doesNotThrow(() => JSON.parse(text), file);
  assert.ok(blocks.length >= 2, `${blocks.length} blocks`);
});

test("lines that are not printed are noticed", () => {
  assert.equal(missingLine(["hits 3"], "calls 4\n  hits        3\n"), null);
  assert.equal(missingLine(["hits 4"], "calls 4\n  hits        3\n"), "hits 4");
  assert.equal(missingLine(["hits 3", "hits 3"], "calls 4\n  hits        3\n"), "hits 3");
  assert.equal(missingLine(["3 hits"], "calls 4\n  hits        3\n"), "3 hits");
  assert.throws(() => docSteps("<!-- run -->\n\ntext\n"), /1 marks, but 0 blocks/);
});

test("links between the documents lead somewhere", () => {
  const files = ["README.md", ...DOCS.map((name) => `docs/${name}`)];
  let count = 0;
  for (const file of files) {
    for (const [, target = ""] of readFileSync(join(root, file), "utf8").matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|#)/.test(target)) continue;
      const [path = "", heading] = target.split("#");
      const to = join(root, dirname(file), path);
      assert.ok(existsSync(to), `${file} links to ${target}`);
      if (heading) assert.ok(headings(to).has(heading), `${file} links to ${target}`);
      count++;
    }
  }
  assert.ok(count > 30, `${count} links`);
});

function headings(file: string): Set<string> {
  const found = readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...found].map(([, text = ""]) =>
      text
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}
