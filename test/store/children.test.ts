/** Programs of several processes and threads on one store. Expects dist/. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ended, project, run, WORK } from "../support/store-project.ts";

/** Runs a program bare, cold and warm: the same output each time, and the last one finds everything. */
async function expectShared(folder: string, calls: number, args?: readonly string[]): Promise<void> {
  const options = args ? { args } : {};
  const seen = ({ stdout, stderr, end }: Ended) => ({ stdout: withoutTimes(stdout), stderr, end });
  const bare = await run(folder, { ...options, bare: true });
  assert.deepEqual([bare.end, bare.stderr], [0, ""], bare.stdout);
  const cold = await run(folder, options);
  assert.deepEqual(seen(cold), seen(bare));
  // Those that run at the same time may find what another has written, or not.
  assert.equal(cold.hits + cold.misses, calls);
  assert.ok(cold.misses >= 3, `${cold.misses}`);
  const warm = await run(folder, options);
  assert.deepEqual(seen(warm), seen(bare));
  assert.deepEqual([warm.hits, warm.misses], [calls, 0]);
}

/** What a test runner prints but for how long it took. */
function withoutTimes(text: string): string {
  return text.replaceAll(/duration_ms:? [\d.]+/g, "duration");
}

test("the workers of a cluster share one store", async () => {
  const folder = project({
    "work.js": WORK,
    "main.js": `
      import cluster from "node:cluster";
      import { createServer, get } from "node:http";
      import { work } from "./work.js";
      if (cluster.isPrimary) {
        const ask = (port, n) => new Promise((resolve, reject) => {
          get({ port, path: "/" + n, agent: false }, async (response) => {
            resolve(Buffer.concat(await response.toArray()).toString());
          }).on("error", reject);
        });
        const workers = [0, 1, 2].map(() => cluster.fork());
        const ports = await Promise.all(workers.map((one) => new Promise((resolve) => {
          one.on("listening", ({ port }) => resolve(port));
        })));
        const answers = await Promise.all([1, 2, 3, 1, 2, 3, 1, 2, 3].map((n) => ask(ports[0], n)));
        const ends = workers.map((one) => new Promise((resolve) => {
          one.on("exit", (code, signal) => resolve([code, signal]));
        }));
        for (const one of workers) one.disconnect();
        console.log(work(1), answers, await Promise.all(ends));
      } else {
        // All of them listen at one port.
        createServer(({ url }, response) => response.end(String(work(Number(url.slice(1)))))).listen(0);
      }`,
  });
  await expectShared(folder, 10);
});

test("the children of a test runner share one store", async () => {
  const testOf = (name: string, numbers: readonly number[]) => `
    import assert from "node:assert/strict";
    import { test } from "node:test";
    import { work } from "./work.js";
    test("${name}", () => {
      for (const n of ${JSON.stringify(numbers)}) assert.equal(work(n) % 1, 0);
    });`;
  const folder = project({
    "work.js": WORK,
    "a.test.js": testOf("a", [1, 2, 3]),
    "b.test.js": testOf("b", [3, 2, 1]),
  });
  await expectShared(folder, 6, ["--test", "--test-reporter=tap", "a.test.js", "b.test.js"]);
});

test("the threads of a program share one store", async () => {
  const folder = project({
    "work.js": WORK,
    "main.js": `
      import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
      import { work } from "./work.js";
      if (isMainThread) {
        const one = (n) => new Promise((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: n });
          let answer;
          worker.on("message", (message) => { answer = message; });
          worker.on("error", reject);
          worker.on("exit", (code) => resolve([answer, code]));
        });
        console.log(JSON.stringify([work(1), await Promise.all([1, 2, 3].map(one))]));
      } else {
        parentPort.postMessage([1, 2, 3].map((n) => work(n * workerData)));
      }`,
  });
  await expectShared(folder, 10);
});
