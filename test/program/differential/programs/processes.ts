/** Threads, child processes and settings. */
import { program } from "../program.ts";

export const programs = [
  program("worker threads beside a main thread that writes", {
    files: {
      "main.mjs": `
        import { once } from "node:events";
        import { Worker } from "node:worker_threads";
        import { burn } from "./burn.mjs";
        const worker = new Worker(new URL("./worker.mjs", import.meta.url));
        const ended = once(worker, "exit");
        const [message] = await once(worker, "message");
        await ended;
        console.log(message, burn(5));
      `,
      "worker.mjs": `
        import { parentPort } from "node:worker_threads";
        import { burn } from "./burn.mjs";
        function work(n) {
          return { n, sum: burn(n) % 1000 };
        }
        parentPort.postMessage(work(3));
      `,
    },
    memo: { work: 1 },
  }),

  program("worker threads", {
    files: {
      "main.mjs": `
        import { once } from "node:events";
        import { Worker } from "node:worker_threads";
        for (const n of [1, 2]) {
          const worker = new Worker(new URL("./worker.mjs", import.meta.url), { workerData: n });
          const ended = once(worker, "exit");
          const [message] = await once(worker, "message");
          await ended;
          console.log(message);
        }
      `,
      "worker.mjs": `
        import { parentPort, workerData } from "node:worker_threads";
        import { burn } from "./burn.mjs";
        function work(n) {
          return { n, sum: burn(n) % 1000 };
        }
        parentPort.postMessage(work(workerData));
      `,
    },
    memo: { work: 2 },
  }),

  // A hook thread would be thread 1, and the program's own worker thread 2.
  program("the thread id of a worker in a program that requires an ES module and reads a property ts", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { once } = require("node:events");
        const { Worker } = require("node:worker_threads");
        const { work } = require("./work.mjs");
        (async () => {
          const worker = new Worker("require('node:worker_threads').parentPort.postMessage(require('node:worker_threads').threadId)", { eval: true });
          const [id] = await once(worker, "message");
          const row = { ts: work(3) };
          console.log(id, row.ts);
        })();
      `,
      "work.mjs": `
        export function work(n) {
          let sum = n;
          for (let i = 0; i < 2e6; i++) sum = (sum * 31 + i) % 1000003;
          return sum;
        }
      `,
    },
    memo: { work: 1 },
  }),

  program("the thread ids of workers that are ES modules, and of one that registers hooks", {
    files: {
      "main.mjs": `
        import { once } from "node:events";
        import { Worker } from "node:worker_threads";
        for (const [workerData, name] of ["plain", "plain", "hooked"].entries()) {
          const worker = new Worker(new URL("./" + name + ".mjs", import.meta.url), { workerData });
          const ended = once(worker, "exit");
          const [message] = await once(worker, "message");
          await ended;
          console.log(name, message);
        }
      `,
      "plain.mjs": `
        import { parentPort, threadId, workerData } from "node:worker_threads";
        import { work } from "./work.mjs";
        parentPort.postMessage([threadId, work(workerData)]);
      `,
      "hooked.mjs": `
        import { register } from "node:module";
        import { parentPort, threadId } from "node:worker_threads";
        register("./hooks.mjs", import.meta.url);
        const { other } = await import("./other.mjs");
        parentPort.postMessage([threadId, other(3)]);
      `,
      "hooks.mjs": `
        export async function load(url, context, next) {
          const loaded = await next(url, context);
          return url.endsWith("other.mjs") ? { ...loaded, source: "export const other = (n) => 'hooked ' + n;" } : loaded;
        }
      `,
      "other.mjs": "export const other = (n) => n;",
      "work.mjs": `
        import { burn } from "./burn.mjs";
        export function work(n) {
          return burn(n) % 1000;
        }
      `,
    },
    // Node 26 warns of `register`, and names the process.
    flags: ["--no-deprecation"],
    memo: { work: 2 },
  }),

  program("a child process by fork", {
    files: {
      "main.mjs": `
        import { fork } from "node:child_process";
        import { once } from "node:events";
        const child = fork(new URL("./child.mjs", import.meta.url), ["3"]);
        const [message] = await once(child, "message");
        console.log(message, await once(child, "exit"));
      `,
      "child.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          return burn(n) % 1000;
        }
        process.send(work(Number(process.argv[2])));
      `,
    },
    memo: { work: 1 },
  }),

  program("a child process by NODE_OPTIONS", {
    via: "NODE_OPTIONS",
    files: {
      "main.mjs": `
        import { spawnSync } from "node:child_process";
        const child = spawnSync(process.execPath, ["child.cjs"], { encoding: "utf8" });
        console.log(child.stdout, child.stderr, child.status);
      `,
      "child.cjs": `
        const { burn } = require("./burn.cjs");
        function work(n) {
          return burn(n) % 1000;
        }
        console.log(work(3));
        process.exit(4);
      `,
    },
    memo: { work: 1 },
  }),

  program("switched off", {
    env: { DUMBO: "off" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          return burn(n) % 1000;
        }
        console.log(work(1), String(work), Object.getOwnPropertySymbols(globalThis).map(String), Date.name, String(Date));
      `,
    },
    cold: { hits: { work: 0 }, misses: { work: 0 } },
    warm: { hits: { work: 0 }, misses: { work: 0 } },
  }),

  program("the assumePure list", {
    files: {
      "package.json": `{ "type": "module" }`,
      "assumePure.json": `{ "assumePure": ["counted", "./lib.mjs#clocked"] }`,
      "main.mjs": `
        import { render } from "counted";
        import { clocked } from "./lib.mjs";
        function work(n) {
          return render(n) + 1;
        }
        console.log(work(2), clocked(1), clocked(1));
      `,
      "lib.mjs": `
        import { burn } from "./burn.mjs";
        export function clocked(n) {
          const started = Date.now();
          return (burn(n) % 1000) + (started > 0 ? 1 : 0);
        }
      `,
      "node_modules/counted/package.json": `{ "name": "counted", "version": "1.0.0", "type": "module", "exports": "./index.js" }`,
      "node_modules/counted/index.js": `
        import { burn } from "../../burn.mjs";
        let calls = 0;
        export function render(n) {
          calls++;
          return (burn(n) % 1000) * (calls > 0 ? 2 : 1);
        }
      `,
    },
    memo: { work: 1 },
    warm: { hits: { work: 1, clocked: 2 } },
    after: [
      {
        label: "the listed package edited",
        edit: { "node_modules/counted/index.js": (text: string) => text.replace("? 2", "? 3") },
        misses: { work: 1 },
      },
    ],
  }),
];
