// Runs the differential suite under a policy that answers at random: `node scripts/chance.mjs [SEED...]`. Expects dist/.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const given = process.argv.slice(2);
const seeds = given.length > 0 ? given : [String(Date.now() % 1_000_000)];
for (const seed of seeds) {
  console.log(`seed ${seed}`);
  const { status } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL("test.mjs", import.meta.url)), "program/differential"],
    { stdio: "inherit", env: { ...process.env, DUMBO_TEST_CHANCE: seed } },
  );
  if (status !== 0) process.exit(status ?? 1);
}
