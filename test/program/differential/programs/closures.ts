/** Functions as values: callbacks, closures, bound functions, what they have captured, and what cannot be told. */
import { program } from "../program.ts";

const replace = (from: string, to: string) => (before: string) => before.replace(from, to);

export const programs = [
  program("callbacks passed as arguments", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const scale = Number(process.argv[2]);
        const double = (n) => n * 2;
        function apply(list, fn) {
          return (burn(list.length) % 1000) + list.map(fn).join();
        }
        console.log(apply([1, 2], (n) => n * scale));
        console.log(apply([1, 2], (n) => double(n) + 1));
        console.log(apply([1, 2], function (n) { return double(n) - 1; }));
        console.log(apply([1, 2], async function* named() { yield 1; }).length);
        function unrelated(n) { return n + 1; }
        console.log(unrelated(1));
      `,
    },
    args: ["3"],
    memo: { apply: 4 },
    after: [
      { label: "state that one reads", args: ["4"], hits: { apply: 3 }, misses: { apply: 1 } },
      {
        label: "what two of them call edited",
        edit: { "main.mjs": replace("(n) => n * 2", "(n) => n * 2.5") },
        hits: { apply: 2 },
        misses: { apply: 2 },
      },
      {
        label: "one of them edited",
        edit: { "main.mjs": replace("double(n) - 1", "double(n) - 3") },
        hits: { apply: 3 },
        misses: { apply: 1 },
      },
      {
        label: "out of reach",
        edit: { "main.mjs": replace("n + 1; }", "n + 5; }") },
        hits: { apply: 4 },
        misses: { apply: 0 },
      },
    ],
  }),

  program("functions from a factory", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { makeScaler } from "./factory.mjs";
        const scaler = makeScaler(Number(process.argv[2]));
        const other = makeScaler(1);
        function work(n) {
          return scaler(burn(n) % 1000);
        }
        console.log(work(2), other.options.deep);
      `,
      "factory.mjs": `
        const round = (n) => Math.round(n);
        export function makeScaler(factor) {
          const options = { factor, deep: { offset: Number(process.argv[3] ?? 1) } };
          const apply = (n) => round(n * options.factor) + options.deep.offset;
          function scaler(n) {
            return apply(n);
          }
          scaler.options = options;
          const unused = () => factor + 1;
          return scaler;
        }
      `,
    },
    args: ["2"],
    memo: { work: 1 },
    after: [
      { label: "another captured value", args: ["3"], misses: { work: 1 } },
      { label: "deep in a captured object", args: ["2", "5"], misses: { work: 1 } },
      {
        label: "a function beside it in the factory that it calls",
        edit: { "factory.mjs": replace("+ options.deep", "- options.deep") },
        misses: { work: 1 },
      },
      {
        label: "a helper of its module",
        edit: { "factory.mjs": replace("Math.round", "Math.ceil") },
        misses: { work: 1 },
      },
      {
        label: "a function beside it that it does not call",
        edit: { "factory.mjs": replace("factor + 1", "factor + 2") },
        hits: { work: 1 },
        misses: { work: 0 },
      },
    ],
  }),

  program("a captured binding that changes between calls", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function counter() {
          let level = 1;
          return { read: (n) => (n % 100) * level, raise: () => { level++; } };
        }
        const { read, raise } = counter();
        function work(n) {
          return read(burn(n) % 1000);
        }
        console.log(work(2), work(2));
        raise();
        console.log(work(2));
        raise();
        console.log(work(2), work(3));
      `,
    },
    cold: { misses: { work: 4 }, hits: { work: 1 } },
    warm: { hits: { work: 5 } },
  }),

  program("a callback that captures what is assigned later", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function apply(fn) {
          return (burn(1) % 1000) + fn();
        }
        function run() {
          var late;
          let also = 1;
          const list = [];
          const read = () => late + also + list.length;
          const seen = [apply(read)];
          late = 5;
          seen.push(apply(read));
          also = 2;
          seen.push(apply(read));
          list.push(1);
          seen.push(apply(read));
          return seen.join();
        }
        console.log(run());
        for (var i = 0; i < 2; i++) {
          var square = i * i;
          console.log(apply(() => square + i));
        }
        for (let j = 0; j < 2; j++) console.log(apply(() => j * 10));
        for (const k of [7, 8]) console.log(apply(() => k * 10));
      `,
    },
    cold: { misses: { apply: 10 } },
    // `run` is remembered, too.
    warm: { hits: { run: 1, apply: 6 }, misses: { apply: 0 } },
  }),

  program("closures of one text and other names", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function apply(fn, n) {
          return (burn(n) % 1000) + fn(n);
        }
        const of = (x) => [(y) => x + y, (x) => (y) => x + y];
        const [one, two] = of(1);
        console.log(apply(one, 1), apply(two(2), 1), apply(of(3)[0], 1));
        function shadowed(x) {
          {
            const x = 20;
            return [(y) => x * y, ((x) => (y) => x * y)(30)];
          }
        }
        const pair = shadowed(10);
        console.log(apply(pair[0], 1));
        console.log(apply(pair[1], 1));
      `,
    },
    memo: { apply: 5 },
  }),

  program("a function expression that knows itself by name", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const self = () => 1;
        function apply(fn, n) {
          return (burn(n) % 1000) + fn(n);
        }
        const outer = (function self(n) {
          return n > 5 ? 100 : (m) => self(n + m);
        });
        console.log(apply(outer(5), 1), self());
        console.log(apply(function fact(n) { return n < 2 ? 1 : n * fact(n - 1); }, 5));
      `,
    },
    cold: { misses: { apply: 2 }, refused: { apply: /self/ } },
    warm: { hits: { apply: 1 }, misses: { apply: 1 } },
  }),

  program("bound functions", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function scale(factor, n) {
          return n * factor * (this?.unit ?? 1);
        }
        const scaled = scale.bind({ unit: Number(process.argv[3]) }, Number(process.argv[2]));
        function work(n) {
          return scaled(burn(n) % 1000);
        }
        function apply(fn, n) {
          return fn(burn(n) % 1000);
        }
        console.log(work(1), apply(scale.bind(null, 3), 1), apply(Math.max.bind(null, 500), 1));
        console.log(apply(((n) => n - 1).bind(null), 1), apply(scale.bind(null, 3).bind(null), 1));
      `,
    },
    args: ["2", "1"],
    memo: { work: 1, apply: 4 },
    after: [
      { label: "another bound argument", args: ["3", "1"], misses: { work: 1 }, hits: { apply: 4 } },
      { label: "another bound this", args: ["2", "4"], misses: { work: 1 }, hits: { apply: 4 } },
      {
        label: "what was bound edited",
        edit: { "main.mjs": replace("n * factor", "n + factor") },
        misses: { work: 1, apply: 2 },
        hits: { apply: 2 },
      },
    ],
  }),

  program("objects with methods from a factory", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function makeStore(seed) {
          const items = [seed];
          return {
            items,
            total() { return this.items.reduce((a, b) => a + b, 0); },
            first: () => items[0],
            add(n) { items.push(n); return this; },
          };
        }
        const store = makeStore(3);
        function total(s, n) {
          return (burn(n) % 1000) + s.total() + s.first();
        }
        console.log(total(store, 1));
        store.add(4);
        console.log(total(store, 1));
        console.log(total(makeStore(5), 1));
      `,
    },
    memo: { total: 3 },
    after: [
      {
        label: "a method edited",
        edit: { "main.mjs": replace("a + b, 0", "a - b, 0") },
        misses: { total: 3 },
      },
    ],
  }),

  program("classes made in functions", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const mixin = (Base, factor) => class Scaled extends Base {
          scale(n) { return super.scale(n) * factor; }
          static unit = factor;
          get label() { return "x" + factor; }
        };
        class Plain { scale(n) { return n; } }
        const Twice = mixin(Plain, Number(process.argv[2]));
        function work(shape, n) {
          return shape.scale(burn(n) % 1000) + shape.label;
        }
        function make(n) {
          return new Twice().scale(burn(n) % 1000) + Twice.unit;
        }
        console.log(work(new Twice(), 1), work(new (mixin(Plain, 7))(), 1), make(1));
      `,
    },
    args: ["2"],
    memo: { work: 2, make: 1 },
    after: [
      { label: "another captured value", args: ["3"], misses: { work: 1, make: 1 }, hits: { work: 1 } },
      {
        label: "the base edited",
        edit: { "main.mjs": replace("return n; }", "return n + 1; }") },
        misses: { work: 2, make: 1 },
      },
      {
        label: "a getter edited",
        edit: { "main.mjs": replace('"x" + factor', '"y" + factor') },
        misses: { work: 2, make: 1 },
      },
    ],
  }),

  program("what a function value reads and does", {
    env: { TZ: "UTC" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function local(fn, n) { return (burn(n) % 1000) + fn(n); }
        function random(fn, n) { return (burn(n) % 1000) + fn(n); }
        function written(fn, n) { return (burn(n) % 1000) + fn(n); }
        function pushed(fn, n) { return (burn(n) % 1000) + fn(n); }
        function native(fn, n) { return (burn(n) % 1000) + fn(n); }
        function made(fn, n) { return (burn(n) % 1000) + fn(n); }
        function evaluated(fn, n) { return (burn(n) % 1000) + fn(n); }
        function lexical(fn, n) { return (burn(n) % 1000) + fn(n); }
        console.log(local((n) => new Date(n).toString(), 0));
        console.log(random((n) => n + 0 * Math.random(), 1));
        function run() {
          let count = 0;
          const list = [];
          console.log(written((n) => ++count, 1), written((n) => ++count, 1), count);
          console.log(pushed((n) => list.push(n), 1), pushed((n) => list.push(n), 1), list.length);
        }
        run();
        console.log(typeof native(process.cwd.bind(process), 1));
        console.log(made(new Function("n", "return n + 1"), 1), evaluated((0, eval)("(n) => n + 2"), 1));
        console.log(new (class { unit = 3; run() { return lexical((n) => n * this.unit, 1); } })().run());
      `,
    },
    memo: { local: 1, lexical: 1, made: 1 },
    warm: { hits: { local: 1, lexical: 1, made: 1, pushed: 1 } },
    refuses: {
      random: /Math\.random/,
      written: /writes `count`/,
      native: /process|cwd|function/,
      evaluated: /cannot see into|not read/,
    },
    after: [{ label: "in another time zone", env: { TZ: "Asia/Tokyo" }, misses: { local: 1 }, hits: { local: 0 } }],
  }),

  program("functions that are made anew for each call", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function apply(fn, n) { return fn(burn(n) % 1000); }
        for (let i = 0; i < 20; i++) {
          const by = i % 4;
          console.log(apply((n) => n + by, 1), apply((n) => n * 2, 1));
        }
      `,
    },
    cold: { misses: { apply: 5 }, hits: { apply: 35 } },
    warm: { hits: { apply: 40 }, misses: { apply: 0 } },
  }),

  program("a file that is loaded twice", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const one = require("./lib.cjs");
        delete require.cache[require.resolve("./lib.cjs")];
        const two = require("./lib.cjs");
        one.set(1);
        two.set(2);
        function work(fn, n) { return fn()(burn(n) % 1000); }
        console.log(work(one.make, 1), work(two.make, 1));
      `,
      "lib.cjs": `
        let level = 0;
        exports.set = (n) => { level = n; };
        exports.make = () => (n) => n * level;
      `,
    },
    cold: { hits: { work: 0 } },
    warm: {},
  }),

  program("closures of a module that is loaded under two names, and of scripts with its text", {
    files: {
      "main.mjs": `
        import vm from "node:vm";
        import { burn } from "./burn.mjs";
        const one = await import("./lib.mjs?1");
        const two = await import("./lib.mjs?2");
        one.set(1);
        two.set(Number(process.argv[2] ?? 2));
        function work(fn, n) { return fn(burn(n) % 1000); }
        function made(fn, n) { return fn(burn(n) % 1000); }
        console.log(work(one.make(1), 1), work(two.make(1), 1), work(one.make(2), 1), work(two.make(2), 1));
        console.log(work(one.reader(), 1), work(two.reader(), 1), work(one.list[0], 1), work(two.list[0], 1));
        const text = "let level = 3; const m = 4; (n) => n * level + m";
        console.log(made(vm.runInThisContext(text), 1), made(vm.runInNewContext(text), 1), made(new Function("n", "return n * 5"), 1));
        console.log(work(one.make(1), 1) - work(two.make(1), 1));
      `,
      "lib.mjs": `
        let level = 0;
        export const set = (n) => { level = n; };
        export const make = (m) => (n) => n * level + m;
        export const reader = () => (n) => n * level;
        export const list = [function (n) { return n - level; }];
      `,
    },
    cold: { misses: { work: 8 }, hits: { work: 2 } },
    warm: { hits: { work: 10 }, misses: { work: 0 } },
    after: [{ label: "with other state in one of them", args: ["3"], misses: { work: 4 }, hits: { work: 6 } }],
  }),

  program("a program that looks for sessions of the inspector", {
    files: {
      "main.mjs": `
        import inspector from "node:inspector";
        import { burn } from "./burn.mjs";
        function apply(fn, n) { return fn(burn(n) % 1000); }
        const session = new inspector.Session();
        session.connect();
        let paused = 0;
        session.on("Debugger.paused", () => paused++);
        session.on("Runtime.executionContextCreated", () => console.log("context"));
        session.post("Runtime.enable");
        session.post("Debugger.enable");
        const by = Number(process.argv[2] ?? 1);
        const make = (m) => (n) => n + m;
        console.log(apply(make(by), 1), inspector.url(), paused);
        session.disconnect();
        console.log(apply(make(by), 2), Symbol.for("dumbo.handover") in globalThis);
      `,
    },
    cold: {},
    warm: { hits: { apply: 2 } },
  }),
  program("results of classes and functions that were made by functions", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const make = (scale) => class Local { constructor(n) { this.n = n; } scaled() { return this.n * scale; } };
        const adder = (m) => (n) => n + m;
        const Two = make(2), Three = make(Number(process.argv[2] ?? 3)), add = adder(1), more = adder(2);
        function Old(n) { this.n = n; }
        Old.prototype.twice = function () { return 2 * this.n; };
        function instances(n) { burn(n); return [new Two(n), new Three(n)]; }
        function old(n) { burn(n); return new Old(n); }
        function chosen(n) { burn(n); return n > 1 ? { add: more } : { add }; }
        function given(n, fn) { burn(n); return [fn, fn(n)]; }
        function fresh(n) { burn(n); return (m) => m + n; }
        function bound(n) { burn(n); return add.bind(null, n); }
        function which(n) { burn(n); return n > 1 ? Two : Three; }
        const call = add.bind(null, 5);
        for (let round = 0; round < 2; round++) {
          const [two, three] = instances(1);
          console.log(two, three, two instanceof Two, three instanceof Three, two instanceof Three, two.scaled(), three.scaled());
          console.log(old(2), old(2) instanceof Old, old(2).twice());
          console.log(chosen(1).add === add, chosen(2).add === more, chosen(2).add(1));
          console.log(given(1, add)[0] === add, given(1, call)[0] === call, given(1, more));
          console.log(fresh(1)(2), fresh(1) === fresh(1), bound(1)(), which(1) === Three, which(2) === Two);
        }
      `,
    },
    cold: { misses: { instances: 1, old: 1, chosen: 2, given: 3, which: 2 } },
    warm: {
      hits: { instances: 2, old: 6, chosen: 6, given: 6, which: 4 },
      misses: { instances: 0, old: 0, chosen: 0 },
    },
    refuses: { fresh: /made at each call/, bound: /made at each call/ },
    after: [{ label: "another capture", args: ["4"], misses: { instances: 1, which: 2 } }],
  }),

  program("closures that write what they have captured, or could", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function makeCounter() {
          let count = 0;
          const log = [];
          return {
            next: () => { count++; return count; },
            peek: (step) => { if (step > 100) count = 0; return count + step; },
            note: function (what) { log.push(what); if (what === "drop") log.length = 0; return log.length; },
          };
        }
        const outer = makeCounter();
        outer.next();
        // Its own counters: nothing outside of the call is written.
        function own(n) {
          const { next, peek } = makeCounter();
          for (let i = 0; i < n; i++) next();
          return (burn(n) % 10) + peek(n) + peek(200);
        }
        // One from outside that is only looked at.
        function peeks(n) {
          return (burn(n) % 10) + outer.peek(n);
        }
        // One from outside that is written.
        function writes(n) {
          return (burn(n) % 10) + outer.next();
        }
        // What was made in a call around this one is outside of it.
        function around(n) {
          const made = makeCounter();
          return inside(made, n) + inside(made, n);
        }
        function inside(made, n) {
          return (burn(n) % 10) + made.next();
        }
        function resets(n) {
          return (burn(n) % 10) + outer.peek(n);
        }
        console.log(own(3), own(4), peeks(5), peeks(6));
        console.log(writes(1), writes(1), around(2), resets(101), peeks(5));
      `,
    },
    memo: { own: 2, peeks: 3, around: 1 },
    warm: { hits: { own: 2, peeks: 3, around: 1 } },
    refuses: { writes: /writes `count`/, resets: /writes `count`/ },
  }),

  program("what generators and async functions keep for their closures", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function* numbers() {
          let at = 0;
          const step = () => { at += 2; return at; };
          for (;;) yield step();
        }
        const outer = numbers();
        outer.next();
        function own(n) {
          const list = numbers();
          list.next();
          return (burn(n) % 10) + list.next().value;
        }
        async function waits(n) {
          let sum = 0;
          const add = (k) => { sum += k; };
          await null;
          for (let i = 0; i < n; i++) add(i);
          await null;
          add(burn(n) % 10);
          return sum;
        }
        async function both(n) {
          const [a, b] = await Promise.all([waits(n), waits(n + 1)]);
          return a + b;
        }
        console.log(own(1), own(2), await waits(3), await both(4));
      `,
    },
    memo: { own: 2, waits: 3, both: 1 },
    warm: { hits: { own: 2, waits: 1, both: 1 } },
  }),

  program("closures over bindings without a value, met before and after these are initialised", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function makeLater(list) {
          function Held() { this.run = outer; }
          Held.prototype = { n: 1 };
          function outer(n) { return init(n) + 1; }
          const seen = list && new Set(list);
          function init(n) { return seen ? seen.size : n; }
          return { init, outer, run: (n) => outer(n) + new Held().n };
        }
        function makeEarly(list, leak) {
          leak(init);
          const seen = list && new Set(list);
          function init(n) { return seen ? seen.size : n; }
          return init;
        }
        function makeIndirect(list, leak) {
          function outer(n) { return init(n) + 2; }
          leak(outer);
          const seen = list && new Set(list);
          function init(n) { return seen ? seen.size : n; }
          return init;
        }
        function later(fn, n) { return (burn(n) % 1000) + fn(n); }
        function early(fn, n) { try { return (burn(n) % 2000) + fn(n); } catch (error) { return error.name; } }
        function indirect(fn, n) { try { return (burn(n) % 3000) + fn(n); } catch (error) { return error.name; } }
        for (const list of [undefined, [1, 2]]) {
          const { init, outer, run } = makeLater(list);
          console.log(later(init, 1), later(outer, 2), later(run, 3));
          const late = makeEarly(list, (init) => console.log(early(init, 1)));
          console.log(early(late, 1));
          makeIndirect(list, (outer) => console.log(indirect(outer, 1)));
        }
      `,
    },
    cold: { misses: { later: 6 } },
    // Before V8 12, undefined may be a dead zone.
    ...(Number.parseInt(process.versions.v8, 10) < 12
      ? { warm: { hits: { later: 6, early: 1 } }, refuses: { indirect: /initialised/ } }
      : { warm: { hits: { later: 6 } } }),
  }),

  program("closures that write what they have captured at once, and so are never run by a call that is kept", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { idle, shortOut } from "./short-out.mjs";
        const extra = Number(process.argv[2] ?? 1);
        const one = shortOut((n) => n + extra);
        const two = shortOut((n) => n - extra);
        const api = { one, two, idle: idle(extra), version: 3 };
        one(1);
        function shows(n) { return (burn(n) % 1000) + Object.keys(api).join() + api.version; }
        function hands(n) { return burn(n) > 0 ? api.one : api.two; }
        function given(fn, n) { return (burn(n) % 2000) + (fn === api.one ? "one" : "another"); }
        function picks(pair, n) { return pair[burn(n) % 1]; }
        function runs(n) { return api.one(burn(n) % 1000); }
        function catches(n) { try { return burn(n) + api.two(); } catch (error) { return error.name; } }
        console.log(shows(1), hands(2) === one, given(one, 3), given(two, 3));
        console.log(picks([one, two], 4) === one, picks([two, one], 4) === two);
        console.log(runs(5), runs(5), catches(6), api.idle(), shows(7));
      `,
      "short-out.mjs": `
        export function shortOut(func) {
          let count = 0, last = 0;
          return function () {
            const stamp = Date.now(), remaining = 16 - (stamp - last);
            last = stamp;
            if (remaining > 0) { if (++count >= 800) return arguments[0]; }
            else count = 0;
            return func.apply(undefined, arguments);
          };
        }
        export function idle(n) {
          let calls = 0;
          return () => { calls++; return calls + n; };
        }
      `,
    },
    memo: { shows: 2, hands: 1, given: 2, picks: 1 },
    cold: {
      misses: { shows: 2, hands: 1, given: 2, picks: 1 },
      hits: { picks: 1 },
      refused: { runs: /Date.now/, catches: /Date.now/ },
    },
    warm: { hits: { shows: 2, hands: 1, given: 2, picks: 2 } },
    after: [
      {
        label: "what one of them has captured is another",
        args: ["5"],
        hits: { shows: 2, hands: 1, given: 2, picks: 2 },
      },
      {
        label: "one of them edited",
        edit: { "short-out.mjs": replace("800", "900") },
        misses: { shows: 2, hands: 1, given: 2 },
      },
    ],
  }),

  program("closures that write what they have captured, and read some of it where nothing forbids that", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import * as make from "./make.mjs";
        const extra = Number(process.argv[2] ?? 1);
        const kinds = Object.fromEntries(Object.entries(make).map(([name, made]) => [name, made(extra)]));
        function calls(fn, n) { const value = fn(burn(n) % 3); return typeof value === "number" ? value : [...value].join(); }
        for (const fn of Object.values(kinds)) console.log(calls(fn, 1), calls(fn, 2), calls(fn, 3));
      `,
      "make.mjs": `
        export function ahead(n) { let count = 0; return (k) => { if (k >= 0) return n + k; count++; return count; }; }
        export function branch(n) { let count = 0; return (k) => { if (k < 0) { count++; return n; } return n * 2 + k; }; }
        export function both(n) { let count = 0; return (k) => { if (k < 0) { count++; return n; } return n * 3 + k; }; }
        export function parameter(n) {
          let count = 0;
          return (k, m = k >= 0 ? n : 0) => { if (m > 0) return m + 7; count++; return n; };
        }
        export function hoisted(n) {
          let count = 0;
          return (k) => { const m = inner(); if (k >= 0) return m; count++; function inner() { return n + 20; } return n; };
        }
        export function stepped(n) { let count = 0; return function* (k) { yield n + 30; if (k < 0) { count++; yield n; } }; }
        export function state(n) { const seen = [0]; return (k) => { seen[0] = k; return n + 40 + k; }; }
      `,
    },
    warm: { hits: { calls: 20 }, misses: { calls: 1 } },
    cold: { misses: { calls: 21 } },
    after: [{ label: "what they have captured is another", args: ["5"], hits: { calls: 0 } }],
  }),

  program("closures that write what they have captured, where the user vouches for who calls them", {
    files: {
      "assumePure.json": `{ "assumePure": ["./main.mjs#listed"] }`,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function counted(factor) { let calls = 0; return (n) => { calls++; return n * factor; }; }
        export function listed(fn, n) { return burn(n) % 1000 + fn(n); }
        console.log(listed(counted(1), 3), listed(counted(2), 3), listed(counted(Number(process.argv[2] ?? 3)), 3));
      `,
    },
    memo: { listed: 3 },
    after: [{ label: "another captured value", args: ["4"], hits: { listed: 2 }, misses: { listed: 1 } }],
  }),
  program("functions of one text on one line of minified code, which read different bindings", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { arrows, count, hold, one, outer, two } from "./min.mjs";
        import { createRequire } from "node:module";
        const old = createRequire(import.meta.url)("./min.cjs");
        const asks = (fn, n) => (burn(n) % 1000) + fn();
        const n = Number(process.argv[2] ?? 5);
        for (const [{ one: first, two: second, arrows: many }, m] of [[{ one, two, arrows }, n], [old, n + 10]])
          console.log(asks(first(m), 1), asks(second(m), 1), ...many(m).map((fn) => asks(fn, 1)));
        const [adds, tells] = count(n);
        console.log(asks(hold(n), 4), asks(outer(), 4), asks(old.outer(), 4), asks(old.hold(n), 4));
        console.log(asks(tells, 2), asks(adds, 2), asks(tells, 2));
        console.log(asks(() => "function(){return t+u}".length, 3));
      `,
      "min.mjs": `var t=100,u=1000;function outer(){return function(){return t+u}}function hold(n){var t=n;return function(){return t}}function one(n){var t=n,u=1;return function(){return t+u}}function two(n){var t=n*2,u=2;return function(){return t+u}}function arrows(n){var t=n*3,u=3;if(n>0){{let e=n*4;return[()=>t+u,()=>e+t,function(){return t+u}]}}return[]}function count(n){var t=n;return[function(){return t++},function(){return t}]}export{outer,hold,one,two,arrows,count};`,
      "min.cjs": `"use strict";var t=100,u=1000;function outer(){return function(){return t+u}}function hold(n){var t=n;return function(){return t}}function one(n){var t=n,u=1;return function(){return t+u}}function two(n){var t=n*2,u=2;return function(){return t+u}}function arrows(n){var t=n*3,u=3;if(n>0){{let e=n*4;return[()=>t+u,()=>e+t,function(){return t+u}]}}return[]}function count(n){var t=n;return[function(){return t++},function(){return t}]}module.exports={outer,hold,one,two,arrows,count,text:"function(){return t+u}"};`,
    },
    cold: { hits: { asks: 2 }, misses: { asks: 16 } },
    warm: { hits: { asks: 17 }, misses: { asks: 1 } },
    after: [
      { label: "other values", args: ["8"], hits: { asks: 4 }, misses: { asks: 14 } },
      {
        label: "what one of them reads edited",
        edit: { "min.mjs": replace("u=2", "u=7") },
        hits: { asks: 16 },
        misses: { asks: 2 },
      },
    ],
  }),
  program("closures that write what an arrow function without a block has captured", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const random = (seed) => () => (seed = (seed * 16807) % 2147483647) / 2147483647;
        const counter = (n = 0) => ({ next: () => ++n, peek: () => n });
        const nested = (a) => // => (
          (b) =>
            () => (a += b, b++, a);
        const chosen = (on, n) => on && (burn(n), (s) => () => s = [s, n]);
        const later = (n) => async () => { await null; return n++; };
        function sample(seed, times) { const next = random(seed); let sum = burn(1); for (let i = 0; i < times; i++) sum += next(); return sum; }
        function counts(n) { const { next, peek } = counter(n); next(); return [burn(2), next(), peek()]; }
        function nests(n) { const add = nested(n)(2); return [burn(3), add(), add(), nested(1)(1)()]; }
        function chooses(n) { const set = chosen(true, n)(4); return [burn(4), set(), set()].join(); }
        function lent(n) { return [burn(5), take(counter(n)), n]; }
        function take(one) { burn(6); one.next(); return one.peek(); }
        const shared = random(3), steps = counter(5);
        function outer(times) { let sum = burn(7); for (let i = 0; i < times; i++) sum += shared(); return sum; }
        function given(next) { return burn(8) + next(); }
        function steps2(n) { const made = counter(n); return [burn(9), made.next(), steps.next()]; }
        async function waits(n) { const next = later(n); return [burn(10), await next(), await next()]; }
        console.log(sample(1, 9), sample(2, 9), counts(3), nests(4), chooses(5), lent(6), await waits(7));
        for (let i = 0; i < 2; i++) console.log(outer(2), given(shared), given(steps.next), steps2(8), take(steps), steps.peek());
        console.log(String(random), String(counter), String(nested), String(chosen), random.length, counter(1).next.name);
      `,
    },
    warm: { hits: { sample: 2, counts: 1, nests: 1, chooses: 1 } },
    refuses: { outer: /writes `seed`/, given: /writes/, steps2: /writes `n`/ },
  }),
];
