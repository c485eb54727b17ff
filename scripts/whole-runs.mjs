// Runs the differential suite with runs that are answered as a whole: `node scripts/whole-runs.mjs`. Expects dist/.
import { runDifferential } from "./differential.mjs";

process.exit(runDifferential({ DUMBO_TEST_WHOLE_RUNS: "1" }));
