// Runs the differential suite with every hit computed again and compared: `node scripts/verify.mjs`. Expects dist/.
import { runDifferential } from "./differential.mjs";

process.exit(runDifferential({ DUMBO_TEST_VERIFY: "1" }));
