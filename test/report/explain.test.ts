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
import { explain, figures } from "../../src/report/explain.ts";

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

test("a function that was edited since is what its module says now", () => {
  fill();
  const stale = profile("dated", { file: "src/b.js", place: { line: 2, column: 0 } });
  const moved = profile("kept", { file: "src/b.js", place: { line: 9, column: 0 } });
  writeProfiles(directory, { stale, moved }, {}, false, 0);
  const found = explain(directory, root, "src/b.js").map(({ name, verdict }) => `${name} ${verdict}`);
  assert.deepEqual(found, ["small trivial", "dated unguarded"]);
});

test("what a profiled run has measured goes before what recorded calls took", () => {
  fill();
  const times = { "src/b.js:2 dated": { own: 700, total: 800 }, "src/a.js:3 no": { own: 30, total: 30 } };
  const list = explain(directory, root, "", times).map(({ name, lost }) => [name, lost]);
  assert.deepEqual(list.slice(0, 4), [
    ["dated", 700],
    ["slow", 0],
    ["no", 30],
    ["fast", 0],
  ]);
});

test("figures as lines", () => {
  assert.match(
    figures(profile("slow", { saved: 500 })).join("\n"),
    /^2 calls, 1 hit, 1 miss, saved 500 ms, a call 20 ms, its key 100 us, largest value 2\.0 KB$/,
  );
  assert.deepEqual(figures(profile("listed", { overrode: 12 })).slice(1), ["assumePure overrode 12 events"]);
  assert.deepEqual(figures(profile("one", { overrode: 1 })).slice(1), ["assumePure overrode 1 event"]);
  const [first, ...more] = figures(profile("reads", { dependencies: 3, changed: "file data.txt" }));
  assert.match(first as string, /depends on 3 things outside$/);
  assert.deepEqual(more, ["missed last because of a change: file data.txt"]);
  assert.match(figures(profile("one", { dependencies: 1 }))[0] as string, /depends on 1 thing outside$/);
  const writes = figures(profile("writes", { writes: 3, written: ["file a", "file b"] }));
  assert.deepEqual(writes.slice(1), ["writes again: file a, file b and 1 more"]);
  assert.deepEqual(figures(profile("fill", { changes: true })).slice(1), [
    "what a call changes is kept with its result",
  ]);
});

test("where keys take too much of long calls, that is said, and what would help", () => {
  const told = (more: Partial<FunctionProfile>) => {
    writeProfiles(directory, { "src/a.js:3 one": profile("one", { bytes: 0, hits: 0, ...more }) }, {}, false, 0);
    const [one] = explain(directory, root, "one");
    return [one?.why, one?.remedies.map(({ kind }) => kind)];
  };
  const help = ["pass-in", "list-state"];
  assert.deepEqual(told({ verdict: "cheap", run: 73, key: 48 }), ["its key takes 48 ms, and a call 73 ms", help]);
  assert.deepEqual(told({ verdict: "undecided", run: 73, key: 0, keyOver: 30 }), [
    "its key takes more than 30 ms, and a call 73 ms",
    help,
  ]);
  assert.deepEqual(told({ verdict: "cheap", run: 73, key: 2 }), [null, []], "it was not the key");
  assert.deepEqual(told({ verdict: "cheap", run: 0.5, key: 0.4 }), [null, []], "the call is short");
  assert.deepEqual(told({ verdict: "cached", run: 73, key: 48 }), [null, []]);
});
