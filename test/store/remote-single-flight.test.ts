/** Checkouts on disks of their own that ask for the same long call at the same time: one computes, the other waits. Expects dist/. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readProfiles, writeProfiles } from "../../src/policy/profile.ts";
import { FakeRedis } from "../support/fake-redis.ts";
import { type Ended, project, run } from "../support/store-project.ts";

const FILES = {
  "work.js": `
    import { existsSync } from "node:fs";
    import { setTimeout } from "node:timers/promises";
    export async function waits(n, until) {
      while (!globalThis.isOver) await setTimeout(20);
      return { n, list: [n, n * 2] };
    }
    export function computes(n, until) {
      while (!existsSync(until));
      return { n, list: [n, n * 3] };
    }`,
  "assumePure.json": '{ "assumePure": ["./work.js"] }',
  "main.js": `
    import { existsSync } from "node:fs";
    import { setTimeout } from "node:timers/promises";
    import * as work from "./work.js";
    const [name, n, until] = process.env.CALL.split(" ");
    // A file that the call itself has looked at after it has waited would be a reason not to keep it.
    const timer = setInterval(() => {
      globalThis.isOver = existsSync(until);
    }, 20);
    const made = work[name](Number(n), until);
    console.log("asked");
    console.log(await made);
    clearInterval(timer);
    // The first one goes on after the call: what it has claimed is given back by then.
    while (process.env.UNTIL && !existsSync(process.env.UNTIL)) await setTimeout(20);`,
};

/** A checkout that knows that the call takes long. */
async function checkout(name: string): Promise<string> {
  const folder = project(FILES);
  const cache = join(folder, "cache");
  const learned = await run(folder, { env: { DUMBO_DIR: cache, CALL: `${name} 1 ${folder}` } });
  assert.deepEqual([learned.end, learned.misses], [0, 1], learned.stderr);
  const profiles = Object.entries(readProfiles(cache)).map(([key, profile]) => [key, { ...profile, run: 60_000 }]);
  assert.ok(profiles.length > 0, "a profile is there");
  writeProfiles(cache, Object.fromEntries(profiles), {}, false, Date.now());
  return folder;
}

const environment = (folder: string, server: FakeRedis, call: string) => ({
  DUMBO_DIR: join(folder, "cache"),
  DUMBO_REMOTE: `${server.url}?mode=write&unsigned=yes&wait=30000`,
  CALL: call,
});

/** So long a command is waited for that a broken program never sends. */
const LONG = 60_000;

/** When some command has come so often, or a program has ended before, or it has taken too long. */
function commands(server: FakeRedis, name: string, count: number, ended: Promise<Ended>): Promise<void> {
  return new Promise((resolve) => {
    server.onCommand = () => {
      if (server.count(name) >= count) resolve();
    };
    void ended.then(() => resolve());
    setTimeout(resolve, LONG).unref();
  });
}

// They mostly wait.
describe("a call that another machine is at", { concurrency: 3 }, () => {
  for (const name of ["waits", "computes"]) {
    test(`who asks for a call that another machine is at (${name}) gets what that one stores`, async () => {
      const server = await FakeRedis.start();
      try {
        const [one, two] = [await checkout(name), await checkout(name)];
        // The call is over when the other machine has looked at the claim of the first one.
        const over = join(one, "over");
        const call = `${name} 2 ${over}`;
        const until = join(one, "until");
        const first = run(one, { env: { ...environment(one, server, call), UNTIL: until } });
        await commands(server, "SET", 1, first);
        const claims = [...server.values.keys()].filter((key) => key.includes("/claim-"));
        assert.equal(claims.length, 1, "the first one has said that it computes");
        const second = run(two, { env: environment(two, server, call) });
        await commands(server, "GET", 1, second);
        writeFileSync(over, "");
        const b = await second;
        writeFileSync(until, "");
        const a = await first;
        assert.deepEqual([a.stdout, a.stderr, a.end], [b.stdout, b.stderr, b.end]);
        assert.deepEqual([a.misses, b.misses, b.hits], [1, 0, 1]);
        assert.ok(server.count("GET") > 0, "the second one has looked at the claim of the first");
        assert.equal([...server.values.keys()].filter((key) => key.includes("/claim-")).length, 0, "it is given back");
      } finally {
        await server.stop();
      }
    });
  }

  test("who waits for a call of a machine that dies computes it", async () => {
    const server = await FakeRedis.start();
    try {
      const [one, two] = [await checkout("waits"), await checkout("waits")];
      const over = join(one, "over");
      const call = `waits 2 ${over}`;
      let child: ChildProcess | undefined;
      const during = (started: ChildProcess) => {
        child = started;
      };
      const first = run(one, { env: environment(one, server, call), during });
      await commands(server, "SET", 1, first);
      const second = run(two, { env: environment(two, server, call) });
      await commands(server, "GET", 2, second);
      child?.kill("SIGKILL");
      assert.equal((await first).end, "SIGKILL");
      // The fake server keeps no time: what a real one forgets after 5 s is forgotten here.
      writeFileSync(over, "");
      for (const key of server.values.keys()) if (key.includes("/claim-")) server.values.delete(key);
      const { misses, hits, end, stderr } = await second;
      assert.deepEqual([misses, hits, end, stderr], [1, 0, 0, ""]);
    } finally {
      await server.stop();
    }
  });
});
