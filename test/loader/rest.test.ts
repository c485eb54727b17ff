/** Programs with nothing to gain run without dumbo, until something changes. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as module from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { Rest, type RunOutcome, restsUntil } from "../../loader/rest.ts";
import { DEFAULTS } from "../../src/config/config.ts";
import { readProfiles } from "../../src/policy/profile.ts";
import { project, run } from "../support/store-project.ts";

const root = mkdtempSync(join(tmpdir(), "dumbo-rest-"));
after(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("a program rests", () => {
  const file = join(root, "module.js");
  writeFileSync(file, "1");
  const outcome: RunOutcome = { gain: 0, took: 1000, isBarren: false, isLean: false, isOpen: false, files: [file] };
  const restIn = (folder: string, more: { env?: NodeJS.ProcessEnv; watched?: string[] } = {}) =>
    new Rest(join(root, folder), root, DEFAULTS, more.env ?? {}, more.watched ?? []);
  const made = () => restIn(`cache-${count++}`);
  const barren = (rest: Rest, runs: number, now = 0) => {
    for (let i = 0; i < runs; i++) rest.note(outcome, now);
    return rest;
  };

  test("after two runs without a gain", () => {
    const rest = made();
    assert.equal(rest.isNow(1), false, "nothing is known");
    assert.equal(barren(rest, 1).isNow(1), false, "one is no sign");
    assert.equal(barren(rest, 1).isNow(1), true);
  });

  test("after one run of which nothing came, but not if there is more to find out", () => {
    const rest = made();
    rest.note({ ...outcome, isBarren: true, isOpen: true }, 0);
    assert.equal(rest.isNow(1), false);
    rest.note({ ...outcome, isBarren: true }, 0);
    assert.equal(rest.isNow(1), true);
  });

  test("and is lean after an edit of its own files, for some runs, if nothing at all had come of it", () => {
    const own = join(root, "own.js");
    const ofPackage = join(root, "node_modules/lib/index.js");
    const list = join(root, "watched.json");
    mkdirSync(dirname(ofPackage), { recursive: true });
    for (const path of [own, ofPackage]) writeFileSync(path, "1");
    const noted = (more: Partial<RunOutcome> = {}) => {
      const rest = restIn(`cache-${count++}`, { watched: [list] });
      rest.note({ ...outcome, isBarren: true, files: [own, ofPackage], ...more }, 0);
      return rest;
    };
    const rest = noted();
    const others = [noted({ isBarren: false }), noted({ isOpen: true })];
    assert.deepEqual([rest.isNow(1), rest.isLean(1)], [true, false]);
    writeFileSync(own, "12");
    assert.deepEqual([rest.isNow(1), rest.isLean(1), rest.isLean(HOUR)], [false, true, false]);
    for (const one of others) assert.equal(one.isLean(1), false);
    for (let runs = 1; runs <= 8; runs++) {
      assert.equal(rest.isLean(1), runs <= 7, `${runs}`);
      rest.note({ ...outcome, isBarren: true, isLean: runs <= 7, files: [own, ofPackage] }, 0);
      writeFileSync(own, "1".repeat(runs));
    }
    assert.equal(rest.isLean(1), true, "a run has seen into packages");
    for (const path of [ofPackage, list]) {
      const changed = noted();
      writeFileSync(path, "123");
      assert.deepEqual([changed.isNow(1), changed.isLean(1)], [false, false], path);
    }
  });

  test("not if there was a gain in between, or more to find out", () => {
    for (const other of [{ gain: 25 }, { isOpen: true }]) {
      const rest = barren(made(), 1);
      rest.note({ ...outcome, ...other }, 0);
      assert.equal(barren(rest, 1).isNow(1), false, JSON.stringify(other));
      assert.equal(barren(rest, 1).isNow(1), true);
    }
  });

  test("even if something was saved, but less than dumbo takes of such a run", () => {
    const rest = made();
    for (let i = 0; i < 2; i++) rest.note({ ...outcome, gain: 25, took: 10_000 }, 0);
    assert.equal(rest.isNow(1), true);
  });

  test("and until when is known by its script, as long as its files are the same", () => {
    const other = join(root, "other.js");
    writeFileSync(other, "1");
    const folder = `cache-${count}`;
    const rest = made();
    const program = process.argv[1] ?? "";
    const until = () => restsUntil(join(root, folder), program, 1);
    assert.equal(until(), null, "nothing is known");
    for (let i = 0; i < 2; i++) rest.note({ ...outcome, files: [other] }, 0);
    assert.equal(until(), HOUR);
    assert.equal(restsUntil(join(root, folder), program, HOUR), null, "it is over");
    assert.equal(restsUntil(join(root, folder), "another.js", 1), null);
    writeFileSync(other, "22");
    assert.equal(until(), null, "a file has changed");
  });

  test("for an hour, then longer and longer, a week at most", () => {
    const rest = barren(made(), 2);
    assert.deepEqual([rest.isNow(HOUR - 1), rest.isNow(HOUR)], [true, false]);
    barren(rest, 1, HOUR);
    assert.deepEqual([rest.isNow(5 * HOUR - 1), rest.isNow(5 * HOUR)], [true, false]);
    barren(rest, 10, 0);
    assert.deepEqual([rest.isNow(7 * DAY - 1), rest.isNow(7 * DAY)], [true, false]);
  });

  test("until a file of it changes, and then again after two runs", () => {
    const rest = barren(made(), 3);
    writeFileSync(file, "12");
    assert.equal(rest.isNow(1), false);
    assert.equal(barren(rest, 1).isNow(1), false);
    assert.equal(barren(rest, 1).isNow(1), true);
  });

  test("with these settings only", () => {
    const folder = `cache-${count++}`;
    const list = join(root, "list.json");
    const rests = (more: Parameters<typeof restIn>[1]) => restIn(folder, more).isNow(1);
    barren(restIn(folder, { watched: [list] }), 2);
    assert.equal(rests({ watched: [list] }), true);
    assert.equal(rests({ watched: [list], env: { HOME: "/home" } }), true);
    assert.equal(rests({ watched: [list], env: { DUMBO_DIR: "/cache" } }), false);
    assert.equal(rests({ watched: [list], env: { NODE_OPTIONS: "--expose-gc" } }), false);
    writeFileSync(list, "{}");
    assert.equal(rests({ watched: [list] }), false, "a list that was not there before");
  });

  test("not if it had other threads", () => {
    const rest = barren(made(), 1);
    rest.noteThread();
    assert.equal(barren(rest, 2).isNow(1), false);
    assert.equal(barren(rest, 1).isNow(1), true);
  });
});

describe("a run of a program", () => {
  const LOADED = 'console.log(Symbol.for("dumbo") in globalThis);';
  const WORK_ON =
    "function work(n) { let sum = 0; for (let i = 0; i < n; i++) sum += Math.sqrt(i); return twice(sum); }";
  // On a busy machine a run may take long enough to be kept as a whole.
  const env = (folder: string) => ({
    DUMBO_POLICY: "measured",
    DUMBO_DIR: join(folder, "cache"),
    DUMBO_LOG: "0",
    DUMBO_WHOLE_RUNS: "none",
  });
  const runs = async (folder: string, times: number) => {
    const loaded: string[] = [];
    for (let i = 0; i < times; i++) loaded.push((await run(folder, { env: env(folder) })).stdout.trim());
    return loaded;
  };

  test("that has nothing to gain is one without dumbo, from the third on, until it is edited", async () => {
    const folder = project({ "main.js": `import "./part.js"; ${LOADED}`, "part.js": "export const one = 1;" });
    assert.deepEqual(await runs(folder, 4), ["true", "true", "false", "false"]);
    writeFileSync(join(folder, "part.js"), "export const two = 22;");
    assert.deepEqual(await runs(folder, 3), ["true", "true", "false"]);
  });

  test("whose modules are loaded in a thread of their own rests, too", async () => {
    const folder = project({
      "main.js": `import { register } from "node:module"; register("data:text/javascript,"); const { one } = await import("./part.js"); one(); ${LOADED}`,
      "part.js": "export function one() { return 1; }",
    });
    assert.deepEqual(await runs(folder, 4), ["true", "true", "false", "false"]);
    writeFileSync(join(folder, "part.js"), "export function one() { return 22; }");
    assert.deepEqual(await runs(folder, 1), ["true"]);
  });

  test("of which nothing came leaves packages as they are after an edit", async () => {
    const folder = project({
      "main.js": `import { twice } from "lib"; ${WORK_ON} console.log(work(3e6)); ${LOADED}`,
      "node_modules/lib/package.json": '{ "type": "module", "main": "index.js" }',
      "node_modules/lib/index.js": "export function twice(n) { return n * 2 + 0 * Date.now(); }",
    });
    const seen = async () => {
      const { stdout } = await run(folder, { env: env(folder) });
      const profiles = Object.values(readProfiles(join(folder, "cache")));
      return [stdout.split("\n")[1], ...profiles.map(({ reason }) => reason?.kind)];
    };
    await seen();
    const [isLoaded, ...reasons] = await seen();
    assert.equal(isLoaded, "true");
    assert.ok(!reasons.includes("left-this-time"));
    assert.deepEqual((await seen())[0], "false");
    const main = join(folder, "main.js");
    writeFileSync(main, readFileSync(main, "utf8").replaceAll("work", "other"));
    const [isLoadedAgain, ...reasonsAgain] = await seen();
    assert.equal(isLoadedAgain, "true");
    // Where Node has no hooks in the thread itself, what they pass over is not known in it.
    if ("registerHooks" in module) assert.ok(reasonsAgain.includes("left-this-time"), reasonsAgain.join());
    // All functions were new in that run.
    await seen();
    assert.deepEqual((await seen())[0], "false");
  });

  test("that has gained is one with dumbo", async () => {
    const work = "function work(n) { let sum = 0; for (let i = 0; i < n; i++) sum += Math.sqrt(i); return sum; }";
    const folder = project({ "main.js": `${work} work(3e7); ${LOADED}` });
    assert.deepEqual(await runs(folder, 4), ["true", "true", "true", "true"]);
  });

  test("that fails says nothing", async () => {
    const folder = project({ "main.js": `${LOADED} process.exitCode = 1;` });
    assert.deepEqual(await runs(folder, 3), ["true", "true", "true"]);
  });

  test("with threads is one with dumbo: what they gain is not known", async () => {
    const folder = project({
      "main.js": `
        import { Worker } from "node:worker_threads";
        new Worker(new URL("other.js", import.meta.url)).on("exit", () => { ${LOADED} });
      `,
      "other.js": "export const one = 1;",
    });
    assert.deepEqual(await runs(folder, 4), ["true", "true", "true", "true"]);
  });
});
