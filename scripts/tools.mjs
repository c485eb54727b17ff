// Runs command-line tools that many people use, as they come from npm, without dumbo, on a first run under it and on the
// next ones: `npm run test:tools [-- --always] [NAME ...]`. Output, files and exit code are compared; times are shown.
// With `--always` everything is kept that can be. Expects dist/ to be built.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Failure, folderHash, run } from "../bench/processes.mjs";
import { installOnce, WITHOUT_SCRIPTS } from "./npm.mjs";
import { writeInputs } from "./tool-inputs.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const home = join(root, ".tmp/tools");
const bundle = pathToFileURL(join(root, "dist/auto.cjs")).href;
const { packages, tools } = JSON.parse(readFileSync(join(root, "test/program/conformance/tools.json"), "utf8"));
const { values, positionals } = parseArgs({
  options: { always: { type: "boolean", default: false } },
  allowPositionals: true,
});
const policy = values.always ? "always" : "measured";

installOnce(home, packages, WITHOUT_SCRIPTS);
const work = mkdtempSync(join(tmpdir(), "dumbo-tools-"));
try {
  process.exitCode = (await compare()) ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function compare() {
  const names = Object.keys(tools).filter((name) => positionals.length === 0 || positionals.includes(name));
  if (names.length === 0) throw new Error(`no tool is called ${positionals.join(" or ")}`);
  const rows = {};
  for (const name of names) rows[name] = await row(name, tools[name]);
  console.log(`Node ${process.version}, policy ${policy}`);
  console.table(rows);
  const different = names.filter((name) => rows[name].same !== true);
  console.log(`${names.length} tools; ${different.length} differ`);
  return different.length === 0;
}

async function row(name, [bin, ...args]) {
  // Beside the packages, so that plugins are found.
  const cwd = join(home, "work", name);
  rmSync(cwd, { recursive: true, force: true });
  mkdirSync(cwd, { recursive: true });
  writeInputs(cwd);
  copyFileSync(join(home, "node_modules/lodash/lodash.js"), join(cwd, "lodash.js"));
  const log = join(work, `${name}.log`);
  const once = async (dumbo) => {
    const out = join(cwd, "out");
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    rmSync(log, { force: true });
    const env = dumbo ? { DUMBO_DIR: join(work, name), DUMBO_LOG: log, DUMBO_POLICY: policy } : {};
    const flags = dumbo ? ["--import", bundle] : [];
    const script = join(home, "node_modules", bin);
    const ran = await run({
      node: process.execPath,
      args: [...flags, script, ...args],
      cwd,
      env,
      output: join(work, name),
    });
    // A line of each process.
    const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    const hits = lines.reduce((sum, line) => sum + JSON.parse(line).hits, 0);
    const shown = [ran.stdout, ran.stderr].map(withoutTimes).join("\n") + folderHash(out);
    return { ms: ran.ms, hits, shown };
  };
  try {
    await once(false);
    const bare = await once(false);
    const runs = [await once(true), await once(true), await once(true), await once(true)];
    const [cold, , , warm] = runs;
    return {
      "bare, ms": Math.round(bare.ms),
      "first run, of bare": Number((cold.ms / bare.ms).toFixed(2)),
      "fourth run, of bare": Number((warm.ms / bare.ms).toFixed(2)),
      "hits, fourth run": warm.hits,
      same: runs.every(({ shown }) => shown === bare.shown),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { same: error.message };
  }
}

function withoutTimes(text) {
  return text.replace(/\b\d+(\.\d+)? ?(m?s|seconds)\b/g, "<time>");
}
