/** Modules that are one function: UMD, IIFE, bundles. What happens if that runs once, again, early, or in a recorded call. */
import { program } from "../program.ts";

/** A program of a module in a function: what the module does, and what stands around it. */
const LIBRARY = `
  var scale = 3;
  let calls = 0;
  const table = { add: 7 };
  function burnt(n) { let h = n | 0; for (let i = 0; i < 5_000; i++) h = (Math.imul(h ^ i, 16777619) + (h >>> 7)) | 0; return h >>> 0; }
  function part(n) { calls++; return (burnt(n) % 1000) * scale + table.add; }
  function setScale(n) { scale = n; }
  function counted() { return calls; }
  class Shape { constructor(n) { this.n = n; } area() { return part(this.n); } }
  const shape = (n) => new Shape(n);
`;
const API = "{ part, setScale, counted, shape, Shape, table }";

/** Uses it, changes what its functions read, and prints it all. */
const USE = `
  function work(n) { return [lib.part(n), lib.shape(n + 1).area(), [1, 2].map((x) => lib.part(x + n))]; }
  console.log(work(1), work(1), lib.counted());
  lib.setScale(5);
  console.log(work(1), lib.counted());
  lib.table.add = 1;
  console.log(work(1), lib.counted());
  console.log(lib.shape(3) instanceof lib.Shape, lib.part.name, lib.part.length, String(lib.setScale), typeof A);
`;

const COMMONJS: Readonly<Record<string, string>> = {
  "UMD, in CommonJS": `(function (root, factory) {
    typeof exports === "object" && typeof module !== "undefined" ? module.exports = factory() : (root = root || self, root.A = factory());
  })(this, function () { "use strict"; ${LIBRARY} return ${API}; });`,
  "UMD that is given its exports": `(function (root, factory) {
    if (typeof define === "function" && define.amd) define(["exports"], factory);
    else if (typeof exports === "object") factory(exports);
    else factory((root.A = {}));
  }(this, function (exports) { 'use strict'
    ${LIBRARY} exports.part = part; exports.setScale = setScale; exports.counted = counted; exports.Shape = Shape; exports.table = table;
    exports.shape = shape; Object.defineProperty(exports, '__esModule', { value: true }); }));`,
  "UMD, minified": `!function(t,e){"object"==typeof exports&&"undefined"!=typeof module?module.exports=e():t.A=e()}(this,(function(){"use strict";${LIBRARY} return ${API}}));`,
  "an IIFE that assigns a variable": `var A = (function () { ${LIBRARY} return ${API}; })(); module.exports = A; A = undefined;`,
  "an IIFE in sloppy code, by call": `;(function () { this.part = 0; ${LIBRARY} module.exports = ${API}; }).call({});`,
  "an IIFE behind an operator": `!function () { ${LIBRARY} module.exports = ${API}; }();`,
  "an arrow function": `module.exports = (() => { ${LIBRARY} return ${API}; })();`,
  "an arrow function that is given its exports": `((exports) => { ${LIBRARY} Object.assign(exports, ${API}); })(module.exports);`,
  browserify: `(function e(t, n, r) {
    function s(o) { if (!n[o]) { var l = n[o] = { exports: {} }; t[o][0].call(l.exports, function (e) { var n = t[o][1][e]; return s(n ? n : e); }, l, l.exports, e, t, n, r); } return n[o].exports; }
    module.exports = s(r[0]);
  })({ 1: [function (require, module, exports) { ${LIBRARY} Object.assign(exports, ${API}); }, {}],
       2: [function (require, module, exports) { var inner = require("./a"); module.exports = Object.assign({}, inner); }, { "./a": 1 }] }, {}, [2]);`,
  webpack: `module.exports = (() => {
    var __webpack_modules__ = ({
      10: ((module, __webpack_exports__, __webpack_require__) => { __webpack_require__.d(__webpack_exports__, { part: () => part, setScale: () => setScale, counted: () => counted, shape: () => shape, Shape: () => Shape, table: () => table }); ${LIBRARY} }),
      20: ((module, exports, __webpack_require__) => { var inner = __webpack_require__(10); module.exports = inner; }) });
    var cache = {};
    function __webpack_require__(id) { var known = cache[id]; if (known !== undefined) return known.exports; var module = cache[id] = { exports: {} }; __webpack_modules__[id](module, module.exports, __webpack_require__); return module.exports; }
    __webpack_require__.d = (exports, definition) => { for (var key in definition) Object.defineProperty(exports, key, { enumerable: true, get: definition[key] }); };
    return __webpack_require__(20); })();`,
  esbuild: `var __commonJS = (cb, mod) => function __require() { return mod || (0, cb[Object.keys(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports; };
    var require_a = __commonJS({ "src/a.js"(exports2, module2) { ${LIBRARY} module2.exports = ${API}; } });
    module.exports = require_a();`,
  "one function in another": `(function () { var outer = 2; (function () { ${LIBRARY.replace("var scale = 3", "var scale = 1 + outer")} module.exports = ${API}; })(); })();`,
};

