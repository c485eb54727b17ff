/**
 * Runs that are answered as a whole: each step is compared with the same step without dumbo, and has to be answered, or not, as it says. Not where
 * no hook of Node's sees all that is resolved: there no run is kept.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  closeSync,
  cpSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { digest } from "../../audit/replay/answer-digest.ts";
import { nodeStripsTypes } from "../../loader/parse/typescript.ts";
import { type KnownRun, readRun, writeRun } from "../../loader/whole-run/kept-runs.ts";
import { readRuns } from "../../src/policy/runs.ts";
import { type Dependency, packTrace, unpackTrace } from "../../src/trace/trace.ts";
import { keptIn, wasAnswered } from "../support/kept-runs.ts";
import {
  AGAIN,
  AGE,
  bundle,
  change,
  check,
  edited,
  type Files,
  ifTold,
  LINKED,
  laidOut,
  library,
  NEVER,
  place,
  run,
  type Step,
  skip,
} from "../support/whole-run-steps.ts";

describe("a run is answered as a whole until something changes", { skip, concurrency: 2 }, () => {
  const reads = (code: string) => ({
    "main.mjs": `import * as fs from "node:fs"; import os from "node:os"; ${code}`,
    "data/a.txt": "one",
  });
  const answers: Record<string, [files: Files, steps: readonly Step[], entry?: string, links?: Files]> = {
    "a function that would ask Node's loader with what stands for a module": [
      {
        "main.cjs": `const Module = require("module"); exports.find = (name) => Module._resolveFilename(name, { id: name, filename: name, paths: [] }); console.log(1);`,
      },
      AGAIN,
      "main.cjs",
    ],
    "a name that is only like that of what has no tap": [{ "main.mjs": "const appid = 1; console.log(appid);" }, AGAIN],
    "forms and headers that are only mentioned": [
      { "main.mjs": `import "node:crypto"; console.log(typeof FormData, new Headers({ a: "b" }).get("a"));` },
      AGAIN,
    ],
    "a socket that is only mentioned": [
      {
        "main.mjs": `export function connect(url) { return new WebSocket(url); } console.log(new Headers({ a: "b" }).get("a"));`,
      },
      AGAIN,
    ],
    "nothing read": [{ "main.mjs": "console.log(1 + 1);" }, AGAIN],
    "its own code": [{ "main.mjs": "console.log(1);" }, edited({ files: { "main.mjs": "console.log(2);" } })],
    "an imported module": [
      { "main.mjs": `import { a } from "./a.mjs"; console.log(a);`, "a.mjs": "export const a = 1;" },
      edited({ files: { "a.mjs": "export const a = 2;" } }),
    ],
    "a module that is imported late": [
      { "main.mjs": `console.log((await import("./a" + ".mjs")).a);`, "a.mjs": "export const a = 1;" },
      edited({ files: { "a.mjs": "export const a = 2;" } }),
    ],
    "a module that is imported late, by its name": [
      { "main.mjs": `console.log((await import("./a.mjs")).a);`, "a.mjs": "export const a = 1;" },
      edited({ files: { "a.mjs": "export const a = 2;" } }),
    ],
    "a module that is exported from": [
      {
        "main.mjs": `import * as all from"./a.mjs";console.log(all);`,
        "a.mjs": `export*from'./b.mjs';export{default as c}from/* here */"./c.mjs"`,
        "b.mjs": "export const a = 1;",
        "c.mjs": "export default 1;",
      },
      [
        ...edited({ files: { "b.mjs": "export const a = 2;" } }),
        { files: { "c.mjs": "export default 2;" }, isAnswered: false },
        { isAnswered: true },
      ],
    ],
    "a module of which only a text tells that is made when it runs": [
      {
        "main.mjs": `const run = eval; console.log((await run("imp" + "ort('./a.mjs')")).a);`,
        "a.mjs": "export const a = 1;",
      },
      ifTold(edited({ files: { "a.mjs": "export const a = 2;" } })),
    ],
    "a module that a function of a text does not find": [
      {
        "main.mjs": `const find = new Function("return imp" + "ort('./a.mjs')"); console.log(await find().then(() => 1, () => 0));`,
      },
      ifTold(edited({ files: { "a.mjs": "export const a = 2;" } })),
    ],
    "a module that is only named where it is not imported": [
      { "main.mjs": `// import a from "./none.mjs";\nif (process.argv[9]) import("p"); console.log(1);` },
      AGAIN,
    ],
    "JSON that is imported": [
      {
        "main.cjs": `import("./a.json", { with: { type: "json" } }).catch(() => console.log(0)); console.log(require("./a.json"));`,
        "a.json": "[1]",
      },
      edited({ files: { "a.json": "[2]" } }),
      "main.cjs",
    ],
    "a CommonJS module that hands on another": [
      {
        "main.mjs": `import { a } from "./a.cjs"; console.log(a);`,
        "a.cjs": `module.exports = require("./b.cjs");`,
        "b.cjs": "exports.a = 1;",
      },
      edited({ files: { "b.cjs": "exports.a = 2;" } }),
    ],
    "a required module": [
      { "main.cjs": `console.log(require("./a").a);`, "a.js": "exports.a = 1;" },
      edited({ files: { "a.js": "exports.a = 2;" } }),
      "main.cjs",
    ],
    JSON: [
      { "main.cjs": `console.log(require("./a.json"));`, "a.json": "[1]" },
      edited({ files: { "a.json": "[2]" } }),
      "main.cjs",
    ],
    "a file that is found before": [
      { "main.cjs": `console.log(require("./a").a);`, "a/index.js": "exports.a = 1;" },
      edited({ files: { "a.js": "exports.a = 2;" } }),
      "main.cjs",
    ],
    "a main file": [
      { "main.cjs": `console.log(require("./a").a);`, "a/index.js": "exports.a = 1;", "a/b.js": "exports.a = 2;" },
      edited({ files: { "a/package.json": `{ "main": "b" }` } }),
      "main.cjs",
    ],
    "a package": [
      { "main.mjs": `import { a } from "p"; console.log(a);`, "node_modules/p/index.js": "exports.a = 1;" },
      edited({ files: { "node_modules/p/index.js": "exports.a = 2;" } }),
    ],
    "the exports of a package": [
      {
        "main.mjs": `import { a } from "p/x"; console.log(a);`,
        "node_modules/p/package.json": `{ "exports": { "./x": "./a.js" } }`,
        "node_modules/p/a.js": "exports.a = 1;",
        "node_modules/p/b.js": "exports.a = 2;",
      },
      edited({ files: { "node_modules/p/package.json": `{ "exports": { "./x": "./b.js" } }` } }),
    ],
    "a package that is nearer": [
      {
        "main.mjs": `import "./deep/b.mjs";`,
        "deep/b.mjs": `import { a } from "p"; console.log(a);`,
        "node_modules/p/index.js": "exports.a = 1;",
      },
      edited({ files: { "deep/node_modules/p/index.js": "exports.a = 2;" } }),
    ],
    "a package that is nearer, in a folder with others": [
      {
        "main.mjs": `import "./deep/b.mjs";`,
        "deep/b.mjs": `import { a } from "p"; console.log(a);`,
        "node_modules/p/index.js": "exports.a = 1;",
        "deep/node_modules/q/index.js": "exports.a = 3;",
      },
      edited({ files: { "deep/node_modules/p/index.js": "exports.a = 2;" } }),
    ],
    "a package that was not there": [
      { "main.cjs": `let p = "none"; try { p = require("p"); } catch {} console.log(p);` },
      edited({ files: { "node_modules/p/index.js": "module.exports = 1;" } }),
      "main.cjs",
    ],
    "a file that was not there": [
      { "main.cjs": `let p = "none"; try { p = require("./p"); } catch {} console.log(p);` },
      edited({ files: { "p.json": "[1]" } }),
      "main.cjs",
    ],
    "a file that import() did not find": [
      { "main.mjs": `console.log(await import("./a%20b.mjs").then((m) => m.default, () => "none"));` },
      edited({ files: { "a b.mjs": "export default 1;" } }),
    ],
    "a package that is linked": [
      {
        "main.mjs": `import { a } from "p"; console.log(a);`,
        "one/index.js": "exports.a = 1;",
        "two/index.js": "exports.a = 2;",
      },
      edited({ links: { "node_modules/p": "../two" } }),
      "main.mjs",
      { "node_modules/p": "../one" },
    ],
    "what kind of module a file is": [
      { "main.js": `console.log(typeof require);`, "package.json": `{ "type": "commonjs" }` },
      edited({ files: { "package.json": `{ "type": "module" }` } }),
      "main.js",
    ],
    "a package.json that is nearer": [
      { "src/main.js": `console.log(typeof require);`, "package.json": `{ "type": "commonjs" }` },
      edited({ files: { "src/package.json": `{ "type": "module" }` } }),
      "src/main.js",
    ],
    "an import of its own": [
      {
        "main.mjs": `import { a } from "#a"; console.log(a);`,
        "package.json": `{ "imports": { "#a": "./a.mjs" } }`,
        "a.mjs": "export const a = 1;",
        "b.mjs": "export const a = 2;",
      },
      edited({ files: { "package.json": `{ "imports": { "#a": "./b.mjs" } }` } }),
    ],
    "an import of its own that depends on conditions": [
      {
        "main.mjs": `import { a } from "#a/x"; console.log(a);`,
        "package.json": `{ "imports": { "#a/*": { "browser": "./b.mjs", "node": ["./a.mjs"] } } }`,
        "a.mjs": "export const a = 1;",
        "b.mjs": "export const a = 2;",
      },
      [
        ...edited({ files: { "a.mjs": "export const a = 3;" } }),
        { files: { "package.json": `{ "imports": { "#a/*": "./b.mjs" } }` }, isAnswered: false },
      ],
    ],
    "its arguments": [{ "main.mjs": "console.log(process.argv.slice(2));" }, edited({ args: ["a"] })],
    "its environment": [{ "main.mjs": "console.log(process.env.A);" }, edited({ env: { A: "1" } })],
    "its folder": [{ "main.mjs": "console.log(process.cwd());", "in/a": "" }, edited({ at: "in" })],
    "the time zone": [{ "main.mjs": "console.log(new Date(0).getHours());" }, edited({ env: { TZ: "Asia/Tokyo" } })],
    "a file": [
      reads(`console.log(fs.readFileSync("data/a.txt", "utf8"));`),
      edited({ files: { "data/a.txt": "two" } }),
    ],
    "a file, read by a promise": [
      reads(`console.log(await fs.promises.readFile("data/a.txt", "utf8"));`),
      edited({ files: { "data/a.txt": "two" } }),
    ],
    "a file, read by a callback": [
      reads(`fs.readFile("data/a.txt", "utf8", (_, text) => console.log(text));`),
      edited({ files: { "data/a.txt": "two" } }),
    ],
    "a file, read by a descriptor": [
      reads(
        `const fd = fs.openSync("data/a.txt"); const b = Buffer.alloc(9); console.log(fs.readSync(fd, b), b.toString()); fs.closeSync(fd);`,
      ),
      edited({ files: { "data/a.txt": "two!" } }),
    ],
    "a file, read by a stream": [
      reads(
        `let all = ""; for await (const part of fs.createReadStream("data/a.txt", "utf8")) all += part; console.log(all);`,
      ),
      edited({ files: { "data/a.txt": "two" } }),
    ],
    "a file, of which a stream reads a part": [
      reads(`fs.createReadStream("data/a.txt", { encoding: "utf8", end: 1 }).on("data", (text) => console.log(text));`),
      edited({ files: { "data/a.txt": "two" } }),
    ],
    "a file, of which nobody waits for the stream to end": [
      reads(
        `const s = fs.createReadStream("data/a.txt", "utf8"); s.once("data", (text) => { console.log(text); s.destroy(); });`,
      ),
      edited({ files: { "data/a.txt": "two" } }),
    ],
    "a file that a stream does not find": [
      reads(
        `fs.createReadStream("data/b.txt").on("error", ({ code }) => console.log(code)).on("data", (data) => console.log(String(data)));`,
      ),
      edited({ files: { "data/b.txt": "two" } }),
    ],
    "the lines of a file": [
      reads(`const lines = (await import("node:readline")).createInterface({ input: fs.createReadStream("data/a.txt"), crlfDelay: Infinity });
        for await (const line of lines) console.log("line", line);`),
      edited({ files: { "data/a.txt": "two\nthree" } }),
    ],
    "the lines of a file, told by events": [
      reads(`const { createInterface } = await import("node:readline/promises");
        createInterface({ input: fs.createReadStream("data/a.txt") }).on("line", (line) => console.log(line)).on("close", () => console.log("end"));`),
      edited({ files: { "data/a.txt": "two\nthree" } }),
    ],
    "timers that let the loop come round": [
      {
        "main.mjs": `import { setTimeout as sleep, setImmediate as soon, scheduler } from "node:timers/promises";
          setTimeout(() => console.log("none")); setTimeout((a) => console.log(a), 0, "zero"); setTimeout(() => console.log("one"), 1);
          console.log(await sleep(), await sleep(1, "slept"), await soon("soon")); await scheduler.yield();`,
      },
      AGAIN,
    ],
    "timers that come to nothing": [
      {
        "main.mjs": `const late = setTimeout(function late(a) { console.log(a); }, 5_000, 1);
          console.log(typeof late, late.hasRef(), late._onTimeout.name, late._onTimeout.length);
          const first = await Promise.race([Promise.resolve("done"), new Promise((_, reject) => { setTimeout(reject, 9_000).unref(); })]);
          clearTimeout(late); setTimeout(() => console.log("never"), 1_000); console.log(first); setImmediate(() => process.exit());`,
      },
      AGAIN,
    ],
    "timers that would be called again and again, and are taken back before": [
      {
        "main.mjs": `const timer = setInterval(function poke(a) { console.log(a); }, 1_000, 1);
          console.log(typeof timer, timer._onTimeout.name, timer._onTimeout.length, timer._repeat);
          setImmediate(() => { clearInterval(timer); console.log("done"); });`,
      },
      AGAIN,
    ],
    "listeners to its own end": [
      {
        "main.mjs": `import { writeFileSync } from "node:fs";
          process.once("exit", (code) => { console.log("once", code); });
          process.on("exit", (code) => { console.error("end", code, process.exitCode); writeFileSync("end.txt", "one"); });
          process.on("beforeExit", () => console.log("before"));
          process.prependListener("uncaughtException", ({ message }) => console.log("caught", message));
          setTimeout(() => { throw new Error("late"); });`,
      },
      AGAIN,
    ],
    "a code that it sets": [{ "main.mjs": "console.log(1); process.exitCode = 3;" }, AGAIN],
    "a code that it exits with": [{ "main.mjs": "console.log(1); setImmediate(() => process.exit(4));" }, AGAIN],
    "a code that a listener sets when it ends": [
      { "main.mjs": "process.exitCode = 3; process.on('exit', (code) => { process.exitCode = code + 2; });" },
      AGAIN,
    ],
    "a folder": [reads(`console.log(fs.readdirSync("data"));`), edited({ files: { "data/b.txt": "" } })],
    "whether a file is there": [
      reads(`console.log(fs.existsSync("data/b.txt"));`),
      edited({ files: { "data/b.txt": "" } }),
    ],
    "how large a file is": [
      reads(`console.log(fs.statSync("data/a.txt").size);`),
      edited({ files: { "data/a.txt": "three" } }),
    ],
    "where a module would be found": [
      { "main.cjs": `console.log(require.resolve("./a"));`, "a.js": "" },
      edited({ files: { a: "" } }),
      "main.cjs",
    ],
    "where a package would be found": [
      {
        "main.mjs": `console.log(import.meta.resolve("p"));`,
        "node_modules/p/package.json": `{ "exports": "./a.js" }`,
        "node_modules/p/a.js": "",
        "node_modules/p/b.js": "",
      },
      ifTold(edited({ files: { "node_modules/p/package.json": `{ "exports": "./b.js" }` } })),
    ],
    "what an imported package requires": [
      {
        "main.mjs": `import p from "p"; console.log(p);`,
        "node_modules/p/index.js": `module.exports = [require("./x"), require("q")];`,
        "node_modules/p/x.js": "module.exports = 1;",
        "node_modules/q/index.js": "module.exports = 1;",
      },
      [
        ...edited({ files: { "node_modules/p/x.js": "module.exports = 2;" } }),
        { files: { "node_modules/q/index.js": "module.exports = 2;" }, isAnswered: false },
        { files: { "node_modules/p/node_modules/q/index.js": "module.exports = 3;" }, isAnswered: false },
        { files: { "node_modules/p/x": "module.exports = 3;" }, isAnswered: false },
        { isAnswered: true },
      ],
    ],
    "what a required ES module imports": [
      {
        "main.cjs": `console.log(require("./a.mjs").b);`,
        "a.mjs": `import b from "./b.json" with { type: "json" }; export { b };`,
        "b.json": "[1]",
      },
      ifTold(edited({ files: { "b.json": "[2]" } })),
      "main.cjs",
    ],
    "what a required file imports that turns out to be an ES module": [
      {
        "main.cjs": `console.log(require("./a.js").b);`,
        "a.js": `export { b } from "./b.mjs";`,
        "b.mjs": "export const b = 1;",
      },
      ifTold(edited({ files: { "b.mjs": "export const b = 2;" } })),
      "main.cjs",
    ],
    "a module that is required by another function": [
      {
        "main.mjs": `import { createRequire } from "node:module"; console.log(createRequire(import.meta.url)("./a"));`,
        "a.js": "module.exports = 1;",
      },
      edited({ files: { "a.js": "module.exports = 2;" } }),
    ],
    "a package that is asked for itself": [
      {
        "main.mjs": `import { a } from "self"; console.log(a);`,
        "package.json": `{ "name": "self", "exports": "./a.mjs" }`,
        "a.mjs": "export const a = 1;",
        "b.mjs": "export const a = 2;",
      },
      edited({ files: { "package.json": `{ "name": "self", "exports": "./b.mjs" }` } }),
    ],
    "a script without its extension": [
      { "main.js": "console.log(1);" },
      edited({ files: { main: "console.log(2);" } }),
      "main",
    ],
    "objects that Node does not clone": [
      {
        "main.mjs": `import * as workers from "node:worker_threads"; const one = {}; workers.markAsUncloneable?.(one);
          try { console.log(structuredClone(one)); } catch (error) { console.log(error.name); }`,
      },
      AGAIN,
    ],
    "the machine": [reads(`console.log(os.homedir());`), edited({ env: { HOME: "/somewhere" } })],
  };
  for (const [name, given] of Object.entries(answers)) test(name, () => check(...given));

  test("TypeScript", { skip: !nodeStripsTypes }, () =>
    check(
      { "main.mts": `import { a } from "./a.mts"; console.log(a as number);`, "a.mts": "export const a: number = 1;" },
      edited({ files: { "a.mts": "export const a: number = 2;" } }),
      "main.mts",
    ),
  );
});

