/** Two checkouts with disks of their own, and a cache that they share. Expects dist/. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { FakeRedis } from "../support/fake-redis.ts";
import { RedisServer, withoutRedis } from "../support/redis-server.ts";
import { project, run, WORK } from "../support/store-project.ts";

const WAIT = "wait=30000";

/** A moment of work on `n`, into `s`. */
const SPIN = "let s = n; for (let i = 0; i < 1e5; i++) s = (s * 31 + i) % 1000003;";

/** Every form that travels, and what does not. */
const FILES = {
  "data.txt": "some data\n",
  "work.js": `
    import { readFileSync, writeFileSync } from "node:fs";
    export class Point { constructor(x) { this.x = x; } get twice() { return this.x * 2; } }
    export function json(n) { ${SPIN} return { n: s, list: [1, 2, n] }; }
    export function text(n) { ${SPIN} return "x".repeat(n) + s; }
    export function collections(n) { ${SPIN} return [new Map([[n, s]]), new Set([n]), new Date(n), 5n, /a/g, undefined]; }
    export function memory(n) { ${SPIN} return new Map([["bytes", new Uint8Array([n, s & 255])]]); }
    export function point(n) { ${SPIN} return [new Point(s), Point]; }
    export function numbers(n) { ${SPIN} return Array.from({ length: 3000 }, (_, i) => i / n + s); }
    export function file(n) { ${SPIN} return readFileSync("data.txt", "utf8").repeat(1000) + s; }
    export function printed(n) { ${SPIN} console.log("printed", n); return s; }
    export function filled(list) { let n = list.length; ${SPIN} list.push(s); return list.length; }
    export function written(n) { ${SPIN} writeFileSync("out.txt", String(n)); return s; }`,
  "main.js": `
    import * as w from "./work.js";
    const show = (value) => console.log(JSON.stringify(value, (_, one) =>
      one instanceof Map || one instanceof Set ? [...one] : typeof one === "bigint" ? String(one) : one)?.slice(0, 200));
    show(w.json(3)); show(w.text(5000)); show(w.collections(4)); show(w.memory(7)); show(w.numbers(7));
    const [p, P] = w.point(3);
    show([p.twice, p.constructor === w.Point, P === w.Point]);
    show(w.file(2)?.length); show(w.printed(6));
    const list = [1]; w.filled(list); const other = [1, 2]; w.filled(other); show([list, other]);
    show(w.written(8));`,
  "dumbo.config.json": '{ "replayWrites": true }',
};
const TRAVELS = ["json", "text", "collections", "memory", "point", "numbers", "file", "printed"];
const STAYS = ["filled", "written"];

async function sharedThrough(url: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const [first, second] = [project(FILES), project(FILES)];
  const bare = await run(first, { bare: true });
  const writing = { ...env, DUMBO_REMOTE: `${url}mode=write&unsigned=yes&${WAIT}` };
  const reading = { ...env, DUMBO_REMOTE: `${url}unsigned=yes&${WAIT}` };
  const made = await run(first, { env: writing });
  assert.deepEqual([made.stdout, made.stderr, made.end], [bare.stdout, "", 0]);
  const shared = await run(second, { env: reading });
  assert.deepEqual([shared.stdout, shared.stderr, shared.end], [bare.stdout, "", 0]);
  const answered = [...TRAVELS, ...STAYS].map((name) => [name, shared.hitsOf[name]]);
  assert.deepEqual(answered, [...TRAVELS.map((name) => [name, 1]), ...STAYS.map((name) => [name, 0])]);
  const alone = await run(second, { env: { ...env, DUMBO_REMOTE: "off" } });
  assert.deepEqual([alone.stdout, alone.stderr, alone.end], [bare.stdout, "", 0]);
  assert.deepEqual(
    TRAVELS.map((name) => [name, alone.hitsOf[name]]),
    TRAVELS.map((name) => [name, 1]),
    "kept on the disk",
  );
}

test("two checkouts share results through a server that speaks Redis", async () => {
  const server = await FakeRedis.start();
  try {
    await sharedThrough(`${server.url}?`);
    assert.ok(server.count("MGET") >= 3, "the list, and what is on it, and what is not");
    assert.ok(server.values.size > TRAVELS.length, "records and a list are there");
  } finally {
    await server.stop();
  }
});