const once = Object.entries(COMMONJS).map(([name, lib]) =>
  program(`a module that is one function: ${name}`, {
    files: { "lib.cjs": lib, "main.cjs": `const lib = require("./lib.cjs");\n${USE}` },
    entry: "main.cjs",
    // The first call that is found to change something is not kept.
    cold: { misses: { work: 4 } },
    warm: { misses: { work: 1 }, hits: { work: 3 } },
  }),
);

const packaged = Object.entries(COMMONJS).map(([name, lib]) =>
  program(`a package that is one function: ${name}`, {
    files: {
      "node_modules/lib/package.json": `{ "name": "lib", "version": "1.0.0", "main": "index.js" }`,
      "node_modules/lib/index.js": lib,
      "main.cjs": `const lib = require("lib");\n${USE}`,
    },
    entry: "main.cjs",
    // The first call that is found to change something is not kept.
    cold: { misses: { work: 4 } },
    warm: { misses: { work: 1 }, hits: { work: 3 } },
  }),
);

const AGAIN = /ran more than once.*the next run knows it/;

export const programs = [
  ...once,
  ...packaged,

  program("a factory that runs again", {
    files: {
      "lib.cjs": `
        module.exports = (function (factory) { const made = factory(1); made.again = factory; return made; })(function (by) {
          "use strict";
          function burnt(n) { let h = n | 0; for (let i = 0; i < 5_000; i++) h = (Math.imul(h ^ i, 16777619) + (h >>> 7)) | 0; return h >>> 0; }
          function scaled(n) { return (burnt(n) % 1000) * by; }
          function maker(n) { burnt(n); return scaled; }
          const list = (n) => [1, 2].map((x) => burnt(x + n) * by);
          class Box { constructor(n) { this.n = burnt(n) * by; } }
          return { scaled, maker, list, get: () => scaled, Box, box: (n) => new Box(n) };
        });
      `,
      "main.cjs": `
        const lib = require("./lib.cjs");
        const other = { lib };
        function work(n) { const { lib } = other; return [lib.scaled(n), lib.list(n), lib.maker(n)(n), lib.box(n).n]; }
        function given(get, n) { for (let i = 0; i < 5_000; i++) n = (n * 31 + i) % 1000003; return [n, get()]; }
        console.log(work(1), work(2), lib.maker(3) === lib.scaled, lib.scaled(1), given(lib.get, 1)[1] === lib.scaled);
        const second = lib.again(10);
        console.log(lib.scaled(1), second.scaled(1), second.maker(3) === second.scaled, lib.maker(3) === lib.scaled);
        console.log(given(second.get, 1)[1] === second.scaled, given(lib.get, 1)[1] === lib.scaled);
        console.log(second.list(1), lib.list(1), second.box(1) instanceof second.Box, lib.box(1) instanceof second.Box);
        console.log(work(1));
        other.lib = second;
        console.log(work(1), work(2), second.scaled(1));
      `,
    },
    entry: "main.cjs",
    cold: { misses: { work: 2, given: 1 }, hits: {} },
    warm: { misses: { work: 4, given: 2 }, hits: { work: 1, given: 1 } },
    after: [{ label: "third", hits: { work: 5, given: 3 } }],
  }),

  ...Object.entries({ "lib.cjs": "./lib.cjs", "node_modules/lib/index.js": "lib" }).map(([path, specifier]) =>
    program(`a factory that its module runs twice, as nothing shows: ${path}`, {
      files: {
        [path]: `
          (function (root, factory) { [root.one, root.two] = [1, 2].map(factory); })(module.exports, (by) => {
            const add = (n) => { let s = n; for (let i = 0; i < 5_000; i++) s = (s * 31 + i * by) % 1000003; return s; };
            function run(n) { return add(n); }
            return { run, add };
          });
        `,
        "main.cjs": `
          const { one, two } = require("${specifier}");
          function work(n) { return [one.run(n), two.run(n)]; }
          function given(f, n) { return f(n); }
          console.log(work(1), work(1), given(one.add, 1), given(two.add, 1), one.run(1), two.run(1));
        `,
      },
      entry: "main.cjs",
      cold: { refused: { work: AGAIN, given: AGAIN } },
      warm: { misses: { work: 1, given: 2 }, hits: { work: 1 } },
      after: [{ label: "third", hits: { work: 2, given: 2 } }],
    }),
  ),

  program("a factory that its module runs twice, as its code shows", {
    files: {
      "lib.cjs": `
        (function (root, factory) {
          if (typeof exports === "object") { module.exports = factory(); module.exports.default = factory(); } else root.lib = factory();
        })(this, function () {
          const table = { a: 3 };
          function run(n) { let s = n; for (let i = 0; i < 5_000; i++) s = (s * 31 + i * table.a) % 1000003; return s; }
          run.put = (n) => { table.a = n; };
          return run;
        });
      `,
      "main.cjs": `
        const lib = require("./lib.cjs");
        function work(n) { return lib(n); }
        function other(n) { return lib.default(n); }
        console.log(work(1), other(1), work(2));
        lib.default.put(5);
        console.log(work(1), other(1));
      `,
    },
    entry: "main.cjs",
    cold: { misses: { work: 3, other: 2 } },
    warm: { hits: { work: 3, other: 2 } },
  }),

  program("a factory that runs again in some runs of its program", {
    files: {
      "lib.cjs": `
        (function (factory) { module.exports = factory(1); module.exports.make = factory; })(function (by) {
          let calls = 0;
          function scaled(n) { let s = n; for (let i = 0; i < 5_000; i++) s = (s * 31 + i * by) % 1000003; return s; }
          function counted(n) { calls++; return [scaled(n), calls]; }
          return { scaled, counted };
        });
      `,
      "main.cjs": `
        const lib = require("./lib.cjs");
        const { work, late, alone } = require("./use.cjs");
        console.log(work(lib, 1), work(lib, 2), alone(1), lib.counted(1));
        if (process.argv[2] !== undefined) {
          const second = lib.make(Number(process.argv[2]));
          console.log(work(second, 1), work(lib, 1), late(lib, 1), late(second, 1), alone(1), second.counted(1), lib.counted(1));
        }
      `,
      "use.cjs": `
        const lib = require("./lib.cjs");
        exports.work = function work(made, n) { return [made.scaled(n), made.scaled(n + 1)]; };
        exports.late = function late(made, n) { return made.scaled(n) + 1; };
        exports.alone = function alone(n) { return [lib.scaled(n), lib.counted(n)]; };
      `,
    },
    entry: "main.cjs",
    cold: { misses: { work: 2 } },
    warm: { hits: { work: 2 } },
    after: [
      { label: "it runs again", args: ["10"], hits: { work: 2, alone: 1 }, refused: { late: AGAIN } },
      { label: "that is known", args: ["10"], hits: { work: 1 }, misses: { work: 3, late: 2 } },
      { label: "known and stored", args: ["10"], hits: { work: 4, late: 2 }, refused: { alone: /writes `calls`/ } },
      { label: "it runs once", hits: { work: 2 } },
      { label: "once more, on another number", args: ["11"], hits: { work: 3, late: 1 }, misses: { work: 1, late: 1 } },
      { label: "an edit", edit: { "lib.cjs": (text) => text.replace("* 31", "* 37") }, misses: { work: 2 } },
      { label: "after the edit", hits: { work: 2 } },
    ],
  }),

  program("ES modules with factories that run again", {
    files: {
      "lib.mjs": `
        export const [one, two] = (function (make) { return [1, 2].map(make); })(function (by) {
          const table = { by };
          function run(n) { let s = n; for (let i = 0; i < 5_000; i++) s = (s * 31 + i * table.by) % 1000003; return s; }
          return { run, put(n) { table.by = n; } };
        });
        export const three = (() => {
          const table = { by: 3 };
          function run(n) { let s = n; for (let i = 0; i < 5_000; i++) s = (s * 31 + i * table.by) % 1000003; return s; }
          return { run, put(n) { table.by = n; } };
        })();
      `,
      "main.mjs": `
        import { one, two, three } from "./lib.mjs";
        function work(n) { return [one.run(n), two.run(n)]; }
        function other(n) { return three.run(n); }
        console.log(work(1), other(1));
        two.put(7);
        three.put(7);
        console.log(work(1), other(1));
      `,
    },
    cold: { misses: { other: 2 }, refused: { work: AGAIN } },
    warm: { misses: { work: 2 }, hits: { other: 2 } },
    after: [{ label: "third", hits: { work: 2, other: 2 } }],
  }),

  program("a factory that runs again in a recorded call", {
    files: {
      "lib.cjs": `
        module.exports = (function (factory) { const made = factory(1); made.again = factory; return made; })(function (by) {
          let calls = 0;
          function scaled(n) { let s = n; for (let i = 0; i < 5_000; i++) s = (s * 31 + i * by) % 1000003; return s; }
          function counted(n) { calls++; return [scaled(n), calls]; }
          return { scaled, counted, read: () => calls };
        });
      `,
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const lib = require("./lib.cjs");
        function before(n) { return [burn(n), lib.scaled(n), lib.counted(n)]; }
        function again(n) { const made = lib.again(n); return [burn(n), made.scaled(n), made.counted(n), made.read(), lib.counted(n)]; }
        console.log(before(2), again(2), again(2), before(2), lib.read());
        console.log(lib.counted(1), lib.read());
      `,
    },
    entry: "main.cjs",
    refuses: { again: /more than once|cannot be|made at each call|writes/ },
  }),

  program("a module function that runs in a recorded call", {
    files: {
      "lib.cjs": `
        const { burn } = require("./burn.cjs");
        const modules = { "./a.js": (module, exports) => { let made = 0; function next(n) { return ++made + burn(n) % 10; } exports.next = next; exports.made = () => made; console.log("set up"); } };
        const cache = {};
        function load(id) { if (!cache[id]) { cache[id] = { exports: {} }; modules[id](cache[id], cache[id].exports); } return cache[id].exports; }
        module.exports = { load };
      `,
      "main.cjs": `
        const { load } = require("./lib.cjs");
        const { burn } = require("./burn.cjs");
        function lazy(n) { return [burn(n), load("./a.js").next(n)]; }
        function later(n) { return [burn(n), load("./a.js").next(n)]; }
        console.log(lazy(1), later(1), load("./a.js").made());
        console.log(later(1), later(1), load("./a.js").made());
      `,
    },
    entry: "main.cjs",
    cold: { misses: { lazy: 1 }, hits: {} },
    warm: { hits: { lazy: 0, later: 2 } },
  }),

  program("a binding of a factory that a recorded call assigns to", {
    files: {
      "lib.cjs": `
        (function (factory) { module.exports = factory(); })(function () {
          var last = null, total = 0, find = (n) => n;
          function put(n) { last = { n: n }; total += n; if (n > 5) find = twice; return last; }
          function twice(m) { return m * 2; }
          function state() { return [last, total, find(3)]; }
          return { put, state, last: () => last };
        });
      `,
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const lib = require("./lib.cjs");
        function fill(n) { burn(n); return lib.put(n); }
        const made = fill(2);
        console.log(made, made === lib.last(), lib.state());
        const other = fill(7);
        console.log(other, other === lib.last(), lib.state());
        fill(2);
        console.log(lib.state());
      `,
    },
    entry: "main.cjs",
    cold: { misses: { fill: 3 } },
    warm: { misses: { fill: 1 }, hits: { fill: 2 } },
  }),

  program("functions of a factory that are called before its own statements", {
    files: {
      "lib.cjs": `
        module.exports = (function () {
          const first = early(1);
          var late = 5;
          const second = early(1);
          function early(n) { let s = n; for (let i = 0; i < 5_000; i++) s = (s * 31 + i) % 1000003; return [s, late]; }
          return { early, first, second };
        })();
      `,
      "main.cjs": `
        const lib = require("./lib.cjs");
        function work(n) { return lib.early(n); }
        console.log(lib.first, lib.second, work(1), lib.early(1));
      `,
    },
    entry: "main.cjs",
    cold: { misses: { work: 1 } },
    warm: { hits: { work: 1 } },
  }),

  program("functions in modules that import each other, one of them a factory", {
    files: {
      "a.mjs": `
        import { fromB, callB } from "./b.mjs";
        export function early(n) { return typeof api === "undefined" ? "early" : api; }
        export const api = (function () {
          let by = 3;
          function scaled(n) { return fromB(n) * by; }
          return { scaled, seen: callB(1) };
        })();
      `,
      "b.mjs": `
        import { burn } from "./burn.mjs";
        import { api } from "./a.mjs";
        export const fromB = (n) => burn(n) % 1000;
        export function callB(n) { try { return api.scaled(n); } catch (error) { return error.name; } }
      `,
      "main.mjs": `
        import { api } from "./a.mjs";
        import { callB } from "./b.mjs";
        function work(n) { return [api.scaled(n), callB(n)]; }
        console.log(work(1), work(2), api.seen);
      `,
    },
    memo: { work: 2 },
  }),

  program("names of a factory that mean something else around it", {
    files: {
      "lib.cjs": `
        var name = "outer", require_ = 1;
        (function (require, module, exports, name) {
          function label(n) { let s = ""; for (let i = 0; i < 2_000; i++) s = name + exports.by + require(n + i); return s; }
          function inner(n) { var name = "inner"; return (function () { return label(n) + name; })(); }
          exports.label = label; exports.inner = inner; exports.by = 2;
        })((n) => "<" + n * 2 + ">", null, module.exports, "given");
        (function () { var name = "second"; function label(n) { let s = ""; for (let i = 0; i < 2_000; i++) s = name + n + i; return s; } module.exports.second = label; })();
        module.exports.outer = function outer(n) { let s = ""; for (let i = 0; i < 2_000; i++) s = name + n + i; return s; };
      `,
      "main.cjs": `
        const lib = require("./lib.cjs");
        function work(n) { return [lib.label(n), lib.inner(n), lib.second(n), lib.outer(n)]; }
        console.log(work(1), work(2));
        lib.by = 3;
        console.log(work(1));
      `,
    },
    entry: "main.cjs",
    memo: { work: 3 },
  }),

  program("a parameter of a factory that changes through arguments", {
    files: {
      "lib.cjs": `
        (function (by) {
          const all = arguments;
          module.exports = { run(n) { let s = n; for (let i = 0; i < 5_000; i++) s = (s * 31 + i * by) % 1000003; return s; }, set(n) { all[0] = n; } };
        })(2);
      `,
      "main.cjs": `
        const lib = require("./lib.cjs");
        function work(n) { return lib.run(n); }
        console.log(work(1), work(1));
        lib.set(5);
        console.log(work(1), work(1));
      `,
    },
    entry: "main.cjs",
    cold: { misses: { work: 2 }, hits: { work: 2 } },
    warm: { hits: { work: 4 } },
  }),

  program("the text of a factory, and of functions in it, run elsewhere", {
    files: {
      "lib.cjs": `
        (function (factory) { module.exports = factory(); module.exports.text = String(factory); })(function () {
          "use strict"
          var by = 3;
          const self = () => this;
          function run(n) { let s = n; for (let i = 0; i < 5_000; i++) s = (s * 31 + i * by) % 1000003; return s; }
          function put(n) { by = n; }
          return { run, put, self };
        });
      `,
      "main.cjs": `
        const vm = require("node:vm");
        const lib = require("./lib.cjs");
        function work(n) { return lib.run(n); }
        console.log(lib.text, String(lib.run), lib.text.length);
        console.log(work(1), vm.runInNewContext("(" + lib.text + ")().run(1)"), new Function("return " + lib.text)()().run(1));
      `,
    },
    entry: "main.cjs",
    cold: { misses: { work: 1 } },
    warm: { hits: { work: 1 } },
  }),

  program("an own name, this and new.target in a factory", {
    files: {
      "lib.cjs": `
        const made = (function own(n) {
          const self = () => (this === undefined ? "none" : typeof this);
          function run(n) { let s = n; for (let i = 0; i < 5_000; i++) s = (s * 31 + i) % 1000003; return [s, typeof own, own.name, self(), new.target === undefined]; }
          return { run, own };
        }).call(7);
        module.exports = made;
      `,
      "main.cjs": `
        const lib = require("./lib.cjs");
        function work(n) { return lib.run(n); }
        console.log(work(1), work(2), lib.own.length);
      `,
    },
    entry: "main.cjs",
    memo: { work: 2 },
  }),

  program("handlers and tests that look like factories", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function total(list, f) { let s = 0; for (const x of list) s += burn(f(x)) % 10; return s; }
        const results = [];
        function each(list, f) { for (const x of list) f(x, results); }
        each([1, 2, 3], function (n, results) {
          const by = n % 2;
          results.push(total([1, 2], (x) => x * by));
          results.last = total([1, 2], (x) => x * by);
        });
        console.log(results);
      `,
    },
    cold: { misses: { each: 1 } },
    warm: { hits: { each: 1 } },
  }),
];
