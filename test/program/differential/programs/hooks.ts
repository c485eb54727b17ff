/** Code of the program that runs where none is to be seen: conversions, accessors, proxies, iterators, patterns. */
import { program } from "../program.ts";

export const programs = [
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
    // The first call that logs shows that there is something to be kept.
    warm: { hits: { attempt: 29 }, misses: { attempt: 1 } },
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
    // The first call shows that there is something to be kept.
    warm: { hits: { count: 2 }, misses: { count: 1 } },
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
    // The call that takes from a source changes its argument.
    cold: { misses: { all: 2 } },
    warm: { hits: { all: 1 }, misses: { all: 1 } },
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
    warm: { hits: { plainly: 3, groups: 4, steps: 2 } },
    after: [{ label: "once more", hits: { steps: 3 } }],
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
    warm: { hits: { scoped: 1, later: 0 } },
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
    warm: { hits: { word: 2 }, hitsAtLeast: { even: 2 } },
  }),
];
