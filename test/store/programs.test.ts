/** Whole programs on one store: how they end, who may write, what they share. Expects dist/. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Ended, project, root, run, WORK } from "../support/store-project.ts";

test("results outlast every way in which a program ends, and it ends as it would", async () => {
  const endings: Record<string, { code: string; end: string | number }> = {
    "its last line": { code: "", end: 0 },
    "process.exit": { code: "process.exit(3);", end: 3 },
    "process.exit in a listener": { code: "process.on('exit', () => process.exit(4));", end: 4 },
    "an uncaught error": { code: "throw new Error('on purpose');", end: 1 },
    "an unhandled rejection": { code: "Promise.reject(new Error('on purpose'));", end: 1 },
    "a handler that goes on": { code: "process.on('uncaughtException', () => {}); throw 1;", end: 0 },
    "SIGTERM after commit": {
      code: "commit(); process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1e6);",
      end: "SIGTERM",
    },
    "SIGKILL after commit": {
      code: "commit(); process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1e6);",
      end: "SIGKILL",
    },
    "abort after commit": { code: "commit(); process.abort();", end: "SIGABRT" },
  };
  await Promise.all(
    Object.entries(endings).map(async ([what, { code, end }]) => {
      const folder = project({
        "work.js": WORK,
        "main.js": `import { commit } from "dumbo"; import { work } from "./work.js"; console.log(work(1), work(2));
          ${code}`,
      });
      const bare = await run(folder, { bare: true });
      const cold = await run(folder);
      const warm = await run(folder);
      const seen = ({ stdout, stderr, end }: Ended) => ({ stdout, stderr: stderr.split("\n")[0], end });
      assert.deepEqual([seen(cold).stdout, cold.end], [bare.stdout, bare.end], what);
      assert.deepEqual([warm.stdout, warm.end], [bare.stdout, end], `${what} ${warm.stderr}`);
      if (typeof end === "number") assert.deepEqual([warm.hits, warm.misses], [2, 0], what);
      else assert.equal((await run(onlyWork(folder))).hits, 2, what);
    }),
  );
});

/** The same calls in a program that comes to its end. */
function onlyWork(folder: string): string {
  writeFileSync(join(folder, "main.js"), 'import { work } from "./work.js"; console.log(work(1), work(2));');
  return folder;
}

test("a program that is ended by a signal loses a second at most, and no handler of dumbo's is in its way", async () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const) {
    const folder = project({
      "work.js": WORK,
      "main.js": `import { existsSync, readdirSync } from "node:fs";
        import { work } from "./work.js";
        console.log(work(1), work(2));
        console.log(process.listenerCount("${signal}"), process.getActiveResourcesInfo().includes("Timeout"));
        // Waits until the store's file is there.
        const place = process.env.DUMBO_DIR;
        const look = () => {
          const folder = existsSync(place) && readdirSync(place).find((name) => name.startsWith("v"));
          if (folder && existsSync(place + "/" + folder + "/store.mdb")) console.log("written");
          else setTimeout(look, 20);
        };
        setTimeout(look, 20);
        setInterval(() => {}, 1e6);`,
    });
    const env = { DUMBO_DIR: join(folder, "cache") };
    const during = (child: ChildProcess, output: string) => {
      if (output.includes("written")) child.kill(signal);
    };
    const killed = await run(folder, { env, during });
    assert.equal(killed.end, signal);
    assert.match(killed.stdout, /^\d+ \d+\n0 false\nwritten\n$/);
    assert.equal((await run(onlyWork(folder), { env })).hits, 2, signal);
  }
});

test("a cache that is only read answers, and nothing is written into it", async () => {
  const folder = project({ "work.js": WORK });
  const env = { DUMBO_DIR: join(folder, "cache") };
  await run(onlyWork(folder), { env });
  const list = () =>
    readTree(env.DUMBO_DIR).map((path) => [
      path,
      statSync(path).size,
      statSync(path).mtimeMs,
      readFileSync(path, "hex"),
    ]);
  const before = list();
  writeFileSync(
    join(folder, "main.js"),
    'import { commit } from "dumbo"; import { work } from "./work.js"; console.log(work(1), work(2), work(3), work(3)); commit();',
  );
  const read = await run(folder, { env: { ...env, DUMBO_READ_ONLY: "1" } });
  assert.deepEqual([read.hits, read.misses, read.end, read.stderr], [3, 1, 0, ""]);
  assert.deepEqual(list(), before);
  const none = await run(folder, { env: { DUMBO_DIR: join(folder, "none"), DUMBO_READ_ONLY: "1" } });
  assert.match(none.stderr, /^dumbo: cache directory .+ does not exist, and is to be read only: .+ runs uncached\n$/);
  assert.equal(none.end, 0);
  assert.ok(!existsSync(join(folder, "none")));
});

test("entries are bounded in number and age by function", async () => {
  const config = { functions: { work: { maxEntries: 3 }, "other.js#work": { ttl: 0.001 } } };
  const folder = project({
    "work.js": WORK,
    "other.js": WORK.replace("work(n)", "work(n, m)"),
    "dumbo.config.json": JSON.stringify(config),
    "main.js": `import { work } from "./work.js"; import { work as other } from "./other.js";
      for (let i = 0; i < 5; i++) work(i); for (let i = 0; i < 5; i++) other(i, i);`,
  });
  const cold = await run(folder);
  assert.deepEqual([cold.hits, cold.misses], [0, 10]);
  const warm = await run(folder);
  assert.deepEqual([warm.hits, warm.misses], [3, 7]);
});

