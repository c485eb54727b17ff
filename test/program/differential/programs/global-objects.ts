/**
 * The global object under names of a library's own: what reads it where nobody can tell which member is not cached, and what
 * only could is.
 */
import { program } from "../program.ts";

/** Every place in which a name can be looked at, with what gets at a member of the object. */
const PLACES: Readonly<Record<string, string>> = {
  computed: "return root[name];",
  called: "return root[named]();",
  optional: "return root?.[name];",
  chained: "return root?.[named]?.();",
  argument: "return pick(root, name);",
  made: "return new Holder(root).object[name];",
  declared: "const all = root; return all[name];",
  assigned: "let all; all = root; return all[name];",
  stored: "const all = {}; all.it = root; return all.it[name];",
  listed: "return [root][0][name];",
  property: "return { all: root }.all[name];",
  returned: "return (() => { return root; })()[name];",
  arrow: "return (() => root)()[name];",
  condition: "return (name ? root : null)[name];",
  tested: "return root ? pick(root, name) : 0;",
  logical: "return (root || null)[name];",
  nullish: "return (root ?? null)[name];",
  negated: "return !root ? 0 : root[name];",
  sequence: "return (0, root)[name];",
  defaulted: "const read = (all = root) => all[name]; return read();",
  shorthand: "return { root }.root[name];",
  spread: "return Object.keys({ ...root }).includes(name) ? root[name] : 0;",
  statement: "let got = 0\n root[setter]((value) => { got = value; })\n return got;",
};

