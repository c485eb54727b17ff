/** Real servers that go bad while a program runs: it prints the same, and asks and waits a bounded number of times. Expects dist/. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { Proxy, type Spoils } from "../support/proxy.ts";
import { RedisServer, withoutRedis } from "../support/redis-server.ts";
import { type Ended, project, run, WORK } from "../support/store-project.ts";

/** Calls before the server goes bad, and calls after it: those that the server has, and those that nobody has made before. */
const CALLS = { before: 4, after: 6, never: 2 };
const KNOWN = CALLS.before + CALLS.after;
const FILES = {
  "work.js": WORK,
  "main.js": `
    import { existsSync } from "node:fs";
    import { setTimeout } from "node:timers/promises";
    import { work } from "./work.js";
    for (let i = 0; i < ${CALLS.before}; i++) console.log(work(i));
    console.log("half");
    while (!existsSync(process.env.GO)) await setTimeout(20);
    for (let i = ${CALLS.before}; i < ${KNOWN}; i++) console.log(work(i));
    for (let i = 0; i < ${CALLS.never}; i++) console.log(work(1000 + i));`,
  // Another program: what it has used is on no list that main.js is given, and so main.js has to ask for each.
  "other.js": `
    import { work } from "./work.js";
    for (let i = 0; i < ${KNOWN}; i++) console.log(work(i));`,
};
/** Milliseconds that a look-up may wait. */
const WAIT = "wait=700";
/** Look-ups that wait in vain, and questions that fail, until no more are asked; and as many that were under way meanwhile. */
const MOST_ASKED = 6;

const expected = (() => {
  const folder = project(FILES);
  return run(folder, { bare: true, env: { GO: folder } });
})();

