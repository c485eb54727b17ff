/**
 * Files in which a text is evaluated among the bindings of the code around it: what it does to them is seen, what stands in the function
 * that evaluates it is not cached, and all else is.
 */
import { program } from "../program.ts";

/** What a text does, which of the functions of `rates.cjs` give something else for it, and whether they then have a function of that text. */
const TEXTS: Readonly<Record<string, readonly [text: string, changed: string | null, isUnseen?: boolean]>> = {
  "nothing at all": ["0", null],
  "a let": ["rate = 7", "byLet"],
  "a var": ["factor = 7", "byVar"],
  "a function": ["helper = (x) => x * 7", "byFunction", true],
  "a function, to be another one": ["helper = other", "byFunction"],
  "a class": ["Point = class { scale() { return 7; } }", "byClass", true],
  "a method": ["Point.prototype.scale = () => 7", "byClass", true],
  "a class, by taking a method away": ["Point.prototype.scale = Point.prototype.other", "byClass"],
  "an array that is a constant": ["table.push(7)", "byTable"],
  "an object that is a constant": ["limits.high = 7", "byObject"],
  "a binding of the function that runs once": ["hidden = 7", "byHidden"],
  "a function of it": ["inner = other", "byInner"],
  "a binding of a block": ["blocked = 7", "byBlock"],
};

const NAMES = ["byLet", "byVar", "byFunction", "byClass", "byTable", "byObject", "byHidden", "byInner", "byBlock"];

const RATES = `
  const { burn } = require("./burn.cjs");
  let rate = 1;
  var factor = 2;
  function helper(x) { return x + 3; }
  function other(x) { return x + 30; }
  class Point { constructor(x) { this.x = x; } scale(by) { return this.x * by; } other() { return "other"; } }
  const table = ["a", "b"];
  const limits = { high: 4 };
  exports.byLet = (n) => burn(n) + rate;
  exports.byVar = (n) => burn(n) + factor;
  exports.byFunction = (n) => burn(n) + helper(n);
  exports.byClass = (n) => burn(n) + new Point(n).scale(2);
  exports.byTable = (n) => burn(n) + table.join() + table.includes("a");
  exports.byObject = (n) => burn(n) + limits.high;
  (function () {
    let hidden = 5;
    function inner(x) { return x + 6; }
    exports.byHidden = (n) => burn(n) + hidden;
    exports.byInner = (n) => burn(n) + inner(n);
    exports.evaluate = function evaluate(text) { return eval(text); };
  })();
  {
    let blocked = 8;
    exports.byBlock = (n) => burn(n) + blocked;
    exports.evaluateInBlock = (text) => eval(text);
  }
`;

const twice = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 2]));

