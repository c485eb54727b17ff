/**
 * Calls that assign to bindings outside: of their module, by every kind of assignment and of every kind of binding. All that
 * the program can see is printed after each call, which runs in the first run and is answered from an entry in the second.
 */
import { type Program, program } from "../program.ts";

const IMPORT = `import { burn } from "./burn.mjs";`;

/** Statements that assign to `x`, `y` and `o`, and what is read of them. */
const FORMS: Record<string, string> = {
  "=": "x = n; y = x + 1;",
  "++": "x++; ++y; x--; x++;",
  "+=": "x += n; y -= n;",
  "??=, ||= and &&=": "x ??= n; y ||= n; o &&= { n }; z ??= { n };",
  "an array pattern": "[x, y] = [y, x]; [x, ...o] = [n, n, x];",
  "an object pattern": "({ a: x, b: y = n, ...o } = { a: n, c: o });",
  "for of": "for (x of [1, 2, n]) y += x;",
  "for in": "for (x in { a: 1, b: 2 }) y += x;",
  "a function inside": "const put = (v) => { x = v; }; [1, 2, n].forEach(put); (() => { y = x; })();",
  "an object and what is in it": "o = { n }; o.x = o; o.list = [o]; z = o.list;",
  "what is in it alone": "o.n = n; o.list = [n];",
  "the object before, and another one": "o.n = n; z = o; o = { z };",
  "the old value again": "const old = x; x = 7; y = burn(x) % 10; x = old; y = 2;",
  "the same value": "x = x; z = z; o = o;",
  "an equal object": "o = { ...o };",
  "a branch that is not taken": "if (n > 100) { x = 9; o = null; } else y = n;",
  "undefined and -0": "x = undefined; y = -0; z = NaN; o = null;",
  "new things that share": "const one = [n]; x = { one }; y = new Map([[one, x]]); z = new Set([one]);",
};

function forms(name: string, statement: string): Program {
  return program(`assigned to a binding of the module: ${name}`, {
    files: {
      "state.mjs": `
        ${IMPORT}
        let x = 1, y = 2, z, o = { n: 0 };
        export function work(n) { ${statement} return [burn(n) % 100, x, y, z, o]; }
        export const look = () => [x, y, z, o];
        export const held = () => o;
      `,
      "main.mjs": `
        import { inspect } from "node:util";
        import { held, look, work } from "./state.mjs";
        for (let i = 0; i < 3; i++) {
          const before = held();
          const result = work(i);
          console.log(inspect([result, look(), before === held(), before], { depth: 9 }));
          console.log(result.map((one, k) => Object.is(one, look()[k - 1])));
        }
      `,
    },
    cold: { misses: { work: 3 } },
    warm: { hits: { work: 3 } },
  });
}

