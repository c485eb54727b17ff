/** What happens after a call returned, or while an async function waits. */
import { program } from "../program.ts";

export const programs = [
  program("members of a class that are changed while a call waits, the first one and later ones", {
    files: {
      "work.mjs": `
        import { burn } from "./burn.mjs";
        class C {
          first() { return 1; }
          second() { return 2; }
          third() { return 3; }
        }
        export const tag = (name, value) => { C.prototype[name].extra = value; };
        export async function first(n) { const s = burn(n); await null; return s + " " + C.prototype.first.extra; }
        export async function second(n) { const s = burn(n); await null; return s + " " + C.prototype.second.extra; }
        export async function third(n) { const s = burn(n); await null; return s + " " + C.prototype.third.extra; }
      `,
      "main.mjs": `
        import * as all from "./work.mjs";
        for (const name of ["first", "second", "third"]) console.log(await all[name](1), await all[name](1));
        for (const name of ["third", "second", "first"]) {
          all.tag(name, 7);
          console.log(await all[name](2));
          const late = all[name](2);
          all.tag(name, 9);
          console.log(await late);
        }
      `,
    },
    warm: { hits: { first: 2, second: 2, third: 2 } },
  }),

  program(
    "the environment and globals of Node, read after a wait: on a branch not taken, taken, and by a call that hits",
    {
      files: {
        "main.mjs": `
        import { burn } from "./burn.mjs";
        async function branch(n, deep) {
          const s = burn(n);
          await null;
          if (deep && typeof process === "object" && process.env && typeof process.env.MODE === "string") return process.env.MODE + s;
          return [s, typeof fetch, typeof Buffer, typeof setTimeout];
        }
        function mode(n) { return burn(n) + String(process.env.MODE); }
        async function around(n) {
          const s = burn(n);
          await null;
          return s + mode(1);
        }
        const late = async (work, value) => {
          process.env.MODE = "a";
          const result = work();
          process.env.MODE = value;
          return await result;
        };
        console.log(await branch(1, false), await branch(1, false));
        for (const value of ["a", "b", "a"]) console.log(await late(() => branch(2, true), value));
        for (const value of ["a", "b"]) {
          process.env.MODE = value;
          console.log(mode(1), mode(1));
        }
        for (const value of ["b", "a", "b", "a"]) console.log(await late(() => around(3), value));
      `,
      },
      cold: { hits: { branch: 1, mode: 6, around: 0 } },
      warm: { hits: { branch: 2, mode: 8, around: 0 } },
      // Where hits are computed again, it meets what the call reads itself.
      refuses: {
        around: process.env.DUMBO_TEST_VERIFY
          ? /touches process\.env after it has waited/
          : /touches a cached call after it has waited/,
      },
    },
  ),

  program("what an async call changes that waits for nothing, and another call of it undoes", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const pattern = /b|a/y;
        async function work(n) {
          burn(n);
          pattern.exec("aba");
          pattern.exec("aba");
          return [n, pattern.lastIndex];
        }
        console.log(JSON.stringify(await Promise.all([work(1), work(1), work(1)])));
      `,
    },
    warm: { hits: { work: 3 } },
  }),

  program("two members of one binding are read after a wait, of which others change one", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import * as lib from "./lib.mjs";
        async function work(n) {
          if (burn(n) < 0) return 0;
          await null;
          if (lib.list.length > 1) return 1;
          if (lib.level > 5) return 2;
          return 3;
        }
        const result = work(3);
        if (process.argv[2] === "more") lib.list.push(5);
        console.log(await result);
      `,
      "lib.mjs": `
        export const list = [1];
        export const level = 2;
      `,
    },
    refuses: { work: /wait/ },
    after: [{ label: "the list grows meanwhile", args: ["more"] }],
  }),

  program("work that a promise does after the call returned", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n, out) {
          Promise.resolve().then(() => out.push(n));
          return burn(n) % 1000;
        }
        const out = [];
        console.log(work(3, out));
        await null;
        await null;
        console.log(out);
      `,
    },
    refuses: { work: /argument|after/ },
  }),

  program("work that an async closure does after the call returned", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function work(n, out) {
          (async () => {
            for (let i = 0; i < 10; i++) await null;
            out.push(n);
          })();
          return burn(n) % 1000;
        }
        const out = [];
        console.log(await work(3, out));
        for (let i = 0; i < 20; i++) await null;
        console.log(out);
      `,
    },
    refuses: { work: /argument|after/ },
  }),

  program("state that changes while an async function waits, and changes back", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let scale = 1;
        async function work(n) {
          await null;
          return (burn(n) % 1000) * scale;
        }
        const early = work(3);
        scale = 2;
        queueMicrotask(() => {
          scale = 1;
        });
        console.log(await early);
        console.log(await work(3));
      `,
    },
    refuses: { work: /state/ },
  }),

  program("code that could wait, ask for files or leave work, by what it does", {
    files: {
      "main.mjs": `
        import { readFile } from "node:fs";
        import { burn } from "./burn.mjs";
        import { Parser, settings } from "./parser.mjs";
        const cache = {};
        let count = 0;
        async function fill(n, how) { burn(n); touch(n, how); return cache[n]; }
        function fillNow(n, how) { burn(n); touch(n + "!", how); return cache[n + "!"]; }
        async function parse(n, how) { burn(n); const parser = new Parser(n); return how === 1 ? (parser.later(), 5) : parser.now(); }
        function touch(n, how) {
          count++;
          cache[n] ??= { n: burn(3) % 10 };
          if (how === 1) (async () => { await null; cache[n].late = count; })();
          if (how === 2) Promise.resolve().then(() => { cache[n].late = -count; });
          if (how === 3) new Promise((resolve) => { count++; resolve(); });
          if (how === 4) readFile("data.txt", "utf8", (_, text) => { cache[n].text = text; });
          if (how === 5) (async function () { for await (const x of [1]) cache[n].x = x; })();
        }
        // Bodies are told apart by their functions, so that a refusal of one says nothing of the others.
        async function late1(n) { burn(n); touch(n, 1); return n; }
        async function late2(n) { burn(n); touch(n, 2); return n; }
        async function late3(n) { burn(n); touch(n, 3); return n; }
        async function late5(n) { burn(n); touch(n, 5); return n; }
        function sync2(n) { burn(n); touch(n, 2); return n; }
        function sync4(n) { burn(n); touch(n, 4); return n; }
        async function parseLater(n) { burn(n); new Parser(n).later(); return n; }
        for (let i = 0; i < 3; i++) {
          if (process.argv[2] === "more") settings.depth++;
          console.log(JSON.stringify([await fill(1, 0), fillNow(1, 0), await parse(1, 0), count, cache]));
          for (const one of [late1, late2, late3, late5, sync2, sync4, parseLater]) {
            const promise = one(2);
            if (cache[2]) cache[2].between = one.name;
            console.log(JSON.stringify(await promise), JSON.stringify(cache));
            do await new Promise((resolve) => setImmediate(resolve)); while (one === sync4 && cache[2].text === undefined);
            console.log(count, JSON.stringify(cache));
          }
          for (const name of Object.keys(cache)) delete cache[name];
          count = 0;
        }
      `,
      "parser.mjs": `
        export const settings = { depth: 1 };
        export class Parser {
          constructor(n) { this.n = n; }
          now() { return [this.n, settings.depth]; }
          async later() { await null; settings.depth++; return this.n + settings.depth; }
        }
      `,
      "data.txt": "text",
    },
    refuses: { late1: /./, late2: /./, late3: /./, late5: /./, sync2: /./, sync4: /./, parseLater: /./ },
    warm: { hits: { fill: 3, fillNow: 3 }, hitsAtLeast: { parse: 1 } },
    after: [{ label: "state of code that could wait", args: ["more"], hits: { fill: 3, fillNow: 3 } }],
  }),

  program("an argument that changes while an async function waits, and changes back", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function work(box) {
          await null;
          return (burn(box.n) % 1000) * box.scale;
        }
        const box = { n: 3, scale: 1 };
        const early = work(box);
        box.scale = 2;
        queueMicrotask(() => {
          box.scale = 1;
        });
        console.log(await early);
        console.log(await work(box));
      `,
    },
    refuses: { work: /argument/ },
  }),

  program("what came with a call and is read after a wait", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const step = async (n) => burn(n) % 10;
        const deep = async (box) => {
          await null;
          return box.n;
        };
        const functions = {
          async direct(box) { await null; return (burn(1) % 10) + box.n; },
          async copied(box) { const held = { box }; await null; return (burn(1) % 10) + held.box.n; },
          async listed(box) { const list = []; list.push(box); await null; return (burn(1) % 10) + list[0].n; },
          async closed(box) { const get = () => box.n; await null; return (burn(1) % 10) + get(); },
          async later(box) { return (await step(1)) + box.n; },
          async looped(box) { let sum = 0; for (let i = 0; i < 2; i++) { sum += box.n; await null; } return sum + (burn(1) % 10); },
          async mapped(box) { return (await Promise.all([1, 2].map(async (i) => { await null; return box.n * i; }))).join() + burn(1); },
          async chained(box) { return Promise.resolve(burn(1)).then(() => box.n); },
          async destructured({ inner }) { await null; return (burn(1) % 10) + inner.n; },
          async defaulted(box, held = box) { await null; return (burn(1) % 10) + held.n; },
          async rest(...all) { await null; return (burn(1) % 10) + all[0].n; },
          async caught(box) { try { await Promise.reject(box); } catch (error) { return (burn(1) % 10) + error.n; } },
          async handed(box) { return (burn(1) % 10) + (await deep(box)); },
          async iterated(box) { const items = Object.values(box).values(); await null; return [...items].length + Object.keys(box).length; },
          async called(box, fn = () => box.n) { await null; return (burn(1) % 10) + fn(); },
          async awaited(box) { for await (const n of [1, 2]) if (n === 2) return (burn(1) % 10) + box.n; return 0; },
          async switched(box) { switch (await step(2)) { default: return (burn(1) % 10) + box.n; } },
          async ternary(box) { return (await null) ? 0 : (burn(1) % 10) + box.n; },
          async templated(box) { return \`\${await step(1)} \${box.n}\`; },
        };
        for (const [name, fn] of Object.entries(functions)) {
          const make = (n) => (name === "destructured" ? { inner: { n } } : { n });
          // A call that could be kept, then one whose argument changes while it waits.
          const before = await fn(make(1));
          const box = make(1);
          const promise = fn(box);
          (box.inner ?? box).n = 100;
          box.more = true;
          console.log(name, before, await promise);
        }
      `,
    },
    refuses: Object.fromEntries(
      [
        ...[
          "direct",
          "copied",
          "listed",
          "closed",
          "later",
          "looped",
          "mapped",
          "chained",
          "destructured",
          "defaulted",
        ],
        ...["rest", "caught", "handed", "iterated", "called", "awaited", "switched", "ternary", "templated"],
      ].map((name) => [`functions.${name}`, /after it has waited|cannot see into/]),
    ),
  }),

  program("state that is read after a wait", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import * as all from "./lib.mjs";
        import { level, raise, settings } from "./lib.mjs";
        let own = 1;
        const box = { n: 1 };
        const getOwn = () => own;
        const makeBox = () => box;
        const functions = {
          async direct(n) { await null; return (burn(n) % 10) + own; },
          async helped(n) { await null; return (burn(n) % 10) + getOwn(); },
          async held(n) { const mine = makeBox(); await null; return (burn(n) % 10) + mine.n; },
          async member(n) { await null; return (burn(n) % 10) + box.n; },
          async imported(n) { await null; return (burn(n) % 10) + level; },
          async space(n) { await null; return (burn(n) % 10) + all.level; },
          async object(n) { await null; return (burn(n) % 10) + settings.n; },
          async inner(n) { return (burn(n) % 10) + (await (async () => { await null; return own; })()); },
          async callback(n, fn = () => own) { await null; return (burn(n) % 10) + fn(); },
        };
        for (const [name, fn] of Object.entries(functions)) {
          const before = await fn(1);
          const promise = fn(1);
          own = box.n = settings.n = 2;
          raise(2);
          console.log(name, before, await promise);
          own = box.n = settings.n = 1;
          raise(1);
        }
      `,
      "lib.mjs": `
        export let level = 1;
        export const raise = (to) => { level = to; };
        export const settings = { n: 1 };
      `,
    },
    refuses: Object.fromEntries(
      ["direct", "helped", "held", "member", "imported", "space", "object", "inner", "callback"].map((name) => [
        `functions.${name}`,
        /after it has waited|cannot see into/,
      ]),
    ),
  }),

  program("what always stays as it is, and is read after a wait", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { separator, posix } from "./paths.mjs";
        import * as shapes from "./shapes.mjs";
        import { render } from "./render.cjs";
        const rows = [["a", 1], ["b", 2]];
        const tree = { a: { name: "A", tags: ["x"] }, b: { name: "B", tags: [] } };
        const rules = [{ test: /a+/, by: "b" }];
        const names = new Map([["a", "first"]]);
        const functions = {
          async nested(n, key) { await null; const one = tree[key]; return burn(n) % 10 + one.name + one.tags.includes("x"); },
          async pairs(n) { await null; let text = ""; for (const [name, value] of rows) text += name + value; return text + (burn(n) % 10); },
          async expressions(n, text) { await null; for (const { test, by } of rules) if (test.test(text)) text = text.replace(test, by); return text + (burn(n) % 10); },
          async mapped(n, key) { await null; return (names.get(key) ?? "none") + rows.map(([name]) => name).join() + (burn(n) % 10); },
          async paths(n) { await null; return separator() + posix.delimiter + (burn(n) % 10); },
          async space(n, name) { await null; const all = shapes; return all[name](n) + all.size + (burn(n) % 10); },
          async rendered(n, name) { return (await render(n, name)) + (burn(n) % 10); },
        };
        const all = async () => [
          await functions.nested(1, "a"), await functions.nested(1, "b"), await functions.pairs(1),
          await functions.expressions(1, "caat"), await functions.mapped(1, "a"), await functions.paths(1),
          await functions.space(1, "square"), await functions.rendered(1, "svg"), await functions.rendered(1, "text"),
        ];
        console.log(...(await all()));
        await new Promise(setImmediate);
        console.log(...(await all()));
      `,
      "paths.mjs": `
        export { posix } from "node:path";
        export { default as minimal } from "node:path";
        import { minimal } from "./paths.mjs";
        export const separator = () => minimal.sep;
      `,
      "shapes.mjs": `
        export const square = (n) => n * n;
        export const size = 3;
      `,
      "render.cjs": `
        "use strict";
        var svg = require("./svg.cjs");
        var text = require("./text.cjs");
        var LABELS = { svg: "<svg>", text: "" };
        function rendererOf(name) { return name === "svg" ? svg : text; }
        exports.render = async function (n, name) { await null; return LABELS[name] + rendererOf(name).render(n); };
      `,
      "svg.cjs": `exports.render = (n) => "<" + n + ">";`,
      "text.cjs": `exports.render = (n) => "" + n;`,
    },
    cold: {
      misses: {
        all: 1,
        "functions.nested": 2,
        "functions.pairs": 1,
        "functions.expressions": 1,
        "functions.mapped": 1,
        "functions.paths": 1,
        "functions.space": 1,
        "functions.rendered": 2,
      },
      hits: { all: 1 },
    },
    warm: { hits: { all: 2 } },
    after: [
      {
        label: "one of the tables is edited",
        edit: { "render.cjs": (source) => source.replace('"<svg>"', '"<SVG>"') },
        misses: { all: 1, "functions.rendered": 2 },
        hits: { all: 1, "functions.nested": 2, "functions.space": 1 },
      },
    ],
  }),

  program("what looks as if it stayed, is read after a wait, and changes meanwhile", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { render, table } from "./render.cjs";
        import { createRequire } from "node:module";
        import * as live from "./live.mjs";
        const text = createRequire(import.meta.url)("./text.cjs");
        const tree = { a: { tags: ["x"] } };
        const expressions = [/a/];
        const list = () => tree.a.tags;
        const functions = {
          async nested(n) { await null; return tree.a.tags.length + (burn(n) % 10); },
          async expression(n) { await null; return expressions[0].test("a") + (burn(n) % 10); },
          async space(n) { await null; const all = live; return all.count + (burn(n) % 10); },
          async rendered(n) { return (await render(n)) + (burn(n) % 10); },
          async looked(n) { return (await table(n)) + (burn(n) % 10); },
        };
        for (const [name, fn] of Object.entries(functions)) {
          const before = await fn(1);
          const promise = fn(1);
          if (process.argv[2] === "change") {
            list().push("y");
            expressions[0].exec = () => null;
            expressions.unshift(/b/);
            live.raise();
            text.level++;
            text.levels.push(1);
          }
          console.log(name, before, await promise);
        }
      `,
      "live.mjs": `
        export let count = 1;
        export const raise = () => { count++; };
      `,
      "render.cjs": `
        "use strict";
        const text = require("./text.cjs");
        const only = () => text;
        exports.render = async (n) => { await null; return only().level + n; };
        exports.table = async (n) => { await null; return text.levels.length + n; };
      `,
      "text.cjs": `exports.level = 1; exports.levels = [1]; exports.render = () => 1;`,
    },
    refuses: Object.fromEntries(
      ["nested", "expression", "space", "rendered", "looked"].map((name) => [
        `functions.${name}`,
        /after it has waited|cannot see into/,
      ]),
    ),
    after: [{ label: "all of it changes meanwhile", args: ["change"] }],
  }),

  program("async functions whose waits leave nothing open", {
    files: {
      "main.mjs": `
        import { LIMIT, NAMES } from "./constants.mjs";
        import { burn } from "./burn.mjs";
        const table = { a: 1, b: 2 };
        const frozen = Object.freeze({ scale: 3, list: Object.freeze([1]) });
        const step = async (n) => burn(n) % 10;
        const helper = (n) => n * LIMIT + table.a;
        const functions = {
          async primitive(n, text) { const first = await step(n); return first + text.length + helper(first); },
          async early({ n, list }) { const sum = n + list.length; await null; return sum + (burn(1) % 10); },
          async picked({ n, name = "x" }) { await null; return name + n + (burn(1) % 10); },
          async constants(n) { await null; return (burn(n) % 10) + frozen.scale + frozen.list[0] + NAMES.length + table.b; },
          async tail(box) { return step(box.n); },
          async looped(n) { let sum = 0; for (let i = 0; i < n; i++) sum += await step(i); return sum; },
          async frozenArgument(box) { await null; return box.n + (burn(1) % 10); },
          async mapped(n) { return Promise.all([n, n + 1].map(async (i) => (await step(i)) + i)); },
          async caught(n) { try { await Promise.reject(new Error("x" + n)); return 0; } catch (error) { return error.message + (burn(n) % 10); } },
        };
        const given = { early: { n: 1, list: [1, 2] }, picked: { n: 1 }, tail: { n: 2 }, frozenArgument: Object.freeze({ n: 4 }) };
        for (const [name, fn] of Object.entries(functions)) console.log(name, await fn(given[name] ?? 2, "text"));
      `,
      "constants.mjs": `
        export const LIMIT = 5;
        export const NAMES = "a,b";
      `,
    },
    memo: Object.fromEntries(
      ["primitive", "early", "picked", "constants", "tail", "looped", "frozenArgument", "mapped", "caught"].map(
        (name) => [`functions.${name}`, 1],
      ),
    ),
  }),

  program("an async method that reads its object after a wait", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Page {
          constructor(k) { this.k = k; }
          async late(n) { await null; return (burn(n) % 10) * this.k; }
          async early(n) { const { k } = this; await null; return (burn(n) % 10) * k; }
          async none(n) { await null; return burn(n) % 10; }
        }
        const page = new Page(2);
        const before = [await page.late(1), await page.early(1), await page.none(1)];
        const promises = [page.late(1), page.early(1), page.none(1)];
        page.k = 5;
        console.log(before, await Promise.all(promises));
      `,
    },
    refuses: { "Page.late": /`this`/ },
  }),

  program("a package that is vouched for and waited for", {
    files: {
      "package.json": `{ "type": "module" }`,
      "assumePure.json": `{ "assumePure": ["minifier"] }`,
      "main.mjs": `
        import { minify } from "minifier";
        import { burn } from "./burn.mjs";
        const options = { level: 2, list: [1] };
        async function build(name, code, more) {
          const result = await minify(code, { ...options, ...more });
          const { text } = await minify(result.text, options);
          return { name, text, before: code.length, after: text.length, sum: burn(1) % 10 };
        }
        console.log(await build("a", "some code", { level: 3 }), await build("a", "some code", { level: 3 }));
      `,
      "node_modules/minifier/package.json": `{ "name": "minifier", "version": "1.0.0", "type": "module", "exports": "./index.js" }`,
      "node_modules/minifier/index.js": `
        export async function minify(code, options) {
          await null;
          return { text: code.replaceAll(" ", "") + options.level };
        }
      `,
    },
    refuses: { build: /state, `options`/ },
  }),

  program("a package that is vouched for and waited for once", {
    files: {
      "package.json": `{ "type": "module" }`,
      "assumePure.json": `{ "assumePure": ["minifier"] }`,
      "main.mjs": `
        import { minify } from "minifier";
        import { burn } from "./burn.mjs";
        const options = { level: 2, list: [1] };
        async function build(name, code) {
          const result = await minify(code, { ...options, name });
          return { name, text: result.text, before: code.length, sum: burn(1) % 10 };
        }
        console.log(await build("a", "some code"), await build("a", "some code"));
      `,
      "node_modules/minifier/package.json": `{ "name": "minifier", "version": "1.0.0", "type": "module", "exports": "./index.js" }`,
      "node_modules/minifier/index.js": `
        export async function minify(code, options) {
          await null;
          return { text: code.replaceAll(" ", "") + options.level };
        }
      `,
    },
    cold: { misses: { build: 1 }, hits: { build: 1 } },
    warm: { hits: { build: 2 } },
  }),
  program("functions as values that are called after a wait", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { Config, shape, counter, fixed } from "./state.mjs";
        const tell = (box) => [...new Set([box.n])].join();
        const functions = {
          async called(fn) { await null; return (burn(1) % 10) + fn(); },
          async passed(fn) { return Promise.resolve(burn(1) % 10).then(fn); },
          async counted() { await null; return (burn(1) % 10) + counter.read(); },
          async still(fn) { await null; return (burn(1) % 10) + fn(); },
          async early(fn) { const n = fn(); await null; return (burn(1) % 10) + n; },
          async fixed() { await null; return (burn(1) % 10) + fixed(); },
          async bound(fn) { await null; return (burn(1) % 10) + fn(); },
          async boundStill(fn) { await null; return (burn(1) % 10) + fn(); },
          async statics() { await null; return (burn(1) % 10) + Config.level; },
          async method() { await null; return (burn(1) % 10) + shape.area(); },
          async instance(page) { return (burn(1) % 10) + (await page.load()); },
          async swapped(fn) { await null; return (burn(1) % 10) + fn(); },
        };
        class Page {
          constructor(n) { this.n = n; }
          async load() { await null; return this.n; }
        }
        const moving = () => { let n = 1; return { read: () => n, move: () => n++ }; };
        const holding = () => { const box = { n: 1 }; return { read: () => tell(box), move: () => box.n++ }; };
        const swapping = () => { let fn = () => 1; return { read: () => fn(), move: () => { fn = () => 2; } }; };
        const nothing = () => {};
        const one = moving(), two = moving(), three = moving(), four = holding(), five = swapping();
        const box = { n: 1 }, page = new Page(1);
        const still = ((n) => () => n)(4);
        function ofThis() { return this.n; }
        const cases = {
          called: [one.read, one.move],
          passed: [two.read, two.move],
          counted: [undefined, counter.move],
          still: [still, nothing],
          early: [three.read, three.move],
          fixed: [undefined, nothing],
          bound: [ofThis.bind(box), () => box.n++],
          boundStill: [((n) => n).bind(null, 4), nothing],
          statics: [undefined, () => Config.level++],
          method: [undefined, () => shape.width++],
          instance: [page, () => page.n++],
          swapped: [five.read, five.move],
        };
        for (const [name, [given, move]] of Object.entries(cases)) {
          const fn = functions[name];
          const before = await fn(given);
          const promise = fn(given);
          move();
          console.log(name, before, await promise);
        }
        const { called } = functions;
        const kept = await called(four.read);
        const promise = called(four.read);
        four.move();
        console.log(kept, await promise);
      `,
      "state.mjs": `
        export class Config { static level = 1; }
        export const shape = { width: 2, area() { return this.width * 2; } };
        export const counter = (() => { let n = 1; return { read: () => n, move: () => n++ }; })();
        export const fixed = ((n) => () => n)(4);
      `,
    },
    // What is given a function may leave its promise alone, so it is kept a turn of the event loop later.
    cold: { misses: { "functions.still": 2, "functions.fixed": 1, "functions.boundStill": 2 } },
    warm: { hits: { "functions.still": 2, "functions.fixed": 2, "functions.boundStill": 2 } },
    refuses: {
      "functions.called": /argument 1/,
      "functions.passed": /argument 1/,
      "functions.early": /argument 1/,
      "functions.counted": /state/,
      "functions.bound": /argument 1/,
      "functions.statics": /state/,
      "functions.method": /state/,
      "functions.instance": /argument|given/,
      "functions.swapped": /argument 1/,
    },
  }),

  program("concurrent calls of an async function that reads a closure", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const make = () => { let n = 1; return { read: () => n, move: (m) => { n = m; } }; };
        const { read, move } = make();
        async function work(k) { const n = read() + 0; await null; return (burn(k) % 1000) + n; }
        const one = work(1);
        move(5);
        const two = work(1);
        move(1);
        console.log(await Promise.all([one, two, work(1)]));
      `,
    },
    cold: { misses: { work: 3 } },
    warm: { hits: { work: 2 }, misses: { work: 1 } },
  }),

  program("promises that nobody waits for any more change a result", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { helper, later } from "./later.mjs";
        async function late(into) { for (let i = 0; i < 20; i++) await null; into.x = 1; }
        async function fails() { throw new Error("no"); }
        async function race(n) { const result = { n: burn(n) % 10 }; await Promise.race([late(result), null]); return result; }
        async function all(n) { const result = { n: burn(n) % 10 }; try { await Promise.all([late(result), fails()]); } catch {} return result; }
        async function some(n) { const result = { n: burn(n) % 10 }; await (late(result) && null); return result; }
        async function kept(n) { const result = { n: burn(n) % 10 }; const promise = later(result); await null; return result; }
        async function method(n) { const result = { n: burn(n) % 10 }; helper.later(result); return result; }
        async function asked(n) { const result = { n: burn(n) % 10 }; if (later(result)) await null; return result; }
        async function member(n) { const result = { n: burn(n) % 10 }; await late(result).x; return result; }
        async function listed(n) { const result = { n: burn(n) % 10 }; await [late(result)]; return result; }
        async function given(n, begin) { const result = { n: burn(n) % 10 }; [result].map(begin); return result; }
        const results = [await race(1), await all(1), await some(1), await kept(1), await method(1), await asked(1), await member(1), await listed(1), await given(1, later)];
        await new Promise((resolve) => setTimeout(resolve, 10));
        console.log(results);
      `,
      "later.mjs": `
        export async function later(into) { for (let i = 0; i < 20; i++) await null; into.x = 1; }
        export const helper = { later };
      `,
    },
    refuses: {
      race: /changes its result/,
      all: /changes its result/,
      some: /changes its result|nobody waits for/,
      kept: /changes its result|nobody waits for/,
      method: /changes its result|nobody waits for/,
      asked: /changes its result|nobody waits for/,
      member: /changes its result|nobody waits for/,
      listed: /changes its result|nobody waits for/,
      given: /changes its result|nobody waits for/,
    },
  }),

  program("generators that only stop for the function that asks them", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const state = { scale: 2, steps: [] };
        function* numbers(n) {
          for (let i = 0; i < n; i++) yield i * state.scale;
        }
        async function steps(n) {
          let sum = burn(n) % 10;
          for (const one of numbers(n)) sum += one;
          return sum;
        }
        async function waits(n) {
          let sum = burn(n) % 10;
          for (const one of numbers(n)) { sum += one; await null; }
          return sum;
        }
        async function follows(n) {
          burn(n);
          return Array.fromAsync ? (await Array.fromAsync(numbers(n))).length : n;
        }
        console.log(await steps(3));
        const two = [waits(3), follows(3)];
        state.scale = 5;
        console.log(await Promise.all(two), await steps(3));
        state.scale = 2;
      `,
    },
    memo: { steps: 2 },
    refuses: { waits: /after it has waited/, follows: /after it has waited/ },
  }),

  program("promises that are rejected, and that nobody waits for", {
    files: {
      "data.txt": "some text",
      "main.mjs": `
        import { readFile } from "node:fs/promises";
        import { burn } from "./burn.mjs";
        const turns = async (n) => { for (let i = 0; i < n; i++) await null; };
        async function inner(n) { await null; if (n > 0) throw new TypeError("inner " + burn(n) % 10); return n; }
        async function now(n) { if (n > 0) throw new TypeError("now " + burn(n) % 10); return n; }
        async function far(n) { await turns(9); if (n > 0) throw new TypeError("far " + burn(n) % 10); return n; }
        async function drops(n) { inner(n); await null; return burn(n) % 10; }
        async function dropsNow(n) { now(n); return burn(n) % 10; }
        async function dropsFar(n) { far(n); return burn(n) % 10; }
        function dropsSync(n) { inner(n); return burn(n) % 10; }
        function rejects(n) { Promise.reject(new Error("rejects " + burn(n) % 10)); return burn(n) % 10; }
        async function dropsThen(n) { inner(n).then(() => 1); await null; return burn(n) % 10; }
        async function dropsFinally(n) { const p = inner(n); p.finally(() => {}); try { return await p; } catch ({ message }) { return message; } }
        async function dropsDeep(n) { return (await drops(n)) + dropsSync(n); }
        async function readsAndDrops(n) {
          const p = inner(n);
          const text = await readFile("data.txt", "utf8");
          try { return await p; } catch ({ message }) { return message + text.length + burn(n) % 10; }
        }
        async function handled(n) { try { await inner(n); } catch ({ message }) { return message + burn(n) % 10; } }
        async function handledLate(n) { const p = inner(n); await turns(3); try { await p; } catch ({ message }) { return message + burn(n) % 10; } }
        async function all(n) { try { return await Promise.all([inner(n), now(n), inner(n)]); } catch ({ message }) { return message + burn(n) % 10; } }
        async function any(n) { return Promise.any([inner(n), turns(2).then(() => burn(n) % 10), far(n)]); }
        async function raced(n) { return Promise.race([turns(0).then(() => burn(n) % 10), far(n)]); }
        async function settled(n) { return (await Promise.allSettled([inner(n), far(n)])).map(({ reason }) => reason.message + burn(n) % 10); }
        async function chained(n) { return inner(n).catch(({ message }) => message).then((m) => m + burn(n) % 10).finally(() => 1); }
        async function adopted(n) { try { return await new Promise((resolve) => resolve(inner(n))); } catch ({ message }) { return message + burn(n) % 10; } }
        async function looped(n) {
          async function* items() { yield n; await inner(n); }
          try { for await (const m of items()) await m; } catch ({ message }) { return message + burn(n) % 10; }
        }
        async function readsFine(n) {
          const text = await readFile("data.txt", "utf8");
          try { return await far(n); } catch ({ message }) { return message + text.length + burn(n) % 10; }
        }
        const log = [];
        process.on("unhandledRejection", ({ message }) => log.push("unhandled " + message));
        process.on("rejectionHandled", () => log.push("handled late"));
        for (const fn of [drops, dropsNow, dropsFar, dropsSync, rejects, dropsThen, dropsFinally, dropsDeep, readsAndDrops,
          handled, handledLate, all, any, raced, settled, chained, adopted, looped, readsFine]) {
          for (const n of [1, 1, 2]) {
            log.push(fn.name + "=" + (await fn(n)));
            await new Promise(setImmediate);
          }
        }
        console.log(log.join(", "));
      `,
    },
    warm: {
      hits: {
        handled: 3,
        handledLate: 3,
        all: 3,
        any: 3,
        raced: 3,
        settled: 3,
        chained: 3,
        adopted: 3,
        looped: 3,
        readsFine: 3,
      },
    },
    refuses: Object.fromEntries(
      "drops dropsNow dropsFar dropsSync rejects dropsThen dropsFinally dropsDeep readsAndDrops"
        .split(" ")
        .map((name) => [name, /nobody waits for|process\.emit/]),
    ),
  }),

  program("a promise that is rejected, and that nobody waits for, ends the program in each run", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function inner(n) { await null; throw new TypeError("inner " + burn(n) % 10); }
        async function drops(n) { inner(n); await null; return burn(n) % 10; }
        async function fine(n) { await null; return burn(n) % 10; }
        console.log(await fine(1), await drops(1));
        await new Promise(setImmediate);
        console.log("never");
      `,
    },
    refuses: { drops: /nobody waits for/ },
  }),

  program("what promises are settled with is not looked into", {
    files: {
      "data.txt": "some text",
      "main.mjs": `
        import { readFile } from "node:fs/promises";
        import { burn } from "./burn.mjs";
        class Tagged {
          get [Symbol.toStringTag]() { console.log("the tag is read"); return "tag"; }
        }
        class Failure extends Error {
          get stack() { console.log("the stack is read"); return "stack"; }
        }
        const waits = async () => { for (let i = 0; i < 5; i++) await null; };
        async function drops(n) { Promise.resolve(n).then(() => new Tagged()); await waits(); return burn(n) % 10; }
        async function catches(n) {
          const failed = Promise.resolve(n).then(() => { throw new Failure("x"); });
          failed.catch(() => new Tagged());
          await waits();
          return burn(n) % 10;
        }
        async function all(n) {
          const list = [Promise.resolve(new Tagged()), Promise.reject(new Failure("x")).catch((error) => error)];
          return (await Promise.all(list)).length + burn(n) % 10;
        }
        async function returns(n) { await null; burn(n); return new Tagged(); }
        const load = async (name) => ({ text: await readFile(name, "utf8"), tagged: new Tagged() });
        async function late(n) {
          const jobs = [1, 2, 3].map(() => load("data.txt"));
          const texts = [];
          for (const job of jobs) texts.push((await job).text);
          return texts.join() + burn(n) % 10;
        }
        for (const fn of [drops, catches, all, late]) {
          for (const n of [1, 1, 2]) {
            console.log(fn.name, await fn(n));
            await new Promise(setImmediate);
          }
        }
        const [one, other] = await Promise.all([returns(1), returns(1)]);
        console.log(one instanceof Tagged, one === other);
      `,
    },
    warm: { hits: { all: 3, late: 3 } },
    refuses: { drops: /nobody waits for/, catches: /nobody waits for/ },
  }),

  program("promises that are fulfilled, and that nobody waits for", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function mutex(n) {
          let locked = Promise.resolve();
          const run = async (step) => {
            const before = locked;
            let release;
            locked = new Promise((resolve) => { release = resolve; });
            await before;
            try { return await step(); } finally { release(); }
          };
          return await Promise.all([run(async () => burn(n) % 10), run(async () => burn(n + 1) % 10)]);
        }
        async function limited(n) {
          const queue = [];
          let active = 0;
          const run = async (step, resolve, value) => {
            active++;
            const result = (async () => step(value))();
            resolve(result);
            try { await result; } catch {}
            active--;
            if (queue.length > 0) queue.shift()();
          };
          const enqueue = (step, resolve, value) => {
            queue.push(() => run(step, resolve, value));
            (async () => {
              await Promise.resolve();
              if (active < 2 && queue.length > 0) queue.shift()();
            })();
          };
          const limit = (step, value) => new Promise((resolve) => { enqueue(step, resolve, value); });
          return Promise.all([1, 2, 3].map((m) => limit(async (value) => value + burn(n) % 10, m)));
        }
        async function inner(n) { if (n > 1) throw new Error("inner " + burn(n) % 10); return n; }
        async function drops(n) { inner(n); await null; return burn(n) % 10; }
        process.on("unhandledRejection", ({ message }) => console.log("unhandled", message));
        for (const fn of [mutex, limited, drops]) {
          for (const n of [1, 1, 2]) {
            console.log(fn.name, JSON.stringify(await fn(n)));
            await new Promise(setImmediate);
          }
        }
      `,
    },
    warm: { hits: { mutex: 3, limited: 3, drops: 2 } },
  }),
];
