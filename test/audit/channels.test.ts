/** Diagnostics channels: what dumbo tells on its own, and what it hears on Node's. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, check, remove } from "../support/tap-programs.ts";
import { declaredBy, judged } from "./channels/declared.ts";

const auto = fileURLToPath(new URL("../../dist/auto.cjs", import.meta.url));
const major = Number.parseInt(process.versions.node, 10);
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-channels-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Told {
  readonly on: string;
  readonly message: Record<string, unknown>;
}

/** Listens to everything, in the program itself, and prints what came. */
const LISTENER = `
  import { subscribe, tracingChannel } from "node:diagnostics_channel";
  const told = [];
  const show = (on) => { "no memo"; return (message) => { told.push({ on, message: { ...message } }); Date.now(); globalThis.listened = 1; }; };
  for (const name of ["hit", "miss", "refuse", "invalidate", "evict"]) subscribe("dumbo:" + name, show(name));
  if (process.env.TRACE) {
    const parts = ["start", "end", "asyncStart", "asyncEnd", "error"];
    tracingChannel("dumbo:call").subscribe(Object.fromEntries(parts.map((part) => [part, show(part)])));
  }
  process.on("exit", () => console.log(JSON.stringify(told)));
`;

function run(program: string, env: Record<string, string> = {}, flags: readonly string[] = []) {
  const file = join(folder, "main.mjs");
  writeFileSync(join(folder, "listener.mjs"), LISTENER);
  writeFileSync(file, program);
  const { DUMBO, DUMBO_LOG, DUMBO_ASSUME_PURE, NODE_OPTIONS, ...clean } = process.env;
  const args = [
    ...flags,
    "--no-warnings",
    "--import",
    auto,
    "--import",
    pathToFileURL(join(folder, "listener.mjs")).href,
    file,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...clean, DUMBO_DIR: join(folder, "cache"), DUMBO_POLICY: "always", ...env },
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout.trim().split("\n").at(-1) as string) as Told[];
}

/** What was told, as short lines. */
function lines(told: readonly Told[]): string[] {
  return told.map(({ on, message }) => {
    const { name } = (message.function ?? {}) as { name?: string };
    const more = message.outcome ?? message.reason ?? "";
    return `${on} ${name} ${more}`.trim();
  });
}

const WORK = "let sum = 0; for (let i = 0; i < n; i++) sum += Math.sqrt(i);";

