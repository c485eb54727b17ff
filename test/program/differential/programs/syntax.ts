/** Newer and older corners of the language, each with a function that is cached beside it. */
import { program } from "../program.ts";

const replace = (from: string, to: string) => (before: string) => before.replace(from, to);

export const programs = [
  program("class fields, private methods, accessors and static blocks", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const made = [];
        class Counter {
          static #instances = 0;
          static { made.push("block", this.name); }
          #n = 1;
          plain = made.push("field");
          static shared = made.push("static");
          get #twice() { return this.#n * 2; }
          set #twice(to) { this.#n = to / 2; }
          #step(by) { this.#twice += by; return this; }
          step(by) { Counter.#instances++; return this.#step(by); }
          get value() { return [this.#n, this.#twice, Counter.#instances]; }
          static has(value) { return #n in value; }
        }
        function work(n) { return burn(n) % 1000; }
        const counter = new Counter();
        console.log(counter.step(work(2)).value, counter.step(work(2)).value, made, Counter.has(counter), Counter.has({}));
        console.log(Object.keys(counter), Object.getOwnPropertyNames(Counter), Object.getOwnPropertyNames(Counter.prototype));
      `,
    },
    cold: { misses: { work: 1 }, hits: { work: 1 } },
    warm: { hits: { work: 2 } },
  }),

  program("private state made and used within one call", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Sum {
          #total = 0;
          add(n) { this.#total += n; return this; }
          get total() { return this.#total; }
          static of(...list) { return list.reduce((sum, n) => sum.add(n), new this()); }
        }
        function work(n) { return Sum.of(burn(n) % 10, n, n + 1).total; }
        console.log(work(1), work(2));
      `,
    },
    memo: { work: 2 },
    after: [
      { label: "a private method edited", edit: { "main.mjs": replace("+= n", "+= n * 2") }, misses: { work: 2 } },
    ],
  }),

  program("new.target, super in objects, and computed and numeric names", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function Old(n) { if (!new.target) return new Old(n); this.n = burn(n) % 10; }
        class Base { constructor() { this.kind = new.target.name; } }
        class Derived extends Base { constructor() { super(); this.second = new.target === Derived; } }
        const parent = { run(n) { return "parent" + (burn(n) % 10); } };
        const child = {
          __proto__: parent,
          run(n) { return "child " + super.run(n); },
          7(n) { return burn(n) % 10; },
          ["com" + "puted"](n) { return burn(n) % 10; },
          "with blank"(n) { return burn(n) % 100; },
          async *stream(n) { yield burn(n) % 10; },
        };
        console.log(Old(1), new Old(2), new Derived(), Reflect.construct(Base, [], Derived).kind);
        console.log(child.run(1), child[7](1), child.computed(1), child["with blank"](1), child.run.name, child[7].name);
        for await (const item of child.stream(1)) console.log(item);
      `,
    },
    memo: { "child.with blank": 1, "parent.run": 1 },
  }),

  program("labels, continue, break and finally that override", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          const log = [burn(n) % 10];
          outer: for (let i = 0; i < 3; i++) {
            inner: for (;;) {
              try {
                if (i === 0) continue outer;
                if (i === 1) break inner;
                break outer;
              } finally {
                log.push("f" + i);
              }
            }
            log.push("after " + i);
          }
          block: { log.push("in"); if (n) break block; log.push("never"); }
          do { log.push("once"); continue; } while (false);
          return log.join();
        }
        function overrides(n) {
          try { return "try" + (burn(n) % 10); } finally { if (n > 1) return "finally"; }
        }
        function swallows(n) {
          for (const i of [1, 2]) try { throw new Error("x" + burn(n)); } catch { continue; } finally { if (i === 2) break; }
          return "swallowed";
        }
        console.log(work(0), work(1), overrides(1), overrides(2), swallows(1));
      `,
    },
    memo: { work: 2, overrides: 2, swallows: 1 },
  }),

  program("with, sloppy this, octals and functions in blocks", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const { old } = require("./old.cjs");
        function who(n) { return (burn(n) % 10) + " " + (this === globalThis ? "global" : typeof this); }
        function block(n) {
          if (n > 0) { function inner() { return "inner"; } }
          return typeof inner + (burn(n) % 10) + 010;
        }
        function deletes(n) { var box = { n }; return delete box.n && burn(n) % 10 ? typeof box.n : "zero"; }
        console.log(who(1), who.call(3, 1), who.apply("text", [1]), block(1), block(0), old({ a: 1, b: 2 }), deletes(1));
      `,
      "old.cjs": `
        exports.old = function old(box) {
          with (box) { a = 5; var c = a + b; }
          return [box.a, c, typeof a];
        };
      `,
    },
    memo: { deletes: 1, block: 2 },
  }),

  program("arguments that alias parameters", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        function alias(a, b) {
          arguments[0] = burn(b) % 10;
          b = 5;
          return [a, arguments[1], arguments.length];
        }
        function spread() { return inner(...arguments); }
        function inner(a, b) { return (burn(a) % 10) + b; }
        function callee(n) { return n < 1 ? burn(1) % 10 : arguments.callee(n - 1); }
        console.log(alias(1, 2), alias(1), spread(1, 2), spread(3, 4), callee(2), inner.length, alias.length);
      `,
    },
    memo: { inner: 2 },
    refuses: { alias: /arguments/, callee: /./ },
  }),

  program("generators: return, throw, delegation and early end", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const log = [];
        function* inner(n) { try { const got = yield burn(n) % 10; log.push(["got", got]); yield 2; } finally { log.push("closed"); } }
        function* outer(n) { const result = yield* inner(n); log.push(result); return "done"; }
        function first(n) { for (const value of inner(n)) return value; }
        function pair(n) { const [a, b] = inner(n); return a + b; }
        const own = { *[Symbol.iterator]() { yield burn(1) % 10; } };
        function sum(n) { let total = 0; for (const x of own) total += x + n; return total; }
        const it = outer(1);
        console.log(it.next(), it.next("x"), it.return("early"), it.next(), first(1), pair(1), sum(1), log);
        const thrown = outer(2);
        thrown.next();
        try { thrown.throw(new Error("in")); } catch (error) { console.log(error.message, log.length); }
      `,
    },
    refuses: { inner: /generator/, outer: /generator/ },
    after: [{ label: "once more", hits: { first: 1, pair: 1, sum: 1 } }],
  }),

  program("generators within one call", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function* naturals() { for (let i = 0; ; i++) yield i; }
        function take(n) {
          const list = [];
          for (const i of naturals()) { if (i === n) break; list.push(burn(i) % 10); }
          return list;
        }
        function lazily(n) { return [...naturals().take?.(n) ?? []].length + (burn(n) % 10); }
        console.log(take(3), take(0), lazily(2) >= 0);
      `,
    },
    memo: { take: 2 },
  }),

  program("tagged templates and the identity of their strings", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const cache = new WeakMap();
        function tag(strings, ...values) {
          if (!cache.has(strings)) cache.set(strings, cache.size ?? 0);
          return strings.raw.join("|") + values.join() + Object.isFrozen(strings);
        }
        const same = (strings) => strings;
        function site(n) { return same\`a\${n}\`; }
        function render(n) { return plain\`<\${burn(n) % 10}>\\n\`; }
        function plain(strings, ...values) { return strings.raw[1] + values[0] + strings[0]; }
        console.log(tag\`x\${1}y\`, site(1) === site(2), site(1) === same\`a\${1}\`, render(1), render(2));
      `,
    },
    memo: { render: 2 },
    refuses: { tag: /./, site: /./ },
  }),
];
