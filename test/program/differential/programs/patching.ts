/** Built-ins, prototypes and functions that a program changes or replaces while it runs. */
import { program } from "../program.ts";

const replace = (from: string, to: string) => (before: string) => before.replace(from, to);

export const programs = [
  ...["given", "named", "held", "closure", "inside", "found"].map((road) =>
    program(`what a call puts on a class of the language that it has by this road: ${road}`, {
      files: {
        "main.mjs": `
          import { burn } from "./burn.mjs";
          const Held = Map;
          const capture = (C) => function captured(n) { C.mark = burn(n); return n; };
          const captured = capture(Map);
          const map = new Map();
          function closure(n) { return captured(n); }
          function given(n, C = Map) { C.mark = burn(n); return n; }
          function named(n) { const C = Map; C.mark = burn(n); return n; }
          function held(n) { Held.mark = burn(n); return n; }
          function inside(n, classes = [Map]) { classes[0].mark = burn(n); return n; }
          function found(n) { map.constructor.mark = burn(n); return n; }
          function work(n) { return burn(n) + 1; }
          const before = work(1);
          for (const n of [1, 1, 2]) {
            console.log(before, ${road}(n), Map.mark, Object.keys(Map).join());
            delete Map.mark;
          }
        `,
      },
      memo: { work: 1 },
      refuses: { [road]: /Map\.mark/ },
    }),
  ),

  program("a global function replaced between two calls", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          return Math.hypot(burn(n) % 1000, n);
        }
        console.log(work(3));
        Math.hypot = (a, b) => a + b;
        console.log(work(3));
      `,
    },
    cold: { misses: { work: 1 }, refused: {} },
    warm: { hits: { work: 1 } },
  }),

  ...(
    [
      ["a method", "Array.prototype.map = function () { return [7]; };"],
      ["a getter", `Object.defineProperty(Map.prototype, "size", { get: () => 7, configurable: true });`],
      [
        "an iterator's step",
        `const step = Object.getPrototypeOf([].values()); const { next } = step; step.next = function () { return next.call(this); };`,
      ],
      ["a native function by another", "Math.max = Math.min;"],
      ["a global", "globalThis.Map = class extends Map { get size() { return 7; } };"],
      ["a value on Object.prototype", "Object.prototype.extra = 7;"],
      ["a bound function", "Math.max = Math.max.bind(null, 900);"],
    ] as const
  ).map(([name, patch]) =>
    program(`patched between two calls: ${name}`, {
      files: {
        "main.mjs": `
          import { burn } from "./burn.mjs";
          function work(n) {
            const all = new Map([[n, burn(n) % 1000]]);
            return [...[n, 3].map((x) => x + all.size), Math.max(n, 5), {}.extra].join();
          }
          console.log(work(3));
          ${patch}
          console.log(work(3));
        `,
      },
      cold: { misses: { work: 1 }, hits: { work: 0 } },
      warm: { hits: { work: 1 }, misses: { work: 0 } },
    }),
  ),

  ...(
    [
      ["Object.keys", "Object.keys = () => ['m'];"],
      ["Symbol.for", "Symbol.for = broken;"],
      [
        "methods of arrays",
        "for (const key of ['map', 'some', 'filter', 'flatMap', 'includes']) Array.prototype[key] = broken;",
      ],
      ["an array's iterator", "Array.prototype[Symbol.iterator] = broken;"],
      [
        "methods of texts",
        "for (const key of ['startsWith', 'endsWith', 'split', 'includes']) String.prototype[key] = broken;",
      ],
      ["regular expressions", "RegExp.prototype.exec = broken;"],
      ["a getter", "Object.defineProperty(RegExp.prototype, 'flags', { get: broken });"],
      ["what JSON.stringify calls", "Array.prototype.toJSON = broken;"],
      ["the path of Node", "process.execPath = '/none';"],
    ] as const
  ).map(([name, patch]) =>
    program(`broken while modules load, and when the program ends: ${name}`, {
      files: {
        "main.mjs": `
          import { createRequire } from "node:module";
          import { burn } from "./burn.mjs";
          function work(n) {
            return burn(n) % 1000;
          }
          function broken() {
            throw new Error("broken");
          }
          const require = createRequire(import.meta.url);
          process.on("exit", (code) => console.log("ends", code));
          const isLate = ${name === "the path of Node"};
          if (!isLate) console.log(work(3));
          ${patch}
          console.log(work(3), require("./late.cjs").late(2), typeof require("node:os").cpus);
          import("./late.mjs").then(({ late }) => console.log(late(2)));
        `,
        "late.cjs": "exports.late = (n) => { let sum = 0; for (let i = 0; i < 1e4; i++) sum += i % n; return sum; };\n",
        "late.mjs":
          "export const late = (n) => { let sum = 0; for (let i = 0; i < 1e4; i++) sum += i % n; return [sum]; };\n",
      },
      cold: { misses: { work: 1 } },
      warm: { hits: { work: 1 }, misses: { work: 0 } },
    }),
  ),

  program("functions of the language that count their calls", {
    files: {
      "main.mjs": `
        import { createRequire } from "node:module";
        import { burn } from "./burn.mjs";
        function work(n) {
          return burn(n) % 1000;
        }
        const require = createRequire(import.meta.url);
        console.log(work(3));
        const calls = {};
        const { apply } = Reflect;
        const count = (name, holder, keys) => {
          for (const key of keys.split(" ")) {
            const original = holder[key];
            holder[key] = function () {
              calls[name + key] = (calls[name + key] ?? 0) + 1;
              return apply(original, this, arguments);
            };
          }
        };
        const { stringify } = JSON;
        process.on("exit", (code) => console.log("ends", code, stringify(calls)));
        count("String ", String.prototype, "startsWith endsWith slice split replace includes indexOf charCodeAt");
        count("Object.", Object, "keys hasOwn entries getOwnPropertyDescriptor getPrototypeOf create assign fromEntries is");
        count("Array.", Array, "isArray from");
        count("Number.", Number, "isInteger parseInt");
        count("JSON.", JSON, "stringify parse");
        count("Reflect.", Reflect, "apply ownKeys get defineProperty");
        count("Function ", Function.prototype, "call apply");
        count("Array ", Array.prototype, "map some every filter find push pop slice join includes forEach flatMap sort");
        console.log(work(3), require("./late.cjs").late(2), typeof require("node:os").cpus);
      `,
      "late.cjs": "exports.late = (n) => { let sum = 0; for (let i = 0; i < 1e4; i++) sum += i % n; return sum; };\n",
    },
    cold: { misses: { work: 1 } },
    warm: { hits: { work: 1 }, misses: { work: 0 } },
  }),

  ...(
    [
      ["a Map", "new Map()", "Map.prototype.extra = 7;"],
      ["a Set", "new Set([1])", "Set.prototype.extra = 7;"],
      ["a Date", "new Date(0)", "Date.prototype.extra = 7;"],
      ["a regular expression", "/x/", "RegExp.prototype.extra = 7;"],
      ["a number", "5", "Number.prototype.extra = 7;"],
      [
        "a boolean",
        "true",
        `Object.defineProperty(Boolean.prototype, "extra", { get: () => 7, enumerable: true });`,
        true,
      ],
      ["a symbol", "Symbol.for('x')", "Symbol.prototype.extra = 7;"],
      ["a bigint", "5n", "BigInt.prototype.extra = 7;"],
      ["an error", "new TypeError('x')", "Error.prototype.extra = 7;"],
      ["memory", "new Uint8Array(2)", "Object.getPrototypeOf(Uint8Array.prototype).extra = 7;"],
      ["a view", "new DataView(new ArrayBuffer(2))", "DataView.prototype.extra = 7;"],
      ["an array's iterator", "[1].values()", "Object.getPrototypeOf([].values()).extra = 7;"],
      ["a Map, from above", "new Map()", "Object.setPrototypeOf(Map.prototype, { extra: 7 });", true],
      [
        "a Set, from a Proxy above",
        "new Set([1])",
        "Object.setPrototypeOf(Set.prototype, new Proxy({}, { get: (_, name) => (name === 'extra' ? 7 : undefined), ownKeys: () => { console.log('asked'); return []; } }));",
        true,
      ],
      [
        "a Map, not enumerable",
        "new Map()",
        `Object.defineProperty(Map.prototype, "extra", { value: 7 });
         for (const end = performance.now() + 30; performance.now() < end; );`,
      ],
    ] as const
  ).map(([name, made, patch, isRefused = false]) =>
    program(`a member added between two calls: to ${name}`, {
      files: {
        "main.mjs": `
          import { burn } from "./burn.mjs";
          function made(n) {
            const one = ${made};
            return (burn(n) % 1000) + " " + one.extra;
          }
          console.log(made(3));
          ${patch}
          console.log(made(3));
        `,
      },
      cold: { misses: { made: isRefused ? 1 : 2 }, hits: { made: 0 } },
      warm: { hits: { made: isRefused ? 1 : 2 }, misses: { made: 0 } },
    }),
  ),

  // Each replacement is native and has the same name: only that it is another function tells.
  ...(
    [
      [
        "a method of another class",
        "Array.prototype.toString = Object.prototype.toString;",
        /Array\.prototype\.toString/,
      ],
      [
        "a method of another realm",
        `Array.prototype.concat = runInNewContext("Array.prototype.concat");`,
        /Array\.prototype\.concat/,
      ],
      ["a global of another realm", `globalThis.Map = runInNewContext("Map");`, /Map/],
      [
        "a setter",
        `const parent = Object.getOwnPropertyDescriptor(Object.prototype, "__proto__");
         const other = runInNewContext("Object.getOwnPropertyDescriptor(Object.prototype, '__proto__').set");
         Object.defineProperty(Object.prototype, "__proto__", { ...parent, set: (to) => other.call({}, to) });`,
        /__proto__/,
      ],
      [
        "a setter by a native one",
        `const parent = Object.getOwnPropertyDescriptor(Object.prototype, "__proto__");
         Object.defineProperty(Object.prototype, "__proto__", { ...parent, set: Object.freeze });`,
        /__proto__/,
      ],
    ] as const
  ).map(([name, patch, why]) =>
    program(`patched before the first call, by a native function of the same name: ${name}`, {
      files: {
        "main.mjs": `
          import "./patch.mjs";
          import { burn } from "./burn.mjs";
          function work(n) {
            const copy = {};
            copy.__proto__ = { n };
            return [String([burn(n) % 1000, n]), [].concat([n]) instanceof Array, new Map() instanceof Object, copy.n].join(" ");
          }
          console.log(work(3));
        `,
        "patch.mjs": `import { runInNewContext } from "node:vm";`,
      },
      cold: { misses: { work: 1 } },
      warm: { hits: { work: 1 } },
      after: [
        {
          label: "patched",
          edit: { "patch.mjs": `import { runInNewContext } from "node:vm"; ${patch}` },
          refused: { work: why },
        },
      ],
    }),
  ),

  program("methods of Function.prototype, and prototypes that are compared, until Function is another", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const uncurry = Function.prototype.bind.bind(Function.prototype.call);
        const slice = uncurry(Array.prototype.slice);
        function inside(n) {
          const last = Function.prototype.call.bind(Array.prototype.at);
          return (burn(n) % 1000) + last([1, n], -1) + (Object.getPrototypeOf({}) === Object.prototype ? ".o" : ".x");
        }
        function outside(n) {
          return (burn(n) % 1000) + slice([1, 2, n], 1).join() + Object.prototype.toString.call(n);
        }
        console.log(inside(3), outside(3));
        globalThis.Function = { prototype: { call: { bind: () => () => 7 } } };
        console.log(inside(3), outside(3));
      `,
    },
    cold: { misses: { inside: 1, outside: 1 }, hits: { inside: 0, outside: 0 } },
    warm: { hits: { inside: 1, outside: 1 } },
  }),

  program("a built-in patched in a loop of many calls", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          return Math.max(burn(n) % 1000, n);
        }
        let sum = 0;
        for (let i = 0; i < 300; i++) {
          if (i === 250) Math.max = (a, b) => b;
          sum += work(i % 7);
        }
        console.log(sum);
      `,
    },
    cold: { misses: { work: 7 }, hits: { work: 243 } },
    warm: { hits: { work: 250 }, misses: { work: 0 } },
  }),

  program("a native function in the place of another from the start", {
    files: {
      "main.mjs": `
        import "./setup.mjs";
        import { burn } from "./burn.mjs";
        function work(n) { return Math.max(burn(n) % 1000, n); }
        console.log(work(3));
      `,
      "setup.mjs": "Math.max = Math.min;\n",
    },
    refuses: { work: /Math\.max/ },
  }),

  program("data on a global object", {
    files: {
      "main.mjs": `
        import "./setup.mjs";
        import { burn } from "./burn.mjs";
        function work(n) {
          return (burn(n) % 1000) * Math.SCALE;
        }
        console.log(work(3));
      `,
      "setup.mjs": "Math.SCALE = 2;\n",
    },
    refuses: { work: /Math\.SCALE/ },
  }),

  program("data on Object.prototype", {
    files: {
      "main.mjs": `
        import "./setup.mjs";
        import { burn } from "./burn.mjs";
        function work(options) {
          return (burn(options.n) % 1000) * (options.scale ?? 1);
        }
        console.log(work({ n: 3 }));
      `,
      "setup.mjs": "Object.prototype.scale = 2;\n",
    },
    after: [{ label: "edited", edit: { "setup.mjs": "Object.prototype.scale = 3;\n" }, hits: { work: 0 } }],
  }),

  program("a write to a global object through Object.assign", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          Object.assign(Math, { LAST: n });
          return burn(n) % 1000;
        }
        console.log(work(3), Math.LAST);
      `,
    },
    refuses: { work: /Math/ },
  }),

  program("a prototype chain that is put together at run time", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Left {
          side() {
            return "left";
          }
        }
        class Right {
          side() {
            return "right";
          }
        }
        class Chosen extends Left {
          run(n) {
            return this.side() + (burn(n) % 1000);
          }
        }
        if (process.argv[2] === "right") Object.setPrototypeOf(Chosen.prototype, Right.prototype);
        console.log(new Chosen().run(3));
      `,
    },
    args: ["left"],
    memo: { "Chosen.run": 1 },
    after: [{ label: "the other base", args: ["right"], hits: { "Chosen.run": 0 } }],
  }),

  program("a getter replaced on a prototype", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Box {
          get scale() {
            return 2;
          }
          run(n) {
            return (burn(n) % 1000) * this.scale;
          }
        }
        if (process.argv[2]) {
          const scale = Number(process.argv[2]);
          Object.defineProperty(Box.prototype, "scale", { get: () => scale, configurable: true });
        }
        console.log(new Box().run(3));
      `,
    },
    memo: { "Box.run": 1 },
    after: [
      { label: "replaced", args: ["3"], hits: { "Box.run": 0 } },
      { label: "replaced by another", args: ["4"], hits: { "Box.run": 0 } },
    ],
  }),

  program("a method with a computed name replaced on a prototype", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Box {
          ["scale"]() {
            return 2;
          }
          run(n) {
            return (burn(n) % 1000) * this.scale();
          }
        }
        if (process.argv[2]) Box.prototype.scale = () => 3;
        console.log(new Box().run(3));
      `,
    },
    memo: { "Box.run": 1 },
    after: [{ label: "replaced", args: ["3"], hits: { "Box.run": 0 } }],
  }),

  program("one function put in the place of another with the same text", {
    files: {
      "main.mjs": `
        import one from "./one.cjs";
        import two from "./two.cjs";
        one.scaled = two.scaled;
        function work(n) {
          return one.scaled(n) + 1;
        }
        console.log(work(3));
      `,
      "one.cjs": `
        const { burn } = require("./burn.cjs");
        let scale = 2;
        exports.scaled = (n) => (burn(n) % 1000) * scale;
        exports.set = (to) => { scale = to; };
      `,
      "two.cjs": `
        const { burn } = require("./burn.cjs");
        let scale = 3;
        exports.scaled = (n) => (burn(n) % 1000) * scale;
        exports.set = (to) => { scale = to; };
      `,
    },
    cold: {},
    after: [
      {
        label: "the state behind it edited",
        edit: { "two.cjs": replace("scale = 3", "scale = 4") },
        hits: { work: 0 },
      },
    ],
  }),

  program("a wrapper whose guard's number starts like that of what it replaces", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        function f0(n) { return burn(n) + 0; }
        exports.one = function (n) { return "one" + (burn(n) % 1000); };
        function f2(n) { return burn(n) + 2; }
        function f3(n) { return burn(n) + 3; }
        function f4(n) { return burn(n) + 4; }
        function f5(n) { return burn(n) + 5; }
        function f6(n) { return burn(n) + 6; }
        function f7(n) { return burn(n) + 7; }
        function f8(n) { return burn(n) + 8; }
        function f9(n) { return burn(n) + 9; }
        function wrapper10(n) { return "<" + original(n) + ">"; }
        function wrapper11(n) { return "[" + original(n) + "]"; }
        function wrapper12(n) { return "(" + original(n) + ")"; }
        const original = exports.one;
        for (const wrapper of [wrapper10, wrapper11, wrapper12]) {
          exports.one = wrapper;
          console.log(exports.one(3));
        }
      `,
    },
    // `one` itself is not where its source puts it.
    cold: { misses: { wrapper10: 1, wrapper11: 1, wrapper12: 1 } },
    warm: { hits: { wrapper10: 1, wrapper11: 1, wrapper12: 1 } },
  }),

  program("code from a function's constructor", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        globalThis.scale = Number(process.argv[2]);
        function work(n) {
          const make = (() => 0).constructor;
          return (burn(n) % 1000) * make("return scale")();
        }
        console.log(work(3));
      `,
    },
    args: ["2"],
    refuses: { work: /constructor/ },
    after: [{ label: "another global", args: ["3"], hits: { work: 0 } }],
  }),

  program("members that are added to Reflect, as packages for metadata do", {
    files: {
      "main.mjs": `
        import "reflect-extra";
        import { burn } from "./burn.mjs";
        const held = Reflect;
        function work(n) { return burn(n) + Math.max(n, 1) + Reflect.ownKeys({ n }).length; }
        function member(n) { return burn(n) + Reflect.extra; }
        function alias(n) { burn(n); const all = Reflect; return all.extra; }
        function taken(n) { burn(n); const { extra } = Reflect; return extra; }
        function computed(n, key) { return burn(n) + Reflect[key]; }
        function given(n, where) { return burn(n) + where.extra; }
        function state(n) { return burn(n) + Object.keys(held).length + held["ex" + "tra"]; }
        for (const _ of [1, 2]) {
          console.log(work(1), member(1), alias(1), taken(1), computed(1, "extra"), given(1, Reflect), state(1));
          Reflect.extra++;
        }
      `,
      "node_modules/reflect-extra/package.json": `{ "main": "index.js" }`,
      "node_modules/reflect-extra/index.js": "Reflect.extra = Number(process.argv[2] ?? 1);",
    },
    cold: { hits: { work: 1 }, misses: { work: 1 } },
    warm: { hits: { work: 2 } },
    after: [{ label: "another value", args: ["7"], hits: { work: 2 } }],
    refuses: {
      alias: /may read `Reflect\.extra`, which the program has added/,
      taken: /Reflect\.extra/,
      computed: /Reflect\.extra/,
      given: /Reflect\.extra/,
      state: /Reflect\.extra/,
    },
  }),

  ...[
    [
      "a member of a prototype",
      "BigInt.prototype.toJSON = function () { return String(this); };",
      /added `BigInt\.prototype\.toJSON`/,
    ],
    ["a member that other versions of Node have", "Math.sumPrecise = 5;", /(added|replaced) `?Math\.sumPrecise/],
    ["no function in place of one", "Math.cbrt = 5;", /replaced Math\.cbrt/],
    ["a member that is gone", "delete Math.hypot;", /removed `Math\.hypot`/],
  ].map(([what, change, reason]) =>
    program(`what was done to built-ins is named: ${what}`, {
      files: {
        "main.mjs": `
          import "./setup.cjs";
          import { burn } from "./burn.mjs";
          function work(n) { return burn(n) + [typeof Math.max, typeof Math.hypot, Math.sumPrecise].length; }
          console.log(work(1), work(1));
        `,
        "setup.cjs": String(change),
      },
      refuses: { work: reason as RegExp },
    }),
  ),
];
