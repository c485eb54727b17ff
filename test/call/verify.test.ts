/** DUMBO_VERIFY: hits are computed again, and an entry that is wrong is told, dropped and never made again. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { difference } from "../../src/call/value-diff.ts";
import { readVerify } from "../../src/config/config.ts";
import { Unkeyable } from "../../src/value/unkeyable.ts";
import { byName } from "../support/counts.ts";

const auto = fileURLToPath(new URL("../../dist/auto.cjs", import.meta.url));

describe("a program under DUMBO_VERIFY", () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-verify-")));
    writeFileSync(join(root, "package.json"), "{}");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function run(verify: string) {
    const log = join(root, "log");
    rmSync(log, { force: true });
    const { DUMBO, DUMBO_ASSUME_PURE, NODE_OPTIONS, ...env } = process.env;
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", auto, "main.cjs"], {
      cwd: root,
      encoding: "utf8",
      env: { ...env, DUMBO_DIR: join(root, "cache"), DUMBO_LOG: log, DUMBO_POLICY: "always", DUMBO_VERIFY: verify },
    });
    const { functions, refused } = existsSync(log)
      ? (JSON.parse(readFileSync(log, "utf8")) as {
          functions: Record<string, { hits: number; misses: number }>;
          refused: Record<string, string>;
        })
      : { functions: {}, refused: {} };
    return { stdout, stderr, status, work: byName(functions).work, refused: byName(refused).work };
  }

  test("says nothing of entries that are right", () => {
    writeFileSync(
      join(root, "main.cjs"),
      `function work(n) { const list = []; for (let i = 0; i < n; i++) list.push({ i, now: new Map([[i, -0]]) }); return list; }
async function wait(n) { await null; return work(n).length; }
console.log(work(3)); wait(4).then(console.log);`,
    );
    const cold = run("");
    const warm = run("1");
    assert.deepEqual({ ...warm, work: null }, { ...cold, work: null });
    assert.equal(cold.status, 0);
    assert.ok((warm.work?.hits ?? 0) >= 1, "its hits were computed again");
  });

  test("tells what is written in another way, and writes that", () => {
    writeFileSync(join(root, "dumbo.config.json"), '{ "replayWrites": true }');
    writeFileSync(join(root, "assumePure.json"), '{ "assumePure": ["./main.cjs#work"] }');
    writeFileSync(
      join(root, "main.cjs"),
      `const { readFileSync, writeFileSync } = require("node:fs");
function work(n) { writeFileSync("same", "s" + n); writeFileSync("out", "o" + readFileSync("input", "utf8")); return n; }
console.log(work(1), readFileSync("out", "utf8"));`,
    );
    writeFileSync(join(root, "input"), "one");
    assert.equal(run("").stdout, "1 oone\n");
    assert.deepEqual([run("1").status, run("1").stderr], [0, ""]);
    writeFileSync(join(root, "input"), "two");
    assert.equal(run("").stdout, "1 oone\n", "the list is believed");
    const found = run("1");
    assert.equal(found.stdout, "1 otwo\n");
    assert.equal(found.status, 1);
    assert.match(found.stderr, /is not what was stored: writes something else\n$/);
  });

  test("tells, drops and never caches again what is wrong", () => {
    // The list vouches for a function that it should not vouch for.
    writeFileSync(join(root, "assumePure.json"), '{ "assumePure": ["./main.cjs#work"] }');
    writeFileSync(
      join(root, "main.cjs"),
      `const { readFileSync } = require("node:fs");
function work(n) { return { n, text: readFileSync("input", "utf8") }; }
console.log(work(1).text);`,
    );
    writeFileSync(join(root, "input"), "one");
    assert.equal(run("").stdout, "one\n");
    writeFileSync(join(root, "input"), "two");
    assert.equal(run("").stdout, "one\n", "the list is believed");

    const found = run("1");
    assert.equal(found.stdout, "two\n", "the program gets what the function returns");
    assert.equal(found.status, 1);
    assert.match(
      found.stderr,
      /^dumbo: work \(\S+main\.cjs:2\) is not what was stored: line 3 was `text: 'one'` and is `text: 'two'`\n$/,
    );
    const after = run("");
    assert.equal(after.stdout, "two\n");
    assert.equal(after.status, 0);
    assert.equal(after.work?.hits, 0);
    assert.match(after.refused ?? "", /found wrong by DUMBO_VERIFY in an earlier run/);
  });

  test("is refused with a share that is none", () => {
    writeFileSync(join(root, "main.cjs"), "console.log(1)");
    const { stdout, stderr, status } = run("often");
    assert.equal(stdout, "");
    assert.equal(status, 1);
    assert.equal(stderr, 'dumbo: DUMBO_VERIFY must be a share of hits from 0 to 1, not "often"\n');
  });
});

test("a share of hits", () => {
  assert.equal(readVerify({}), 0);
  assert.equal(readVerify({ DUMBO_VERIFY: "" }), 0);
  assert.equal(readVerify({ DUMBO_VERIFY: " 0.01 " }), 0.01);
  assert.equal(readVerify({ DUMBO_VERIFY: "1" }), 1);
  for (const text of ["2", "-1", "NaN", "1%", "on"]) assert.throws(() => readVerify({ DUMBO_VERIFY: text }), /share/);
});

test("differences have a place", () => {
  const reachCache = {
    function: () => {
      throw new Unkeyable({ kind: "new-function" });
    },
    instance: () => {
      throw new Unkeyable({ kind: "unknown-class" });
    },
  } as never;
  const differ = (a: unknown, b: unknown) => difference(a, b, reachCache);
  assert.equal(differ({ a: [1, -0] }, { a: [1, -0] }), null);
  assert.equal(differ(0, -0), "line 1 was `0` and is `-0`");
  assert.equal(differ({ a: 1, b: 2 }, { b: 2, a: 1 }), "line 2 was `a: 1,` and is `b: 2,`");
  assert.match(differ([1], [1, 2]) ?? "", /^line 3 was .* and is `2,`$/);
  const twice = {};
  assert.match(differ([{}, {}], [twice, twice]) ?? "", /printing does not show/);
  assert.match(differ("x".repeat(500), "y".repeat(500)) ?? "", /^line 1 was `'x{119}\.\.\.` and is `'y{119}\.\.\.`$/);
});
