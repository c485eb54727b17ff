/** Functions that print: the same bytes, at the same moment, through whatever is attached. */
import { program } from "../program.ts";

export const programs = [
  program("an async function that prints, and whoever waits for it prints when it has ended", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function work(n) {
          console.log("begins", n);
          await null;
          return burn(n) % 10;
        }
        for (const n of [1, 2]) console.log(await work(n));
        await new Promise((resolve) => setTimeout(resolve, 5));
        console.log(await work(3));
      `,
    },
    memo: { work: 3 },
  }),

  program("what the console and the streams print", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Point { constructor(x) { this.x = x; } }
        function log(n) { console.log("n is %d %s %o", n, { a: [n] }, "text", [1, [2, [3, [4]]]]); return burn(n) % 10; }
        function kinds(n) { console.info("i"); console.debug("d", n); console.warn("w"); console.error("e", 1n); return burn(n) % 10; }
        function shown(n) { console.dir({ a: { b: { c: { d: n } } } }, { depth: 0 }); console.table([{ a: n, b: 2 }]); console.assert(n > 9, "small", n); console.assert(n); return burn(n) % 10; }
        function things(n) { console.log(new Map([[n, new Set("ab")]]), new Point(n), Symbol("s"), -0, null, undefined, [ , 1]); return burn(n) % 10; }
        function empty(n) { console.log(); console.log(""); console.log("%"); console.log("a%sb"); return burn(n) % 10; }
        function lines(n) { console.log("one\\ntwo\\n"); return burn(n) % 10; }
        function raw(n) {
          process.stdout.write("half a ");
          process.stderr.write("line\\n");
          process.stdout.write("6869 ", "latin1");
          process.stdout.write("68690a", "hex");
          process.stdout.write(Buffer.from("bytes\\n"));
          process.stdout.write(new Uint8Array([0xff, 0x0a]));
          return burn(n) % 10;
        }
        for (let i = 0; i < 2; i++) for (const fn of [log, kinds, shown, things, empty, lines, raw]) console.log(fn.name, fn(i));
        console.group("group");
        console.log(lines(0), log(0));
        console.group();
        console.log(lines(0), log(0));
        console.groupEnd();
        console.groupEnd();
        console.log(lines(0));
      `,
    },
    cold: { misses: { log: 2, kinds: 2, shown: 2, things: 2, empty: 2, lines: 2, raw: 2 }, hits: { lines: 3, log: 2 } },
    warm: { misses: { log: 0 }, hits: { log: 4, kinds: 2, shown: 2, things: 2, empty: 2, lines: 5, raw: 2 } },
  }),

  program("bytes that are written by views with members of the program's own", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let seen = 0;
        class Odd extends Uint8Array { [Symbol.iterator]() { seen++; return [65, 10][Symbol.iterator](); } }
        const own = Uint8Array.of(74, 105, 10);
        own[Symbol.iterator] = function* () { seen++; yield 66; };
        const asked = Buffer.from("Ki\\n");
        Object.defineProperty(asked, "length", { get() { seen++; return 3; } });
        const named = Object.assign(Buffer.from("Li\\n"), { label: "l" });
        function subclass(n) { process.stdout.write(new Odd([72, 105, 10])); return burn(n) % 10; }
        function iterated(n) { process.stdout.write(own); return burn(n) % 10; }
        function measured(n) { process.stdout.write(asked); return burn(n) % 10; }
        function labelled(n) { process.stdout.write(named); return burn(n) % 10; }
        function plain(n) { process.stdout.write(Uint8Array.of(77, 105, 10)); process.stdout.write(Buffer.from("Ni\\n")); return burn(n) % 10; }
        for (const fn of [subclass, iterated, measured, labelled, plain]) console.log(fn(1), fn(1), fn(2), seen);
      `,
    },
    warm: { hits: { plain: 3 } },
    refuses: { subclass: /output|write/, iterated: /typed array/, measured: /typed array/, labelled: /typed array/ },
  }),

  program("output that is recorded within a group", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function say(n) { console.log("said\\n  twice", n); return burn(n) % 10; }
        console.group("outer");
        console.group("inner");
        console.log(say(1));
        console.groupEnd();
        console.log(say(1));
        console.groupEnd();
        console.log(say(1));
      `,
    },
    cold: { misses: { say: 1 }, hits: { say: 2 } },
    warm: { misses: { say: 0 }, hits: { say: 3 } },
  }),

  program("output of calls within calls, in its order", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function inner(n) { console.log("inner", n); console.error("inner", n); return burn(n) % 10; }
        function outer(n) { process.stdout.write("before\\n"); const value = inner(n); console.log("after", value); return value + inner(n); }
        function outermost(n) { const value = outer(n); process.stderr.write("end\\n"); return value + 1; }
        console.log(inner(1));
        console.log(outer(1));
        console.log(outermost(1), outermost(2));
      `,
    },
    cold: { misses: { inner: 2, outer: 2, outermost: 2 }, hits: { inner: 3, outer: 1 } },
    warm: { misses: { inner: 0 }, hits: { inner: 1, outer: 1, outermost: 2 } },
  }),

  program("output that is not the same again", {
    files: {
      "main.mjs": `
        import { Console } from "node:console";
        import { burn } from "./burn.mjs";
        const other = new Console(process.stdout);
        function grouped(n) { console.group("g"); console.log(n); console.groupEnd(); return burn(n) % 10; }
        function counted(n) { console.count("c"); return burn(n) % 10; }
        function timed(n) { console.time("t" + n); return burn(n) % 10; }
        function called(n) { process.stdout.write("called\\n", () => {}); return burn(n) % 10; }
        function looked(n) { return process.stdout.write("looked\\n") === 1 ? 0 : burn(n) % 10; }
        function own(n) { other.log("own"); return burn(n) % 10; }
        function clocked(n) { console.log(new Date().getFullYear() > 2000); return burn(n) % 10; }
        function failed(n) { console.log(new Error("failed").message, n); return burn(n) % 10; }
        function traced(n) { console.log(new Error("traced")); return burn(n) % 10; }
        function large(n) { for (let i = 0; i < 40; i++) console.log("x".repeat(30000)); return burn(n) % 10; }
        function hooked(n) { const box = { [Symbol.for("nodejs.util.inspect.custom")]: () => "hook " + Math.random().toFixed(0).length }; console.log(box); return burn(n) % 10; }
        function throws(n) { console.log("throws", n); if (burn(n) >= 0) throw new Error("thrown"); return 1; }
        for (let i = 0; i < 2; i++) {
          console.log(grouped(1), counted(1), timed(i), called(1), looked(1), own(1), clocked(1), failed(1), large(1), hooked(1));
          try { throws(1); } catch (error) { console.log(error.message); }
          traced(1);
        }
      `,
    },
    refuses: {
      grouped: /console.group/,
      counted: /console.count/,
      timed: /console.time/,
      called: /write/,
      looked: /returns/,
      clocked: /clock/,
      traced: /stack/,
      large: /prints more/,
      hooked: /Math.random/,
      throws: /throws/,
    },
    cold: { misses: { failed: 1 }, hits: { failed: 1 } },
    warm: { hits: { failed: 2 } },
  }),

  program("settings that change how values print", {
    env: {},
    files: {
      "main.mjs": `
        import { inspect } from "node:util";
        import { burn } from "./burn.mjs";
        function show(n) { console.log({ a: { b: { c: { d: n } } } }); return burn(n) % 10; }
        function text(n) { console.log("plain " + n); return burn(n) % 10; }
        show(1); text(1);
        inspect.defaultOptions.depth = 0;
        show(1); text(1);
        inspect.defaultOptions.depth = 2;
        show(1); text(1);
      `,
    },
    cold: { misses: { show: 2, text: 1 }, hits: { show: 1, text: 2 } },
    warm: { misses: { show: 0, text: 0 }, hits: { show: 3, text: 3 } },
    after: [
      { label: "with colours asked for", env: { FORCE_COLOR: "1" }, hits: { show: 1, text: 3 }, misses: { show: 2 } },
    ],
  }),

  program("colours that the program sets itself, and changes", {
    files: {
      "main.mjs": `
        import { inspect } from "node:util";
        import { burn } from "./burn.mjs";
        function show(n) { console.log({ a: n }); return burn(n) % 10; }
        inspect.defaultOptions.colors = true;
        show(1); show(1);
        inspect.styles.number = "red";
        show(1); show(1);
        inspect.colors.red = [34, 39];
        show(1);
      `,
    },
    cold: { misses: { show: 3 }, hits: { show: 2 } },
    warm: { hits: { show: 5 } },
  }),

  program("a stream that the program has taken over", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function say(n) { console.log("say", n); process.stdout.write("raw\\n"); return burn(n) % 10; }
        say(1);
        const seen = [];
        const { write } = process.stdout;
        process.stdout.write = function (chunk, ...rest) { seen.push([String(chunk), rest.length, typeof rest[0]]); return write.call(this, "> " + chunk, ...rest); };
        say(1);
        delete process.stdout.write;
        say(1);
        process.stdout.write = () => { throw new Error("full"); };
        try { say(1); } catch (error) { console.error(error.message); }
        delete process.stdout.write;
        console.log(seen, say(1));
      `,
    },
    // While it is taken over, the body runs.
    cold: { misses: { say: 2 }, hits: { say: 2 } },
    warm: { misses: { say: 1 }, hits: { say: 3 } },
  }),

  program("output of async functions, before and after they wait", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function before(n) { console.log("before", n); await null; return burn(n) % 10; }
        async function after(n) { await null; console.log("after", n); return burn(n) % 10; }
        async function nested(n) { const value = before(n); process.stdout.write("meanwhile\\n"); return (await value) + burn(n) % 10; }
        for (let i = 0; i < 2; i++) {
          const values = [before(1), after(1), nested(2), before(1)];
          console.log("called");
          queueMicrotask(() => console.log("microtask"));
          console.log(await Promise.all(values));
        }
      `,
    },
    refuses: { after: /after it has waited/ },
    cold: { misses: { before: 3, nested: 2 } },
    warm: { misses: { before: 0, nested: 0 }, hits: { before: 4, nested: 2 } },
  }),

  program("async functions that print, called with the same arguments at once", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function early(n) { console.log("early", n); await null; return burn(n) % 10; }
        async function late(n) { await null; console.log("late", n); await null; return burn(n) % 10; }
        async function grouped(n) { console.group("g"); await null; console.groupEnd(); return burn(n) % 10; }
        const all = [early(1), late(1), early(1), late(1)];
        queueMicrotask(() => console.log("microtask"));
        console.log(await Promise.all(all));
        console.log(await Promise.all([grouped(1), grouped(1)]));
      `,
    },
    refuses: { late: /after it has waited/ },
    cold: { misses: { early: 2 } },
    warm: { misses: { early: 0 }, hits: { early: 2 } },
  }),

  program("reads and prints, with an edit", {
    files: {
      "main.mjs": `
        import { readFileSync, readdirSync } from "node:fs";
        import { burn } from "./burn.mjs";
        function page(name) { const text = readFileSync("pages/" + name, "utf8"); console.log("rendered", name, text.length); return text + (burn(1) % 10); }
        function site(folder) { return readdirSync(folder).map((name) => page(name)); }
        console.log(site("pages").join());
      `,
      "pages/a": "alpha",
      "pages/b": "beta",
      "pages/c": "gamma",
    },
    memo: { site: 1 },
    cold: { misses: { site: 1, page: 3 } },
    warm: { hits: { site: 1, page: 0 }, misses: { site: 0, page: 0 } },
    after: [
      { label: "one page", edit: { "pages/b": "betamax" }, misses: { site: 1, page: 1 }, hits: { page: 2 } },
      { label: "one more", edit: { "pages/d": "delta" }, misses: { site: 1, page: 1 }, hits: { page: 3 } },
      { label: "the same again", misses: { site: 0, page: 0 }, hits: { site: 1 } },
    ],
  }),

  program("output that is not to be replayed", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function say(n) { console.log("say", n); return burn(n) % 10; }
        function plain(n) { return burn(n) % 10; }
        console.log(say(1), plain(1));
      `,
      "package.json": "{}",
      "dumbo.config.json": `{ "output": "forbid" }`,
    },
    memo: { plain: 1 },
    refuses: { say: /console/ },
    after: [
      { label: "with replay", edit: { "dumbo.config.json": "{}" }, misses: { say: 1 }, refused: {} },
      { label: "replayed", hits: { say: 1 }, refused: {} },
      { label: "forbidden again", edit: { "dumbo.config.json": `{ "output": "forbid" }\n` }, hits: { say: 0 } },
    ],
  }),

  program("the console as a value", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const mode = process.argv[2];
        if (mode === "added") console.level = 5;
        if (mode === "mocked") console.warn = (text) => process.stdout.write("mock " + text + "\\n");
        if (mode === "counted") console.count("once");
        function loggerOf(options) { return options.logger ?? console; }
        class Tool {
          constructor(options) { this.logger = loggerOf(options); }
          run(n, does) {
            const r = burn(n);
            if (does) this.logger[does]("n " + n);
            return r + (this.logger.level ?? 0);
          }
        }
        function quiet(n) { return new Tool({}).run(n); }
        function prints(n) { return new Tool({}).run(n, "warn"); }
        function groups(n) { return new Tool({}).run(n, "group"); }
        function marks(n) { const logger = loggerOf({}); logger.mark = burn(n); return logger.mark; }
        function streams(n) { const r = burn(n); return typeof loggerOf({})._stdout.columns + r; }
        async function late(n) { const r = burn(n); await null; return new Tool({}).run(r % 3); }
        console.log(quiet(1), prints(2), await late(3));
        console.log(groups(4));
        console.groupEnd();
        console.log(streams(5), marks(6), console.mark);
        delete console.mark;
      `,
    },
    cold: { misses: { quiet: 1, prints: 1 } },
    warm: { hits: { quiet: 1, prints: 1 } },
    refuses: { groups: /console/, marks: /console|changed|answers/, streams: /console/, late: /console/ },
    after: [
      { label: "something was added to it", args: ["added"], hits: { quiet: 0 }, refused: { quiet: /console/ } },
      { label: "it prints elsewhere", args: ["mocked"], hits: { quiet: 0, prints: 0 } },
      { label: "it has counted", args: ["counted"], hits: { quiet: 0 } },
    ],
  }),
];
