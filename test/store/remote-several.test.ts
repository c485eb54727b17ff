/** Several shared caches in a list: each is asked in turn, and one that is gone leaves the others. Expects dist/. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeRedis } from "../support/fake-redis.ts";
import { project, run, WORK } from "../support/store-project.ts";

const files = (remote: readonly string[]) => ({
  "work.js": WORK,
  "main.js":
    'import { work } from "./work.js"; for (const n of process.env.N.split(" ")) console.log(work(Number(n)));',
  "dumbo.config.json": JSON.stringify({ remote }),
});
const OPEN = "unsigned=yes&wait=30000";

test("what the first cache lacks comes from the second, and what is new goes to those that are written to", async () => {
  const [near, far] = [await FakeRedis.start(), await FakeRedis.start()];
  try {
    await run(project(files([`${far.url}?mode=write&${OPEN}`])), { env: { N: "1 2" } });
    const before = new Map(far.values);
    assert.equal(before.size, 3, "two results and a list");
    const places = [`${near.url}?mode=write&${OPEN}`, `${far.url}?${OPEN}`];
    const first = await run(project(files(places)), { env: { N: "1 2 3" } });
    assert.deepEqual([first.hits, first.misses, first.stderr, first.end], [2, 1, "", 0]);
    assert.equal(near.values.size, 2, "a result and a list");
    assert.deepEqual(far.values, before);
    const second = await run(project(files(places)), { env: { N: "1 2 3" } });
    assert.deepEqual([second.hits, second.misses, second.stdout], [3, 0, first.stdout]);
    await near.stop();
    const third = await run(project(files(places)), { env: { N: "1 2 3" } });
    assert.deepEqual([third.hits, third.misses, third.stdout, third.end], [2, 1, first.stdout, 0]);
    assert.match(third.stderr, /^dumbo: redis:\/\/[^\n]* cannot be reached \(ECONNREFUSED\)[^\n]*\n$/);
  } finally {
    await far.stop();
  }
});
