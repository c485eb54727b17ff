/**
 * The order in which async functions go on: a call that is recorded takes the turns of the microtask queue that it takes
 * without dumbo, and so does one that is answered. Each program shows who came when, turn by turn.
 */
import { program } from "../program.ts";

/** Starts calls at once and says in which order, and in which turn, they come back. */
const RACE = `
  async function race(label, calls) {
    const order = [];
    let turn = 0;
    let left = calls.length;
    const counting = (async () => {
      while (left > 0) {
        await null;
        turn++;
      }
    })();
    const note = (i, how) => (value) => {
      left--;
      order.push(turn + ":" + i + how + JSON.stringify(value instanceof Error ? value.message : value));
    };
    await Promise.all(calls.map((call, i) => call().then(note(i, "="), note(i, "!"))));
    await counting;
    console.log(label, turn, order.join(" "));
  }
`;

export const programs = [
  program("races of calls that take thousands of turns of the microtask queue", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function step(i) { return i % 7; }
        async function sum(n) { let s = burn(n); for (let i = 0; i < n; i++) s += await step(i); return s; }
        async function twice(n) { const a = await sum(n); return a + await sum(n + 1); }
        async function returned(n) { burn(n); for (let i = 0; i < n; i++) await null; return sum(n); }
        // Nobody tells how far the function in the list has come: what waits for it is not kept.
        const hidden = [async (n) => { for (let i = 0; i < n; i++) await null; return n; }];
        async function long(n) { burn(n); return 1 + await hidden[0](n); }
        async function count(n) { for (let i = 0; i < n; i++) await null; }
        for (const [name, call] of Object.entries({ sum, twice, returned, long })) {
          for (const n of [1500, 4000]) {
            await call(n);
            for (const others of [n - 5, n, 2 * n, 3 * n, 4 * n, 6 * n, 8 * n]) {
              const order = [];
              await Promise.all([call(n).then(() => order.push("call")), count(others).then(() => order.push("other"))]);
              console.log(name, n, others, order.join());
            }
          }
        }
      `,
    },
    warm: { hits: { twice: 16, returned: 16 }, hitsAtLeast: { sum: 16 } },
  }),

  program("in which turn async functions of every form come back", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${RACE}
        async function none(n) { return burn(n) % 10; }
        async function one(n) { await null; return burn(n) % 10; }
        async function three(n) { await null; await 1; await { n }; return burn(n) % 10; }
        async function handed(n) { return one(n); }
        async function awaited(n) { return await one(n); }
        async function resolved(n) { return Promise.resolve(burn(n) % 10); }
        async function nested(n) { return (await three(n)) + (await one(n)) + (await handed(n)); }
        async function many(n) { let sum = 0; for (let i = 0; i < 40; i++) sum += await i; return sum + burn(n) % 10; }
        async function all(n) { const list = await Promise.all([one(n), three(n), none(n)]); return list.join(); }
        async function settled(n) { const list = await Promise.allSettled([three(n), one(n)]); return list.map(({ value }) => value); }
        const arrow = async (n) => (await one(n)) + (burn(n) % 10);
        const brief = async (n) => one(n);
        const object = async (n) => ({ n: await one(n), m: burn(n) % 10 });
        class Worker {
          async run(n) { return [await one(n), burn(n) % 10]; }
          static async make(n) { return [await this.also(n), burn(n) % 10]; }
          static async also(n) { return (await null) ?? n; }
        }
        async function empty(n) { if (burn(n) < 0) return 1; await null; return; }
        const functions = [none, one, three, handed, awaited, resolved, nested, many, all, settled, arrow, brief, object,
          (n) => new Worker().run(n), (n) => Worker.make(n), empty];
        for (const [i, fn] of functions.entries()) await race("alone " + i, [() => fn(1)]);
        for (const [i, fn] of functions.entries()) await race("again " + i, [() => fn(1)]);
        for (const [i, fn] of functions.entries()) await race("three " + i, [() => fn(2), () => fn(3), () => fn(4)]);
        await race("mixed", functions.map((fn) => () => fn(5)));
        await race("mixed again", functions.map((fn) => () => fn(5)));
        await race("turned", functions.toReversed().map((fn) => () => fn(6)));
      `.replace("functions.toReversed()", "[...functions].reverse()"),
    },
    cold: {
      misses: { none: 6, nested: 6, many: 6, all: 6, arrow: 6, brief: 6, settled: 8, object: 8, "Worker.run": 8 },
    },
    warm: {
      misses: { none: 0, one: 0, nested: 0, many: 0, arrow: 0, object: 0, "Worker.run": 0, "Worker.make": 0 },
      hits: {
        nested: 8,
        many: 8,
        all: 8,
        settled: 8,
        arrow: 8,
        brief: 8,
        object: 8,
        "Worker.run": 8,
        "Worker.make": 8,
      },
    },
  }),

  program("in which turn async functions come back that are called again before they have", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${RACE}
        const turns = async (n) => { for (let i = 0; i < n; i++) await null; };
        async function one(n) { await null; return burn(n) % 10; }
        async function three(n) { await null; await 1; await { n }; return burn(n) % 10; }
        async function handed(n) { await null; return one(n); }
        async function many(n) { let sum = 0; for (let i = 0; i < 40; i++) sum += await i; return sum + burn(n) % 10; }
        async function looped(n) { let sum = 0; for await (const m of [1, 2, n]) sum += m; return sum + burn(n) % 10; }
        async function all(n) { const list = await Promise.all([one(n), one(n), three(n)]); return list.join(); }
        const arrow = async (n) => (await one(n)) + (burn(n) % 10);
        class Worker { static async make(n) { await null; return [n, burn(n) % 10]; } }
        async function slow(n) { await new Promise(setImmediate); return burn(n) % 10; }
        async function fails(n) { await null; await null; if (burn(n) >= 0) throw new Error("fails " + n); }
        const functions = [one, three, handed, many, looped, all, arrow, Worker.make];
        for (const fn of functions) await fn(0);
        for (const [i, fn] of functions.entries()) await race("at once " + i, [() => fn(1), () => fn(1), () => fn(1)]);
        for (const [i, fn] of functions.entries()) {
          const later = [1, 2, 3].map((n) => async () => { await turns(n); return fn(2); });
          await race("one after the other " + i, [() => fn(2), ...later]);
        }
        for (const fn of functions) await race("beside " + fn.name, [() => fn(3), () => turns(2), () => fn(3), () => turns(3), () => turns(4)]);
        console.log(await Promise.all([slow(1), slow(1)]), (await Promise.allSettled([fails(1), fails(1)])).map(({ reason }) => reason.message));
      `,
    },
    cold: { hits: { one: 38, three: 12, handed: 2, arrow: 3 } },
    warm: { misses: { one: 0, three: 0, handed: 0, many: 0, looped: 0, all: 0, arrow: 0, "Worker.make": 0 } },
    refuses: { fails: /nothing|throws/ },
  }),

  program("in which turn overlapping calls fail whose function was kept before, beside calls that are answered", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${RACE}
        async function copies(value) { await 1; return [burn(1) % 10, structuredClone(value)]; }
        async function sometimes(n) { await null; await n; if (n % 2) throw new Error("odd " + (burn(n) % 10)); return burn(n) % 10; }
        await copies(1);
        await copies(1);
        await sometimes(0);
        await sometimes(2);
        const sign = Symbol.for("s");
        const twice = (call) => [call, call];
        await race("copies", [...twice(() => copies(sign)), ...twice(() => copies(1)), ...twice(() => copies(sign)), async () => 1]);
        await race("sometimes", [...twice(() => sometimes(1)), ...twice(() => sometimes(2)), ...twice(() => sometimes(3)), () => sometimes(0)]);
      `,
    },
    cold: { hitsAtLeast: { copies: 2, sometimes: 2 } },
    warm: { hits: { copies: 4, sometimes: 5 } },
  }),

  program("in which turn overlapping calls come back that fail, or do what cannot be kept", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${RACE}
        const turns = async (n) => { for (let i = 0; i < n; i++) await null; };
        const order = [];
        const log = [];
        process.on("unhandledRejection", ({ message }) => order.push("unhandled " + message));
        process.on("rejectionHandled", () => order.push("handled late"));
        async function fails(n) { await null; await null; if (burn(n) >= 0) throw new Error("fails " + n); return n; }
        async function sometimes(n) { await turns(5); if (n % 2) throw new RangeError("odd " + (burn(n) % 10)); return burn(n) % 10; }
        async function told(n) { const { m } = await { m: n }; if (burn(n) >= 0) throw new Error("told " + m); return m; }
        async function pushes(n) { await null; Date.now(); globalThis.last = n; await null; return burn(n) % 10; }
        async function makes(n) { await null; return { n: burn(n) % 10, again: () => n }; }
        for (const fn of [fails, sometimes, told]) {
          for (const n of [1, 1, 2, 1, 3]) fn(n);
          await new Promise(setImmediate);
          order.push("--");
          await race(fn.name, [1, 1, 2, 1].map((n) => () => fn(n)).concat(() => turns(2), () => turns(4)));
          await race(fn.name + " first", [() => Promise.race([fn(5), fn(5).catch(() => "caught"), turns(3)]), () => Promise.any([fn(7), fn(7), fn(8)])]);
        }
        for (const fn of [pushes, makes]) {
          await race(fn.name, [() => fn(1), () => turns(1).then(() => globalThis.last), () => fn(1), () => fn(2), () => turns(2), () => fn(1)]);
        }
        console.log(order.join(", "));
      `,
    },
    warm: { hits: { sometimes: 1 }, hitsAtLeast: { burn: 20 } },
    refuses: { fails: /throws/, told: /throws/, pushes: /./, makes: /function/ },
  }),

  program("awaits whose text an error may quote: what is called, taken apart, looped over", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${RACE}
        const give = async (value) => value;
        async function called(n) { return (await give([n])).join() + (burn(n) % 10); }
        async function apart(n) { const { m } = await give({ m: n }); return m + (burn(n) % 10); }
        async function spread(n) { return Math.max(...(await give([n, burn(n) % 10]))); }
        async function looped(n) { let sum = burn(n) % 10; for (const m of await give([n, 2])) sum += m; return sum; }
        const functions = [called, apart, spread, looped];
        for (const [i, fn] of functions.entries()) await race("alone " + i, [() => fn(1)]);
        for (const wrong of [
          async (v) => (await give(v)).join(burn(1)),
          async (v) => (await give(v))(burn(1)),
          async (v) => { const { m } = await give(v); return m + burn(1); },
          async (v) => { const [m] = await give(v); return m + burn(1); },
          async (v) => Math.max(...(await give(v)), burn(1)),
          async (v) => { for (const m of await give(v)) await m; return burn(1); },
        ]) {
          for (const v of [undefined, 1, {}]) await wrong(v).then(console.log, ({ message }) => console.log(message));
        }
      `,
    },
    cold: { misses: { called: 1, apart: 1, spread: 1, looped: 1 } },
    warm: { hits: { called: 1, apart: 1, spread: 1, looped: 1 } },
  }),

  program("async functions that only tell how they end", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${RACE}
        const give = async (value) => value;
        const later = (value) => new Promise((resolve) => setTimeout(resolve, 1, value));
        async function* three(n) { yield n; await null; yield n + 1; yield burn(n) % 10; }
        async function over(n) { const list = []; for await (const m of three(n)) list.push(m); return list; }
        async function left(n) { for await (const m of three(n)) { if (m > n) return m + (burn(n) % 10); } }
        async function within(n) { const [m = await give(n)] = [burn(n) % 10 ? undefined : 1]; return m; }
        async function early(n) { if (n > 0) return burn(n) % 10; const { m } = await give({ m: n }); return m; }
        async function promised(n) { const { m } = await give({ m: n }); return give([m, burn(n) % 10]); }
        async function atOnce(n) { if (n > 0) return give(burn(n) % 10); const { m } = await give({ m: n }); return m; }
        async function nothing(n) { const { m } = await give({ m: n }); if (burn(m) < 0) return 1; await null; }
        async function nested(n) {
          const { length } = await over(n);
          const [m] = await Promise.all([left(n), within(n), promised(n)]);
          return [length, m, ...(await over(n + 1))];
        }
        const arrow = async (n) => (await give([n, burn(n) % 10])).join("-");
        class Api {
          #base = 7;
          async load(n) { const { m } = await give({ m: n }); return this.again(m); }
          async again(n) { return [...(await give([n, burn(n) % 10]))]; }
          static async make(n) { return (await give(Api)).name + (burn(n) % 10); }
        }
        const functions = [over, left, within, early, promised, atOnce, nothing, nested, arrow,
          (n) => new Api().again(n), (n) => Api.make(n)];
        for (const [i, fn] of functions.entries()) await race("alone " + i, [() => fn(1)]);
        for (const [i, fn] of functions.entries()) await race("again " + i, [() => fn(1)]);
        for (const [i, fn] of functions.entries()) await race("three " + i, [() => fn(2), () => fn(3), () => fn(4)]);
        await race("mixed", functions.map((fn) => () => fn(5)));
      `,
    },
    cold: { misses: { over: 18, left: 12, within: 5, early: 5, promised: 12, nested: 6, arrow: 5, "Api.again": 6 } },
    warm: {
      misses: { over: 0, left: 0, nested: 0 },
      hits: { over: 6, left: 6, within: 6, early: 6, promised: 6, arrow: 6, nested: 6, "Api.again": 6, "Api.make": 6 },
    },
  }),

  program("async functions that only tell how they end, and end by throwing", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${RACE}
        const give = async (value) => value;
        const no = async (n) => { await null; throw new Error("no " + n); };
        async function apart(n) { const { m } = await give(null); return m + burn(n); }
        async function called(n) { return (await no(n)).join() + burn(n); }
        async function atOnce(n) { if (n) throw new Error("at once " + (burn(n) % 10)); return (await give([n])).join(); }
        async function caught(n) {
          try { const { m } = await no(n); return m; } catch ({ message }) { return message + (burn(n) % 10); }
        }
        async function overrides(n) {
          try { return (await give([burn(n)])).join(); } finally { return "other " + (await give([n])).join(); }
        }
        async function fails(n) { try { return (await give([n])).join() + burn(n); } finally { await no(n); } }
        const functions = [apart, called, atOnce, caught, overrides, fails];
        for (const [i, fn] of functions.entries()) await race("alone " + i, [() => fn(1)]);
        for (const [i, fn] of functions.entries()) await race("three " + i, [() => fn(2), () => fn(3), () => fn(4)]);
        await race("mixed", functions.map((fn) => () => fn(5)));
        process.on("unhandledRejection", ({ message }, promise) => console.log("unhandled", message, promise === kept));
        process.on("rejectionHandled", () => console.log("handled late"));
        let kept;
        for (const fn of functions) {
          kept = fn(6);
          await new Promise((resolve) => setTimeout(resolve, 1));
          console.log(await kept.catch(({ message }) => "caught " + message));
        }
      `,
    },
    warm: { hits: { caught: 6, overrides: 6 } },
  }),

  program("a result of an async function that is asked for `then` once", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const give = async (value) => value;
        let asked = 0;
        class Lazy { constructor(n) { this.n = n; } get then() { asked++; return undefined; } }
        async function getter(n) { const { m } = await give({ m: n }); return new Lazy(m + burn(n)); }
        async function thenable(n) {
          const { m } = await give({ m: n });
          return { then(resolve) { asked++; resolve(m + (burn(n) % 10)); } };
        }
        for (let i = 0; i < 2; i++) {
          console.log((await getter(1)).n, asked);
          console.log(await thenable(1), asked);
        }
      `,
    },
    refuses: { getter: /returns what has a `then`|Accessor|accessor/, thenable: /returns what has a `then`/ },
  }),

  program("awaits that reject: catch, finally, loops, what overrides a return", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${RACE}
        const no = async (n) => { await null; throw new Error("no " + n); };
        async function caught(n) {
          try { await no(n); } catch (error) { return error.message + (burn(n) % 10); }
        }
        async function finished(n) {
          const log = [];
          try { log.push(await n); return log; } finally { await null; log.push("finally", burn(n) % 10); }
        }
        async function overrides(n) {
          try { return burn(n); } finally { return "other " + (await n); }
        }
        async function goesOn(n) {
          for (let i = 0; i < 3; i++) {
            try { if (i < 2) return burn(n); } finally { await null; if (i < 2) continue; }
          }
        }
        async function fails(n) {
          try { return burn(n); } finally { await no(n); }
        }
        async function nested(n) {
          const log = [];
          for (const i of [1, 2, 3]) {
            try {
              try { await (i === 2 ? no(i) : i); log.push(i); } finally { log.push(await burn(n) % 10); }
            } catch ({ message }) { log.push(message); }
          }
          return log;
        }
        async function labels(n) {
          outer: for (const i of [1, 2]) {
            const set = new Set([1, 2]);
            for (const j of set) {
              if (j === 2) continue outer;
              await null
              ;[await i, await j].forEach(Math.abs)
              await (i + j)
            }
          }
          switch (await n) { case await 1: await null; default: await 2 }
          if (n) await 3
          else await 4
          do await 5; while (await false)
          return \`\${await n}\${burn(n) % 10}\` + -await n + (await null ?? "x") + typeof await n
        }
        const functions = [caught, finished, overrides, goesOn, fails, nested, labels];
        for (const [i, fn] of functions.entries()) await race("alone " + i, [() => fn(1)]);
        await race("mixed", functions.map((fn) => () => fn(2)));
        await race("mixed again", functions.map((fn) => () => fn(2)));
        await race("three", [1, 2, 3].flatMap((n) => functions.map((fn) => () => fn(n))));
      `,
    },
    cold: { misses: { caught: 3, finished: 3, overrides: 3, labels: 3 } },
    warm: {
      misses: { caught: 0, finished: 0, overrides: 0, labels: 0 },
      hits: { caught: 6, finished: 6, overrides: 6, labels: 6 },
    },
    refuses: { fails: /throws/ },
  }),

  program("what three calls print, and what the program prints between their turns", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function quiet(n) { for (let i = 0; i < n; i++) await null; return burn(n) % 1000; }
        async function loud(n) { console.log("begins", n); await null; console.log("goes on", n); return burn(n); }
        const show = (label) => (value) => console.log(label, value);
        async function main(round) {
          const ticker = (async () => { for (let i = 0; i < 8; i++) { console.log(round, "tick", i); await null; } })();
          const calls = [3, 1, 2].map((n) => quiet(n).then(show("quiet " + n)));
          calls.push(loud(1).then(show("loud")));
          console.log(await Promise.race([quiet(5), quiet(4)]), await Promise.any([no(1), quiet(2)]));
          console.log((await Promise.allSettled([no(2), quiet(1), ...calls])).map(({ status }) => status).join());
          queueMicrotask(() => console.log("microtask"));
          process.nextTick(() => console.log("tick"));
          await quiet(2);
          console.log("after");
          await ticker;
        }
        async function no(n) { await null; if (burn(n) >= 0) throw new Error("no"); return n; }
        await main(1);
        await main(2);
      `,
    },
    cold: { misses: { quiet: 5 }, hits: { quiet: 11 } },
    warm: { hits: { quiet: 16 } },
    refuses: { loud: /after it has waited/, no: /throws/ },
  }),

  program("an error of an async function, where its callers wait", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function first(n) { if (burn(n) >= 0) throw new Error("first"); return n; }
        async function second(n) { await null; if (burn(n) >= 0) throw new Error("second"); return n; }
        async function outer(n, inner) { const value = await inner(n); return [value]; }
        class Box { async open(n) { return [await outer(n, second)]; } }
        const arrow = async (n) => [await new Box().open(n)];
        for (const inner of [first, second]) {
          try { await outer(1, inner); } catch (error) { console.log(error.stack); }
        }
        try { await arrow(2); } catch (error) { console.log(error.stack); }
        const fine = async (n) => [await n, burn(n)];
        console.log(await fine(1));
        process.on("unhandledRejection", (error) => { console.log("unhandled", error.stack); process.exitCode = 3; });
        arrow(4);
        setTimeout(() => console.log("later"), 5);
      `,
    },
    memo: { fine: 1 },
    refuses: { first: /throws/, second: /throws/ },
  }),

  program("calls that are only timed, and return promises", {
    env: { DUMBO_POLICY: "measured" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${RACE}
        const big = Array.from({ length: 400_000 }, (_, i) => ({ i, a: 1, b: 2, c: 3, d: 4, e: 5 }));
        class Own extends Promise {}
        const later = async (n) => { await null; return burn(n) % 10; };
        const fails = async (n) => { await null; if (burn(n) >= 0) throw new Error("fails " + n); };
        const refused = Promise.reject(new Error("long ago"));
        process.on("unhandledRejection", (error) => console.log("unhandled", error.stack));
        process.on("rejectionHandled", () => console.log("handled"));
        await new Promise(setImmediate);
        async function handed(big, n) { burn(1); return later(n); }
        async function rejected(big, n) { burn(1); return fails(n); }
        async function old(big) { burn(1); return refused; }
        async function own(big, n) { burn(1); return Own.resolve(n); }
        async function touched(big, n) {
          burn(1);
          const promise = later(n);
          promise.then = function (...args) { console.log("then"); return Promise.prototype.then.apply(this, args); };
          return promise;
        }
        async function nested(big, n) { const all = await Promise.all([handed(big, n), handed(big, n + 1)]); return own(big, all); }
        for (const fn of [handed, rejected, old, own, touched, nested]) {
          await race("alone " + fn.name, [() => fn(big, 1)]);
          await race("three " + fn.name, [() => fn(big, 2), () => fn(big, 3), () => fn(big, 4)]);
        }
        try { await rejected(big, 5); } catch (error) { console.log(error.stack); }
        rejected(big, 6);
        await new Promise(setImmediate);
      `,
    },
    // What returns a promise with a `then` of its own is never kept, whether it is timed or recorded.
    refuses: { own: /too large|not refused|promise/, touched: /too large|not refused|promise/ },
  }),

  program("a rejection that nobody handles", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const fine = async (n) => (await n) + burn(n);
        console.log(await fine(1));
        await new Promise(setImmediate);
        async function fails(n) {
          await null;
          if (burn(n) >= 0) throw new TypeError("nobody handles it");
          return n;
        }
        fails(1);
        await null;
        console.log("still here");
      `,
    },
    memo: { fine: 1 },
  }),

  program("the text, name and tag of async functions", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function block(n) {
          "use strict";
          try { return await burn(n) } catch { return } finally { await null }
        }
        const arrow = async (n) => await burn(n); // one
        const other = async n => /* two */ ({ n: await burn(n) }) /* three */;
        const more = async (n /* => */) => // four
          [await n, await burn(n)]
        class Box { async run(n) { for (const x of [await n]) await burn(x); return burn(n) } }
        const named = async (n) => { return function () { return burn(n) } };
        for (const f of [block, arrow, other, more, Box, Box.prototype.run]) console.log(String(f), f.name, f.length, Object.prototype.toString.call(f));
        console.log(await block(1), await arrow(1), await other(1), await more(1), await new Box().run(1), (await named(1)).name);
        const text = String(block).replace(/burn/g, "Math.abs");
        console.log(await (0, eval)("(" + text + ")")(-1));
      `,
    },
    memo: { arrow: 1, other: 1, more: 1, "Box.run": 1 },
  }),

  program("what is touched anywhere in a body that waits is seen", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const no = async () => { await null; throw new Error("no"); };
        // What may be asked before the first wait only: the run time has to see when it is.
        const clock = () => process.cwd().length * 0 + burn(1);
        const plain = async (n) => { await null; return clock() + n; };
        class Closing {
          [Symbol.iterator]() { return this; }
          next() { return { done: false, value: 1 }; }
          return() { clock(); return {}; }
        }
        async function atOnce(n) { clock(); await null; return burn(n); }
        async function afterwards(n) { await null; return clock() + n; }
        async function inCatch(n) { try { await no(); } catch { return clock() + n; } }
        async function inPattern(n) { try { await no(); } catch ({ message, [clock() && "stack"]: s }) { return message + burn(n); } }
        async function inFinally(n) { try { await no(); } finally { return clock() + n; } }
        async function inHelper(n) { const pending = plain(n); await null; return await pending; }
        async function inThen(n) { return await Promise.resolve(n).then((x) => clock() + x); }
        async function inHanded(n) { return plain(n); }
        async function inLoop(n) { try { for (const x of new Closing()) await no(); } catch { return burn(n); } }
        async function inGenerator(n) {
          function* items() { try { yield 1; } finally { clock(); } }
          try { for (const x of items()) await no(); } catch { return burn(n); }
        }
        class Bytes extends Uint8Array {
          [Symbol.iterator]() { return new Closing(); }
        }
        async function inBytes(n) { try { for (const x of new Bytes(2)) await no(); } catch { return burn(n); } }
        async function inOwn(n) {
          const items = Object.assign([1].values(), { return: () => (clock(), {}) });
          try { for (const x of items) await no(); } catch { return burn(n); }
        }
        async function quietLoops(n) {
          let sum = burn(n) % 10;
          for (const over of [[1], new Set([2]), new Map([[3, 4]]), "56", new Uint8Array(2), [7].entries(), new Map().keys()]) {
            for (const x of over) sum += await x;
          }
          return sum;
        }
        async function later(n) { const pending = plain(n); return burn(n); }
        async function fine(n) { await null; for (const x of [1, 2]) await x; return burn(n); }
        const functions = { atOnce, afterwards, inCatch, inPattern, inFinally, inHelper, inThen, inHanded, inLoop, inGenerator, inBytes, inOwn, quietLoops, later, fine };
        for (const [name, fn] of Object.entries(functions)) console.log(name, await fn(1), await fn(1));
        console.log(await Promise.all(Object.values(functions).map((fn) => fn(2))));
      `,
    },
    cold: { misses: { fine: 2, atOnce: 2, quietLoops: 2 } },
    warm: { hits: { fine: 3, atOnce: 3, quietLoops: 3 } },
    refuses: Object.fromEntries(
      "afterwards inCatch inPattern inFinally inHelper inThen inHanded inLoop inGenerator inBytes inOwn later"
        .split(" ")
        .map((name) => [
          name,
          /(cwd|cached call) after it has waited|loops over an iterator|after it returned|nobody waits for/,
        ]),
    ),
  }),

  program("what the caller does while a recorded call waits is its own affair", {
    files: {
      "main.mjs": `
        import { AsyncLocalStorage } from "node:async_hooks";
        import { burn } from "./burn.mjs";
        const storage = new AsyncLocalStorage();
        async function work(n) { await null; await step(n); return burn(n) % 10; }
        async function step(n) { await null; return burn(n) % 7; }
        function outer(n) { Date.now(); const promise = work(n); Date.now(); Math.random(); return promise; }
        async function main(n) {
          const promise = outer(n);
          process.hrtime();
          const seen = [storage.getStore()];
          queueMicrotask(() => { Date.now(); seen.push(storage.getStore()); });
          await null;
          Date.now();
          seen.push(storage.getStore(), await promise, storage.getStore());
          return seen.join();
        }
        for (let n = 0; n < 3; n++) {
          console.log(await storage.run("context " + n, () => main(n)), storage.getStore());
          storage.enterWith("entered " + n);
          console.log(await Promise.all([main(n), main(n + 10)]), storage.getStore());
        }
      `,
    },
    cold: { misses: { work: 6 } },
    warm: { misses: { work: 0 }, hits: { work: 9 } },
  }),

  program("what comes back is not a plain value or promise", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Later extends Promise { then(...args) { return super.then(...args); } }
        async function thenable(n) { await null; return { then(resolve) { resolve(burn(n)); } }; }
        async function inherited(n) { return Object.create({ then(resolve) { resolve(burn(n)); } }); }
        async function getter(n) { return { get then() { return burn(n) < 0 ? null : undefined; } }; }
        async function subclass(n) { return new Later((resolve) => resolve(burn(n))); }
        async function changed(n) { return Object.assign(Promise.resolve(burn(n)), { then(f) { f(1); } }); }
        async function rejected(n) { burn(n); return Promise.reject(new Error("no")); }
        async function pending(n) { return new Promise((resolve) => resolve(burn(n))); }
        async function quiet(n) { return { then: burn(n), n }; }
        const functions = [thenable, inherited, getter, subclass, changed, rejected, pending, quiet];
        for (const fn of functions) {
          for (let i = 0; i < 2; i++) {
            const value = await fn(1).catch((error) => error.message);
            console.log(fn.name, typeof value === "object" ? Object.keys(value) : value);
          }
        }
      `,
    },
    cold: {},
    warm: { hits: { pending: 2 } },
    refuses: {
      thenable: /./,
      inherited: /./,
      getter: /./,
      subclass: /./,
      changed: /./,
      rejected: /throws/,
    },
  }),
];