/** Up to Node 22, they are made of what tells of all promises. */
const CONTEXTS = {
  "of contexts": `import { AsyncLocalStorage } from "node:async_hooks"; const s = new AsyncLocalStorage(); console.log(await s.run(1, async () => { await null; return s.getStore(); }));`,
};

test("a run in which calls were answered is answered", { skip }, async () => {
  const { folder, cache } = await laidOut({
    "main.mjs": `const burn = (n) => { let sum = 0; for (let i = 0; i < 6e7; i++) sum = (sum * 31 + i) % 1000003; return sum + n; };
      function work(n) { return [typeof Temporal, typeof zork, burn(n)]; }
      function told(log, n) { log.log(burn(n)); return n; }
      console.log(work(1)); told(console, 2);`,
  });
  const env = { DUMBO_POLICY: "always" };
  await run(folder, "main.mjs", { isAnswered: false, env }, cache);
  const before = await run(folder, "main.mjs", { isAnswered: false }, cache);
  assert.ok((readRuns(cache).at(-1)?.hits ?? 0) > 0, "no call was answered");
  assert.deepEqual(await run(folder, "main.mjs", { isAnswered: true }, cache), before);
  assert.equal(readRuns(cache).at(-1)?.mode, "whole");
});

/** A package that reads the clock to see how often it is called, and one that measures and tells nobody, unless it is asked to. */
const CLOCKS: Files = {
  "node_modules/short/index.js": `const now = Date.now;
    module.exports = function short(f) {
      let count = 0, last = 0;
      return function () {
        const stamp = now(), left = 16 - (stamp - last);
        last = stamp;
        if (left > 0) { if (++count >= 800) return arguments[0]; } else count = 0;
        return f.apply(undefined, arguments);
      };
    };`,
  "node_modules/measures/index.js": `function told(options, start, made) {
      if (options.debug) console.log("%d ms", Date.now() - start);
      return made;
    }
    exports.make = (options) => { const began = performance.now(); return told(options, Date.now(), [1]); };
    exports.took = () => { const start = Date.now(); return Date.now() - start; };
    exports.late = (limit) => { const start = Date.now(); return Date.now() - start > limit ? "late" : "in time"; };
    exports.years = (past) => { const now = new Date(); return now.getFullYear() - past; };
    exports.all = () => [0].map(Date.now);`,
};

