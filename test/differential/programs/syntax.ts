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
    memo: { deletes: 1 },
    refuses: { block: /inner/ },
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
    refuses: { inner: /generator/, outer: /generator/, first: /log|state/ },
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

  program("conversions with effects: toPrimitive, valueOf, toString, toJSON", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const log = [];
        const loud = { [Symbol.toPrimitive](hint) { log.push(hint); return 3; } };
        const old = { valueOf() { log.push("valueOf"); return 4; }, toString() { log.push("toString"); return "five"; } };
        const json = { toJSON(key) { log.push("toJSON " + key); return { n: 1 }; } };
        const broken = { toJSON() { throw new RangeError("json"); }, valueOf() { throw new RangeError("value"); } };
        function add(a) { return (burn(1) % 1000) + a; }
        function text(a) { return \`\${a}\` + (burn(1) % 10); }
        function store(a) { return JSON.stringify({ a, n: burn(1) % 10 }); }
        function attempt(fn, value) { try { return fn(value); } catch (error) { return error.message; } }
        for (let i = 0; i < 2; i++) {
          for (const value of [loud, old, json, broken, 7]) {
            for (const fn of [add, text, store]) console.log(attempt(fn, value));
          }
        }
        console.log(log.length, log.join());
      `,
    },
    cold: { hits: { add: 1, text: 2, store: 1 } },
    warm: { hits: { add: 2, text: 4, store: 2 } },
  }),

  program("getters and setters with effects", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let reads = 0;
        const lazy = { get value() { reads++; Object.defineProperty(this, "value", { value: burn(1) % 10 }); return this.value; } };
        class Meter { #n = 0; get n() { return ++this.#n; } set n(to) { this.#n = to; } }
        const meter = new Meter();
        function read(box) { return (burn(2) % 10) + box.value; }
        function count(one) { return (burn(3) % 10) + one.n; }
        function fromModule(n) { return (burn(n) % 10) + lazy.value; }
        console.log(fromModule(1), read(lazy), read(lazy), reads, count(meter), count(meter), meter.n, fromModule(1));
        meter.n = 10;
        console.log(count(meter));
      `,
    },
    refuses: { count: /private/ },
  }),

  program("proxies of every kind, also revoked", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const log = [];
        const spy = (target) => new Proxy(target, new Proxy({}, { get: (_, trap) => { log.push(trap); } }));
        function size(value) { return (burn(1) % 1000) + Object.keys(value).length; }
        function call(fn) { return (burn(2) % 1000) + fn(1); }
        function kind(value) { return typeof value + Array.isArray(value) + (burn(3) % 10); }
        const { proxy, revoke } = Proxy.revocable({ a: 1 }, {});
        console.log(size(spy({ a: 1 })), call(spy((n) => n)), kind(spy([])), size(proxy));
        revoke();
        for (const fn of [size, kind]) try { console.log(fn(proxy)); } catch (error) { console.log(error.name); }
        const state = spy({ n: 1 });
        const fn = spy((n) => n);
        function reads(n) { return (burn(n) % 10) + state.n; }
        function calls(n) { return (burn(n) % 10) + fn(n); }
        function made(n) { return (burn(4) % 10) + n.inherited; }
        console.log(size({ a: 1 }), reads(1), calls(1), made(Object.create(spy({ inherited: 5 }))), log.join());
        console.log(size({ a: Object.setPrototypeOf({}, spy({})) }), size({ a: { b: spy(class {}) } }), log.join());
      `,
    },
    cold: { misses: { size: 1 }, refused: { call: /./, kind: /Proxy/ } },
    warm: { hits: { size: 1 } },
  }),

  program("iterators that are closed early", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const log = [];
        const source = (n) => ({
          i: 0,
          [Symbol.iterator]() { return this; },
          next() { log.push("next"); return { done: this.i >= n, value: this.i++ }; },
          return(value) { log.push("return"); return { value }; },
        });
        function first(list) { const [a] = list; return a + (burn(1) % 10); }
        function some(list) { for (const x of list) if (x === 1) return x + (burn(2) % 10); return -1; }
        function all(list) { return [...list].length + (burn(3) % 10); }
        console.log(first(source(3)), some(source(3)), all(source(3)), all([1, 2]), log.join());
      `,
    },
    cold: { misses: { all: 1 } },
    warm: { hits: { all: 1 } },
    refuses: { first: /./, some: /./ },
  }),

  program("destructuring, spread, optional chains and nullish assignment", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work({ a: { b: [, second = 2] = [] } = {}, ...rest } = {}, ...others) {
          const { x, ...left } = { ...rest, ...others[0] };
          let y = x?.z?.["deep"] ?? null;
          y ??= others.at?.(-1)?.last;
          y ||= 0;
          y &&= y + 1;
          return { second, left, y, n: burn(second) % 10, keys: Object.keys({ ...others }), exp: (-2) ** 2 };
        }
        console.log(work(), work({ a: { b: [1, 5] }, c: 1 }), work({ x: { z: { deep: 3 } } }, { q: 1 }), work({}, { last: 4 }));
        console.log(work({ a: { b: [1, undefined] } }), work({ a: undefined }), work({ b: 1, a: {} }));
      `,
    },
    warm: { hits: { work: 7 } },
  }),

  program("regular expressions with state, groups and every flag", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const sticky = /\\w/y;
        const global = /(?<letter>[a-z])(\\d)?/g;
        const plain = /(?<=a)b|\\p{Lu}/u;
        function steps(text) { return [sticky.test(text), sticky.lastIndex, burn(1) % 10]; }
        function groups(text) { return [...text.matchAll(global)].map((m) => [m.groups.letter, m[2], m.index, burn(2) % 10]); }
        function plainly(text) { return [plain.test(text), text.replace(plain, (m, at) => m + at), burn(3) % 10]; }
        for (let i = 0; i < 3; i++) console.log(steps("ab"), groups("a1b"), plainly("abC"), sticky.lastIndex, global.lastIndex);
        global.lastIndex = 2;
        console.log("a1b2".replace(global, "<$<letter>>"), groups("a1b"));
      `,
    },
    refuses: { steps: /state/ },
    warm: { hits: { plainly: 3, groups: 4 } },
  }),

  program("big integers, symbols, dates and typed arrays in arithmetic", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function big(n) { return BigInt(burn(Number(n)) % 10) ** n + 0x1fn; }
        function dates(date) { return [date.toISOString(), new Date(date.getTime() + (burn(1) % 10)), date - 1]; }
        function floats(list) { return Float32Array.from(list, (x) => x / 3 + (burn(1) % 10)); }
        function zero(n) { return [Object.is(n, -0), 1 / n, burn(1) % 10]; }
        function registered(key) { return Symbol.keyFor(key) + (burn(2) % 10) + String(Symbol.iterator); }
        console.log(big(3n), dates(new Date(5)), floats([1, 2]), zero(0), zero(-0), registered(Symbol.for("x")), big(-0n));
      `,
    },
    memo: { big: 2, dates: 1, floats: 1, zero: 2, registered: 1 },
  }),

  program("errors: cause, aggregate, own classes, name and message", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Own extends Error { constructor(n, options) { super("own " + n, options); this.n = n; } get name() { return "Own!"; } }
        function chain(n) {
          burn(n);
          try {
            try { JSON.parse("{" + n); } catch (cause) { throw new Own(n, { cause }); }
          } catch (error) { return [error.name, error.message, error.n, error.cause instanceof SyntaxError, "cause" in error]; }
        }
        function made(n) { burn(n); return new Own(n); }
        function aggregate(n) { burn(n); return new AggregateError([new Error("a"), n], "all").errors.length; }
        console.log(chain(1), made(2) instanceof Own, made(2).message, String(made(2)), aggregate(3), chain(1));
        console.log(Object.keys(made(2)), Object.prototype.toString.call(made(1)));
      `,
    },
    cold: { misses: { chain: 1, aggregate: 1 } },
    warm: { hits: { chain: 2, aggregate: 1 } },
  }),

  program("using and await using", {
    node: 24,
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const log = [];
        const open = (name) => ({ name, [Symbol.dispose]() { log.push("closed " + name); }, async [Symbol.asyncDispose]() { log.push("gone " + name); } });
        function scoped(n) { using one = open("a" + n); return one.name + (burn(n) % 10); }
        async function later(n) { await using one = open("b" + n); return one.name + (burn(n) % 10); }
        function plain(n) { return burn(n) % 1000; }
        console.log(scoped(1), await later(2), scoped(1), plain(1), log);
      `,
    },
    cold: { hits: { scoped: 0, later: 0 } },
    warm: { hits: { scoped: 0, later: 0 } },
  }),

  program("default exports and names of functions", {
    files: {
      "main.mjs": `
        import arrow from "./arrow.mjs";
        import named, { other as renamed } from "./named.mjs";
        import Klass from "./klass.mjs";
        console.log([arrow, named, renamed, Klass].map((fn) => [fn.name, fn.length]), arrow(1), named(1), renamed(1), new Klass(2).run(1));
        console.log(Object.getOwnPropertyNames(named), named.prototype?.constructor === named, arrow.prototype);
      `,
      "arrow.mjs": `import { burn } from "./burn.mjs";\nexport default (n, m = 1) => burn(n) % 10;\n`,
      "named.mjs": `
        import { burn } from "./burn.mjs";
        export default function named(n) { return burn(n) % 100; }
        const other = function inner(n) { return inner.name + (burn(n) % 10); };
        export { other };
      `,
      "klass.mjs": `
        import { burn } from "./burn.mjs";
        export default class { constructor(k) { this.k = k; } run(n) { return (burn(n) % 10) * this.k; } }
      `,
    },
    memo: { named: 1 },
  }),

  program("comma, void, in, instanceof with hooks, and delete", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let asked = 0;
        class Even { static [Symbol.hasInstance](n) { asked++; return n % 2 === 0; } }
        class Word { static [Symbol.hasInstance](value) { return typeof value === "string"; } }
        function even(n) { return (burn(n) % 10, n instanceof Even); }
        function word(value) { return [burn(1) % 10, value instanceof Word, void value, "length" in Object(value)]; }
        console.log(even(2), even(3), even(2), asked, word("a"), word(5));
      `,
    },
    refuses: { even: /writes `asked`/, word: /hasInstance/ },
  }),
];
