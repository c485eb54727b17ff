// `npm run demo`: the examples without dumbo, with it for the first time, and again. Expects dist/ to be built.
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folderHash, inspectNode, run } from "../bench/processes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const node = inspectNode(process.execPath);
const temp = mkdtempSync(join(tmpdir(), "dumbo-demo-"));
const auto = join(root, "dist/auto.cjs");

const examples = [
  {
    name: "site",
    what: "180 Markdown pages to HTML, with marked and highlight.js",
    script: "build.ts",
    generate: "generate.ts",
  },
  {
    name: "analytics",
    what: "statistics and k-means over 200,000 rows of CSV",
    script: "main.ts",
    generate: "generate.ts",
  },
  { name: "legacy", what: "40 scripts minified with terser, from CommonJS", script: "minify.cjs", generate: null },
];

let same = true;
try {
  console.log(`Node ${node.version}\n`);
  for (const example of examples) same = (await show(example)) && same;
} finally {
  rmSync(temp, { recursive: true, force: true });
}
process.exit(same ? 0 : 1);

/** Runs one example three times, prints the times, and answers whether all three did the same. */
async function show({ name, what, script, generate }) {
  const cwd = join(temp, name);
  cpSync(join(root, "examples", name), cwd, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|out|data)$/.test(path),
  });
  symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"), "junction");
  // Node 20 does not run TypeScript by itself: without dumbo it needs tsx.
  const bare = node.stripsTypes || !script.endsWith(".ts") ? [] : ["--import", "tsx"];
  const output = join(temp, "output");
  if (generate) await run({ node: node.path, args: [...bare, generate], cwd, output });

  console.log(`${name}: ${what}`);
  const env = { DUMBO_DIR: join(temp, `${name}-cache`), DUMBO_LOG: "1" };
  const runs = [];
  /** @type {[label: string, flags: string[]][]} */
  const sides = [
    [`node ${[...bare, script].join(" ")}`, bare],
    [`node --import dumbo/auto ${script}`, ["--import", auto]],
    [`node --import dumbo/auto ${script}`, ["--import", auto]],
  ];
  for (const [label, flags] of sides) {
    const { ms, stdout, stderr } = await run({ node: node.path, args: [...flags, script], cwd, env, output });
    runs.push(stdout + folderHash(join(cwd, "out")));
    console.log(`  ${label.padEnd(44)} ${(ms / 1000).toFixed(2).padStart(6)} s   ${stderr.trim()}`);
  }
  const equal = runs.every((one) => one === runs[0]);
  console.log(equal ? "  output and files are byte for byte the same\n" : "  THE OUTPUT DIFFERS\n");
  return equal;
}
