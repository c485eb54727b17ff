// Runs the differential suite with runs that are answered as a whole, on Node 24 or later: `node scripts/whole-runs.mjs`. Expects dist/.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const { status } = spawnSync(
  process.execPath,
  [fileURLToPath(new URL("test.mjs", import.meta.url)), "program/differential"],
  { stdio: "inherit", env: { ...process.env, DUMBO_TEST_WHOLE_RUNS: "1" } },
);
process.exit(status ?? 1);
