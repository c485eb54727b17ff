/** Package files that a run has no time to analyse: a process of low priority does it when the run is over. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as module from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { prepare } from "../../loader/prepare/prepare.ts";
import { ENOUGH_PROCESSORS } from "../../loader/prepare/start.ts";
import { readProfiles } from "../../src/policy/profile.ts";
import { categoryOf } from "../../src/reason/advise.ts";
import { project, run } from "../support/store-project.ts";

/** A package of one file that takes longer to analyse than a first run allows. */
const FUNCTIONS = Array.from(
  { length: 4000 },
  (_, n) => `function f${n}(x) { let sum = ${n}; for (let i = 0; i < 3; i++) sum += Math.sqrt(x + i); return sum; }`,
);
const LIBRARY = `${FUNCTIONS.join("\n")}\nexports.total = (n) => { let sum = 0; for (let i = 0; i < n; i++) sum += f1(i) + f3999(i); return sum; };\n`;
const MAIN = `
  import { total } from "lib";
  function work(n) { let sum = 0; for (let i = 0; i < 40; i++) sum += total(n + i); return Math.round(sum); }
  console.log(work(400_000), work(400_001), work(400_002));
`;

const made = () =>
  project({
    "main.js": MAIN,
    "node_modules/lib/package.json": '{ "main": "index.js" }',
    "node_modules/lib/index.js": LIBRARY,
  });

async function wait(isOver: () => boolean): Promise<boolean> {
  for (let i = 0; i < 600 && !isOver(); i++) await setTimeout(100);
  return isOver();
}

describe("what a run leaves", () => {
  test("is analysed when it is over, so that later runs cache what uses it", async () => {
    const folder = made();
    const cache = join(folder, "cache");
    const env = { DUMBO_POLICY: "measured", DUMBO_PREPARE: "1", DUMBO_DIR: cache };
    const bare = await run(folder, { bare: true });
    const first = await run(folder, { env });
    assert.deepEqual([first.stdout, first.stderr, first.end, first.hits], [bare.stdout, "", 0, 0]);
    // Where Node has no hooks in the thread itself, what they pass over is not known in it.
    if ("registerHooks" in module) {
      const work = Object.values(readProfiles(cache)).find(({ name }) => name === "work");
      assert.deepEqual([work?.reason?.kind, work?.reason && categoryOf(work.reason)], ["not-analysed", "not-known"]);
      assert.equal(work?.calls, 3, "all calls are timed: the next run decides by that what a first key may cost");
      assert.equal((work?.total ?? 0) / (work?.run ?? 1), 3);
    }
    const isOver = () => existsSync(join(cache, "prepare")) && readdirSync(join(cache, "prepare")).length === 0;
    assert.ok(await wait(isOver), "the process has not come to its end");
    const second = await run(folder, { env });
    assert.ok(second.misses > 0, "nothing was recorded");
    const third = await run(folder, { env });
    assert.ok(third.hits > 0, "nothing was answered");
    assert.equal(third.stdout, bare.stdout);
  });

  const skip = availableParallelism() < ENOUGH_PROCESSORS && "there are too few processors";
  test("is begun beside a program that runs for long", { skip }, async () => {
    const folder = made();
    const cache = join(folder, "cache");
    const isBegun = `existsSync(${JSON.stringify(join(cache, "prepare"))})`;
    writeFileSync(
      join(folder, "main.js"),
      `import { existsSync } from "node:fs";
      import { total } from "lib";
      while (process.uptime() < 0.5);
      await import("./late.js");
      while (process.uptime() < 20 && !${isBegun});
      console.log(${isBegun});`,
    );
    writeFileSync(join(folder, "late.js"), "export function work(n) { return n < 1 ? [] : [work(n - 1)]; }");
    const env = { DUMBO_POLICY: "measured", DUMBO_PREPARE: "1", DUMBO_DIR: cache };
    const { stdout, stderr } = await run(folder, { env });
    assert.deepEqual([stdout, stderr], ["true\n", ""]);
    const isOver = () => readdirSync(join(cache, "prepare")).length === 0;
    assert.ok(await wait(isOver), "the process has not come to its end");
  });

  test("is not begun beside a program that would be told", { skip }, async () => {
    const folder = made();
    const cache = join(folder, "cache");
    writeFileSync(
      join(folder, "main.js"),
      `import { existsSync } from "node:fs";
      import { total } from "lib";
      while (process.uptime() < 0.5);
      await import("./late.js");
      while (process.uptime() < 1);
      console.log(existsSync(${JSON.stringify(join(cache, "prepare"))}));`,
    );
    writeFileSync(join(folder, "late.js"), "export function work(n) { return n < 1 ? [] : [work(n - 1)]; }");
    writeFileSync(join(folder, "signal.js"), `process.on("SIGCHLD", () => {});`);
    writeFileSync(
      join(folder, "channel.js"),
      `import { subscribe } from "node:diagnostics_channel";\nsubscribe("child_process", () => {});`,
    );
    const env = { DUMBO_POLICY: "measured", DUMBO_PREPARE: "1", DUMBO_DIR: cache };
    for (const by of ["signal", "channel"]) {
      const { stdout } = await run(folder, { env, args: ["--import", `./${by}.js`, "main.js"] });
      assert.equal(stdout, "false\n", `told by a ${by}`);
      const isOver = () => existsSync(join(cache, "prepare")) && readdirSync(join(cache, "prepare")).length === 0;
      assert.ok(await wait(isOver), "the process has not come to its end");
      rmSync(cache, { recursive: true });
    }
  });

  test("is not noted where that is switched off", async () => {
    const folder = made();
    const cache = join(folder, "cache");
    await run(folder, { env: { DUMBO_POLICY: "measured", DUMBO_PREPARE: "0", DUMBO_DIR: cache } });
    assert.equal(existsSync(join(cache, "prepare")), false);
  });

  test("by others, or damaged, is removed", () => {
    const directory = join(project({}), "cache");
    const folder = join(directory, "prepare");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "damaged.json"), "{");
    writeFileSync(
      join(folder, "other.json"),
      JSON.stringify({ settings: { dumboFolder: "/other/", directory }, files: [] }),
    );
    const done = prepare(
      directory,
      "/own/",
      () => assert.fail("nothing is to be analysed"),
      () => true,
      () => undefined,
    );
    assert.deepEqual(done, { files: 0, left: 0 });
    assert.deepEqual(readdirSync(folder), []);
  });
});
