/** Servers that are gone, slow, full or lie: the program does the same, and asks them a bounded number of times. Expects dist/. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeRedis, type Manner } from "../support/fake-redis.ts";
import { project, run, WORK } from "../support/store-project.ts";

const CALLS = 12;
const FILES = {
  "work.js": WORK,
  "main.js": `
    import { work } from "./work.js";
    for (let i = 0; i < ${CALLS}; i++) console.log(work(i));`,
};
/** Milliseconds that a look-up may wait: less than a slow server takes. */
const WAIT = "wait=100";
/** Questions after which the server is given up, or not waited for. */
const MOST_ASKED = 6;
/** The first word of the one line on stderr. */
const LINE = /^dumbo: redis:\/\/127\.0\.0\.1:\d+[^\n]*\n$/;

const expected = run(project(FILES), { bare: true });

/** What another checkout has stored on a server. */
const shared = (async () => {
  const server = await FakeRedis.start();
  try {
    await runsAsBare(server.url, "write");
    return new Map(server.values);
  } finally {
    await server.stop();
  }
})();

/** Runs a program on an empty disk; what it prints is what it prints without dumbo. */
async function runsAsBare(url: string, mode: "read" | "write") {
  const folder = project(FILES);
  const bare = await expected;
  const ended = await run(folder, { env: { DUMBO_REMOTE: `${url}?mode=${mode}&unsigned=yes&${WAIT}` } });
  assert.deepEqual([ended.stdout, ended.end], [bare.stdout, 0]);
  return ended;
}

/** With a server that has what another checkout has stored. */
async function withServer(work: (server: FakeRedis) => Promise<void>): Promise<void> {
  const server = await FakeRedis.start();
  try {
    for (const [name, value] of await shared) server.values.set(name, value);
    await work(server);
  } finally {
    await server.stop();
  }
}

test("a server that is not there costs one try and one line", async () => {
  const server = await FakeRedis.start();
  const { url } = server;
  await server.stop();
  const { stderr, misses } = await runsAsBare(url, "write");
  assert.match(stderr, LINE);
  assert.match(stderr, /cannot be reached \(ECONNREFUSED\)/);
  assert.equal(misses, CALLS);
});

describe("a server that from the first question on", () => {
  const cases: readonly [Manner, RegExp | null][] = [
    ["silent", /answers too slowly|did not take all results in time/],
    ["garbage", /does not answer|answers too slowly/],
    ["hanging up", /does not answer/],
    ["lying", null],
    ["counting", null],
  ];
  for (const [manner, line] of cases) {
    test(`is ${manner}`, async () => {
      await withServer(async (server) => {
        server.manner = manner;
        const { stderr, misses } = await runsAsBare(server.url, "read");
        assert.equal(misses, CALLS, "nothing of it is believed");
        if (line === null) assert.equal(stderr, "", "a lie is a miss like any other");
        else {
          assert.match(stderr, LINE);
          assert.match(stderr, line);
          assert.ok(server.count("MGET") <= MOST_ASKED, `asked ${server.count("MGET")} times`);
        }
        assert.ok(server.count("MGET") >= 1, "it was asked");
      });
    });
  }
});

describe("a server that in the middle of a run becomes", () => {
  for (const manner of ["slow", "hanging up"] as const) {
    test(manner, async () => {
      await withServer(async (server) => {
        assert.equal(server.values.size, CALLS + 1);
        // The list still comes.
        server.worse = { after: 1, manner };
        const { hits, misses, stderr } = await runsAsBare(server.url, "read");
        assert.equal(hits + misses, CALLS);
        assert.ok(misses > 0, "what the bad server was to give is computed");
        assert.equal(stderr.split("\n").length - 1 <= 1, true, stderr);
        assert.ok(server.count("MGET") <= CALLS + 2, `asked ${server.count("MGET")} times`);
      });
    });
  }
});

test("a server that is full is read, and written to no more", async () => {
  await withServer(async (server) => {
    server.manner = "full";
    const folder = project({
      ...FILES,
      "main.js": `${FILES["main.js"]} console.log(work(100), work(101), work(102));`,
    });
    const bare = await run(folder, { bare: true });
    const env = { DUMBO_REMOTE: `${server.url}?mode=write&unsigned=yes&wait=30000` };
    const { stdout, stderr, hits, misses } = await run(folder, { env });
    assert.equal(stdout, bare.stdout);
    assert.deepEqual([hits, misses], [CALLS, 3]);
    assert.match(stderr, LINE);
    assert.match(stderr, /takes no more \(OOM [^\n]*\): nothing is shared/);
    assert.ok(server.count("SET") <= 3, `written to ${server.count("SET")} times`);
  });
});

test("results whose bytes were damaged, cut or exchanged on the server are computed", async () => {
  await withServer(async (server) => {
    const names = [...server.values.keys()].filter((name) => !name.includes("list-"));
    assert.equal(names.length, CALLS);
    const values = names.map((name) => server.values.get(name) as Buffer);
    names.forEach((name, i) => {
      const value = Buffer.from(values[i] as Buffer);
      if (i % 3 === 0) server.values.set(name, values[(i + 1) % CALLS] as Buffer);
      else if (i % 3 === 1) server.values.set(name, value.subarray(0, value.length - 9));
      else {
        value[60] = (value[60] as number) ^ 1;
        server.values.set(name, value);
      }
    });
    const { misses, stderr } = await runsAsBare(server.url, "read");
    assert.deepEqual([misses, stderr], [CALLS, ""]);
  });
});

test("a program that is ended by a signal leaves nothing running", async () => {
  await withServer(async (server) => {
    const folder = project({
      ...FILES,
      "main.js": `${FILES["main.js"]} console.log("asked"); setInterval(() => {}, 1000);`,
    });
    const ended = await run(folder, {
      env: { DUMBO_REMOTE: `${server.url}?mode=write&unsigned=yes` },
      during: (child, output) => void (output.includes("asked") && child.kill("SIGTERM")),
    });
    assert.equal(ended.end, "SIGTERM");
  });
});