describe("a run that reads the clock", { skip, concurrency: 2 }, () => {
  const clocked: Record<string, [code: string, isAnswered: boolean]> = {
    "is answered where only a package knows how often it is called": [
      `import short from "short"; console.log([1, 2, 3].map(short((n) => n * 2)));`,
      true,
    ],
    "is answered where what a package measures is not told": [
      `import { make } from "measures"; console.log(make({}));`,
      true,
    ],
    "is not answered where it is": [`import { make } from "measures"; console.log(make({ debug: true }));`, false],
    "is not answered where a package returns it": [`import { took } from "measures"; console.log(took() < 0);`, false],
    "is not answered where a package may break off": [
      `import { late } from "measures"; console.log(late(60_000));`,
      false,
    ],
    "is not answered where a function of the language asks": [
      `import { all } from "measures"; console.log(all().length);`,
      false,
    ],
    "is answered where a package needs the year": [`import { years } from "measures"; console.log(years(2000));`, true],
    "is answered where the program needs the date": [
      "const now = new Date(); console.log(now.getFullYear(), now.getMonth(), now.getDate());",
      true,
    ],
    "is answered where the program needs the day as a text": [
      `const rows = new Map([["a", 1]]); const day = new Date().toDateString(); console.log(day);
      const report = { day: new Date().toISOString().slice(0, 10), all: [...rows.values()] };
      console.log(report, new Date().toLocaleDateString("en-GB", { month: "long", day: "numeric" }));`,
      true,
    ],
    "is not answered where a text of the day is cut by a function of the program's": [
      `String.prototype.slice = function () { return String(this); }; console.log(new Date().toISOString().slice(0, 4).length);`,
      false,
    ],
    "is answered where the program measures and says nothing": [
      "const start = performance.now(); console.log(1); const took = performance.now() - start;",
      true,
    ],
    "is not answered where the program asks how fast it is": [
      "let last = 0; const now = Date.now(); if (now - last < 5) last = 1; console.log(1);",
      false,
    ],
    "is answered where the program only tests whether there is a clock": [
      `if (typeof performance.timeOrigin === "number" && typeof performance.now === "function") console.log("yes");`,
      true,
    ],
    "is not answered where it reads when that began": ["console.log(performance.timeOrigin > 0);", false],
    "is not answered where it reads that by a name that is computed": [
      `const name = "timeOrigin"; console.log(typeof performance.timeOrigin, performance[name] > 0);`,
      false,
    ],
    "is not answered where it takes that out": [
      `console.log(typeof performance.timeOrigin); const { timeOrigin } = performance; console.log(timeOrigin > 0);`,
      false,
    ],
    "is not answered where it reads the time on the same line": [
      "console.log(typeof performance.timeOrigin, performance.now() > 0);",
      false,
    ],
    "is not answered where an accessor is the clock": [
      'const o = {}; Object.defineProperty(o, "a", { get: Date.now }); Date.now(); console.log(o.a > 0);',
      false,
    ],
  };
  for (const [name, [code, isAnswered]] of Object.entries(clocked)) {
    test(name, async () => {
      const { folder, cache } = await laidOut({ "main.mjs": code, ...CLOCKS });
      const outputs: string[] = [];
      for (let i = 0; i < 3; i++) {
        const before = keptIn(cache);
        const { stdout, code: ended } = await run(folder, "main.mjs", { isAnswered }, cache);
        outputs.push(stdout.replace(/\d+ ms/, "ms"));
        assert.equal(ended, 0);
        assert.equal(wasAnswered(before, keptIn(cache)), isAnswered && i > 0, `run ${i}`);
      }
      const { stdout } = await run(folder, "main.mjs", { isAnswered: false }, null);
      assert.deepEqual(new Set(outputs), new Set([stdout.replace(/\d+ ms/, "ms")]));
    });
  }

  test("is answered when a process that runs later has looked at a large package", async () => {
    const large = `${CLOCKS["node_modules/short/index.js"]}\n${"// And so on, and so on.\n".repeat(5_000)}`;
    const code = `import short from "short"; import { took } from "measures"; console.log([1].map(short((n) => n)), process.argv[2] && took() < 0);`;
    const { folder, cache } = await laidOut({ "main.mjs": code, ...CLOCKS, "node_modules/short/index.js": large });
    const kept = async (args: readonly string[]) => {
      await run(folder, "main.mjs", { args, isAnswered: false }, cache);
      const before = keptIn(cache).length;
      spawnSync(process.execPath, [fileURLToPath(new URL("../../dist/prepare.cjs", import.meta.url)), cache, ""]);
      return keptIn(cache).length - before;
    };
    assert.deepEqual([await kept([]), await kept(["1"])], [1, 0]);
    const before = keptIn(cache);
    const { stdout } = await run(folder, "main.mjs", { isAnswered: true }, cache);
    assert.equal(stdout, "[ 1 ] undefined\n");
    assert.equal(wasAnswered(before, keptIn(cache)), true);
    // What was found to depend on the time is not looked at again.
    await run(folder, "main.mjs", { args: ["1"], isAnswered: false }, cache);
    assert.deepEqual(
      readdirSync(join(cache, "prepare")).filter((name) => name.endsWith(".run")),
      [],
    );
  });

  test("is not answered in another year", async () => {
    const { folder, cache } = await laidOut({ "main.mjs": "console.log(new Date().getFullYear() > 2000);" });
    for (let i = 0; i < 2; i++) await run(folder, "main.mjs", { isAnswered: false }, cache);
    const [kept] = keptIn(cache);
    const name = (kept as string).split(" ")[0] as string;
    const known = readRun(cache, name) as KnownRun;
    assert.ok(known.end.kind === "kept");
    const trace = unpackTrace(Buffer.from(known.end.trace));
    const isYear = ({ query }: Dependency) => query.join() === "date,getFullYear";
    assert.equal(trace.dependencies.filter(isYear).length, 1);
    const dependencies = trace.dependencies.map((one) => (isYear(one) ? { ...one, answer: digest(1999) } : one));
    writeRun(cache, name, { ...known, end: { ...known.end, trace: packTrace({ ...trace, dependencies }).toString() } });
    const before = keptIn(cache);
    await run(folder, "main.mjs", { isAnswered: false }, cache);
    assert.equal(wasAnswered(before, keptIn(cache)), false);
  });
});