export const programs = [
  program("the global object in a binding of a library, needed on a branch", {
    files: {
      "node_modules/lib/package.json": '{ "main": "index.js" }',
      "node_modules/lib/index.js": `
        ;(function () {
          var freeGlobal = typeof global == 'object' && global && global.Object === Object && global;
          var freeSelf = typeof self == 'object' && self && self.Object === Object && self;
          var root = freeGlobal || freeSelf || Function('return this')();
          function pick(object, names) {
            var picked = {};
            names.forEach(function (name) { picked[name] = object[name]; });
            return picked;
          }
          function inContext(context) {
            context = context == null ? root : pick(root, context);
            return context.rate;
          }
          function sumBy(list, context) {
            var sum = 0;
            for (var i = 0; i < 20000; i++) sum = (sum * 31 + list[i % list.length]) % 1000003;
            return context ? sum + inContext(context) : sum;
          }
          module.exports = { sumBy: sumBy, inContext: inContext };
        }.call(this));
      `,
      "env.mjs": `
        import { burn } from "./burn.mjs";
        const env = typeof self === "object" ? self : globalThis;
        export function revive(type, value) {
          if (type !== "plain") return new env[type](value);
          return { plain: burn(value) };
        }
      `,
      "main.mjs": `
        import lib from "lib";
        import { revive } from "./env.mjs";
        globalThis.rate = Number(process.argv[2]);
        globalThis.Point = class { constructor(x) { this.x = x * rate; } };
        function sum(list) { return lib.sumBy(list, null); }
        function scaled(list) { return lib.sumBy(list, ["rate"]); }
        function plainly(n) { return revive("plain", n).plain; }
        function point(n) { return revive("Point", n).x; }
        console.log(sum([1, 2, 3]), scaled([1, 2, 3]), plainly(4), point(5));
      `,
    },
    args: ["2"],
    memo: { sum: 1, plainly: 1 },
    refuses: { scaled: /globalThis/, point: /globalThis/ },
    after: [{ label: "another rate", args: ["3"], hits: { sum: 1, plainly: 1 } }],
  }),

  program("the global object in a binding, wherever it is read", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        var root = typeof window === "undefined" ? globalThis : window;
        const rate = Number(process.argv[2]);
        root.rate = rate;
        root.rated = () => rate;
        root.tell = (hear) => hear(rate);
        class Holder { constructor(object) { this.object = object; } }
        function pick(object, name) { return object[name]; }
        ${Object.entries(PLACES)
          .map(
            ([name, body]) =>
              `function ${name}(name, named, setter) { burn(name.length); ${body.replaceAll("\n", "\n          ")} }`,
          )
          .join("\n        ")}
        for (const read of [${Object.keys(PLACES).join(", ")}]) console.log(read.name, read("rate", "rated", "tell"));
      `,
    },
    args: ["2"],
    refuses: Object.fromEntries(Object.keys(PLACES).map((name) => [name, /globalThis|global object/])),
    after: [{ label: "another rate", args: ["3"] }],
  }),

  program("a binding with such a name that holds something else", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const root = { rate: Number(process.argv[2]), nested: [1, 2] };
        let self = null;
        function whole(name) { return burn(1) * root[name]; }
        function listed(n) { return [root, self].map((one) => one?.nested[0] ?? burn(n)); }
        function changed(n) { return (self ?? root).rate + burn(n); }
        console.log(whole("rate"), listed(1), changed(1));
        self = { rate: 7, nested: [9] };
        console.log(listed(1), changed(1));
      `,
    },
    args: ["2"],
    memo: { whole: 1, listed: 2, changed: 2 },
    after: [{ label: "another rate", args: ["3"], misses: { whole: 1, listed: 2, changed: 2 } }],
  }),

  program("members of the global object, which a closure has captured", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        globalThis.scale = Number(process.argv[2] ?? 2);
        globalThis.list = [1];
        globalThis.own = function () { return this.scale; };
        globalThis.plain = (n) => n + 1;
        Object.defineProperty(globalThis, "got", { get() { console.log("got"); return 1; } });
        function make() {
          const root = globalThis;
          let other = globalThis;
          other = globalThis;
          return {
            now: () => root.Date.now(),
            reads: () => root.scale + root.list.length,
            absent: () => typeof root.missing + root.missing?.deep,
            plain: (n) => root.plain(n),
            own: () => root.own(),
            got: () => root.got,
            writes: (n) => { root.written = n; return n; },
            updates: () => root.scale++,
            named: (name) => root[name],
            has: () => "missing" in root,
            given: () => Object.keys(root).length,
            process: () => root.process.exitCode,
            other: () => other.scale,
            later: async () => { await null; return root.scale; },
            calls: (n) => root.Math.max(n, 3) + root.String(n) + new root.Map([[n, n]]).size,
          };
        }
        const all = make();
        const { now, reads, absent, plain, own, got, writes, updates, named, has, given, process: exit, other, later, calls } = all;
        const held = { now };
        function holding(n) { burn(n); return n < 0 ? held.now() : n; }
        function telling(n) { burn(n); return held.now() > n; }
        function reading(n) { return burn(n) + reads(); }
        function missing(n) { return burn(n) + absent(); }
        function calling(n) { return burn(n) + plain(n) + calls(n); }
        function owning(n) { return burn(n) + own(); }
        function getting(n) { burn(n); return n < 0 ? got() : n; }
        function writing(n) { burn(n); return n < 0 ? writes(n) : n; }
        function updating(n) { burn(n); return n < 0 ? updates() : n; }
        function naming(n) { return burn(n) + named("scale"); }
        function having(n) { return burn(n) + has(); }
        function giving(n) { burn(n); return n < 0 ? given() : n; }
        function exiting(n) { burn(n); return n < 0 ? exit() : n; }
        function others(n) { return burn(n) + other(); }
        async function waiting(n) { burn(n); return await later(); }
        for (let i = 0; i < 4; i++) {
          console.log(holding(1), telling(1), reading(1), missing(1), calling(1), owning(1), getting(1), writing(1), updating(1));
          console.log(naming(1), having(1), giving(1), exiting(1), others(1));
          const waits = waiting(1);
          if (i === 0) globalThis.scale++;
          console.log(await waits);
          if (i === 1) globalThis.list.push(2);
          if (i === 2) globalThis.missing = { deep: 1 };
          if (i === 2) globalThis.plain = (n) => n + 2;
        }
      `,
    },
    cold: {
      misses: { holding: 1, reading: 3, missing: 2, calling: 2 },
      hits: { holding: 3, reading: 1, missing: 2, calling: 2 },
    },
    warm: { hits: { holding: 4, reading: 4, missing: 4, calling: 4 } },
    after: [{ label: "another value", args: ["9"], hits: { holding: 4, reading: 1, missing: 4, calling: 4 } }],
    refuses: {
      telling: /Date\.now/,
      owning: /globalThis/,
      getting: /globalThis/,
      writing: /globalThis/,
      updating: /globalThis/,
      naming: /globalThis/,
      having: /globalThis/,
      giving: /globalThis/,
      exiting: /process/,
      others: /globalThis/,
      waiting: /scale|globalThis/,
    },
  }),
];
