/** What is asked of memoized functions, and what options do: programs with assertions of their own, in both ways. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CliProject } from "../support/cli-project.ts";

const HEAD = `
  import assert from "node:assert/strict";
  import { setTimeout as sleep } from "node:timers/promises";
  import { commit, memo, missing } from "dumbo";
  function work(x) { let s = 0; for (let i = 0; i < 1000; i++) s = (s * 31 + i * x) % 1000003; return s; }
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  let ran = globalThis.ran = { n: 0 };
`;

/** Parts of one program, which is run twice. `process.argv[2]` says which time it is. */
const PROGRAMS: Readonly<Record<string, string>> = {
  queries: `
    const f = memo(function f(x, y = 1) { return { value: work(x) + y }; });
    const isFirst = process.argv[2] === "1";
    assert.equal(f.wouldHit(1), !isFirst);
    assert.equal(f.peek(1) === missing, isFirst);
    const result = f(1);
    assert.deepEqual(f.peek(1), result);
    assert.notEqual(f.peek(1), f.peek(1), "each answer is a copy of its own");
    assert.deepEqual(f.stats().calls, 1);
    assert.equal(f.stats().hits, isFirst ? 0 : 1);
    assert.equal(f.stats().misses, isFirst ? 1 : 0);
    const { key, parts } = f.keyOf(1);
    assert.match(key, /^[0-9a-f]{32}$/);
    assert.deepEqual(Object.keys(parts).sort(), ["args", "code", "env", "self", "state"]);
    assert.equal(f.keyOf(2).parts.code, parts.code);
    assert.notEqual(f.keyOf(2).parts.args, parts.args);
    assert.equal(f.explain(1).outcome, "hit");
    commit();
    const { outcome, differs, changed } = f.explain(99);
    assert.deepEqual({ outcome, differs, changed }, { outcome: "miss", differs: ["args"], changed: null });
    f.resetStats();
    assert.deepEqual(f.stats(), { calls: 0, hits: 0, misses: 0, stored: 0, saved: 0, spent: 0 });
    assert.deepEqual(f.refresh(1), result);
    assert.equal(f.stats().misses, 1);
    assert.equal(f.wouldHit(1), true);
    assert.deepEqual([f.forget(1), f.wouldHit(1), f.forget(1)], [true, false, false]);
    f(1); f(2); f(3); commit();
    f.forgetAll();
    assert.deepEqual([1, 2, 3].map((x) => f.wouldHit(x)), [false, false, false]);
    f(1);
    assert.throws(() => { "use strict"; f.name = "g"; }, TypeError);
    assert.throws(() => f.wouldHit.call(() => {}), /no memoized function/);
  `,
  "why calls are not kept": `
    let n = 0;
    const counts = memo(function counts(x) { return [work(x), Date.now() > 0]; });
    counts(1); counts(1);
    const told = counts.explain(1);
    assert.match(told.reason ?? told.lastRefusal, /Date.now|clock/);
    const native = memo(Math.max);
    assert.equal(native.explain(1, 2).outcome, "not-cached");
    assert.match(native.explain(1, 2).reason, /native code/);
    assert.equal(native.keyOf(1, 2), null);
    assert.equal(native(1, 2), 2);
    const versioned = memo(Math.max, { version: 1 });
    assert.equal(versioned(1, 2), 2);
    await turn();
    assert.equal(versioned.wouldHit(1, 2), true);
    const bad = memo(function bad(x) { return new Proxy({}, {}); });
    bad(1);
    assert.match(bad.explain(1).lastRefusal, /Proxy/i);
    const given = memo(function given(x) { return work(1); });
    assert.match(given.explain(new Proxy({}, {})).reason, /Proxy/i);
  `,
  "what stands for the arguments": `
    const called = [];
    const byKey = memo(function byKey(user) { ran.n++; return work(user.id); }, { key: (user) => user.id, assumePure: true });
    assert.equal(byKey({ id: 1, socket: new Proxy({}, {}) }), byKey({ id: 1, other: () => 1 }));
    assert.equal(byKey.stats().hits >= 1, true);
    const ignores = memo(function ignores(a, { b }, log = null) { return work(a + b); }, { ignore: ["log"] });
    assert.equal(ignores(1, { b: 2 }, () => 1), ignores(1, { b: 2 }, new Map()));
    assert.equal(ignores.stats().hits >= 1, true);
    assert.equal(ignores.wouldHit(1, { b: 3 }), false);
    const first = memo((a, b) => work(b), { ignore: [0] });
    assert.equal(first(1, 5), first(2, 5));
    assert.equal(first.stats().hits >= 1, true);
    assert.throws(() => memo((a) => a, { key: () => { throw new RangeError("no key"); } })(1), /no key/);
  `,
  groups: `
    const { group } = await import("dumbo");
    const { existsSync } = await import("node:fs");
    const pages = group({ dir: "pages", maxSize: 1e8 });
    assert.deepEqual(Object.keys(structuredClone(pages)), ["dir", "maxSize"]);
    const f = memo(function inGroup(x) { return work(x); }, { group: pages });
    const g = memo(function inGroupToo(x) { return work(x) + 1; }, { group: pages });
    assert.equal(f.wouldHit(1), process.argv[2] === "2");
    f(1); f(1); g(1);
    pages.commit();
    assert.equal(existsSync("pages"), true);
    assert.equal(pages.stats().calls, 3);
    assert.equal(pages.stats().hits, process.argv[2] === "2" ? 3 : 1);
    const sameFolder = memo(function alone(x) { return work(x); }, { store: "pages" });
    sameFolder(1);
    f.forgetAll();
    assert.deepEqual([f.wouldHit(1), g.wouldHit(1), sameFolder.wouldHit(1)], [false, true, true]);
    f(1);
    pages.disable();
    assert.deepEqual([f.wouldHit(1), g.wouldHit(1), sameFolder.wouldHit(1)], [false, false, true]);
    assert.match(f.explain(1).reason, /disabled/);
    const before = f.stats();
    assert.equal(f(1), work(1));
    assert.deepEqual(f.stats(), before);
    f.enable();
    assert.equal(f.wouldHit(1), false, "the group goes before the function");
    pages.enable();
    g.disable();
    assert.deepEqual([f.wouldHit(1), g.wouldHit(1)], [true, false]);
    g.enable();
    // A folder that cannot be used: calls run.
    const nowhere = memo(function nowhere(x) { return work(x); }, { store: "package.json" });
    assert.equal(nowhere(1), work(1));
    assert.equal(nowhere.wouldHit(1), false);
  `,
  inputs: `
    const { fileOf, fileContents, ignored, envVar, ttl, extraState } = await import("dumbo");
    const { readFileSync, writeFileSync } = await import("node:fs");
    writeFileSync("a.txt", "same"); writeFileSync("b.txt", "same");
    const sizeOf = memo(function sizeOf(file) { return readFileSync(file, "utf8").length + work(1); });
    assert.equal(sizeOf(fileOf("a.txt")), sizeOf(fileOf("b.txt")));
    assert.equal(sizeOf.stats().hits >= 1, true, "a copy is as good");
    writeFileSync("a.txt", "other " + process.argv[2]);
    assert.equal(sizeOf.wouldHit(fileOf("a.txt")), false);
    assert.equal(sizeOf(fileOf("a.txt")) - sizeOf(fileOf("b.txt")), 3);
    writeFileSync("a.txt", "gone from here");
    assert.equal(sizeOf.wouldHit(fileOf("b.txt")), true, "that it was read is no dependency");
    assert.throws(() => sizeOf(fileOf("none.txt")), /ENOENT/);
    const lengthOf = memo(function lengthOf(text) { return text.length + work(1); });
    assert.equal(lengthOf(fileContents("b.txt")), lengthOf(fileContents("b.txt")));
    assert.throws(() => lengthOf(fileContents("none.txt")), /ENOENT/);
    const logs = memo(function logs(x, log) { log(x); return work(x); });
    let logged = 0;
    assert.equal(logs(1, ignored(() => 0)), logs(1, ignored(() => 1)));
    assert.equal(logs.stats().hits >= 1, true);
    let version = 1;
    const depends = memo(function depends(x) { return work(x); }, { state: [envVar("LIBRARY_TEST"), extraState(() => version), ttl(1e9)] });
    depends(1);
    assert.equal(depends.wouldHit(1), true);
    version = 2;
    assert.equal(depends.wouldHit(1), process.argv[2] === "2");
    process.env.LIBRARY_TEST = "set";
    depends(1);
    assert.equal(depends.wouldHit(1), true);
    delete process.env.LIBRARY_TEST;
    depends(1);
    class Handle { #secret = 1; constructor(id) { this.id = id; this.self = new Proxy({}, {}); } [Symbol.for("dumbo.key")]() { return this.id; } }
    const handles = memo(function handles(handle) { return work(handle.id); });
    assert.equal(handles(new Handle(4)), handles(new Handle(4)));
    assert.equal(handles.stats().hits >= 1, true);
    assert.notEqual(handles(new Handle(5)), handles(new Handle(4)));
    // What was told of a file is no part of what calls it.
    const around = memo(function around(file) { return sizeOf(fileOf(file)) + 1; });
    around("b.txt");
    assert.equal(around.wouldHit("b.txt"), false);
  `,
  "errors, kept ones and others": `
    class NotFound extends Error { constructor(id) { super("no " + id); this.id = id; } }
    const fails = memo(function fails(id) { if (id < 0) throw new TypeError("negative"); throw new NotFound(id); }, {
      cacheErrors: (error) => error instanceof NotFound,
    });
    for (let i = 0; i < 2; i++) {
      assert.throws(() => fails(4), (error) => error instanceof NotFound && error.id === 4 && error.message === "no 4" && /at /.test(error.stack));
      assert.throws(() => fails(-1), TypeError);
    }
    assert.equal(fails.wouldHit(4), true);
    assert.equal(fails.wouldHit(-1), false);
    assert.throws(() => fails.peek(4), NotFound);
    const failsLater = memo(async function failsLater(id) { await null; throw { code: id }; }, { cacheErrors: () => true });
    for (let i = 0; i < 2; i++) await assert.rejects(failsLater(3), (thrown) => thrown.code === 3);
    await turn();
    assert.equal(failsLater.wouldHit(3), true);
    const works = memo(function works(x) { return work(x); }, { cacheErrors: () => true });
    assert.equal(works(1), works(1));
    assert.equal(works.peek(1), works(1));
  `,
  "which results are kept": `
    const keeps = memo(function keeps(x) { return x > 2 ? work(x) : null; }, { keep: (result) => result !== null });
    keeps(1); keeps(3);
    assert.deepEqual([keeps.wouldHit(1), keeps.wouldHit(3)], [false, true]);
    const keepsLater = memo(async function keepsLater(x) { await null; return x; }, { keep: (x) => x > 2 });
    assert.deepEqual([await keepsLater(1), await keepsLater(3)], [1, 3]);
    await turn();
    assert.deepEqual([keepsLater.wouldHit(1), keepsLater.wouldHit(3)], [false, true]);
    const slow = memo(function slow(x) { return work(x); }, { minTime: 1e6 });
    slow(1);
    assert.equal(slow.wouldHit(1), false);
    const few = memo(function few(x) { return work(x); }, { maxEntries: 2 });
    few(1);
    assert.equal(few.wouldHit(1), true);
    const silent = memo(function silent(x) { if (x > 1) console.log("printed"); return work(x); }, { replay: false });
    silent(1); silent(2);
    assert.deepEqual([silent.wouldHit(1), silent.wouldHit(2)], [true, false]);
    const versions = [1, 2].map((version) => memo(function versions(x) { return work(x) + version; }, { version }));
    assert.equal(versions[1](1) - versions[0](1), 1);
  `,
  "old results": `
    // On disk, times are whole seconds.
    const old = memo(function old(x) { return work(x); }, { ttl: 2 });
    const stale = memo(function stale(x) { return work(x); }, { ttl: 0.05, staleWhileRevalidate: 1000 });
    const x = Number(process.argv[2]);
    const said = memo(function said(x) { console.log("said", x); return work(x); }, { ttl: 0.05, staleWhileRevalidate: 1000 });
    old(x);
    stale(x);
    said(x);
    assert.equal(old.wouldHit(x), true);
    await sleep(2200);
    assert.equal(old.wouldHit(x), false);
    stale.resetStats();
    stale(x); stale(x);
    assert.equal(stale.stats().hits, 2, "both are answered at once");
    await turn();
    assert.equal(stale.stats().misses, 1, "one is computed again");
    // As long as the program does not stop, nothing is written.
    const waits = memo(function waits(x) { return work(x); }, { ttl: 0.5 });
    waits(x);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    assert.equal(waits.wouldHit(x), false);
    // Old results of what prints are no answer: it has to print.
    said.resetStats();
    said(x);
    assert.deepEqual([said.stats().hits, said.stats().misses], [0, 1]);
    // What is old may not be kept in what calls it.
    const around = memo(function around(x) { return old(x) + 1; });
    around(1);
    assert.equal(around.wouldHit(1), false);
  `,
};