const SPECIAL: readonly Program[] = [
  program("a binding that is assigned to and never read by the call", {
    files: {
      "main.mjs": `
        ${IMPORT}
        let last, flag = 0, seen = { n: -1 }, held = null;
        function work(n) { last = { n }; flag = n % 2; return burn(n) % 100; }
        function keep(box) { seen = box; return burn(box.n) % 100; }
        function maybe(n) { if (n > 1) held = [n]; return burn(n + 50) % 100; }
        function again(box) { held = box; return burn(60) % 100; }
        for (const n of [1, 2, 1, 3]) console.log(work(n), last, flag);
        for (const n of [1, 2, 1]) {
          const box = { n };
          console.log(keep(box), seen === box, maybe(n), held);
          const before = held;
          console.log(again(before), held === before, again(box), held === box, again(box), held === box);
        }
      `,
    },
    cold: { misses: { work: 4, keep: 2 }, hits: { keep: 1 } },
    warm: { hits: { work: 4, keep: 3, maybe: 3, again: 9 } },
  }),

  program("a binding that already holds what a call assigns to it", {
    files: {
      "main.mjs": `
        ${IMPORT}
        let kept = null;
        const pool = [{ n: 1 }, { n: 2 }];
        const make = (n) => { kept = { n }; };
        function take(n) { if (burn(n) > 5) kept = pool[n]; return burn(n) % 10; }
        function other(n) { if (burn(n) < 5) kept = pool[n]; return burn(n) % 10; }
        // What it holds is none of what the call has: whether it is assigned does not show.
        let list = [];
        const renew = () => { list = []; };
        function pushes(n) { if (burn(n) < 5) list = [n]; return burn(n + 7) % 10; }
        for (let i = 0; i < 2; i++) {
          make(1);
          console.log(other(1), kept);
          console.log(take(1), kept === pool[1], take(1), kept === pool[1], other(1), kept === pool[1]);
          kept = pool[0];
          console.log(take(1), kept === pool[1]);
          renew();
          console.log(pushes(1), list);
        }
      `,
    },
    cold: { hits: { other: 2 } },
    warm: { hits: { take: 6, other: 4, pushes: 2 } },
  }),

  program("what a call may have assigned to a binding that nothing in it reads", {
    files: {
      "main.mjs": `
        ${IMPORT}
        let kept = { n: 0 };
        const boxes = [{ n: 1 }, { n: 2 }];
        function work(n, box) { const r = burn(n) % 10; for (kept of n === 1 ? [] : [box]); return n === 1 ? r : 0; }
        function assigns(n, box) { const r = burn(n) % 10; for (kept of n === 1 ? [] : [box]); return n === 1 ? r : 0; }
        const set = (value) => { kept = value; };
        for (let i = 0; i < 3; i++) { set({ n: i }); console.log(work(1, boxes[0]), kept); }
        set(boxes[1]);
        console.log(work(1, boxes[0]), kept === boxes[1]);
        console.log(assigns(2, boxes[0]), kept === boxes[0], assigns(2, boxes[0]), kept === boxes[0]);
        set({ n: 9 });
        console.log(assigns(2, boxes[0]), kept === boxes[0]);
      `,
    },
    refuses: { work: /may have assigned to `kept`/ },
  }),

  program("counters, caches and scratch variables of a CommonJS module", {
    entry: "main.cjs",
    files: {
      "lib.cjs": `
        const { burn } = require("./burn.cjs");
        var count = 0, pos, text, cache, table = {};
        function get() { return cache ??= Array.from({ length: 3 }, (_, i) => burn(i)); }
        function unique(prefix) { return prefix + (++count); }
        function parse(source) {
          text = source; pos = 0;
          const out = [];
          while (pos < text.length) out.push(token());
          return [burn(out.length) % 10, out];
        }
        function token() { const from = pos; while (pos < text.length && text[pos] !== " ") pos++; return text.slice(from, pos++); }
        function named(n) { return [unique("a" + n), unique("b"), burn(n)]; }
        exports.get = get;
        exports.parse = parse;
        exports.named = named;
        exports.state = () => [count, pos, text, cache, table];
        exports.reset = () => { table = { table }; return burn(3); };
      `,
      "main.cjs": `
        const { inspect } = require("node:util");
        const lib = require("./lib.cjs");
        for (let i = 0; i < 4; i++) {
          const cache = lib.get();
          console.log(cache === lib.get(), cache, lib.parse("a bc  d" + i % 2), lib.named(i % 2), inspect(lib.state(), { depth: 9 }));
          lib.reset();
        }
      `,
    },
    warm: { hitsAtLeast: { get: 8, parse: 4, reset: 4 } },
    after: [{ label: "once more", hits: { get: 8, parse: 4, named: 4, reset: 4 } }],
  }),

  program("exported bindings, as other modules see them", {
    files: {
      "lib.mjs": `
        ${IMPORT}
        export let count = 100;
        let hidden = { n: 0 };
        export { hidden as shown };
        export default function work(n) { count += n; hidden = { n }; return [burn(n) % 10, hidden]; }
        export function rest(n) { return burn(n) % 10 + n; }
        rest = rest;
        export function becomes(n) { rest = other; return burn(n) % 10; }
        function other(n) { return burn(n) % 7; }
      `,
      "again.mjs": `export { count as total, shown, rest } from "./lib.mjs"; export * as lib from "./lib.mjs";`,
      "main.mjs": `
        import work, { becomes, count, shown } from "./lib.mjs";
        import { lib, rest, total, shown as again } from "./again.mjs";
        for (let i = 0; i < 3; i++) {
          const [n, one] = work(i);
          console.log(n, one === shown, shown === again, lib.shown === one, count, total, lib.count);
        }
        console.log(rest(5), rest.name, becomes(3), rest.name, rest(5), becomes(3), rest.name);
      `,
    },
    cold: { misses: { work: 3 } },
    warm: { hits: { work: 3, becomes: 2 } },
  }),

  program("a call that assigns to a binding and reads it as an import", {
    files: {
      "a.mjs": `
        ${IMPORT}
        import { seen } from "./b.mjs";
        export let x = 0;
        export let own = 5;
        export function work(n) { x = n; const r = seen() + burn(n) % 10; x = 0; return r; }
        export function alone(n) { own = n; return burn(n) % 10; }
      `,
      "c.mjs": `export let x = 0; export const set = (n) => { x = n; };`,
      "b.mjs": `import { x } from "./a.mjs"; export function seen() { return x * 1000; }`,
      "main.mjs": `
        import { alone, own, work, x } from "./a.mjs";
        import { set } from "./c.mjs";
        set(0);
        console.log(work(1), x, work(2), x, work(1), x, alone(3), own);
      `,
    },
    refuses: { work: /writes `x`/ },
    warm: { hits: { alone: 1 } },
    after: [
      {
        label: "the import leads elsewhere",
        edit: { "b.mjs": (text) => text.replace("./a.mjs", "./c.mjs") },
        hits: { work: 0, alone: 1 },
      },
    ],
  }),

  program("a binding behind the getter of a compiled module", {
    entry: "main.cjs",
    files: {
      "a.cjs": `
        Object.defineProperty(exports, "__esModule", { value: true });
        for (const [name, get] of Object.entries({ x: () => x, work: () => work, plain: () => plain })) Object.defineProperty(exports, name, { get, enumerable: true });
        const { burn } = require("./burn.cjs");
        const b = require("./b.cjs");
        let x = 0, y = 1;
        function work(n) { x = n; const r = b.seen() + burn(n) % 10; x = 0; return r; }
        function plain(n) { y += n; return burn(n) % 10 + y; }
      `,
      "c.cjs": `
        Object.defineProperty(exports, "__esModule", { value: true });
        Object.defineProperty(exports, "x", { get: () => 0, enumerable: true });
      `,
      "b.cjs": `const a = require("./a.cjs"); exports.seen = function seen() { return a.x * 1000; };`,
      "main.cjs": `
        const a = require("./a.cjs");
        console.log(a.work(1), a.work(2), a.work(1), a.plain(1), a.plain(1));
      `,
    },
    refuses: { work: /writes `x`/ },
    warm: { hits: { plain: 2 } },
    after: [
      {
        label: "the require leads elsewhere",
        edit: { "b.cjs": (text) => text.replace("./a.cjs", "./c.cjs") },
        hits: { work: 0, plain: 2 },
      },
    ],
  }),

  program("two modules of the same code, and which of them a function is of", {
    files: {
      "state.mjs": `
        ${IMPORT}
        let x = 0;
        export function set(n) { x = n; return burn(n) % 10; }
        export function both(n, other) { x = n; const r = other() + burn(n) % 10; x = 0; return r; }
        export function adds(n, other) { x += n; const r = other() + burn(n) % 10; x = 0; return r; }
        export const get = () => x * 100;
        export const look = () => x;
      `,
      "main.mjs": `
        import * as a from "./state.mjs?a";
        import * as b from "./state.mjs?b";
        console.log(a.both(1, a.get), a.both(1, b.get), b.both(1, a.get), b.both(1, b.get), a.look(), b.look());
        console.log(a.adds(1, a.get), a.adds(1, b.get), b.adds(1, a.get), b.adds(1, b.get), a.look(), b.look());
        console.log(a.set(1), b.look(), b.set(2), a.look(), b.look(), a.set(1), b.set(1), a.look(), b.look());
      `,
    },
    warm: { hits: { "state.mjs both": 4, "state.mjs adds": 4, "state.mjs set": 4 } },
  }),

  program("modules that assign to each other's bindings by functions", {
    files: {
      "a.mjs": `
        ${IMPORT}
        import { setB } from "./b.mjs";
        let a = { n: 0 };
        export function setA(value) { const old = a; a = value; return old; }
        export function work(n) { setB(a); a = { n, a: a.n }; return [burn(n) % 10, a]; }
        export const getA = () => a;
      `,
      "b.mjs": `
        ${IMPORT}
        import { setA } from "./a.mjs";
        let b = null;
        export function setB(value) { b = value; }
        export function crosses(n) { b = setA(b) ?? b; return burn(n) % 10; }
        export const getB = () => b;
      `,
      "main.mjs": `
        import { getA, work } from "./a.mjs";
        import { crosses, getB } from "./b.mjs";
        for (let i = 0; i < 3; i++) {
          const a = getA();
          const [n, now] = work(i);
          console.log(n, now === getA(), getB() === a, getA(), getB());
          console.log(crosses(i), getA() === a, getB() === now, getA(), getB());
        }
      `,
    },
    warm: { hits: { work: 3, crosses: 3 } },
  }),

  program("bindings that hold functions and classes", {
    files: {
      "main.mjs": `
        ${IMPORT}
        const slow = (n) => burn(n) % 10;
        const fast = (n) => n;
        let impl = slow, Kind = class First { n = 1; }, made = null;
        class Second { n = 2; }
        function pick(n) { impl = n > 1 ? fast : slow; return impl(n) + burn(n) % 10; }
        function use(n) { return impl(n) + burn(n + 1) % 10; }
        function kind(n) { Kind = Second; made = new Kind(); return burn(n) % 10; }
        function closure(n) { impl = (m) => m + n; return burn(n) % 10; }
        function self(n) { self = (m) => slow(m) + 1; return self(n); }
        for (const n of [1, 2, 1]) console.log(pick(n), impl === slow, impl === fast, use(n), use.call(null, n));
        for (let i = 0; i < 2; i++) console.log(kind(i), Kind === Second, made instanceof Second, made);
        for (let i = 0; i < 3; i++) console.log(closure(i), impl(i), use(i));
        for (let i = 0; i < 3; i++) console.log(self(i));
      `,
    },
    refuses: { closure: /function that is made at each call/ },
    warm: { hits: { pick: 3, kind: 2 }, hitsAtLeast: { use: 3 } },
  }),

  program("dead zones, constants, imports and names that are not declared", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        function early(n) { late = n; return burn(n) % 10; }
        function constant(n) { if (n > 1) fixed = n; return burn(n) % 10; }
        function loose(n) { undeclared = n; return burn(n) % 10; }
        function own(n) { let late = n; late++; { var fixed = late; fixed += 1; } return burn(late + fixed) % 10; }
        function shadow(late) { late = late + 1; const at = (count) => { count += late; return count; }; return burn(at(1)) % 10; }
        function accessor(n) { tracked = n; return burn(n) % 10; }
        const sees = (f, n) => { try { return f(n); } catch (error) { return error.name + ": " + error.message; } };
        console.log(sees(early, 1), sees(early, 1));
        let late = 0;
        const fixed = 1;
        let count = 5;
        const log = [];
        Object.defineProperty(globalThis, "tracked", { configurable: true, set(v) { log.push(v); }, get: () => log.length });
        for (const n of [1, 2, 1]) {
          console.log(sees(early, n), late, sees(constant, n), fixed, loose(n), globalThis.undeclared, own(n), shadow(n), late, count);
          console.log(accessor(n), log.join(), tracked);
        }
        count++;
      `,
    },
    refuses: { loose: /undeclared/, accessor: /tracked/ },
    warm: { hits: { own: 3, shadow: 3 }, hitsAtLeast: { early: 1 } },
  }),

  program("an import cannot be assigned to", {
    files: {
      "lib.mjs": `export let x = 1; export const set = (n) => { x = n; };`,
      "main.mjs": `
        ${IMPORT}
        import { set, x } from "./lib.mjs";
        function work(n) { if (n > 1) try { x = n; } catch (error) { return error.name; } return burn(n) % 10 + x; }
        console.log(work(1), work(2), work(1), x, set(3), work(1), x);
      `,
    },
    warm: { hits: { work: 3 } },
  }),

  program("recorded calls within recorded calls that assign to bindings", {
    files: {
      "main.mjs": `
        ${IMPORT}
        let count = 0, last = null;
        const log = [];
        function inner(n) { count += n; last = { n }; return burn(n) % 10; }
        function outer(n) { const r = inner(n) + inner(n + 1); return [r, last, burn(n) % 10]; }
        function around(n) { return outer(n)[0] + burn(n + 9) % 10; }
        function undoes(n) { const old = count; inner(n); count = old; return burn(n) % 10; }
        function throws(n) { count += 100; if (burn(n) >= 0) throw new Error("no"); }
        function catches(n) { try { throws(n); } catch { last = null; } return burn(n) % 10; }
        async function waits(n) { inner(n); await null; return burn(n) % 10; }
        function given(f, n) { return f(n) + burn(n) % 10; }
        for (let i = 0; i < 3; i++) {
          count = 0;
          console.log(inner(1), count, last);
          const [r, one] = outer(1);
          console.log(r, one === last, count, last);
          console.log(outer(2), count, around(1), count, last, undoes(3), count, last);
          try { throws(1); } catch { console.log(count); }
          console.log(catches(1), count, last, await waits(2), count, last, given(inner, 4), count, last, given((n) => (count -= n), 2), count);
        }
      `,
    },
    refuses: { throws: /throws/, waits: /writes `count`/ },
    after: [
      {
        label: "once more",
        hits: { outer: 6, catches: 3, waits: 0, undoes: 3 },
        hitsAtLeast: { inner: 6, around: 3, given: 6 },
      },
      {
        label: "an edit around",
        edit: { "main.mjs": (text) => text.replace("n + 9", "n + 8") },
        hits: { catches: 3 },
        misses: { around: 1 },
        hitsAtLeast: { outer: 6 },
      },
      {
        label: "an edit inside",
        edit: { "main.mjs": (text) => text.replace("last = { n }", "last = { n, n2: n }") },
        hits: { waits: 0 },
        misses: { around: 1 },
      },
    ],
  }),

  program("a hit that assigns to a binding, in a call that is not yet known to change anything", {
    files: {
      "main.mjs": `
        ${IMPORT}
        let held = { n: 0 };
        const put = (value) => { held = value; };
        function holds(n) { held = { n }; return burn(n) % 10; }
        function over(n) { return holds(n) + burn(n + 1) % 10; }
        console.log(holds(1), held);
        for (let i = 0; i < 3; i++) {
          put({ n: -1 });
          console.log(over(1), held);
        }
      `,
    },
    cold: { hits: { over: 1 } },
    warm: { hits: { over: 3, holds: 1 } },
  }),

  program("objects that a binding shares with arguments, results and state", {
    files: {
      "main.mjs": `
        ${IMPORT}
        let held = null, other = [], map = new Map();
        const table = { held: null };
        function keep(box) { held = box; table.held = box; box.n = burn(1) % 10; return box; }
        function wrap(n) { other = [held, { n }]; map = new Map([[held, other]]); return other; }
        function swap() { [held, other] = [other, held]; return burn(2) % 10; }
        class Point { constructor(x) { this.x = x; } move() { held = this; this.x++; return burn(this.x) % 10; } }
        for (let i = 0; i < 2; i++) {
          const box = { i };
          const kept = keep(box);
          console.log(kept === box, held === box, table.held === box, box);
          const list = wrap(i);
          console.log(list === other, list[0] === box, map.get(box) === list, map.size);
          console.log(swap(), held === list, other === box, swap(), held === box, other === list);
          const point = new Point(i);
          console.log(point.move(), held === point, point.x, point.move(), held.x);
        }
      `,
    },
    warm: { hits: { keep: 2, wrap: 2, swap: 4, "Point.move": 4 } },
  }),

  program("a member of a binding that is assigned to", {
    files: {
      "main.mjs": `
        ${IMPORT}
        let config = { width: 1, list: [0] };
        const first = config;
        function widen(n) { config = { width: config.width + n, list: config.list }; return burn(n) % 10; }
        function pushes(n) { config.list.push(n); config = { ...config }; return burn(n) % 10; }
        function both(n) { config.width = n; config = { width: config.width + 1, list: [] }; return burn(n) % 10; }
        for (let i = 0; i < 2; i++) {
          console.log(widen(i), config, first, pushes(i), config, first);
          console.log(both(i), config, first);
        }
      `,
    },
    warm: { hits: { widen: 2, pushes: 2, both: 2 } },
  }),

  program("a block that writes to more than one thing", {
    files: {
      "main.mjs": `
        ${IMPORT}
        import settings from "settings";
        const local = { n: 0 };
        let count = 0;
        function mixed(n) { if (burn(n) >= 0) { local.n = n; count++; settings.n = n; } return burn(n) % 10; }
        function fine(n) { local.n = n; count++; return burn(n) % 10; }
        for (let i = 0; i < 3; i++) console.log(mixed(i), settings.n, local.n, count, fine(i), local.n, count);
      `,
      "node_modules/settings/package.json": `{ "name": "settings", "type": "module", "main": "index.js" }`,
      "node_modules/settings/index.js": `export default { n: 0 };`,
      "assumePure.json": `{ "assumePure": ["settings"] }`,
    },
    refuses: { mixed: /settings/ },
    warm: { hits: { fine: 3 } },
  }),

  program("functions that return nothing and assign", {
    files: {
      "main.mjs": `
        ${IMPORT}
        let table = null, ready = false;
        function init() { if (ready) return; ready = true; table = Array.from({ length: 4 }, (_, i) => burn(i)); }
        function reset() { table = null; ready = false; burn(1); }
        for (let i = 0; i < 3; i++) { init(); console.log(table, ready); reset(); console.log(table, ready); }
      `,
    },
    cold: { misses: { init: 1, reset: 1 }, hits: { init: 2, reset: 2 } },
    warm: { hits: { init: 3, reset: 3 } },
  }),
];

export const programs: readonly Program[] = [
  ...Object.entries(FORMS).map(([name, statement]) => forms(name, statement)),
  ...SPECIAL,
];
