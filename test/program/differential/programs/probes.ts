/** Code that forbids caching only where it runs: each place that a probe can stand at, entered and left alone. */
import { program } from "../program.ts";

/** Forms of a function whose second argument says whether it counts, and so must run; by the place of the finding. */
const FORMS: Readonly<Record<string, string>> = {
  block: "function f(n, does) { const r = burn(n); if (does) { count++; } return r; }",
  statement: "function f(n, does) { const r = burn(n); if (does) count++\n return r; }",
  otherwise: "function f(n, does) { const r = burn(n); if (!does) return r; else if (n) count += 1; return r; }",
  guarded: "function f(n, does) { const r = burn(n); if (!does) return r; count++; return r; }",
  guarded_line: "function f(n, does) { const r = burn(n); if (!does) return r\n count++\n return r }",
  guarded_twice:
    "function f(n, does) { const r = burn(n); if (!n) return 0; { if (!does) return r } for (const x of [1]) count += x; return r; }",
  guarded_close: "function f(n, does){const r=burn(n);if(!does)return r;class C{static x=count++}return r}",
  guarded_by_loop: "function f(n, does) { const r = burn(n); do { if (!does) return r } while (0) count++; return r; }",
  continued:
    "function f(n, does) { const r = burn(n); for (let i = 0; i < 2; i++) { if (i >= does) continue; count++; } return r; }",
  broken: "function f(n, does) { const r = burn(n); for (;;) { if (!does) break; count++; does = 0; } return r; }",
  guarded_function:
    "function f(n, does) { const r = burn(n); if (!does) return r; const go = () => { add(); }; go(); return r; function add() { count++; } }",
  guarded_hoisted:
    "function f(n, does) { const r = burn(n); if (does) add(); if (n) return r; function add() { if (!n) return; count++; } return r; }",
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
  static_block: "function f(n, does) { class C { static { if (does) count++; } } return burn(n); }",
  static_field: "function f(n, does) { class C { static x = does ? count++ : 0; } return burn(n); }",
  field_branch: "function f(n, does) { class C { x = does ? count++ : 0; } new C(); return burn(n); }",
  field: "function f(n, does) { class C { x = count++; } if (does) new C(); return burn(n); }",
  inherited_field:
    "class A { x = count++; } class B extends A {} function f(n, does) { if (does) new B(); return burn(n); }",
  computed_key: "function f(n, does) { if (does) { class C { [count++]() {} } } return burn(n); }",
  heritage: "function f(n, does) { if (does) { class C extends (count++, Object) {} } return burn(n); }",
  parameter: "function go(x = count++) {} function f(n, does) { if (does) go(); return burn(n); }",
  parameter_branch: "function go(does, x = does && count++) {} function f(n, does) { go(does); return burn(n); }",
  parameter_arrow:
    "function go(add = () => count++) { return add; } function f(n, does) { const add = go(); if (does) add(); return burn(n); }",
  parameter_pattern:
    "function go({ x = count++ }) {} function f(n, does) { go(does ? {} : { x: 1 }); return burn(n); }",
  pattern: "function f(n, does) { const { a = count++ } = does ? {} : { a: 1 }; return burn(n); }",
  caught_pattern: "function f(n, does) { try { if (does) throw {}; } catch ({ a = count++ }) {} return burn(n); }",
  head: "function f(n, does) { if (does) for (let i = count++; i < 0; ) ; return burn(n); }",
  head_of: "function f(n, does) { if (does) for (const x of [count++]) ; return burn(n); }",
  head_pattern: "function f(n, does) { for (const [x = count++] of does ? [[]] : []) ; return burn(n); }",
  covered:
    "function f(n, does) { const r = burn(n); if (does) { count++; for (let i = 0; i < 3; i++) if (i) count += i; } return r; }",
  field_of_another_run:
    "const make = (on) => { if (on) { count++; return class { x = on ? count++ : 0; }; } return Object; }; const Made = make(1); function f(n, does) { if (does) new Made(); return burn(n); }",
  do_while: "function f(n, does) { do if (does) count++; while (0)\n return burn(n) }",
  dangling: "function f(n, does) { if (n) if (does) count++; else void 0; return burn(n); }",
  switch_block: "function f(n, does) { switch (does) { case 1: { count++ } default: return burn(n) } }",
  label: "function f(n, does) { if (does) out: for (;;) { count++; break out; } return burn(n); }",
  label_alone: "function f(n, does) { if (does) out: count++; return burn(n); }",
  assigned_or: "function f(n, does) { let z = !does; z ||= count++; return burn(n); }",
  optional: "function f(n, does) { const o = does ? { a() {} } : null; o?.a(count++); return burn(n); }",
  tagged: "const tag = (s, v) => v; function f(n, does) { return burn(n) + (does ? tag`${count++}` * 0 : 0); }",
  new_target: "function C() { if (new.target) count++; } function f(n, does) { if (does) new C(); return burn(n); }",
  derived:
    "class A { constructor(does) { if (does) count++; } } class B extends A { y = 1; } function f(n, does) { new B(does); return burn(n); }",
  private_method:
    "class C { #m() { count++; } run(does) { if (does) this.#m(); } } function f(n, does) { new C().run(does); return burn(n); }",
  own_accessor:
    "class C { static get x() { return count++; } } function f(n, does) { if (does) void C.x; return burn(n); }",
  hoisted: "function f(n, does) { if (does) { g(); function g() { count++; } } return burn(n); }",
  delegated:
    "function* a() { if (yield 1) count++; } function* b() { yield* a(); } function f(n, does) { const i = b(); i.next(); i.next(does); return burn(n); }",
  unended: "function f(n, does) { const r = burn(n)\n if (does) count++\n ;[r].map(String)\n return r }",
  slash: "function f(n, does) { const x = does ? count++ || /a/ : /b/; return burn(n); }",
  function_at_end:
    "function f(n, does) { let g = () => 0\n if (does) count++, g = function () { return 0 }\n return burn(n) + [1].map(g)[0] }",
  conversion:
    "function f(n, does) { const o = { valueOf() { return count++; } }; if (does) void (o + 1); return burn(n); }",
  iterated:
    "function f(n, does) { const o = { [Symbol.iterator]() { count++; return [].values(); } }; if (does) [...o]; return burn(n); }",
};

