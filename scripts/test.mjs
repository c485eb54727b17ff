// Runs the suite with the running Node: `node scripts/test.mjs [PATTERN]`. Expects dist/ to be built.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const pattern = process.argv[2] ?? "";
const files = readdirSync(`${root}test`, { recursive: true, encoding: "utf8" })
  .map((name) => `test/${name.replaceAll("\\", "/")}`)
  .filter((name) => name.endsWith(".test.ts") && name.includes(pattern))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches "${pattern}"`);
  process.exit(1);
}
// What a user has set for dumbo must not reach the programs under test.
const { DUMBO: _, DUMBO_DIR, DUMBO_LOG, DUMBO_POLICY, DUMBO_ASSUME_PURE, ...env } = process.env;
const { status } = spawnSync(process.execPath, ["--import", "tsx", "--test", ...files], {
  cwd: root,
  stdio: "inherit",
  env,
});
process.exit(status ?? 1);
