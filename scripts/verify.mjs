// Runs the differential suite with every hit computed again and compared: `node scripts/verify.mjs`. Expects dist/.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const { status } = spawnSync(process.execPath, [fileURLToPath(new URL("test.mjs", import.meta.url)), "differential"], {
  stdio: "inherit",
  env: { ...process.env, DUMBO_TEST_VERIFY: "1" },
});
process.exit(status ?? 1);