const main = (form: string) => `
  import { burn } from "./burn.mjs";
  let count = 0;
  ${form}
  console.log(f(1, 0), f(2, 0), count);
  console.log(f(1, 1), count, f(1, 1), count);
  console.log(f(1, 0), count);
`;

/** `f` is left alone with 0: kept; with 1 it counts in a global: never kept. */
const ofGlobal = (form: string) =>
  main(form)
    .replace("let count", "count")
    .replace(/(?<!\.)\bcount\b(?!:)/g, "globalThis.$&");

/** What refuses `f` altogether. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  // The fields of an instance: no probe can stand before them.
  field: /writes to `globalThis`/,
  inherited_field: /writes to `globalThis`/,
  // Its probe stands at the start of the block that each call enters.
  generated: /writes to `globalThis`/,
  label_alone: /writes to `globalThis`/,
  assigned_or: /writes to `globalThis`/,
  optional: /writes to `globalThis`/,
};
/** What these count is in the key: after that, the first run meets no key again. */
const OWN_STATE = new Set(["member", "times", "target"]);
/** Of these, a call that counts in a binding of the module is not kept either. */
const UNPROBED = new Set(["field", "inherited_field"]);
const COUNTED = Object.entries(FORMS).filter(([place]) => !UNPROBED.has(place));