describe("dumbo's own", () => {
  test("entries that make room for others", () => {
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(join(folder, "dumbo.config.json"), '{ "maxSize": 2000000 }');
    const program = `
      export function fill(n) {
        const bytes = new Uint8Array(100_000);
        for (let i = 0, h = n; i < bytes.length; i++) bytes[i] = (h = Math.imul(h ^ i, 16777619)) >>> 11;
        return bytes;
      }
      for (let n = 1; n <= 40; n++) {
        fill(n);
        globalThis[Symbol.for("dumbo")].commit();
      }
    `;
    const told = run(program);
    const stored = new Set(told.filter(({ on }) => on === "miss").map(({ message }) => message.key));
    const evicted = told.filter(({ on }) => on === "evict").map(({ message }) => message);
    assert.equal(stored.size, 40);
    assert.ok(evicted.length > 0);
    for (const { key, bytes } of evicted) assert.ok(stored.has(key) && (bytes as number) >= 100_000, `${key} ${bytes}`);
  });

  test("hits and misses", () => {
    const program = `export function work(n) { ${WORK} return sum; }\nwork(1000);\nwork(1000);\n`;
    const cold = run(program);
    assert.deepEqual(lines(cold), ["miss work", "hit work"]);
    const [miss, hit] = cold.map(({ message }) => message);
    const where = { name: "work", url: pathToFileURL(join(folder, "main.mjs")).href, line: 1 };
    assert.deepEqual(miss, { function: where, key: miss?.key });
    assert.match(miss?.key as string, /^[0-9a-f]{32}$/);
    assert.deepEqual(hit, { function: where, key: miss?.key, cost: hit?.cost, bytes: hit?.bytes });
    assert.ok((hit?.cost as number) > 0 && (hit?.bytes as number) > 0);
    assert.deepEqual(lines(run(program)), ["hit work", "hit work"]);
  });

  test("refusals, of one call and for good, with their place", () => {
    const told = run(`
      const state = { at: new WeakRef({}) };
      export function weak(n) { ${WORK} const { at } = state; return sum + (at === null ? 1 : 0); }
      export function throws(n) { ${WORK} if (n >= 0) throw new Error("no"); return sum; }
      weak(1);
      for (let i = 0; i < 4; i++) try { throws(i); } catch {}
    `).filter(({ on }) => on === "refuse");
    assert.match(lines(told)[0] as string, /^refuse weak a call reads .*WeakRef/);
    assert.deepEqual(lines(told).slice(1), Array(4).fill("refuse throws throws"));
    assert.deepEqual(
      told.map(({ message }) => message.final),
      [false, false, false, false, true],
    );
  });

  test("a refusal in other code tells where", () => {
    writeFileSync(join(folder, "other.mjs"), "\nexport class Helper { x = Math.random(); }\n");
    const [refusal] = run(`
      import { Helper } from "./other.mjs";
      export function f(n) { ${WORK} return new Helper().x * n * sum; }
      f(1);
    `);
    assert.deepEqual(lines([refusal as Told]), ["refuse f reaches `Helper`, which uses Math.random"]);
    assert.deepEqual(refusal?.message.at, { url: pathToFileURL(join(folder, "other.mjs")).href, line: 2 });
  });

  test("entries that are taken back", () => {
    writeFileSync(join(folder, "assumePure.json"), '{ "assumePure": ["./main.mjs#odd"] }');
    const program = `
      export function odd(n) { ${WORK} return sum + Math.random(); }
      process.exitCode = 0;
      odd(100); odd(100);
      process.on("exit", () => { process.exitCode = 0; });`;
    const told = run(program, { DUMBO_VERIFY: "1" });
    const [miss, hit, invalid] = told.map(({ message }) => message);
    assert.deepEqual(lines(told).slice(0, 2), ["miss odd", "hit odd"]);
    assert.match(lines(told)[2] as string, /^invalidate odd /);
    assert.match(lines(told)[3] as string, /^refuse odd was found wrong by DUMBO_VERIFY/);
    assert.equal(invalid?.key, miss?.key);
    assert.equal(hit?.key, miss?.key);
  });

  test("calls are traced: start, end, error", () => {
    const program = `
      export function work(n) { ${WORK} return sum; }
      export function throws(n) { ${WORK} if (n >= 0) throw new RangeError("no"); return sum; }
      export const object = { twice(n) { ${WORK} return this.by * n; }, by: 2 };
      work(10); work(10); try { throws(1); } catch {} object.twice(4);`;
    const told = run(program, { TRACE: "1" });
    assert.deepEqual(lines(told), [
      "miss work",
      "start work miss",
      "end work miss",
      "hit work",
      "start work hit",
      "end work hit",
      "miss throws",
      "start throws miss",
      "refuse throws throws",
      "error throws miss",
      "end throws miss",
      "miss object.twice",
      "start object.twice miss",
      "end object.twice miss",
    ]);
    const messages = told.map(({ message }) => message);
    assert.deepEqual(messages[1]?.arguments, [10]);
    assert.equal("result" in (messages[1] ?? {}), false);
    assert.equal(messages[2]?.result, messages[5]?.result);
    assert.ok(
      messages.every((message) => message.async !== true),
      "no promise is waited for",
    );
    assert.deepEqual([messages[13]?.result, messages[13]?.self], [8, { by: 2 }]);
    const tracedOnly = told.filter(({ on }) => /start|end/.test(on)).map(({ message }) => message.key);
    assert.equal(tracedOnly[0], tracedOnly[2]);
  });

  test("async calls are traced: asyncStart, asyncEnd, error", () => {
    const program = `
      export async function work(n) { await null; ${WORK} return sum; }
      export async function rejects(n) { await null; ${WORK} if (n >= 0) throw new RangeError("no"); return sum; }
      await work(1);
      const [a, b] = [work(10), work(10)];
      await a; await b;
      await rejects(1).catch(() => {});`;
    const all = run(program, { TRACE: "1" });
    const told = all.slice(all.findIndex(({ on }) => on === "asyncEnd") + 1);
    const shown = lines(told).filter((line) => !/^(hit|miss|refuse) /.test(line));
    assert.deepEqual(shown.slice(0, 4), ["start work miss", "end work miss", "start work miss", "end work miss"]);
    assert.deepEqual(shown.slice(4).sort(), [
      "asyncEnd rejects miss",
      "asyncEnd work miss",
      "asyncEnd work miss",
      "asyncStart rejects miss",
      "asyncStart work miss",
      "asyncStart work miss",
      "end rejects miss",
      "error rejects miss",
      "start rejects miss",
    ]);
    const begun = told.filter(({ on }) => on === "start").map(({ message }) => message.async);
    assert.deepEqual(begun, [true, true, true]);
    const results = told.filter(({ on }) => on === "asyncEnd").map(({ message }) => message.result);
    assert.equal(results[0], results[1]);
    assert.equal(typeof results[0], "number");
  });

  test("async hits are traced, and come back as they would", () => {
    const program = `
      import assert from "node:assert/strict";
      export async function waits(n) { await null; await null; ${WORK} return [sum]; }
      export async function waitsNot(n) { ${WORK} return [sum]; }
      for (const work of [waits, waitsNot]) {
        const first = await work(10);
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        assert.deepEqual(await work(10), first);
      }`;
    const told = run(program, { TRACE: "1" }).filter(({ message }) => message.outcome === "hit");
    assert.deepEqual(lines(told), [
      ...["start waits hit", "end waits hit", "asyncStart waits hit", "asyncEnd waits hit"],
      ...["start waitsNot hit", "end waitsNot hit", "asyncStart waitsNot hit", "asyncEnd waitsNot hit"],
    ]);
  });

  test("a store bound to start holds until the end", () => {
    const told = run(`
      import { tracingChannel } from "node:diagnostics_channel";
      import { AsyncLocalStorage } from "node:async_hooks";
      const storage = new AsyncLocalStorage();
      const { start, end } = tracingChannel("dumbo:call");
      start.bindStore(storage, ({ function: { name } }) => name);
      const held = [];
      end.subscribe(() => held.push(storage.getStore()));
      export function inner(n) { ${WORK} return sum; }
      export function outer(n) { return inner(n) + 1; }
      outer(5);
      process.on("exit", () => console.log(JSON.stringify([{ on: "end", message: { held, after: storage.getStore() ?? null } }])));
    `);
    assert.deepEqual(told[0]?.message, { held: ["inner", "outer"], after: null });
  });

  test("what recorded calls touch", () => {
    const told = run(`
      import { resolve } from "node:path";
      import { subscribe } from "node:diagnostics_channel";
      const touched = [];
      subscribe("dumbo:audit", ({ kind, name }) => touched.push(kind + " " + name));
      export function f(n) { ${WORK} return resolve("a" + sum); }
      f(10);
      process.cwd();
      process.on("exit", () => console.log(JSON.stringify([{ on: "audit", message: { touched } }])));
    `);
    assert.deepEqual(told[0]?.message, { touched: ["process process.cwd"] });
  });

  test("what a listener calls is not recorded: nobody sees what it reads", () => {
    const data = join(folder, "data.txt");
    writeFileSync(join(folder, "assumePure.json"), '{ "assumePure": ["./main.mjs#odd"] }');
    // Every road on which a listener runs, each with a call of its own, and what it would depend on.
    const program = `
      import { readFileSync } from "node:fs";
      import { subscribe, tracingChannel } from "node:diagnostics_channel";
      export function read(road) { let n = 100; ${WORK} return road + " " + readFileSync(${JSON.stringify(data)}, "utf8"); }
      export function work(n) { ${WORK} return sum; }
      export async function later(n) { await null; ${WORK} return sum; }
      export function throws(n) { ${WORK} if (n >= 0) throw new Error("no"); return sum; }
      export function odd(n) { ${WORK} return sum + Math.random(); }
      export function touches(n) { ${WORK} return sum + work(n) + Date["now"](); }
      const roads = ["dumbo:hit", "dumbo:miss", "dumbo:refuse", "dumbo:invalidate", "dumbo:audit",
        ...["start", "end", "asyncStart", "asyncEnd", "error"].map((part) => "tracing:dumbo:call:" + part)];
      const told = new Set();
      let isOver = false;
      if (process.env.LISTENS) for (const road of roads) subscribe(road, () => {
        if (told.has(road) || isOver) return;
        told.add(road);
        read(road);
      });
      work(10); work(10); await later(10);
      try { throws(1); } catch {}
      odd(100); odd(100); touches(10);
      isOver = true;
      const contents = process.env.LISTENS ? [] : roads.map((road) => read(road));
      process.exitCode = 0;
      process.on("exit", () => {
        process.exitCode = 0;
        console.log(JSON.stringify([{ on: "end", message: { told: [...told].sort(), roads: roads.toSorted(), contents } }]));
      });
    `;
    writeFileSync(data, "before");
    // An entry that is found wrong is told, too.
    const [heard] = run(program, { DUMBO_VERIFY: "1", LISTENS: "1" });
    assert.deepEqual(heard?.message.told, heard?.message.roads);
    writeFileSync(data, "after!");
    const [silent] = run(program);
    const contents = (silent as Told).message.contents as string[];
    assert.equal(contents.length, 10);
    for (const text of contents) assert.match(text, / after!$/);
  });

  test("what a listener does is not the call's doing", () => {
    const program = `
      export function inner(n) { ${WORK} return sum; }
      export function outer(n) { return inner(n) + inner(n + 1); }
      outer(50); outer(50);`;
    const told = lines(run(program, { TRACE: "1" })).filter((line) => line.startsWith("hit"));
    assert.deepEqual(told, ["hit outer"]);
  });
});

