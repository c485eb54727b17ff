/** Code that `Function` and its kin make of texts: what it is made of, when, by which road, and what it does. */
import { program } from "../program.ts";

/** Ways to make a function of a parameter `x` and a body, as an expression of `body`. */
const ROADS: Readonly<Record<string, string>> = {
  constructed: 'new Function("x", body)',
  called: 'Function("x", body)',
  applied: 'Function.apply(null, ["x", body])',
  bound: 'Function.bind(null, "x")(body)',
  spread: 'new Function(...["x", body])',
  reflected: 'Reflect.construct(Function, ["x", body])',
  held: 'new held.Maker("x", body)',
  of_a_function: 'held.fn.constructor("x", body)',
  global_member: 'new globalThis.Function("x", body)',
};
/** Bodies that only compute, as texts in the source of a program. */
const CLEAN: Readonly<Record<string, string>> = {
  plain: "return x * 2 + Math.max(x, 3);",
  strict: "'use strict'; return [x, typeof this];",
  inner: "function go(n) { return n ? n + go(n - 1) : 0; } return [x].map((y) => y + go(3));",
  state_of_its_own: "let n = 0; const next = () => ++n; next(); return next() + x;",
  arguments: "return arguments.length + arguments[0];",
  thrown: "try { throw new TypeError('' + x); } catch (error) { return error.message; }",
  class: "class A { constructor(n) { this.n = n; } get twice() { return this.n * 2; } } return new A(x).twice;",
  generator: "function* count() { yield x; yield x + 1; } return [...count()];",
  regexp: "return String(x).replace(/\\\\d/g, (d) => '<' + d + '>');",
  with: "with ({ y: x, z: 1 }) { return y + z; }",
  with_local: "var out = ''; with ({ y: x }) { out += y; out += typeof zork; } return out;",
  absent: "return typeof zork === 'undefined' ? x : zork;",
  absent_read: "try { return zork; } catch (error) { return error.name + x; }",
  makes_code: "return new Function('y', 'return y + 1')(x);",
  names_of_modules: "return typeof require + typeof module + typeof __filename + x;",
  member_of_this: "return typeof this.zork + (this.zork?.deep ?? x);",
  this_handed_on: "return (function (y) { return y + typeof this.zork; }).call(this, x);",
  nothing: "",
  comments: "/* a */ return x // b",
};
/** Of these, the code around them has to catch errors as well: else its key does not say what its locals are called. */
const CATCHING = new Set(["thrown", "absent_read"]);
/** Bodies that reach out of what a key holds, with the reason. */
const FORBIDDEN: Readonly<Record<string, readonly [body: string, reason: RegExp]>> = {
  clock: ["return x + 0 * Date.now();", /Date/],
  new_date: ["return x + 0 * new Date().getTime();", /clock/],
  random: ["return x + 0 * Math.random();", /Math.random/],
  global_write: ["globalThis.seen = x; return x;", /globalThis/],
  sloppy_write: ["seen = x; return x;", /writes `seen`/],
  global_read: ["return x + setting;", /setting/],
  sloppy_this: ["return x + this.setting;", /setting/],
  sloppy_this_of_all: ["return x + typeof this.hasOwnProperty;", /hasOwnProperty/],
  sloppy_this_written: ["this.seen = x; return x;", /`this`/],
  sloppy_this_in_a_pattern: ["const { setting } = this; return x + setting;", /`this`/],
  sloppy_this_deleted: ["delete this.seen; return x + typeof this.zork;", /`this`/],
  sloppy_this_by_a_name: ["return x + this['set' + 'ting'];", /`this`/],
  sloppy_this_handed_to_another: ["return x + Reflect.get.call(this, this, 'setting');", /`this`/],
  sloppy_this_handed_to_strict: [
    "return (function () { 'use strict'; return this.setting + x; }).call(this);",
    /`this`/,
  ],
  sloppy_this_within: ["return (function () { return this.setting + x; }).call(this);", /setting/],
  global_this: ["return (function () { return this; })().setting + x;", /`this`/],
  process: ["return x + process.argv.length;", /process|global/],
  eval: ["return x + eval('setting');", /eval/],
  indirect_eval: ["return x + (0, eval)('setting');", /eval/],
  timer: ["setTimeout(() => {}, 0); return x;", /setTimeout/],
  name_of_its_own: ["return x + typeof anonymous;", /anonymous/],
  last_match: ["/(.)/.exec('a'); return RegExp[String.fromCharCode(36, 49)] + x;", /RegExp/],
  stack: ["return new Error('a').stack.length * 0 + x;", /stack/],
  with_global: ["with ({ y: x }) { return y + setting; }", /setting/],
  with_constructor: ["with ([]) { return constructor.name + x; }", /with/],
};

