/** Code that forbids caching only where it runs: each place that a probe can stand at, entered and left alone. */
import { program } from "../program.ts";

/** Forms of a function whose second argument says whether it counts, and so must run; by the place of the finding. */
const FORMS: Readonly<Record<string, string>> = {
  block: "function f(n, does) { const r = burn(n); if (does) { count++; } return r; }",
  statement: "function f(n, does) { const r = burn(n); if (does) count++\n return r; }",
  otherwise: "function f(n, does) { const r = burn(n); if (!does) return r; else if (n) count += 1; return r; }",
  loop: "function f(n, does) { const r = burn(n); for (let i = 0; i < does; i++) count++; return r; }",
  condition: "function f(n, does) { const r = burn(n); for (; does && count++ < 0; ); return r; }",
  times: "function f(n, does) { const r = burn(n); while (does) { does = 0; count = count + 1; } return r; }",
  choice: "function f(n, does) { const r = burn(n); switch (does) { case 1: count++; case 0: return r; } return r; }",
  falling:
    "function f(n, does) { const r = burn(n); switch (does) { case 1: void 0; case 2: count++; case 0: } return r; }",
  and: "function f(n, does) { return burn(n) + (does && (count += 1) * 0); }",
  or: "function f(n, does) { return burn(n) + (!does || (count += 1) * 0); }",
  default: "function f(n, does) { return burn(n) + ((does || null) ?? (0 * n)) * 0 + (does ? count++ * 0 : 0); }",
  conditional: "function f(n, does) { return does ? (count++, burn(n)) : burn(n); }",
  body: "const f = (n, does) => does ? burn(n) + 0 * count++ : burn(n);",
  caught: "function f(n, does) { try { if (does) throw 1; return burn(n); } catch { count++; return burn(n); } }",
  at_last: "function f(n, does) { try { return burn(n); } finally { if (does) count++; } }",
  helper: "const add = (n) => { count += n; }; function f(n, does) { const r = burn(n); if (does) add(1); return r; }",
  callback: "function f(n, does) { const r = burn(n); (does ? [1] : []).forEach(() => { count++; }); return r; }",
  arrow: "function f(n, does) { const r = burn(n); (does ? [1] : []).forEach((x) => (count += x)); return r; }",
  generated:
    "function* steps() { yield 1; count++; yield 2; } function f(n, does) { let r = burn(n); for (const s of steps()) if (!does) break; else r += s; return r; }",
  method:
    "class C { run(n, does) { if (does) count++; return burn(n); } } function f(n, does) { return new C().run(n, does); }",
  accessor:
    "class C { get x() { return count++; } } function f(n, does) { const r = burn(n); if (does) return new C().x * 0 + r; return r; }",
  object:
    "const o = { get x() { return count++; } }; function f(n, does) { const r = burn(n); return does ? o.x * 0 + r : r; }",
  member:
    "const state = { count: 0 }; function f(n, does) { if (does) { state.count++; count = state.count; } return burn(n); }",
  deleted: "const state = {}; function f(n, does) { if (does) { count++; delete state.x; } return burn(n); }",
  target: "function f(n, does) { const r = burn(n); if (does) [count] = [count + 1]; return r; }",
  labelled: "function f(n, does) { const r = burn(n); out: { if (!does) break out; count++; } return r; }",
  inner:
    "function f(n, does) { const go = function () { if (does) { count++; } }; const r = burn(n); go(); return r; }",
  directive: 'function f(n, does) { "use strict"; const r = burn(n); return does ? (count++, r) : r; }',
};

/** `f` is left alone with 0: kept; with 1 it counts: never kept. */
const main = (form: string) => `
  import { burn } from "./burn.mjs";
  let count = 0;
  ${form}
  console.log(f(1, 0), f(2, 0), count);
  console.log(f(1, 1), count, f(1, 1), count);
  console.log(f(1, 0), count);
`;

/** What refuses `f` altogether: `o.x` is an accessor that no key sees, and code of the same block is entered in each call. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  object: /accessor/,
  generated: /writes `count`/,
  labelled: /writes `count`/,
};
/** `f` reads what a call of it with 1 has changed. */
const READS = new Set(["times", "target", "member"]);

