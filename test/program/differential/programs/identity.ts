/** Values as identities: weak maps, private brands, singletons, objects that are compared and not looked at. */
import { program } from "../program.ts";

export const programs = [
  program("weak collections keyed by results", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const seen = new WeakMap();
        const set = new WeakSet();
        function work(n) { return { n, sum: burn(n) % 1000 }; }
        const one = work(1);
        seen.set(one, "first");
        set.add(one);
        const two = work(1);
        console.log(seen.has(one), seen.has(two), set.has(two), one === two, new Set([one, two]).size);
        function lookUp(box) { return (burn(1) % 10) + String(seen.get(box)); }
        function remembers(box) { return (burn(2) % 10) + String(set.has(box)); }
        console.log(lookUp(one), lookUp(two), remembers(one), remembers(two));
      `,
    },
    cold: { misses: { work: 1, lookUp: 2, remembers: 2 }, hits: { work: 1 } },
    warm: { hits: { work: 2, lookUp: 2, remembers: 2 }, misses: { work: 0 } },
  }),

  program("weak references and registries", {
    flags: ["--expose-gc"],
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let object = { n: 1 };
        const ref = new WeakRef(object);
        function alive(n) { return (burn(n) % 10) + typeof ref.deref(); }
        function given(one) { return (burn(1) % 10) + typeof one.deref(); }
        console.log(alive(1), given(ref), object.n);
        object = null;
        await new Promise((resolve) => setTimeout(resolve, 1));
        gc();
        console.log(alive(1), given(ref));
      `,
    },
    refuses: { alive: /./, given: /./ },
  }),

  program("arguments that are compared and not looked at", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const NONE = { none: true };
        const list = [{ n: 1 }, { n: 1 }];
        function isNone(value) { return (burn(1) % 10) + String(value === NONE); }
        function indexOf(value) { return (burn(2) % 10) + list.indexOf(value); }
        function same(a, b) { return (burn(3) % 10) + String(Object.is(a, b)); }
        function member(map, key) { return (burn(4) % 10) + String(map.get(key)); }
        console.log(isNone(NONE), isNone({ none: true }), indexOf(list[1]), indexOf(list[0]), indexOf({ n: 1 }));
        const key = {};
        console.log(same(key, key), same(key, {}), member(new Map([[key, 1]]), key), member(new Map([[{}, 1]]), key));
      `,
    },
    memo: { isNone: 2, indexOf: 3, same: 2, member: 2 },
  }),

  program("results that are compared with what is held elsewhere", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const unit = { unit: true };
        const table = { a: { n: 1 }, b: [unit] };
        const kept = [];
        function pick(name) { burn(1); return table[name]; }
        function wrap(n) { burn(n); return { n, held: unit }; }
        function list(n) { burn(n); return [n, ...table.b]; }
        function fresh(n) { burn(n); return { ...table.a, n }; }
        kept.push(pick("a"), wrap(1), list(1), fresh(1));
        console.log(kept[0] === table.a, kept[1].held === unit, kept[2][1] === unit, fresh(1) === kept[3]);
        kept[0].n = 5;
        console.log(pick("a").n, table.a.n, wrap(1).held === unit, fresh(1));
      `,
    },
    cold: { misses: { pick: 2, wrap: 1, list: 1, fresh: 2 } },
    warm: { hits: { pick: 2, wrap: 2, list: 1, fresh: 3 } },
  }),

  program("arguments that share parts with each other and with state", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const state = { list: [1] };
        function work(a, b) {
          a.push(burn(1) % 10);
          const seen = [b.length, state.list.length];
          a.pop();
          return seen.join();
        }
        const list = [1];
        console.log(work(list, list), work(list, [1]), work(state.list, [1]), work([1], state.list), work([1], [1]));
      `,
    },
    warm: { hits: { work: 5 } },
  }),

  program("symbols, functions and classes as results", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const token = Symbol("token");
        class Box { constructor(n) { this.n = n; } get twice() { return this.n * 2; } }
        function unique(n) { burn(n); return Symbol("made"); }
        function shared(n) { burn(n); return Symbol.for("made"); }
        function known(n) { burn(n); return token; }
        function adder(n) { burn(n); return (x) => x + n; }
        function boxed(n) { return new Box(burn(n) % 10); }
        function classes(n) { burn(n); return Box; }
        for (let i = 0; i < 2; i++) {
          console.log(unique(1) === unique(1), shared(1) === Symbol.for("made"), known(1) === token, adder(2)(3));
          console.log(boxed(1) instanceof Box, boxed(1).twice, boxed(1), classes(1) === Box);
        }
      `,
    },
    cold: { hits: { unique: 0, adder: 0 } },
    warm: { hits: { unique: 0, adder: 0, shared: 2, known: 2, boxed: 6, classes: 2 } },
    refuses: { unique: /symbol/, adder: /function/ },
  }),

  program("strings that are hard to keep", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function echo(text) { return [text, text.length, burn(1) % 10, { [text]: text, __proto__: null }[text] === text]; }
        const strange = ["", "\\u0000", "\\ud800", "\\udc00\\ud800", "\\u{1f600}", "\\ufeff", "e\\u0301", "\\u00e9", "__proto__", "constructor", "\\u2028", "0", "-0", "1e3"];
        for (const text of strange) console.log(JSON.stringify(echo(text)), echo(text)[0] === text);
      `,
    },
    warm: { hits: { echo: 28 }, misses: { echo: 0 } },
  }),

  program("objects with names that mean something", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function keys(box) { return [burn(1) % 10, Object.keys(box), JSON.stringify(box), "toString" in box, Object.getPrototypeOf(box) === null]; }
        console.log(keys(JSON.parse('{"__proto__":1,"constructor":2}')), keys({ ["__proto__"]: 1, constructor: 2 }));
        console.log(keys({ 2: "b", 1: "a", x: 0 }), keys({ x: 0, 1: "a", 2: "b" }), keys({ a: 1, b: 2 }), keys({ b: 2, a: 1 }));
        console.log(keys(Object.create(null)), keys({ then: 1 }), keys({ toJSON: undefined, length: 3 }), keys([, 1]));
        function makes(n) { return JSON.parse('{"__proto__":{"n":' + (burn(n) % 10) + '},"a":1}'); }
        for (const made of [makes(1), makes(1)]) console.log(Object.keys(made), made.n, made.__proto__.n);
      `,
    },
    warm: { hits: { keys: 10, makes: 2 } },
  }),

  program("objects that others inherit from, and objects of the language, as results", {
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        function Base() {}
        Base.prototype.k = 1;
        function Derived() {}
        Derived.prototype = Object.create(Base.prototype);
        class Parent {}
        class Child extends Parent {}
        const base = { z: 1 }, leaf = Object.create(Object.create(base));
        const twice = (n, o) => { burn(n); return Object.getPrototypeOf(Object.getPrototypeOf(o)); };
        const over = (n, o) => { burn(n); return Object.getPrototypeOf(Object.getPrototypeOf(o)); };
        const first = (n, o) => { burn(n); return Object.getPrototypeOf(o); };
        const namespaces = (n) => { burn(n); return [Reflect, JSON]; };
        const walks = (n) => { burn(n); return [Object.getPrototypeOf([].values()), Object.getPrototypeOf(function* () {})]; };
        const inside = (n, o) => { burn(n); return { at: [twice(n, o)] }; };
        for (let i = 0; i < 2; i++) {
          console.log(over(1, new Derived()) === Base.prototype, twice(3, leaf) === base, twice(2, new Child()) === Parent.prototype);
          console.log(first(1, new Derived()) === Derived.prototype, first(2, new Child()) === Child.prototype);
          console.log(namespaces(1)[0] === Reflect, namespaces(1)[1] === JSON, inside(3, leaf).at[0] === base);
          console.log(walks(1)[0] === Object.getPrototypeOf([].values()), walks(1)[1] === Object.getPrototypeOf(function* () {}));
        }
      `,
    },
    entry: "main.cjs",
    warm: { hits: { first: 4, over: 2 } },
    refuses: { twice: /shares|holds/, inside: /shares|holds/, namespaces: /of the language/, walks: /of the language/ },
  }),
];
