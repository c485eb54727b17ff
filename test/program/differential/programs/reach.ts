/** What a function reaches, shape by shape: an edit within reach has to miss, one out of reach has to hit. */
import type { Definition, Edit, Step } from "../program.ts";
import { program } from "../program.ts";

const replace = (from: string, to: string) => (before: string) => before.replace(from, to);
const MAIN_CJS = `
  const { burn } = require("./burn.cjs");
  const lib = require("./lib.cjs");
  function work(n) { return lib.go(burn(n) % 1000); }
  console.log(work(1));
`;
const UNRELATED = "2 + 3";

/** A program whose `work` misses after each edit within reach and hits after one that puts something in `UNRELATED`'s place. */
function reaching(
  name: string,
  files: Readonly<Record<string, string>>,
  within: Readonly<Record<string, Edit>>,
  more: Partial<Definition> = {},
) {
  const steps: Step[] = Object.entries(within).map(([label, edit]) => ({ label, edit, misses: { work: 1 } }));
  const far = Object.entries(files).filter(([, text]) => text.includes(UNRELATED));
  const outside = Object.fromEntries(far.map(([path]) => [path, replace(UNRELATED, "2 + 4")]));
  return program(name, {
    entry: "main.mjs" in files ? "main.mjs" : "main.cjs",
    memo: { work: 1 },
    ...more,
    files,
    after: [
      ...steps,
      ...(far.length > 0 ? [{ label: "out of reach", edit: outside, hits: { work: 1 }, misses: { work: 0 } }] : []),
    ],
  });
}

const MAIN = `
  import { burn } from "./burn.mjs";
  import { go } from "./lib.mjs";
  function work(n) { return go(burn(n) % 1000); }
  console.log(work(1));
`;
const scaled = (edit: string) => ({ [edit]: replace("n * 2", "n * 3") });

