// Runs a checkout of ECMA's test262 with the running Node, bare and rewritten: `npm run test:262 -- PATH`, where PATH is
// the checkout (then its test/language is run), or a folder or test in it. Expects dist/ to be built.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nodeBinary } from "./nodes.mjs";

const main = fileURLToPath(new URL("../test/program/conformance/main.ts", import.meta.url));
const [path = ""] = process.argv.slice(2);
// Stack depth is a matter of the engine: measured on the oldest and on the newest, too.
const others = path === "" ? [] : [20, 26].map(nodeBinary).filter((binary) => binary !== process.execPath);
const { DUMBO: _, DUMBO_DIR, DUMBO_LOG, DUMBO_POLICY, DUMBO_ASSUME_PURE, ...rest } = process.env;
// Nothing may go on in a folder that a test removes.
const env = { ...rest, DUMBO_PREPARE: "0", DUMBO_USER_DIR: "off" };
const { status } = spawnSync(process.execPath, ["--import", "tsx", main, ...(path ? [path, ...others] : [])], {
  stdio: "inherit",
  env,
});
process.exit(status ?? 1);