export const programs = [
  ...Object.entries(FORMS).map(([place, form]) => {
    const files = { "main.mjs": main(form) };
    const reason = REFUSED[place];
    const expected = reason
      ? { refuses: { f: reason } }
      : { cold: { hitsAtLeast: { f: READS.has(place) ? 0 : 1 } }, warm: { hits: { f: 3 } } };
    return program(`a finding behind its place: ${place}`, { files, ...expected });
  }),

  program("clocks, randomness and globals on a branch", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const seen = [];
        export function at(n, now) { if (now) seen.push(typeof Date.now()); return burn(n); }
        export const any = (n, sure) => sure ? burn(n) : typeof Math.random();
        export function page(n) { if (typeof window !== "undefined" && window.document) return window.document; return burn(n); }
        export function made(n, text) { return text ? Number(new Function("return 3")()) : burn(n); }
        console.log(at(1, false), at(1, true), any(1, true), any(1, false), page(1), made(1, ""), made(1, "x"), seen.length);
      `,
    },
    warm: { hits: { at: 1, any: 1, page: 1, made: 1 } },
  }),

  program("a global that comes and goes", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        export function kind(n) { return burn(n) + typeof thing; }
        console.log(kind(1));
        globalThis.thing = 1;
        console.log(kind(1));
        globalThis.thing = "a";
        console.log(kind(1));
        Object.defineProperty(globalThis, "thing", { get() { console.log("asked"); return () => 1; }, configurable: true });
        console.log(kind(1));
        delete globalThis.thing;
        console.log(kind(1));
      `,
    },
    warm: { hits: { kind: 4 } },
  }),

  program("probes in functions that others take as values", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let count = 0;
        const apply = (list, fn) => list.map(fn).reduce((a, b) => a + b, 0) + burn(1);
        const loud = (x) => (x > 2 ? ++count : x);
        console.log(apply([1, 2], loud), count);
        console.log(apply([1, 2, 3], loud), count);
        console.log(apply([1, 2, 3], loud), count);
        console.log(loud.toString(), String(apply).length);
      `,
    },
    warm: { hits: { apply: 1 } },
  }),

  program("the same text without probes is another function", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let count = 0;
        const make = () => (x) => (x > 2 ? globalThis.n++ : x);
        globalThis.n = 0;
        const apply = (list, fn) => list.map(fn).reduce((a, b) => a + b, 0) + burn(1);
        const twin = (0, eval)("(x) => (x > 2 ? globalThis.n++ : x)");
        for (const fn of [make(), twin]) console.log(apply([1], fn), apply([3], fn), apply([3], fn), globalThis.n);
      `,
    },
    warm: { hits: { apply: 1 } },
  }),

  program("members that are harmless by their value", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Parser {
          constructor() { this.stack = [] }
          run(n) {
            this.stack.push(n)
            this.stack = this.stack.concat(burn(n))
            return this.stack.length
          }
        }
        export const parse = (n) => new Parser().run(n) + burn(n);
        export const called = (node) => burn(1) + node.callee.name.length;
        export const kind = (x) => burn(2) + x.constructor.name + (x.constructor === Object) + typeof x?.constructor;
        export const again = (list) => new list.constructor(burn(3) % 5).length;
        export function make(x, text) { const C = x.constructor; return burn(4) + (text ? C(text)() : 0); }
        console.log(parse(1), called({ callee: { name: "abc" } }), kind({}), kind([]), again([1, 2]), make([], ""));
      `,
    },
    memo: { parse: 1, called: 1, kind: 2, again: 1, make: 1 },
  }),

  program("members that are not, by their value", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        globalThis.n = 0;
        class Lively { get ["constructor"]() { globalThis.n++; return Array; } }
        export function made(x, text) { const C = x.constructor; return burn(1) + C(text)(); }
        export function shown(x) { return burn(2) + typeof x.stack; }
        export function asked(x) { return burn(3) + typeof x.constructor; }
        export function self(n) { return burn(n) + typeof arguments.callee; }
        const late = { callee: 1 };
        for (let i = 0; i < 5; i++) {
          console.log(made(burn, "return globalThis.n++"), shown(new TypeError("a")), asked(new Lively()), globalThis.n);
          console.log(shown({ stack: 1 }), shown(Object.create({ stack: [] })), shown(7), asked(5), asked(late));
        }
      `,
    },
    warm: { hitsAtLeast: { asked: 2, shown: 3 }, hits: { made: 0 } },
  }),

  program("findings in async functions that are recorded in their own frame", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let count = 0;
        const tick = async (n) => n;
        async function block(n, does) { const r = await tick(n); if (does) { count++; } return burn(r); }
        async function chosen(n, does) { switch (does) { case 1: await tick(1); count++; case 0: return burn(await tick(n)); } return 0; }
        async function caught(n, does) { try { if (does) throw { x: 1 }; await tick(n); } catch ({ x }) { count += x; await tick(x); } return burn(n); }
        async function inner(n, does) { const add = () => (does ? count++ : 0); await tick(n); add(); return burn(n); }
        const alone = async (n, does) => (does ? burn(await tick(n)) + 0 * count++ : burn(n));
        for (const f of [block, chosen, caught, inner, alone]) {
          console.log(await f(1, 0), await f(2, 0), count, await f(1, 1), count, await f(1, 1), count, await f(1, 0));
        }
      `,
    },
    warm: { hitsAtLeast: { block: 3, chosen: 3, caught: 3, inner: 3 }, hits: { alone: 0 } },
  }),
];
