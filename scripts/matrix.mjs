// Runs the suite on every supported Node: `npm run test:matrix [-- 22 26] [--but=PART ...]` (see scripts/test.mjs).
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { majors, nodeBinary } from "./nodes.mjs";

const parts = process.argv.slice(2).filter((arg) => arg.startsWith("--but="));
const wanted = process.argv
  .slice(2)
  .filter((arg) => !parts.includes(arg))
  .map(Number);
const unknown = wanted.filter((major) => !majors.includes(major));
if (unknown.length > 0) throw new Error(`the versions are ${majors.join(", ")}`);
const script = fileURLToPath(new URL("test.mjs", import.meta.url));
const failed = [];
for (const major of wanted.length > 0 ? wanted : majors) {
  const binary = nodeBinary(major);
  const { stdout } = spawnSync(binary, ["--version"], { encoding: "utf8" });
  console.log(`\n=== Node ${stdout.trim()}`);
  if (spawnSync(binary, [script, ...parts], { stdio: "inherit" }).status !== 0) failed.push(major);
}
console.log(failed.length === 0 ? "\nall versions passed" : `\nfailed on Node ${failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
