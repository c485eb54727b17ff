/** State where nobody looks for it, and code that is the same and does something else. */
import { program } from "../program.ts";

export const programs = [
  program("closures with one text in strict and in sloppy code", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { writer as sloppy, strictWriter } from "./sloppy.cjs";
        const strict = () => (box) => { box.x = 5; return box.x; };
        function apply(fn, n) {
          const box = Object.freeze({ x: 1 });
          try { return fn(box) + (burn(n) % 10); } catch (error) { return error.name; }
        }
        console.log(apply(strict(), 1), apply(sloppy(), 1), apply(strictWriter(), 1), apply(strict(), 1));
      `,
      "sloppy.cjs": `
        exports.writer = () => (box) => { box.x = 5; return box.x; };
        exports.strictWriter = () => { "use strict"; return (box) => { box.x = 5; return box.x; }; };
      `,
    },
    // The two strict ones are the same function.
    cold: { misses: { apply: 2 }, hits: { apply: 2 } },
    warm: { hits: { apply: 4 } },
  }),

  program("static state of a base class by super", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Base { static level = 1; static scale(n) { return n * this.level; } }
        class Derived extends Base {
          static make(n) { return (burn(n) % 10) + super.level; }
          static through(n) { return (burn(n) % 10) + super.scale(n); }
          run(n) { return (burn(n) % 10) + super.constructor.level; }
        }
        const log = () => { console.log(Derived.make(1), Derived.through(1), new Derived().run(1)); };
        log();
        Base.level = 2;
        log();
        Derived.level = 3;
        log();
        Base.level = 1;
        delete Derived.level;
        log();
      `,
    },
    warm: { hits: { "Derived.make": 4 } },
  }),

  program("static state by `constructor` and by a name that only the class has", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const Named = class Inner { static level = 1; run(n) { return (burn(n) % 10) + Inner.level; } };
        class Own { static level = 1; run(n) { return (burn(n) % 10) + this.constructor.level; } }
        class Derived extends Own {}
        function given(one) { return (burn(1) % 10) + one.run(2); }
        function looked(one) { return (burn(2) % 10) + one.constructor.level; }
        const log = () => {
          for (const one of [new Named(), new Own(), new Derived()]) console.log(one.run(1), given(one), looked(one));
        };
        log();
        Named.level = 3;
        Own.level = 4;
        log();
        Derived.level = 5;
        log();
      `,
    },
    cold: { misses: { "Named.run": 4, "Own.run": 10, given: 7, looked: 7 } },
    warm: { misses: { "Named.run": 0, "Own.run": 0, given: 0, looked: 0 }, hits: { given: 9, looked: 9 } },
  }),

  program("a method with super that is taken from its object", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const parent = { scale: 2 };
        const child = { __proto__: parent, run(n) { return (burn(n) % 1000) * super.scale; } };
        const { run } = child;
        console.log(run(1), child.run(1), run.call({}, 1));
        parent.scale = 3;
        console.log(run(1), child.run(1), run.call({}, 1));
      `,
    },
    refuses: { "child.run": /super/ },
  }),

  program("iterators, decoders, formatters and counters as state", {
    files: {
      "main.mjs": `
        import { createHash } from "node:crypto";
        import { StringDecoder } from "node:string_decoder";
        import { burn } from "./burn.mjs";
        const iterator = [1, 2, 3, 4, 5, 6].values();
        const entries = new Map([[1, 2], [3, 4]]).entries();
        const matches = "a1b2c3".matchAll(/\\d/g);
        const decoder = new TextDecoder();
        const pieces = new StringDecoder("utf8");
        const halves = new StringDecoder("utf8");
        const format = new Intl.NumberFormat("en");
        const bound = ((state, n) => state.n++ + n).bind(null, { n: 1 });
        const counter = (() => { let n = 0; return () => n++; })();
        const hash = createHash("md5");
        const half = Buffer.from("\\u00e9");
        const functions = {
          next(n) { return (burn(n) % 10) + iterator.next().value; },
          entry(n) { return (burn(n) % 10) + String(entries.next().value); },
          match(n) { return (burn(n) % 10) + String(matches.next().value); },
          decode(n) { return (burn(n) % 10) + decoder.decode(half.subarray(0, 1), { stream: true }) + decoder.decode(half.subarray(1)); },
          piece(n) { return (burn(n) % 10) + pieces.write(half.subarray(0, 1)) + pieces.end(); },
          begin(n) { return (burn(n) % 10) + halves.write(half.subarray(0, 1)); },
          finish(n) { return (burn(n) % 10) + halves.write(half.subarray(1)) + halves.lastNeed; },
          formatted(n) { return (burn(n) % 10) + format.format(1234.5); },
          called(n) { return (burn(n) % 10) + bound(n); },
          counted(n) { return (burn(n) % 10) + counter(); },
          hashed(n) { return (burn(n) % 10) + hash.update("x").copy().digest("hex"); },
        };
        for (let i = 0; i < 2; i++) for (const [name, fn] of Object.entries(functions)) console.log(name, fn(1));
      `,
    },
    refuses: Object.fromEntries(["next", "entry", "match", "hashed"].map((name) => [`functions.${name}`, /./])),
    warm: {
      hits: { "functions.called": 1, "functions.counted": 1 },
      hitsAtLeast: { "functions.piece": 1, "functions.begin": 1, "functions.finish": 1 },
    },
  }),

  program("state on functions, arrays, classes and prototypes", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function counted(n) { return (burn(n) % 10) + helper(n); }
        function helper(n) { return n + (helper.offset ?? 0); }
        class Box { get scaled() { return this.n * (this.constructor.scale ?? 1); } constructor(n) { this.n = n; } }
        function boxed(n) { return (burn(n) % 10) + new Box(n).scaled; }
        const list = [1, 2];
        function named(n) { return (burn(n) % 10) + (list.extra ?? 0) + list.length; }
        function own(n) { return (burn(n) % 10) + (own.calls ?? "none"); }
        const log = () => { console.log(counted(1), boxed(1), named(1), own(1)); };
        log();
        helper.offset = 5;
        Box.scale = 3;
        list.extra = 7;
        own.calls = 1;
        log();
        delete helper.offset;
        delete Box.scale;
        delete list.extra;
        delete own.calls;
        log();
        Box.prototype.n = 9;
        Object.defineProperty(Box.prototype, "scaled", { value: "patched" });
        log();
      `,
    },
    warm: { hits: { counted: 4, named: 4 } },
  }),

  program("functions with one text over different variables", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const make = (k) => { const scale = k * 2; return (n) => n * scale; };
        const [two, four] = [make(1), make(2)];
        const table = { two, four, again: make(1) };
        function apply(fn, n) { return fn(burn(n) % 10); }
        function byName(n) { return two(burn(n) % 10) + four(n); }
        function byKey(key, n) { return table[key](burn(n) % 10); }
        console.log(apply(two, 1), apply(four, 1), byName(1), byKey("two", 1), byKey("four", 1), byKey("again", 1));
        table.two = four;
        console.log(byKey("two", 1));
      `,
    },
    after: [
      {
        label: "the factory edited",
        edit: { "main.mjs": (text) => text.replace("k * 2", "k * 3") },
        hits: { apply: 0, byName: 0, byKey: 0 },
      },
    ],
    cold: { hits: { apply: 0, byName: 0 } },
  }),

  program("exports of CommonJS that change while an async function waits", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const lib = require("./lib.cjs");
        async function whole(n) { await null; return (burn(n) % 10) + lib.level; }
        async function early(n) { const { level } = lib; await null; return (burn(n) % 10) + level; }
        (async () => {
          console.log(await whole(1), await early(1));
          const promises = [whole(1), early(1)];
          lib.level = 2;
          console.log(await Promise.all(promises));
          lib.level = 1;
          const again = [whole(1), early(1)];
          require("./lib.cjs").raise();
          console.log(await Promise.all(again));
        })();
      `,
      "lib.cjs": `
        exports.level = 1;
        exports.raise = () => { exports.level = 5; };
      `,
    },
    refuses: { whole: /after it has waited/ },
  }),

  program("a function that is called in every way", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(a, b = 1) { return [burn(a) % 10, b, typeof this]; }
        const box = { work, async later() { return work(5); }, get got() { return work(6); } };
        const results = [
          work(1), work.call(null, 1), work.apply(undefined, [1]), work.bind(null, 1)(), Reflect.apply(work, undefined, [1]),
          [1].map((x) => work(x))[0], [1].map(work)[0], box.work(1), (0, box.work)(1), new Proxy(work, {})(1), work?.(1),
          work(...[1]), work\`1\`, await box.later(), box.got, setTimeout.call.length, Promise.resolve(1).then(work),
          JSON.parse("1", function (key, value) { return work(value)[0]; }), "1".replace(/1/, work), [3, 1].sort((x, y) => work(x)[0] - work(y)[0]),
        ];
        for (const result of results) console.log(JSON.stringify(await result));
      `,
    },
    warm: { hits: { work: 19 } },
  }),

  program("a program that looks for dumbo", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { inspect } from "node:util";
        function work(n) { return burn(n) % 10; }
        const arrow = (n) => burn(n) % 100;
        class Box { static make(n) { return burn(n) % 10; } run(n) { return burn(n) % 10; } }
        console.log(work(1), arrow(1), Box.make(1), new Box().run(1));
        console.log(String(work), arrow + "", \`\${Box}\`, Box.make.toString(), Box.prototype.run.toString().length, [work].join());
        console.log(inspect(work), inspect(Box), Object.keys(globalThis).filter((key) => /dumbo/i.test(key)));
        console.log(String(Function.prototype.toString), Function.prototype.toString.name, Function.prototype.toString.length);
        console.log(Function.prototype.toString.call(Math.max), Object.prototype.toString.call(work), String(Date), String(Math.random));
        console.log(Object.getOwnPropertyDescriptor(Function.prototype, "toString").writable, Object.getOwnPropertyNames(Function.prototype));
        for (const value of [{}, null, undefined, "x", class {}, Object.create(work)]) {
          try { console.log(Function.prototype.toString.call(value)); } catch (error) { console.log(error.name, error.message); }
        }
      `,
    },
    memo: { work: 1, arrow: 1, "Box.make": 1, "Box.run": 1 },
  }),
];
