// Runs the differential suite under a policy that answers at random: `node scripts/chance.mjs [SEED...]`. Expects dist/.
import { runDifferential } from "./differential.mjs";

const given = process.argv.slice(2);
const seeds = given.length > 0 ? given : [String(Date.now() % 1_000_000)];
for (const seed of seeds) {
  console.log(`seed ${seed}`);
  const code = runDifferential({ DUMBO_TEST_CHANCE: seed });
  if (code !== 0) process.exit(code);
}