describe("a run is answered with any flags that change nothing", { skip, concurrency: 2 }, () => {
  const file = fileURLToPath(bundle);
  const ways: Record<string, [step: Partial<Step>, links?: Files]> = {
    "dumbo loaded by a path": [{ enters: ["--import", file] }],
    "dumbo loaded by a path that goes back and forth": [
      { enters: ["--import", `${dirname(file)}/../dist/./auto.cjs`] },
    ],
    "dumbo loaded through a link": [{ enters: ["--import=./node_modules/dumbo/dist/auto.cjs"] }, LINKED],
    "dumbo loaded through a link by require": [{ enters: ["--require", "./node_modules/dumbo/dist/auto.cjs"] }, LINKED],
    "dumbo loaded by its name": [{ enters: ["--import", "dumbo/auto"] }, LINKED],
    "warnings switched off": [{ flags: ["--disable-warning", "DEP0001"] }],
  };
  for (const [name, [step, links]] of Object.entries(ways)) {
    const steps = AGAIN.map(({ isAnswered }) => ({ ...step, isAnswered }));
    test(name, () => check({ "main.mjs": "console.log(1);" }, steps, "main.mjs", links));
  }

  test("a file of variables", () => {
    const flags = ["--env-file=more", "--env-file", "variables"];
    const files = {
      "main.mjs": "console.log(process.env.GREETING, process.env.PARTING);",
      more: "PARTING=bye",
      variables: "GREETING=hello",
    };
    const changed = { files: { variables: "GREETING=hallo" } };
    return check(
      files,
      edited(changed).map((step) => ({ ...step, flags })),
    );
  });
});

/** Packages that draw random numbers while they load, and one that draws them when it is asked. */
const DRAWS: Files = {
  "node_modules/mark/index.js": `const slash = "\\0SLASH" + Math.random() + "\\0";
    const open = "\\0OPEN" + Math.random().toFixed(16) + "\\0";
    exports.escape = (text) => text.split("/").join(slash).split("(").join(open);
    exports.unescape = (text) => text.split(slash).join("/").split(open).join("(");`,
  "node_modules/chooses/index.js": `const pow = 0x20000000000000;
    var random = (Math.random() * pow) & 0x1fffff
      ? function () { return Math.floor(Math.random() * pow); }
      : function () { return (Math.random() * 0x40000000 | 0) * 0x800000 + 1; };
    exports.random = () => random();
    exports.twice = (n) => 2 * n;`,
  "node_modules/tests/index.js": `const isLucky = Math.random() < 0.5;
    exports.greet = () => (isLucky ? "hello" : "hello");`,
  "node_modules/asked/index.js": `exports.id = () => "id" + Math.random();`,
};

/**
 * Runs a program four times.
 * @param first the run from which on it has to be answered, counted from 0; null if none may be
 * @returns what it has printed last
 */
async function answeredFrom(first: number | null, files: Files): Promise<string> {
  const { folder, cache } = await laidOut(files);
  let printed = "";
  for (let i = 0; i < 4; i++) {
    const before = keptIn(cache);
    const isAnswered = first !== null && i >= first;
    const { code: ended, stdout } = await run(folder, "main.mjs", { isAnswered }, cache);
    assert.equal(ended, 0);
    printed = stdout;
    if (first !== null) assert.equal(stdout, (await run(folder, "main.mjs", { isAnswered: false }, null)).stdout);
    assert.equal(wasAnswered(before, keptIn(cache)), isAnswered, `run ${i}`);
  }
  return printed;
}

describe("a run that draws random numbers, or reads its age", { skip, concurrency: 2 }, () => {
  const MARKS = `import { createHash } from "node:crypto"; import { escape, unescape } from "mark"; const text = escape("a/(b");`;
  const drawing: Record<string, [code: string, firstAnswered: number | null]> = {
    "is answered where a package makes texts that nobody sees, once two runs have done the same": [
      `${MARKS} console.log(text.length > 4, unescape(text));`,
      2,
    ],
    "is not answered where the text is printed": [`${MARKS} console.log(text);`, null],
    "is not answered where a digest of the text is printed": [
      `${MARKS} console.log(createHash("sha1").update(text).digest("hex"));`,
      null,
    ],
    "is not answered where the text is written": [
      `${MARKS} (await import("node:fs")).writeFileSync("out.txt", text);`,
      null,
    ],
    "is answered where a package chooses between functions that nobody calls": [
      `import { twice } from "chooses"; console.log(twice(2));`,
      1,
    ],
    "is not answered where the function is called": [
      `import { random } from "chooses"; console.log(random() >= 0);`,
      null,
    ],
    "is not answered where a package tests a number": [`import { greet } from "tests"; console.log(greet());`, null],
    "is not answered where the program makes a text": [
      `const mark = "a" + Math.random();\nconsole.log("b".split(mark).join(""));`,
      null,
    ],
    "is answered where a package is asked for a text once": [
      `import { id } from "asked"; console.log(id().length > 2);`,
      2,
    ],
    "is not answered where it is asked more often": [`import { id } from "asked"; console.log(id() !== id());`, null],
    "is not answered where an accessor draws": [
      `import { id } from "asked"; const o = {}; Object.defineProperty(o, "a", { get: Math.random }); console.log(id().length > 2, o.a < 1);`,
      null,
    ],
  };
  for (const [name, [code, firstAnswered]] of Object.entries(drawing)) {
    test(name, async () => void (await answeredFrom(firstAnswered, { "main.mjs": code, ...DRAWS })));
  }

  const AGES: Files = {
    "node_modules/age/index.js": `const began = performance.now();
      exports.age = () => began;
      exports.since = () => performance.now() - began;
      exports.double = (n) => 2 * n;`,
    "node_modules/other/index.js": `const { age } = require("age");
      const isSlow = performance.now() - age() > 60_000;
      exports.isSlow = () => isSlow;`,
    "node_modules/date/index.js": "const began = Date.now(); exports.isOver = () => began > 9e12;",
  };
  const aged: Record<string, [code: string, firstAnswered: number | null]> = {
    "is answered where a package has read how old the process is, once two runs have done the same": [
      `import { double } from "age"; console.log(double(2));`,
      2,
    ],
    "is not answered where it tells that": [`import { age } from "age"; console.log(age());`, null],
    "is not answered where it reads that again": [`import { since } from "age"; console.log(since() < 0);`, null],
    "is not answered where another package does": [`import { isSlow } from "other"; console.log(isSlow());`, null],
    "is not answered where it reads the time of the day": [
      `import { isOver } from "date"; console.log(isOver());`,
      null,
    ],
    "is not answered where the program reads that": [
      "globalThis.began = performance.now();\nconsole.log(began > 9e9);",
      null,
    ],
  };
  for (const [name, [code, firstAnswered]] of Object.entries(aged)) {
    test(name, async () => {
      const printed = await answeredFrom(firstAnswered, { "main.mjs": code, ...AGES });
      if (firstAnswered !== null) assert.equal(printed, "4\n");
    });
  }

  test("is told of by `dumbo explain`", async () => {
    const { folder, cache } = await laidOut({ "main.mjs": `${MARKS} console.log(unescape(text));`, ...DRAWS });
    const cli = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));
    const explained = () =>
      spawnSync(process.execPath, [cli, "explain"], {
        cwd: folder,
        env: { PATH: process.env.PATH, DUMBO_DIR: cache },
        encoding: "utf8",
      }).stdout;
    await run(folder, "main.mjs", { isAnswered: false }, cache);
    assert.match(explained(), /^main\.mjs has drawn random numbers.* if the next run does the same/m);
    await run(folder, "main.mjs", { isAnswered: false }, cache);
    assert.match(explained(), /^main\.mjs is answered as a whole while nothing changes/m);
  });

  test("is compared with one of the same input alone", async () => {
    const code = `import { readFileSync } from "node:fs"; import { escape, unescape } from "mark"; const text = readFileSync("a.txt", "utf8"); console.log(text === "c" ? escape("/") : unescape(escape(text)));`;
    const { folder, cache } = await laidOut({ "main.mjs": code, "a.txt": "a", ...DRAWS });
    // The input, and how many runs are kept afterwards.
    const steps = [
      ["a", 0],
      ["b", 0],
      ["b", 1],
      ["b", 1],
      ["c", 0],
      ["c", 0],
      ["c", 0],
      ["b", 0],
    ] as const;
    for (const [index, [text, kept]] of steps.entries()) {
      change(folder, { "a.txt": text }, {});
      await setTimeout(AGE);
      const { stdout } = await run(folder, "main.mjs", { isAnswered: false }, cache);
      if (text === "c") assert.match(stdout, /SLASH0\.\d/);
      else assert.equal(stdout, `${text}\n`);
      assert.equal(keptIn(cache).length, kept, `run ${index}`);
    }
  });

  test("is compared where its code is too large to be looked at before it ends", async () => {
    const large = `${DRAWS["node_modules/mark/index.js"]}\n${"// And so on, and so on.\n".repeat(5_000)}`;
    const code = `import { escape, unescape } from "mark"; console.log(unescape(escape("a/b")));`;
    const { folder, cache } = await laidOut({ "main.mjs": code, ...DRAWS, "node_modules/mark/index.js": large });
    await run(folder, "main.mjs", { isAnswered: false }, cache);
    spawnSync(process.execPath, [fileURLToPath(new URL("../../dist/prepare.cjs", import.meta.url)), cache, ""]);
    assert.equal(keptIn(cache).length, 0);
    await run(folder, "main.mjs", { isAnswered: false }, cache);
    assert.equal(keptIn(cache).length, 1);
  });
});

