/**
 * Programs that replace functions of `fs`, `path`, `process` and the like: by ones that count, for a test, or by ones that
 * lie, as mocks do. dumbo's own work must not show in the counts, must not be fed by the fakes, and what Node's own
 * functions call inside must not be skipped, nor taken for Node's.
 */
import { program } from "../program.ts";

/** Puts a counting function in the place of each function of an object. */
const COUNTING = `
  const counts = {};
  export function count(label, object) {
    for (const key of Object.getOwnPropertyNames(object)) {
      const { value, writable } = Object.getOwnPropertyDescriptor(object, key);
      if (typeof value !== "function" || !writable || /^[A-Z]/.test(key)) continue;
      const fake = function (...args) {
        // Node 20 asks this at each operation, on POSIX for nothing; no own copy can be without.
        if (key !== "toNamespacedPath") counts[label + key] = (counts[label + key] ?? 0) + 1;
        return Reflect.apply(value, this, args);
      };
      Object.defineProperties(fake, Object.getOwnPropertyDescriptors(value));
      object[key] = fake;
    }
  }
  export function clear() {
    for (const key of Object.keys(counts)) delete counts[key];
  }
  export function show(what) {
    console.log(what, JSON.stringify(counts));
    clear();
  }
`;

const WORK = `
  import { burn } from "./burn.mjs";
  import { mix } from "mixer";
  export class Point { constructor(x) { this.x = x; } }
  export function work(n) { return burn(n) % 1000 + mix(n); }
  export function big(n) {
    const all = [];
    for (let i = 0; i < 30_000; i++) all.push(i * n + 0.5);
    return { all, at: new Date(n), map: new Map([[n, new Point(n)]]), bytes: Buffer.from(String(n)), f: work };
  }
  export async function slow(n) { const x = burn(n); await null; return x + 1; }
`;

const PACKAGES = {
  "node_modules/mixer/package.json": `{ "name": "mixer", "main": "index.js" }`,
  "node_modules/mixer/index.js": `
    function mix(n) { let h = n; for (let i = 0; i < 5_000; i++) h = Math.imul(h ^ i, 31); return h; }
    exports.mix = mix;
  `,
  "node_modules/late/package.json": `{ "name": "late", "main": "index.js" }`,
  "node_modules/late/index.js": `
    function late(n) { let h = n; for (let i = 0; i < 5_000; i++) h = Math.imul(h ^ i, 33); return h; }
    exports.late = late;
  `,
};

/** What is looked up and stored while the program counts. */
function counting(name: string, modules: string, isFirst: boolean, cold: object, warm: object) {
  return program(`counted functions of ${name}, ${isFirst ? "before" : "after"} the first call`, {
    files: {
      ...PACKAGES,
      "counting.mjs": COUNTING,
      "work.mjs": WORK,
      "main.mjs": `
        import fs from "node:fs";
        import nodeModule, { createRequire } from "node:module";
        import os from "node:os";
        import path from "node:path";
        import url from "node:url";
        import util from "node:util";
        import v8 from "node:v8";
        import vm from "node:vm";
        import { clear, count, show } from "./counting.mjs";
        import { big, slow, work } from "./work.mjs";
        const require = createRequire(import.meta.url);
        const calls = async (n) => console.log(work(n), big(n).map.size, await slow(n));
        const all = { fs, promises: fs.promises, os, v8, vm, process, Module: nodeModule, path, url, util, types: util.types };
        const patch = () => {
          for (const name of ${JSON.stringify(modules.split(" "))}) count(name + ".", all[name]);
        };
        if (${!isFirst}) await calls(1);
        patch();
        await calls(1);
        await calls(2);
        show("calls");
        // What is loaded meanwhile is loaded by Node, by the same functions with dumbo or without.
        const { late } = require("late");
        clear();
        console.log([1, 2].map((n) => late(n)).join());
        show("late");
        await new Promise((resolve) => setTimeout(resolve, 20));
        show("later");
        process.on("exit", () => {
          console.log(work(3));
          show("exit");
        });
      `,
    },
    cold,
    warm,
  });
}

/** Counts in `asked` who uses it. */
const FAKE_PROCESS = `
  process.cwd = () => (asked++, "/nowhere");
  process.hrtime = Object.assign(() => (asked++, [0, 0]), { bigint: () => (asked++, 0n) });
  process.uptime = () => (asked++, 0);
  process.kill = () => { asked++; throw new Error("no"); };
  process.getBuiltinModule = () => { asked++; };
  process.emitWarning = () => { asked++; };
`;

