// `npm run demo`: the examples without dumbo, with it for the first time, and again. Expects dist/ to be built.
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { folderHash, inspectNode, run } from "../bench/processes.mjs";
import { EXAMPLES, headLine, runLabels, runLine, SAME } from "./demo-lines.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const node = inspectNode(process.execPath);
const temp = mkdtempSync(join(tmpdir(), "dumbo-demo-"));
const auto = join(root, "dist/auto.cjs");

let same = true;
try {
  console.log(`Node ${node.version}\n`);
  for (const example of EXAMPLES) same = (await show(example)) && same;
} finally {
  await removeFolder(temp);
}
process.exit(same ? 0 : 1);

/**
 * A process beside the runs may still write what it has analysed. Tried anew each time: with `maxRetries`, Node 20 does not look again for files that
 * have come since.
 */
async function removeFolder(path) {
  const isDone = () => {
    try {
      rmSync(path, { recursive: true, force: true });
      return true;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOTEMPTY")) throw error;
      return false;
    }
  };
  for (let left = 100; !isDone() && left > 0; left--) await setTimeout(100);
}

/** Runs one example three times, prints the times, and answers whether all three did the same. */
async function show(example) {
  const { name, script, generate } = example;
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

  console.log(headLine(example));
  const env = { DUMBO_DIR: join(temp, `${name}-cache`), DUMBO_LOG: "1" };
  const runs = [];
  for (const [index, label] of runLabels(script, bare).entries()) {
    const flags = index === 0 ? bare : ["--import", auto];
    const { ms, stdout, stderr } = await run({ node: node.path, args: [...flags, script], cwd, env, output });
    runs.push(stdout + folderHash(join(cwd, "out")));
    console.log(runLine(label, ms, stderr.trim()));
  }
  const equal = runs.every((one) => one === runs[0]);
  console.log(equal ? SAME : "  THE OUTPUT DIFFERS\n");
  return equal;
}