export const programs = [
  program("getters of typed arrays, taken from their descriptors", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const getterOf = (key) => Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), key).get;
        const [type, length, place] = [Symbol.toStringTag, "length", "byteOffset"].map(getterOf);
        const isBytes = (value) => type.call(value) === "Uint8Array";
        function kind(value) { return [burn(1), type.call(value), isBytes(value)].join(); }
        function size(value) { return burn(2) + length.call(value); }
        function at(value) { return burn(3) + place.call(value); }
        const memory = new ArrayBuffer(16);
        console.log(kind(new Uint8Array(2)), kind(new Float64Array(2)), kind([1, 2]), kind("text"));
        console.log(size(new Uint8Array(2)), size(new Uint8Array(3)), at(new Uint8Array(memory, 8)), at(new Uint8Array(memory)));
      `,
    },
    memo: { kind: 4, size: 2, at: 2 },
  }),

  program("members that are called like classes of Node's", {
    files: {
      "main.mjs": `
        import { StringDecoder } from "node:string_decoder";
        import url from "node:url";
        import { burn } from "./burn.mjs";
        const tokens = { Url: { k: 31 }, StringDecoder: { k: 32 } };
        function named(n, types) { return burn(n) + types.Url.k + types.StringDecoder.k; }
        function nested(n, types) { return burn(n) + Object.keys(types.Url.prototype).length + String(types.StringDecoder.prototype.write.k); }
        if (process.argv[2] === "1") { url.Url.k = 1; StringDecoder.prototype.write.k = 2; url.Url.prototype.more = 3; }
        console.log(named(1, tokens), named(2, { Url: url.Url, StringDecoder }), nested(3, { Url: url.Url, StringDecoder }));
      `,
    },
    args: ["0"],
    memo: { named: 2, nested: 1 },
    after: [
      { label: "with something on them", args: ["1"] },
      { label: "without it", hits: { named: 2, nested: 1 } },
    ],
  }),

  reaching(
    "re-exports under other names",
    {
      "main.mjs": MAIN,
      "lib.mjs": `
        export { inner as go, other } from "./middle.mjs";
      `,
      "middle.mjs": `
        export { a as inner, b as other } from "./end.mjs";
        export const unrelated = () => ${UNRELATED};
      `,
      "end.mjs": `
        export const a = (n) => n * 2;
        export const b = (n) => n + 9;
      `,
    },
    {
      "the end of the chain": scaled("end.mjs"),
      "another one under the name": { "middle.mjs": replace("a as inner, b as other", "b as inner, a as other") },
    },
  ),

  reaching(
    "export *, and a local export before it",
    {
      "main.mjs": MAIN,
      "lib.mjs": `
        export * from "./one.mjs";
        export * from "./two.mjs";
      `,
      "one.mjs": `
        export const go = (n) => helper(n) + 1;
        const helper = (n) => n * 2;
        export const unrelated = () => ${UNRELATED};
      `,
      "two.mjs": "export const other = 1;\n",
    },
    {
      "a helper": scaled("one.mjs"),
      "a local export in its place": {
        "lib.mjs": (text) => `${text}export const go = (n) => n * 7;\n`,
      },
    },
  ),

  reaching(
    "a namespace, called into and handed on",
    {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import * as ns from "./lib.mjs";
        function work(n) { return ns.go(burn(n) % 1000); }
        function whole(all, n) { return all.go(burn(n) % 1000) + all.level; }
        console.log(work(1), whole(ns, 1));
      `,
      "lib.mjs": `
        export const go = (n) => n * 2;
        export let level = 1;
        export const unrelated = (n) => ${UNRELATED};
      `,
    },
    { "what is called": scaled("lib.mjs") },
    { memo: { work: 1, whole: 1 } },
  ),

  reaching(
    "default exports: named, anonymous, an arrow, an expression, a class",
    {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import named from "./named.mjs";
        import anonymous from "./anonymous.mjs";
        import arrow from "./arrow.mjs";
        import table from "./table.mjs";
        import Shape from "./shape.mjs";
        import { default as bound } from "./expression.mjs";
        function work(n) {
          const m = burn(n) % 1000;
          return [named(m), anonymous(m), arrow(m), table.go(m), new Shape(m).go(), bound(m)].join();
        }
        console.log(work(1));
      `,
      "named.mjs": `export default function go(n) { return n * 2; }\nexport const unrelated = () => ${UNRELATED};\n`,
      "anonymous.mjs": "export default function (n) { return n * 2; }\n",
      "arrow.mjs": "const by = 1;\nexport default (n) => n * 2 + by;\n",
      "table.mjs": "export default { go: (n) => n * 2 };\n",
      "shape.mjs":
        "export default class { constructor(n) { this.n = n; } go() { const { n } = this; return n * 2; } }\n",
      "expression.mjs": `
        const make = (by) => (n) => n * 2 + by;
        export default make(4);
      `,
    },
    Object.fromEntries(
      ["named", "anonymous", "arrow", "table", "shape", "expression"].map((name) => [name, scaled(`${name}.mjs`)]),
    ),
  ),

  ...(
    [
      [
        "an object literal",
        "const helper = (n) => n * 2; module.exports = { go: (n) => helper(n), other: () => 2 + 3 };",
      ],
      [
        "a shorthand",
        "function go(n) { return n * 2; } function other() { return 2 + 3; } module.exports = { go, other };",
      ],
      [
        "a function with properties",
        "module.exports = function (n) { return n; }; module.exports.go = (n) => n * 2; module.exports.other = () => 2 + 3;",
      ],
      [
        "exports.x =",
        "exports.other = () => 2 + 3; exports.go = function (n) { return helper(n); }; const helper = (n) => n * 2;",
      ],
      ["a chain", "exports = module.exports = { other() { return 2 + 3; } }; exports.go = exports.run = (n) => n * 2;"],
      ["Object.assign", "const other = () => 2 + 3; Object.assign(exports, { go: (n) => n * 2, other });"],
      [
        "a compiled module",
        `"use strict"; Object.defineProperty(exports, "__esModule", { value: true }); exports.go = void 0;
         const go = (n) => n * 2; exports.go = go; exports.other = () => 2 + 3;`,
      ],
      [
        "getters of a bundle",
        `var __export = (target, all) => { for (var name in all) Object.defineProperty(target, name, { get: all[name], enumerable: true }); };
         var lib_exports = {}; __export(lib_exports, { go: () => go, other: () => other });
         module.exports = ((mod) => Object.defineProperty({}, "__esModule", { value: true }))();
         function go(n) { return n * 2; } function other() { return 2 + 3; }
         module.exports.go = go;`,
      ],
      [
        "an IIFE",
        `module.exports = (function () {
          var cache = 1;
          function helper(n) { return n * 2; }
          function other() { return 2 + 3; }
          return { go: function (n) { return helper(n) + cache; } };
        })();`,
      ],
      [
        "UMD",
        `(function (global, factory) {
          typeof exports === "object" && typeof module !== "undefined" ? factory(exports) : (global.lib = {});
        })(this, function (exports) {
          "use strict";
          var Tool = /** @class */ (function () {
            function Tool(by) { this.by = by; }
            Tool.prototype.run = function (n) { return n * 2 + this.by; };
            return Tool;
          }());
          function other() { return 2 + 3; }
          function go(n) { return new Tool(1).run(n); }
          exports.go = go;
        });`,
      ],
      [
        "a class's static",
        "class Tool { static go(n) { return Tool.#by(n); } static #by(n) { return n * 2; } } module.exports = Tool;",
      ],
    ] as const
  ).map(([name, lib]) =>
    reaching(
      `module.exports: ${name}`,
      { "main.cjs": MAIN_CJS, "lib.cjs": `\n        ${lib}\n      ` },
      {
        "what it calls": scaled("lib.cjs"),
      },
    ),
  ),

  reaching(
    "module.exports = require(...), and requires that are destructured",
    {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const { tools: { go, table: [first] }, ...rest } = require("./lib.cjs");
        const late = () => require("./late.cjs");
        function work(n) { return go(burn(n) % 1000) + first + rest.offset; }
        console.log(work(1), late().length);
      `,
      "lib.cjs": `module.exports = require("./real.cjs");\n`,
      "late.cjs": "module.exports = [];\n",
      "real.cjs": `
        exports.tools = { go: (n) => n * 2, table: [1, 2] };
        exports.offset = 4;
        exports.unrelated = () => ${UNRELATED};
      `,
    },
    {
      "what it calls": scaled("real.cjs"),
      "a value": { "real.cjs": replace("[1, 2]", "[3, 2]") },
      "what is left": { "real.cjs": replace("offset = 4", "offset = 5") },
    },
  ),

  reaching(
    "class hierarchies across modules",
    {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { Leaf } from "./leaf.mjs";
        const leaf = new Leaf(2);
        function work(n) { return leaf.go(burn(n) % 1000) + Leaf.unit + leaf.size; }
        console.log(work(1));
      `,
      "leaf.mjs": `
        import Base from "./base.mjs";
        export class Leaf extends Base {
          extra = 1;
          go(n) { return super.go(n) + this.extra; }
          get size() { return this.by + 10; }
        }
        export const unrelated = () => ${UNRELATED};
      `,
      "base.mjs": `
        import { factor } from "./factor.mjs";
        export default class Base {
          static unit = 1;
          static { Base.unit += 1; }
          constructor(by) { this.by = by; }
          go(n) { return n * 2 * this.by * factor(); }
        }
      `,
      "factor.mjs": "export const factor = () => 1;\n",
    },
    {
      "a method of the base": { "base.mjs": replace("n * 2", "n * 3") },
      "a field": { "leaf.mjs": replace("extra = 1", "extra = 2") },
      "an accessor": { "leaf.mjs": replace("+ 10", "+ 11") },
      "a static block": { "base.mjs": replace("+= 1", "+= 2") },
      "a static field": { "base.mjs": replace("unit = 1", "unit = 3") },
      "a constructor": { "base.mjs": replace("this.by = by", "this.by = by + 1") },
      "what the base calls": { "factor.mjs": replace("=> 1", "=> 2") },
    },
  ),

  reaching(
    "decorators as compilers leave them",
    {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const { Tool } = require("./tool.cjs");
        const tool = new Tool();
        function work(n) { return tool.go(burn(n) % 1000); }
        console.log(work(1));
      `,
      "tool.cjs": `
        "use strict";
        var __decorate = function (decorators, target, key) {
          var d = Object.getOwnPropertyDescriptor(target, key);
          for (var i = decorators.length - 1; i >= 0; i--) d = decorators[i](target, key, d) || d;
          Object.defineProperty(target, key, d);
        };
        const twice = (target, key, descriptor) => {
          const inner = descriptor.value;
          return { ...descriptor, value: function (n) { return inner.call(this, n) * 2; } };
        };
        class Tool { go(n) { return n + 1; } }
        __decorate([twice], Tool.prototype, "go", null);
        exports.Tool = Tool;
      `,
    },
    // What was put in the place of a method is state of the class.
    {
      "the wrapper": { "tool.cjs": replace("* 2; }", "* 3; }") },
      "the body": { "tool.cjs": replace("n + 1", "n + 2") },
    },
  ),

  reaching(
    "JSON, by import and by require",
    {
      "main.mjs": `
        import { createRequire } from "node:module";
        import { burn } from "./burn.mjs";
        import table from "./table.json" with { type: "json" };
        const more = createRequire(import.meta.url)("./more.json");
        function work(n) { return (burn(n) % 1000) * table.scale.x + more.offset; }
        console.log(work(1), table.unrelated);
      `,
      "table.json": `{ "scale": { "x": 2 }, "unrelated": 1 }`,
      "more.json": `{ "offset": 2 }`,
    },
    {
      imported: { "table.json": replace('"x": 2', '"x": 3') },
      required: { "more.json": replace("2", "3") },
    },
  ),

  reaching(
    "conditional exports and a dual package",
    {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { createRequire } from "node:module";
        import { go } from "dual";
        const { go: old } = createRequire(import.meta.url)("dual");
        function work(n) { return go(burn(n) % 1000); }
        function other(n) { return old(burn(n) % 1000); }
        console.log(work(1), other(1));
      `,
      "node_modules/dual/package.json": `{ "name": "dual", "exports": { ".": { "import": "./es.mjs", "require": "./old.cjs" } } }`,
      "node_modules/dual/es.mjs": `export const go = (n) => n * 2;\nexport const unrelated = () => ${UNRELATED};\n`,
      "node_modules/dual/old.cjs": "exports.go = (n) => n * 2;\n",
    },
    { "the one that is imported": scaled("node_modules/dual/es.mjs") },
    { memo: { work: 1, other: 1 } },
  ),

  program("the other half of a dual package", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { createRequire } from "node:module";
        import { go } from "dual";
        const { go: old } = createRequire(import.meta.url)("dual");
        function work(n) { return go(burn(n) % 1000); }
        function other(n) { return old(burn(n) % 1000); }
        console.log(work(1), other(1));
      `,
      "node_modules/dual/package.json": `{ "name": "dual", "exports": { ".": { "import": "./es.mjs", "require": "./old.cjs" } } }`,
      "node_modules/dual/es.mjs": "export const go = (n) => n * 2;\n",
      "node_modules/dual/old.cjs": "exports.go = (n) => n * 2;\n",
    },
    memo: { work: 1, other: 1 },
    after: [
      {
        label: "edited",
        edit: scaled("node_modules/dual/old.cjs"),
        hits: { work: 1 },
        misses: { work: 0, other: 1 },
      },
    ],
  }),

  reaching(
    "constants made by calls, and what made them",
    {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { compose, curry, pipe } from "./tools.mjs";
        const add = curry((a, b) => a + b);
        const go = compose(add(1), (n) => n * 2);
        const piped = pipe(go, Math.sqrt, (n) => n.toFixed(2));
        function work(n) { return piped(burn(n) % 1000); }
        console.log(work(1));
      `,
      "tools.mjs": `
        export const compose = (f, g) => (n) => f(g(n));
        export const curry = (f) => (a) => (b) => f(a, b);
        export const pipe = (...steps) => (n) => steps.reduce((value, step) => step(value), n);
        export const unrelated = () => ${UNRELATED};
      `,
    },
    {
      "a step": scaled("main.mjs"),
      "what curries": { "tools.mjs": replace("f(a, b)", "f(b, a) + 1") },
      "what composes": { "tools.mjs": replace("f(g(n))", "g(f(n))") },
    },
  ),

  program("a workspace behind a symbolic link", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { go } from "@own/lib";
        function work(n) { return go(burn(n) % 1000); }
        console.log(work(1));
      `,
      "packages/lib/package.json": `{ "name": "@own/lib", "exports": "./index.mjs" }`,
      "packages/lib/index.mjs": "export const go = (n) => n * 2;\nexport const unrelated = () => 2 + 3;\n",
    },
    links: { "node_modules/@own/lib": "../../packages/lib" },
    memo: { work: 1 },
    after: [
      { label: "edited", edit: scaled("packages/lib/index.mjs"), misses: { work: 1 } },
      {
        label: "out of reach",
        edit: { "packages/lib/index.mjs": replace("2 + 3", "2 + 4") },
        hits: { work: 1 },
        misses: { work: 0 },
      },
    ],
  }),

  program("WebAssembly", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        // (func (export "go") (param i32) (result i32) local.get 0 i32.const 2 i32.mul)
        const text = "AGFzbQEAAAABBgFgAX8BfwMCAQAHBgECZ28AAAoJAQcAIABBAmwL";
        const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(text, "base64")));
        const { go } = exports;
        function work(n) { return go(burn(n) % 1000); }
        function made(n) { return new WebAssembly.Module(new Uint8Array(n)) && burn(n); }
        console.log(work(1), typeof made);
      `,
    },
    refuses: { work: /cannot see into/, made: /WebAssembly/ },
  }),

  reaching(
    "tables of functions",
    {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const handlers = new Map([["double", (n) => n * 2], ["half", (n) => n / 2]]);
        const byName = { double: [(n) => n * 2 + 1], nested: { half(n) { return n / 2; } } };
        const unrelated = () => ${UNRELATED};
        function work(n, name) { return handlers.get(name)(burn(n) % 1000) + byName[name][0](n); }
        console.log(work(1, "double"), unrelated());
      `,
    },
    {
      "one in a Map": { "main.mjs": replace("n / 2]", "n / 3]") },
      "one in a list": { "main.mjs": replace("n * 2 + 1", "n * 2 + 5") },
    },
  ),

  program("functions of one text in the objects of two modules", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { tag as a } from "./a.mjs";
        import { tag as b } from "./b.mjs";
        function apply(tag, text) {
          return (burn(1000) % 10) + tag.resolve(text) + tag.make();
        }
        console.log(apply(a, "1"), apply(b, "1"));
      `,
      "a.mjs": `
        const read = (text) => text + "a";
        export const tag = { resolve: (text) => read(text), make() { return read(""); } };
      `,
      "b.mjs": `
        const read = (text) => text + "b";
        export const tag = { resolve: (text) => read(text), make() { return read(""); } };
      `,
    },
    memo: { apply: 2 },
    after: [
      {
        label: "what one of them calls",
        edit: { "b.mjs": (before) => before.replace('text + "b"', 'text + "c"') },
        hits: { apply: 1 },
        misses: { apply: 1 },
      },
    ],
  }),

  program("memory that nobody has cleared", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const { allocUnsafe } = Buffer;
        function sum(n) {
          const bytes = Buffer.allocUnsafe(n + (burn(n) % 1));
          bytes.fill(1, 0, n);
          return bytes.reduce((a, b) => a + b, 0) + allocUnsafe(4).fill(2).length + Buffer.allocUnsafeSlow(2).length;
        }
        console.log(sum(10), sum(5000), Buffer.allocUnsafe.name, Buffer.allocUnsafe.length, String(Buffer.allocUnsafe).length > 0);
        try { Buffer.allocUnsafe("x"); } catch (error) { console.log(error.code, error.stack.split("\\n").length); }
      `,
    },
    memo: { sum: 2 },
  }),

  program("where a Buffer lies, asked by a computed name", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const held = ["byte", "Offset"].join("");
        function given(view, name) {
          return [burn(view.length), view[name]].join();
        }
        function state(view) {
          return [burn(view.length), view[held]].join();
        }
        function plain(view, name) {
          return [burn(view.length), view[name]].join();
        }
        const memory = new ArrayBuffer(16);
        const at = Number(process.argv[2] ?? 1);
        const view = () => Buffer.from(memory, at, 3);
        console.log(given(view(), "byteOffset"), state(view()), plain(view(), "length"));
      `,
    },
    memo: { given: 1, state: 1, plain: 1 },
    after: [
      { label: "elsewhere", args: ["2"], hits: { plain: 1 }, misses: { given: 1, state: 1 } },
      { label: "where it was", hits: { plain: 1, given: 1, state: 1 } },
    ],
  }),
];