for (const flags of [[], ["--import", "dumbo/auto"]]) {
  const way = flags.length > 0 ? "under dumbo/auto" : "by itself";
  test(`library: queries and options, ${way}`, () => {
    const parts = Object.entries(PROGRAMS).map(
      ([name, text]) => `try {${text}} catch (error) { throw new Error(${JSON.stringify(name)}, { cause: error }); }`,
    );
    const project = new CliProject({ "package.json": '{ "type": "module" }\n', "main.js": HEAD + parts.join("\n") });
    try {
      for (const time of ["1", "2"]) {
        const { status, stderr } = project.node([...flags, "main.js", time]);
        assert.equal(status, 0, `run ${time}: ${stderr}`);
      }
    } finally {
      project.remove();
    }
  });
}

test("library: hits that are verified run all the same, and one that is wrong is an answer no more", () => {
  const text = `${HEAD}
    const state = globalThis.state = { ran: 0, added: 0 };
    const body = function checked(x) { globalThis.state.ran++; return work(x) + globalThis.state.added; };
    const [never, always] = [0, 1].map((verify) => memo(body, { verify, assumePure: true, version: 1 }));
    for (let i = 0; i < 3; i++) assert.equal(never(1), work(1));
    assert.deepEqual([state.ran, never.stats().hits], [1, 2]);
    for (let i = 0; i < 3; i++) assert.equal(always(1), work(1));
    assert.deepEqual([state.ran, always.stats().hits], [4, 3]);
    state.added = 1;
    assert.equal(always(1), work(1) + 1, "the body is right");
    assert.match(always.explain(1).lastRefusal, /found wrong/);
    assert.equal(never.wouldHit(1), false);
    process.on("exit", () => { assert.equal(process.exitCode, 1); process.exitCode = 0; });
  `;
  const project = new CliProject({ "package.json": '{ "type": "module" }\n', "main.js": text });
  try {
    const { status, stderr } = project.node(["main.js"]);
    assert.match(stderr, /^dumbo: checked \([^\n]*\) is not what was stored: [^\n]*\n$/);
    assert.equal(status, 0, stderr);
  } finally {
    project.remove();
  }
});