export const programs = [
  ...Object.entries(TEXTS).map(([what, [text, changed, isUnseen]]) => {
    const hits = isUnseen && changed ? { ...twice(NAMES), [changed]: 1 } : twice(NAMES);
    return program(`direct eval of a text that changes ${what}`, {
      files: {
        "rates.cjs": RATES,
        "main.mjs": `
          import rates from "./rates.cjs";
          const text = process.argv[2];
          const evaluate = text.startsWith("blocked") ? rates.evaluateInBlock : rates.evaluate;
          // In a block, a function has no guard of its own.
          function byBlock(n) { return rates.byBlock(n); }
          const calls = { ...rates, byBlock };
          const names = ${JSON.stringify(NAMES)};
          for (const name of names) console.log(name, calls[name](3));
          evaluate(text);
          for (const name of names) console.log(name, calls[name](3));
        `,
      },
      args: [text],
      ...(changed && { cold: { misses: { [changed]: isUnseen ? 1 : 2 } } }),
      warm: { hits },
      after: [
        { label: "without it", args: ["1"], hits: twice(NAMES) },
        { label: "again", hits },
      ],
    });
  }),

  program("direct eval in functions of every form, and functions that could call them", {
    files: {
      "rates.mjs": `
        import { burn } from "./burn.mjs";
        export let rate = 2;
        const setting = 3;
        function declared(text) { return eval(text); }
        const arrow = (text) => eval(text);
        async function later(text) { return eval(text); }
        function* steps(text) { yield eval(text); }
        function deep(text) { const run = () => (() => eval(text))(); return run(); }
        function defaulted(text, value = eval(text)) { return value; }
        function renamed(text, eval_) { return text && burn(1); }
        class Machine { run(text) { return eval(text); } get text() { return eval("rate"); } plain(n) { return burn(n) + rate; } }
        const table = { run(text) { return eval(text); }, plain: (n) => burn(n) + rate };
        const forms = { declared, arrow, deep, run: (text) => table.run(text), machine: (text) => new Machine().run(text),
          getter: () => new Machine().text, steps: (text) => [...steps(text)][0] };
        export function some(n, form, text) { return form === "none" ? burn(n) : burn(n) + forms[form](text); }
        export async function waits(n, text) { return text ? burn(n) + await later(text) : burn(n); }
        export function given(n, text) { return text ? burn(n) + defaulted(text) : burn(n); }
        export function method(n) { return new Machine().plain(n); }
        export function inTable(n) { return table.plain(n); }
        export function unharmed(n) { return renamed("text") + burn(n) + setting; }
        export const all = Object.keys(forms);
      `,
      "main.mjs": `
        import * as rates from "./rates.mjs";
        import { all, given, rate, some, waits } from "./rates.mjs";
        const text = process.argv[2];
        function none(n) { return some(n, "none", text); }
        function each(n) { return all.map((form) => some(n, form, text)).join(); }
        // What is declared beside an eval may be assigned to, and has no guard.
        function method(n) { return rates.method(n); }
        function inTable(n) { return rates.inTable(n); }
        function unharmed(n) { return rates.unharmed(n); }
        function evaluating(n) { return given(n, text); }
        async function idle(n) { return waits(n, ""); }
        async function busy(n) { return waits(n, text); }
        for (const n of [1, 2]) {
          console.log(none(n), method(n), inTable(n), unharmed(n), await idle(n));
          console.log(each(n), await busy(n), evaluating(n), rate);
        }
      `,
    },
    args: ["1"],
    memo: { none: 2, method: 2, inTable: 2, unharmed: 2, idle: 2 },
    refuses: { each: /eval/, busy: /eval/, evaluating: /eval/, declared: /eval/, arrow: /eval/, deep: /eval/ },
    after: [
      { label: "a text that assigns", args: ["rate++"], hits: { unharmed: 2 } },
      { label: "and back", hits: { none: 2, method: 2, inTable: 2, unharmed: 2, idle: 2 } },
    ],
  }),

  program("direct eval that makes names of its own, and functions that have them", {
    files: {
      "made.cjs": `
        const { burn } = require("./burn.cjs");
        let count = 0;
        function helper(n) { return n + 1; }
        exports.closure = function closure(text) { eval(text); return (n) => burn(n) + helper(n); };
        exports.inner = function (text) { eval(text); function inner(n) { return burn(n) + helper(n); } return { inner, Inner: class { get(n) { return helper(n); } } }; };
        exports.writer = function (text) { return eval(text); };
        exports.read = (n) => burn(n) + count;
        exports.help = (n) => burn(n) + helper(n);
      `,
      "main.mjs": `
        import made from "./made.cjs";
        const factor = process.argv[2];
        const shadow = "var helper = (n) => n * " + factor;
        function apply(f, n) { return f(n) % 1000; }
        function through(made, n) { return made.inner(n) + new made.Inner().get(n); }
        console.log(apply(made.closure(shadow), 3), apply(made.closure("0"), 3), through(made.inner(shadow), 3), through(made.inner("0"), 3));
        const write = made.writer("(n) => { count = n; }");
        const replace = made.writer("() => { helper = (n) => n * 5; }");
        function writes(f, n) { f(n); return n; }
        for (const n of [1, Number(factor), 1]) {
          write(n);
          console.log(made.read(2), made.help(2), writes(write, n + 1), made.read(2));
          replace();
        }
      `,
    },
    args: ["4"],
    warm: { hitsAtLeast: { read: 6, help: 1 } },
    refuses: { apply: /eval/, through: /eval/, writes: /cannot see into/ },
    after: [
      { label: "another factor", args: ["9"], hitsAtLeast: { read: 3 } },
      { label: "back", hitsAtLeast: { read: 6 } },
    ],
  }),

  program("direct eval in code that runs once, under another name and in a parameter", {
    files: {
      "once.cjs": `
        const { burn } = require("./burn.cjs");
        let rate = 1;
        (function () {
          function helper(n) { return n + 1; }
          eval(process.argv[2]);
          exports.shadowed = (n) => burn(n) + helper(n) + rate;
        })();
      `,
      "field.cjs": `
        const { burn } = require("./burn.cjs");
        let rate = 1;
        class Machine { value = eval(process.argv[3]); get(n) { return burn(n) + this.value + rate; } }
        exports.field = (n) => new Machine().get(n);
      `,
      "parameter.cjs": `
        const { burn } = require("./burn.cjs");
        let rate = 1;
        exports.run = function (eval, text) { return eval(text); };
        exports.parameter = (n) => burn(n) + rate;
      `,
      "main.mjs": `
        import { createRequire } from "node:module";
        const require = createRequire(import.meta.url);
        const [{ shadowed }, { field }, { run, parameter }] = ["once", "field", "parameter"].map((name) => require("./" + name + ".cjs"));
        function first(n) { return shadowed(n); }
        function second(n) { return field(n); }
        for (const n of [1, 2]) console.log(first(n), second(n), parameter(n));
        run(eval, process.argv[3]);
        run((text) => text, "rate = 100");
        for (const n of [1, 2]) console.log(first(n), second(n), parameter(n));
      `,
    },
    args: ["0", "rate = 5"],
    warm: { hits: { parameter: 4 } },
    refuses: { first: /cannot see into/, second: /cannot see into/ },
    after: [
      { label: "other texts", args: ["var helper = (n) => n * 3; rate = 2", "rate = 6"], hits: { parameter: 2 } },
      { label: "back", hits: { parameter: 4 } },
    ],
  }),

  program("a package that evaluates a text for one of its formats", {
    files: {
      "node_modules/matter/package.json": '{ "main": "index.js" }',
      "node_modules/matter/index.js": `
        const engines = require("./engines");
        const cache = {};
        module.exports = function matter(text, language) {
          const key = language + text;
          if (cache[key]) return cache[key];
          const engine = engines[language];
          let sum = 0;
          for (let i = 0; i < 200000; i++) sum = (sum * 31 + text.charCodeAt(i % text.length)) % 1000003;
          return (cache[key] = { data: engine.parse(text), sum, text: language === "json" ? engine.stringify({ text }) : null });
        };
        module.exports.engines = engines;
      `,
      "node_modules/matter/engines.js": `
        const engines = exports = module.exports;
        engines.json = { parse: JSON.parse.bind(JSON), stringify: function (object, options) {
          const settings = Object.assign({ replacer: null, space: 2 }, options);
          return JSON.stringify(object, settings.replacer, settings.space);
        } };
        engines.javascript = {
          parse: function parse(str, options, wrap) {
            try {
              if (wrap !== false) str = "(function() {\\nreturn " + str.trim() + ";\\n}());";
              return eval(str) || {};
            } catch (err) {
              if (wrap !== false && /(unexpected|identifier)/i.test(err.message)) return parse(str, options, false);
              throw new SyntaxError(err);
            }
          },
          stringify: function () { throw new Error("stringifying JavaScript is not supported"); },
        };
      `,
      "main.mjs": `
        import matter from "matter";
        function page(text) { return matter(text, "json"); }
        function script(text) { return matter.engines.javascript.parse(text).n; }
        for (const n of [1, 2]) console.log(page(JSON.stringify({ n })).data, page(JSON.stringify({ n })) === page(JSON.stringify({ n })));
        try { console.log(script("({ n: 3 })")); } catch (error) { console.log(error.message); }
      `,
    },
    warm: { hitsAtLeast: { page: 2 } },
    refuses: { script: /eval/ },
  }),
];
