/** Modules that load late, early, twice, in circles, or not at all. */
import { program } from "../program.ts";

const replace = (from: string, to: string) => (before: string) => before.replace(from, to);

const major = Number.parseInt(process.versions.node, 10);

/** Prints what it is given. */
const IMPORTED = `
        const { burn } = require("./burn.cjs");
        const Module = require("module");
        const keys = Object.keys(require).join();
        exports.f = function NAME(n) { return burn(n); };
        console.log("NAME", keys, typeof require.cache, typeof require.extensions, typeof require.resolve.paths, typeof require.main);
        console.log(require.cache === Module._cache, __filename in (require.cache ?? {}), module.children.length, module.loaded, module.paths.length > 0);
`;

/** On Node 20, the program's hooks in the thread have the last word: what they change is not cached. */
const esm = process.versions.node.startsWith("20.") ? {} : { esm: 1 };

export const programs = [
  program("what `require` and `module` are to CommonJS that is imported, file after file", {
    files: {
      ...Object.fromEntries(["one", "two", "three"].map((name) => [`${name}.cjs`, IMPORTED.replaceAll("NAME", name)])),
      "main.mjs": `
        import one from "./one.cjs";
        import two from "./two.cjs";
        const { default: three } = await import("./three.cjs");
        console.log(one.f(1), two.f(2), three.f(3));
      `,
    },
    memo: { "one.cjs f": 1, "two.cjs f": 1, "three.cjs f": 1 },
  }),

  program("CommonJS that requires ES modules which import others, file after file", {
    node: 22,
    entry: "main.cjs",
    files: {
      "node_modules/steps/package.json": '{ "type": "module", "exports": "./index.js" }',
      "node_modules/steps/index.js": `
        import { step } from "./step.js";
        export const steps = (n) => step(step(n));
      `,
      "node_modules/steps/step.js": "export const step = (n) => n * 3 + 1;",
      "inner.cjs": `
        const { burn } = require("./burn.cjs");
        const { steps } = require("steps");
        exports.inner = function inner(n) { return burn(n) + steps(n); };
      `,
      "outer.mjs": `
        import { inner } from "./inner.cjs";
        import more from "./more.cjs";
        export const outer = (n) => inner(n) + more.more(n);
      `,
      "more.cjs": `
        const { burn } = require("./burn.cjs");
        const { steps } = require("steps");
        exports.more = function more(n) { return burn(n) + steps(n); };
      `,
      "main.cjs": `
        const { outer } = require("./outer.mjs");
        console.log(outer(1), outer(2));
        import("./inner.cjs").then(({ inner }) => console.log(inner(3)));
      `,
    },
    warm: { hits: { outer: 2, inner: 1 } },
  }),

  program("dynamic imports, their errors and their order", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const log = [];
        async function load(name) { const all = await import(name); return all.value; }
        function work(n) { return burn(n) % 10; }
        log.push(work(1));
        const [one, two] = [await load("./one.mjs"), await load("./two.mjs")];
        log.push(one(1), two(1), work(1));
        for (const name of ["./missing.mjs", "./throws.mjs", "./throws.mjs"]) {
          await load(name).catch((error) => log.push(error.code ?? error.name));
        }
        console.log(log, (await import("./one.mjs")).value === one);
      `,
      "one.mjs": `import { burn } from "./burn.mjs";\nconsole.log("one");\nexport const value = (n) => burn(n) % 100;\n`,
      "two.mjs": `
        import { burn } from "./burn.mjs";
        console.log("two before");
        await null;
        console.log("two after");
        export function value(n) { return (burn(n) % 100) + 1; }
      `,
      "throws.mjs": `console.log("throws");\nthrow new RangeError("while loading");\n`,
    },
    refuses: { load: /imports a module/ },
    warm: { hits: { work: 2 }, misses: { work: 0 } },
  }),

  program("an import cycle with classes, constants and dead zones", {
    files: {
      "main.mjs": `
        import { Derived } from "./derived.mjs";
        import { report } from "./base.mjs";
        console.log(new Derived(2).run(3), report(1));
      `,
      "derived.mjs": `
        import { Base, registry } from "./base.mjs";
        import { burn } from "./burn.mjs";
        export const factor = 3;
        export class Derived extends Base { run(n) { return super.run(n) * factor; } }
        registry.push(Derived.name);
        export function late(n) { return (burn(n) % 10) * factor; }
      `,
      "base.mjs": `
        import { factor, late } from "./derived.mjs";
        import { burn } from "./burn.mjs";
        export const registry = [];
        const attempt = (fn) => { try { return fn(); } catch (error) { return error.name + ": " + error.message; } };
        console.log(attempt(() => factor), attempt(() => late(1)));
        export class Base { constructor(k) { this.k = k; } run(n) { return (burn(n) % 10) * this.k; } }
        export function report(n) { return late(n) + registry.join(); }
      `,
    },
    memo: { "Derived.run": 1, report: 1 },
    after: [
      {
        label: "a constant of the cycle edited",
        edit: { "derived.mjs": replace("= 3", "= 4") },
        misses: { "Derived.run": 1, report: 1 },
      },
    ],
  }),

  program("live bindings that change under a namespace", {
    files: {
      "main.mjs": `
        import * as lib from "./lib.mjs";
        import { level as renamed, up, current } from "./lib.mjs";
        import { burn } from "./burn.mjs";
        function byName(n) { return (burn(n) % 10) + renamed; }
        function bySpace(n) { return (burn(n) % 10) + lib.level; }
        function byKey(n, key) { return (burn(n) % 10) + lib[key]; }
        function byFunction(n) { return current(n) + 1; }
        function byEntries(n) { return (burn(n) % 10) + Object.entries(lib).filter(([, v]) => typeof v === "number").join(); }
        for (let i = 0; i < 2; i++) {
          console.log(byName(1), bySpace(1), byKey(1, "level"), byFunction(1), byEntries(1));
          up();
        }
        console.log(Object.keys(lib), Object.isFrozen(lib), Reflect.getPrototypeOf(lib), lib[Symbol.toStringTag]);
        try { lib.level = 5; } catch (error) { console.log(error.name); }
      `,
      "lib.mjs": `
        import { burn } from "./burn.mjs";
        export let level = 1;
        const one = (n) => burn(n) % 10;
        const two = (n) => burn(n) % 100;
        export let current = one;
        export function up() { level++; current = two; }
      `,
    },
    memo: { byName: 2, bySpace: 2, byFunction: 2 },
  }),

  program("hooks of the program's own that change the text of modules", {
    files: {
      "main.mjs": `
        import { registerHooks } from "node:module";
        import { burn } from "./burn.mjs";
        const seen = [];
        const load = (url, context, next) => {
          const result = next(url, context);
          if (!url.endsWith("/told.mjs")) return result;
          seen.push(String(result.source).length);
          return { ...result, source: String(result.source).replace("ORIGINAL", "CHANGED").replace("% 10", "% 7") };
        };
        const { name: before, work: first } = await import("./told.mjs?before");
        const hooks = registerHooks({ load });
        const { name, work } = await import("./told.mjs");
        hooks.deregister();
        const { name: after, work: last } = await import("./told.mjs?after");
        console.log(seen.join(), before, first(3), name, work(3), after, last(3));
      `,
      "told.mjs": `
        import { burn } from "./burn.mjs";
        export const name = "ORIGINAL";
        export function work(n) { return name + (burn(n) % 10); }
      `,
    },
    node: 22,
    // Two modules have the same text.
    cold: { misses: { work: 2 }, hits: { work: 1 } },
    warm: { misses: { work: 0 }, hits: { work: 3 } },
    after: [
      {
        label: "another hook",
        edit: { "main.mjs": (text) => text.replace('"CHANGED"', '"OTHER"').replace("% 7", "% 9") },
        misses: { work: 1 },
        hits: { work: 2 },
      },
    ],
  }),

  program("hooks of the program's own that change the text of modules in a thread", {
    flags: ["--no-warnings"],
    files: {
      "main.mjs": `
        import { register } from "node:module";
        register("./hooks.mjs", import.meta.url);
        const { name, work } = await import("./told.mjs");
        const { plain } = await import("./plain.mjs");
        console.log(name, work(3), plain(4));
      `,
      "hooks.mjs": `
        export async function load(url, context, next) {
          const result = await next(url, context);
          return url.endsWith("/told.mjs") ? { ...result, source: String(result.source).replace("ORIGINAL", "CHANGED") } : result;
        }
      `,
      "told.mjs": `
        import { burn } from "./burn.mjs";
        export const name = "ORIGINAL";
        export function work(n) { return name + (burn(n) % 10); }
      `,
      "plain.mjs": `
        import { burn } from "./burn.mjs";
        export function plain(n) { return burn(n) % 1000; }
      `,
    },
    memo: { plain: 1 },
    after: [
      {
        label: "another hook",
        edit: { "hooks.mjs": (text) => text.replace('"CHANGED"', '"OTHER"') },
        hits: { plain: 1 },
      },
    ],
  }),

  program("require.cache, require.main and modules that are loaded anew", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        let lib = require("./lib.cjs");
        function work(n) { return lib.scaled(n) + (burn(n) % 10); }
        console.log(work(1), lib.loads());
        delete require.cache[require.resolve("./lib.cjs")];
        globalThis.factor = 5;
        lib = require("./lib.cjs");
        console.log(work(1), lib.loads(), require.main === module, module.children.length, Object.keys(require.cache).filter((file) => !file.endsWith(".node")).map((file) => file.slice(__dirname.length)));
        require.cache[require.resolve("./lib.cjs")].exports = { scaled: () => -1, loads: () => -1 };
        lib = require("./lib.cjs");
        console.log(work(1), lib.loads());
      `,
      "lib.cjs": `
        const { burn } = require("./burn.cjs");
        globalThis.count = (globalThis.count ?? 0) + 1;
        const factor = globalThis.factor ?? 2;
        exports.scaled = (n) => (burn(n) % 100) * factor;
        exports.loads = () => globalThis.count;
      `,
    },
    // Of two modules with the same text, functions are found by where they stand. From Node 22 on, V8 compiles such a text once.
    warm: { hits: { work: major < 22 ? 3 : 1 } },
  }),

  program("JSON modules by import, require and createRequire, changed in memory", {
    flags: ["--disable-warning=ExperimentalWarning"],
    files: {
      "main.mjs": `
        import { createRequire } from "node:module";
        import config from "./config.json" with { type: "json" };
        import { burn } from "./burn.mjs";
        const require = createRequire(import.meta.url);
        const other = require("./config.json");
        function imported(n) { return (burn(n) % 10) * config.scale; }
        function required(n) { return (burn(n) % 10) * other.scale; }
        console.log(imported(1), required(1), config === other);
        config.scale = 7;
        console.log(imported(1), required(1));
        other.scale = 9;
        console.log(imported(1), required(1));
        config.scale = 2;
        console.log(imported(1));
      `,
      "config.json": `{ "scale": 2 }`,
    },
    warm: { hits: { imported: 4, required: 3 } },
  }),

  program("top-level await in a cycle of modules, and a hashbang", {
    files: {
      "main.mjs": `#!/usr/bin/env node
import { first } from "./first.mjs";
import { second } from "./second.mjs";
console.log(first(1), second(1));
`,
      "first.mjs": `
        import { second } from "./second.mjs";
        import { burn } from "./burn.mjs";
        const scale = await new Promise((resolve) => setTimeout(resolve, 1, 3));
        export function first(n) { return n === 0 ? 0 : (burn(n) % 10) * scale + second(n - 1); }
      `,
      "second.mjs": `
        import { first } from "./first.mjs";
        import { burn } from "./burn.mjs";
        export const attempt = (() => { try { return first(0); } catch (error) { return error.name; } })();
        console.log(attempt);
        export function second(n) { return n === 0 ? 1 : (burn(n) % 10) + first(n - 1); }
      `,
    },
    memo: { first: 1, second: 1 },
    cold: { misses: { second: 2 }, hits: {} },
    warm: { hits: { first: 1, second: 1 } },
  }),

  program("a data URL, a query and a fragment", {
    files: {
      "main.mjs": `
        import { work as one } from "./lib.mjs";
        import { work as two } from "./lib.mjs?x=1#y";
        const { work: three } = await import("data:text/javascript," + encodeURIComponent("export const work = (n) => { let s = 0; for (let i = 0; i < 9; i++) s += n; return s }"));
        console.log(one(1), two(1), three(1), one === two, one.name, import.meta.filename === undefined || typeof import.meta.filename);
      `,
      "lib.mjs": `
        import { burn } from "./burn.mjs";
        const name = new URL(import.meta.url).search;
        export const work = (n) => (burn(n) % 1000) + name;
      `,
    },
    // A data URL is no file: its module stays as it is.
    cold: { misses: { work: 2 } },
    warm: { hits: { work: 2 } },
  }),

  program("a package with conditions, a self-reference and an internal import", {
    files: {
      "package.json": `{ "name": "self", "type": "module", "exports": { ".": "./index.js" }, "imports": { "#inner": "./inner.js" } }`,
      "main.mjs": `
        import { inner } from "#inner";
        import { outer } from "self";
        import both from "dual";
        import { createRequire } from "node:module";
        const required = createRequire(import.meta.url)("dual");
        function work(n) { return inner(n) + outer(n) + both.kind(n) + required.kind(n); }
        console.log(work(1), both === required);
      `,
      "index.js": `import { burn } from "./burn.mjs";\nexport const outer = (n) => burn(n) % 10;\n`,
      "inner.js": `import { burn } from "./burn.mjs";\nexport const inner = (n) => burn(n) % 100;\n`,
      "node_modules/dual/package.json": `{ "name": "dual", "version": "1.0.0", "exports": { "import": "./index.mjs", "require": "./index.cjs" } }`,
      "node_modules/dual/index.mjs": `const kind = (n) => "esm" + n;\nexport default { kind };\n`,
      "node_modules/dual/index.cjs": `exports.kind = (n) => "cjs" + n;\n`,
    },
    cold: { hits: { work: 0 } },
    after: [
      {
        label: "the required half edited",
        edit: { "node_modules/dual/index.cjs": replace("cjs", "CJS") },
        hits: { work: 0 },
      },
      { label: "the inner import edited", edit: { "inner.js": replace("100", "1000") }, hits: { work: 0 } },
    ],
  }),

  program("module.exports that change while the program runs", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const lib = require("./lib.cjs");
        const { one } = lib;
        function first(n) { return one(n) + 1; }
        function second(n) { return lib.one(n) + 1; }
        console.log(first(1), second(1));
        lib.swap();
        console.log(first(1), second(1), require("./lib.cjs").one === one);
        Object.defineProperty(lib, "one", { get: () => () => ++lib.reads, configurable: true });
        console.log(first(1), second(1), second(1), lib.reads);
        delete lib.one;
        try { console.log(second(1)); } catch (error) { console.log(error.name); }
      `,
      "lib.cjs": `
        const { burn } = require("./burn.cjs");
        exports.reads = 0;
        exports.one = function one(n) { return burn(n) % 10; };
        exports.swap = () => { exports.one = two; };
        function two(n) { return burn(n) % 100; }
      `,
    },
    cold: { misses: { first: 1 }, hits: { first: 2 } },
    warm: { hits: { first: 3 } },
  }),

  // With hooks in a thread, CommonJS that is imported has no source for those in this one; and that thread loads what
  // `--require` names, too.
  ...(["--import", "--require"] as const).map((via) =>
    program(`hooks of the program's own in a thread, dumbo by ${via}`, {
      via,
      flags: ["--no-warnings"],
      files: {
        "hooks.mjs": `
          export async function load(url, context, next) {
            const result = await next(url, context);
            if (!url.endsWith("/esm.mjs")) return result;
            return { ...result, source: String(result.source).replace("+ 1", "+ 2") };
          }
        `,
        "common.cjs": `
          const { burn } = require("./burn.cjs");
          const inner = require("./inner.cjs");
          function work(n) { return burn(n) + 1; }
          module.exports = { work, inner };
          console.log(Object.keys(require).join(), require.cache[__filename] === module, module.children.length, module.parent);
          console.log(module.id === __filename, require.main === module, Object.keys(require("module").prototype).includes("_compile"));
        `,
        "inner.cjs": `
          const { burn } = require("./burn.cjs");
          exports.deep = function deep(n) { return burn(n) + 3; };
          exports.from = module.parent.filename === require.resolve("./common.cjs");
        `,
        "esm.mjs": `
          import { burn } from "./burn.mjs";
          export function esm(n) { return burn(n) + 1; }
        `,
        "main.mjs": `
          import { register } from "node:module";
          register("./hooks.mjs", import.meta.url);
          const { default: { work, inner } } = await import("./common.cjs");
          const { esm } = await import("./esm.mjs");
          console.log(work(1), inner.deep(1), inner.from, esm(1));
        `,
      },
      memo: { work: 1, deep: 1, ...esm },
      after: [
        {
          label: "edited",
          edit: { "common.cjs": (before) => before.replace("+ 1", "+ 5") },
          misses: { work: 1, deep: 0 },
          hits: { deep: 1, ...esm },
        },
      ],
    }),
  ),

  program("built-in modules that are required after the first calls", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        let qs;
        function tests(n) { return [burn(n), typeof path, path ? path.sep : "early"].join(); }
        function catches(n) {
          try { return burn(n) + util.isDeepStrictEqual([n], [n]); } catch { return "early"; }
        }
        function inDeadZone(n) {
          try { return burn(n) + posix.join("a", "b"); } catch (error) { return error.name; }
        }
        function late(n) { return burn(n) + (qs === undefined ? "early" : qs.escape("a b")); }
        console.log(tests(1), catches(1), inDeadZone(1), late(1));
        var path = require("path");
        var util = require("util"), other = util;
        const { posix } = require("path");
        qs = require("querystring");
        console.log(tests(1), catches(1), inDeadZone(1), late(1));
        console.log(other === util);
      `,
    },
    memo: { tests: 1, catches: 1, inDeadZone: 1, late: 1 },
  }),

  program("names that a module gives to members of built-in modules", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const shapes = require("./shapes.cjs");
        for (const n of [1, 2]) {
          console.log(shapes.checked(n), shapes.shown(n), shapes.scripted(n), shapes.joined(n), shapes.warned(n), shapes.circle(n));
        }
        console.log(shapes.formatted(1), shapes.changing(1));
      `,
      // What is not run must not forbid anything, whatever name it has.
      "shapes.cjs": `
        (function () {
          var burn, vm, join, deprecate, path, a, b, util = require("util"), format = util.format, again = format;
          const { debuglog, types: { isDate } } = util;
          let changed = util.format;
          ({ burn } = require("./burn.cjs"));
          vm = require("vm"), path = require("path");
          join = path.join;
          ({ deprecate } = require("util"));
          a = b; b = a;
          exports.checked = function checked(n) { if (n < 0) throw new Error(again("%d", n)); return burn(n); };
          exports.shown = function shown(n) { if (n < 0) debuglog("a")("b"); return burn(n) + isDate(n); };
          exports.scripted = function scripted(n) { if (n < 0) return new vm.Script("1"); return burn(n); };
          exports.joined = function joined(n) { return join("a", String(burn(n))); };
          exports.warned = function warned(n) { return n < 0 ? deprecate(burn, "") : burn(n); };
          exports.circle = function circle(n) { return burn(n) + typeof a + typeof b; };
          exports.formatted = function formatted(n) { return format("%d", burn(n)); };
          exports.changing = function changing(n) { if (n < 0) changed(n); return burn(n); };
          if (process.argv.length > 99) changed = burn;
        }).call(this);
      `,
    },
    memo: { checked: 2, shown: 2, scripted: 2, joined: 2, warned: 2, circle: 2 },
    refuses: { formatted: /util\.format/, changing: /changed/ },
  }),
];
