/** After dumbo has looked at a value, V8 knows of it what it knew before. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../support/untouched-program.ts", import.meta.url));

function run(...flags: string[]): { areClassesKnown: boolean; looks: number; found: string[]; keys: string[] } {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--allow-natives-syntax", ...flags, "--import", "tsx", PROGRAM],
    { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } },
  );
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout) as ReturnType<typeof run>;
}

const withTests = run();
const without = run("--disallow-code-generation-from-strings");

test("no walk changes how V8 keeps a value", () => {
  assert(withTests.areClassesKnown);
  assert(withTests.looks > 50_000);
  assert.deepEqual(withTests.found, []);
});

test("nor where V8 does not tell hidden classes", () => {
  assert(!without.areClassesKnown);
  assert(without.looks > 50_000);
  assert.deepEqual(without.found, []);
});

test("both ways of looking give the same keys", () => assert.deepEqual(withTests.keys, without.keys));
