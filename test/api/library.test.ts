/** Functions that are memoized by hand do the same as without dumbo, by themselves and under `dumbo/auto`. Expects dist/ to be built. */
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkLibrary, type LibraryProgram, SOME } from "../support/library-project.ts";

const HELPER = `
export const factor = 3;
export let live = 1;
export const setLive = (value) => { live = value; };
export const shared = { n: 1 };
export function helper(x) { let s = 0; for (let i = 0; i < 1000; i++) s = (s * 31 + i * x) % 1000003; return s * factor; }
`;

const PROGRAMS: Readonly<Record<string, LibraryProgram>> = {
  "what it reads of modules and of functions around it is part of the key": {
    files: {
      "helper.mjs": HELPER,
      "main.mjs": `
        import { memo } from "dumbo";
        import * as all from "./helper.mjs";
        import { factor, helper, live, setLive, shared } from "./helper.mjs";
        let top = 1;
        const list = [1, 2];
        const reads = memo(function reads(x) { return [helper(x), factor, live, top, list.length, shared.n, all.live]; });
        const show = () => console.log(reads(5));
        show(); show();
        setLive(2); show();
        top = 7; show();
        list.push(3); show();
        shared.n = 9; show();
        const made = (k) => { let n = k; return { f: memo(function captures(x) { return helper(x) + n + k; }), next: () => n++ }; };
        const [a, b] = [made(1), made(100)];
        for (const { f, next } of [a, b, a]) { console.log(f(1)); next(); console.log(f(1)); }
        const unset = memo(function unset() { return later + helper(1); });
        try { unset(); } catch (error) { console.log(error.name); }
        let later = 4;
        console.log(unset(), unset());
      `,
    },
    cold: { reads: 1, captures: 1 },
    warm: { reads: 6, captures: 6 },
    after: { files: { "helper.mjs": HELPER.replace("* 31", "* 37") }, hits: { reads: 1, captures: 1 } },
  },
  "this, changed arguments, classes, and functions that call memoized ones": {
    files: {
      "helper.mjs": HELPER,
      "main.mjs": `
        import { memo } from "dumbo";
        import { helper } from "./helper.mjs";
        class Point {
          constructor(x) { this.x = x; }
          scaled(by) { return new Point(helper(this.x) * by); }
          total(list) { return list.reduce((sum, { x }) => sum + x, this.x + helper(1)); }
        }
        Point.prototype.scaled = memo(Point.prototype.scaled);
        Point.prototype.total = memo()(Point.prototype.total, { kind: "method", name: "total" });
        const p = new Point(3);
        console.log(p.scaled(2), p.scaled(2) instanceof Point, new Point(4).scaled(2).x, p.total([p, new Point(8)]));
        const sorts = memo(function sorts(list) { list.sort(); return helper(list.length); });
        for (let i = 0; i < 3; i++) { const list = [3, 1, 2]; console.log(sorts(list), list); }
        const inner = memo(function inner(x) { return { x: helper(x) }; });
        const outer = memo(function outer(x) { return [inner(x), inner(x + 1)]; });
        const [first, second] = [outer(1), outer(1)];
        console.log(first, first === second, first[0] === second[0]);
        first[0].x = "changed"; console.log(outer(1), inner(1));
        class Event { constructor(x) { this.x = x; } next() { return new Event(helper(this.x)); } }
        const nexts = memo(Event.prototype.next);
        for (const x of [1, 1, 2]) { const next = nexts.call(new Event(x)); console.log(next.x, next.constructor === Event); }
        const fib = memo(function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); });
        console.log(fib(12));
        const object = { k: 5, method: memo(function method(x) { return this.k + helper(x); }) };
        console.log(object.method(1), object.method(1)); object.k = 6; console.log(object.method(1));
        console.log(typeof inner, inner.name, inner.length, "wouldHit" in inner, Object.keys(inner));
      `,
    },
    cold: { scaled: 1, next: 1, outer: 2 },
    warm: { scaled: 3, total: 1, next: 3, outer: 3, method: 3 },
  },
  "async functions, output, files, and what may not be kept": {
    files: {
      "data.txt": "some data",
      "evaluated.mjs": "export function evaluated(text) { let k = 2; return eval(text) + k; }",
      "helper.mjs": HELPER,
      "main.mjs": `
        import { memo } from "dumbo";
        import { readFileSync } from "node:fs";
        import { readFile } from "node:fs/promises";
        import { evaluated } from "./evaluated.mjs";
        import { helper } from "./helper.mjs";
        const waits = memo(async function waits(x) { await null; return [helper(x)]; });
        console.log(await waits(1), await Promise.all([waits(2), waits(2)]));
        const reads = memo(function reads(file) { return readFileSync(file, "utf8") + helper(1); });
        console.log(reads("data.txt"));
        const readsLater = memo(async function readsLater(file) { return (await readFile(file, "utf8")).length + helper(1); });
        console.log(await readsLater("data.txt"));
        const prints = memo(function prints(x) { console.log("prints", x); return helper(x); });
        console.log(prints(1), prints(1));
        let count = 0;
        const counts = memo(function counts(x) { count++; return helper(x) + count; });
        console.log(counts(1), counts(1), count);
        const clock = memo(function clock(x) { return typeof Date.now() + helper(x); });
        console.log(clock(1), clock(1));
        const chance = memo(function chance(x) { return Math.random() < 2 ? helper(x) : 0; });
        console.log(chance(1), chance(1));
        const fails = memo(function fails(x) { throw new RangeError("no " + helper(x)); });
        for (let i = 0; i < 6; i++) try { fails(1); } catch (error) { console.log(error.message, error.constructor === RangeError); }
        const failsLater = memo(async function failsLater(x) { await null; throw new RangeError("later " + helper(x)); });
        for (let i = 0; i < 2; i++) await failsLater(1).catch((error) => console.log(error.message));
        const evaluates = memo(evaluated);
        console.log(evaluates("1 + 1"), evaluates("2"));
        const native = memo(Math.max);
        console.log(native(1, 2), native(1, 2), memo(helper.bind(null, 3))());
      `,
    },
    warm: { waits: 3, reads: 1, prints: 2, counts: 0, clock: 0, chance: 0, fails: 0, failsLater: 0, evaluated: 0 },
    after: { files: { "data.txt": "other data" }, hits: { reads: 0, prints: 2 } },
  },
  "async calls that overlap run the body once, and come back in the order in which they were made": {
    files: {
      "helper.mjs": HELPER,
      "main.mjs": `
        import { memo } from "dumbo";
        import { helper } from "./helper.mjs";
        const turns = async (n) => { for (let i = 0; i < n; i++) await null; };
        const three = memo(async function three(x) { await null; await x; await null; return [helper(x)]; });
        for (const x of [1, 2]) {
          const order = [];
          const calls = [() => turns(2), () => three(x), () => three(x), () => turns(12), () => three(x), () => three(x)];
          await Promise.all(calls.map((call, i) => call().then((value) => order.push([i, value]))));
          console.log(JSON.stringify(order));
        }
      `,
    },
    cold: { three: 6 },
    warm: { three: 8 },
  },
  CommonJS: {
    entry: "main.cjs",
    files: {
      "helper.cjs": `
        let state = 1;
        exports.set = (value) => { state = value; };
        exports.helper = (x) => { let s = 0; for (let i = 0; i < 1000; i++) s = (s * 31 + i * x) % 1000003; return s + state; };
        module.exports.late = () => exports.helper(2);
      `,
      "main.cjs": `
        const { memo, missing } = require("dumbo");
        const { join } = require("node:path");
        const lib = require("./helper.cjs");
        const { helper } = lib;
        const f = memo(function f(x) { return [helper(x), lib.late(), join("a", String(x)), typeof nothing, process.env.SOME]; });
        console.log(f(1), f(1)); lib.set(5); console.log(f(1)); process.env.SOME = "x"; console.log(f(1));
        var old = 1; function declared(x) { return helper(x) + old; }
        const g = memo(declared);
        console.log(g(1), g(1)); old = 2; console.log(g(1));
        console.log(memo((x) => x + 1)(1), missing === Symbol.for("dumbo.missing"));
      `,
    },
    cold: { f: 1 },
    warm: { f: 4 },
  },
};

test("library: closures, patched objects, accessors, foreign code: what is not sure is not kept", () => {
  const folder = fileURLToPath(new URL("../fixtures/library/", import.meta.url));
  const files = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(folder + name, "utf8")]));
  checkLibrary({ files, warm: SOME });
});

for (const [name, program] of Object.entries(PROGRAMS)) test(`library: ${name}`, () => checkLibrary(program));