interface Place {
  readonly url: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Stores results on a server, as another checkout does. */
async function fill({ url, env }: Place): Promise<void> {
  const DUMBO_REMOTE = `${url}mode=write&unsigned=yes&wait=30000`;
  const { stderr, end } = await run(project(FILES), { args: ["other.js"], env: { ...env, DUMBO_REMOTE } });
  assert.deepEqual([stderr, end], ["", 0]);
}

/** Runs the program on an empty disk, and does something to the server at half time; what it prints is what it prints without dumbo. */
async function runsAsBare({ url, env }: Place, atHalf: () => unknown): Promise<Ended> {
  const folder = project(FILES);
  const GO = join(folder, "go");
  let isHalf = false;
  const during = async (_: ChildProcess, output: string) => {
    if (isHalf || !output.includes("half")) return;
    isHalf = true;
    await atHalf();
    writeFileSync(GO, "");
  };
  const DUMBO_REMOTE = `${url}mode=write&unsigned=yes&${WAIT}`;
  const ended = await run(folder, { env: { ...env, DUMBO_REMOTE, GO }, during });
  const bare = await expected;
  assert.deepEqual([ended.stdout, ended.end], [bare.stdout, 0]);
  assert.equal(ended.hits + ended.misses, KNOWN + CALLS.never);
  assert.ok(ended.hits > 0, "before that, it answered");
  return ended;
}

/** Nothing came of the server any more, and one line says so. */
function wasGivenUp({ misses, stderr }: Ended, name: RegExp, line: RegExp): void {
  assert.ok(misses >= CALLS.after + CALLS.never, `${misses} calls were computed`);
  assert.match(stderr, name);
  assert.match(stderr, line);
}

// What follows mostly waits.
const REDIS = /^dumbo: redis:\/\/127\.0\.0\.1:\d+[^\n]*\n$/;
const S3 = /^dumbo: s3:\/\/team\/[^\n]*\n$/;
const GIVEN_UP = /does not answer|answers too slowly|did not take all results in time/;

describe("Redis, in the middle of a run", { skip: withoutRedis, concurrency: 4 }, () => {
  /** What another checkout has stored. */
  let stored: Promise<(string | Buffer)[]> | undefined;
  const store = async () => {
    const server = await RedisServer.start();
    try {
      await fill({ url: `${server.url}?` });
      const names = await server.client.keys("*");
      assert.equal(names.length, KNOWN + 1, "results and a list");
      const values = await server.client.mgetBuffer(names);
      return names.flatMap((name, index) => [name, values[index] as Buffer]);
    } finally {
      await server.stop();
    }
  };
  const withServer = async (work: (server: RedisServer) => Promise<void>) => {
    stored ??= store();
    const server = await RedisServer.start();
    try {
      await server.client.mset(...(await stored));
      await work(server);
    } finally {
      await server.stop();
    }
  };

  test("is killed", () =>
    withServer(async (server) => {
      wasGivenUp(await runsAsBare({ url: `${server.url}?` }, () => server.signal("SIGKILL")), REDIS, GIVEN_UP);
    }));

  test("is paused", () =>
    withServer(async (server) => {
      const before = await server.count("mget");
      const ended = await runsAsBare({ url: `${server.url}?` }, () => server.signal("SIGSTOP"));
      wasGivenUp(ended, REDIS, GIVEN_UP);
      server.signal("SIGCONT");
      // The list at the start, what was answered, and what waited until now.
      const asked = (await server.count("mget")) - before;
      assert.ok(asked <= 1 + CALLS.before + MOST_ASKED, `asked ${asked} times`);
    }));

  test("takes no more clients, and has hung up", () =>
    withServer(async (server) => {
      const place = { url: `${server.url}?` };
      const refuse = async () => {
        await server.client.config("SET", "maxclients", "1");
        await server.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      };
      wasGivenUp(await runsAsBare(place, refuse), REDIS, GIVEN_UP);
      const late = await run(project(FILES), {
        env: { DUMBO_REMOTE: `${place.url}unsigned=yes&${WAIT}` },
        args: ["other.js"],
      });
      assert.deepEqual([late.end, late.misses], [0, KNOWN]);
      assert.match(late.stderr, /^dumbo: redis:\/\/[^\n]* cannot be reached \([^\n]*\n$/);
    }));

  test("allows nothing any more", () =>
    withServer(async (server) => {
      const before = await server.count("mget");
      const forbid = () => server.client.call("ACL", "SETUSER", "default", "resetkeys");
      wasGivenUp(await runsAsBare({ url: `${server.url}?` }, forbid), REDIS, /NOPERM/);
      const asked = (await server.count("mget")) - before;
      assert.ok(asked <= 1 + CALLS.before + MOST_ASKED, `asked ${asked} times`);
    }));

  test("is full", () =>
    withServer(async (server) => {
      const before = await server.count("set");
      const ended = await runsAsBare({ url: `${server.url}?` }, () => server.client.config("SET", "maxmemory", "1"));
      assert.match(ended.stderr, REDIS);
      assert.match(ended.stderr, /takes no more \(OOM /);
      assert.ok(ended.hits > CALLS.before, "it is read all the same");
      const asked = (await server.count("set")) - before;
      assert.ok(asked <= CALLS.never, `written to ${asked} times`);
      assert.equal(await server.client.dbsize(), KNOWN + 1);
    }));

  for (const how of ["garbage", "slowly"] as const) {
    test(`answers ${how}`, () =>
      withServer(async (server) => {
        await throughProxy(server.port, how, async (port, spoil) => {
          wasGivenUp(await runsAsBare({ url: `redis://127.0.0.1:${port}?` }, spoil), REDIS, GIVEN_UP);
        });
      }));
  }
});

describe("S3, in the middle of a run", { concurrency: 4 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "dumbo-s3-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const start = async (directory: string, work: (child: ChildProcess, port: number) => Promise<void>) => {
    const child = spawn(process.execPath, ["-e", S3_SERVER, directory], { stdio: ["ignore", "pipe", "inherit"] });
    const closed = once(child, "close");
    try {
      const [port] = await once(child.stdout, "data");
      await work(child, Number(port));
    } finally {
      child.kill("SIGKILL");
      await closed;
    }
  };
  /** What another checkout has stored. */
  let stored: Promise<string> | undefined;
  const store = async () => {
    const directory = join(folder, "stored");
    await start(directory, (_, port) => fill(placeAt(port)));
    return directory;
  };
  let count = 0;
  const withServer = async (work: (child: ChildProcess, port: number) => Promise<void>) => {
    stored ??= store();
    const directory = join(folder, `${count++}`);
    cpSync(await stored, directory, { recursive: true });
    await start(directory, work);
  };

  for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
    test(signal === "SIGKILL" ? "is killed" : "is paused", () =>
      withServer(async (child, port) => {
        wasGivenUp(await runsAsBare(placeAt(port), () => child.kill(signal)), S3, GIVEN_UP);
      }),
    );
  }

  for (const how of ["refuses", "garbage", "slowly"] as const) {
    test(how === "refuses" ? "refuses whoever asks" : `answers ${how}`, () =>
      withServer(async (_, server) => {
        await throughProxy(server, how, async (port, spoil) => {
          wasGivenUp(await runsAsBare(placeAt(port), spoil), S3, GIVEN_UP);
        });
      }),
    );
  }

  test("is full", () =>
    withServer(async (_, server) => {
      await throughProxy(server, "full", async (port, spoil) => {
        const { stderr, hits } = await runsAsBare(placeAt(port), spoil);
        assert.match(stderr, S3);
        assert.match(stderr, /takes no more \(507 /);
        assert.ok(hits > CALLS.before, "it is read all the same");
      });
    }));
});

/** A server of its own process, which says its port. */
const S3_SERVER = `
  const S3rver = require("s3rver");
  const options = { port: 0, address: "127.0.0.1", silent: true, directory: process.argv[1], configureBuckets: [{ name: "team" }] };
  new S3rver(options).run().then(({ port }) => console.log(port));`;

function placeAt(port: number): Place {
  return {
    url: `s3://team/some?endpoint=http://127.0.0.1:${port}&`,
    env: { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" },
  };
}

/** With something between the program and the server that can be spoiled. */
async function throughProxy(
  to: number,
  how: Spoils,
  work: (port: number, spoil: () => void) => Promise<void>,
): Promise<void> {
  const proxy = await Proxy.start(to);
  try {
    await work(proxy.port, () => proxy.spoil(how));
    assert.ok(proxy.asked > 0, "it was asked afterwards");
    if (how !== "full") assert.ok(proxy.asked <= 4 * MOST_ASKED, `asked ${proxy.asked} times`);
  } finally {
    await proxy.stop();
  }
}