test("library: a group that a worker thread is sent has the results of the main thread there, and the other way round", () => {
  const text = `${HEAD}
    import { group } from "dumbo";
    import { Worker, isMainThread, workerData } from "node:worker_threads";
    const pages = group(isMainThread ? { dir: "pages", maxSize: 1e8 } : workerData.pages);
    const render = memo(function render(x) { return work(x); }, { group: pages });
    const known = [1, 2].map((x) => render.wouldHit(x));
    render(isMainThread ? 1 : 2);
    pages.commit();
    const time = process.argv[2];
    if (isMainThread) {
      assert.deepEqual(known, time === "1" ? [false, false] : [true, true]);
      const worker = new Worker(new URL(import.meta.url), { workerData: { pages }, argv: [time] });
      worker.on("error", (error) => { throw error; });
    } else assert.deepEqual(known, time === "1" ? [true, false] : [true, true]);
  `;
  const project = new CliProject({ "package.json": '{ "type": "module" }\n', "main.js": text });
  try {
    for (const time of ["1", "2"]) {
      const { status, stderr } = project.node(["--import", "dumbo/auto", "main.js", time]);
      assert.equal(status, 0, `run ${time}: ${stderr}`);
    }
  } finally {
    project.remove();
  }
});

test("library: DUMBO=off leaves functions as they are, and says so", () => {
  const text = `${HEAD}
    const f = memo(function f(x) { ran.n++; return work(x); });
    f(1); f(1);
    assert.equal(ran.n, 2);
    assert.deepEqual(f.explain(1), { outcome: "not-cached", reason: "dumbo is switched off" });
    assert.equal(f.peek(1), missing);
    assert.deepEqual(f.stats(), { calls: 0, hits: 0, misses: 0, stored: 0, saved: 0, spent: 0 });
    commit();
  `;
  const project = new CliProject({ "package.json": '{ "type": "module" }\n', "main.js": text });
  try {
    const { status, stderr } = project.node(["main.js"], { DUMBO: "off" });
    assert.equal(status, 0, stderr);
  } finally {
    project.remove();
  }
});

test("library: a program that has replaced what is Node's runs as it would", () => {
  const text = `${HEAD}
    import path from "node:path";
    const join = path.join;
    let k = 1;
    path.join = (...names) => join(...names) + k;
    const f = memo(function f(x) { return path.join("a", x) + work(1); });
    const first = f("b");
    k = 2;
    assert.notEqual(f("b"), first);
    assert.match(f.explain("b").reason, /replaced path.join/);
  `;
  const project = new CliProject({ "package.json": '{ "type": "module" }\n', "main.js": text });
  try {
    const { status, stderr } = project.node(["main.js"]);
    assert.equal(status, 0, stderr);
  } finally {
    project.remove();
  }
});
