/** What `dumbo explain` lists. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { TransformCache } from "../../loader/transform/cache.ts";
import { transform } from "../../loader/transform/transform.ts";
import { type FunctionProfile, writeModules, writeProfiles } from "../../src/policy/profile.ts";
import { explain, formatExplanations } from "../../src/report/explain.ts";

let root: string;
let directory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dumbo-explain-"));
  directory = join(root, "cache");
  mkdirSync(directory);
});
afterEach(() => rmSync(root, { recursive: true }));

const profile = (name: string, more: Partial<FunctionProfile> = {}): FunctionProfile => ({
  name,
  file: "src/a.js",
  place: { line: 3, column: 0 },
  verdict: "cached",
  reason: null,
  calls: 2,
  hits: 1,
  misses: 1,
  saved: 20,
  run: 20,
  key: 0.1,
  bytes: 2048,
  ...more,
});

function fill(): void {
  const source =
    "export function small(a) { return a }\nexport function dated(a) {\n  return Date.now() + a\n}\nexport function kept(a) { return Math.abs(a) }";
  const id = "0123456789abcdef0123456789abcdef";
  const made = transform(source, id, {
    scope: "user",
    assumed: [],
    assumedBuiltins: [],
    kind: "module",
    sourceMap: false,
  });
  assert.ok("code" in made);
  new TransformCache(directory, "").write(id, made);
  writeModules(
    directory,
    new Map([
      [pathToFileURL(join(root, "src/b.js")).href, id],
      ["file:///gone.js", "ffffffffffffffffffffffffffffffff"],
    ]),
  );
  writeProfiles(
    directory,
    {
      a: profile("fast"),
      b: profile("slow", { saved: 500 }),
      c: profile("no", {
        verdict: "refused",
        reason: { kind: "throws", place: { line: 9, column: 0 } },
        hits: 0,
        saved: 0,
      }),
    },
    {},
    false,
    0,
  );
}

test("functions of runs by what they saved, then what the code alone refuses, with place and reason", () => {
  fill();
  const list = explain(directory, root, "").map(({ name, file, line, verdict, why }) => [
    name,
    `${file}:${line}`,
    verdict,
    why,
  ]);
  assert.deepEqual(list, [
    ["slow", "src/a.js:3", "cached", null],
    ["fast", "src/a.js:3", "cached", null],
    ["no", "src/a.js:3", "refused", "throws at src/a.js:9"],
    ["small", "src/b.js:1", "trivial", "has no loop and no call: cheaper than any look-up"],
    ["dated", "src/b.js:2", "unguarded", "uses Date.now at src/b.js:3"],
  ]);
});

test("a pattern picks by file, line and name", () => {
  fill();
  const names = (pattern: string) => explain(directory, root, pattern).map(({ name }) => name);
  assert.deepEqual(names("dated"), ["dated"]);
  assert.deepEqual(names("src/b.js:1 small"), ["small"]);
  assert.deepEqual(names("a.js"), ["slow", "fast", "no"]);
  assert.deepEqual(names("nothing"), []);
});

test("nothing is known of an empty, missing or damaged directory", () => {
  assert.deepEqual(explain(directory, root, ""), []);
  assert.deepEqual(explain(join(root, "missing"), root, ""), []);
  fill();
  for (const file of ["profile.json", "modules.json"]) writeFileSync(join(directory, file), "{");
  assert.deepEqual(explain(directory, root, ""), []);
});

test("as text", () => {
  fill();
  const text = formatExplanations(explain(directory, root, ""), false);
  const lines = text.split("\n");
  assert.match(lines[0] as string, /^cached +slow {2}src\/a\.js:3$/);
  assert.match(
    lines[1] as string,
    /^ +2 calls, 1 hits, 1 misses, saved 500 ms, a call 20.* ms, its key .*, largest value 2\.0 KB$/,
  );
  assert.ok(lines.includes("not cached   no  src/a.js:3") && lines.includes("             throws at src/a.js:9"));
  assert.ok(!text.includes("\u001b"));
  assert.equal(formatExplanations([], true), "");
});

test("what the list overrode", () => {
  writeProfiles(
    directory,
    { a: profile("listed", { overrode: 12 }), b: profile("one", { overrode: 1 }) },
    {},
    false,
    0,
  );
  const text = formatExplanations(explain(directory, root, ""), false);
  assert.match(text, /listed .*\n.*\n +assumePure overrode 12 events/);
  assert.match(text, /one .*\n.*\n +assumePure overrode 1 event$/m);
});

test("what a function depends on outside, and what changed last", () => {
  writeProfiles(
    directory,
    { a: profile("reads", { dependencies: 3, changed: "file data.txt" }), b: profile("one", { dependencies: 1 }) },
    {},
    false,
    0,
  );
  const text = formatExplanations(explain(directory, root, ""), false);
  assert.match(text, /reads .*\n.*depends on 3 things outside\n +missed last because of a change: file data\.txt/);
  assert.match(text, /one .*\n.*depends on 1 thing outside$/m);
});