describe("what a run prints is printed again", { skip, concurrency: 2 }, () => {
  const prints: Record<string, string> = {
    "in its order, to both streams": `console.log("a"); console.error("b"); process.stdout.write("c"); console.warn("d"); console.log("e");`,
    "values, formats and tables": `console.log("%s %d", "a", 1, { b: [1, { c: new Map([[1, 2]]) }] }); console.table([{ a: 1 }]); console.dir([1]);`,
    "bytes and encodings": `process.stdout.write(Buffer.from([0, 255, 10])); process.stdout.write("e9", "hex"); process.stdout.write("é");`,
    "after it has waited": `await null; console.log(1); setImmediate(() => console.log(2)); process.nextTick(() => console.log(3)); queueMicrotask(() => console.log(4));`,
    "up to where it ends itself": `console.log(1); process.exit(); console.log(2);`,
    ...(Number.parseInt(process.versions.node, 10) >= 24 && CONTEXTS),
    "of emitters": `import { EventEmitter, once } from "node:events"; const e = new EventEmitter(); setImmediate(() => e.emit("a", 2)); console.log(await once(e, "a"));`,
    "of other threads": `import { gzip } from "node:zlib"; import { scrypt } from "node:crypto"; gzip("a", (_, made) => { console.log(made.length); scrypt("a", "b", 8, (_, key) => console.log(key)); });`,
    "with an imported process": `import process, { argv } from "node:process"; import * as all from "process"; console.log(process.argv.length, argv === all.argv, typeof process.versions.node);`,
    "with a process that is handed on, beside code that only says `stdin`": `import { proc } from "./default.mjs"; console.log(proc.argv.length, { stdin: 1 });`,
    "with an exit code of 0": `console.log(1); process.exitCode = 0;`,
    "of who calls": `import fs from "node:fs"; const say = () => console.log(new Error().stack.split("\\n")[2].split(" (")[0]);
      fs.writeFile("a.txt", "a", function written() { say(); fs.readFile("a.txt", function read() { say(); fs.stat("main.mjs", function asked() { say(); fs.unlink("a.txt", function gone() { say(); setTimeout(function soon() { say(); }); }); }); }); });`,
    "of what it has matched last": `import fs from "node:fs"; /(b)c/.exec("abcd"); fs.mkdirSync("out", { recursive: true }); fs.readFileSync("main.mjs", "utf8"); console.log(RegExp.$1, RegExp.lastMatch);`,
    "of a package that reads what it has matched before": `import p from "matches"; console.log(p);`,
    "while the program has another process": `const own = process; globalThis.process = { exitCode: 5 }; console.log(1); globalThis.process = own; console.log(2);`,
    "at the very end, told by another road": `import { EventEmitter } from "node:events"; process.on("exit", () => console.log(2)); EventEmitter.prototype.on.call(process, "exit", () => console.log(3)); console.log(1);`,
    "when it says itself that it ends, and afterwards": `process.once("exit", () => console.log(2)); console.log(1); setImmediate(() => { process.emit("exit", 0); console.log(3); });`,
    "to as many listeners as Node allows": `for (let i = process.listenerCount("exit"); i < 10; i++) process.on("exit", () => console.log(i)); console.log(process.eventNames());`,
    "at the very end": `process.on("exit", () => console.log(2)); console.log(1);`,
    "of modules that say `resolve` and `paths` without a question": `import { resolve } from "node:path"; const ask = (name, paths) => [resolve(name), { paths }]; console.log(ask("/a", 1));`,
    "of a file that a stream reads": `import { createReadStream } from "node:fs"; const made = createReadStream("main.mjs"); console.log(Reflect.ownKeys(made).length); for await (const chunk of made) console.log(chunk.length);`,
    "after it has taken away what is not there": `import { rmSync } from "node:fs"; rmSync("none", { force: true }); console.log(1);`,
    "of an error that it has caught in the end": `process.on("uncaughtException", ({ message }) => console.log(message)); throw new Error("a");`,
    "of a rejection that it has seen in the end": `process.on("unhandledRejection", ({ message }) => console.log(message)); Promise.reject(new Error("a"));`,
    "more than a pipe holds": `for (let i = 0; i < 20_000; i++) console.log("a line of some length", i);`,
    "of streams of its own": `import { Readable } from "node:stream"; import { createGzip } from "node:zlib"; let n = 0; for await (const c of Readable.from(["a", "b"]).pipe(createGzip())) n += c.length; console.log(n > 0);`,
  };
  const handsOn = {
    "default.mjs": `export { default as proc } from "node:process";`,
    "node_modules/matches/index.js": `const fs = require("fs"), { createInterface } = require("readline"), said = [];
      const steps = [
        () => console.log("a"),
        () => {
          fs.mkdirSync("made", { recursive: true });
        },
        () => fs.writeFileSync("made/a", "one", { mode: 0o644 }),
        () => fs.readFileSync("main.mjs", "utf8"),
        () => fs.readFileSync("main.mjs"),
        () => fs.readdirSync("made"),
        () => fs.statSync("main.mjs"),
        () => fs.appendFileSync("made/a", "two"),
        () => fs.copyFileSync("made/a", "made/b"),
        () => fs.renameSync("made/b", "made/c"),
        () => fs.unlinkSync("made/c"),
        () => fs.cpSync("made", "copied", { recursive: true }),
        () => fs.rmSync("copied", { recursive: true }),
        () => fs.createReadStream("main.mjs", "utf8").resume(),
        () => fs.createWriteStream("made/d", { mode: 0o644 }).end("d"),
        () => createInterface({ input: fs.createReadStream("main.mjs") }).resume(),
        () => fs.promises.readFile("main.mjs", "utf8"),
        () => setTimeout(() => 0),
        () => process.on("exit", () => 0),
        () => {
          Date.now();
        },
        () => String(Math.max),
        () => process.stdout.write("b"),
        () => process.cwd(),
      ];
      for (const step of steps) { /(b)c/.exec("abcd"); step(); said.push(RegExp.$1); }
      module.exports = said.join("");`,
  };
  for (const [name, code] of Object.entries(prints)) test(name, () => check({ "main.mjs": code, ...handsOn }, AGAIN));
});

/** Modules beside them: one that dumbo leaves as it is, with what says so, and one that throws. */
const BESIDE: Files = {
  "left.mjs": `import { execSync } from "node:child_process"; console.log(String(execSync("echo 1")));`,
  "dumbo.config.json": JSON.stringify({ exclude: ["left.mjs"] }),
  "throws.mjs": "throw 1;",
  "hands-on.mjs": `import * as all from "node:process"; export { all }; export const late = () => import("node:process");`,
};