const quoted = (texts: Readonly<Record<string, string>>) => JSON.stringify(texts).replaceAll("\\\\\\\\", "\\\\");

const cells = {
  "held.mjs":
    "export const held = { Maker: Function, fn() {} };\nglobalThis.setting = globalThis.anonymous = Number(process.argv[2] ?? 1);\n",
};

export const programs = [
  ...Object.entries(ROADS).map(([road, expression]) => {
    return program(`code made of a text, by this road: ${road}`, {
      files: {
        ...cells,
        "main.mjs": `
          import { burn } from "./burn.mjs";
          import { held } from "./held.mjs";
          export function inside(body, n) { const fn = ${expression}; return fn(burn(n) % 10) + fn(1); }
          console.log(inside("return x + 1", 1), inside("return x + 2", 1));
          console.log(Function === (() => {}).constructor, Function.name, Function.length, String(Function));
        `,
      },
      memo: { inside: 2 },
    });
  }),

  ...Object.entries(CLEAN).map(([name, body]) =>
    program(`code made of a clean text: ${name}`, {
      files: {
        "main.mjs": `
          import { burn } from "./burn.mjs";
          const body = ${quoted({ body })}.body;
          const before = new Function("x", body);
          export function early(n) { return [burn(n), before(n)]; }
          export function late(n) { const fn = new Function("x", body); return [burn(n), fn(n)]; }
          export function careful(n) { try { return [burn(n), new Function("x", body)(n)]; } catch { return null; } }
          export function given(fn, n) { return [burn(n), fn(n)]; }
          const show = (...values) => console.log(JSON.stringify(values));
          show(early(1), early(2), late(1), late(2), careful(1), given(before, 1), given(before, 2));
          show(String(before), before.name, before.length);
        `,
      },
      memo: { early: 2, careful: 1, given: 2, ...(CATCHING.has(name) ? {} : { late: 2 }) },
      ...(CATCHING.has(name) && { refuses: { late: /depends on/ } }),
    }),
  ),

  ...Object.entries(FORBIDDEN).map(([name, [body, reason]]) =>
    program(`code made of a text that reaches out: ${name}`, {
      files: {
        ...cells,
        "main.mjs": `
          import "./held.mjs";
          import { burn } from "./burn.mjs";
          const body = ${quoted({ body })}.body;
          const before = new Function("x", body);
          const type = (value) => (typeof value === "number" && !Number.isNaN(value) ? value : typeof value);
          export function early(n) { return [burn(n), type(before(n))]; }
          export function late(n) { const fn = new Function("x", body); return [burn(n), type(fn(n))]; }
          export function plain(n) { return burn(n); }
          console.log(early(1), late(1), plain(1), globalThis.seen);
        `,
      },
      warm: { hits: { plain: 1 } },
      refuses: { early: reason, late: reason },
      after: [{ label: "another setting", args: ["7"] }],
    }),
  ),

  ...(["cjs", "mjs"] as const).map((kind) =>
    program(`an import() in a text of which a recorded call makes a function, .${kind}`, {
      entry: `main.${kind}`,
      files: {
        [`main.${kind}`]: `
          ${kind === "cjs" ? 'const { burn } = require("./burn.cjs");' : 'import { burn } from "./burn.cjs";'}
          function make(n) {
            const near = new Function("return import('./near.mjs')");
            const any = Function("x", "return import(x)");
            const text = { toString: () => "return import('./near.mjs')" };
            const thrower = new Function("if (0) import('a'); throw new Error('made');");
            return [burn(n), near, any, new Function(text), class extends Function {}, thrower];
          }
          const [burnt, near, any, odd, Derived, thrower] = make(2);
          const traceOf = (run) => { try { run(); } catch (error) { return error.stack.split("\\n").filter((line) => !line.includes("node:")); } };
          const wrong = (n) => [burn(n), traceOf(() => new Function("import(")), traceOf(() => new Function("return import(")), traceOf(() => new Function(Symbol()))];
          console.log(traceOf(thrower), wrong(1));
          const derived = new Derived("return import('./near.mjs')");
          Promise.all([near(), any("node:os"), odd(), derived(), any("./none.mjs").catch((error) => ({ near: error.code }))]).then((all) =>
            console.log(burnt, all.map((one) => one.near ?? typeof one.EOL), String(any), near.name, any.length, derived instanceof Derived),
          );
        `,
        "near.mjs": "export const near = 5;",
        "burn.cjs":
          "exports.burn = (n) => { let s = 0; for (let i = 0; i < 3e6; i++) s = (s * 31 + i) % 1000003; return s + n; };",
      },
      refuses: { make: /./ },
    }),
  ),
  program("closures of code that was made of a text", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const make = new Function("k", "const t = { x: k }; return function inner(n) { return n + t.x + k; }");
        const [two, five] = [make(2), make(5)];
        const counter = new Function("let n = 0; return { next: () => ++n, peek: () => n }")();
        const rules = new Function("list", "return list.map((k) => (n) => n * k)")([2, 3]);
        export function closed(fn, n) { return burn(n) + fn(n); }
        export function counts(n) { return burn(n) + counter.next(); }
        export function peeks(n) { return burn(n) + counter.peek(); }
        export function all(n) { return rules.map((rule) => rule(n) + (burn(n) % 3)); }
        console.log(closed(two, 1), closed(five, 1), closed(make(2), 1), counts(1), peeks(1), counts(1), peeks(1), all(4));
      `,
    },
    warm: { hits: { closed: 3, peeks: 2, all: 1 } },
    refuses: { counts: /writes `n`/ },
  }),

  program("functions made of texts that write to themselves, and what is put on them", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const check = new Function("return function check(n) { check.errors = n > 1 ? ['large', n] : null; return n <= 1; }")();
        export function checks(n) { burn(n); return check(n); }
        for (const n of [1, 2, 1, 3, 2, 1]) console.log(checks(n), check.errors);
        const scale = new Function("n", "return n * 2");
        export function scaled(n) { return burn(n) + scale(n) + (scale.by ?? 0); }
        console.log(scaled(1));
        scale.by = Number(process.argv[2] ?? 3);
        console.log(scaled(1));
        export async function later(n) { await null; burn(n); return check(n); }
        console.log(await later(1), check.errors, await later(4), check.errors);
        async function follow() { await null; check(5); await null; check(0); }
        export function between(n) { follow(); return burn(n); }
        console.log(between(1));
        await null;
        console.log(check.errors);
        await null;
        console.log(check.errors);
      `,
    },
    warm: { hits: { scaled: 2 }, hitsAtLeast: { checks: 3 } },
    refuses: { later: /./, between: /waits/ },
    after: [{ label: "another property", args: ["4"] }],
  }),

  program("texts that only look like those of made functions", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const { lookalike, inObject, plain } = require("./eval.cjs");
        function f(fn, n) { return burn(n) + fn(n); }
        console.log(f(plain(), 1));
        console.log(f(lookalike(2), 1), f(lookalike(3), 1), f(inObject({ max: (n) => n + 7 }), 1), f(inObject({ max: (n) => n + 8 }), 1));
      `,
      "eval.cjs": `
        const text = "(function anonymous(n\\n) {\\nreturn Math.max(n, 1) + n\\n})";
        exports.lookalike = (k) => { const Math = { max: (n) => n + k }; return eval(text); };
        exports.inObject = (Math) => eval(text);
        exports.plain = () => new Function("n", "return Math.max(n, 1) + n");
      `,
    },
    cold: { misses: { f: 1 } },
    warm: { hits: { f: 1 } },
  }),

  program("globals that come and go beside code made of a text", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import vm from "node:vm";
        const before = new Function("return typeof zork === 'undefined' ? 'none' : zork");
        export function early(n) { return burn(n) + before(); }
        export function late(n) { return burn(n) + new Function("return typeof zork === 'undefined' ? 'none' : zork")(); }
        console.log(early(1), late(1), early(2), late(2));
        if (process.argv[2] === "inherited") Object.prototype.zork = 3;
        else if (process.argv[2]) vm.runInThisContext("let zork = " + process.argv[2]);
        else globalThis.zork = 1;
        console.log(early(1), late(1));
        if (process.argv[2]) process.exit();
        globalThis.zork = undefined;
        console.log(early(1), late(1));
        delete globalThis.zork;
        console.log(early(1), late(1));
      `,
    },
    cold: { misses: { early: 2 } },
    warm: { hitsAtLeast: { early: 2, late: 2 }, hits: {} },
    after: [
      { label: "a binding of a script", args: ["4"], hits: { early: 2, late: 2 } },
      { label: "another", args: ["5"], hits: { early: 2, late: 2 } },
      { label: "one that holds nothing", args: ["undefined"], hits: { early: 2, late: 2 } },
      { label: "a property of all objects", args: ["inherited"], hits: { early: 2, late: 2 } },
    ],
  }),

  program("code made of a text that reads members of its `this`", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const render = new Function("x", "const part = (y) => this.part(y); return [typeof this.zork, this.zork && this.zork(x), this.part && part(x)].join()");
        class Views {
          constructor(zork, label) { this.zork = zork && ((x) => zork + x); this.label = label; this.made = 0; }
          part(x) { this.made++; return this.label + x; }
          show(x) { return burn(x) + render.call(this, x); }
        }
        const views = new Views(2, process.argv[2] ?? "a");
        function held(x) { return [burn(x), views.show(x), views.made]; }
        function given(views, x) { return burn(x) + render.call(views, x); }
        function plain(x) { return burn(x) + render(x); }
        for (const zork of [undefined, (x) => "global " + x, undefined]) {
          if (zork) globalThis.zork = zork;
          else delete globalThis.zork;
          console.log(...held(1), given(new Views(3, "b"), 1), given(new Views(0, "c"), 1), given("text", 1), plain(1));
        }
      `,
    },
    warm: { hitsAtLeast: { given: 2 }, hits: { plain: 2 } },
    after: [
      { label: "kept with its changes", hits: { given: 6, plain: 2 }, hitsAtLeast: { held: 1 } },
      { label: "another label", args: ["z"] },
    ],
  }),

  program("texts that come from arguments, state and files", {
    files: {
      "rule.txt": "return n + 1",
      "main.mjs": `
        import { readFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        let state = "return n + " + (process.argv[2] ?? 1);
        export function byArgument(text, n) { return burn(n) + new Function("n", text)(n); }
        export function byState(n) { return burn(n) + new Function("n", state)(n); }
        export function byFile(n) { return burn(n) + new Function("n", readFileSync("rule.txt", "utf8"))(n); }
        console.log(byArgument("return n", 1), byArgument("return n * 2", 1), byState(1), byFile(1));
        state = "return n - 1";
        console.log(byState(1));
      `,
    },
    memo: { byArgument: 2, byState: 2, byFile: 1 },
    after: [
      { label: "another state", args: ["2"], hits: { byArgument: 2, byState: 1, byFile: 1 }, misses: { byState: 1 } },
      {
        label: "another file",
        edit: { "rule.txt": "return n + 2" },
        hits: { byArgument: 2, byState: 2 },
        misses: { byFile: 1 },
      },
      { label: "an equal file", edit: { "rule.txt": (text) => `${text} + 0` }, misses: { byFile: 1 } },
    ],
  }),

  program("kinds of functions that are made of texts, and classes of functions", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const [AsyncFunction, GeneratorFunction] = [async () => {}, function* () {}].map((one) => one.constructor);
        export function generated(n) { return burn(n) + [...new GeneratorFunction("n", "yield n; yield n + 1")(n)].join(); }
        export function waits(n) { new AsyncFunction("await 1"); return burn(n); }
        const list = [];
        export function begins(n) { new AsyncFunction("list", "await 1; list.push(list.length)")(list); return burn(n); }
        export function leaves(n) { new Function("list", "Promise.resolve().then(() => list.push('x'))")(list); return burn(n); }
        export async function leavesLate(n) { burn(n); new Function("list", "Promise.resolve().then(() => list.push('y'))")(list); return n; }
        export function could(n) { try { return burn(n) + new Function("n", "list", "return n > 9 ? (async () => { list.push(await n); })() : n + 1")(n, list); } catch { return 0; } }
        export function defaults(n) { return burn(n) + new Function("a", "b = a + 1, { c = 3, ...rest } = {}", "return a + b + c")(n); }
        class Rule extends Function { constructor(...list) { super(...list); this.kind = "rule"; } }
        export function derived(n) { const rule = new Rule("n", "return n + 1"); return [burn(n), rule(n), rule.kind, rule instanceof Rule]; }
        export function reflected(n) {
          class Other { static x = 1; }
          const made = Reflect.construct(Function, ["return 3"], Other);
          return [burn(n), made(), made instanceof Other, made instanceof Function];
        }
        export function broken(n) { try { new Function("a b", "return"); } catch (error) { return [burn(n), error.name, error.message]; } }
        export function shows(n) { return burn(n) + String(new Function("a", "return a")); }
        export function tagged(n) { const same = new Function("tag", "return () => tag\`a\`")((texts) => texts); return [burn(n), same() === same()]; }
        export function local(n) { return burn(n) + new Function("n", "return n.toLocaleString()")(1234.5); }
        console.log(generated(1), waits(1), begins(1), leaves(1), could(1), defaults(1), derived(1), reflected(1), broken(1), shows(1), tagged(1), local(1));
        console.log(await leavesLate(1), list.join()); await null; await null;
        console.log(list.join(), could(10));
        console.log(Object.getPrototypeOf(AsyncFunction) === Function, AsyncFunction.name, GeneratorFunction.length, new AsyncFunction() instanceof Function);
      `,
    },
    memo: { generated: 1, waits: 1, defaults: 1, broken: 1 },
    warm: { hits: { generated: 1, waits: 1, could: 1, defaults: 1, broken: 1, local: 1 } },
    refuses: {
      begins: /when it goes on/,
      leaves: /when it goes on/,
      leavesLate: /when it goes on/,
      shows: /toString|source/,
    },
  }),

  program("the stack traces of code that a call has made", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function make(text) { return new Function("n", text); }
        export function throws(n) { burn(n); return make("throw new Error('a')")(n); }
        export function strictly(n) {
          burn(n);
          return make("'use strict'; return (() => { throw new Error('b') })()")(n);
        }
        export function broken(n) { burn(n); return Function("}"); }
        const shown = (error) => error.stack.split("\\n").slice(0, 4).map((line) => line.replace(/:\\d+\\)/g, ")")).join("|");
        for (const f of [throws, strictly, broken]) {
          try { f(1); } catch (error) { console.log(shown(error)); }
        }
      `,
    },
    refuses: { throws: /throws/, strictly: /throws/, broken: /throws/ },
  }),

  program("another constructor in the place of Function", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const Original = Function;
        export function f(n) { return burn(n) + new Function("return 1")(); }
        console.log(f(1));
        let count = 0;
        if (process.argv[2] === "global") globalThis.Function = function (...list) { count++; return new Original(...list); };
        if (process.argv[2] === "member") Original.prototype.constructor = null;
        if (process.argv[2] === "static") Original.extra = 1;
        console.log(f(1), f(2), count, typeof (() => {}).constructor);
      `,
    },
    cold: { misses: { f: 2 }, hits: { f: 1 } },
    warm: { hits: { f: 3 } },
    after: [
      { label: "the global", args: ["global"], hits: { f: 1 } },
      { label: "the member of functions", args: ["member"], hits: { f: 1 } },
      { label: "a member of its own", args: ["static"] },
    ],
  }),

  program("functions that were frozen before dumbo could look at what makes them", {
    flags: ["--require", "./freeze.cjs"],
    files: {
      "freeze.cjs": "Object.freeze(Function.prototype);",
      "main.mjs": `
        import { burn } from "./burn.mjs";
        export function f(n) { return burn(n) + new Function("return Math.random() < 2")(); }
        console.log(f(1), f(1));
      `,
    },
    refuses: { f: /replaced Function/ },
  }),

  program("code made of a text in code that waits", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        export async function early(n) { const fn = new Function("n", "return n + 1"); await null; return burn(n) + fn(n); }
        export async function late(n) { await null; return burn(n) + new Function("n", "return n + 2")(n); }
        export async function absent(n) { await null; return burn(n) + new Function("return typeof zork")(); }
        console.log(await early(1), await late(1), await absent(1), await early(1));
      `,
    },
    warm: { hits: { early: 2, late: 1 } },
  }),

  program("names in texts that built-in functions have, too", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        if (process.argv[2] === "put") Array.prototype.filter.mark = 1;
        if (process.argv[2] === "renamed") Object.defineProperty(Array.prototype.filter, "name", { value: "other", configurable: true });
        function check(n, schema) {
          const test = new Function("schema", "const found = schema.filter; return found === undefined ? 0 : found.length + (found.mark ?? 0);");
          return burn(n) + test(schema);
        }
        console.log(check(1, {}), check(2, { filter: [1, 2] }), check(3, []));
      `,
    },
    memo: { check: 3 },
    after: [
      { label: "something was put on one", args: ["put"], hits: { check: 0 } },
      { label: "one has another name", args: ["renamed"], hits: { check: 0 } },
    ],
  }),

  program("a text that it would take too long to read", {
    env: { DUMBO_POLICY: "measured" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const text = (statement, times) => statement.repeat(times) + "return n + x;";
        function long(n, statement) { return burn(n) + new Function("n", "let x = 0;" + text(statement, 100_000))(n); }
        function short(n, statement) { return burn(n) + new Function("n", "let x = 0;" + text(statement, 10))(n); }
        for (let i = 0; i < 3; i++) console.log(long(i, "x++;"), short(i, "x++;"));
      `,
    },
    refuses: { long: /makes code of a text that it would take too long to read/ },
  }),
];
