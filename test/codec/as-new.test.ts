/** What comes back is of the kind that V8 had for what went. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../support/returned-program.ts", import.meta.url));

test("arrays come back of their kind, records and instances of one hidden class", () => {
  const { stdout, stderr } = spawnSync(process.execPath, ["--allow-natives-syntax", "--import", "tsx", PROGRAM], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  assert.notEqual(stdout, "", stderr);
  const { looks, alike, found } = JSON.parse(stdout) as { looks: number; alike: number; found: string[] };
  assert.ok(looks > 5000, `only ${looks} values were compared`);
  assert.ok(alike > 2000, `only ${alike} of them had siblings`);
  assert.deepEqual(found, []);
});
