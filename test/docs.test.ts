/** The documents: code blocks with a mark do what is said of them, and links lead somewhere. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
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

interface CodeBlock {
  readonly file: string;
  readonly language: string;
  /** The comment in front of it. */
  readonly mark: string | undefined;
  readonly text: string;
}

function codeBlocks(): CodeBlock[] {
  return ["README.md", ...DOCS.map((name) => `docs/${name}`)].flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/(?:^<!-- (\w+)[^\n]*-->\s+)?^```(\w*)\n(.*?)^```$/gms)].map(
      ([, mark, language = "", text = ""]) => ({ file, language, mark, text }),
    ),
  );
}

/** Blocks that no test runs, by the text that they begin with, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "flowchart TB": "the order of folders, which biome.json has and `npm run lint` enforces",
  "var {box:$dumbo": "rewritten code, with parts left out",
  "function f(a) {\n  if (a) {\n    typeof $dumboF": "rewritten code, with parts left out",
  "console.log(\n  $dumboL1": "rewritten code, with parts left out",
  "async function f(a) {\n  let F": "rewritten code, with shorter names",
  "guard -> Memoizer": "the flow of a call, in words",
  "- uses: actions/cache": "for a service that no test has",
  "jobs:\n  build:": "for a service that no test has",
  "build:\n  variables:": "for a service that no test has",
  "ACL SETUSER": "for a server with users; the tests have one without",
};

/** Which test looks at a block, or null. */
function lookedAtBy({ file, language, mark }: CodeBlock): string | null {
  const isWalked = WALKS.some((name) => file === `docs/${name}.md`);
  if (isWalked && (mark === "file" || mark === "run" || mark === "prints")) return "the walks above";
  if (mark === "typed") return "repl.test.ts: what is typed at the prompt";
  if (language === "json") return "the test of lists and configurations";
  if (language === "js" && file !== "docs/architecture.md") return "samples.test.ts: code that stands for itself";
  if (language === "ts") return file === "docs/channels.md" ? "the test of interfaces" : "the test of the library";
  if (language === "" && (file === "README.md" || file === "docs/command-line.md"))
    return "samples.test.ts, examples.test.ts";
  if (language === "sh") return "the test of lines that are typed";
  return null;
}

test("each code block is looked at by a test, or there is a reason why not", () => {
  const reasons = new Set(Object.keys(NOT_RUN));
  for (const block of codeBlocks()) {
    if (lookedAtBy(block) !== null) continue;
    const start = [...reasons].find((one) => block.text.startsWith(one));
    assert.ok(start !== undefined, `${block.file}: nothing looks at\n${block.text}`);
    reasons.delete(start);
  }
  assert.deepEqual([...reasons], [], "each reason is needed");
});

test("lines to be typed, beside those that walks run, name what there is", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const blocks = codeBlocks().filter(({ language, mark }) => language === "sh" && mark !== "run");
  const project = new CliProject({
    "package.json": '{ "type": "module" }\n',
    "script.ts": "console.log(1 as number);\n",
  });
  const known: readonly [pattern: RegExp, isRight: (found: RegExpExecArray) => boolean][] = [
    // The test of the command line parses them.
    [/^npx dumbo /, () => true],
    [/^npm install --save-dev (dumbo|ioredis|aws4fetch)$/, () => true],
    [/^npm ci$/, () => true],
    [/^npm (?:run )?(\w+)$/, ([, name = ""]) => name in scripts],
    [/^NODE_OPTIONS="--import dumbo\/auto" npm run build$/, () => true],
    [/^node (--import dumbo\/auto script\.ts)$/, ([, args = ""]) => project.node(args.split(" ")).stdout === "1\n"],
    // Both make one key: see the test of the keys.
    [/^openssl p?(genp)?key /, () => true],
  ];
  try {
    for (const { file, text } of blocks) {
      for (const line of text.trim().split("\n")) {
        for (const part of line.replace(/\s+#.*$/, "").split(" && ")) {
          const isRight = known.some(([pattern, isRight]) => {
            const found = pattern.exec(part);
            return found !== null && isRight(found);
          });
          assert.ok(isRight, `${file}: ${part}`);
        }
      }
    }
  } finally {
    project.remove();
  }
});

