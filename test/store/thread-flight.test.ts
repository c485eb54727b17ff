/** Threads of one process that ask for the same long call at the same time: one computes, and the other gets what that one has left. Expects dist/. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readProfiles, writeProfiles } from "../../src/policy/profile.ts";
import { project, run } from "../support/store-project.ts";

const FILES = {
  "work.js": `
    import { setTimeout } from "node:timers/promises";
    export function stops(n, ms) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
      return { n, list: [n, n * 2] };
    }
    export async function waits(n, ms) {
      await setTimeout(ms);
      return { n, list: [n, n * 3] };
    }`,
  "assumePure.json": '{ "assumePure": ["./work.js"] }',
  "main.js": `
    import { Worker } from "node:worker_threads";
    import * as work from "./work.js";
    const [name, n, ms, threads] = process.env.CALL.split(" ");
    if (threads === "0") console.log(await work[name](Number(n), Number(ms)));
    const ready = new Int32Array(new SharedArrayBuffer(4));
    for (let i = 0; i < Number(threads); i++) {
      new Worker(new URL("./thread.js", import.meta.url), { workerData: { ready, threads: Number(threads) } });
    }`,
  // All of them call when the last one is ready.
  "thread.js": `
    import { workerData } from "node:worker_threads";
    import * as work from "./work.js";
    const [name, n, ms] = process.env.CALL.split(" ");
    const { ready, threads } = workerData;
    Atomics.add(ready, 0, 1);
    Atomics.notify(ready, 0);
    for (let count = Atomics.load(ready, 0); count < threads; count = Atomics.load(ready, 0)) Atomics.wait(ready, 0, count);
    console.log(await work[name](Number(n), Number(ms)));`,
};

describe("worker threads", { concurrency: 2 }, () => {
  for (const name of ["stops", "waits"]) {
    test(`who asks for a call that another thread is at (${name}) gets what that one has stored`, async () => {
      const folder = project(FILES);
      const cache = join(folder, "cache");
      const env = (call: string) => ({ DUMBO_DIR: cache, CALL: `${name} ${call}` });
      const learned = await run(folder, { env: env("1 10 0") });
      assert.deepEqual([learned.end, learned.misses], [0, 1], learned.stderr);
      const profiles = Object.entries(readProfiles(cache)).map(([key, profile]) => [key, { ...profile, run: 60_000 }]);
      writeProfiles(cache, Object.fromEntries(profiles), {}, false, Date.now());
      const { stdout, stderr, end, hits, misses } = await run(folder, { env: env("2 3000 2") });
      assert.deepEqual([stderr, end], ["", 0]);
      const [first, second] = stdout.split("\n");
      assert.equal(first, second);
      assert.deepEqual([hits, misses], [1, 1]);
    });
  }
});
