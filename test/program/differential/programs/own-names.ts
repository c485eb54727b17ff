/** The name that a function or class expression has for itself: what its code reads and writes by it. */
import { program } from "../program.ts";

const replace = (from: string, to: string) => (before: string) => before.replace(from, to);

export const programs = [
  program("properties that a function reads by its own name", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const plain = function main(a) { return [main.k, a, burn(1)].join(); };
        const optional = function me(a) { return [me?.k, a, burn(1)].join(); };
        const computed = function me(a) { return [me["k"], Object.keys(me).join(), a, burn(1)].join(); };
        const apart = function me(a) { const { k } = me; return [k, a, burn(1)].join(); };
        const alias = function me(a) { const it = me; return [it.k, a, burn(1)].join(); };
        const arrow = function me(a) { return [1, 2].map((n) => n + me.k + burn(a)).join(); };
        const nested = function me(a) { function inner() { return me.k + burn(a); } return inner(); };
        const handed = function me(a) { return read(me) + burn(a); };
        const member = { run: function run(a) { return run.k + burn(a); } };
        const deep = { a: { run: function run(a) { return run.k + burn(a); } } };
        const fallback = function me(a, k = me.k) { return k + burn(a); };
        function read(fn) { return fn.k; }
        const all = { plain, optional, computed, apart, alias, arrow, nested, handed, fallback };
        for (const k of [1, 50, 1]) {
          for (const fn of [...Object.values(all), member.run, deep.a.run]) fn.k = k;
          for (const [name, fn] of Object.entries(all)) console.log(name, k, fn(1));
          console.log(member.run(1), deep.a.run(1));
        }
      `,
    },
    cold: {
      hits: { plain: 1, arrow: 1, "member.run": 1 },
      misses: {
        plain: 2,
        optional: 2,
        computed: 2,
        apart: 2,
        alias: 2,
        arrow: 2,
        nested: 2,
        handed: 2,
        "member.run": 2,
      },
    },
    warm: {
      hits: { plain: 3, optional: 3, computed: 3, apart: 3, alias: 3, arrow: 3, nested: 3, handed: 3, "member.run": 3 },
    },
    after: [
      {
        label: "other values",
        edit: { "main.mjs": replace("[1, 50, 1]", "[1, 51, 1]") },
        hits: { plain: 2, arrow: 2, "deep.a.run": 2 },
        misses: { plain: 1, arrow: 1, "deep.a.run": 1 },
      },
    ],
  }),

  program("state that a function keeps on itself by its own name", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const next = function me() { return burn(1) * 0 + (me.i = (me.i ?? 0) + 1); };
        const update = function me() { me.i ??= 0; return burn(1) * 0 + ++me.i; };
        const fib = function self(n) {
          const t = self.cache ??= new Map();
          if (t.has(n)) return t.get(n);
          const v = n < 2 ? n + burn(n) * 0 : self(n - 1) + self(n - 2);
          t.set(n, v);
          return v;
        };
        const quiet = function me(a) { const it = me; it.last = a; return burn(a); };
        const inner = function me(a) { [a].forEach((n) => { me.last = n; }); return burn(a); };
        const removed = function me(a) { delete me.last; return burn(a); };
        const defined = function me(a) { Object.defineProperty(me, "last", { value: a, configurable: true }); return burn(a); };
        const member = { run: function run(a) { run.last = a; return burn(a); } };
        console.log(next(), next(), update(), update());
        console.log(fib(6), fib.cache.size, fib.cache.get(5));
        removed.last = 7;
        console.log(quiet(1), inner(1), removed(1), defined(1), member.run(1));
        console.log(quiet.last, inner.last, removed.last, defined.last, member.run.last);
        quiet.last = inner.last = removed.last = member.run.last = 9;
        console.log(quiet(1), inner(1), removed(1), defined(1), member.run(1));
        console.log(quiet.last, inner.last, removed.last, defined.last, member.run.last);
      `,
    },
    // The code says that it writes to itself, but for `quiet`: the first call of that shows it.
    warm: { hits: { next: 2, update: 2, quiet: 1, inner: 2 } },
    after: [
      {
        label: "once more",
        hits: { next: 2, update: 2, fib: 1, quiet: 2, inner: 2, removed: 2, defined: 2, "member.run": 2 },
      },
    ],
  }),

  program("own names of exports, set in other files", {
    files: {
      "main.mjs": `
        import main from "./main.cjs";
        import both from "./both.cjs";
        import Cfg, { Box, both as again } from "./names.mjs";
        import run from "./run.mjs";
        for (const k of [1, 50]) {
          main.k = both.a.k = again.k = Cfg.k = run.k = k;
          console.log(main(1), both.a(1), both.b(1), again(1), new Cfg().m(1), new Box().m(1), await run(1));
          Box.k = k;
          console.log(new Box().m(1));
        }
      `,
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        module.exports = function main(a) { return main.k + burn(a); };
      `,
      "both.cjs": `
        const { burn } = require("./burn.cjs");
        exports.a = exports.b = function ab(a) { return ab.k + burn(a); };
      `,
      "names.mjs": `
        import { burn } from "./burn.mjs";
        export const both = function ab(a) { return ab.k + burn(a); };
        export const Box = class Inner { m(a) { return Inner.k + burn(a); } };
        export default class Cfg { m(a) { return Cfg.k + burn(a); } }
      `,
      "run.mjs": `
        import { burn } from "./burn.mjs";
        export default (async function run(a) { return run.k + burn(a); });
      `,
    },
    cold: { misses: { main: 2, run: 2, a: 2, both: 2, "Cfg.m": 2, "Box.m": 3 }, hits: { a: 2, "Box.m": 1 } },
    warm: { hits: { main: 2, run: 2, a: 4, both: 2, "Cfg.m": 2, "Box.m": 4 } },
    after: [
      {
        label: "another value",
        edit: { "main.mjs": replace("[1, 50]", "[1, 51]") },
        hits: { main: 1, a: 3, both: 1, "Cfg.m": 1 },
        misses: { main: 1, both: 1, "Cfg.m": 1 },
      },
    ],
  }),

  program("the prototype and accessors of a function, by its own name", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const proto = function me(a) { return me.prototype.x + burn(a); };
        const made = function me(a) { return a > 0 ? new me(0).x + burn(a) : undefined; };
        const getter = function me(a) { return me.g + burn(a); };
        let now = 1;
        Object.defineProperty(getter, "g", { get: () => now });
        for (const k of [1, 50]) {
          proto.prototype.x = made.prototype.x = now = k;
          console.log(proto(1), made(1), getter(1));
        }
      `,
    },
    cold: { misses: { proto: 2, made: 2 } },
    warm: { hits: { proto: 2, made: 2 } },
  }),

  program("classes that know themselves by another name", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const A = class B {
          static s(a) { return B.k + burn(a); }
          m(a) { return B.k + burn(a); }
          n(a) { return [a].map((x) => B.k + burn(x)).join(); }
        };
        const C = class D {
          static made = 0;
          count(a) { D.made += burn(a) * 0 + 1; return D.made; }
          other(a) { return this.count(a); }
        };
        const c = new C();
        const a = new A();
        for (const k of [1, 50]) {
          A.k = k;
          console.log(A.s(1), a.m(1), a.n(1), c.count(1), c.other(1), C.made);
        }
      `,
    },
    memo: { "A.s": 2, "A.m": 2, "A.n": 2 },
    after: [{ label: "once more", hits: { "C.count": 2, "C.other": 2 } }],
  }),

  program("recursion by the own name", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const fact = function fact(n) { return n < 2 ? 1 + burn(n) * 0 : n * fact(n - 1); };
        const other = function self(n) { return n < 2 ? 1 + burn(n) * 0 : n * self(n - 1); };
        const fib = function self(n) { return n < 2 ? n + burn(n) * 0 : self(n - 1) + self(n - 2); };
        const wait = async function self(n) { return n < 2 ? 1 + burn(n) * 0 : n * (await self(n - 1)); };
        const mapped = function self(n) { return n < 1 ? [burn(n)] : [n].map((one) => self(one - 1)).flat(); };
        const named = function own(n) { return own.name + own.length + burn(n); };
        const member = { walk: function walk(n) { return n < 1 ? burn(0) : walk(n - 1) + 1; } };
        const List = class Node { static sum(n) { return n < 1 ? burn(0) : Node.sum(n - 1) + 1; } };
        console.log(fact(5), other(5), fib(6), await wait(4), mapped(2), named(1), member.walk(3), List.sum(3));
      `,
    },
    cold: {
      misses: { fact: 1, other: 1, fib: 1, wait: 4, mapped: 1, named: 1, "member.walk": 1, "List.sum": 1 },
    },
    warm: {
      hits: { fact: 1, other: 1, fib: 1, wait: 1, mapped: 1, named: 1, "member.walk": 1, "List.sum": 1 },
      misses: { fact: 0, other: 0, fib: 0, wait: 0, mapped: 0, named: 0, "member.walk": 0, "List.sum": 0 },
    },
  }),

  program("what a function inherits, by its own name", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const inherits = function me(a) { return me.style + burn(a); };
        for (const k of [1, 50]) {
          Object.setPrototypeOf(inherits, { style: k });
          console.log(inherits(1));
        }
      `,
    },
    memo: { inherits: 2 },
  }),

  program("a function at a path that has the text of one from a factory", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import api from "./api.cjs";
        function use(a) { return api.run(a) + burn(a); }
        console.log(use(1));
        function make(a) { return new api.Box().m(a) + burn(a); }
        console.log(make(1));
      `,
      "api.cjs": `
        const x = { x: 5 };
        function make(x) {
          return function (a) { return x.x + a; };
        }
        exports.run = function (a) { return x.x + a; };
        exports.run = make({ x: 9 });
        function box(x) {
          return class { m(a) { return x.x + a; } };
        }
        exports.Box = class { m(a) { return x.x + a; } };
        exports.Box = box({ x: 9 });
      `,
    },
    cold: { misses: { use: 1, "main.mjs make": 1 } },
    warm: { hits: { use: 1, "main.mjs make": 1 } },
    after: [
      {
        label: "what the one from the factory has captured",
        edit: { "api.cjs": (before) => before.replaceAll("x: 9", "x: 10") },
        misses: { use: 1, "main.mjs make": 1 },
      },
    ],
  }),

  program("functions that are assigned to prototypes and objects", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { Old } from "./old.cjs";
        function P(x) { this.x = x; }
        P.prototype.run = function (a) { return this.x + burn(a); };
        P.prototype.again = P.prototype.twice = function twice(a) { return twice.k + this.x + burn(a); };
        P.make = (x) => [x, burn(1)].join();
        Object.assign(P.prototype, { mixed(a) { return this.x * burn(a); }, fn: function (a) { return this.run(a) + 1; } });
        const api = {};
        api.sum = function sum(list) { return list.length < 1 ? burn(0) : list[0] + sum(list.slice(1)); };
        api.deep = { in: (a) => burn(a) + 1 };
        class Q { plain(a) { return a; } }
        Q.extra = (a) => burn(a) + 2;
        for (const x of [1, 2]) {
          const p = new P(x);
          P.prototype.twice.k = x;
          console.log(p.run(1), p.again(1), p.twice(1), P.make(x), p.mixed(2), p.fn(1));
        }
        console.log(api.sum([1, 2]), api.deep.in(1), Q.extra(1), new Q().plain(1), new Old(3).get(1), new Old(3).put(1));
      `,
      "old.cjs": `
        "use strict";
        const { burn } = require("./burn.cjs");
        exports.Old = Old;
        function Old(x) { this.x = x; }
        Old.prototype = {
          constructor: Old,
          get(a) { return this.x + burn(a); },
          put: function (a) { this.x = a; return burn(a); },
        };
      `,
    },
    cold: {
      misses: {
        "P.prototype.run": 2,
        "P.prototype.again": 2,
        "P.make": 2,
        "P.prototype.mixed": 2,
        "P.prototype.fn": 2,
        "api.sum": 1,
        "api.deep.in": 1,
        "Q.extra": 1,
        "Old.prototype.get": 1,
      },
    },
    warm: {
      hits: {
        "P.prototype.run": 2,
        "P.prototype.again": 4,
        "P.make": 2,
        "P.prototype.mixed": 2,
        "P.prototype.fn": 2,
        "api.sum": 1,
        "api.deep.in": 1,
        "Q.extra": 1,
        "Old.prototype.get": 1,
      },
    },
    after: [
      {
        label: "a method that another one calls by `this`",
        edit: { "main.mjs": replace("return this.x + burn(a); };", "return this.x + burn(a) + 0.5; };") },
        hits: { "P.make": 2, "Old.prototype.get": 1, "Q.extra": 1 },
        misses: { "P.prototype.run": 2, "P.prototype.fn": 2 },
      },
    ],
  }),

  program("functions that were assigned and replaced", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const api = { calls: 0 };
        api.run = function run(a) { return burn(a) + (run.k ?? 0); };
        const before = api.run;
        api.run = function (a) { api.calls++; return before(a) * 2; };
        console.log(api.run(1), api.calls, before(1));
        before.k = 5;
        console.log(api.run(1), api.calls, before(1));
        function P() {}
        P.prototype.run = function (a) { return burn(a) + 1; };
        const kept = P.prototype.run;
        P.prototype.run = (a) => kept(a) + 1;
        console.log(new P().run(1), kept(1));
        function S() {}
        function T() {}
        S.prototype.m = function m(a) { return m.k + burn(a); };
        T.prototype.m = function m(a) { return m.k + burn(a); };
        [S.prototype.m, T.prototype.m] = [T.prototype.m, S.prototype.m];
        for (const k of [1, 2]) {
          S.prototype.m.k = k;
          T.prototype.m.k = -k;
          console.log(new S().m(1), new T().m(1));
        }
      `,
    },
    refuses: {
      "main.mjs:3 api.run": /writes|replaced|where its source puts it/,
      "S.prototype.m": /replaced/,
    },
  }),

  program("default exports in parentheses and behind comments", {
    files: {
      "main.mjs": `
        import a from "./a.mjs";
        import b from "./b.mjs";
        import c from "./c.mjs";
        import d from "./d.mjs";
        import e from "./e.mjs";
        console.log(a(1), a.name, new b().m(1), b.name, c(1), c.name, new d().m(1), d.name, await e(1), e.name);
      `,
      "a.mjs": `
        import { burn } from "./burn.mjs";
        export default (function (x) { return x + burn(x); })
        ;[1].map(String);
      `,
      "b.mjs": `
        import { burn } from "./burn.mjs";
        export default (class Cfg { static k = 0.5; m(x) { return x + Cfg.k + burn(x); } });
      `,
      "c.mjs": `
        import { burn } from "./burn.mjs";
        export default /* (a comment) */ (
          // and one more )
          (x) => x + burn(x)
        );
      `,
      "d.mjs": `
        import { burn } from "./burn.mjs";
        export default /* without a name */ class { m(x) { return x + burn(x); } }
        [1].map(String);
      `,
      "e.mjs": `
        const { burn } = await import("./burn.mjs");
        export default // a line
          (((async (x) => x + burn(x))));
      `,
    },
    cold: { misses: { "Cfg.m": 1, "default.m": 1 } },
    warm: { hits: { "Cfg.m": 1, "default.m": 1, "a.mjs default": 1, "c.mjs default": 1, "e.mjs default": 1 } },
    after: [
      {
        label: "state of a class that only its own name leads to",
        edit: { "b.mjs": replace("k = 0.5", "k = 1.5") },
        hits: { "default.m": 1, "a.mjs default": 1, "c.mjs default": 1, "e.mjs default": 1 },
        misses: { "Cfg.m": 1 },
      },
    ],
  }),

  program("own names after a wait", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const late = async function me(a) { await null; return me.k + burn(a); };
        const early = async function me(a) { const { k } = me; await null; return k + burn(a); };
        let k = 1;
        const walk = async function me(n) {
          if (n > 0) { await null; return me(n - 1); }
          return k + burn(n);
        };
        const plain = async function me(n) { return n > 0 ? me(n - 1) : burn(n); };
        late.k = early.k = 1;
        const begun = [late(1), early(1), walk(1), plain(1)];
        late.k = early.k = k = 2;
        console.log(await Promise.all(begun), await late(1), await early(1), await walk(1));
      `,
    },
    refuses: { late: /after it has waited/, early: /after it has waited/, walk: /after it has waited/ },
    warm: { hits: { plain: 1 } },
  }),

  program("closures that know themselves by name", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const make = (x) => function me(a) { return [x, me.k, a].join(); };
        const counting = () => function me(a) { me.n = (me.n ?? 0) + 1; return me.n + a; };
        const quiet = () => function me(a) { const it = me; it.n = (it.n ?? 0) + 1; return it.n + a; };
        const [one, two] = [make(1), make(1)];
        const count = counting();
        const hush = quiet();
        function both(a) { return [one(a), two(a), burn(a)].join(); }
        function given(fn, a) { return fn(a) + burn(a); }
        function counts(a) { return count(a) + burn(a); }
        function hushes(a) { return hush(a) + burn(a); }
        const Box = ((base) => class Inner { get(a) { return [Inner.k, base, a].join(); } })(3);
        for (const k of [1, 2, 1]) {
          one.k = Box.k = k;
          two.k = -k;
          console.log(both(1), given(one, 1), given(two, 1), given((a) => new Box().get(a), 1), counts(1), hushes(1));
        }
        console.log(given(function me(n) { return n < 1 ? 1 : n * me(n - 1); }, 4));
        console.log(given(function me(n) { return me.name + me.length + n; }, 4));
      `,
    },
    cold: { misses: { both: 2 }, hits: { both: 1 } },
    warm: { hits: { both: 3, given: 11 } },
    after: [{ label: "once more", hits: { counts: 3, hushes: 3 } }],
  }),

  program("own names in sloppy code, and shadowed ones", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const assigned = function me(a) { me = a; return typeof me + burn(a); };
        const shadowed = function me(me) { me = me + 1; return me + burn(me); };
        const local = function me(a) { var me = { k: a }; me.k++; return me.k + burn(a); };
        const declared = function me(a) { function me() { return a; } me.k = 1; return me() + me.k + burn(a); };
        const outer = (me) => { me.k = 1; return burn(me.k); };
        const sealed = function me(a) { "use strict"; try { me = a; } catch (e) { return e.name + burn(a); } };
        for (const k of [1, 2]) {
          for (const fn of [assigned, shadowed, local, declared]) fn.k = 1;
          console.log(assigned(k), shadowed(k), local(k), declared(k), outer({}), sealed(k));
        }
      `,
    },
    refuses: { assigned: /writes `me`/, sealed: /writes `me`/ },
    memo: { shadowed: 2, local: 2, declared: 2 },
  }),
];