export const programs = [
  // Stored and looked up while they are counted.
  ...[true, false].map((isFirst) =>
    counting(
      "fs, v8, vm, process and Module",
      "fs promises v8 vm process Module",
      isFirst,
      { misses: { work: 2, big: 2, slow: 2, late: 2 } },
      {
        hits: { work: isFirst ? 2 : 3, big: isFirst ? 2 : 3, slow: isFirst ? 2 : 3, late: 2 },
        misses: { work: 0, late: 0 },
      },
    ),
  ),
  // Node's functions call these inside: nothing is cached from then on, but what came before is stored.
  counting(
    "os, path, url, util and util.types",
    "fs os path url util types",
    false,
    { misses: { work: 1, big: 1, slow: 1, late: 0 }, refused: { late: /replaced (os|path|url|util)\./ } },
    { hits: { work: 1, big: 1, slow: 1, late: 0 } },
  ),

  program("what functions of Node ask of process, which the program has replaced", {
    files: {
      "main.mjs": `
        import os, { platform } from "node:os";
        import path, { resolve } from "node:path";
        import { pathToFileURL } from "node:url";
        import { burn } from "./burn.mjs";
        const kept = { to: path.resolve };
        function full(x) { return burn(1) % 10 + resolve(x); }
        function between(x) { return burn(2) % 10 + path.relative("b", x); }
        function windows(x) { return burn(3) % 10 + path.win32.resolve(x).length; }
        function href(x) { return burn(4) % 10 + pathToFileURL(x).href; }
        function system(n) { return burn(n) % 10 + os.platform() + platform(); }
        function held(x) { return burn(5) % 10 + kept.to(x); }
        function joined(x) { return burn(6) % 10 + path.join(x, "c"); }
        const { cwd } = process;
        for (const step of ["as it is", "another folder", "another system"]) {
          if (step === "another folder") process.cwd = () => "/elsewhere/of/the/program";
          if (step === "another system") {
            process.cwd = cwd;
            Object.defineProperty(process, "platform", { configurable: true, get: () => "a system of its own" });
          }
          console.log(full("a").length, between("/a").length, windows("a"), href("a").length, system(1), held("a").length, joined("a"));
        }
      `,
    },
    cold: {
      misses: { full: 1, between: 1, windows: 1, href: 1, system: 1, held: 1, joined: 1 },
      hits: { full: 0, between: 0, windows: 0, href: 0, system: 0, held: 0, joined: 1 },
    },
    warm: { hits: { full: 1, between: 1, windows: 1, href: 1, system: 1, held: 1, joined: 2 } },
  }),

  program("functions of fs that throw from some time on", {
    files: {
      ...PACKAGES,
      "work.mjs": WORK,
      "main.mjs": `
        import fs from "node:fs";
        import { syncBuiltinESMExports } from "node:module";
        import { big, slow, work } from "./work.mjs";
        const calls = async (n) => console.log(work(n), big(n).map.size, await slow(n));
        for (const key of Object.keys(fs)) {
          if (typeof fs[key] !== "function" || /^[A-Z]/.test(key)) continue;
          fs[key] = () => { throw new Error("no " + key); };
        }
        syncBuiltinESMExports();
        console.log(typeof fs.readFileSync);
        process.stdout.write("");
        const results = [work(1), big(1).map.size, await slow(1)];
        process.on("exit", () => { results.push(work(2)); });
        setTimeout(() => { process._rawDebug(results.join()); }, 10);
      `,
    },
    memo: { work: 1, big: 1, slow: 1 },
  }),

  program("functions of fs that lie about every file", {
    files: {
      ...PACKAGES,
      "work.mjs": WORK,
      "main.mjs": `
        import fs from "node:fs";
        import { big, slow, work } from "./work.mjs";
        const real = { ...fs };
        console.log(work(0));
        fs.existsSync = () => true;
        fs.readFileSync = (path, options) => (options ? "{}" : Buffer.from("{}"));
        fs.openSync = () => 77;
        fs.readSync = () => 0;
        fs.closeSync = () => undefined;
        fs.writeSync = () => 0;
        fs.statSync = fs.lstatSync = fs.fstatSync = () => ({ size: 3, isFile: () => true, isDirectory: () => true });
        fs.mkdirSync = fs.renameSync = fs.unlinkSync = fs.writeFileSync = () => undefined;
        fs.readdirSync = () => ["a", "b"];
        fs.realpathSync = Object.assign(() => "/nowhere", { native: () => "/nowhere" });
        const results = [work(1), big(1).map.size, await slow(1), fs.readFileSync("none", "utf8")];
        for (const [key, value] of Object.entries(real)) if (fs[key] !== value) fs[key] = value;
        await new Promise((resolve) => setTimeout(resolve, 10));
        console.log(results.join());
      `,
    },
    memo: { work: 2, big: 1, slow: 1 },
  }),

  program("a fake process", {
    files: {
      ...PACKAGES,
      "work.mjs": WORK,
      "main.mjs": `
        import { big, slow, work } from "./work.mjs";
        let asked = 0;
        const { cwd, hrtime, uptime, kill, getBuiltinModule, emitWarning } = process;
        ${FAKE_PROCESS}
        globalThis.Date = class extends Date { static now() { asked++; return 0; } };
        const results = [work(1), big(1).map.size, await slow(1)];
        process.on("exit", () => console.log(results.join(), asked));
      `,
    },
    cold: { hits: { work: 0 } },
    refuses: { work: /replaced Date/ },
  }),

  program("a fake process that tells no dates", {
    files: {
      ...PACKAGES,
      "work.mjs": WORK,
      "main.mjs": `
        import { big, slow, work } from "./work.mjs";
        let asked = 0;
        ${FAKE_PROCESS}
        Date.now = () => (asked++, 0);
        const write = process.stderr.write;
        process.stderr.write = function (...args) { asked++; return write.apply(this, args); };
        const results = [work(1), big(1).map.size, await slow(1)];
        process.on("exit", () => console.log(results.join(), asked));
      `,
    },
    memo: { work: 1, big: 1, slow: 1 },
  }),

  // What Node's functions call inside is code of the program's, then.
  ...(
    [
      ["path.join", "path.join = (...all) => counted() + all.join('+');", "path.join"],
      ["path.normalize, which join calls", "path.normalize = (all) => counted() + all;", "path.normalize"],
      [
        "querystring.escape, which stringify calls",
        "querystring.escape = (all) => counted() + all;",
        "querystring.escape",
      ],
      [
        "Buffer.allocUnsafe, which concat calls",
        "Buffer.allocUnsafe = (n) => (counted(), Buffer.alloc(n));",
        "Buffer.allocUnsafe",
      ],
      ["Buffer.from", "const real = Buffer.from; Buffer.from = (...all) => (counted(), real(...all));", "Buffer.from"],
      ["URL", "globalThis.URL = class extends URL { get host() { return counted(); } };", "URL"],
    ] as const
  ).flatMap(([what, patch, name]) => {
    const source = (early: string, between: string) => `
      import path from "node:path";
      import querystring from "node:querystring";
      import { burn } from "./burn.mjs";
      let calls = 0;
      const counted = () => "fake" + ++calls;
      ${early}
      function work(n) {
        const bytes = Buffer.concat([Buffer.from("a"), Buffer.from("b")]).toString("hex");
        return [burn(n), path.join("a", String(n)), querystring.stringify({ n: "c d" }), bytes, new URL("http://a.b/").host].join();
      }
      console.log(work(1));
      ${between}
      console.log(work(1), calls);
    `;
    return [
      program(`replaced between two calls: ${what}`, {
        files: { "main.mjs": source("", patch) },
        cold: { misses: { work: 1 }, hits: { work: 0 } },
        warm: { misses: { work: 0 }, hits: { work: 1 } },
      }),
      program(`replaced in one run and not in the next: ${what}`, {
        files: { "main.mjs": source("", "") },
        cold: { misses: { work: 1 }, hits: { work: 1 } },
        warm: { misses: { work: 0 }, hits: { work: 2 } },
        after: [
          {
            label: "replaced from the start",
            edit: { "main.mjs": () => source(patch, "").replace(/\n {6}/g, "\n") },
            hits: { work: 0 },
            refused: { work: new RegExp(`replaced (?:buffer\\.)?${name.replace(".", "\\.")}`) },
          },
          {
            label: "and not any more",
            edit: { "main.mjs": () => source("", "").replace(/\n {6}/g, "\n") },
            hits: { work: 2 },
          },
        ],
      }),
    ];
  }),

  ...(
    [
      ["openSync", `fs.openSync = (...all) => (calls++, open(...all));`],
      [
        "readSync",
        `fs.readSync = (fd, bytes, ...all) => { calls++; const n = read(fd, bytes, ...all); bytes[0] = 33; return n; };`,
      ],
      ["closeSync", `fs.closeSync = (fd) => { calls++; close(fd); };`],
    ] as const
  ).map(([name, patch]) =>
    program(`a file is read, and fs.${name} is the program's`, {
      files: {
        "a.txt": "hello",
        "main.mjs": `
          import fs from "node:fs";
          import { burn } from "./burn.mjs";
          const { openSync: open, readSync: read, closeSync: close } = fs;
          let calls = 0;
          function load(name) {
            return burn(name.length) + fs.readFileSync(name).toString("latin1");
          }
          console.log(load("a.txt"));
          ${patch}
          console.log(load("a.txt"), calls);
        `,
      },
      // A miss that is not kept.
      cold: { misses: { load: 2 }, hits: { load: 0 } },
      warm: { misses: { load: 1 }, hits: { load: 1 } },
    }),
  ),

  program("counts of the methods of Map, Set, WeakMap and WeakSet", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n, map) { return burn(n) + map.size; }
        const map = new Map([[1, new Set([2])]]);
        console.log(work(1, map));
        const counts = {};
        for (const { name, prototype } of [Map, Set, WeakMap, WeakSet]) {
          for (const key of Reflect.ownKeys(prototype)) {
            const original = Object.getOwnPropertyDescriptor(prototype, key);
            if (key === "constructor" || typeof original.value !== "function") continue;
            const value = function (...all) {
              const label = name + " " + String(key);
              counts[label] = (counts[label] ?? 0) + 1;
              return Reflect.apply(original.value, this, all);
            };
            Object.defineProperty(prototype, key, { ...original, value });
          }
        }
        for (let i = 0; i < 20; i++) work(i % 3, map);
        await import("./late.mjs");
        map.set(2, 3);
        map.get(1).has(2);
        console.log(work(1, map), counts);
      `,
      "late.mjs": `
        import { burn } from "./burn.mjs";
        export class Late { run(n) { return burn(n); } }
        function late(n) { return new Late().run(n); }
        console.log(late(1), late(2));
      `,
    },
    cold: { misses: { work: 1 }, refused: { work: /replaced (Map|Set|WeakMap|WeakSet)\./ } },
    warm: { hits: { work: 1 } },
  }),

  ...Object.entries({ "count their calls": "apply(original, this, all)", lie: "0" }).map(([does, answer]) =>
    program(`functions of Math, JSON, Reflect and Atomics that ${does}`, {
      files: {
        "main.mjs": `
          import { burn } from "./burn.mjs";
          function work(n, list) { return { n: burn(n), list, more: new Map([[n, new Uint8Array(4)]]) }; }
          console.log(work(1, [1]));
          const counts = {};
          const { apply, ownKeys } = Reflect;
          for (const [name, namespace] of Object.entries({ Math, JSON, Reflect, Atomics })) {
            for (const key of ownKeys(namespace)) {
              const original = namespace[key];
              if (typeof original !== "function") continue;
              namespace[key] = function (...all) {
                counts[name + "." + key] = (counts[name + "." + key] ?? 0) + 1;
                return ${answer};
              };
            }
          }
          const tell = () => console.log(Object.entries(counts).join());
          for (let i = 0; i < 20; i++) work(i % 3, [1]);
          await import("./late.mjs");
          console.log(work(1, [1]));
          tell();
          process.on("exit", tell);
        `,
        "late.mjs": `
          import { burn } from "./burn.mjs";
          export class Late { run(n) { return burn(n) + Math.max(n, 1); } }
          function late(n) { return new Late().run(n); }
          console.log(late(1), late(2));
        `,
      },
      cold: { misses: { work: 1 }, refused: { work: /replaced Math\./ } },
      warm: { hits: { work: 1 } },
    }),
  ),

  ...["throw new Error('fake')", "return undefined"].map((does) =>
    program(`built-in functions that are replaced when the program ends: ${does}`, {
      files: {
        "main.mjs": `
          import { burn } from "./burn.mjs";
          function work(n) { return { n: burn(n), list: [n] }; }
          console.log(work(1), work(2));
          if (process.argv[2] !== "fakes") process.exit();
          const fake = () => { ${does}; };
          for (const name of ["splice", "filter", "map", "entries", "every", "join", "shift"]) Array.prototype[name] = fake;
          for (const name of ["includes", "split", "startsWith", "padStart"]) String.prototype[name] = fake;
          for (const name of ["entries", "fromEntries", "hasOwn", "keys"]) Object[name] = fake;
          Object.getPrototypeOf(Uint8Array.prototype).set = fake;
        `,
      },
      memo: { work: 2 },
      after: [{ label: "with fakes", args: ["fakes"] }],
    }),
  ),

  program("a script that declares names of the language for all code", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { runInThisContext } = require("node:vm");
        const before = globalThis;
        runInThisContext(\`
          const Array = 1, Boolean = 2, Error = 3, JSON = 4, Map = 5, Number = 6, Object = 7, Promise = 8, Proxy = 9, Reflect = 10;
          const RegExp = 11, Set = 12, String = 13, Symbol = 14, TypeError = 15, Uint8Array = 16, WeakMap = 17, WeakSet = 18;
          const Buffer = 19, BigInt = 20, ArrayBuffer = 21, Date = 22, process = globalThis.process, WeakRef = 24, Math = 25;
        \`);
        function work(n) {
          let sum = n;
          for (let i = 0; i < 100000; i++) sum = (sum * 31 + i) % 1000003;
          return { sum, list: [sum, -0, "a"] };
        }
        console.log(work(1), work({ valueOf: () => 2 }).list.length, typeof Object, typeof Math);
        before.setTimeout(() => console.log(work(3)), 1);
      `,
    },
    memo: { work: 3 },
  }),
];
