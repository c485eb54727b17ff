/** State, effects, exceptions and waiting: what a skipped call would leave undone, and what a key has to read. */
import { program } from "../program.ts";

export const programs = [
  program("module state at each distance", {
    files: {
      "main.mjs": `
        import { near, setNear } from "./near.mjs";
        import { setFar } from "./far.mjs";
        import { burn } from "./burn.mjs";
        let own = 1;
        const object = { deep: { n: 1 } };
        function work(n) {
          return (burn(n) % 1000) * own * object.deep.n * near(n);
        }
        console.log(work(1));
        own = 2;
        console.log(work(1));
        setNear(3);
        console.log(work(1));
        setFar(5);
        console.log(work(1));
        object.deep.n = 7;
        console.log(work(1));
        object.deep = { n: 1 };
        own = 1;
        setNear(1);
        setFar(1);
        console.log(work(1));
      `,
      "near.mjs": `
        import { far } from "./far.mjs";
        let state = 1;
        export const setNear = (to) => { state = to; };
        export const near = (n) => state * far(n);
      `,
      "far.mjs": `
        const state = new Map([["n", 1]]);
        export const setFar = (to) => { state.set("n", to); };
        export const far = (n) => state.get("n") + n;
      `,
    },
    cold: { misses: { work: 5 }, hits: { work: 1 } },
    warm: { misses: { work: 0 }, hits: { work: 6 } },
  }),

  program("module state that functions write", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let calls = 0;
        const log = [];
        const memo = new Map();
        function counts(n) { calls++; return burn(n) % 1000; }
        function logs(n) { log.push(n); return burn(n) % 1000; }
        function remembers(n) {
          if (!memo.has(n)) memo.set(n, burn(n) % 1000);
          return memo.get(n);
        }
        function indirectly(n) { return counts(n) + 1; }
        function reads(n) { return (burn(n) % 1000) + calls + log.length + memo.size; }
        for (const n of [1, 2, 3]) console.log(counts(n), logs(n), remembers(n), indirectly(n), reads(1));
        console.log(calls, log, memo);
      `,
    },
    // The first call of the first run shows that there is something to be kept.
    warm: { hitsAtLeast: { counts: 3 }, hits: { logs: 2, remembers: 2, reads: 3 }, misses: { logs: 1, remembers: 1 } },
    after: [{ label: "once more", hits: { indirectly: 3, logs: 3, remembers: 3, reads: 3 } }],
  }),

  program("patched helpers", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const lib = require("./lib.cjs");
        const { burn } = require("./burn.cjs");
        function work(n) {
          return lib.helper(burn(n) % 1000) + new lib.Scale().of(n);
        }
        console.log(work(1));
        const { helper } = lib;
        lib.helper = (n) => n * 100;
        console.log(work(1));
        lib.helper = helper;
        console.log(work(1));
        lib.Scale.prototype.of = (n) => n * 50;
        console.log(work(1), lib.inside(2));
      `,
      "lib.cjs": `
        exports.helper = function (n) { return n * 2; };
        class Scale {
          of(n) { return n * 5; }
        }
        exports.Scale = Scale;
        exports.inside = function (n) { return exports.helper(n); };
      `,
    },
    cold: { misses: { work: 3 }, hits: { work: 1 } },
    warm: { misses: { work: 0 }, hits: { work: 4 } },
  }),

  program("functions that are reassigned", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        let step = (n) => burn(n) % 10;
        function swapped(n) { return burn(n) % 100; }
        function work(n) { return step(n) + swapped(n); }
        console.log(work(1));
        step = (n) => burn(n) % 50;
        console.log(work(1));
        swapped = (n) => -1;
        console.log(work(1), swapped(1));
      `,
    },
    refuses: { swapped: /assigned to again/, step: /assigned to again/ },
  }),

  program("clocks and randomness under other names", {
    files: {
      "main.mjs": `
        import { performance as perf } from "node:perf_hooks";
        import { randomUUID as uuid, randomBytes } from "node:crypto";
        import { hrtime } from "node:process";
        import { burn } from "./burn.mjs";
        const { random } = Math;
        const now = Date.now;
        const clock = perf.now.bind(perf);
        const D = Date;
        const M = Math;
        const key = "ran" + "dom";
        const make = (C) => new C();
        const functions = {
          a(n) { return burn(n) && random(); },
          b(n) { return burn(n) && now() + performance.now(); },
          c(n) { return burn(n) && clock(); },
          d(n) { return burn(n) && new D().getTime() + performance.now(); },
          e(n) { return burn(n) && M[key](); },
          f(n) { return burn(n) && uuid(); },
          g(n) { return burn(n) && randomBytes(8).toString("hex"); },
          h(n) { return burn(n) && hrtime.bigint(); },
          i(n) { return burn(n) && make(Date).getTime() + perf.now(); },
          j(n) { return burn(n) && Reflect.get(Math, key)(); },
          k(n) { return burn(n) && globalThis["Math"].random(); },
          l(n) { return burn(n) && [1, 2, 3].map(random).join(); },
        };
        for (const [name, fn] of Object.entries(functions)) {
          const [one, two] = [fn.call(functions, 1), fn.call(functions, 1)];
          console.log(name, one !== two);
        }
      `,
    },
    refuses: Object.fromEntries([..."abcdefghijkl"].map((name) => [`functions.${name}`, /./])),
  }),

  program("environment, arguments and files", {
    files: {
      "main.mjs": `
        import { readFileSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        const scale = Number(process.argv[2]);
        function environment(n) { return (burn(n) % 1000) + String(process.env.SCALE); }
        function args(n) { return (burn(n) % 1000) + process.argv[2]; }
        function captured(n) { return (burn(n) % 1000) * scale; }
        function reads(n) { return (burn(n) % 1000) + readFileSync("data.txt", "utf8"); }
        function writes(n) { writeFileSync("out" + n, "written"); return burn(n) % 1000; }
        function zone(n) { return (burn(n) % 1000) + new Date(n).toString() + new Date(n).getHours(); }
        function locale(n) { return (burn(n) % 1000) + (n + 0.5).toLocaleString() + new Intl.DateTimeFormat().format(0); }
        console.log(environment(1), args(1), captured(1), reads(1), writes(1), zone(1), locale(1234567));
      `,
      "data.txt": "one",
    },
    args: ["2"],
    env: { SCALE: "3", TZ: "UTC", LC_ALL: "en_US.UTF-8" },
    memo: { environment: 1, args: 1, captured: 1, reads: 1, zone: 1, locale: 1 },
    refuses: { writes: /writeFileSync/ },
    after: [
      {
        label: "another variable",
        env: { SCALE: "4" },
        misses: { environment: 1 },
        hits: { args: 1, captured: 1, reads: 1 },
      },
      { label: "another argument", args: ["5"], misses: { args: 1, captured: 1 }, hits: { environment: 1, reads: 1 } },
      {
        label: "another file",
        edit: { "data.txt": "two" },
        misses: { reads: 1 },
        hits: { environment: 1, captured: 1 },
      },
      { label: "another time zone", env: { TZ: "Asia/Tokyo" }, misses: { zone: 1, captured: 1 } },
      { label: "another locale", env: { LC_ALL: "de_DE.UTF-8" }, misses: { locale: 1, captured: 1 } },
    ],
  }),

  program("output inside helpers", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const { log } = console;
        const out = process.stdout;
        const say = (text) => console.log(text);
        function direct(n) { console.log("direct", n); return burn(n) % 1000; }
        function helped(n) { say("helped " + n); return burn(n) % 1000; }
        function aliased(n) { log("aliased", n); return burn(n) % 1000; }
        function written(n) { out.write("written\\n"); return burn(n) % 1000; }
        function called(n, report) { report(n); return burn(n) % 1000; }
        function warned(n) { process.emitWarning("careful", { code: "C" + n }); return burn(n) % 1000; }
        for (let i = 0; i < 2; i++) {
          console.log(direct(1), helped(1), aliased(1), written(1), called(1, console.log), called(2, (n) => console.error(n)));
        }
        console.log(warned === warned);
      `,
    },
    refuses: { written: /Socket|Stream/ },
    cold: {
      misses: { direct: 1, helped: 1, aliased: 1, called: 2 },
      hits: { direct: 1, helped: 1, aliased: 1, called: 2 },
    },
    warm: { hits: { direct: 2, helped: 2, aliased: 2, called: 4 } },
  }),

  program("exceptions", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function throws(n) { const sum = burn(n); throw new RangeError("sum " + sum); return sum; }
        function around(n) {
          try { return throws(n); } catch (error) { return error.message; } finally { burn(n); }
        }
        async function rejects(n) { await null; if (burn(n) >= 0) throw new TypeError("rejected " + n); return 1; }
        class Own extends Error { constructor(n) { super("own"); this.n = n; } }
        function own(n) { burn(n); if (n) throw new Own(n); return 1; }
        for (let i = 0; i < 2; i++) {
          try { throws(1); } catch (error) { console.log(error.stack.replaceAll(import.meta.url, "main.mjs")); }
          console.log(around(1));
          await rejects(1).catch((error) => console.log(error.name, error.message));
          try { own(2); } catch (error) { console.log(error instanceof Own, error.n); }
        }
      `,
    },
    memo: { around: 1 },
    cold: { misses: { around: 1 }, hits: { around: 1 } },
    warm: { hits: { around: 2 } },
    refuses: { throws: /throws/, rejects: /throws/, own: /throws/ },
  }),

  program("the callers of an async function in its error", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function rejects(n) { await null; await null; if (burn(n) >= 0) throw new TypeError("rejected " + n); return 1; }
        const caller = async (n) => (await rejects(n)) + 1;
        await rejects(1).catch((error) => console.log(error.stack));
        await caller(1).catch((error) => console.log(error.stack));
      `,
    },
    refuses: { rejects: /throws/ },
  }),

  program("the callers of an async function in an error that comes after its first tick", {
    todo: "the async function that called resolves with the recorded promise a tick after it returned: no link yet",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function rejects(n) { await null; if (burn(n) >= 0) throw new TypeError("rejected " + n); return 1; }
        await rejects(1).catch((error) => console.log(error.stack));
      `,
    },
    refuses: { rejects: /throws/ },
  }),

  program("an uncaught error", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) { return burn(n) % 1000; }
        function fails(n) {
          const sum = burn(n); if (sum >= 0) throw new Error("uncaught " + n);
          return sum;
        }
        process.on("exit", (code) => console.log("exit", code));
        console.log(work(1));
        fails(2);
        console.log("never");
      `,
    },
    memo: { work: 1 },
  }),

  program("process.exit in the middle", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) { return burn(n) % 1000; }
        function leaves(n) { if (burn(n) >= 0) process.exit(7); return n; }
        process.on("exit", (code) => console.log("exit", code));
        console.log(work(1));
        leaves(2);
        console.log("never");
      `,
    },
    memo: { work: 1 },
    warm: { hits: { work: 1, leaves: 0 } },
  }),

  program("an unhandled rejection", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) { return burn(n) % 1000; }
        async function rejects(n) { if (work(n) >= 0) throw new Error("unhandled"); return 1; }
        rejects(1);
        setTimeout(() => console.log("never"), 500);
      `,
    },
    memo: { work: 1 },
  }),

  program("recursion", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function direct(n) { return n === 0 ? burn(3) % 1000 : 1 + direct(n - 1); }
        function even(n) { return n === 0 ? burn(1) % 1000 : odd(n - 1); }
        function odd(n) { return n === 0 ? burn(2) % 1000 : even(n - 1); }
        function again(n, fn) { return (burn(n) % 10) + (n > 0 ? fn(n - 1, fn) : 0); }
        console.log(direct(7000), direct(5), even(2000), odd(2001), again(3, again));
      `,
    },
    cold: { misses: { direct: 2 } },
    warm: { hits: { direct: 2, even: 1 }, misses: { direct: 0 } },
  }),

  program("async functions that interleave", {
    files: {
      "main.mjs": `
        import { setTimeout as sleep } from "node:timers/promises";
        import { burn } from "./burn.mjs";
        let scale = 1;
        async function work(n) { await null; return { n: burn(n) % 1000 }; }
        async function scaled(n) { await null; return (burn(n) % 1000) * scale; }
        async function sleeps(n) { await sleep(1); return burn(n) % 1000; }
        console.log(await work(1), await sleeps(1));
        const many = [work(1), work(2), work(1)];
        console.log(await Promise.all(many));
        const early = scaled(3);
        scale = 2;
        console.log(await early, await scaled(3));
        const [one, two] = await Promise.all([work(1), work(1)]);
        one.n = "changed";
        console.log(two, one === two, work(1) instanceof Promise);
      `,
    },
    cold: { misses: { work: 2 }, hits: { work: 5 } },
    warm: { hits: { work: 7 }, misses: { work: 0 } },
    refuses: { sleeps: /./, scaled: /state/ },
  }),
];
