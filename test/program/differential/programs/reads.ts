/** Functions that look outside: what they saw is asked again, and what changed is seen. */
import { program } from "../program.ts";

export const programs = [
  program("files by every synchronous road", {
    files: {
      "main.mjs": `
        import fs, { readFileSync, existsSync } from "node:fs";
        import * as all from "fs";
        import { createRequire } from "node:module";
        import { burn } from "./burn.mjs";
        const required = createRequire(import.meta.url)("fs");
        const { readFileSync: aliased } = fs;
        const url = new URL("a.txt", import.meta.url);
        function named(n) { return (burn(n) % 10) + readFileSync("a.txt", "utf8"); }
        function byDefault(n) { return (burn(n) % 10) + fs.readFileSync("a.txt").toString("hex"); }
        function namespace(n) { return (burn(n) % 10) + all.readFileSync("a.txt", { encoding: "latin1" }); }
        function alias(n) { return (burn(n) % 10) + aliased("a.txt", "utf8"); }
        function asValue(n) { return [burn(n) % 10, ...["a.txt", "b.txt"].map((name) => readFileSync(name).length)]; }
        function bytes(n) { return [burn(n) % 10, readFileSync("a.txt")]; }
        function exists(n) { return [burn(n) % 10, existsSync("a.txt"), existsSync("none")]; }
        function listed(n) { return [burn(n) % 10, fs.readdirSync("dir"), fs.readdirSync("dir", { withFileTypes: true }).map((e) => [e.name, e.isDirectory()])]; }
        function deep(n) { return [burn(n) % 10, fs.readdirSync("dir", { recursive: true })]; }
        function missing(n) { try { return readFileSync("none"); } catch (error) { return [burn(n) % 10, error.code, error.message, error.errno]; } }
        function quiet(n) { return [burn(n) % 10, typeof fs.statSync("none", { throwIfNoEntry: false })]; }
        function folder(n) { try { return readFileSync("dir"); } catch (error) { return [burn(n) % 10, error.code]; } }
        function real(n) { return [burn(n) % 10, fs.realpathSync("link").slice(-5), fs.realpathSync.native("link").slice(-5), fs.readlinkSync("link")]; }
        function access(n) { try { fs.accessSync("none", fs.constants.R_OK); } catch (error) { return [burn(n) % 10, error.code]; } return 1; }
        for (const fn of [named, byDefault, namespace, alias, asValue, bytes, exists, listed, deep, missing, quiet, folder, real, access]) {
          console.log(fn.name, fn(1), fn(1));
        }
        console.log(typeof required, typeof url);
      `,
      "a.txt": "alpha",
      "b.txt": "beta",
      "dir/one": "1",
      "dir/sub/two": "2",
    },
    links: { link: "b.txt" },
    cold: {
      misses: Object.fromEntries(
        "named byDefault namespace alias asValue bytes exists listed deep missing quiet folder real access"
          .split(" ")
          .map((name) => [name, 1]),
      ),
    },
    warm: {
      hits: Object.fromEntries(
        "named byDefault namespace alias asValue bytes exists listed deep missing quiet folder real access"
          .split(" ")
          .map((name) => [name, 2]),
      ),
    },
    after: [
      {
        label: "another text",
        edit: { "a.txt": "gamma" },
        misses: { named: 1, byDefault: 1, namespace: 1, alias: 1, bytes: 1 },
        hits: { asValue: 1, exists: 2, listed: 2, missing: 2, real: 2 },
      },
      {
        label: "the first text again",
        edit: { "a.txt": "alpha" },
        hits: { named: 2, byDefault: 2, namespace: 2, alias: 2, bytes: 2 },
      },
      {
        label: "one more file",
        edit: { "dir/sub/three": "3", none: "now" },
        hits: { named: 2, listed: 2 },
        misses: { deep: 1, missing: 1, exists: 1, quiet: 1, access: 1 },
      },
      {
        label: "one more entry",
        edit: { "dir/zero": "0" },
        hits: { named: 2 },
        misses: { deep: 1, listed: 1 },
      },
    ],
  }),

  program("a file that changes between calls", {
    files: {
      "main.mjs": `
        import { readFileSync, renameSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        function read(name) { return (burn(1) % 10) + readFileSync(name, "utf8"); }
        function size(name) { return (burn(2) % 10) + statSync(name).size; }
        const long = new Date(Date.now() - 1e9);
        writeFileSync("data.txt", "one");
        utimesSync("data.txt", long, long);
        await new Promise((resolve) => setTimeout(resolve, 250));
        console.log(read("data.txt"), read("data.txt"), size("data.txt"));
        // The same size and the same times.
        writeFileSync("data.txt", "two");
        utimesSync("data.txt", long, long);
        console.log(read("data.txt"));
        // Another file of the same size and times in its place.
        writeFileSync("other", "six");
        utimesSync("other", long, long);
        renameSync("other", "data.txt");
        console.log(read("data.txt"));
        // At once.
        for (const text of ["ten", "one", "ten", "two", "ten"]) { writeFileSync("data.txt", text); console.log(read("data.txt")); }
        unlinkSync("data.txt");
        try { read("data.txt"); } catch (error) { console.log(error.code); }
        writeFileSync("data.txt", "one");
        console.log(read("data.txt"));
      `,
    },
    cold: { misses: { read: 4 }, hits: { read: 6 } },
    warm: { misses: { read: 0 }, hits: { read: 10 } },
  }),

  program("links that lead elsewhere, and folders that are entered", {
    files: {
      "main.mjs": `
        import { mkdirSync, readFileSync, symlinkSync, unlinkSync } from "node:fs";
        import { basename } from "node:path";
        import { burn } from "./burn.mjs";
        function read(name) { return (burn(1) % 10) + readFileSync(name, "utf8"); }
        function where(n) { return (burn(n) % 10) + basename(process.cwd()); }
        symlinkSync("a.txt", "to");
        console.log(read("to"), read("to"));
        unlinkSync("to");
        symlinkSync("b.txt", "to");
        console.log(read("to"));
        console.log(where(1), read("same.txt"));
        process.chdir("dir");
        console.log(where(1), read("same.txt"), read("../a.txt"));
        process.chdir("..");
        console.log(where(1), read("same.txt"));
        mkdirSync("empty");
        process.chdir("empty");
        try { console.log(read("same.txt")); } catch (error) { console.log(error.code); }
      `,
      "a.txt": "alpha",
      "b.txt": "beta",
      "same.txt": "outside",
      "dir/same.txt": "inside",
    },
    cold: { misses: { read: 5, where: 2 }, hits: { read: 2, where: 1 } },
    warm: { misses: { read: 0, where: 0 }, hits: { read: 7, where: 3 } },
  }),

  program("names that depend on what was read before", {
    files: {
      "main.mjs": `
        import { readFileSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        function follow(name) {
          let at = name;
          const seen = [burn(1) % 10];
          while (at !== "end") { seen.push(at); at = readFileSync(at, "utf8").trim(); }
          return seen.join();
        }
        console.log(follow("a"), follow("a"));
        writeFileSync("b", "d");
        console.log(follow("a"));
        // Not read any more.
        writeFileSync("c", "nowhere");
        console.log(follow("a"));
      `,
      a: "b",
      b: "c",
      c: "end",
      d: "end",
    },
    cold: { misses: { follow: 2 }, hits: { follow: 2 } },
    warm: { misses: { follow: 0 }, hits: { follow: 4 } },
    after: [
      { label: "another way", edit: { a: "d" }, misses: { follow: 1 }, hits: { follow: 3 } },
      { label: "the first way", edit: { a: "b" }, misses: { follow: 0 }, hits: { follow: 4 } },
    ],
  }),

  program("reads of calls within calls", {
    files: {
      "main.mjs": `
        import { readFileSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        function inner(name) { return (burn(1) % 10) + readFileSync(name, "utf8"); }
        function outer(name) { return [burn(2) % 10, inner(name), inner(name)]; }
        function outermost(name) { return [burn(3) % 10, outer(name)]; }
        console.log(inner("data.txt"));
        console.log(outer("data.txt"), outermost("data.txt"));
        writeFileSync("data.txt", "two");
        console.log(outermost("data.txt"), outer("data.txt"), inner("data.txt"));
      `,
      "data.txt": "one",
    },
    cold: { misses: { inner: 2, outer: 2, outermost: 2 }, hits: { inner: 4, outer: 2 } },
    warm: { misses: { inner: 0, outer: 0, outermost: 0 }, hits: { inner: 2, outer: 2, outermost: 2 } },
    after: [
      {
        label: "another text",
        edit: { "data.txt": "three" },
        misses: { inner: 1, outer: 1, outermost: 1 },
      },
    ],
  }),

  program("what no trace holds", {
    files: {
      "main.mjs": `
        import fs, { readFileSync, writeFileSync } from "node:fs";
        import { execFileSync } from "node:child_process";
        import { burn } from "./burn.mjs";
        function proc(n) { return (burn(n) % 10) + readFileSync("/proc/self/comm", "utf8").length; }
        function device(n) { return (burn(n) % 10) + readFileSync("/dev/null", "utf8"); }
        function wrote(n) { writeFileSync("out", "w" + n); return (burn(n) % 10) + readFileSync("out", "utf8"); }
        function opened(n) { const fd = fs.openSync("data.txt"); const text = readFileSync(fd, "utf8"); fs.closeSync(fd); return text + burn(n); }
        function created(n) { return (burn(n) % 10) + readFileSync("made", { encoding: "utf8", flag: "a+" }); }
        function changing(n) { const before = readFileSync("data.txt", "utf8"); execFileSync(process.execPath, ["-e", "0"]); return before + burn(n); }
        function strange(n) { return readFileSync({ toString: () => "data.txt" }) + burn(n); }
        async function late(n) { await null; return (burn(n) % 10) + readFileSync("data.txt", "utf8"); }
        async function early(n) { const text = readFileSync("data.txt", "utf8"); await null; return (burn(n) % 10) + text; }
        async function mixed(n) { return fs.existsSync("data.txt") + (burn(n) % 10) + (await fs.promises.readFile("data.txt", "utf8")); }
        async function printing(n) { console.log("reads"); return (burn(n) % 10) + (await fs.promises.readFile("data.txt", "utf8")); }
        async function given(list) { return (burn(1) % 10) + (await fs.promises.readFile(list[0], "utf8")); }
        async function handled(n) { const file = await fs.promises.open("data.txt"); const text = await file.readFile("utf8"); await file.close(); return text + burn(n); }
        function called(n) { fs.readFile("data.txt", () => {}); return burn(n) % 10; }
        for (let i = 0; i < 2; i++) {
          console.log(device(1), wrote(1), opened(1), created(1), await late(1), await early(1), await mixed(1), await printing(1), await given(["data.txt"]), await handled(1), called(1), changing(1));
          if (process.platform === "linux") console.log(proc(1));
          try { strange(1); } catch (error) { console.log(error.code); }
        }
      `,
      "data.txt": "one",
    },
    refuses: {
      device: /readFileSync/,
      wrote: /writeFileSync/,
      opened: /openSync/,
      created: /readFileSync/,
      changing: /execFileSync/,
      late: /after it has waited/,
      mixed: /by promises/,
      printing: /by promises/,
      given: /by promises/,
      called: /fs.readFile/,
    },
    cold: { misses: { early: 1 }, hits: { early: 1 } },
    warm: { hits: { early: 2 } },
  }),

  program("files that are read by promises", {
    files: {
      "main.mjs": `
        import { readFile } from "node:fs/promises";
        import fs, { promises, unlinkSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        async function one(name) { const text = await readFile(name, "utf8"); return text + (burn(1) % 10); }
        async function chain(name) { let at = name; while (at !== "end") at = (await promises.readFile(at, "utf8")).trim(); return at + (burn(2) % 10); }
        async function both(a, b) { const texts = await Promise.all([fs.promises.readFile(a, "utf8"), readFile(b, "utf8")]); return texts.join() + (burn(3) % 10); }
        async function missing(name) { try { return await readFile(name); } catch (error) { return error.code + error.message + (burn(4) % 10); } }
        async function listed(name) { return (await fs.promises.readdir(name)).join() + (await fs.promises.realpath("a")).slice(-2) + (burn(5) % 10); }
        async function outer(name) { const text = await one(name); return text + (await one("b")) + (burn(6) % 10); }
        const all = async () => { console.log(await one("a"), await chain("a"), await both("a", "b"), await missing("none"), await listed("dir"), await outer("a")); };
        await all();
        await all();
        writeFileSync("b", "changed");
        console.log(await one("b"));
        writeFileSync("none", "now");
        console.log(await missing("none"), await both("a", "b"), await outer("a"));
        unlinkSync("none");
        const order = [];
        const first = one("a").then(() => order.push("one"));
        queueMicrotask(() => order.push("microtask"));
        process.nextTick(() => order.push("tick"));
        await first;
        console.log(order.join());
        console.log((await Promise.all([one("a"), one("a"), one("b")])).join());
      `,
      a: "end",
      b: "beta",
      "dir/entry": "",
    },
    cold: { misses: { chain: 1, both: 2, listed: 1 }, hits: { chain: 1, listed: 1 } },
    warm: {
      misses: { one: 0, chain: 0, both: 0, missing: 0, listed: 0, outer: 0 },
      hits: { chain: 2, both: 3, missing: 3, listed: 2, outer: 3 },
    },
    after: [
      {
        label: "another text",
        edit: { b: "gamma" },
        misses: { chain: 0, both: 1, outer: 1, listed: 0 },
        hits: { chain: 2 },
      },
      { label: "one more entry", edit: { "dir/more": "" }, misses: { listed: 1, chain: 0 } },
      { label: "as before", hits: { listed: 2, chain: 2 }, misses: { one: 0, listed: 0 } },
    ],
  }),

  program("functions that were put in the place of Node's", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const fs = require("fs");
        const { burn } = require("./burn.cjs");
        function read(n) { return (burn(n) % 10) + fs.readFileSync("data.txt", "utf8"); }
        function say(n) { console.log("say", n); return burn(n) % 10; }
        console.log(read(1), say(1));
        const { readFileSync } = fs;
        const { log } = console;
        let calls = 0;
        fs.readFileSync = (...args) => readFileSync(...args) + " replaced " + ++calls;
        console.log = (...args) => log("replaced", ...args);
        console.log(read(1), say(1), read(1), say(1));
        fs.readFileSync = readFileSync;
        console.log = log;
        console.log(read(1), say(1));
      `,
      "data.txt": "one",
    },
    cold: { misses: { read: 1, say: 1 }, hits: { read: 1, say: 1 } },
    warm: { misses: { read: 0, say: 0 }, hits: { read: 2, say: 2 } },
  }),

  program("a process that the program made up", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function where(n) { return (burn(n) % 10) + process.cwd().length; }
        function scale(n) { return (burn(n) % 10) + String(process.env.SCALE) + process.argv.length; }
        const own = process;
        console.log(where(1) > 0, scale(1));
        globalThis.process = { cwd: () => "x".repeat(Math.floor(performance.now() / 1e9) + 5), env: { SCALE: "own" }, argv: [] };
        console.log(where(1), scale(1));
        globalThis.process = own;
        console.log(where(1) > 0, scale(1));
      `,
    },
    cold: { misses: { where: 1, scale: 2 }, hits: { where: 1, scale: 1 } },
    warm: { misses: { where: 0, scale: 0 }, hits: { where: 2, scale: 3 } },
  }),

  program("the environment, set and deleted on the way", {
    env: { SCALE: "2" },
    args: ["x"],
    files: {
      "main.mjs": `
        import process, { env, argv } from "node:process";
        import { burn } from "./burn.mjs";
        const alias = process.env;
        function direct(n) { return (burn(n) % 10) + String(process.env.SCALE); }
        function imported(n) { return (burn(n) % 10) + String(env.SCALE); }
        function aliased(n) { return (burn(n) % 10) + String(alias.SCALE) + String(alias.MISSING); }
        function present(n) { return [burn(n) % 10, "SCALE" in process.env, Object.keys(env).includes("SCALE")]; }
        function dynamic(name) { return (burn(1) % 10) + String(process.env[name]); }
        function taken(n) { const { SCALE, ...rest } = process.env; return [burn(n) % 10, SCALE, typeof rest]; }
        function spread(n) { return (burn(n) % 10) + String({ ...process.env }.SCALE); }
        function given(variables) { return (burn(1) % 10) + String(variables.SCALE); }
        function same(n) { return burn(n) > 0 ? process.env : null; }
        function words(n) { return (burn(n) % 10) + argv[2] + process.argv.slice(2).join() + process.execArgv.includes("-x"); }
        const all = () => { console.log(
          direct(1), imported(1), aliased(1), ...present(1), dynamic("SCALE"), ...taken(1), spread(1), given(env), words(1),
          same(1) === process.env,
        ); };
        all();
        process.env.SCALE = "3";
        all();
        delete process.env.SCALE;
        all();
        process.env.SCALE = "2";
        process.argv.push("y");
        all();
      `,
    },
    // A variable that is set again stands at another place when they are listed.
    cold: {
      misses: { direct: 3, imported: 3, aliased: 3, dynamic: 4, spread: 4, given: 4, words: 2 },
      hits: { direct: 1, imported: 1, aliased: 1, words: 2 },
    },
    warm: {
      misses: { direct: 0 },
      hits: { direct: 4, imported: 4, aliased: 4, dynamic: 4, spread: 4, given: 4, words: 4 },
    },
  }),

  program("writes to the environment", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function sets(n) { process.env.MARK = String(n); return burn(n) % 10; }
        function removes(n) { delete process.env.MARK; return burn(n) % 10; }
        function assigns(n) { Object.assign(process.env, { MARK: "a" + n }); return burn(n) % 10; }
        function hides(n) { const e = process.env; e.MARK = "h" + n; return burn(n) % 10; }
        function drops(n) { process.argv.shift(); return burn(n) % 10; }
        for (let i = 1; i < 4; i++) console.log(sets(1), process.env.MARK, removes(1), process.env.MARK, assigns(i), process.env.MARK, hides(1), process.env.MARK);
        console.log(drops(1), process.argv.length, drops(1), process.argv.length);
      `,
    },
    refuses: { sets: /process/, removes: /process/, assigns: /of Node/, hides: /of Node/ },
    after: [{ label: "once more", hits: { drops: 2 } }],
  }),
];