test("two checkouts of one project share what is stored", async () => {
  const files = {
    "package.json": '{ "type": "module", "dependencies": { "lib": "*" } }',
    "src/deep/work.js": `${WORK} export class Box { constructor(n) { this.n = n; } twice() { let s = 0; for (const x of [1, 2]) s += work(this.n * x); return s; } }
      export const scale = { factor: 3 };
      export function scaled(n) { let s = 0; for (let i = 0; i < 3; i++) s += work(n + i) * scale.factor; return { s, box: new Box(n) }; }`,
    "main.js": `import { Box, scaled, work } from "./src/deep/work.js"; import { lib } from "lib";
      console.log(work(1), new Box(2).twice(), scaled(3), lib([3, 1, 2]), [1, 2].map((n) => work(n)));`,
    "dumbo.config.json": '{ "exclude": ["nothing/**"] }',
  };
  const [one, two] = [project(files), project(files)] as const;
  for (const folder of [one, two]) {
    mkdirSync(join(folder, "node_modules/lib"));
    writeFileSync(
      join(folder, "node_modules/lib/package.json"),
      '{ "name": "lib", "type": "module", "exports": "./index.js" }',
    );
    writeFileSync(
      join(folder, "node_modules/lib/index.js"),
      "export function lib(list) { let s = ''; for (const n of list) s += n.toFixed(2); return s; }",
    );
  }
  const env = { DUMBO_DIR: join(root, "shared") };
  const first = await run(one, { env });
  assert.ok(first.misses >= 4, `${first.misses}`);
  const second = await run(two, { env });
  assert.equal(second.stdout, first.stdout);
  assert.deepEqual([second.misses, second.hits > 3], [0, true]);
  // A copy elsewhere that differs shares what is the same.
  const third = join(root, "elsewhere", "third");
  cpSync(one, third, { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(third, "main.js"), `${files["main.js"]}\nconsole.log(work(77));`);
  const other = await run(third, { env });
  assert.deepEqual([other.misses, other.hits > 3], [1, true]);
});

/** Long enough to be waited for; the first call is what the others are expected to take, at most. */
const LONG_WORK = `
export function work(n) {
  let sum = 0;
  for (let i = 0; i < (n === 2 ? 40_000_000 : 400_000_000); i++) sum = (sum * 31 + i * n) % 1000003;
  return sum;
}`;

test("processes that ask for the same long call wait for the first, and do not when it dies", async () => {
  const folder = project({
    "work.js": LONG_WORK,
    "main.js": `import { work } from "./work.js";
      console.log("ready"); console.log(work(Number(process.env.N)));`,
  });
  // The profile is what tells that a call takes long, and that it can be kept.
  const learned = await run(folder, { env: { N: "1" } });
  assert.equal(learned.misses, 1);
  const both = await Promise.all([0, 1, 2].map(() => run(folder, { env: { N: "2" } })));
  assert.equal(new Set(both.map(({ stdout }) => stdout)).size, 1);
  assert.deepEqual(both.map(({ misses }) => misses).sort(), [0, 0, 1]);
  // One that is killed while it computes keeps nobody waiting for good.
  const during = (child: ChildProcess) => void setTimeout(() => child.kill("SIGKILL"), 50);
  const dying = run(folder, { env: { N: "3" }, during });
  const other = await run(folder, { env: { N: "3" } });
  assert.equal((await dying).end, "SIGKILL");
  assert.deepEqual([other.end, other.hits + other.misses], [0, 1]);
  assert.equal(other.stdout, (await run(folder, { env: { N: "3" }, bare: true })).stdout);
});

function readTree(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
  return all.filter((path) => statSync(path).isFile()).sort();
}

test("a program that puts functions of its own in the place of those that write files ends as it would", async () => {
  const folder = project({
    "main.js": `
      import fs from "node:fs";
      export function work(n) {
        let sum = 0;
        for (let i = 0; i < 100_000; i++) sum += (i * n) % 7;
        return sum;
      }
      console.log(work(Number(process.argv.length)));
      console.log(work(process.env.OTHER ? 5 : 3));
      if (process.env.OWN) {
        const { writeFileSync, writeSync } = fs;
        const spoilt = (data) => Buffer.alloc(data.length, "x");
        fs.writeSync = (fd, data, ...rest) => writeSync(fd, spoilt(data), ...rest);
        fs.writeFileSync = (path, data, ...rest) => writeFileSync(path, spoilt(data), ...rest);
      }
    `,
  });
  // What dumbo writes goes by Node's own.
  const own = { OWN: "1", DUMBO_LOG: "0" };
  const bare = await run(folder, { bare: true });
  const first = await run(folder, { env: own });
  assert.deepEqual([first.stdout, first.stderr, first.end], [bare.stdout, "", 0]);
  const second = await run(folder);
  assert.deepEqual([second.stdout, second.hits], [bare.stdout, 2]);
  const spoils = await run(folder, { env: { ...own, OTHER: "1" } });
  const other = await run(folder, { bare: true, env: { OTHER: "1" } });
  assert.deepEqual([spoils.stdout, spoils.end], [other.stdout, 0]);
  const after = await run(folder);
  assert.deepEqual([after.stdout, after.end, after.hits], [bare.stdout, 0, 2]);
});