test("the keys that docs/shared-cache.md makes are keys for results", {
  skip: spawnSync("openssl", ["version"]).status !== 0 && "there is no openssl",
}, () => {
  const block = codeBlocks().find(({ text }) => text.startsWith("openssl genpkey"));
  const folder = mkdtempSync(join(tmpdir(), "dumbo-docs-"));
  try {
    const { stdout, stderr } = spawnSync("sh", ["-ec", block?.text ?? "false"], { cwd: folder, encoding: "utf8" });
    const given = createPublicKey({ key: Buffer.from(stdout, "base64"), format: "der", type: "spki" });
    assert.equal(given.asymmetricKeyType, "ed25519", stderr);
    const own = createPublicKey(readFileSync(join(folder, "dumbo-key.pem"), "utf8"));
    assert.ok(own.equals(given), "the public key belongs to the secret one");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("TypeScript with bodies left out runs once they are there", () => {
  const blocks = codeBlocks().filter(({ file, language }) => file !== "docs/channels.md" && language === "ts");
  const uses = [
    {
      of: "README.md",
      body: "return page.title",
      use: "console.log(render({ title: 1 }), typeof render.wouldHit, typeof render.explain)",
    },
    {
      of: "docs/library.md",
      body: "return year",
      use: "console.log(new Report().total(1), typeof memo, typeof Report)",
    },
  ];
  assert.deepEqual(
    blocks.map(({ file }) => file),
    uses.map(({ of }) => of),
  );
  const project = new CliProject({ "package.json": '{ "type": "module" }\n' });
  try {
    for (const [index, { body, use }] of uses.entries()) {
      const { file, text = "" } = blocks[index] ?? assert.fail("there is a block");
      const imports = text.includes("import ") ? "" : 'import { memo } from "dumbo";\n';
      const whole = `${imports}${text.replace("{ ... }", `{ ${body}; }`)}\n${use};\n`;
      project.write("block.js", transformSync(whole, { loader: "ts", target: "es2022" }).code);
      const { stdout, stderr } = project.node(["block.js"]);
      assert.match(stdout, /^1 function function$/m, `${file}: ${stderr}`);
    }
  } finally {
    project.remove();
  }
});

test("docs/channels.md: messages are what the code says", () => {
  const shown = interfacesOf(
    codeBlocks().find(({ file, language }) => file === "docs/channels.md" && language === "ts")?.text ?? "",
  );
  const files = ["src/call/events.ts", "src/trace/event.ts"].map((name) => join(root, name));
  const real = interfacesOf(files.map((file) => readFileSync(file, "utf8")).join("\n"));
  for (const [name, members] of shown) assert.deepEqual(members, real.get(name), name);
  assert.ok(shown.size >= 7, `${shown.size} interfaces`);
});

/** The members of each interface, as they are written, without comments and `readonly`. */
function interfacesOf(text: string): Map<string, string[]> {
  const bare = text
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/(?<=;|\{|^)\s*\/\/.*$/gm, "")
    .replaceAll("readonly ", "")
    // Names that the document says less exactly.
    .replaceAll("ReasonKind", "string")
    .replace(/interface AuditEvent(?= \{)/, "interface AuditMessage")
    .replace(": WriteTrouble;", ": { kind: string };")
    .replace(": Token;", ": object;")
    .replaceAll("unknown[]", "readonly unknown[]")
    .replaceAll("readonly readonly", "readonly");
  return new Map(
    [...bare.matchAll(/interface (\w+) \{\n(.*?)^\}/gms)].map(([, name = "", body = ""]) => [
      name,
      body
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== ""),
    ]),
  );
}

test("links between the documents lead somewhere", () => {
  const files = ["README.md", ...DOCS.map((name) => `docs/${name}`)];
  let count = 0;
  for (const file of files) {
    const text = readFileSync(join(root, file), "utf8").replace(/^```.*?^```$/gms, "");
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
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
