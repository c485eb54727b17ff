/** Programs that ask for the same long async call at the same time: one computes, the others wait. Expects dist/. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { readProfiles, writeProfiles } from "../../src/policy/profile.ts";
import { type Ended, project, run } from "../support/store-project.ts";

/** Says that the calls of a project take long, so that they are waited for until the test lets them end. */
function takesLong(cache: string): void {
  const learned = Object.entries(readProfiles(cache)).map(([key, profile]) => [key, { ...profile, run: 120_000 }]);
  assert.ok(learned.length > 0);
  writeProfiles(cache, Object.fromEntries(learned), {}, false, Date.now());
}

/** A project whose calls take as long as they are told, without keeping anybody busy; the test is what they cost. */
function waiting() {
  const folder = project({
    "work.js": `
      import { setTimeout } from "node:timers/promises";
      export async function work(n, ms) {
        await setTimeout(ms);
        return { n, list: [n, n * 2] };
      }`,
    "assumePure.json": '{ "assumePure": ["./work.js#work"] }',
    "main.js": `
      import { work } from "./work.js";
      const [n, ms] = process.env.CALL.split(" ").map(Number);
      const both = [work(n, ms), work(n, ms)];
      console.log("asked");
      const [one, two] = await Promise.all(both);
      console.log(one, two, one === two);`,
  });
  const cache = join(folder, "cache");
  const env = (call: string) => ({ DUMBO_DIR: cache, CALL: call });
  return { folder, cache, env };
}

/** Starts a program, and waits until it has said something. */
async function startUntil(word: string, folder: string, env: NodeJS.ProcessEnv) {
  let child: ChildProcess | undefined;
  let ended: Promise<Ended> | undefined;
  await new Promise<void>((resolve) => {
    const during = (one: ChildProcess, output: string) => {
      child = one;
      if (output.includes(word)) resolve();
    };
    ended = run(folder, { env, during });
    void ended.then(() => resolve());
  });
  assert.ok(child && ended);
  return { child, ended };
}

test("who asks for an async call that another process is at gets what that one stores", async () => {
  const { folder, cache, env } = waiting();
  const learned = await run(folder, { env: env("1 10") });
  assert.deepEqual([learned.end, learned.hits, learned.misses], [0, 0, 2], learned.stderr);
  takesLong(cache);
  const again = env("2 3000");
  const bare = run(folder, { env: again, bare: true });
  const first = await startUntil("asked", folder, again);
  const second = await startUntil("asked", folder, again);
  const third = await startUntil("asked", folder, again);
  const ends = await Promise.all([first.ended, second.ended, third.ended]);
  const { stdout: expected } = await bare;
  for (const { stdout, stderr, end } of ends) assert.deepEqual([stdout, stderr, end], [expected, "", 0]);
  const counts = ends.map(({ hits, misses }) => [hits, misses]);
  // Calls of one process do not wait for each other.
  assert.deepEqual(counts, [
    [0, 2],
    [2, 0],
    [2, 0],
  ]);
});

test("who waits for an async call of a process that dies computes it", async () => {
  const { folder, cache, env } = waiting();
  await run(folder, { env: env("1 10") });
  takesLong(cache);
  const again = env("2 4000");
  const bare = run(folder, { env: again, bare: true });
  const first = await startUntil("asked", folder, again);
  const second = await startUntil("asked", folder, again);
  first.child.kill("SIGKILL");
  assert.equal((await first.ended).end, "SIGKILL");
  const { stdout, stderr, end, hits, misses } = await second.ended;
  assert.deepEqual([stdout, stderr, end], [(await bare).stdout, "", 0]);
  assert.deepEqual([hits, misses], [1, 1], "both calls waited, and then for one of them");
});

test("a call that only promises keep waiting is waited for in its own turn of the event loop", async () => {
  const folder = project({
    "work.js": `
      export async function work(n) {
        let sum = 0;
        for (let part = 0; part < 10; part++) {
          for (let i = 0; i < 20_000_000; i++) sum = (sum * 31 + i * n) % 1000003;
          await null;
        }
        return sum;
      }`,
    "main.js": `
      import { work } from "./work.js";
      setImmediate(() => console.log("a turn later"));
      console.log("ready");
      console.log(await work(Number(process.env.N)));`,
  });
  const env = { DUMBO_DIR: join(folder, "cache") };
  await run(folder, { env: { ...env, N: "1" } });
  takesLong(env.DUMBO_DIR);
  const again = { ...env, N: "2" };
  const ends = await Promise.all([0, 1, 2].map(() => run(folder, { env: again })));
  const bare = await run(folder, { env: again, bare: true });
  assert.match(bare.stdout, /^ready\n\d+\na turn later\n$/);
  for (const { stdout, stderr, end } of ends) assert.deepEqual([stdout, stderr, end], [bare.stdout, "", 0]);
  assert.deepEqual(ends.map(({ misses }) => misses).sort(), [0, 0, 1]);
});
