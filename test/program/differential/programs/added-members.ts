/** Members that a program adds to built-in objects, and attributes of these that it changes: a part of each key. */
import { program } from "../program.ts";

const SETUP = `
  const scale = 2;
  const table = { rate: 3 };
  exports.sign = Symbol("sign");
  Array.prototype.last = function () { return this[this.length - 1] * scale; };
  Object.defineProperty(String.prototype, "shout", { value() { return this + "!"; }, configurable: true });
  Object.getPrototypeOf(Uint8Array.prototype).total = 5;
  Error.prototype.isOperational = true;
  Object.defineProperty(Error, "kinds", { value: Object.freeze({ table }) });
  Number[exports.sign] = 7;
  Map.prototype[Symbol.for("mark")] = 8;
  Array.prototype.bound = ((a, b) => a + b).bind(null, 30);
`;
const edited = (label: string, from: string, to: string) => ({
  label,
  edit: { "setup.cjs": () => SETUP.replace(from, to) },
  hits: { work: 0 },
});

export const programs = [
  program("members that a package adds to built-in objects are in keys", {
    files: {
      "main.mjs": `
        import { sign } from "./setup.cjs";
        import { burn } from "./burn.mjs";
        function work(n, classes) {
          const names = [];
          for (const name in [n]) names.push(name);
          return [
            burn(n) % 1000, [1, n].last(), "a".shout(), new Uint8Array(1).total, new TypeError("x").isOperational,
            classes[0].kinds.table.rate, classes[1][sign], new Map()[Symbol.for("mark")], names.join(), [].bound(1),
          ].join(" ");
        }
        console.log(work(3, [Error, Number]));
      `,
      "setup.cjs": SETUP,
    },
    memo: { work: 1 },
    after: [
      edited("what a function has captured", "scale = 2", "scale = 4"),
      edited("code", '"!"', '"?"'),
      edited("what an object holds", "rate: 3", "rate: 4"),
      edited("a value above other prototypes", "= 5", "= 6"),
      edited("a value above other errors", "= true", "= -0"),
      edited("under a symbol", "= 7", "= 9"),
      edited("under a registered symbol", "= 8", "= 9"),
      edited("of a bound function, what is bound", "30", "31"),
      edited("one that can be enumerated", "value()", "enumerable: true, value()"),
      edited("one more", "const scale", "Array.prototype.more = 1; const scale"),
      edited("another order", "exports.sign =", "Array.prototype.total = 1; exports.sign ="),
      edited("under a computed name", "Array.prototype.last", "Array.prototype.other = Array.prototype.last"),
      { label: "as it was", edit: { "setup.cjs": () => SETUP }, hits: { work: 1 } },
    ],
  }),

  program("members of built-in objects that come, change and go between calls", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          const names = [];
          for (const name in [n]) names.push(name);
          const map = new Map();
          return [burn(n) % 1000, [].extra, typeof [].call2, map.extra, names.join()].join(" ");
        }
        const two = function () { return 2; };
        const define = (holder, key, more) => Object.defineProperty(holder, key, { configurable: true, writable: true, ...more });
        const steps = [
          () => {},
          () => { Array.prototype.extra = 1; },
          () => { Array.prototype.extra = 2; },
          () => { Array.prototype.extra = "2"; },
          () => define(Array.prototype, "filter", { enumerable: true }),
          () => define(Array.prototype, "filter", { enumerable: false }),
          () => define(Array.prototype, "extra", { value: "2", enumerable: false }),
          () => { Array.prototype.call2 = two; },
          () => { two.put = 1; },
          () => { Map.prototype.extra = 1; },
          () => { delete Map.prototype.extra; },
          () => { delete Array.prototype.call2; },
          () => { delete Array.prototype.extra; },
          () => define(Array.prototype, "map", { enumerable: true }),
          () => define(Array.prototype, "map", { enumerable: false }),
          () => { Object.preventExtensions(Array.prototype); },
        ];
        for (const step of steps) {
          step();
          console.log(work(3), work(3));
        }
      `,
    },
    // What goes leaves keys of before: of the loop's name, of the member of Map.prototype, of the function, of all, and of another name.
    cold: { misses: { work: 11 }, hits: { work: 21 } },
    warm: { hits: { work: 32 }, misses: { work: 0 } },
  }),

  program("calls that change members of built-in objects are not kept", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const held = Array.prototype;
        const put = Object.defineProperty;
        held.known = 1;
        function adds(n, on) { on.fresh = burn(n); return n; }
        function hides(n, on) { put(on, "hidden", { value: burn(n), configurable: true }); return n; }
        function changes(n) { held.known += burn(n); return n; }
        function removes(n, on) { burn(n); delete on.known; return n; }
        function outer(n, on) { burn(n); return inner(n, on); }
        function inner(n, on) { on.deeper = burn(n); return n; }
        async function waits(n) { burn(n); await null; return [].meanwhile; }
        function work(n) { return burn(n) + [].known; }
        for (const _ of [1, 2]) {
          console.log(adds(1, held), held.fresh, hides(1, Map.prototype), Map.prototype.hidden, work(1));
          console.log(changes(1), held.known, removes(1, held), held.known, outer(1, held), held.deeper);
          const waiting = waits(1);
          held.meanwhile = 7;
          console.log(await waiting);
          for (const key of ["fresh", "deeper", "meanwhile"]) delete held[key];
          delete Map.prototype.hidden;
          held.known = 1;
        }
      `,
    },
    cold: { hits: { adds: 0, hides: 0, changes: 0, removes: 0, outer: 0, inner: 0, waits: 0 } },
    warm: { hits: { adds: 0, hides: 0, changes: 0, removes: 0, outer: 0, inner: 0, waits: 0, work: 2 } },
    refuses: { adds: /fresh/, hides: /hidden/, removes: /known/, outer: /deeper/, waits: /meanwhile/ },
  }),

  ...[
    [
      "an accessor",
      `Object.defineProperty(Array.prototype, "first", { get() { return this[0]; } });`,
      /added `Array\.prototype\.first`/,
    ],
    ["a Proxy", `Array.prototype.first = new Proxy(() => 1, {});`, /Array\.prototype\.first/],
    ["code that reads outside", `Array.prototype.first = function () { return Math.random() < 2; };`, /random/],
  ].map(([what, change, reason]) =>
    program(`members that no key can hold, on a prototype: ${what}`, {
      files: {
        "main.mjs": `
          import "./setup.cjs";
          import { burn } from "./burn.mjs";
          function work(n) { burn(n); return typeof [n].first === "function" ? [n].first() : [n].first; }
          console.log(work(1), work(1));
        `,
        "setup.cjs": String(change),
      },
      refuses: { work: reason as RegExp },
    }),
  ),

  program("attributes of built-in objects and their members are in keys", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const { map } = Array.prototype;
        const to = process.argv[2];
        if (to === "frozen") Object.freeze(Object.prototype);
        if (to === "enumerable") Object.defineProperty(Array.prototype, "map", { enumerable: true });
        if (to === "again") { delete Array.prototype.map; Array.prototype.map = map; }
        if (to === "read-only") Object.defineProperty(Object.prototype, "toString", { writable: false });
        function over(n) {
          burn(n);
          try { const own = {}; own.toString = () => "mine"; return String(own); } catch { return "throws"; }
        }
        function names(n) {
          const found = [burn(n)];
          for (const name in [1]) found.push(name);
          return found.join();
        }
        console.log(over(1), names(1));
      `,
    },
    memo: { over: 1, names: 1 },
    after: ["frozen", "enumerable", "again", "read-only"].map((to) => ({
      label: to,
      args: [to],
      hits: { over: 0, names: 0 },
    })),
  }),

  program("what the language has beside functions is given other values between calls", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          const map = new Map();
          let caught = "";
          try {
            null.x;
          } catch (error) {
            caught = error.name + error;
          }
          return [
            burn(n) % 1000, Object.prototype.toString.call(map), map.constructor.name, map.constructor.length, caught,
            Object.prototype.toString.call(new ArrayBuffer(1)),
          ].join(" ");
        }
        const define = (holder, key, value) => Object.defineProperty(holder, key, { configurable: true, value });
        const tag = Symbol.toStringTag;
        const steps = [
          () => {},
          () => define(Map.prototype, tag, "Plan"),
          () => define(Map.prototype, tag, "Map"),
          () => define(Map, "name", "Plan"),
          () => define(Map, "length", -0),
          () => { define(Map, "name", "Map"); define(Map, "length", 0); },
          () => { TypeError.prototype.name = "Mistake"; },
          () => { TypeError.prototype.name = 7; },
          () => { TypeError.prototype.name = "TypeError"; },
          () => define(Math, tag, "Maths"),
          () => define(Math, tag, "Math"),
          () => define(ArrayBuffer.prototype, tag, undefined),
          () => define(ArrayBuffer.prototype, tag, "ArrayBuffer"),
        ];
        for (const step of steps) {
          step();
          console.log(work(3), work(3));
        }
        define(Map.prototype, tag, { toString: () => "never asked" });
        console.log(work(3), work(3));
        Object.defineProperty(Map.prototype, tag, { configurable: true, get: () => "got" });
        console.log(work(3), work(3));
      `,
    },
    cold: { misses: { work: 8 }, hits: { work: 18 } },
    warm: { hits: { work: 26 }, misses: { work: 0 } },
  }),

  program("a changed built-in object that inherits from another one", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const work = (n) => [burn(n) % 1000, [][n === 3 ? "low" : "high"], typeof Reflect.get(Map, n === 3 ? "low" : "high")].join(" ");
        Array.prototype.last = 1;
        Function.prototype.more = 2;
        console.log(work(3), work(3));
        Object.setPrototypeOf(Array.prototype, { __proto__: Object.prototype, low: "found" });
        console.log(work(3), work(3));
        Object.setPrototypeOf(Array.prototype, Object.prototype);
        Object.setPrototypeOf(Map, Object.create(Function.prototype, { low: { value: 8 } }));
        console.log(work(3), work(3));
      `,
    },
    cold: { misses: { work: 1 }, hits: { work: 1 } },
    warm: { hits: { work: 2 } },
  }),
];
