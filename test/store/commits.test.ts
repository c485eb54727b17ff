/** When results are committed, and what that leaves when a program is ended from outside. Expects dist/. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openDiskStore } from "../../src/store/disk/disk.ts";
import { Pace } from "../../src/store/disk/pace.ts";
import { NOBODY } from "../../src/store/store.ts";
import { type Ended, project, run as runProject } from "../support/store-project.ts";
import { belongsTo, checkFile, freshDirectory, keyOf, recordOf, run } from "../support/store-tools.ts";

test("a commit is due when what would be lost took many times as long, and not more often", () => {
  let now = 0;
  const pace = new Pace(() => now, 1, 1000);
  const commit = (ms: number) =>
    pace.measure(() => {
      now += ms;
    });
  /** How much work it takes until the next commit is due, in calls of some milliseconds. */
  const work = (ms: number): number => {
    let done = 0;
    while (!pace.isDue) {
      now += ms;
      done += ms;
      pace.add(ms);
    }
    return done;
  };
  assert.equal(pace.isDue, false);
  assert.equal(work(1), 256);
  assert.equal(work(1), 0, "as long as nothing is committed");
  commit(2);
  assert.equal(pace.isDue, false);
  assert.equal(work(1), 3 * 64);
  commit(1);
  assert.equal(work(1), 2 * 64);
  for (let i = 0; i < 20; i++) {
    commit(0.001);
    pace.add(1000);
    now += 0.5;
    assert.equal(pace.isDue, false, "no more can be lost than was done since");
  }
  commit(0.001);
  assert.equal(work(1), 64, "no commit is for nothing");
  commit(1000);
  assert.equal(work(1), 1000, "that much is always worth one");
  commit(10);
  now += 5000;
  assert.equal(pace.isDue, false, "there is nothing to be lost");
  pace.add(0.1);
  assert.equal(pace.isDue, false);
});

test("what was expensive to compute is on the disk before the next is computed", () => {
  const directory = freshDirectory();
  let now = 0;
  const store = openDiskStore(directory, assert.fail, { now: () => now });
  const other = openDiskStore(directory, assert.fail);
  const put = (name: string, cost: number) => {
    now += cost;
    store.put(keyOf(name), recordOf(name, 100), { owner: NOBODY, cost, shared: 0 });
    store.keepUp();
    return other.get(keyOf(name)) !== undefined;
  };
  assert.equal(put("cheap", 1), false);
  assert.equal(put("expensive", 300), true);
  assert.ok(other.get(keyOf("cheap")), "with all that waited");
  assert.equal(put("cheap again", 1), false);
  store.flush();
  assert.ok(other.get(keyOf("cheap again")));
  store.close();
  other.close();
});

test("what is not urgent is written part by part, and all of it when it is", () => {
  const directory = freshDirectory();
  let now = 0;
  const timers: { work: () => void; ms: number }[] = [];
  const later = (work: () => void, ms: number) => void timers.push({ work, ms });
  const store = openDiskStore(directory, assert.fail, { now: () => now, later });
  const other = openDiskStore(directory, assert.fail);
  const names = (what: string, count: number) => Array.from({ length: count }, (_, i) => `${what} ${i}`);
  const put = (all: readonly string[], size: number) => {
    for (const name of all) store.put(keyOf(name), recordOf(name, size));
  };
  const written = (all: readonly string[]) => all.filter((name) => other.get(keyOf(name)) !== undefined).length;
  const turn = () => {
    const next = timers.shift();
    assert.ok(next);
    now += next.ms;
    next.work();
    return next.ms;
  };
  const small = names("small", 300);
  put(small, 100);
  assert.deepEqual([turn(), written(small)], [1000, 128]);
  assert.deepEqual([turn(), written(small)], [1, 256]);
  put(["late"], 100);
  assert.deepEqual([turn(), written(small), written(["late"])], [1, 300, 1]);
  assert.equal(timers.length, 0);

  const large = names("large", 5);
  put(large, 600_000);
  assert.deepEqual([turn(), written(large)], [1000, 1]);
  store.flush();
  assert.equal(written(large), 5);
  assert.deepEqual([turn(), timers.length], [1, 0]);
  put(small, 200);
  assert.deepEqual([timers.length, turn()], [1, 1000]);
  store.close();
  for (const name of small) assert.ok(belongsTo(other.get(keyOf(name)) ?? Buffer.alloc(0), name));
  other.close();
  checkFile(directory);
});

test("a commit that the end of the stack breaks off is made up for", async () => {
  const directory = freshDirectory();
  const code = `
    const store = openStore(process.argv[1]);
    const other = openStore(process.argv[1]);
    const names = [];
    let broken = 0;
    const attempt = () => {
      const name = "entry " + names.length;
      const record = recordOf(name, 100 + names.length * 30);
      let isQueued = false;
      try {
        store.put(keyOf(name), record);
        isQueued = true;
        store.flush();
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
      if (!isQueued) return false;
      names.push(name);
      const isWhole = other.get(keyOf(name)) !== undefined;
      if (!isWhole) broken++;
      return isWhole;
    };
    // On the way back from the end of the stack: with a little more room each time, until there is enough.
    let left = 20;
    const down = () => {
      try {
        down();
      } catch {}
      try {
        if (left > 0 && attempt()) left--;
      } catch {}
    };
    down();
    store.flush();
    const missing = names.filter((name) => !belongsTo(other.get(keyOf(name)) ?? recordOf("", 0), name));
    console.log(broken > 3, left, missing.length);
    other.close();
    store.close();`;
  assert.equal(await run(code, directory), "true 0 0\n");
  checkFile(directory);
});

/** Expensive enough on any machine to be worth a commit of its own. */
const EXPENSIVE = `
export function work(n) {
  let sum = 0;
  for (let i = 0; i < 200_000_000; i++) sum = (sum * 31 + i * n) % 1000003;
  return sum;
}`;

test("a program that never waits leaves its expensive calls behind when a signal ends it", async () => {
  const files = {
    "work.js": EXPENSIVE,
    "main.js": `import { work } from "./work.js";
      console.log(work(1));
      console.log("marker");
      for (;;);`,
  };
  const seen = ({ stdout, stderr, end }: Ended) => ({ stdout, stderr, end });
  const endBy = async (signal: NodeJS.Signals) => {
    const folder = project(files);
    const during = (child: ChildProcess, output: string) => {
      if (output.includes("marker")) child.kill(signal);
    };
    const bare = await runProject(folder, { during, bare: true });
    const killed = await runProject(folder, { during });
    assert.equal(bare.end, signal);
    assert.deepEqual(seen(killed), seen(bare));
    writeFileSync(join(folder, "main.js"), 'import { work } from "./work.js"; console.log(work(1));');
    const { hits, misses, stdout } = await runProject(folder);
    assert.deepEqual([hits, misses, `${stdout}marker\n`], [1, 0, bare.stdout], signal);
  };
  await Promise.all((["SIGINT", "SIGTERM", "SIGKILL"] as const).map(endBy));
});
