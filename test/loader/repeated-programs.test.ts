/** Whole programs in which a factory runs again: who finds that out, and what stays forbidden. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { placedName, readDistrusted, readModules, readProfiles, writeDistrusted } from "../../src/policy/profile.ts";
import { readRepeatedRuns } from "../../src/policy/repeated-runs.ts";
import { project, run } from "../support/store-project.ts";

const MAIN = `
  const [one, two] = (function (make) { return (process.argv.includes("again") ? [1, 2] : [1]).map(make); })(function (by) {
    function run(n) { let s = n; for (let i = 0; i < 5_000; i++) s = (s * 31 + i * by) % 1000003; return s; }
    return { run };
  });
  function work(n) { let s = 0; for (let i = 0; i < 5_000; i++) s = (s * 7 + i * n) % 1000003; return s; }
  function all(n) { return [one.run(n), two?.run(n)]; }
  console.log(work(1), all(1), work(2), all(1));
`;

function cacheOf(folder: string): { readonly cache: string; readonly env: NodeJS.ProcessEnv } {
  const cache = join(folder, "cache");
  return { cache, env: { DUMBO_DIR: cache } };
}

test("a function that was found wrong stays off when its module gets another transform", async () => {
  const folder = project({ "main.js": MAIN });
  const { cache, env } = cacheOf(folder);
  const args = ["main.js", "again"];
  await run(folder, { env });
  const trusted = await run(folder, { env });
  assert.equal(trusted.hitsOf.work, 2);
  const idNow = () => Object.values(readModules(cache))[0] as string;
  const content = idNow();
  const profile = Object.values(readProfiles(cache)).find(({ name }) => name === "work");
  assert.ok(profile, "nothing is known of it");
  writeDistrusted(cache, { [content]: [placedName(profile)] });
  const runs = [await run(folder, { env, args }), await run(folder, { env, args }), await run(folder, { env, args })];
  assert.deepEqual(
    runs.map(({ hitsOf }) => [hitsOf.work ?? 0, hitsOf.all ?? 0]),
    [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
  );
  assert.notEqual(idNow(), content, "it has no other transform");
  assert.deepEqual(Object.keys(readRepeatedRuns(cache)), [content]);
  assert.deepEqual(Object.keys(readDistrusted(cache)), [content]);
});

test("a refusal that the next run knows better is none to expect more of", async () => {
  // An inner function is found by its place, but reads bindings of the factory.
  const folder = project({ "main.js": MAIN.replace("return { run };", "return { run: (n) => run(n) };") });
  const { cache, env } = cacheOf(folder);
  await run(folder, { env });
  const again = await run(folder, { env, args: ["main.js", "again"] });
  const known = Object.values(readProfiles(cache)).find(({ name }) => name === "all");
  assert.equal(again.hitsOf.all ?? 0, 0);
  assert.deepEqual([known?.reason?.kind, known?.refusedRuns ?? 0], ["second-run", 0]);
});

test("a worker thread finds out as well, for all threads", async () => {
  const folder = project({
    "main.js": `import { Worker } from "node:worker_threads"; new Worker(new URL("./work.js", import.meta.url), { argv: ["again"] });`,
    "work.js": MAIN,
  });
  const { env } = cacheOf(folder);
  const runs = [await run(folder, { env }), await run(folder, { env }), await run(folder, { env })];
  assert.deepEqual(
    runs.map(({ hitsOf }) => hitsOf.all ?? 0),
    [0, 1, 2],
  );
  const direct = await run(folder, { env, args: ["work.js", "again"] });
  assert.equal(direct.hitsOf.all, 2);
});

test("a cache that is only read is not told", async () => {
  const folder = project({ "main.js": MAIN });
  const { cache, env } = cacheOf(folder);
  await run(folder, { env });
  const args = ["main.js", "again"];
  const readOnly = { ...env, DUMBO_READ_ONLY: "1" };
  const bare = await run(folder, { bare: true, args });
  for (const one of [await run(folder, { env: readOnly, args }), await run(folder, { env: readOnly, args })]) {
    assert.deepEqual([one.stdout, one.hitsOf.work, one.hitsOf.all ?? 0], [bare.stdout, 2, 0]);
  }
  assert.deepEqual(readRepeatedRuns(cache), {});
});