test("a run asks for the list, for what this disk does not have, and for nothing else", async () => {
  const server = await FakeRedis.start();
  try {
    const folder = project({
      "work.js": WORK,
      "main.js": 'import { work } from "./work.js"; console.log(work(1), work(2), work(Number(process.env.N)));',
    });
    const DUMBO_REMOTE = `${server.url}?mode=write&unsigned=yes&${WAIT}`;
    const first = await run(folder, { env: { DUMBO_REMOTE, N: "3" } });
    server.commands.length = 0;
    const again = await run(folder, { env: { DUMBO_REMOTE, N: "4" } });
    assert.deepEqual([first.misses, again.hits, again.misses], [3, 2, 1]);
    // The list at the start, and what work(4) gives; at the end the list once more, to be added to.
    assert.deepEqual([server.count("MGET"), server.count("SET")], [3, 2], server.commands.join());
    server.commands.length = 0;
    await run(folder, { env: { DUMBO_REMOTE, N: "4" } });
    // The list, and work(3), unless the program is over before: this disk has it, but the note of what it has is of the last run alone.
    const asked = server.count("MGET");
    assert.ok(asked === 1 || asked === 2, server.commands.join());
    assert.equal(server.count("SET"), 0, server.commands.join());
  } finally {
    await server.stop();
  }
});

test("who only reads writes nothing, also where the cache directory alone is said to be read only", async () => {
  const server = await FakeRedis.start();
  try {
    const folder = project({
      "work.js": WORK,
      "main.js": 'import { work } from "./work.js"; console.log(work(1), work(Number(process.env.N)));',
    });
    const writing = `${server.url}?mode=write&unsigned=yes&${WAIT}`;
    await run(folder, { env: { DUMBO_REMOTE: writing, N: "2" } });
    for (const env of [
      { DUMBO_REMOTE: `${server.url}?unsigned=yes&${WAIT}`, N: "3" },
      { DUMBO_REMOTE: writing, DUMBO_READ_ONLY: "1", N: "4" },
    ]) {
      server.commands.length = 0;
      const { end, stderr, hits, misses } = await run(folder, { env });
      assert.deepEqual([end, stderr, hits, misses], [0, "", 1, 1]);
      assert.ok(server.count("MGET") > 0, "it was asked");
      assert.deepEqual([server.count("SET"), server.count("EVAL")], [0, 0], server.commands.join());
    }
  } finally {
    await server.stop();
  }
});

test("two checkouts share results through Redis", { skip: withoutRedis }, async () => {
  const server = await RedisServer.start();
  try {
    await sharedThrough(`${server.url}?`);
  } finally {
    await server.stop();
  }
});

describe("S3", () => {
  const folder = mkdtempSync(join(tmpdir(), "dumbo-s3-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const env = { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" };

  test("two checkouts share results through a bucket", async () => {
    const S3rver = createRequire(import.meta.url)("s3rver") as new (options: object) => S3Server;
    const server = new S3rver({
      port: 0,
      address: "127.0.0.1",
      silent: true,
      directory: folder,
      configureBuckets: [{ name: "team" }],
    });
    const { port } = await server.run();
    try {
      await sharedThrough(`s3://team/some/prefix?endpoint=http://127.0.0.1:${port}&`, env);
      assert.deepEqual(readdirSync(join(folder, "team/some/prefix")), ["main"], "namespaces are folders");
    } finally {
      await server.close();
    }
  });

  test("without credentials nothing is asked, and one line says so", async () => {
    const files = project(FILES);
    const bare = await run(files, { bare: true });
    const { AWS_ACCESS_KEY_ID: _, ...none } = process.env;
    const { stdout, stderr, end } = await run(files, {
      env: { ...none, AWS_ACCESS_KEY_ID: "", DUMBO_REMOTE: "s3://team?endpoint=http://127.0.0.1:9&unsigned=yes" },
    });
    assert.deepEqual([stdout, end], [bare.stdout, 0]);
    assert.match(stderr, /^dumbo: s3:\/\/team: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set; [^\n]*\n$/);
  });
});

interface S3Server {
  run(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}
