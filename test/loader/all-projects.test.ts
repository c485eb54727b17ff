/** What is of use to all projects of a user: two projects with the same package, and a home. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { project, run } from "../support/store-project.ts";

/** A package of a file that a first run has no time to analyse. */
const FUNCTIONS = Array.from(
  { length: 1500 },
  (_, n) => `function f${n}(x) { let sum = ${n}; for (let i = 0; i < 3; i++) sum += Math.sqrt(x + i); return sum; }`,
);
const LIBRARY = `${FUNCTIONS.join("\n")}\nexports.total = (n) => { let sum = 0; for (let i = 0; i < n; i++) sum += f1(i) + f1499(i); return sum; };\n`;
const MAIN = `
  import { total } from "lib";
  function work(n) { let sum = 0; for (let i = 0; i < 40; i++) sum += total(n + i); return Math.round(sum); }
  console.log(work(400_000));
`;
const made = (main = MAIN) =>
  project({
    "package.json": "{}",
    "main.mjs": main,
    "node_modules/lib/package.json": '{ "main": "index.js" }',
    "node_modules/lib/index.js": LIBRARY,
  });

let caches: string;
let env: Record<string, string | undefined>;
beforeEach(() => {
  caches = mkdtempSync(join(tmpdir(), "dumbo-home-"));
  // Nothing but the caches is set: what follows is what a user has who sets nothing.
  env = { DUMBO_POLICY: "measured", DUMBO_PREPARE: "1", DUMBO_USER_DIR: undefined, XDG_CACHE_HOME: caches };
});
afterEach(() => rmSync(caches, { recursive: true, force: true }));

const user = () => join(caches, "dumbo", "all-projects");
const cacheOf = (folder: string) => join(folder, "node_modules", ".cache", "dumbo");
const filesIn = (folder: string, ending: string) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending))
    : [];

/** Three minutes at most: a process of low priority waits where others keep all processors busy. */
async function wait(isOver: () => boolean): Promise<boolean> {
  for (let i = 0; i < 1800 && !isOver(); i++) await setTimeout(100);
  return isOver();
}

/** Runs a program until what it has left is analysed. */
async function runAndPrepare(folder: string, more: Record<string, string | undefined> = {}) {
  const given = { ...env, ...more };
  const ended = await run(folder, { env: given, args: ["main.mjs"] });
  const jobs = join(given.DUMBO_DIR ?? cacheOf(folder), "prepare");
  assert.ok(
    await wait(() => !existsSync(jobs) || readdirSync(jobs).length === 0),
    "the process has not come to its end",
  );
  return ended;
}

describe("what one project has found out", () => {
  test("another one knows in its first run, and keeps", async () => {
    const [one, two] = [made(), made()];
    const first = await runAndPrepare(one);
    assert.equal(filesIn(user(), "lib.pack").length, 1);
    // Nothing can be analysed in this one.
    const ended = await run(two, { env: { ...env, DUMBO_PREPARE: "0" }, args: ["main.mjs"] });
    assert.deepEqual([ended.stdout, ended.stderr], [first.stdout, ""]);
    assert.ok(ended.misses > 0, "nothing was recorded in the first run");
    assert.equal(filesIn(cacheOf(two), "lib.pack").length, 1);
    rmSync(caches, { recursive: true });
    const again = await run(two, { env: { ...env, DUMBO_PREPARE: "0" }, args: ["main.mjs"] });
    assert.deepEqual([again.stdout, again.hits > 0], [first.stdout, true]);
  });

  test("is of no use to one with other options", async () => {
    const [one, two] = [made(), made()];
    await runAndPrepare(one);
    writeFileSync(join(two, "dumbo.config.json"), '{ "replayWrites": true }');
    const ended = await run(two, { env: { ...env, DUMBO_PREPARE: "0" }, args: ["main.mjs"] });
    assert.equal(ended.misses, 0, "it was recorded with the analysis of other options");
    assert.equal(filesIn(cacheOf(two), "lib.pack").length, 0);
  });

  test("stays in DUMBO_DIR, where that is set", async () => {
    const folder = made();
    const cache = join(folder, "cache");
    await runAndPrepare(folder, { DUMBO_DIR: cache });
    assert.deepEqual(readdirSync(caches), []);
    assert.equal(filesIn(cache, "lib.pack").length, 1);
    assert.equal((await run(folder, { env: { ...env, DUMBO_DIR: cache }, args: ["main.mjs"] })).misses > 0, true);
  });

  test("stays in the project, where the user's directory is switched off or is not the user's alone", async () => {
    const off = made();
    await runAndPrepare(off, { DUMBO_USER_DIR: "off" });
    assert.deepEqual(readdirSync(caches), []);
    assert.equal(filesIn(cacheOf(off), "lib.pack").length, 1);
    const open = made();
    mkdirSync(user(), { recursive: true });
    chmodSync(user(), 0o777);
    const { stderr } = await runAndPrepare(open);
    assert.equal(stderr, "");
    if (process.platform === "win32") return;
    assert.deepEqual(readdirSync(user()), []);
    assert.equal(filesIn(cacheOf(open), "lib.pack").length, 1);
  });

  test("that was damaged there is found out anew", async () => {
    const [one, two] = [made(), made()];
    const first = await runAndPrepare(one);
    for (const name of [...filesIn(user(), ".pack"), ...filesIn(user(), ".bin")])
      writeFileSync(join(user(), name), "damaged");
    const { stdout, stderr } = await runAndPrepare(two);
    assert.deepEqual([stdout, stderr], [first.stdout, ""]);
    assert.ok((await run(two, { env, args: ["main.mjs"] })).misses > 0, "the package was not analysed again");
  });

  test("is not written by a run that may only read", async () => {
    const folder = made();
    mkdirSync(cacheOf(folder), { recursive: true });
    await run(folder, { env: { ...env, DUMBO_READ_ONLY: "1" }, args: ["main.mjs"] });
    assert.deepEqual([readdirSync(caches), readdirSync(cacheOf(folder))], [[], []]);
  });
});
