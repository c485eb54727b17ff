/** The example of charts, as its readers run it. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { byName } from "../support/counts.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), "dumbo-plots-"));
after(() => rmSync(cwd, { recursive: true, force: true }));

interface Counted {
  readonly hits: number;
  readonly misses: number;
}

function run(script: string, args: readonly string[], withDumbo: boolean): Record<string, Counted> {
  const log = join(cwd, "log");
  rmSync(log, { force: true });
  const flags = withDumbo ? ["--import", join(root, "dist/auto.cjs")] : ["--import", "tsx"];
  const env = { ...process.env, DUMBO_DIR: join(cwd, "cache"), DUMBO_LOG: log, DUMBO_POLICY: "always" };
  const { status, stderr } = spawnSync(process.execPath, [...flags, script, ...args], { cwd, env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  if (!withDumbo) return {};
  return byName((JSON.parse(readFileSync(log, "utf8")) as { functions: Record<string, Counted> }).functions);
}

/** What is in the files that were written, and the files gone. */
function takeOutput(): Record<string, string> {
  const out = join(cwd, "out");
  const files = readdirSync(out).sort();
  const texts = Object.fromEntries(files.map((name) => [name, readFileSync(join(out, name), "base64")]));
  rmSync(out, { recursive: true });
  return texts;
}

test("charts are drawn once, and written each time", () => {
  cpSync(join(root, "examples/plots"), cwd, { recursive: true });
  symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"), "junction");
  // That all is kept would otherwise hold for each small function of the packages as well.
  writeFileSync(join(cwd, "dumbo.config.json"), '{ "limits": { "packageFile": 1 } }');
  run("generate.ts", ["--stations", "2", "--hours", "50"], true);
  run("main.ts", [], false);
  const bare = takeOutput();
  assert.deepEqual(Object.keys(bare), ["station-0.png", "station-0.svg", "station-1.png", "station-1.svg"]);

  const cold = run("main.ts", [], true);
  assert.deepEqual([cold.drawSvg?.misses, cold.drawPng?.misses], [2, 2]);
  assert.deepEqual(takeOutput(), bare);
  const warm = run("main.ts", [], true);
  assert.deepEqual([warm.drawSvg?.hits, warm.drawPng?.hits], [2, 2]);
  assert.deepEqual(takeOutput(), bare);

  const data = join(cwd, "data/station-1.csv");
  writeFileSync(data, readFileSync(data, "utf8").replace(/\n49,.*/, "\n49,31.0"));
  const edited = run("main.ts", [], true);
  assert.deepEqual([edited.drawSvg?.hits, edited.drawSvg?.misses], [1, 1]);
  const redrawn = takeOutput();
  assert.deepEqual(
    Object.keys(bare).map((name) => redrawn[name] === bare[name]),
    [true, true, false, false],
  );
});
