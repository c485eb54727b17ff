/** Arguments and results: what is told apart, what comes back the same, and whose it is. */
import * as workers from "node:worker_threads";
import { program } from "../program.ts";

/** Up to Node 20, there is no `JSON.rawJSON`, nor marks of objects. */
const hasRawJson = "rawJSON" in JSON && "markAsUncloneable" in workers;

export const programs = [
  program("arguments that are nearly the same", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function show(value, depth = 4) {
          if (typeof value !== "object" || value === null) return typeof value + (Object.is(value, -0) ? "-0" : String(value));
          if (depth === 0) return "...";
          let text = typeof value + Array.isArray(value) + Object.isFrozen(value) + Object.isSealed(value) + Object.isExtensible(value);
          if (Object.getPrototypeOf(value) === null) text += "null";
          if (value instanceof Map || value instanceof Set) for (const item of value) text += show(item, depth - 1) + ",";
          if (value instanceof Date) text += value.getTime();
          if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) text += value.byteLength;
          for (const [key, { value: inner, ...flags }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
            text += key + show(inner, depth - 1) + Object.values(flags) + ";";
          }
          return text + Object.getOwnPropertySymbols(value).length;
        }
        function work(value) {
          const text = show(value);
          return (burn(text.length) % 1000) + text;
        }
        const shared = { a: 1 };
        const sparse = [1, , 3];
        const values = [
          0, -0, NaN, null, undefined, "", "0", false, 0n, 1, "1", 1n, true, [], {}, [undefined], [,], [null], [[]],
          { a: undefined }, { a: 1, b: 2 }, { b: 2, a: 1 }, sparse, [1, undefined, 3], Object.create(null),
          new Map([[1, 2]]), new Map([["1", 2]]), new Map([[1, 2], [3, 4]]), new Map([[3, 4], [1, 2]]),
          new Set([1, 2]), new Set([2, 1]), new Date(0), new Date(1), new Date(NaN), /a/, /a/g,
          Object.assign(/a/g, { lastIndex: 1 }), [shared, shared], [{ a: 1 }, { a: 1 }], "\\ud800", "\\ud801",
          new Uint8Array([1, 2]), new Int8Array([1, 2]), new Uint8ClampedArray([1, 2]), Buffer.from([1, 2]),
          new Uint8Array([9, 1, 2]).subarray(1), new ArrayBuffer(2), new DataView(new ArrayBuffer(2)), new Uint16Array(1),
          Object.freeze({ a: 1 }), Object.seal({ a: 1 }), Object.preventExtensions({ a: 1 }), [1, 2], Object.freeze([1, 2]),
          { [Symbol.for("a")]: 1 }, { [Symbol.iterator]: 1 }, Object.defineProperty({}, "a", { value: 1 }),
          { "": 1 }, { __proto__: null, a: 1 }, JSON.parse('{"__proto__": 1}'), "a".repeat(200), "a".repeat(201),
        ];
        for (const value of values) console.log(work(value));
        const same = { x: shared };
        same.self = same;
        console.log(work(same), work({ x: shared, self: { x: shared, self: null } }));
      `,
    },
    cold: { hits: { work: 0 } },
    warm: { hitsAtLeast: { work: 20 } },
  }),

  program("the same object twice, and two equal ones", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(a, b) {
          return (burn(a.n) % 1000) + (a === b ? " same" : " two") + arity(a, b);
        }
        const arity = (...rest) => rest.length;
        const x = { n: 1 };
        console.log(work(x, x), work(x, { n: 1 }), work({ n: 1 }, x));
        const tree = { left: x, right: x };
        const forest = { left: { n: 1 }, right: { n: 1 } };
        const compare = (t) => (burn(t.left.n) % 1000) + String(t.left === t.right);
        console.log(compare(tree), compare(forest));
      `,
    },
    cold: { misses: { work: 2, compare: 2 }, hits: { work: 1 } },
    warm: { hits: { work: 3, compare: 2 } },
  }),

  program("missing arguments, undefined and defaults", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(a, b = 2, ...rest) {
          return [burn(a ?? 0) % 1000, b, rest.length, rest];
        }
        function picked({ n, list: [first = 5] = [] } = {}, ...others) {
          return [burn(n ?? 0) % 1000, first, others];
        }
        console.log(work(), work(undefined), work(1, undefined), work(1, 2), work(1, null), work(1, 2, undefined), work(1, 2, 3, 4));
        console.log(picked(), picked({ n: 1 }), picked({ n: 1, list: [undefined] }), picked({ n: 1, list: [6] }, 7));
        console.log(work.length, work.name, picked.length);
      `,
    },
    cold: { misses: { work: 5, picked: 4 } },
    warm: { hits: { work: 7, picked: 4 } },
  }),

  program("defaults with effects, arguments and sloppy this", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        let count = 0;
        function counted(n, id = ++count) {
          return burn(n) % 10 + ":" + id;
        }
        function mapped(a) {
          arguments[0] = a + 1;
          return burn(a) % 1000 + ":" + arguments.length;
        }
        function loose(n) {
          return burn(n) % 10 + typeof this + (this === globalThis);
        }
        function target(n) {
          return burn(n) % 10 + String(new.target === undefined);
        }
        console.log(counted(1), counted(1), counted(1, 5), mapped(1), mapped(1, 2), target(1));
        console.log(loose(1), loose.call({}, 1), loose.call(5, 1), loose.call(undefined, 1), loose.call("x", 1));
      `,
    },
    refuses: { counted: /default parameter/, mapped: /arguments/, target: /new\.target/ },
  }),

  program("results that the caller changes between hits", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          const shared = { n };
          return { list: [burn(n) % 1000], map: new Map([[n, shared]]), shared, bytes: new Uint8Array([1, 2]), date: new Date(n), set: new Set([shared]) };
        }
        for (let round = 0; round < 3; round++) {
          const result = work(1);
          console.log(result, result.shared === result.map.get(1), result.set.has(result.shared), result === work(1));
          result.list.push("changed");
          result.map.set("changed", 1);
          result.shared.changed = true;
          result.bytes[0] = 9;
          result.date.setTime(5);
          result.extra = 1;
        }
      `,
    },
    cold: { misses: { work: 1 }, hits: { work: 5 } },
    warm: { hits: { work: 6 }, misses: { work: 0 } },
  }),

  program("results of every kind", {
    files: {
      "main.mjs": `
        import { inspect } from "node:util";
        import { burn } from "./burn.mjs";
        const makers = {
          undefined: () => undefined, null: () => null, zero: () => -0, nan: () => NaN, big: () => 10n ** 30n,
          text: () => "\\ud800 \\u{1f600}", holes: () => [1, , 3], nested: () => ({ a: { b: [undefined, { c: null }] } }),
          map: () => new Map([[{ a: 1 }, new Set([NaN, -0])]]), date: () => new Date(NaN), regexp: () => /a+/giu,
          typed: () => new Float64Array([1.5, -0, NaN]), buffer: () => new Uint8Array([1, 2, 3]).buffer, cycle: () => { const a = {}; a.a = a; return a; },
          proto: () => JSON.parse('{"__proto__": 1, "a": 2}'), keys: () => ({ b: 1, 2: 1, a: 1, 1: 1 }), empty: () => ({}),
        };
        function make(kind) {
          burn(kind.length);
          switch (kind) {
            ${[
              "undefined",
              "null",
              "zero",
              "nan",
              "big",
              "text",
              "holes",
              "nested",
              "map",
              "date",
              "regexp",
              "typed",
              "buffer",
              "cycle",
              "proto",
              "keys",
              "empty",
            ]
              .map((kind) => `case "${kind}": return makers.${kind}();`)
              .join("\n            ")}
          }
        }
        for (const kind of Object.keys(makers)) {
          const value = make(kind);
          console.log(kind, inspect(value, { showHidden: true, depth: 9 }), Object.is(value, -0));
        }
      `,
    },
    // The calls are too short for the budget of one run.
    cold: { hits: { make: 0 } },
    warm: {},
    after: [{ label: "a third time" }, { label: "a fourth time", hits: { make: 17 }, misses: { make: 0 } }],
  }),

  program("results that cannot come back the same", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function wrong(n) { return new RangeError(String(burn(n) % 10)); }
        function callback(n) { const sum = burn(n) % 10; return () => sum; }
        function symbol(n) { burn(n); return Symbol("a"); }
        function getter(n) { const sum = burn(n) % 10; return { get sum() { return sum; } }; }
        function promised(n) { return Promise.resolve(burn(n) % 10); }
        function weak(n) { return new WeakMap([[{}, burn(n)]]); }
        function local(n) { return new (class Local { n = burn(n) % 10; })(); }
        function* generator(n) { yield burn(n) % 10; }
        function iterator(n) { return [burn(n) % 10].values(); }
        for (let round = 0; round < 2; round++) {
          console.log(wrong(1).message, callback(1)(), symbol(1) === symbol(1), getter(1), await promised(1), weak(1));
          console.log([...generator(1)], [...iterator(1)], local(1).n, local(1).constructor === local(1).constructor);
        }
      `,
    },
    refuses: {
      wrong: /stack trace/,
      callback: /function/,
      symbol: /symbol/,
      getter: /accessor/,
      promised: /./,
      weak: /./,
      local: /class/,
      generator: /generator/,
      iterator: /./,
    },
  }),

  program("arguments that the callee changes", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function push(list) { list.push(burn(list.length) % 10); return list.length; }
        function set(map) { map.set("n", burn(1) % 10); return map.size; }
        function fill(bytes) { bytes.fill(burn(2) % 10); return 1; }
        function freeze(box) { burn(3); return Object.isFrozen(Object.freeze(box)); }
        function advance(pattern) { burn(4); return pattern.test("aaa"); }
        function move(date) { burn(5); return date.setTime(7); }
        const list = [], map = new Map(), bytes = Buffer.alloc(3), box = {}, pattern = /a/g, date = new Date(0);
        for (let i = 0; i < 2; i++) {
          console.log(push(list), set(map), fill(bytes), freeze(box), advance(pattern), move(date));
          console.log(list, map, bytes, Object.isFrozen(box), pattern.lastIndex, date.getTime());
          bytes.fill(0);
          map.clear();
          date.setTime(0);
        }
      `,
    },
    // The first call of the first run shows that there is something to be kept.
    warm: { hits: { push: 1, set: 2, fill: 2, advance: 1, move: 2 } },
    after: [{ label: "once more", hits: { push: 2, set: 2, fill: 2, freeze: 2, advance: 2, move: 2 } }],
  }),

  program("proxies, getters and iterators as arguments", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(box) { return (burn(1) % 1000) + box.n; }
        function first([a, b]) { return (burn(2) % 1000) + a + b; }
        let reads = 0;
        const proxy = new Proxy({}, { get: (target, key) => { console.log("get", String(key)); return ++reads; } });
        const getter = { get n() { console.log("n"); return ++reads; } };
        console.log(work(proxy), work(getter), work(proxy), work(getter));
        const source = (function* () { for (let i = 0; ; i++) { console.log("yield", i); yield i; } })();
        const again = { [Symbol.iterator]: () => source, next: 1 };
        console.log(first(again));
      `,
    },
    warm: { hits: { first: 0 }, hitsAtLeast: { work: 1 } },
  }),

  program("functions and instances as arguments", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { triple, Scale, makeAdder, hook } from "./lib.mjs";
        function apply(fn, n) { return fn(burn(n) % 1000); }
        function scaled(scale, n) { return scale.of(burn(n) % 1000); }
        console.log(apply(triple, 1), apply((n) => n * 2, 1), apply((n) => n * 4, 1), apply(Math.sqrt, 1));
        console.log(scaled(new Scale(2), 1), scaled(new Scale(3), 1));
        console.log(apply(makeAdder(1), 1), apply(makeAdder(2), 1));
        hook.factor = 9;
        console.log(apply(triple, 1));
      `,
      "lib.mjs": `
        export const hook = { factor: 3 };
        export function triple(n) { return n * hook.factor; }
        export const makeAdder = (by) => (n) => n + by;
        export class Scale {
          constructor(by) { this.by = by; }
          of(n) { return n * this.by; }
        }
      `,
    },
    cold: { misses: { apply: 7, scaled: 2 } },
    warm: { hits: { apply: 7, scaled: 2 } },
    after: [
      {
        label: "a callback edited",
        edit: { "lib.mjs": (text) => text.replace("n * hook", "n + hook") },
        misses: { apply: 2 },
      },
      {
        label: "a class edited",
        edit: { "lib.mjs": (text) => text.replace("n * this", "n + this") },
        misses: { scaled: 2 },
      },
    ],
  }),

  ...(hasRawJson
    ? [
        program("texts that stand in JSON as they are, beside objects that look like them", {
          files: {
            "main.mjs": `
              import { burn } from "./burn.mjs";
              function made(n) { burn(n); return { amount: JSON.rawJSON(n + "0.50") }; }
              function text(value) { burn(1); return JSON.stringify(value); }
              const alike = Object.freeze(Object.assign(Object.create(null), { rawJSON: "1" }));
              for (let i = 0; i < 2; i++) console.log(JSON.stringify(made(1)), text(alike), text(JSON.rawJSON("1")), text([JSON.rawJSON("2")]));
            `,
          },
          cold: { hits: { made: 0, text: 1 }, misses: { text: 1 }, refused: { made: /a raw JSON text/ } },
          warm: { hits: { made: 0, text: 2 } },
        }),
        program("objects that Node does not copy, because the program has marked them", {
          files: {
            "main.mjs": `
              import { markAsUncloneable } from "node:worker_threads";
              import { burn } from "./burn.mjs";
              function copy(value) { burn(1); return structuredClone(value); }
              class Store { a = 1; constructor() { markAsUncloneable(this); } }
              function make(n) { burn(n); return [new Store()]; }
              function size(of) { burn(1); return Object.keys(of).length; }
              const objects = [{ a: 1 }, { a: 1 }];
              const held = { list: Array.from({ length: 40 }, (_, i) => ({ i })) };
              function copyHeld() { burn(1); return structuredClone(held).list.length; }
              for (let i = 0; i < 8; i++) console.log(copy(objects[1]), copyHeld(), size(new Store()));
              markAsUncloneable(objects[1]);
              markAsUncloneable(held.list[7]);
              for (const one of [...objects, make(1)[0], make(1)[0]]) try { console.log(copy(one)); } catch (error) { console.log(error.name); }
              try { console.log(copyHeld()); } catch (error) { console.log(error.name); }
            `,
          },
          cold: {
            misses: { copy: 1, copyHeld: 1 },
            hits: { copy: 8, copyHeld: 7 },
            refused: { make: /markAsUncloneable/, size: /marked as uncloneable/ },
          },
          warm: { hits: { copy: 9, copyHeld: 8 } },
        }),
      ]
    : []),

  program("large values", {
    files: {
      "dumbo.config.json": `{ "limits": { "value": 2000000 } }`,
      "package.json": `{ "type": "module" }`,
      "main.mjs": `
        import { createHash } from "node:crypto";
        import { burn } from "./burn.mjs";
        function large(n) { burn(n); burn(n + 1); return Array.from({ length: 100_000 }, (_, i) => i * n + 0.5); }
        function bytes(n) { burn(n); burn(n + 1); return new Uint8Array(1_000_000).fill(n); }
        function text(n) { burn(n); burn(n + 1); return "x\\u00e9".repeat(n * 100_000); }
        function over(n) { burn(n); burn(n + 1); return "xy".repeat(n * 1_000_000); }
        const digest = (value) => createHash("md5").update(value).digest("hex");
        console.log(digest(text(2)), digest(bytes(4)), large(3).length, large(3)[99_999], over(2).length);
      `,
    },
    cold: { misses: { bytes: 1, text: 1 }, refused: { over: /limits\.value/ } },
    warm: { hits: { bytes: 1, text: 1, over: 0 } },
  }),
];
