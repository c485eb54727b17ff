/**
 * Contexts and tweaks: programs with assertions of their own, which run by themselves and under `dumbo/auto`, each twice, and with dumbo
 * switched off, where the results are the same and nothing is kept. Expects dist/ to be built.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CliProject } from "../support/cli-project.ts";
import { checkLibrary, SOME } from "../support/library-project.ts";

const HEAD = `
  import assert from "node:assert/strict";
  import { setTimeout as sleep } from "node:timers/promises";
  import { commit, context, dependencies, dependencyGraph, dependents, memo, missing, tweak } from "dumbo";
  import { base, guarded, guardedLater } from "./helper.js";
  const isOn = process.env.DUMBO !== "off";
  // Where hits are compared, their bodies run, and call others.
  const isCounted = isOn && process.env.DUMBO_VERIFY === undefined;
  const isFirst = process.argv[2] === "1";
  function work(x) { let s = 0; for (let i = 0; i < 1000; i++) s = (s * 31 + i * x) % 1000003; return s; }
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  /** Hits and misses of a function where it is asked. */
  const counts = (f) => { const { hits, misses } = f.stats(); return [hits, misses]; };
  const since = (f, [hits, misses]) => { const now = counts(f); return { hits: now[0] - hits, misses: now[1] - misses }; };
  const wouldHit = (f, ...args) => isOn ? f.wouldHit(...args) : null;
`;

/** What the loader caches by itself: it calls what is memoized by hand. */
const HELPER = `
  import { memo } from "dumbo";
  export const base = memo(function base(x) { let s = 0; for (let i = 0; i < 1000; i++) s = (s * 31 + i * x) % 1000003; return s; });
  export function guarded(x) { "use memo"; return [base(x), base(x + 1)]; }
  export async function guardedLater(x) { "use memo"; const first = base(x); for (let i = 0; i < 50; i++) await null; return [first, base(x + 1)]; }
