/** How programs end, and what they leave behind when they do. */
import { program } from "../program.ts";

const WORK = `function work(n) { return burn(n) % 1000; }`;

export const programs = [
  program("process.exit inside an exit handler, and its code", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${WORK}
        process.on("beforeExit", () => console.log("beforeExit", work(2)));
        process.on("exit", (code) => { console.log("exit", code, work(3)); process.exitCode = 9; });
        process.exitCode = 3;
        console.log(work(1), process.listenerCount("uncaughtException"));
      `,
    },
    // dumbo has left by the time of the last one.
    warm: { hits: { work: 2 } },
  }),

  program("an error that is thrown while modules load", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { value } from "./fails.mjs";
        console.log("never", value, burn);
      `,
      "fails.mjs": `
        import { burn } from "./burn.mjs";
        ${WORK}
        console.log(work(1));
        export const value = work(2);
        null.property;
      `,
    },
    memo: { work: 2 },
  }),

  program("an error that is no error", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${WORK}
        function fails(n) { if (burn(n) >= 0) throw { n, toString() { return "thrown object"; } }; return 1; }
        try { fails(1); } catch (error) { console.log(String(error)); }
        console.log(work(1));
        throw null;
      `,
    },
    memo: { work: 1 },
  }),

  program("an uncaught error that a handler takes", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${WORK}
        function fails(n) { if (work(n) >= 0) throw new Error("handled " + n); return 1; }
        process.on("uncaughtException", (error, origin) => {
          console.log(origin, error.message, error.stack.split("\\n").length, work(5));
          if (error.message.endsWith("2")) process.exit(4);
        });
        setTimeout(() => fails(1));
        setTimeout(() => fails(2), 5);
      `,
    },
    cold: { misses: { work: 3 } },
    warm: { hits: { work: 4 } },
  }),

  program("a rejection that is handled late, and one that never is", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function rejects(n) { await null; if (burn(n) >= 0) throw new RangeError("late " + n); return 1; }
        process.on("unhandledRejection", (error) => console.log("unhandled", error.message));
        process.on("rejectionHandled", () => console.log("handled after all"));
        const promise = rejects(1);
        rejects(2);
        await new Promise((resolve) => setTimeout(resolve, 5));
        promise.catch((error) => console.log("caught", error.message));
        await new Promise((resolve) => setTimeout(resolve, 5));
        console.log("end");
      `,
    },
    refuses: { rejects: /throws/ },
  }),

  program("an unhandled rejection of a call that is answered from the cache elsewhere", {
    flags: ["--unhandled-rejections=warn"],
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function work(n) { await null; return burn(n) % 1000; }
        async function fails(n) { const sum = await work(n); if (sum >= 0) throw new Error("sum"); return sum; }
        await fails(1).catch(() => console.log("caught"));
        console.log(await work(1), await work(2));
      `,
    },
    cold: { misses: { work: 2 }, hits: { work: 1 } },
    warm: { hits: { work: 3 }, misses: { work: 0 } },
  }),

  program("a top-level await that never ends", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function work(n) { await null; return burn(n) % 1000; }
        console.log(await work(1));
        process.on("exit", (code) => console.log("exit", code));
        await new Promise(() => {});
      `,
    },
    memo: { work: 1 },
  }),

  program("a signal, and a child that is killed", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${WORK}
        process.on("SIGUSR2", () => { console.log("signal", work(2)); process.kill(process.pid, "SIGTERM"); });
        console.log(work(1));
        setTimeout(() => {}, 10_000);
        process.kill(process.pid, "SIGUSR2");
      `,
    },
    cold: { hits: { work: 0 } },
  }),

  program("process.abort, reallyExit and a stdout that is closed early", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${WORK}
        console.log(work(1));
        process.stdout.end("closed\\n");
        process.stdout.on("error", (error) => process.stderr.write(error.code + "\\n"));
        process.stderr.write(String(work(2)) + "\\n");
      `,
    },
    memo: { work: 2 },
  }),

  program("events, timers, ticks and microtasks in order", {
    files: {
      "main.mjs": `
        import { EventEmitter } from "node:events";
        import { burn } from "./burn.mjs";
        ${WORK}
        const log = [];
        const note = (name) => () => log.push(name + (work(1) % 10));
        const emitter = new EventEmitter().on("event", note("event"));
        setTimeout(note("timeout"));
        setImmediate(note("immediate"));
        process.nextTick(note("tick"));
        queueMicrotask(note("microtask"));
        Promise.resolve().then(note("then"));
        emitter.emit("event");
        note("sync")();
        while (log.length < 7) await new Promise((resolve) => setImmediate(resolve));
        console.log(log.slice(0, 5), log.length);
      `,
    },
    refuses: { note: /function/ },
  }),
];