describe("Node's", () => {
  before(build);
  after(remove);

  test("every channel of this Node is subscribed to, or known to be superfluous", () => {
    const declared = declaredBy(process.execPath);
    assert.ok(declared.length > 20);
    assert.deepEqual(
      declared.filter((name) => judged(name) === undefined),
      [],
    );
    assert.equal(judged("fs.readFile"), undefined);
  });

  test("the table in notes/channels.md has them", () => {
    const notes = readFileSync(new URL("../../notes/channels.md", import.meta.url), "utf8");
    for (const name of declaredBy(process.execPath)) {
      assert.ok(notes.includes(`| \`${name}\` `) && notes.includes(`| ${judged(name)} `), name);
    }
  });

  const audited = { skip: major < 24 && "no --permission-audit" };

  test("--permission-audit shows accesses that no tap has seen", audited, () => {
    writeFileSync(
      join(folder, "early.cjs"),
      `exports.readlinkSync = require("fs").readlinkSync;
       exports.binding = require("internal/test/binding").internalBinding("fs");
       globalThis.early = exports;`,
    );
    const data = join(folder, "data.txt");
    writeFileSync(data, "data");
    // A function that was taken before the taps, and what it uses inside.
    const program = `
      const { readlinkSync, binding } = globalThis.early;
      assert.deepEqual(seen(() => binding.readFileUtf8(${JSON.stringify(data)}, 0)), EXPECTED);
      assert.deepEqual(seen(() => { try { readlinkSync(${JSON.stringify(data)}); } catch {} }), EXPECTED);
    `;
    const flags = ["--no-warnings", "--expose-internals", "--require", join(folder, "early.cjs")];
    check(program.replaceAll("EXPECTED", '["file node:permission-model:fs"]'), {
      flags: ["--permission-audit", ...flags],
    });
    // Without it, nobody would know.
    check(program.replaceAll("EXPECTED", "[]"), { flags });
  });
});