describe("a run is not kept", { skip, concurrency: 2 }, () => {
  const refused: Record<string, string> = {
    "that reads the clock": `console.log(Date.now() > 0, new Date().getFullYear() > 2000);`,
    "that measures": `console.log(performance.now() > 0);`,
    "that asks for who has started it": "console.log(process.ppid > 0);",
    "that asks for random numbers": `console.log(Math.random() < 1);`,
    "that asks for random bytes": `import { randomUUID } from "node:crypto"; console.log(randomUUID().length);`,
    "that waits": `setTimeout(() => console.log(1), 2);`,
    "that waits, and shows who calls": `setTimeout(function late() { console.log(new Error().stack.split("\\n")[1].split(" (")[0]); }, 2);`,
    "that takes back a timer which has come": `const timer = setTimeout(() => { clearTimeout(timer); console.log(1); }, 2);`,
    "that waits for a promise": `import { setTimeout } from "node:timers/promises"; await setTimeout(2); console.log(1);`,
    "that waits again and again, for a little longer": `const timer = setInterval(() => { console.log(1); clearInterval(timer); }, 20);`,
    "that waits again and again": `const timer = setInterval(() => { console.log(1); clearInterval(timer); }, 1);`,
    "that waits by a text": `setTimeout(() => console.log(1), "2");`,
    "that waits by new": `new setTimeout(() => console.log(1), 2);`,
    "that reads a file by new": `import { readFileSync } from "node:fs"; console.log(new readFileSync("/proc/self/stat").length > 0);`,
    "that reads lines of its input": `import { createInterface } from "node:readline"; for await (const line of createInterface({ input: process.stdin })) console.log(line);`,
    "that asks while it reads lines": `import { createInterface } from "node:readline"; import { Readable } from "node:stream"; createInterface({ input: Readable.from(["a\n"]), output: process.stdout }).on("line", (line) => console.log(line));`,
    "that reads a file by a handle": `import { open } from "node:fs/promises"; const file = await open("main.mjs"); console.log(file.close.name, (await file.readFile()).length); await file.close();`,
    "that starts a process": `import { execSync } from "node:child_process"; console.log(String(execSync("echo 1")));`,
    "that starts a thread": `import { Worker } from "node:worker_threads"; new Worker("console.log(1)", { eval: true });`,
    "that listens": `import { createServer } from "node:net"; createServer().listen(0, function () { console.log(1); this.close(); });`,
    "that reads its input": `for await (const chunk of process.stdin) console.log(String(chunk)); console.log(1);`,
    "that listens for signals": `process.once("SIGTERM", () => process.exit(0)); console.log(1);`,
    "that ends in a listener to its end": `process.on("exit", () => { console.log(2); process.exit(0); }); console.log(1);`,
    "that ends for an error, by itself": `process.on("uncaughtException", () => process.exit(2)); throw new Error("a");`,
    "that throws when it ends": `process.on("exit", () => { throw new Error("a"); }); console.log(1);`,
    "that listens to nothing any more": `process.removeAllListeners("beforeExit"); console.log(1);`,
    "that throws": `console.log(1); throw new Error("a");`,
    "that rejects": `console.log(1); Promise.reject(new Error("a"));`,
    "that never ends what it waits for": `console.log(1); await new Promise(() => {});`,
    "that is warned": `console.log(1); process.emitWarning("a");`,
    "that is warned by Node": `console.log(1); import("node:events").then(({ EventEmitter }) => { const e = new EventEmitter(); for (let i = 0; i < 20; i++) e.on("a", () => {}); });`,
    "that runs code in another context": `import vm from "node:vm"; console.log(vm.runInNewContext("1 + 1"));`,
    "that registers hooks": `import { registerHooks } from "node:module"; registerHooks({}); console.log(1);`,
    "that asks for how much memory it takes": `console.log(process.memoryUsage().rss > 0);`,
    "that asks who it is": `console.log(process.pid > 0);`,
    "that reads what is no file": `import { readFileSync } from "node:fs"; console.log(readFileSync("/proc/self/stat", "utf8").length > 0);`,
    "that knows who started it": `console.log(process.ppid > 0);`,
    "that reads its input as a socket": `import { Socket } from "node:net"; for await (const chunk of new Socket({ fd: 0 })) console.log(String(chunk));`,
    "that imports who it is": `import { pid } from "node:process"; console.log(pid > 0);`,
    "that imports its input": `import { stdin } from "node:process"; for await (const chunk of stdin) console.log(String(chunk));`,
    "that imports what the process is": `import * as all from "node:process"; console.log(all["pid"] > 0);`,
    "that is handed all of the process": `import { all } from "./hands-on.mjs"; console.log(all.pid > 0);`,
    "that is handed all of the process late": `const { default: all } = await import("./hands-on.mjs").then(({ late }) => late()); console.log(all.pid > 0, process.stdin.fd);`,
    "that imports what tells of its end": `import { finalization } from "node:process"; finalization.register({}, () => {}); console.log(1);`,
    "that imports what reports on it": `import { report } from "node:process"; console.log(JSON.stringify(report.getReport()).length > 0);`,
    "that lists what the process is": `console.log(Object.keys(process).map((key) => typeof process[key]).length > 1);`,
    "that asks Node's loader with what stands for a module": `import module from "node:module"; const from = import.meta.filename ?? "/a.mjs"; console.log(module._resolveFilename(from, { id: from, filename: from, paths: [] }).length > 0);`,
    "that asks Node's loader": `import module from "node:module"; console.log(module._resolveFilename("fs"));`,
    "that says where to look for a module": `import { createRequire } from "node:module"; const { resolve: find } = createRequire(import.meta.url); console.log(find("./main.mjs", { paths: [import.meta.dirname, "/"] }).length > 0);`,
    "that prints in another encoding": `process.stdout.setDefaultEncoding("latin1"); console.log("é"); process.stdout.write("é");`,
    "that makes a form": `const body = new FormData(); body.set("a", "b"); console.log((await new Response(body).text()).length > 0);`,
    "that makes a form, where the taps see for themselves": `import "node:crypto"; const body = new FormData(); body.set("a", "b"); console.log((await new Response(body).text()).length > 0);`,
    "that makes a form with what was there before the taps": `console.log(typeof Headers); await import("node:crypto"); const body = new FormData(); body.set("a", "b"); console.log((await new Response(body).text()).length > 0);`,
    "that asks when a message was made": `import "node:crypto"; console.log(new MessageEvent("a").timeStamp > 0);`,
    "that fetches a text of its own": `import "node:crypto"; console.log(await (await fetch("data:text/plain,a")).text());`,
    "that tests": `import test from "node:test"; test("a", () => {});`,
    "that starts a process by what it required": `import { createRequire } from "node:module"; console.log(String(createRequire(import.meta.url)("child_process").execSync("echo 1")));`,
    "that starts a process by what it was given": `console.log(String(process.getBuiltinModule("child_process").execSync("echo 1")));`,
    "that finds the clock by a date": `console.log(new Date(0).constructor.now() > 0);`,
    "that finds the clock by a text": `console.log(new Function("return Date.now() > 0")(), (0, eval)("Date.now() > 0"));`,
    "that formats now": `console.log(new Intl.DateTimeFormat("en").format().length > 0);`,
    "that signs": `import { generateKeyPairSync, createSign } from "node:crypto"; console.log(typeof createSign("sha1"), generateKeyPairSync("ed25519").publicKey.type);`,
    "in which a required ES module throws what Node prints by itself": `import { createRequire } from "node:module"; try { createRequire(import.meta.url)("./throws.mjs"); } catch { console.log(1); }`,
    "that memoizes by hand": `import { memo } from ${JSON.stringify(library)}; console.log(memo((n) => n + 1)(1));`,
    "that starts a process by a module that is not rewritten": `import("./left.mjs");`,
    "that imports by a text": `const name = "node:os"; console.log(typeof (await new Function("name", "return import(name)")(name)).pid, (await import("node:process")).pid > 0);`,
    "that knows what was collected": `console.log(new WeakRef({}).deref() !== 1);`,
  };
  for (const [name, code] of Object.entries(refused)) {
    test(name, async () => {
      const { folder, cache } = await laidOut({ "main.mjs": code, ...BESIDE });
      for (const step of NEVER) {
        const { code: ended, stdout } = await run(folder, "main.mjs", { ...step, stdin: "a" }, cache);
        const bare = await run(folder, "main.mjs", { ...step, stdin: "a" }, null);
        // Without the times that a program may print.
        assert.deepEqual([ended, stdout.replace(/[\d.]+/g, "")], [bare.code, bare.stdout.replace(/[\d.]+/g, "")]);
        assert.deepEqual(keptIn(cache), []);
      }
    });
  }

  const watched: Record<string, Partial<Step>> = {
    "where the user looks at what dumbo does": { env: { DUMBO_LOG: "1" } },
    "where hits are verified": { env: { DUMBO_VERIFY: "1" } },
    "where all calls are kept": { env: { DUMBO_POLICY: "always" } },
    "where runs are not to be": { env: { DUMBO_WHOLE_RUNS: "none" } },
    "under a profiler": { flags: ["--cpu-prof", `--cpu-prof-dir=${place}`] },
    "under other flags": { flags: ["--no-opt"] },
    "with something else that is loaded before": { flags: ["--import", "data:text/javascript,0"] },
    "while coverage is measured": { env: { NODE_V8_COVERAGE: join(place, "coverage") } },
  };
  for (const [name, step] of Object.entries(watched)) {
    test(name, async () => {
      const { folder, cache } = await laidOut({ "main.mjs": "console.log(1);" });
      await run(folder, "main.mjs", { ...step, isAnswered: false }, cache);
      assert.deepEqual(keptIn(cache), []);
    });
  }

  test("where the user wants results to be computed again after some time", async () => {
    const config = JSON.stringify({ functions: { work: { ttl: 60 } } });
    const { folder, cache } = await laidOut({ "dumbo.config.json": config, "main.mjs": "console.log(1);" });
    await run(folder, "main.mjs", { isAnswered: false }, cache);
    assert.deepEqual(keptIn(cache), []);
  });

  test("of TypeScript that Node does not know", { skip: nodeStripsTypes }, async () => {
    const { folder, cache } = await laidOut({ "main.ts": "console.log(1 as number);" });
    for (const step of NEVER) assert.equal((await run(folder, "main.ts", step, cache)).stdout, "1\n");
    assert.deepEqual(keptIn(cache), []);
  });

  test("whose module changed while it ran", async () => {
    const code = `import { a } from "./a.mjs"; console.log(a); for (let i = 0; i < 2e9; i++);`;
    const { folder, cache } = await laidOut({ "main.mjs": code, "a.mjs": "export const a = 1;" });
    const onPrint = () => writeFileSync(join(folder, "a.mjs"), "export const a = 2;");
    const running = run(folder, "main.mjs", { onPrint, isAnswered: false }, cache);
    assert.equal((await running).stdout, "1\n");
    assert.deepEqual(keptIn(cache), []);
  });

  test("of another copy of the project", async () => {
    const { folder, cache } = await laidOut({ "main.mjs": "console.log(import.meta.url);" });
    const copy = join(folder, "..", "copy");
    cpSync(folder, copy, { recursive: true });
    await setTimeout(AGE);
    assert.match((await run(folder, "main.mjs", { isAnswered: false }, cache)).stdout, /project/);
    assert.match((await run(copy, "main.mjs", { isAnswered: false }, cache)).stdout, /copy/);
  });
});

