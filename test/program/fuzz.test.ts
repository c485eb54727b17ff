/** Law 1 for programs that nobody wrote: a short run of the fuzzer. Long ones: `npm run fuzz -- --runs N`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { campaign, provesNothing } from "./fuzz/campaign.ts";

const bundle = process.env.DUMBO_TEST_BUNDLE ?? fileURLToPath(new URL("../../dist/auto.cjs", import.meta.url));
const SEED = 7;
const RUNS = 120;

test("generated programs are the same programs", async () => {
  const subject = { node: process.execPath, bundle };
  const plan = { runs: RUNS, seed: SEED, batchSize: RUNS, jobs: 1, subject, onBatch: () => true };
  const { totals, failures } = await campaign(plan);
  const told = failures.map(({ difference }) => difference);
  assert.deepEqual(told, [], `npm run fuzz -- --runs ${RUNS} --batch ${RUNS} --seed ${SEED}`);
  assert.equal(provesNothing(totals), false, `only ${totals.withHits} of ${totals.programs} programs had hits`);
});
