/** What only a real Redis can tell: claims, whose scripts it runs, and users, whose rights are those that the documents name. Expects dist/. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { ClaimBackend } from "../../src/store/remote/backend.ts";
import { cachePlaceOf } from "../../src/store/remote/cache-place.ts";
import { openRedis } from "../../src/store/remote/redis.ts";
import { RedisServer, withoutRedis } from "../support/redis-server.ts";
import { project, run, WORK } from "../support/store-project.ts";

const require = createRequire(import.meta.url);
const DOCUMENT = fileURLToPath(new URL("../../docs/shared-cache.md", import.meta.url));

async function withServer(work: (server: RedisServer) => Promise<void>): Promise<void> {
  const server = await RedisServer.start();
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

describe("Redis", { skip: withoutRedis, concurrency: 2 }, () => {
  test("gives a claim to one, keeps it while that one renews it, and lets nobody else give it back", () =>
    withServer(async (server) => {
      const place = cachePlaceOf({ url: server.url, at: "test" });
      assert.ok(place.kind === "redis", "a place in Redis");
      const backend = await openRedis(place, async (name) => require(name) as unknown);
      const claims = backend.claims as ClaimBackend;
      const [ours, theirs] = (["busy", "left"] as const).map((label, index) => ({ label, id: `process ${index}` }));
      assert.ok(ours && theirs, "two processes");
      try {
        assert.equal(await claims.labelOf("a"), null);
        assert.deepEqual([await claims.take("a", ours, 60_000), await claims.take("a", theirs, 60_000)], [true, false]);
        assert.equal(await claims.labelOf("a"), "busy");
        await claims.renew("a", theirs, 1);
        await claims.release("a", theirs);
        assert.equal(await claims.labelOf("a"), "busy", "it is as it was");
        await claims.renew("a", { ...ours, label: "left" }, 120_000);
        assert.equal(await claims.labelOf("a"), "left");
        assert.ok((await server.client.pttl("a")) > 60_000, "it is kept for longer");
        await claims.release("a", ours);
        assert.deepEqual([await claims.labelOf("a"), await server.client.dbsize()], [null, 0]);
        // One whose holder is gone is free after its time, and not brought back by a late renewal.
        assert.equal(await claims.take("b", ours, 1), true);
        while ((await claims.labelOf("b")) !== null) await new Promise((resolve) => setTimeout(resolve, 1));
        await claims.renew("b", ours, 60_000);
        assert.equal(await claims.take("b", theirs, 60_000), true);
      } finally {
        backend.close();
      }
    }));

  test("users with the rights that the documents give them can do what they are for, and no more", () =>
    withServer(async (server) => {
      const lines = readFileSync(DOCUMENT, "utf8").match(/^ACL SETUSER .*$/gm) ?? [];
      assert.equal(lines.length, 3);
      await server.client.select(1);
      for (const line of lines) {
        const [command, ...words] = line.replace("PASSWORD", "secret").split(" ");
        await server.client.call(command as string, ...words);
      }
      const files = {
        "work.js": WORK,
        "main.js": 'import { work } from "./work.js"; console.log(work(1), work(2), work(Number(process.env.N)));',
      };
      const as = async (user: string, query: string, N: string) => {
        const url = `redis://${user}:secret@127.0.0.1:${server.port}/1?unsigned=yes&wait=30000${query}`;
        const { end, hits, misses, stderr } = await run(project(files), { env: { DUMBO_REMOTE: url, N } });
        assert.equal(end, 0);
        return { hits, misses, stderr };
      };
      const names = async () => (await server.client.keys("*")).map((name) => name.split("/")[1]).sort();
      assert.deepEqual(await as("writer", "&mode=write", "3"), { hits: 0, misses: 3, stderr: "" });
      assert.deepEqual(await names(), ["main", "main", "main", "main"], "three results and a list");
      assert.deepEqual(await as("reader", "", "3"), { hits: 3, misses: 0, stderr: "" });
      const branch = "&mode=write&namespace=pr-7&from=main";
      assert.deepEqual(await as("branch", branch, "4"), { hits: 2, misses: 1, stderr: "" });
      assert.deepEqual(await names(), ["main", "main", "main", "main", "pr-7", "pr-7"]);
      for (const user of ["reader", "branch"]) {
        const { hits, misses, stderr } = await as(user, "&mode=write", "5");
        assert.deepEqual([hits, misses], [2, 1], "it reads all the same");
        assert.match(stderr, /^dumbo: redis:[^\n]* takes no more \(NOPERM [^\n]*\): nothing is shared\n$/);
      }
      assert.equal((await names()).length, 6, "nothing was written");
    }));
});