`;

const PROGRAMS: Readonly<Record<string, string>> = {
  "who has used a tweaked call is computed anew, all others are not": `
    const leaf = memo(function leaf(x) { return work(x); });
    const other = memo(function other(x) { return work(x) + 1; });
    const middle = memo(function middle(x) { return leaf(x) + 1; });
    const top = memo(function top(x) { return [middle(x), other(x)]; });
    const outside = [top(1), top(2), other(1)];
    const before = [top, middle, leaf, other].map(counts);
    const inside = context(() => {
      tweak(leaf, [1], 1000);
      assert.equal(leaf(1), 1000);
      const [ones, twos] = [counts(top), counts(other)];
      assert.equal(wouldHit(top, 2), isOn ? true : null);
      assert.equal(wouldHit(top, 1), isOn ? !isFirst : null, "masked, unless kept by an earlier run");
      assert.deepEqual([top(1), top(2), other(1)], [[1001, outside[0][1]], outside[1], outside[2]]);
      assert.deepEqual(top(1), [1001, outside[0][1]]);
      if (isCounted) assert.deepEqual(since(top, ones), isFirst ? { hits: 2, misses: 1 } : { hits: 3, misses: 0 });
      if (isCounted) assert.equal(since(other, twos).misses, 0, "it comes from outside");
      assert.equal(middle(1), 1001);
      return top;
    });
    assert.equal(inside, top);
    assert.deepEqual([top(1), top(2), other(1)], outside);
    if (isCounted) {
      assert.deepEqual(since(top, before[0]), { hits: 2, misses: 0 }, "as before, and no calls inside are counted");
      assert.deepEqual(since(middle, before[1]), { hits: 0, misses: 0 });
    }
    const entered = () => context(() => { tweak(leaf, [1], 1000); const now = counts(top); top(1); return since(top, now); });
    if (isCounted) assert.deepEqual(entered(), { hits: 1, misses: 0 }, "entered again");
    const otherwise = context(() => { tweak(leaf, [1], 2000); return top(1); });
    assert.equal(otherwise[0], 2001);
  `,
  "across await, timers and callbacks": `
    const leaf = memo(async function leaf(x) { await null; return work(x); });
    const top = memo(async function top(x) { const first = await leaf(x); return first + (await leaf(x + 1)); });
    const outside = await top(1);
    const inside = await context(async () => {
      await sleep(1);
      tweak(leaf, [2], 7);
      await sleep(1);
      const promise = leaf(2);
      assert.equal(promise instanceof Promise, true);
      assert.equal(await promise, 7);
      const viaTimer = await new Promise((resolve) => setTimeout(() => resolve(top(1)), 1));
      await turn();
      return [viaTimer, await top(1), await new Promise((resolve) => setImmediate(() => resolve(top(1))))];
    });
    assert.deepEqual(inside, [work(1) + 7, work(1) + 7, work(1) + 7]);
    assert.equal(await top(1), outside);
    await turn();
    assert.equal(await context(async () => { tweak(leaf, [2], 7); await null; return wouldHit(top, 1); }), isOn ? true : null);
    assert.equal(await top(1), outside);
  `,
  "three contexts deep": `
    const a = memo(function a(x) { return work(x); });
    const b = memo(function b(x) { return work(x) + 1; });
    const c = memo(function c(x) { return work(x) + 2; });
    const all = memo(function all(x) { return [a(x), b(x), c(x)]; });
    const [one, two, three] = all(5);
    context(() => {
      tweak(a, [5], "a");
      assert.deepEqual(all(5), ["a", two, three]);
      context(() => {
        assert.deepEqual(all(5), ["a", two, three]);
        tweak(b, [5], "b");
        assert.deepEqual(all(5), ["a", "b", three]);
        context(() => {
          tweak(c, [5], "c");
          tweak(a, [5], "other");
          assert.deepEqual(all(5), ["other", "b", "c"]);
          context(() => {
            tweak(a, [5], "a");
            assert.deepEqual(all(5), ["a", "b", "c"]);
          });
          assert.deepEqual(all(5), ["other", "b", "c"]);
        });
        assert.deepEqual(all(5), ["a", "b", three]);
      });
      assert.deepEqual(all(5), ["a", two, three]);
      if (isOn) assert.equal(all.wouldHit(5), true);
    });
    assert.deepEqual(all(5), [one, two, three]);
    // The same tweaks, however they are nested.
    context(() => { tweak(b, [5], "b"); tweak(a, [5], "x"); context(() => { tweak(a, [5], "a"); assert.equal(wouldHit(all, 5), isOn ? true : null); }); });
  `,
  "a context inside whose dependency is kept outside of it": `
    const rate = memo(function rate(x) { return work(x); });
    const price = memo(function price(x) { return rate(x) + 1; });
    const total = memo(function total(x) { return price(x) + price(x + 1); });
    const outside = total(3);
    context(() => {
      tweak(rate, [4], 10);
      assert.equal(total(3), work(3) + 1 + 11);
      context(() => {
        // Both are kept by the context around; only one of them is affected.
        const now = [counts(price), counts(total)];
        tweak(rate, [3], 20);
        assert.equal(price(4), 11);
        assert.equal(total(3), 21 + 11);
        if (isCounted && isFirst) {
          assert.deepEqual(since(price, now[0]), { hits: 2, misses: 1 });
          assert.deepEqual(since(total, now[1]), { hits: 0, misses: 1 });
        }
        assert.equal(price(100), work(100) + 1);
      });
      assert.equal(total(3), work(3) + 1 + 11);
    });
    assert.equal(total(3), outside);
  `,
  "a call that nobody has made yet, and values that are objects": `
    const load = memo(function load(name) { return { name, list: [work(1)] }; });
    const size = memo(function size(name) { return load(name).list.length; });
    class Point { constructor(x) { this.x = x; } }
    const place = memo(function place(x) { return new Point(work(x)); });
    const keyOutside = load.keyOf("nobody")?.key;
    const value = { name: "new", list: [1, 2, 3], date: new Date(5), map: new Map([[1, { a: 1 }]]) };
    context(() => {
      tweak(load, ["nobody"], value);
      value.list.push(4);
      const first = load("nobody");
      assert.deepEqual(first, { ...value, list: [1, 2, 3] });
      assert.notEqual(first, load("nobody"));
      first.list.length = 0;
      assert.equal(load("nobody").list.length, 3);
      assert.equal(size("nobody"), 3);
      const argument = { deep: [1] };
      tweak(place, [2], new Point("tweaked"));
      assert.equal(place(2) instanceof Point, true);
      assert.equal(place(2).x, "tweaked");
      if (isOn) {
        assert.notEqual(place(2), place(2));
        assert.equal(load.wouldHit("nobody"), true);
        assert.equal(load.peek("nobody").list.length, 3);
        assert.equal(load.explain("nobody").outcome, "hit");
        assert.equal(load.keyOf("nobody").key, keyOutside);
      }
    });
    assert.equal(load("nobody").list.length, 1);
    assert.equal(size("nobody"), 1);
  `,
  "what cannot be kept as a value is handed over, and nothing that uses it is kept": `
    const make = memo(function make(x) { return work(x); });
    const use = memo(function use(x) { return typeof make(x); });
    assert.equal(use(1), "number");
    context(() => {
      const proxy = new Proxy({}, {});
      tweak(make, [1], proxy);
      assert.equal(make(1), proxy);
      assert.equal(use(1), "object");
      assert.equal(use(2), "number");
      if (isOn) assert.equal(use.wouldHit(1), false);
    });
    assert.equal(use(1), "number");
  `,
  "calls without a key, by their arguments": `
    const fetched = memo(function fetched(url, { page }) { return [Date.now(), page]; });
    const titles = memo(function titles(url) { return fetched(url, { page: 1 })[1] + work(1); });
    const pure = memo(function pure(x) { return work(x) + 3; });
    pure(1);
    context(() => {
      tweak(fetched, ["a", { page: 1 }], [0, 40]);
      assert.deepEqual(fetched("a", { page: 1 }), [0, 40]);
      assert.equal(fetched("a", { page: 2 })[1], 2);
      assert.equal(titles("a"), work(1) + 40);
      assert.equal(pure(1), work(1) + 3);
      if (isOn) assert.equal(pure.wouldHit(1), true, "nothing of it is tweaked");
    });
    assert.equal(titles("a"), work(1) + 1);
    if (isOn) {
      // What has a key is known by it, and is another call when the state is.
      let state = 1;
      const reads = memo(function reads(x) { return x + state; });
      context(() => {
        tweak(fetched, ["b", { page: 1 }], [0, 0]);
        tweak(reads, [1], "tweaked");
        assert.deepEqual([reads(1), reads(2)], ["tweaked", 3]);
        state = 2;
        assert.deepEqual([reads(1), reads(1), reads(2)], [3, 3, 4]);
      });
    }
    const off = memo(function off([x]) { return work(x); });
    const usesOff = memo(function usesOff(x) { return off([x, { a: 2 }]) + 1; });
    assert.equal(usesOff(1), work(1) + 1);
    off.disable();
    context(() => {
      tweak(off, [[1, { a: 2 }]], 5);
      assert.equal(off([1, { a: 2 }]), 5);
      off.enable();
      assert.equal(off([1, { a: 2 }]), 5);
      assert.notEqual(off([1, { a: 3 }]), 5);
      assert.equal(usesOff(1), 6);
    });
    assert.equal(usesOff(1), work(1) + 1);
    const given = memo(function given(x, iterator) { return work(x); });
    const gives = memo(function gives(x) { return given(x, (function* () {})()) + 1; });
    assert.equal(gives(1), work(1) + 1);
    if (isOn) assert.deepEqual([given.keyOf(1, (function* () {})()), gives.wouldHit(1)], [null, true]);
    context(() => { tweak(given, [1, 0], 5); if (isOn) assert.equal(gives.wouldHit(1), false); });
  `,
  "methods, async errors, cached errors, keys": `
    class Order { constructor(n) { this.n = n; } total(year) { return this.n * work(year); } }
    Order.prototype.total = memo(Order.prototype.total);
    const sum = memo(function sum(n) { return new Order(n).total(1) + 1; });
    sum(2); sum(3);
    context(() => {
      const order = new Order(2);
      tweak(order.total.of(order), [1], 77);
      assert.equal(order.total(1), 77);
      assert.equal(new Order(2).total(1), 77);
      assert.equal(sum(2), 78);
      assert.equal(sum(3), 3 * work(1) + 1);
    });
    const fails = memo(function fails(x) { throw new RangeError("no " + x); }, { cacheErrors: () => true });
    assert.throws(() => fails(1), RangeError);
    context(() => { tweak(fails, [1], "fine"); assert.equal(fails(1), "fine"); assert.throws(() => fails(2), RangeError); });
    assert.throws(() => fails(1), RangeError);
    const byKey = memo(function byKey(user) { return user.id; }, { key: (user) => user.id });
    context(() => { tweak(byKey, [{ id: 1 }], "tweaked"); if (isOn) assert.equal(byKey({ id: 1, more: 2 }), "tweaked"); assert.equal(byKey({ id: 2 }), 2); });
    assert.equal(byKey({ id: 1 }), 1);
  `,
  "errors, and what is no use of it": `
    const f = memo(function f(x) { return work(x); });
    f(1);
    if (!isOn) assert.deepEqual([dependencies(f, 1), dependents(f, 1), dependencyGraph()], [null, [], { calls: [], edges: [] }]);
    const plain = (x) => x;
    assert.throws(() => tweak(f, [1], 2), { name: "TypeError", message: /in the function that context is given/ });
    assert.throws(() => context(5), { name: "TypeError", message: /takes a function/ });
    context(() => {
      assert.throws(() => tweak(plain, [1], 2), { name: "TypeError", message: /no memoized function/ });
      assert.throws(() => tweak({}, [1], 2), { name: "TypeError", message: /no memoized function/ });
      assert.throws(() => tweak(f, 1, 2), { name: "TypeError", message: /list of arguments/ });
      const later = memo(async function later(x) { return work(x); });
      assert.throws(() => tweak(later, [1], Promise.resolve(2)), { name: "TypeError", message: /no promise/ });
      const promises = memo(function promises(x) { return Promise.resolve(work(x)); });
      const given = Promise.resolve(2);
      tweak(promises, [1], given);
      assert.equal(promises(1), given);
      const [one, other] = [memo(plain), memo(plain)];
      tweak(one, [5], 6);
      assert.deepEqual([one(5), other(5)], [6, 6], "the same call");
      assert.equal(f(1), work(1));
    });
    const error = new RangeError("mine");
    assert.throws(() => context(() => { tweak(f, [1], 2); assert.equal(f(1), 2); throw error; }), (thrown) => thrown === error);
    assert.equal(f(1), work(1));
    await assert.rejects(context(async () => { tweak(f, [1], 2); await null; assert.equal(f(1), 2); throw error; }), (thrown) => thrown === error);
    assert.equal(f(1), work(1));
    assert.throws(() => tweak(f, [1], 2), TypeError);
    const enters = memo(function enters(x) { return context(() => { tweak(f, [x], 3); return f(x) + work(1); }); });
    assert.deepEqual([enters(1), enters(1), f(1)], [3 + work(1), 3 + work(1), work(1)]);
    if (isOn) assert.equal(enters.stats().hits, 0);
  `,
  "contexts that run at the same time": `
    const leaf = memo(async function leaf(x) { await sleep(0); return work(x); });
    const top = memo(async function top(x) { return (await leaf(x)) + (await leaf(x + 1)); });
    const run = (value, ms) => context(async () => {
      await sleep(ms);
      tweak(leaf, [1], value);
      const first = await top(1);
      await sleep(ms);
      return [first, await top(1), await leaf(1)];
    });
    const plain = async () => { await sleep(1); return top(1); };
    const expected = (value) => [value + work(2), value + work(2), value];
    const [a, b, none, c] = await Promise.all([run(10, 3), run(20, 1), plain(), run(30, 2)]);
    assert.deepEqual([a, b, c], [10, 20, 30].map(expected));
    assert.equal(none, work(1) + work(2));
    assert.equal(await top(1), none);
    // What is tweaked around later is not tweaked in there.
    const child = await context(async () => {
      tweak(leaf, [1], "early");
      const inner = context(async () => { await sleep(2); return [await leaf(1), await leaf(2)]; });
      tweak(leaf, [2], "late");
      assert.equal(await leaf(2), "late");
      return inner;
    });
    assert.deepEqual(child, ["early", work(2)]);
  `,
  "a call sees what was tweaked when it was made": `
    const leaf = memo(async function leaf(x) { await null; return work(x); });
    const body = async (x) => { const one = await leaf(x); for (let i = 0; i < 50; i++) await null; return [one, await leaf(x)]; };
    const slow = memo(async function slow(x) { const one = await leaf(x); for (let i = 0; i < 50; i++) await null; return [one, await leaf(x)]; });
    const others = memo(async function others(x) { return slow(x); });
    const plain = [work(9), work(9)];
    const wait = async () => { for (let i = 0; i < 20; i++) await null; };
    const begun = await context(async () => {
      const promises = [slow(9), others(9), body(9), guardedLater(9)];
      await wait();
      tweak(leaf, [9], "late");
      tweak(base, [10], "late");
      const results = await Promise.all(promises);
      await turn();
      assert.deepEqual([await slow(9), await others(9), await body(9), await guardedLater(9)], [["late", "late"], ["late", "late"], ["late", "late"], [work(9), "late"]]);
      return results;
    });
    assert.deepEqual(begun, [plain, plain, [work(9), "late"], [work(9), "late"]]);
    assert.deepEqual([await slow(9), await others(9), await body(9), await guardedLater(9)], [plain, plain, plain, [work(9), work(10)]]);
    const later = await context(async () => {
      tweak(leaf, [8], 0);
      const promises = [slow(7), slow(8)];
      await wait();
      tweak(leaf, [7], "late");
      return Promise.all(promises);
    });
    assert.deepEqual(later, [[work(7), work(7)], [0, 0]]);
    await turn();
    if (isOn) assert.deepEqual([slow.wouldHit(9), slow.wouldHit(8)], [true, false]);
    context(() => { tweak(leaf, [8], 0); if (isOn) assert.deepEqual([slow.wouldHit(7), slow.wouldHit(8)], [true, true]); });
    const tweaks = memo(function tweaks() { tweak(leaf, [1], 1); });
    context(() => assert.throws(() => tweaks(), { name: "TypeError", message: /it has begun/ }));
    const setUp = (value) => tweak(leaf, [6], value);
    for (const value of [1, 2, 1]) assert.equal(await context(() => { setUp(value); return leaf(6); }), value);
  `,
  "functions of the loader": `
    const uses = memo(function uses(x) { return guarded(x).concat(work(1)); });
    const outside = [guarded(1), guarded(1), guarded(3), uses(1), uses(1)];
    context(() => {
      tweak(base, [2], "tweaked");
      for (let i = 0; i < 3; i++) {
        assert.deepEqual(guarded(1), [work(1), "tweaked"]);
        assert.deepEqual(guarded(3), [work(3), work(4)]);
        assert.deepEqual(uses(1), [work(1), "tweaked", work(1)]);
      }
    });
    assert.deepEqual([guarded(1), guarded(1), guarded(3), uses(1), uses(1)], outside);
    context(() => { tweak(base, [2], "again"); assert.deepEqual([guarded(1), guarded(1)], [[work(1), "again"], [work(1), "again"]]); });
    assert.deepEqual(guarded(1), outside[0]);
  `,
  "who vouches says nothing of whom it calls; calls that are switched off are missed by no list": `
    const leaf = memo(function leaf(x) { return work(x); });
    const vouched = memo(function vouched(x) { return leaf(x) + 1; }, { assumePure: true });
    assert.equal(vouched(1), work(1) + 1);
    context(() => { tweak(leaf, [1], 5); assert.deepEqual([vouched(1), vouched(1)], [6, 6]); });
    assert.equal(vouched(1), work(1) + 1);
    const quiet = memo(function quiet(x) { return work(x) + 2; });
    const loud = memo(function loud(x) { return quiet(x) + 1; });
    quiet.disable();
    loud(1);
    quiet.enable();
    context(() => { tweak(quiet, [1], 5); assert.deepEqual([loud(1), loud(1)], [6, 6]); });
    assert.equal(loud(1), work(1) + 3);
  `,
  "two copies of dumbo": `
    const { createRequire } = await import("node:module");
    const other = createRequire(import.meta.url)("dumbo");
    assert.notEqual(other.memo, memo);
    const leaf = memo(function leaf(x) { return work(x); });
    const ofOther = other.memo(function ofOther(x) { return leaf(x) + 1; });
    const top = memo(function topOfBoth(x) { return ofOther(x) + 1; });
    assert.equal(top(1), work(1) + 2);
    for (const [enter, value] of [[context, 5], [other.context, 6]]) {
      enter(() => context(() => {
        tweak(leaf, [1], value);
        other.context(() => {
          assert.throws(() => other.tweak(leaf, [1], 7), TypeError);
          assert.deepEqual([ofOther(1), ofOther(1), top(1), top(1)], [value + 1, value + 1, value + 2, value + 2]);
          if (isOn) assert.deepEqual([ofOther.wouldHit(1), top.wouldHit(1)], [true, true]);
          other.tweak(ofOther, [1], 100);
          if (isOn) assert.deepEqual([ofOther(1), top(1), leaf(1)], [100, 101, value]);
        });
      }));
    }
    assert.equal(top(1), work(1) + 2);
  `,
  "limits of the number of results, and of their age, are not used up": `
    const few = memo(function few(x) { return work(x); }, { maxEntries: 2 });
    const uses = memo(function usesFew(x) { return few(x) + 1; }, { maxEntries: 1 });
    if (isOn && !isFirst) assert.deepEqual([uses.wouldHit(1), few.wouldHit(1), few.wouldHit(2)], [true, true, true]);
    uses(1); few(2); commit();
    for (let i = 0; i < 20; i++) context(() => { tweak(few, [1], i); assert.equal(uses(1), i + 1); few(i + 50); });
    commit();
    if (isOn) assert.deepEqual([uses.wouldHit(1), few.wouldHit(1), few.wouldHit(2), few.wouldHit(50)], [true, true, true, false]);
    const stale = memo(function stale(x) { return [work(x), few(x)]; }, { ttl: 1000, staleWhileRevalidate: 1000 });
    stale(1);
    context(() => { tweak(few, [1], "now"); assert.deepEqual([stale(1)[1], stale(1)[1]], ["now", "now"]); });
    assert.deepEqual(stale(1), [work(1), work(1)]);
  `,
  "what a call prints, reads and changes": `
    const { readFileSync, writeFileSync } = await import("node:fs");
    writeFileSync("data.txt", "some text");
    const leaf = memo(function leaf(x) { return work(x); });
    const reads = memo(function reads(x) { return readFileSync("data.txt", "utf8").length + leaf(x); });
    const fills = memo(function fills(list, x) { list.push(leaf(x)); return list.length; });
    reads(1);
    const lists = [[], [], []];
    for (const list of lists) fills(list, 1);
    context(() => {
      tweak(leaf, [1], 0);
      assert.deepEqual([reads(1), reads(1)], [9, 9]);
      writeFileSync("data.txt", "more text than that");
      assert.deepEqual([reads(1), reads(1), reads(2)], [19, 19, 19 + work(2)]);
      for (let i = 0; i < 4; i++) { const list = [i]; assert.equal(fills(list, 1), 2); assert.deepEqual(list, [i, 0]); }
    });
    assert.equal(reads(1), 19 + work(1));
    for (const list of [[], []]) { fills(list, 1); assert.deepEqual(list, [work(1)]); }
  `,
};

const TEXT =
  HEAD +
  Object.entries(PROGRAMS)
    .map(
      ([name, text]) =>
        `await (async () => {${text}})().catch((error) => { throw new Error(${JSON.stringify(name)}, { cause: error }); });`,
    )
    .join("\n");

function check(flags: readonly string[], env: Record<string, string>, times = ["1", "2"]): void {
  const project = new CliProject({ "package.json": '{ "type": "module" }\n', "main.js": TEXT, "helper.js": HELPER });
  try {
    for (const time of times) {
      const { status, stderr } = project.node([...flags, "main.js", time], env);
      assert.equal(status, 0, `run ${time}: ${stderr}`);
    }
  } finally {
    project.remove();
  }
}

test("contexts: by themselves", () => check([], {}));
test("contexts: under dumbo/auto", () => check(["--import", "dumbo/auto"], {}));
test("contexts: under dumbo/auto, where each hit is compared", () =>
  check(["--import", "dumbo/auto"], { DUMBO_VERIFY: "1" }, ["1"]));
test("contexts: with dumbo switched off", () => check([], { DUMBO: "off" }, ["1"]));

test("contexts: by chance, one in the other and at the same time", () => {
  const folder = fileURLToPath(new URL("../fixtures/contexts/", import.meta.url));
  const files = Object.fromEntries(
    ["main.mjs", "functions.mjs"].map((name) => [name, readFileSync(folder + name, "utf8")]),
  );
  checkLibrary({ files, warm: SOME });
});