describe("a run that writes files is answered, and they are there", { skip, concurrency: 2 }, () => {
  /** What is done to what the run has written, before the next one. */
  type Disturb = (folder: string) => void;
  interface Written {
    readonly code: string;
    /** For each run, what is done before it, and whether it is answered. */
    readonly runs: readonly (readonly [disturb: Disturb | null, isAnswered: boolean])[];
    /** Whether nothing is left of what it writes. */
    readonly leavesNothing?: true;
  }
  const undisturbed = [
    [null, false],
    [null, true],
    [null, true],
  ] as const;
  const disturbed = (disturb: Disturb) => [...undisturbed, [disturb, false], [null, true]] as const;
  /** Takes away what the run has made. */
  const remove: Disturb = (folder) => {
    for (const path of ["data/out.txt", "out"]) rmSync(join(folder, path), { recursive: true, force: true });
  };
  const gone = [...undisturbed, [remove, true], [null, true]] as const;
  const WRITES = `import fs from "node:fs"; fs.writeFileSync("data/out.txt", "one"); console.log(1);`;
  const MAKES = `import { mkdirSync, writeFileSync } from "node:fs";
    mkdirSync("out/deep", { recursive: true });
    writeFileSync("out/deep/a.txt", "one"); console.log(1);`;
  const cases: Record<string, Written> = {
    "of a text": { code: WRITES, runs: gone },
    "by functions that call no others, where the others are the program's": {
      code: `import fs, { promises } from "node:fs"; const { closeSync } = fs; fs.closeSync = (fd) => closeSync(fd);
        await promises.mkdir("out/deep", { recursive: true });
        await promises.writeFile("out/deep/a.txt", "one"); console.log(1);`,
      runs: gone,
    },
    "by callbacks": {
      code: `import fs from "node:fs";
        fs.writeFile("data/out.txt", "one", "utf8", () => fs.copyFile("data/out.txt", "data/b.txt", (error) => console.log(error)));`,
      runs: gone,
    },
    "into a folder that it makes with a callback, which is told what was made": {
      code: `import fs from "node:fs"; fs.mkdir("out", { recursive: true }, (error, made) => { fs.writeFileSync("out/a.txt", "one"); console.log(error, made === undefined); });`,
      runs: [
        [null, false],
        [null, false],
        [null, true],
        [remove, false],
      ],
    },
    "by a stream": {
      code: `import fs from "node:fs"; const out = fs.createWriteStream("data/out.txt", { mode: 0o600 }); out.write("one"); out.end("two", () => console.log("done"));`,
      runs: gone,
    },
    "by a stream, through others": {
      code: `import fs from "node:fs"; import { pipeline } from "node:stream/promises"; import { createGzip } from "node:zlib";
        await pipeline(fs.createReadStream("data/there.txt"), createGzip(), fs.createWriteStream("data/out.txt")); console.log(fs.readFileSync("data/out.txt").length > 9);`,
      runs: [...gone, [(folder) => writeFileSync(join(folder, "data/there.txt"), "other"), false], [null, true]],
    },
    "piece by piece": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", ""); for (const part of ["a", "b"]) fs.appendFileSync("data/out.txt", part);
        await fs.promises.appendFile("data/out.txt", "c"); fs.appendFile("data/out.txt", "d", (error) => console.log(error));`,
      runs: gone,
    },
    "into a folder that it empties before": {
      code: `import fs from "node:fs"; fs.rmSync("out", { recursive: true, force: true }); fs.mkdirSync("out/deep", { recursive: true });
        fs.writeFileSync("out/deep/a.txt", "one"); fs.writeFileSync("out/b.txt", "two"); console.log(fs.readdirSync("out"));`,
      runs: [
        ...gone,
        [(folder) => writeFileSync(join(folder, "out/more.txt"), "more"), false],
        [null, true],
        [(folder) => rmSync(join(folder, "out/b.txt")), true],
        [(folder) => mkdirSync(join(folder, "out/deep/er")), false],
        [(folder) => writeFileSync(join(folder, "out/deep/a.txt"), "other"), false],
        [null, true],
      ],
    },
    "into a folder that it empties by a promise, and looks into": {
      code: `import fs from "node:fs"; await fs.promises.rm("out", { recursive: true, force: true });
        console.log(fs.existsSync("out"), fs.existsSync("out/a.txt"));
        if (!fs.existsSync("out/deep")) fs.mkdirSync("out/deep", { recursive: true });
        await fs.promises.writeFile("out/a.txt", "one"); console.log(await fs.promises.readFile("out/a.txt", "utf8"), fs.readdirSync("out"));`,
      runs: [...gone, [(folder) => writeFileSync(join(folder, "out/deep/more.txt"), "more"), false], [null, true]],
    },
    "into a folder that it empties by a callback": {
      code: `import fs from "node:fs"; fs.rm("out", { recursive: true, force: true }, (error) => { fs.mkdirSync("out"); fs.writeFileSync("out/a.txt", "one"); console.log(error); });`,
      runs: [...gone, [(folder) => writeFileSync(join(folder, "out/more.txt"), "more"), false], [null, true]],
    },
    "and takes away again": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", "one"); console.log(fs.readFileSync("data/out.txt", "utf8")); fs.unlinkSync("data/out.txt");
        console.log(fs.existsSync("data/out.txt"));`,
      runs: [...undisturbed, [(folder) => writeFileSync(join(folder, "data/out.txt"), "other"), false], [null, true]],
      leavesNothing: true,
    },
    "under another name at first": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/new.txt", "one", { mode: 0o600 }); fs.renameSync("data/new.txt", "data/out.txt"); console.log(fs.existsSync("data/new.txt"));`,
      runs: [...gone, [(folder) => writeFileSync(join(folder, "data/out.txt"), "other"), false], [null, true]],
    },
    "under another name at first, by promises": {
      code: `import { writeFile, rename } from "node:fs/promises"; await writeFile("data/new.txt", "one"); await rename("data/new.txt", "data/out.txt"); console.log(1);`,
      runs: gone,
    },
    "as copies of what others may write, too": {
      code: `import fs from "node:fs"; fs.copyFileSync("data/there.txt", "data/out.txt"); console.log(1);`,
      runs: [
        [(folder) => chmodSync(join(folder, "data/there.txt"), 0o666), false],
        [null, false],
      ],
    },
    "as a copy of a folder": {
      code: `import fs from "node:fs"; fs.cpSync("data", "out", { recursive: true }); console.log(fs.readFileSync("out/there.txt", "utf8"));`,
      runs: [
        ...gone,
        [(folder) => writeFileSync(join(folder, "data/more.txt"), "more"), false],
        [null, true],
        [(folder) => writeFileSync(join(folder, "out/there.txt"), "other"), false],
        [null, true],
        [(folder) => symlinkSync("there.txt", join(folder, "data/link.txt")), false],
        [null, false],
      ],
    },
    "as copies": {
      code: `import fs from "node:fs"; fs.copyFileSync("data/there.txt", "data/out.txt"); console.log(fs.readFileSync("data/out.txt", "utf8"));`,
      runs: [...gone, [(folder) => writeFileSync(join(folder, "data/there.txt"), "other"), false], [null, true]],
    },
    "of which it asks how large they are": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", "one"); console.log(fs.statSync("data/out.txt").size);
        const held = fs.statSync("data/out.txt"), other = { held: 1 }; console.log(held.size, other.held, held.isFile());
        const { size } = await fs.promises.stat("data/out.txt"); console.log(size,
          (await fs.promises.stat("data/out.txt")).isDirectory());`,
      runs: gone,
    },
    "beside what it takes away that was there": {
      code: `import fs from "node:fs"; fs.unlinkSync("data/there.txt"); console.log(1);`,
      runs: [
        [null, false],
        [null, false],
        [(folder) => writeFileSync(join(folder, "data/there.txt"), "old"), false],
        [null, false],
      ],
      leavesNothing: true,
    },
    "and ends with another code": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", "one"); process.exitCode = 2;`,
      runs: gone,
    },
    "of bytes": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", new Uint8Array([0, 255]));`,
      runs: gone,
    },
    "of a text in another encoding": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", "é", "latin1");`,
      runs: gone,
    },
    "with a mode": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", "a", { mode: 0o600 });`,
      runs: gone,
    },
    "twice, with two modes": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", "a", { mode: 0o600 }); fs.writeFileSync("data/out.txt", "b", { mode: 0o644 });`,
      runs: gone,
    },
    "by a promise": {
      code: `import { mkdir, writeFile } from "node:fs/promises";
        await mkdir("out", { recursive: true });
        await writeFile("out/a.txt", "one"); console.log(1);`,
      runs: gone,
    },
    "over a file that was there": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/there.txt", "new");`,
      runs: undisturbed,
    },
    "into new folders": { code: MAKES, runs: gone },
    "that somebody else has changed": {
      code: WRITES,
      runs: disturbed((folder) => writeFileSync(join(folder, "data/out.txt"), "two")),
    },
    "one of which is gone, and one not": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/a.txt", "a"); fs.writeFileSync("data/out.txt", "b"); fs.writeFileSync("data/out.txt", "c");`,
      runs: gone,
    },
    "one of which is gone, and one is another": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", "b"); fs.writeFileSync("data/a.txt", "a");`,
      runs: disturbed((folder) => {
        remove(folder);
        writeFileSync(join(folder, "data/a.txt"), "other");
      }),
    },
    "whose folder, which it does not make, is gone": {
      code: `import fs from "node:fs"; try { fs.writeFileSync("data/out.txt", "b"); } catch { console.log("none"); }`,
      runs: [...undisturbed, [(folder) => rmSync(join(folder, "data"), { recursive: true }), false]],
    },
    "of which too much is gone": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", "b".repeat(5_000_000));`,
      runs: disturbed(remove),
    },
    "that it reads again, and that is gone": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", "one"); console.log(fs.readFileSync("data/out.txt", "utf8"));`,
      runs: gone,
    },
    "in whose place is a link to the same": {
      code: WRITES,
      runs: [
        ...undisturbed,
        [
          (folder) => {
            writeFileSync(join(folder, "data/other.txt"), "one");
            rmSync(join(folder, "data/out.txt"));
            symlinkSync("other.txt", join(folder, "data/out.txt"));
          },
          false,
        ],
      ],
    },
    "that it reads again": {
      code: `import fs from "node:fs"; fs.writeFileSync("data/out.txt", "one"); console.log(fs.readFileSync("data/out.txt", "utf8"));`,
      runs: undisturbed,
    },
    "in a call that takes long, and an edit after which its function runs again": {
      code: `import fs from "node:fs";
        function work(n) {
          let sum = 0;
          for (let i = 0; i < 1e8; i++) sum = (sum + i) % n;
          write("data/out.txt", String(sum));
          return sum;
        }
        const { [process.argv[9] ?? "writeFileSync"]: write } = fs;
        console.log(work(1009));`,
      runs: [
        [null, false],
        [null, true],
        [
          (folder) => {
            rmSync(join(folder, "data/out.txt"));
            appendFileSync(join(folder, "main.mjs"), "\n// edited");
          },
          false,
        ],
      ],
    },
    "that it looked for before": {
      code: `import fs from "node:fs"; console.log(fs.existsSync("data/out.txt")); fs.writeFileSync("data/out.txt", "one");`,
      runs: [
        [null, false],
        [null, false],
        [null, true],
      ],
    },
    "into a folder of which it says whether it was new": {
      code: `import fs from "node:fs"; console.log(fs.mkdirSync("out", { recursive: true }) === undefined);`,
      runs: [
        [null, false],
        [null, false],
        [null, true],
        [(folder) => rmSync(join(folder, "out"), { recursive: true }), false],
        [null, false],
        [null, true],
      ],
    },
    "whose folder has become a file": {
      code: `import fs from "node:fs"; fs.mkdirSync("out", { recursive: true }); console.log(1);`,
      runs: [
        ...undisturbed,
        [
          (folder) => {
            rmSync(join(folder, "out"), { recursive: true });
            writeFileSync(join(folder, "out"), "");
          },
          false,
        ],
      ],
    },
  };
  for (const [name, { code, runs, leavesNothing }] of Object.entries(cases)) {
    test(name, async () => {
      const files = { "main.mjs": code, "data/there.txt": "old" };
      const { folder, cache } = await laidOut(files);
      const { folder: twin } = await laidOut(files);
      for (const [index, [disturb, isAnswered]] of runs.entries()) {
        disturb?.(folder);
        disturb?.(twin);
        const step = { isAnswered };
        const times = timesIn(folder);
        const before = keptIn(cache);
        const outcome = await run(folder, "main.mjs", step, cache);
        const bare = await run(twin, "main.mjs", step, null);
        // A program that fails says where it is.
        assert.deepEqual({ ...outcome, stderr: "" }, { ...bare, stderr: "" }, `run ${index}: another outcome`);
        assert.deepEqual(contentsOf(folder), contentsOf(twin), `run ${index}: other files`);
        assert.equal(wasAnswered(before, keptIn(cache)), isAnswered, `run ${index}`);
        // What is written again is as young as if it had been.
        if (isAnswered && index < 3 && !leavesNothing && !code.includes('mkdirSync("out"')) {
          const later = timesIn(folder);
          assert.ok(
            [...later].some(([path, time]) => time > (times.get(path) ?? 0)),
            `run ${index}: as old as before`,
          );
        }
      }
    });
  }

  /** The files in a folder, with what is in them, their modes and where links lead. */
  function contentsOf(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .sort()
      .map((path) => {
        const at = join(folder, path);
        const stats = lstatSync(at);
        return `${path} ${stats.mode} ${stats.isFile() ? readFileSync(at, "latin1") : ""}`;
      });
  }

  /** When files in a folder changed. */
  function timesIn(folder: string): ReadonlyMap<string, number> {
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return new Map(paths.map((path) => [path, statSync(join(folder, path)).mtimeMs]));
  }

  test("but not where it prints into one of them", async () => {
    const code = `import fs from "node:fs"; console.log(1); fs.writeFileSync("data/out.txt", "one");`;
    const { folder, cache } = await laidOut({ "main.mjs": code, "data/out.txt": "" });
    const start = (output: number) =>
      spawnSync(process.execPath, ["--import", bundle, join(folder, "main.mjs")], {
        cwd: folder,
        env: { PATH: process.env.PATH, DUMBO_DIR: cache, DUMBO_WHOLE_RUNS: "all", DUMBO_PREPARE: "0" },
        stdio: ["ignore", output, "inherit"],
      });
    const printed = openSync(join(folder, "printed.txt"), "w");
    for (let i = 0; i < 2; i++) start(printed);
    assert.equal(keptIn(cache).length, 1);
    const own = openSync(join(folder, "data/out.txt"), "a");
    start(own);
    assert.equal(readFileSync(join(folder, "data/out.txt"), "utf8"), "one");
    closeSync(printed);
    closeSync(own);
  });

  const refused: Record<string, string> = {
    "appended to": `fs.appendFileSync("data/out.txt", "a");`,
    "appended to by a stream": `fs.createWriteStream("data/there.txt", { flags: "a" }).end("a");`,
    "opened for appending": `fs.writeFileSync("data/out.txt", "a", { flag: "a" });`,
    "written by a callback that nobody waits for": `fs.writeFile("data/out.txt", "a", () => console.log(1)); process.exit();`,
    "written by a stream that does not end": `const out = fs.createWriteStream("data/out.txt"); out.write("a", () => process.exit());`,
    "written by a stream of its class": `new fs.WriteStream("data/out.txt").end("a");`,
    "written by a stream of a descriptor": `fs.createWriteStream("", { fd: fs.openSync("data/out.txt", "w") }).end("a");`,
    "that a stream reads while it changes": `fs.createReadStream("data/there.txt").on("data", () => undefined); fs.writeFileSync("data/there.txt", "other");`,
    "written by a descriptor": `const fd = fs.openSync("data/out.txt", "w"); fs.writeSync(fd, "a"); fs.closeSync(fd);`,
    "written by a function that calls another one, which is the program's": `const { closeSync } = fs; fs.closeSync = (fd) => closeSync(fd); fs.writeFileSync("data/out.txt", Buffer.from("a"));`,
    "copied with others, by a promise": `await fs.promises.cp("data", "out", { recursive: true });`,
    "copied with others, and told of": `fs.cpSync("data", "out", { recursive: true, filter: (from) => { console.log(from); return true; } });`,
    "copied where nothing may be": `fs.copyFileSync("data/there.txt", "data/out.txt", fs.constants.COPYFILE_FICLONE);`,
    renamed: `fs.renameSync("data/there.txt", "data/out.txt"); fs.renameSync("data/out.txt", "data/there.txt");`,
    "made where it must not be there": `try { fs.mkdirSync("data"); } catch { console.log(1); }`,
    "that it cannot take away": `try { fs.unlinkSync("data/none.txt"); } catch { console.log(1); }`,
    "that it cannot take away, by a promise": `await fs.promises.rm("data/none.txt").catch(() => console.log(1));`,
    "whose times are asked for": `fs.writeFileSync("data/out.txt", "a"); fs.statSync("data/out.txt").mtimeMs;`,
    "that is looked at, nobody knows how": `fs.writeFileSync("data/out.txt", "a"); const looked = fs.statSync("data/out.txt"); console.log(looked.size, JSON.stringify(looked).length > 1);`,
    "that others look at": `fs.writeFileSync("data/out.txt", "a"); (await import("./looks.mjs")).say();`,
    "that another road looks at": `const { statSync: look } = fs; fs.writeFileSync("data/out.txt", "a"); console.log(look("data/out.txt").size);`,
    "of which only the links are looked at": `fs.writeFileSync("data/out.txt", "a"); console.log(fs.lstatSync("data/out.txt").size);`,
    "that is loaded": `fs.writeFileSync("data/out.mjs", "export default 1"); console.log((await import("./data/out.mjs")).default);`,
    "that cannot be written": `try { fs.writeFileSync("none/out.txt", "a"); } catch { console.log(1); }`,
  };
  for (const [name, code] of Object.entries(refused)) {
    test(`not kept: a file ${name}`, async () => {
      const { folder, cache } = await laidOut({
        "main.mjs": `import fs from "node:fs"; ${code}`,
        "looks.mjs": `import fs from "node:fs"; export const looked = fs.statSync("data/out.txt"); export const say = () => console.log(looked.size);`,
        "data/there.txt": "old",
      });
      for (const step of NEVER) {
        assert.equal((await run(folder, "main.mjs", step, cache)).code, 0);
        assert.deepEqual(keptIn(cache), []);
      }
    });
  }
});
