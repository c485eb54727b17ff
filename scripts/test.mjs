// Runs the suite with the running Node: `node scripts/test.mjs [PATTERN ...] [--but=PART ...] [FLAG ...]`, the files whose names
// contain a PATTERN, without those that contain a PART; a flag is one of Node's, such as `--test-name-pattern=...`. Expects dist/ to be built.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const BUT = "--but=";
const parts = process.argv.filter((arg) => arg.startsWith(BUT)).map((arg) => arg.slice(BUT.length));
const flags = process.argv.slice(2).filter((arg) => arg.startsWith("-") && !arg.startsWith(BUT));
const patterns = process.argv.slice(2).filter((arg) => !arg.startsWith("-"));
const files = readdirSync(`${root}test`, { recursive: true, encoding: "utf8" })
  .map((name) => `test/${name.replaceAll("\\", "/")}`)
  .filter((name) => name.endsWith(".test.ts") && isChosen(name) && !parts.some((part) => name.includes(part)))
  .sort();
const missing = patterns.find((pattern) => !files.some((name) => name.includes(pattern)));
if (files.length === 0 || missing !== undefined) {
  console.error(`no test file matches "${missing ?? ""}"`);
  process.exit(1);
}

function isChosen(name) {
  return patterns.length === 0 || patterns.some((pattern) => name.includes(pattern));
}

// What a user has set for dumbo must not reach the programs under test.
const { DUMBO: _, DUMBO_DIR, DUMBO_LOG, DUMBO_POLICY, DUMBO_ASSUME_PURE, ...rest } = process.env;
// Nothing may go on in a folder that a test removes, and nothing may come from, or go to, the home of whoever runs the tests.
const env = { ...rest, DUMBO_PREPARE: "0", DUMBO_USER_DIR: "off" };
const concurrency = `--test-concurrency=${availableParallelism()}`;
const reporter = ["--test-reporter=./scripts/reporter.mjs", "--test-reporter-destination=stdout"];
const args = ["--import", "tsx", "--test", concurrency, ...reporter, ...flags, ...files];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", env });
process.exit(status ?? 1);
