/** The language: what a rewrite may not change. */
import { program } from "../program.ts";

export const programs = [
  program("hoisting, names and lengths", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        "use strict";
        "another directive";
        console.log(early(1), typeof later, early.name, early.length);
        function early(a, b) {
          "use strict";
          const { burn } = load();
          return burn(a) % 1000;
        }
        function load() { return require("./burn.cjs"); }
        var later = function named(a, b = 1, ...c) { return load().burn(a) % 10; };
        const arrow = async (a) => load().burn(a) % 10;
        console.log(later.name, later.length, arrow.name, arrow.length, later(1), Object.getOwnPropertyNames(early));
        console.log((() => { try { return "caller" in early; } catch (error) { return error.name; } })(), this === module.exports);
        { function inner() { return 1; } }
        console.log(typeof inner);
      `,
    },
    refuses: { early: /require/ },
  }),

  program("classes", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Base {
          static count = 0;
          static level = 2;
          constructor(n) { this.n = n; this.kind = new.target.name; }
          get double() { return this.n * 2; }
          run(n) { return (burn(n) % 1000) * this.double; }
          static make(n) { return (burn(n) % 1000) * this.level; }
          toString() { return "Base " + this.n; }
        }
        class Derived extends Base {
          static level = 5;
          field = this.n + 1;
          get double() { return super.double + this.field; }
          run(n) { return super.run(n) + 1 + this.n; }
        }
        class Hidden {
          #n;
          constructor(n) { this.#n = n; }
          run(n) { return (burn(n) % 1000) * this.#n; }
          static is(value) { return #n in value; }
        }
        console.log(new Base(1).run(1), new Base(2).run(1), new Derived(1).run(1), Base.make(1), Derived.make(1));
        console.log(new Hidden(1).run(1), new Hidden(2).run(1), Hidden.is(new Hidden(1)), String(new Base(1)));
        Base.level = 4;
        console.log(Base.make(1), Derived.make(1), new Derived(3).kind, Base.name, Base.length, Object.keys(new Derived(1)));
        console.log(Object.getOwnPropertyNames(Base.prototype), typeof Base.prototype.run.prototype);
      `,
    },
    memo: { "Derived.run": 1, "Base.make": 4, "Hidden.run": 2 },
  }),

  program("a static block", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Base {
          static level = 2;
          static { Base.level = 3; }
          static make(n) { return (burn(n) % 1000) * this.level; }
        }
        console.log(Base.make(1));
      `,
    },
    memo: { "Base.make": 1 },
    after: [
      {
        label: "edited",
        edit: { "main.mjs": (text) => text.replace("level = 3", "level = 4") },
        misses: { "Base.make": 1 },
      },
    ],
  }),

  program("objects with methods", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const tools = {
          scale: 2,
          run(n) { return (burn(n) % 1000) * this.scale; },
          arrow: (n) => { return burn(n) % 10; },
          nested: { deep(n) { return (burn(n) % 10) + tools.scale; } },
          get computed() { return burn(1) % 10; },
          ["na" + "me"](n) { return burn(n) % 10; },
          async later(n) { return burn(n) % 10; },
          "quoted name"(n) { return burn(n) % 10; },
        };
        const { run } = tools;
        console.log(tools.run(1), run.call({ scale: 5 }, 1), tools.arrow(1), tools.nested.deep(1), tools.computed);
        console.log(tools.name(1), await tools.later(1), tools["quoted name"](1), Object.keys(tools), tools.run.name);
        tools.scale = 3;
        console.log(tools.run(1), tools.nested.deep(1));
      `,
    },
    memo: { "tools.nested.deep": 2, "tools.arrow": 1 },
  }),

  program("statements of every kind", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function labelled(n) {
          let sum = burn(n) % 10;
          outer: for (const a of [1, 2, 3]) {
            for (let b = 0; ; b++) {
              if (b > a) continue outer;
              if (a * b > 3) break outer;
              sum += a * b;
            }
          }
          block: { if (n) break block; sum = -1; }
          switch (n) { case 1: sum += 10; case 2: sum += 20; break; default: sum += 30; }
          do { sum++; } while (sum % 7);
          for (const key in { a: 1, b: 2 }) sum += key.length;
          try { null.x; } catch { sum *= 2; } finally { sum += 1; }
          return sum;
        }
        function shadows(n, burn2 = burn) {
          { let n = 5; var m = n; }
          const tag = (strings, ...values) => strings.raw.join("|") + values;
          return [burn2(n) % 10, m, tag\`a\${n}\\n\`, n?.x?.y ?? "none", n ** 2, [...[1, 2], n], { ...{ a: n } }, (n, m)];
        }
        function* sequence(n) { for (let i = 0; i < n; i++) yield burn(i) % 10; }
        async function* later(n) { yield burn(n) % 10; }
        const collected = (n) => [...sequence(n)].reduce((a, b) => a + b, 0);
        console.log(labelled(1), labelled(2), labelled(0), shadows(3), [...sequence(3)], collected(3));
        for await (const value of later(1)) console.log(value);
      `,
    },
    memo: { labelled: 3 },
    refuses: { sequence: /generator/, later: /generator/ },
  }),

  program("the line numbers of errors", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const lines = (error) => error.stack.split("\\n").slice(1, 4).map((line) => /(\\S+) .*?(\\d+):\\d+/.exec(line)?.slice(1).join(":") ?? line.trim());
        function inner(n) {
          if (burn(n) >= 0)
            throw new Error("x");
          return 1;
        }
        const outer = (n) =>
          inner(n) +
          1;
        async function later(n) {
          await null;
          return outer(n);
        }
        for (let i = 0; i < 6; i++) {
          try { outer(1); } catch (error) { console.log(lines(error), error.stack.split("\\n").length); }
          await later(1).catch((error) => console.log(lines(error)));
        }
        function stack(n) { burn(n); return { trace: new Error("y").stack.split("\\n").length }; }
        console.log(stack(1), stack(1));
      `,
    },
    refuses: { inner: /throws/, stack: /stack/ },
  }),

  program("eval and with", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const { evaluated } = require("./eval.cjs");
        const { withed } = require("./with.cjs");
        function work(n) { return evaluated(n) + (burn(n) % 10); }
        function indirect(n) { return (0, eval)("1 + " + (burn(n) % 10)); }
        function made(n) { return new Function("a", "return a * 2")(burn(n) % 10); }
        function plain(n) { return burn(n) % 10; }
        console.log(work(1), withed({ x: 2 }), indirect(1), made(1), plain(1));
      `,
      "eval.cjs": `
        const { burn } = require("./burn.cjs");
        let secret = 4;
        exports.evaluated = function (n) { return eval("burn(n) % 1000 + secret++"); };
      `,
      "with.cjs": `
        exports.withed = function (box) { with (box) { return x + 1; } };
      `,
    },
    memo: { plain: 1, made: 1 },
    refuses: { work: /eval/, indirect: /eval/ },
  }),

  program("symbols, frozen objects and well-known hooks", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const frozen = Object.freeze({ scale: 2, list: Object.freeze([1, 2]) });
        const key = Symbol("key");
        const shared = Symbol.for("shared");
        const keyed = { [key]: 1 };
        const open = { [shared]: 3 };
        const primitive = { [Symbol.toPrimitive]: () => 5 };
        function fixed(n) { return (burn(n) % 1000) * frozen.scale + frozen.list[1]; }
        function unique(n) { return (burn(n) % 1000) * keyed[key]; }
        function known(n) { return (burn(n) % 1000) * open[shared]; }
        function coerced(n) { return (burn(n) % 1000) + +primitive; }
        console.log(fixed(1), unique(1), known(1), coerced(1));
        open[shared] = 4;
        console.log(known(1));
      `,
    },
    memo: { fixed: 1, known: 2, unique: 1, coerced: 1 },
  }),

  program("constructors in the old style", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        function Point(x) { if (!(this instanceof Point)) return new Point(x); this.x = burn(x) % 10; }
        Point.prototype.run = function (n) { return (burn(n) % 10) * this.x; };
        function factory(n) { return { n: burn(n) % 10 }; }
        function work(n) { return new Point(n).run(2); }
        console.log(new Point(1).run(1), Point(2).run(1), new factory(1), factory(1), new factory(1) instanceof factory, work(3));
      `,
    },
    cold: { misses: { factory: 1, work: 1 } },
    warm: { hits: { factory: 3, work: 1 } },
    after: [
      {
        label: "a method edited",
        edit: { "main.cjs": (text) => text.replace("* this.x", "+ this.x") },
        hits: { factory: 3 },
        misses: { work: 1 },
      },
    ],
  }),
];
