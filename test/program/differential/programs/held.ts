/**
 * Values that code holds without doing anything with them that a key would not show: classes over built-in ones, globals
 * that Node makes late. Each is held, changed where a program can change it, and looked at.
 */
import { program } from "../program.ts";

export const programs = [
  program("the hook that formats stack traces, by another name of Error", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import callers from "./callers.cjs";
        export function work(n) { return callers(burn(n) % 10, false); }
        export function asks(n) { burn(n); return typeof callers(n, true); }
        for (let i = 0; i < 2; i++) console.log(work(i), asks(i));
      `,
      "callers.cjs": `
        "use strict";
        const Fault = require("./fault.cjs");
        module.exports = function callers(n, how) {
          if (how) {
            const before = Fault.prepareStackTrace;
            Fault.prepareStackTrace = (_, sites) => sites;
            const stack = new Fault().stack;
            Fault.prepareStackTrace = before;
            return stack[0].getFunctionName();
          }
          return n * 2;
        };
      `,
      "fault.cjs": "module.exports = Error;",
    },
    memo: { work: 2 },
    refuses: { asks: /./ },
    after: [
      {
        label: "edited",
        edit: { "callers.cjs": (text) => text.replace("n * 2", "n * 3") },
        hits: { work: 0 },
      },
    ],
  }),

  program("Date and prototypes of binary data as values, and classes over Date", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { stamps } from "./stamps.mjs";
        const types = { date: Date, dateProto: Date.prototype, buffer: Buffer.prototype, bytes: Uint8Array.prototype };
        const held = Date;
        export class Day extends Date {
          #time = true;
          constructor(text) { super(text); this.hasTime = text.includes("T"); if (!this.hasTime) this.#time = false; }
          get text() { return this.toISOString().slice(0, 10) + this.#time; }
        }
        export class Now extends Date {}
        const make = (D, ...list) => new D(...list);
        function kindOf(value) { for (const name of ["date", "dateProto"]) if (value instanceof types.date || Object.getPrototypeOf(value) === types[name]) return name; return value instanceof Buffer ? Object.getPrototypeOf(value) === types.buffer : typeof value; }
        export function kinds(n) { burn(n); return [kindOf(make(types.date, n)), kindOf(Buffer.alloc(n)), kindOf([]), Object.getPrototypeOf(Buffer.alloc(n)) === types.buffer].join(); }
        export function day(n) { burn(n); return [new Day("2020-01-0" + n).text, new Day("2020-01-0" + n + "T10:00Z").hasTime, new Now(n).getTime()].join(); }
        export function local(n) { burn(n); return String(types[["date"][0]]).length * 0 + stamps(n); }
        export function readsTable(n) { burn(n); return [make(held, n).getTime(), make(held, 2020, n).getTime() > 0, held.UTC(2020, n)].join(); }
        export function now(n) { burn(n); return typeof make(held) + typeof make(types.date, ...[]); }
        export function called(n) { burn(n); return typeof (0, types.date)(n); }
        export function late(n) { burn(n); return typeof new Now() + typeof types.date["no" + "w"](); }
        for (let i = 0; i < 2; i++) console.log(kinds(i + 1), day(1), local(1), readsTable(2), now(1), called(1), late(1));
        if (process.argv[2] === "put") { Date.extra = 1; console.log(kinds(1), readsTable(2)); }
      `,
      "stamps.mjs": `
        const makers = { of: Date };
        export function stamps(n) { return "" + new makers["of"](2020, 0, n); }
      `,
    },
    env: { TZ: "UTC" },
    warm: { hits: { kinds: 2, day: 2, readsTable: 2, local: 2 } },
    refuses: { now: /clock|Date/, called: /clock|Date/, late: /clock|Date/ },
    after: [
      { label: "another time zone", env: { TZ: "America/New_York" }, hits: { kinds: 0, day: 1, local: 1 } },
      { label: "something is put on Date", args: ["put"], hits: { kinds: 2, readsTable: 2 } },
    ],
  }),

  program("boxed primitives that a package tells from others by which ones they are", {
    files: {
      "terms.cjs": `
        const Query = {};
        Query.wildcard = new String("*");
        Query.wildcard.NONE = 0;
        Query.wildcard.LEADING = 1;
        Query.none = Object.assign(Object(0), { toString() { return "none"; } });
        class Term extends String { get long() { return this.length > 3; } }
        Query.Term = Term;
        module.exports = Query;
      `,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import Query from "./terms.cjs";
        export function count(n, list) { return list.filter((one) => one === Query.wildcard).length + burn(n) + Query.wildcard.LEADING; }
        export function join(n, list) { burn(n); return list.join() + String(Query.none) + (list[0] == "*") + typeof list[0] + JSON.stringify(list); }
        export function make(n, text) { burn(n); return [new Query.Term(text), Object(n), Query.wildcard]; }
        const list = [Query.wildcard, new String("*"), "*", new Query.Term("word")];
        for (let i = 0; i < 2; i++) {
          console.log(count(1, list), join(2, list), count(1, [...list, list[0]]));
          const made = make(3, "words");
          console.log(made[0].long, made[0] instanceof Query.Term, made[1] + 1, typeof made[1], made[2] === Query.wildcard);
          if (process.argv[2] === "more") Query.wildcard.LEADING = 2;
        }
      `,
    },
    cold: { hits: { count: 2, join: 1, make: 1 } },
    warm: { hits: { count: 4, join: 2, make: 2 } },
    after: [
      {
        label: "a name of one has another value",
        args: ["more"],
        hits: { count: 2, join: 1 },
        misses: { count: 2, join: 1 },
      },
      {
        label: "another text",
        edit: { "terms.cjs": (text) => text.replace('"*"', '"+"') },
        misses: { count: 2, join: 1, make: 1 },
      },
    ],
  }),

  program("functions that Node has made of the program's, and that warn when they are first called", {
    files: {
      "api.cjs": `
        const util = require("node:util");
        const state = { factor: 2 };
        function double(x) { return x * state.factor; }
        class Point { constructor(x) { this.x = x; } twice() { return double(this.x); } }
        const old = util.deprecate(double, "double() is old", "DEP_DOUBLE");
        exports.state = state;
        exports.double = double;
        exports.old = old;
        exports.same = util.deprecate((x) => x + 1, "the same code", "DEP_DOUBLE");
        exports.plain = util.deprecate(function plain(x) { return x + this.state.factor; }, "no code");
        exports.Point = util.deprecate(Point, "Point is old", "DEP_POINT");
        exports.makePoint = (x) => new Point(x);
        exports.later = util.promisify((x, done) => done(null, x * state.factor));
        exports.back = util.callbackify(async (x) => x * state.factor);
        exports.bound = old.bind(null, 7);
      `,
      "main.mjs": `
        import util from "node:util";
        import { burn } from "./burn.mjs";
        import api from "./api.cjs";
        const { old, plain, state } = api;
        export const holds = (n) => burn(n) + Object.keys(api).map((k) => typeof api[k] + api[k].name + api[k].length).join();
        export const given = (n, o) => burn(n) + typeof o.old + (o.old === old) + (Object.getPrototypeOf(o.old) === o.double);
        export const calls = (n) => burn(n) + old(n);
        export const same = (n) => burn(n) + api.same(n);
        export const method = (n) => burn(n) + api.plain(n);
        export const bound = (n) => burn(n) + api.bound();
        export const make = (n) => { const p = new api.Point(burn(n)); return [p instanceof api.Point, p.twice(), p.constructor === api.Point]; };
        export const instance = (n, p) => burn(n) + p.twice() + (p instanceof api.Point);
        export const result = (n) => { burn(n); return { old, list: [plain, api.later] }; };
        export async function waits(n) { const x = await api.later(n); return burn(x); }
        export const later = (n) => burn(n) + typeof api.later(n).then;
        const soon = util.promisify((x, done) => done(null, x + 1));
        export async function waitsFor(n) { const x = await soon(n); return burn(x); }
        export const back = (n) => { const r = burn(n); api.back(n, () => {}); return r; };
        process.on("warning", ({ code, message }) => console.log("warning", code, message));
        const silent = process.argv[2] === "silent";
        if (silent) process.noDeprecation = true;
        console.log(holds(1), given(1, api), result(1).old === old, result(1).list[0] === plain);
        for (let i = 0; i < 3; i++) console.log(calls(1), same(1), method(1), bound(1), make(1).join(), instance(1, api.makePoint(3)));
        console.log(holds(1), given(1, api), result(1).old === old);
        console.log(await waits(1), await waitsFor(1), later(2), back(3));
        if (silent) process.noDeprecation = false;
        console.log(calls(1), calls(2), make(1).join());
        state.factor = 3;
        console.log(calls(1), make(1).join(), instance(1, api.makePoint(3)));
        old.extra = 1;
        console.log(calls(1), given(1, api));
        const own = util.deprecate(api.double, "a twin", "DEP_TWIN");
        console.log(given(1, { old: own, double: api.double }), given(1, { old: own.bind(), double: api.double }));
        class Child extends api.Point {}
        console.log(new Child(4).twice(), new Child(4) instanceof api.Point);
      `,
    },
    flags: ["--no-warnings"],
    warm: {
      hits: {
        holds: 2,
        given: 5,
        result: 3,
        calls: 6,
        same: 2,
        method: 2,
        bound: 3,
        make: 4,
        instance: 4,
        waitsFor: 1,
      },
      misses: { calls: 1, same: 1, method: 1, make: 1 },
    },
    after: [
      { label: "warnings are off", args: ["silent"], hits: { holds: 1, calls: 0 }, misses: { holds: 1, calls: 4 } },
      {
        label: "what a wrapper wraps is edited",
        edit: { "api.cjs": (text) => text.replace("x * state.factor; }", "x * state.factor + 1; }") },
        hits: { same: 2, method: 2 },
      },
    ],
  }),

  program("objects of Node's that are held, and are used or not", {
    files: {
      "env.cjs": `
        const clock = typeof performance === "object" && performance.now ? performance : Date;
        let last = 0;
        exports.clock = clock;
        exports.logger = console;
        exports.webcrypto = globalThis.crypto ?? require("node:crypto").webcrypto;
        exports.nav = globalThis.navigator;
        exports.now = () => last || clock.now();
        exports.setLast = (to) => { last = to; };
      `,
      "main.mjs": `
        import util from "node:util";
        import { burn } from "./burn.mjs";
        import env from "./env.cjs";
        const tools = { ...env };
        const { clock, logger, webcrypto, nav } = env;
        export const step = (n) => burn(n) + (n < 0 ? env.now() : 1);
        export const now = (n) => burn(n) * 0 + typeof env.now();
        export const given = (n, o) => burn(n) + typeof o.clock + (o.clock === clock) + (o.logger === logger) + Object.keys(o).join();
        export const calls = (n, how) => burn(n) * 0 + typeof (how === 0 ? tools.clock.now() : how === 1 ? tools.webcrypto.getRandomValues(new Uint8Array(2)).length
          : how === 2 ? tools.webcrypto.subtle : how === 3 ? util.inspect(clock) : how === 4 ? tools.clock["time" + "Origin"] : JSON.stringify(tools.clock));
        export const log = (n) => { logger.log("step", n); tools.logger.warn("warned"); return burn(n); };
        export const counts = (n) => { tools.logger.count("x"); return burn(n); };
        export const listens = (n) => { clock.addEventListener("x", burn); return burn(n); };
        export const handles = (n) => { clock.onresourcetimingbufferfull = burn; return burn(n); };
        export const puts = (n) => { clock.extra = n; return burn(n); };
        export const puts2 = (n) => { tools.logger.extra = n; return burn(n); };
        export const agent = (n) => burn(n) + typeof nav?.userAgent;
        export const machine = (n) => burn(n) + typeof (nav ? nav.hardwareConcurrency : clock.now());
        export const mine = (n) => ({ r: burn(n), clock, logger });
        for (let i = 0; i < 2; i++) {
          console.log(step(1), given(1, tools), agent(1), log(1), mine(1).clock === clock, mine(1).logger === console);
          console.log(now(1), calls(1, 0), calls(1, 1), calls(1, 2), machine(1));
          for (let how = 3; how < 6; how++) console.log(calls(1, how));
          console.log(counts(1));
          console.countReset("x");
        }
        env.setLast(5);
        console.log(now(1));
        if (process.argv[2] === "patched") {
          performance.extra = 1;
          console.extra = 1;
          console.log(step(1), given(1, tools), log(1));
          delete performance.extra;
          delete console.extra;
          performance.addEventListener("y", burn);
          console.log(step(1), given(1, tools));
          performance.removeEventListener("y", burn);
          const before = performance.now;
          performance.now = () => 7;
          console.log(step(1), typeof now(1), given(1, tools));
          delete performance.now;
          Object.getPrototypeOf(performance).now = () => 8;
          console.log(step(1), given(1, tools));
          Object.getPrototypeOf(performance).now = before;
        }
        for (let i = 0; i < 2; i++) {
          console.log(puts(1), puts2(1));
          delete performance.extra;
          delete console.extra;
          console.log(listens(1), given(1, tools));
          performance.removeEventListener("x", burn);
        }
        for (let i = 0; i < 2; i++) console.log(handles(1), given(1, tools));
      `,
    },
    memo: { step: 1, given: 1, agent: 1, log: 1, mine: 1 },
    refuses: {
      calls: /^(touches|uses) /,
      counts: /console/,
      machine: /^touches /,
      listens: /./,
      handles: /./,
      puts: /./,
      puts2: /./,
    },
    warm: { hits: { step: 2, given: 2, agent: 2, log: 2, mine: 4 } },
    after: [{ label: "something was put on them", args: ["patched"], hits: { step: 2, given: 2, log: 2 } }],
  }),

  program("the require of an ES module, and what it resolves, on a path that is taken or not", {
    files: {
      "files.mjs": `
        import { createRequire } from "node:module";
        import * as nodeModule from "module";
        import Module from "node:module";
        const require = createRequire(import.meta.url);
        const again = nodeModule.createRequire(import.meta.url);
        const third = Module.createRequire(import.meta.url);
        export const table = {
          find(name) {
            const found = [];
            for (const one of [name]) try { found.push(require.resolve(one)); } catch (error) { found.push(error.code); }
            return found.join();
          },
          load: (name) => again(name).value,
          paths: (name) => third.resolve.paths(name).length > 0,
          cached: () => Object.keys(require.cache).length,
          kind: () => typeof require + typeof again,
        };
      `,
      "value.cjs": "exports.value = 1;",
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { table } from "./files.mjs";
        export const work = (n, name) => burn(n) + (name === undefined ? "" : table.find(name)) + typeof table.load;
        export const loads = (n) => burn(n) + table.load("./value.cjs");
        export const asks = (n) => burn(n) * 0 + String(table.paths("x")) + table.cached();
        export const kind = (n) => burn(n) + table.kind();
        console.log(work(1), work(1), kind(1), kind(1), loads(1), loads(1), asks(1), asks(1));
        console.log(work(1, "./value.cjs").endsWith("value.cjsfunction"), work(1, "./none.cjs"), work(2));
      `,
    },
    memo: { kind: 1 },
    refuses: { loads: /require/, asks: /require/ },
    cold: { hits: { work: 1, kind: 1 } },
    warm: { hits: { work: 3, kind: 2 }, misses: { work: 2 } },
  }),

  program("a console that is held while the program has replaced what it prints by", {
    files: {
      "main.mjs": `
        import { subscribe } from "node:diagnostics_channel";
        import { burn } from "./burn.mjs";
        const tools = { logger: console };
        export const log = (n) => { tools.logger.log("step", n); return burn(n); };
        export const given = (n, logger) => { logger.error("given", n); return burn(n); };
        const how = process.argv[2];
        const { write } = process.stdout;
        const seen = [];
        if (how === "write") process.stdout.write = function (text, ...rest) { seen.push(text); return write.call(this, text, ...rest); };
        if (how === "channel") subscribe("console.log", (message) => { seen.push(message); });
        if (how === "log") console.log = (...list) => { seen.push(list.length); };
        for (let i = 0; i < 2; i++) seen.push(log(1), given(1, console));
        process.stdout.write = write;
        process.stdout.write(JSON.stringify(seen));
      `,
    },
    memo: { log: 1, given: 1 },
    warm: { hits: { log: 2, given: 2 } },
    after: ["write", "channel", "log", "write", "channel"].map((how) => ({
      label: how,
      args: [how],
      hits: { log: 0 },
    })),
  }),

  program("bindings that are only tested hide nothing, whatever they hold", {
    files: {
      "files.cjs": `
        var _fs;
        if (typeof require !== "undefined") try { _fs = require("fs"); } catch (error) {}
        let pending = null, mode = 1, hook;
        function write(n, path) {
          if (typeof _fs !== "undefined" && path) return _fs.readFileSync(path, "utf8").length;
          if (pending && n > 100) throw new Error("busy");
          return n;
        }
        exports.write = write;
        exports.kinds = () => [typeof pending, typeof mode, !mode, pending === null, pending == undefined, hook ? "hooked" : "free"].join();
        exports.value = () => mode && "mode";
        exports.begin = () => { pending = Promise.resolve(); };
        exports.end = (to) => { pending = to; };
        exports.setMode = (to) => { mode = to; };
        exports.setHook = (to) => { hook = to; };
      `,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import files from "./files.cjs";
        let root = null, tree = { left: null };
        export const work = (n, path) => burn(n) + files.write(n, path);
        export const kind = (n) => burn(n) + files.kinds();
        export const value = (n) => burn(n) + String(files.value());
        export const grows = (n) => { const r = burn(n); if (!root) root = { r }; else root = null; return r; };
        export const moves = (n) => { const r = burn(n); if (tree) { const before = tree; tree = { left: before }; } return r; };
        const table = { other: { name: "other" } };
        let chosen = table.other;
        export const chooses = (n) => { const r = burn(n); if (chosen) chosen = table.other; return r; };
        for (let i = 0; i < 3; i++) console.log(chooses(1), chosen.name);
        chosen = { name: "another" };
        for (let i = 0; i < 3; i++) {
          console.log(chooses(1), chosen.name);
          chosen = { name: "another" };
        }
        console.log(work(1), kind(1), value(1));
        files.begin();
        console.log(work(1), kind(1));
        files.end(undefined);
        console.log(kind(1));
        files.end(process.stdout);
        console.log(kind(1));
        for (const mode of [-0, 0, "", "a", 2, NaN, 0n, false]) { files.setMode(mode); console.log(kind(1), value(1), Object.is(mode, -0)); }
        files.setHook(() => process.pid);
        console.log(kind(1), work(1), work(1, "data.txt"));
        for (let i = 0; i < 5; i++) console.log(grows(1), root && root.r, moves(2), tree.left.left);
      `,
      "data.txt": "text",
    },
    cold: { hits: {} },
    warm: { hits: { work: 4, kind: 13, value: 9, grows: 5, moves: 5 }, hitsAtLeast: { chooses: 3 } },
  }),

  program("an import that is only tested shows what another name assigns", {
    files: {
      "state.mjs": "export let x = 1; export const set = (to) => { x = to; };",
      "link.mjs": 'export { x } from "./state.mjs";',
      "reads.mjs": 'import { x } from "./link.mjs"; export const reads = () => (x ? "yes" : "no");',
      "members.mjs": 'import * as link from "./link.mjs"; export const asks = () => (link.x ? "yes" : "no");',
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { set } from "./state.mjs";
        import { reads } from "./reads.mjs";
        import { asks } from "./members.mjs";
        export const work = (n, to) => { burn(n); set(to); return reads(); };
        export const works = (n, to) => { burn(n); set(to); return asks(); };
        for (let i = 0; i < 3; i++) {
          console.log(work(1, 0), reads());
          set(1);
          console.log(works(1, 0), asks());
          set(1);
        }
      `,
    },
    after: [
      {
        label: "the import leads to another module",
        edit: { "link.mjs": (text) => text.replace("./state.mjs", "./state.mjs?other") },
        hits: {},
      },
    ],
    refuses: { work: /writes `x`/, works: /writes `x`/ },
  }),

  program("types of globals behind accessors of Node's", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        export function kinds(n) {
          return burn(n) + [typeof process, typeof crypto, typeof performance, typeof navigator, typeof AbortController].join();
        }
        console.log(kinds(1));
        void [crypto.subtle, performance.now(), AbortController, globalThis.navigator];
        console.log(kinds(1));
        globalThis.performance = "mine";
        console.log(kinds(1));
        globalThis.AbortController = 1;
        console.log(kinds(1));
        let asked = 0;
        Object.defineProperty(globalThis, "crypto", { get() { asked++; return 1; }, configurable: true });
        console.log(kinds(1), asked);
        console.log(kinds(1), asked);
      `,
    },
    cold: { hits: { kinds: 1 } },
    warm: { hits: { kinds: 4 } },
  }),

  program("errors of a class in the old style, held by what makes them", {
    files: {
      "errors.cjs": `
        function subclass(child, parent) {
          function C() { this.constructor = child; }
          C.prototype = parent.prototype;
          child.prototype = new C();
        }
        function ParseError(message, place) {
          const self = Error.call(this, message);
          Object.setPrototypeOf(self, ParseError.prototype);
          self.place = place;
          return self;
        }
        subclass(ParseError, Error);
        ParseError.prototype.format = function () { return this.name + ": " + this.message + " at " + this.place; };
        ParseError.prototype.mark = "!";
        module.exports = { ParseError };
      `,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { ParseError } from "./errors.cjs";
        export function parse(n, bad) {
          try {
            if (bad) throw new ParseError("no", n);
            return burn(n);
          } catch (error) {
            return burn(n) + (error instanceof ParseError) + (error instanceof Error) + error.format() + error.mark;
          }
        }
        console.log(parse(1, false), parse(1, true));
        ParseError.prototype.mark = "?";
        console.log(parse(1, true));
        Error.prototype.name = "Fault";
        console.log(parse(1, true));
        Error.prototype.message = "none";
        console.log(parse(2, true));
        Object.setPrototypeOf(ParseError.prototype, RangeError.prototype);
        console.log(parse(1, true));
        Object.setPrototypeOf(ParseError.prototype, null);
        console.log(parse(1, false));
        Object.setPrototypeOf(ParseError.prototype, {});
        console.log(parse(1, false));
      `,
    },
    warm: { hits: { parse: 8 } },
  }),

  program("what others inherit from ends at Object.prototype, or at nothing", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        export const has = (n, o) => burn(n) + ("toString" in o);
        const over = (top) => Object.create(Object.create(top));
        console.log(has(1, over(null)), has(1, over(Object.prototype)), has(1, over(Map.prototype)), has(1, over(Set.prototype)));
      `,
    },
    cold: { hits: {}, misses: { has: 4 } },
    warm: { hits: { has: 4 } },
  }),

  program("a WeakMap by what it holds for what a call can ask it", {
    files: {
      "main.mjs": `
        import path from "node:path";
        import { burn } from "./burn.mjs";
        const known = new WeakMap();
        const marked = new WeakSet();
        const state = { inner: {} };
        class Shape { area() { return 1; } }
        function Old() {}
        const arrow = () => 1;
        const sign = Symbol("sign");
        const KEYS = {
          argument: (o) => o, within: (o) => o.inner, state: () => state.inner, class: () => Shape, prototype: () => Shape.prototype,
          method: () => Shape.prototype.area, old: () => Old.prototype, arrow: () => arrow, symbol: () => sign,
          array: () => Array.prototype, object: () => Object, math: () => Math, map: () => [].map, path: () => path, join: () => path.join,
          posix: () => path.posix, global: () => globalThis, error: () => TypeError.prototype,
        };
        export function argument(n, o) { return burn(n) + known.get(o) + marked.has(o); }
        export function within(n, o) { return burn(n) + known.get(o.inner) + marked.has(o.inner); }
        export function ofState(n) { return burn(n) + known.get(state.inner) + marked.has(state.inner); }
        export function ofClass(n) { return burn(n) + known.get(Shape) + marked.has(Shape); }
        export function ofPrototype(n) { return burn(n) + known.get(Shape.prototype) + marked.has(Shape.prototype); }
        export function ofPrototypeOfOne(n) { return burn(n) + known.get(Object.getPrototypeOf(new Shape())) + marked.has(new Shape()); }
        export function ofMethod(n) { return burn(n) + known.get(new Shape().area) + marked.has(new Shape().area); }
        export function ofOld(n) { return burn(n) + known.get(Object.getPrototypeOf(new Old())); }
        export function ofArrow(n) { return burn(n) + known.get(arrow) + marked.has(arrow); }
        export function ofArray(n) { return burn(n) + known.get(Object.getPrototypeOf([])) + marked.has([]); }
        export function ofObject(n) { return burn(n) + known.get(Object); }
        export function ofMap(n) { return burn(n) + known.get([].map); }
        export function ofPath(n) { return burn(n) + known.get(path) + known.get(path.join) + known.get(path.posix); }
        export function ofError(n) { return burn(n) + known.get(Object.getPrototypeOf(new TypeError())); }
        export function ofThis(n) { return burn(n) + known.get((() => [].concat)()) + marked.has(Math); }
        const given = { inner: {} };
        const all = () => [argument(1, given), within(1, given), ofState(1), ofClass(1), ofPrototype(1), ofPrototypeOfOne(1), ofMethod(1),
          ofOld(1), ofArrow(1), ofArray(1), ofObject(1), ofMap(1), ofPath(1), ofError(1), ofThis(1)].join();
        console.log(all());
        console.log(all());
        for (const [name, key] of Object.entries(KEYS)) {
          if (name === "symbol" && !(process.versions.v8 >= "11")) continue;
          known.set(key(given), name);
          console.log(name, all());
          if (typeof key(given) !== "symbol") marked.add(key(given));
          console.log(name, all());
          known.delete(key(given));
        }
        known.set(given, { of: given });
        console.log(all());
        known.get(given).of = 1;
        console.log(all());
      `,
    },
    cold: {
      hitsAtLeast: {
        argument: 1,
        within: 1,
        ofState: 1,
        ofClass: 1,
        ofPrototype: 1,
        ofMethod: 1,
        ofOld: 1,
        ofArrow: 1,
        ofArray: 1,
        ofObject: 1,
        ofMap: 1,
        ofPath: 1,
        ofError: 1,
      },
    },
    warm: { hits: { argument: 40, ofPath: 40, ofMethod: 40 } },
  }),

  program("what a call puts into a WeakMap", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const fields = new WeakMap();
        const brand = new WeakSet();
        const shared = { name: "shared" };
        class Point {
          constructor(x) { fields.set(this, { x, shared, self: this }); brand.add(this); }
          get x() { if (!brand.has(this)) throw new TypeError("no Point"); return fields.get(this).x; }
          get shared() { return fields.get(this).shared; }
          get self() { return fields.get(this).self; }
        }
        const cache = new WeakMap();
        export function make(n) { return new Point(burn(n)); }
        export function pair(n) { const p = new Point(burn(n)); return { list: [p, p, new Point(n)] }; }
        export function inside(n) { const local = new Point(burn(n)); return local.x; }
        export function sum(n, point) { return burn(n) + point.x; }
        export function remember(n, o) { if (!cache.has(o)) cache.set(o, burn(n)); return cache.get(o); }
        export function forget(n, o) { const r = burn(n); cache.delete(o); return r; }
        export function leave(n) { const o = {}; cache.set(o, burn(n)); return o; }
        export function leaveFunction(n) { const r = burn(n); cache.set(Object.getPrototypeOf([]), r); return r; }
        export function leaveNative(n) { const r = burn(n); cache.set(Map, r); cache.set(Math.max, { r }); return r; }
        export function leaveOwn(n) { const r = burn(n); cache.set(make, r); return r; }
        for (const round of [1, 2]) {
          const p = make(1);
          console.log(p.x, p.shared === shared, p.self === p, sum(1, p), make(1) !== p);
          const { list } = pair(2);
          console.log(list.map((one) => one.x), list[0] === list[1], list[2].self === list[2], inside(3));
          const key = { round };
          console.log(remember(1, key), cache.has(key), remember(1, key), forget(1, key), cache.has(key));
          const left = leave(1);
          console.log(cache.get(left), cache.get({}));
          cache.delete(Array.prototype);
          console.log(leaveFunction(1), cache.get(Array.prototype));
          for (const fn of [Map, Math.max, make]) cache.delete(fn);
          console.log(leaveNative(1), cache.get(Map), cache.get(Math.max), cache.get(Math.min));
          console.log(leaveOwn(1), cache.get(make), cache.get(pair));
          if (process.argv[2] === "known") cache.set(Math.min, 5);
        }
      `,
    },
    warm: {
      hits: { make: 4, pair: 2, inside: 2, sum: 2, leave: 2, leaveNative: 2, leaveOwn: 2 },
      refused: { leaveFunction: /changes|a WeakMap/ },
    },
    after: [{ label: "it knows another function", args: ["known"], hits: { leaveNative: 1, leaveOwn: 1 } }],
  }),

  program("timers as values", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const api = { later: setTimeout, at: setImmediate, clear: clearTimeout };
        if (process.argv[2] === "marked") setTimeout.extra = 1;
        export function use(n, { later }) { const r = burn(n); return n > 100 ? later(() => r, 1) : r; }
        export function none(n) { return burn(n); }
        export function wait(n, { later, clear }) { clear(later(() => {}, 1)); return burn(n); }
        console.log(use(1, api), none(2), wait(5, api));
      `,
    },
    memo: { use: 1, none: 1 },
    refuses: { wait: /Timeout/ },
    after: [{ label: "something was put on one", args: ["marked"], refused: { use: /function/ }, hits: { none: 1 } }],
  }),

  program("errors as state beside what a call changes, and changes of errors", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function Failure(message) { this.message = message; }
        Failure.prototype = new Error("base");
        const last = new Error("none");
        last.code = 0;
        const cache = {};
        export function work(n) { cache[n] ??= burn(n); return cache[n] + last.message.length; }
        export function mark(n) { last.code = burn(n); last.message = "n" + n; return n; }
        export function name(n) { Object.defineProperty(last, "name", { value: "N" + burn(n), configurable: true }); return n; }
        export function fail(n) { const e = new Failure("f" + n); cache["f" + n] ??= burn(n); return e.message + (e instanceof Error) + e.name; }
        export function trace(n) { cache["t" + n] ??= burn(n); return last.stack.length > 0; }
        export function retrace(n) { const r = burn(n); last.stack = "text" + n; return r; }
        export function untrace(n) { const r = burn(n); delete last.stack; return r; }
        const show = () => JSON.stringify([last.message, last.code, last.name, Object.keys(last), cache]);
        for (const round of [1, 2]) {
          for (const key of Object.keys(cache)) delete cache[key];
          last.message = "none";
          last.code = 0;
          delete last.name;
          console.log(work(1), mark(2), name(3), fail(4), show());
          if (process.argv[2] === "other") Failure.prototype.name = "Other";
        }
        console.log(trace(1), retrace(2), retrace(2), last.stack, untrace(3), untrace(4), last.stack, show());
      `,
    },
    warm: { hits: { work: 2, mark: 2, name: 2, fail: 2 } },
    refuses: { trace: /./, retrace: /./, untrace: /./ },
    after: [{ label: "what failures inherit is another", args: ["other"], hits: { fail: 1 } }],
  }),

  program("a WeakMap and the texts of templates", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const seen = new WeakMap();
        const count = (strings) => { const known = seen.get(strings); return known ?? "new"; };
        const texts = (strings) => strings;
        export function ask(n) { return burn(n) + count\`a\`; }
        export function both(n, mark) { const t = texts\`b\`; const r = burn(n) + String(seen.get(t)); if (mark) seen.set(t, "old"); return r; }
        console.log(ask(1), both(1, false), both(1, false), both(1, true), both(1, false));
      `,
    },
    refuses: { ask: /template/, both: /template/ },
  }),

  program("classes to which more was added after their bodies, or something else was put there", {
    files: {
      "shapes.mjs": `
        export class Shape {
          constructor(x) { this.x = x; }
          area() { return this.x * 2; }
          get side() { return this.x; }
          static of(x) { return new Shape(x); }
          static from(x) { return this.of(x); }
        }
        Shape.prototype.kind = "shape";
        Shape.make = Shape.of;
        const mixed = { double() { return this.area() * 2; }, get half() { return this.x / 2; } };
        Object.defineProperties(Shape.prototype, Object.getOwnPropertyDescriptors(mixed));
      `,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { Shape } from "./shapes.mjs";
        export function measure(n) {
          const shape = Shape.make(n);
          return [burn(n), shape.kind, shape.area(), shape.side, shape.double?.(), shape.half, Object.keys(Shape.prototype), Shape.from(n).x].join();
        }
        export function of(n, shape) { return [burn(n), shape.area(), shape.kind, shape.half].join(); }
        export function made(n) { burn(n); return new Shape(n); }
        const shape = new Shape(4);
        const { area } = Shape.prototype;
        let factor = 3;
        const steps = [
          () => {},
          () => { Shape.prototype.kind = "other"; },
          () => { Shape.prototype.area = function () { return this.x * factor; }; },
          () => { factor = 4; },
          () => { Shape.prototype.area = area; },
          () => { Object.defineProperty(Shape.prototype, "area", { enumerable: false }); },
          () => { Object.defineProperty(Shape.prototype, "side", { get() { return -1; }, configurable: true }); },
          () => { Shape.of = (x) => ({ __proto__: Shape.prototype, x: x + 1 }); },
          () => { delete Shape.prototype.double; },
          () => { Shape.prototype.toString = () => "text"; },
          () => { Object.freeze(Shape.prototype); },
        ];
        for (const step of steps) {
          step();
          console.log(measure(3), of(3, shape), made(3).area(), made(3).kind);
        }
      `,
    },
    after: [
      {
        label: "the mixed in method edited",
        edit: { "shapes.mjs": (text) => text.replace("this.area() * 2", "this.area() * 20") },
        misses: { measure: 6 },
        hits: { measure: 5 },
      },
    ],
    warm: { hits: { measure: 11, of: 11, made: 22 } },
  }),

  program("a class whose replaced members do what must not be skipped", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        globalThis.count = 0;
        class Shape { area() { return 1; } }
        export function measure(n) { return burn(n) + new Shape().area(); }
        console.log(count);
        Shape.prototype.area = () => ++globalThis.count;
        console.log(measure(1), measure(1), count);
        Shape.prototype.area = Math.random;
        console.log(typeof measure(1));
      `,
    },
    refuses: { measure: /writes to `globalThis`|Math.random|cannot see into/ },
  }),

  program("functions that are parts of what others lead to", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { a, api, b, both, Meter, Shown, state } from "./api.mjs";
        export function ask(functions, name, n) {
          return burn(n) + ": " + functions[name](n);
        }
        function all() {
          const { third, twice, format } = api;
          console.log(ask({ third, twice, format }, "third", 1), ask({ third, twice, format }, "format", 1));
          console.log(ask({ third, twice, format }, "twice", 1), ask({ third, twice: format, format: twice }, "twice", 1));
          console.log(ask({ third, twice, format: () => 0 }, "format", 1));
          console.log(ask({ both: both.run, a: a.run, b: b.run }, "a", 1), ask({ both: both.run, a: b.run, b: a.run }, "a", 1));
          console.log(ask({ shown: () => String(new Shown(new Meter())), Meter, Shown }, "shown", 1));
        }
        all();
        state.scale += 1;
        all();
        Meter.unit = "cm";
        all();
        Meter.prototype.show = function () { return "a meter"; };
        all();
        api.format.label = "label";
        all();
      `,
      "api.mjs": `
        export const state = { scale: Number(process.argv[2]) };
        export class Meter {
          static unit = "m";
          show() { return state.scale + Meter.unit; }
        }
        export class Shown {
          constructor(meter) { this.meter = meter; }
          toString() { return new Meter().show() + this.meter.show(); }
        }
        function format(n) { return n * state.scale + Meter.unit + (format.label ?? ""); }
        function twice(n) { return format(n) + format(n + 1); }
        function third(n) { return twice(n) + "!"; }
        export const api = { third, twice, format };
        export const a = { run(n) { return "a" + format(n); } };
        export const b = { run(n) { return "b" + format(n); } };
        export const both = { run(n) { return a.run(n) + b.run(n); } };
      `,
    },
    args: ["3"],
    cold: { misses: { ask: 39 }, hits: { ask: 1 } },
    warm: { hits: { ask: 40 }, misses: { ask: 0 } },
    after: [
      { label: "other state", args: ["30"], hits: { ask: 1 } },
      {
        label: "what all of them lead to edited",
        edit: { "api.mjs": (text) => text.replace("n * state.scale", "n * 2 * state.scale") },
        hits: { ask: 5 },
      },
    ],
  }),

  program("a function that a listed one leads to, held by one that is not", {
    files: {
      "assumePure.json": `{ "assumePure": ["./listed.mjs#listed"] }`,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { listed } from "./listed.mjs";
        import { inner } from "./inner.mjs";
        const table = { inner };
        export function ask(n) {
          return burn(n) + listed(n) + ": " + Object.values(table)[0](n);
        }
        console.log(ask(1));
      `,
      "listed.mjs": `
        import { inner } from "./inner.mjs";
        export function listed(n) { return typeof inner(n); }
      `,
      "inner.mjs": `
        const state = { scale: Number(process.argv[2]) };
        export function inner(n) { return n * state.scale; }
      `,
    },
    args: ["3"],
    memo: { ask: 1 },
    after: [{ label: "other state", args: ["4"], misses: { ask: 1 }, hits: { ask: 0 } }],
  }),

  program("errors as arguments, as state and as prototypes, by what they hold; traces by whether they were read", {
    files: {
      "old.cjs": `
        function Fault(message) { this.message = message; }
        Fault.prototype = new Error();
        Fault.prototype.name = "Fault";
        Fault.prototype.place = "here";
        module.exports = { Fault };
      `,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { Fault } from "./old.cjs";
        export const show = (n, e) => burn(n) + e.name + e.message + e.code + e.cause + (e instanceof TypeError) + Object.prototype.toString.call(e);
        export const old = (n) => { const e = new Fault("m"); return burn(n) + e.name + e.message + e.place + (e instanceof Error); };
        const word = (...parts) => parts.join("");
        const names = [word("st", "ack"), "message"];
        export const byName = (n, e, i) => burn(n) + String(e[names[i]]).split("\\n")[0];
        export const made = (n, i) => burn(n) + String(new Fault("x")[names[i]]).split("\\n")[0];
        const kept = new RangeError("kept");
        export const state = (n) => burn(n) + kept.message + kept.name;
        const one = new TypeError("one", { cause: 5 });
        console.log(show(1, one), show(1, new TypeError("one", { cause: 5 })), show(1, new Error("one", { cause: 5 })), show(1, new TypeError("two", { cause: 5 })));
        one.code = 3;
        console.log(show(1, one));
        Object.setPrototypeOf(one, RangeError.prototype);
        console.log(show(1, one), show(1, Object.create(Error.prototype)));
        console.log(old(1));
        Fault.prototype.place = "there";
        console.log(old(1));
        Object.setPrototypeOf(Fault.prototype, TypeError.prototype);
        console.log(old(1), made(1, 1));
        console.log(state(1));
        kept.message = "changed";
        console.log(state(1));
        console.log(byName(1, new Error("a"), 1), byName(1, new Error("a"), 0), byName(1, new Error("a"), 0));
        const own = new Error("a");
        own.stack = "mine";
        const other = new Error("a");
        other.stack = "other";
        console.log(byName(1, own, 0), byName(1, other, 0), byName(1, own, 0));
        console.log(made(1, 0));
        Fault.prototype.stack = "set";
        console.log(made(1, 0));
        Fault.prototype.stack = "again";
        console.log(made(1, 0));
        const late = new Error("before");
        console.log(show(2, late));
        late.message = "after";
        console.log(late.stack.split("\\n")[0]);
        const given = Error.prepareStackTrace;
        let asked = 0;
        Error.prepareStackTrace = () => { asked++; return "formatted"; };
        console.log(show(2, new Error("hidden")), asked);
        Error.prepareStackTrace = given;
      `,
    },
    warm: { hits: { show: 8, old: 3, state: 2, byName: 4, made: 3 } },
  }),

  program("functions of Node's as values: pure ones, and such of which every call is noticed", {
    files: {
      "main.mjs": `
        import fs from "node:fs";
        import path from "node:path";
        import crypto from "node:crypto";
        import util, { types } from "node:util";
        import { burn } from "./burn.mjs";
        const hold = {
          join: path.join, isDate: types.isDate, same: util.isDeepStrictEqual, read: fs.readFileSync,
          hr: process.hrtime.bigint, random: Math.random, now: Date.now, bytes: crypto.randomBytes,
          tick: process.nextTick, clear: clearTimeout, unlink: fs.unlinkSync,
        };
        const inner = { ...hold };
        const { hr, random, bytes, join } = hold;
        const list = (o) => Object.keys(o).map((k) => typeof o[k] + o[k].name + o[k].length).join();
        export const kinds = (n) => burn(n) + list(inner);
        export const given = (n, o) => burn(n) + list(o);
        export const isSame = (n, f) => burn(n) + (f === hr) + (f === random) + (f === bytes) + (f === join);
        export const calls = (n, name) => burn(n) + typeof inner[name]("a", "b");
        export const pure = (n) => burn(n) + inner.join("a", "..", "b") + inner.isDate(1) + inner.same([1], [1]);
        export const unused = (n, f) => (n < 0 ? hr() + BigInt(random()) : burn(n)) + typeof f;
        export const clock = (n) => burn(n) + typeof hr() + typeof random();
        export const extra = (n) => burn(n) + String(inner.tick.extra) + String(bytes.extra);
        export const read = (n, f) => burn(n) + f("data.txt", "utf8");
        const later = util.promisify(crypto.randomBytes);
        export const holds = (n) => burn(n) + typeof later + later.name + later.length;
        export const bound = { bytes: crypto.randomBytes.bind(null, 2) };
        export const draws = (n, how) => burn(n) + (how === 0 ? [1].map(random).length : how === 1 ? hr.call(null) > 0n : how === 2 ? bytes.apply(null, [3]).length : bound.bytes().length);
        export const waits = async (n) => { const { length } = await later(4); return burn(n) + length; };
        for (let i = 0; i < 2; i++) console.log(holds(1), draws(1, 0), draws(1, 1), draws(1, 2), draws(1, 3), await waits(1));
        console.log(kinds(1), given(1, hold), pure(1), unused(1, join));
        console.log(isSame(1, hr), isSame(1, random), isSame(1, bytes), isSame(1, join), isSame(1, Date.now), isSame(1, performance.now));
        console.log(calls(1, "random"), calls(1, "now"), calls(1, "hr"), clock(1));
        console.log(calls(1, "random"), calls(1, "now"), calls(1, "hr"), clock(1));
        console.log(read(1, fs.readFileSync), read(1, inner.read));
        console.log(extra(1));
        process.nextTick.extra = 1;
        console.log(extra(1), kinds(1));
        delete process.nextTick.extra;
        console.log(extra(1), kinds(1));
        bytes.extra = 2;
        console.log(extra(1));
        Object.defineProperty(fs.readFileSync, "extra", { value: 1 });
        console.log(read(1, inner.read));
      `,
      "data.txt": "text",
    },
    refuses: { draws: /^touches /, waits: /`later`/, clock: /^touches /, calls: /^touches / },
    warm: { hits: { kinds: 2, given: 1, isSame: 6, pure: 1, unused: 1, read: 2, extra: 2, holds: 2 } },
  }),

  program("functions and prototypes of the language that are found by walking alone", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const above = (value, n) => n === 0 ? value : above(Object.getPrototypeOf(value), n - 1);
        const getter = (holder, name) => Object.getOwnPropertyDescriptor(holder, name).get;
        const noop = Function.prototype;
        const TypedArray = above(Uint8Array, 1);
        const intrinsics = {
          AsyncIterator: above(async function* () {}.prototype, 2), Iterator: above([].values(), 2),
          ArrayIterator: above([].values(), 1), MapIterator: above(new Map().keys(), 1), TypedArray, noop,
          Generator: above(function* () {}, 1).prototype, typed: TypedArray.prototype, floats: Float64Array.prototype,
          next: above([].values(), 1).next, resolve: Promise.resolve.bind(Promise), species: getter(Array, Symbol.species),
        };
        const tag = getter(TypedArray.prototype, Symbol.toStringTag), lengthOf = getter(TypedArray.prototype, "length");
        const at = getter(TypedArray.prototype, "byteOffset"), compare = String.prototype.localeCompare;
        const step = intrinsics.Generator.next;
        const { sort, toLocaleString: told } = TypedArray.prototype;
        const events = { done: noop, other: null };
        export const lists = (n) => burn(n) + Object.keys(intrinsics).join();
        export const kind = (n, view) => burn(n) + tag.call(view) + lengthOf.call(view) + (events.done === noop);
        export const fires = (n, name) => burn(n) + String((events[name] ?? noop)(n)) + noop.length;
        export const places = (n, view) => burn(n) + at.call(view);
        export const sorts = (n, view) => burn(n) + sort.call(Float64Array.from(view)).join() + intrinsics.species.call(1);
        export const orders = (n, list) => burn(n) + list.map(String).sort((a, b) => compare.call(a, b)).join();
        export const tells = (n, view) => burn(n) + told.call(view);
        export const steps = (n) => { function* make() { yield n; yield n + 1; } const made = make(); return burn(n) + step.call(made).value + step.call(made).value; };
        export const inherits = (n, object) => burn(n) + (Object.getPrototypeOf(object) === intrinsics.AsyncIterator) + typeof intrinsics.AsyncIterator[Symbol.asyncIterator];
        const walkers = { map: new Map([[1, 2], [3, 4]]).keys(), list: [1, 2, 3].values(), text: "abc"[Symbol.iterator](), made: (function* () { yield 1; yield 2; })(), maker: intrinsics.MapIterator };
        export const whereIs = (n, one) => burn(n) + typeof one + typeof walkers.maker.next;
        export const begins = (n, map) => { burn(n); walkers.maker.next; return map.keys(); };
        export const marked = (n) => burn(n) + String(intrinsics.AsyncIterator.mark);
        const words = ["z", "ä", "a"];
        const memory = new ArrayBuffer(32);
        console.log(lists(1), kind(1, new Uint8Array(2)), kind(1, new Int16Array(2)), fires(1, "done"), fires(1, "missing"));
        console.log(places(1, new Uint8Array(memory, 8, 4)), places(1, new Uint8Array(memory, 4, 4)));
        console.log(sorts(1, [3, 1, 2]), orders(1, words), tells(1, new Float64Array([1234.5])), steps(3));
        console.log(inherits(1, Object.create(intrinsics.AsyncIterator)), inherits(1, {}), marked(1));
        for (const name of ["map", "list", "text", "made"]) { whereIs(1, walkers[name]); walkers[name].next(); whereIs(1, walkers[name]); }
        console.log(begins(1, new Map([[1, 2]])).next().value, begins(1, new Map([[1, 2]])).next().value);
        intrinsics.AsyncIterator.mark = 1;
        console.log(marked(1), marked(1));
        delete intrinsics.AsyncIterator.mark;
        console.log(marked(1));
      `,
    },
    env: { LC_ALL: "de-DE" },
    refuses: { whereIs: /an iterator or generator|a generator/, begins: /holds/ },
    memo: { lists: 1, kind: 2, fires: 2, places: 2, sorts: 1, orders: 1, tells: 1, steps: 1, inherits: 2 },
    cold: {
      misses: {
        lists: 1,
        kind: 2,
        fires: 2,
        places: 2,
        sorts: 1,
        orders: 1,
        tells: 1,
        steps: 1,
        inherits: 2,
        marked: 2,
      },
      hits: { marked: 2 },
    },
    after: [
      {
        label: "another locale",
        env: { LC_ALL: "sv-SE" },
        misses: { kind: 2, fires: 2, orders: 1, tells: 1 },
      },
    ],
  }),

  program("event emitters: as bases, made, given, as state; and what is done to the class", {
    files: {
      "main.mjs": `
        import Default, { EventEmitter } from "node:events";
        import * as all from "events";
        import { createRequire } from "node:module";
        import util from "node:util";
        import { burn } from "./burn.mjs";
        const { old, Old } = createRequire(import.meta.url)("./old.cjs");
        class Lexer extends EventEmitter {
          constructor(text) { super(); this.text = text; }
          run() { for (const word of this.text.split(" ")) this.emit("word", word); return this; }
        }
        export function lex(n, text) { const out = []; new Lexer(text).on("word", (w) => out.push(w)).run(); return burn(n) + out.join(); }
        export function never(n) { return n < 0 ? new Lexer("") : burn(n); }
        const shared = new Lexer("a b");
        const heard = [];
        shared.on("word", (w) => heard.push(w + process.argv.length));
        export function held(n, e) { return burn(n) + e.listenerCount("word") + Object.keys(e).join(); }
        export function state(n) { return burn(n) + shared.text + shared.eventNames().join(); }
        export function plain(n) { let sum = 0; const e = new Default(); e.on("x", (y) => { sum += y; }); e.emit("x", 1); e.emit("y"); return burn(n) + sum; }
        export function spaced(n) { const e = new all.EventEmitter(); e.prependListener("x", () => {}); return burn(n) + e.rawListeners("x").length + (e instanceof all.default); }
        export function speaks(n) { shared.run(); return burn(n) + heard.length; }
        export function fails(n) { try { new Default().emit("error", new TypeError("m")); } catch (error) { return error.message + burn(n); } }
        export function once(n) { const e = new Default(); let calls = 0; e.once("x", () => { calls++; }); e.emit("x"); e.emit("x"); return burn(n) + calls; }
        export function many(n) { const e = new Default(); for (let i = 0; i < 12; i++) e.on("x", () => i); return burn(n) + e.listenerCount("x"); }
        export function most(n) { return burn(n) + new Default().getMaxListeners(); }
        export function make(n) { return burn(n) > -1 ? new Lexer("made") : null; }
        export function sets(n) { Default.defaultMaxListeners = n; return burn(n); }
        export function listens(n, e) { e.on("word", String); return burn(n); }
        const print = () => {
          console.log(lex(1, "x y z"), never(2), held(1, shared), state(1), plain(3), spaced(1), fails(1), once(1), old(1, "o"));
          console.log(most(1), Object.keys(make(1)).join(), make(1).run() instanceof Lexer, speaks(1), heard.length);
        };
        process.removeAllListeners("warning");
        process.on("warning", ({ name, count }) => console.log(name, count));
        print();
        print();
        many(1);
        many(1);
        const fresh = new Old("fresh");
        listens(1, fresh);
        console.log(fresh.listenerCount("word"), held(1, fresh));
        await new Promise((resolve) => setImmediate(resolve));
        sets(11);
        console.log(most(1), sets(10), most(1));
        Default.prototype.eventNames = function eventNames() { return ["another one", heard.length]; };
        print();
      `,
      "old.cjs": `
        const EventEmitter = require("events");
        const { inherits } = require("util");
        const { burn } = require("./burn.cjs");
        function Old(text) { EventEmitter.call(this); this.text = text; }
        inherits(Old, EventEmitter);
        Old.prototype.run = function () { this.emit("word", this.text); return this; };
        exports.Old = Old;
        exports.old = function old(n, text) { const out = []; new Old(text).on("word", (w) => out.push(w)).run(); return burn(n) + out.join(); };
      `,
      "burn.cjs": `
        exports.burn = (n) => { let sum = 0; for (let i = 0; i < 200; i++) sum += Math.sqrt(i * n); return Math.round(sum); };
      `,
    },
    refuses: { many: /nextTick/, sets: /./, make: /result/ },
    warm: { hits: { lex: 2, never: 2, held: 3, state: 2, plain: 2, spaced: 2, fails: 2, once: 2, old: 2 } },
    after: [
      {
        label: "a listener's state changed",
        args: ["more"],
        hits: { lex: 2, held: 1 },
      },
    ],
  }),

  program("a logger of util.debuglog is held and called, as long as its section is off", {
    files: {
      "main.mjs": `
        import { debuglog } from "node:util";
        import { burn } from "./burn.mjs";
        const debug = debuglog("mine");
        const other = debuglog("other", () => console.log("given"));
        const options = { debug };
        function calls(n) { debug("burning %d", n); return burn(n); }
        function holds(n) { return burn(n) + (options.debug === debug ? 1 : 0); }
        function given(n, log = other) { log(); return burn(n); }
        if (process.argv[2] !== "quiet") console.log(calls(1));
        console.log(holds(1), given(1), given(1));
        debug.put = 7;
        console.log(holds(1));
      `,
    },
    cold: { misses: { calls: 1, holds: 1 }, hits: { holds: 0 } },
    warm: { hits: { calls: 1, holds: 1 } },
    refuses: { given: /Node's own functions/ },
    after: [{ label: "on", args: ["quiet"], env: { NODE_DEBUG: "mine" }, hits: { holds: 0 } }],
  }),
];