export const programs = [
  ...Object.entries(FORMS).map(([place, form]) => {
    const files = { "main.mjs": ofGlobal(form) };
    const reason = REFUSED[place];
    const expected = reason
      ? { refuses: { f: reason } }
      : { cold: { hitsAtLeast: { f: OWN_STATE.has(place) ? 0 : 1 } }, warm: { hits: { f: 3 } } };
    return program(`a finding behind its place: ${place}`, { files, ...expected });
  }),

  program("assignments to a binding of the module, in each place", {
    files: {
      ...Object.fromEntries(COUNTED.map(([place, form]) => [`${place}.mjs`, main(form)])),
      "main.mjs": COUNTED.map(([place]) => `console.log("${place}"); await import("./${place}.mjs");`).join("\n"),
    },
    warm: { hitsAtLeast: Object.fromEntries(COUNTED.map(([place]) => [`${place}.mjs f`, 3])) },
    after: [{ label: "once more", hits: Object.fromEntries(COUNTED.map(([place]) => [`${place}.mjs f`, 5])) }],
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
    warm: { hits: { at: 1, any: 1, page: 1, made: 2 } },
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

  program("generators that were begun before the call", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let count = 0;
        function* steps() { for (;;) { yield count++; } }
        function* once() { yield 0; yield count++; yield count++; yield count++; }
        const [begun, inner] = [steps(), once()];
        begun.next(), inner.next();
        const closed = (() => { const it = once(); it.next(); return () => it.next().value; })();
        class Holder { #it = once(); constructor() { this.#it.next(); } step() { return this.#it.next().value; } }
        const holder = new Holder();
        const helped = typeof Iterator === "undefined" ? once() : once().map((x) => x);
        helped.next();
        function byState(n) { return burn(n) + inner.next().value; }
        function byArgument(n, it) { return burn(n) + it.next().value; }
        function byClosure(n) { return burn(n) + closed(); }
        function byPrivate(n) { return burn(n) + holder.step(); }
        function byHelper(n) { return burn(n) + helped.next().value; }
        console.log(byState(1), byState(1), byArgument(1, begun), byArgument(1, begun), byClosure(1), byClosure(1));
        console.log(byPrivate(1), byPrivate(1), byHelper(1), byHelper(1), count);
      `,
    },
    warm: { hits: { byState: 0, byArgument: 0, byClosure: 0, byPrivate: 0, byHelper: 0 } },
  }),

  program("findings behind a wait in what a recorded call waits for", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let count = 0;
        const tick = async (n) => n;
        async function late(does) { await tick(1); await tick(2); if (does) { count++; } return 1; }
        async function* parts(does) { yield 1; await tick(1); if (does) { count++; } yield 2; }
        const arrow = async (does) => { await tick(1); return does ? [1].map(() => count++).length : 1; };
        async function viaHelper(n, does) { const r = await late(does); return burn(n) + r; }
        async function viaArrow(n, does) { const r = await arrow(does); return burn(n) + r; }
        async function viaParts(n, does) { let r = burn(n); for await (const p of parts(does)) r += p; return r; }
        for (const f of [viaHelper, viaArrow, viaParts]) {
          console.log(await f(1, 0), await f(2, 0), count, await f(1, 1), count, await f(1, 1), count, await f(1, 0));
        }
      `,
    },
    warm: { hits: { viaHelper: 3 } },
  }),

  program("probes in sloppy code and in anonymous default exports", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        let count = 0;
        function declared(n, does) { if (does) { add(); function add() { count++; } } return burn(n); }
        function alone(n, does) { if (does) function add() { count++; } if (does) add(); return burn(n); }
        function mapped(n, does) { if (does) { count++; does = 0; } return burn(n); }
        var shared = function named(n, does) { "use strict"; return does ? (count++, burn(n)) : burn(n); };
        exports.put = function (n, does) { if (does) count++
          return burn(n) };
        (async () => {
          const { default: arrow, counted } = await import("./arrow.mjs");
          const { default: whole } = await import("./whole.mjs");
          for (const f of [declared, alone, mapped, shared, exports.put, arrow, whole]) {
            console.log(f(1, 0), f(2, 0), count, counted(), f(1, 1), f(1, 1), count, counted(), f(1, 0), f.name, String(f));
          }
        })();
      `,
      "arrow.mjs": `
        import { burn } from "./burn.mjs";
        let count = 0;
        export const counted = () => count + (globalThis.whole ?? 0);
        export default (n, does) => does ? (count++, burn(n)) : burn(n)
      `,
      "whole.mjs": `
        import { burn } from "./burn.mjs";
        export default function (n, does) { if (does) globalThis.whole = (globalThis.whole ?? 0) + 1; return burn(n) }
      `,
    },
    warm: { hits: { declared: 5, alone: 5, mapped: 5, shared: 5, put: 5, default: 5 } },
  }),

  program("members of objects that are written over several lines", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Tree {
          #inner = { list: [1] };
          constructor() { this.parts = { list: [1, 2] }; }
          kind(n) {
            const made = this
              .parts // the (first) part
              .list
              .constructor;
            const own = this.#inner.list.constructor;
            const line = /:(\\d+):/.exec(new Error().stack.split("\\n")[1])[1];
            return [burn(n) + made.from("abc").length + own.from("a").length, line];
          }
        }
        export function kind(tree, n) {
          const made = (tree /* ( */ . parts).list.constructor;
          return burn(n) + made.from("ab").length;
        }
        console.log(new Tree().kind(1), kind({ parts: { list: [1] } }, 1));
        console.log(String(Tree), kind.toString());
      `,
    },
    warm: { hits: { kind: 1 } },
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
    warm: { hits: { apply: 2 } },
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
          walk(n) {
            if (n)
              this.stack.push(n)
            else this.stack.pop()
            do this.stack.push(2)
            while (this.stack.length < 4)
            for (const x of [1]) this.stack.push(x)
            switch (n) {
              case 1:
                this.stack.push(7)
                this.stack.push(8)
            }
            return this.stack.join()
          }
        }
        export const parse = (n) => new Parser().run(n) + burn(n);
        export const walk = (n) => new Parser().walk(n) + burn(n);
        export const called = (node) => burn(1) + node.callee.name.length;
        export const kind = (x) => burn(2) + x.constructor.name + (x.constructor === Object) + typeof x?.constructor;
        export const again = (list) => new list.constructor(burn(3) % 5).length;
        export function make(x, text) { const C = x.constructor; return burn(4) + (text ? C(text)() : 0); }
        console.log(parse(1), called({ callee: { name: "abc" } }), kind({}), kind([]), again([1, 2]), make([], ""), walk(1), walk(0));
        console.log(String(Parser));
      `,
    },
    memo: { parse: 1, walk: 2, called: 1, kind: 2, again: 1, make: 1 },
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
        export function branch(x) { const r = burn(5); if (r) x.stack.concat(); else x.stack.concat(1); return r; }
        export function self(n) { return burn(n) + typeof arguments.callee; }
        const late = { callee: 1 };
        for (let i = 0; i < 5; i++) {
          console.log(made(burn, "return globalThis.n++"), shown(new TypeError("a")), asked(new Lively()), globalThis.n);
          console.log(shown({ stack: 1 }), shown(Object.create({ stack: [] })), shown(7), asked(5), asked(late));
          console.log(branch(new TypeError("a")), branch({ stack: [] }));
        }
      `,
    },
    warm: { hitsAtLeast: { asked: 2, shown: 3 }, hits: { made: 0, branch: 5 } },
  }),

  program("variables of functions that are handed to a call, written by functions in them", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const makers = [];
        const define = (make) => makers.push(make);
        define((instance) => {
          let count = 0;
          instance.next = () => ++count;
        });
        const shared = {};
        makers[0](shared);
        function work(n) {
          const instance = {};
          makers[0](instance);
          instance.next();
          return burn(n) + instance.next();
        }
        function outer(n) { return burn(n) + shared.next(); }
        console.log(work(1), work(1), outer(1), outer(1));
      `,
    },
    memo: { work: 1 },
    cold: { misses: { work: 1 }, hits: { work: 1 } },
    warm: { hits: { work: 2 } },
    refuses: { outer: /count/ },
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

  program("accessors on objects, exports and prototypes, by their code and state", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import lib from "./lib.cjs";
        import old from "./old.cjs";
        let scale = 1;
        const box = { n: 1, get twice() { return this.n * 2 * scale; }, set twice(to) { this.n = to; } };
        const read = (a) => burn(a) + box.twice;
        const given = (o) => burn(1) + o.sum;
        const exported = (a) => burn(a) + lib.add(a);
        const inherited = (a) => burn(a) + new old.Parser(a).place;
        const writes = (o) => { o.twice = 7; return burn(2); };
        const picks = ({ sum }) => burn(3) + sum;
        const adder = (a, b) => ({ get sum() { return a + b; } });
        console.log(read(1), given(adder(1, 2)), given(adder(2, 2)), exported(1), inherited(1));
        scale = 10;
        console.log(read(1), given(adder(1, 2)), exported(1));
        box.n = 5;
        lib.setStep(100);
        console.log(read(1), exported(1), picks(adder(1, 2)), picks(adder(1, 2)));
        Object.defineProperty(box, "twice", { get() { return globalThis.asked = (globalThis.asked ?? 0) + 1; }, configurable: true });
        console.log(read(1), read(1), globalThis.asked);
        for (let i = 0; i < 2; i++) { const o = { n: 1, get twice() { return this.n; }, set twice(to) { this.n = to; } }; console.log(writes(o), o.n); }
        const state = { hits: 0 };
        const counted = { get x() { return ++state.hits; } };
        const counts = (a) => burn(a) + counted.x;
        console.log(counts(1), counts(1), state.hits);
      `,
      "lib.cjs": `
        var step = 1;
        var add = (a) => a + step;
        var __export = (target, all) => { for (var name in all) Object.defineProperty(target, name, { get: all[name], enumerable: true }); };
        __export(exports, { add: () => add, setStep: () => (to) => { step = to; } });
      `,
      "old.cjs": `
        function Parser(at) { this.at = at; }
        var accessors = { place: { configurable: true } };
        accessors.place.get = function () { return this.at * 3; };
        Object.defineProperties(Parser.prototype, accessors);
        exports.Parser = Parser;
      `,
    },
    warm: { hitsAtLeast: { read: 3, given: 3, exported: 3, inherited: 1 }, hits: { picks: 0, writes: 2, counts: 1 } },
    after: [
      {
        label: "an accessor is edited",
        edit: {
          "old.cjs": (text) => text.replace("* 3", "* 4"),
          "main.mjs": (text) => text.replace("this.n * 2", "this.n * 3"),
        },
        misses: { inherited: 1, read: 5 },
      },
    ],
  }),

  program("state of a factory that the module calls", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import lib from "./lib.cjs";
        const use = (a, id) => burn(a) + lib.make(a, id);
        console.log(use(1, false), use(1, false), use(2, true), use(2, true), lib.count());
      `,
      "lib.cjs": `
        (function (root, factory) { module.exports = factory(); })(this, function () {
          var ids = 0;
          function next() { return ++ids; }
          function make(a, wants) { return wants ? next() : a * 2; }
          return { make: make, count: function () { return ids; } };
        });
      `,
    },
    warm: { hits: { use: 3 } },
  }),
];
