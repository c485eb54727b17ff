/** What a program reads of its surroundings, and what changes between two runs. */
import { program } from "../program.ts";

export const programs = [
  program("the time zone in every disguise", {
    env: { TZ: "UTC" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const epoch = new Date(0);
        function local(n) { return (burn(n) % 10) + new Date(2020, 0, n).getTime(); }
        function fields(n) { const d = new Date(n); return [burn(1) % 10, d.getDay(), d.getTimezoneOffset()]; }
        function text(date) { return (burn(2) % 10) + String(date); }
        function held(n) { return (burn(n) % 10) + \`\${epoch}\`; }
        function parsed(text) { return (burn(3) % 10) + Date.parse(text); }
        function iso(n) { return (burn(n) % 10) + new Date(n).toISOString(); }
        function plain(n) { return burn(n) % 1000; }
        console.log(local(5), fields(5), text(new Date(7)), held(1), parsed("2020-01-02T03:04"), iso(9), plain(1));
      `,
    },
    memo: { local: 1, fields: 1, text: 1, held: 1, parsed: 1, iso: 1, plain: 1 },
    after: [
      {
        label: "elsewhere",
        env: { TZ: "America/New_York" },
        misses: { local: 1, fields: 1, text: 1, held: 1, parsed: 1, plain: 1 },
      },
      { label: "back again", env: { TZ: "UTC" }, hits: { local: 1, fields: 1, text: 1, held: 1, parsed: 1, plain: 1 } },
    ],
  }),

  program("`this` of a sloppy function that is called plainly", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        globalThis.rate = Number(process.argv[2] ?? 1);
        function inner() { return this.rate; }
        function viaArrow() { return (() => this.rate)(); }
        function inDefault(rate = this.rate) { return rate; }
        function writes() { this.count = (this.count ?? 0) + 1; return this.count; }
        function strict() { "use strict"; return typeof this; }
        function Pair(n) { this.n = n; }
        Pair.prototype.twice = function () { return this.n * 2; };
        function reads(n) { return (burn(n) % 10) + inner(); }
        function arrow(n) { return (burn(n) % 10) + viaArrow(); }
        function byDefault(n) { return (burn(n) % 10) + inDefault(); }
        function counts(n) { return (burn(n) % 10) + writes(); }
        function plain(n) { return (burn(n) % 10) + strict(); }
        function made(n) { return (burn(n) % 10) + new Pair(n).twice(); }
        function called(n) { return (burn(n) % 10) + inner.call({ rate: n }); }
        console.log(reads(1), arrow(1), byDefault(1), counts(1), counts(1), plain(1), made(1), called(1), count);
      `,
    },
    memo: { plain: 1, made: 1, called: 1 },
    refuses: { reads: /globalThis/, arrow: /globalThis/, byDefault: /globalThis/, counts: /globalThis/ },
    after: [{ label: "with another rate", args: ["2"], hits: { plain: 1, made: 1, called: 1 } }],
  }),

  program("a time zone that the program itself changes", {
    env: { TZ: "UTC" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function hour(n) { return (burn(n) % 10) + ":" + new Date(n).getHours(); }
        console.log(hour(0));
        process.env.TZ = "Asia/Tokyo";
        console.log(hour(0));
        delete process.env.TZ;
        process.env.TZ = "UTC";
        console.log(hour(0));
      `,
    },
    cold: { misses: { hour: 2 }, hits: { hour: 1 } },
    warm: { misses: { hour: 0 }, hits: { hour: 3 } },
  }),

  program("the time zone and the locale where no name tells of them", {
    env: { TZ: "UTC" },
    files: {
      "data.txt": "one",
      "ways.mjs": `
        export const format = Number.prototype.toLocaleString;
        export const compare = String.prototype.localeCompare;
        export const method = ["to", "Locale", "String"].join("");
        export const ways = { up: String.prototype.toLocaleUpperCase };
      `,
      "main.mjs": `
        import * as fs from "node:fs";
        import { stat } from "node:fs/promises";
        import { burn } from "./burn.mjs";
        import { compare, format, method, ways } from "./ways.mjs";
        const zoneOf = (text) => text.slice(25);
        const sorter = compare.call.bind(compare);
        function changed(path) { return [burn(1) % 10, zoneOf(\`\${fs.statSync(path).mtime}\`)]; }
        async function later(path) { const { mtime } = await stat(path); return [burn(2) % 10, zoneOf(mtime + "")]; }
        function shown(path) { console.log(zoneOf([fs.lstatSync(path).mtime].join()), burn(3) % 10); return true; }
        function tested(path) { return [burn(4) % 10, Object.values(fs.statSync(path)).some((one) => /Japan/.test(one))]; }
        function made(Clock, n) { return [burn(5) % 10, String(new Clock(n))]; }
        function numbers(n) { return [burn(6) % 10, format.call(n), n[method](), ways.up.call("i")]; }
        function chosen(n, key) { return [burn(7) % 10, n[key]()]; }
        function sorted(list) { return [burn(8) % 10, ...list.slice().sort(sorter)]; }
        function given(fn, n) { return [burn(9) % 10, Reflect.apply(fn, n, [])]; }
        console.log(changed("data.txt"), await later("data.txt"), shown("data.txt"), tested("data.txt"), made(Date, 1e12));
        console.log(numbers(12345.5), chosen(12345.5, "toLocaleString"), sorted(["z", "\u00e4", "a"]), given(format, 5e5));
      `,
    },
    memo: { changed: 1, later: 1, shown: 1, made: 1, numbers: 1, chosen: 1, sorted: 1, given: 1 },
    after: [
      {
        label: "in another time zone",
        env: { TZ: "Asia/Tokyo" },
        misses: { changed: 1, later: 1, shown: 1, made: 1, numbers: 1 },
      },
      {
        label: "in another language",
        env: { LC_ALL: "tr_TR.UTF-8" },
        misses: { numbers: 1, chosen: 1, sorted: 1, given: 1 },
      },
      { label: "by LC_MESSAGES", env: { LC_MESSAGES: "sv_SE.UTF-8" }, misses: { numbers: 1, sorted: 1 } },
      { label: "with another encoding", env: { LC_MESSAGES: "sv_SE" }, hits: { numbers: 1, sorted: 1 } },
      {
        label: "what ICU does not look at",
        env: { LC_CTYPE: "sv_SE.UTF-8", LC_TIME: "de_DE.UTF-8", LANG: "C.UTF-8" },
        hits: { changed: 1, made: 1, numbers: 1, chosen: 1, sorted: 1, given: 1 },
      },
      { label: "LC_ALL comes first", env: { LC_ALL: "", LC_MESSAGES: "sv_SE" }, misses: { numbers: 1, sorted: 1 } },
    ],
  }),

  program("a locale that the program changes, of which ICU learns nothing", {
    env: { TZ: "UTC", LC_ALL: "de_DE.UTF-8" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const number = (n) => (burn(n) % 10) + " " + (n + 0.5).toLocaleString();
        if (process.argv[2] === "set") process.env.LC_ALL = "C";
        if (process.argv[2] === "deleted") delete process.env.LC_ALL;
        console.log(number(12345));
      `,
    },
    memo: { number: 1 },
    after: ["set", "deleted"].flatMap((how) => [
      { label: how, args: [how], hits: { number: 1 } },
      { label: `${how} in another language`, args: [how], env: { LC_ALL: "en_US.UTF-8" } },
    ]),
  }),

  program("an environment in the place of Node's, of which V8 learns nothing", {
    env: { TZ: "UTC" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const hour = (n) => (burn(n) % 10) + ":" + new Date(n).getHours();
        const own = process.env;
        if (process.argv[2] !== "none") process.env = { ...process.env, TZ: "Asia/Tokyo" };
        console.log(hour(0));
        own.TZ = "America/New_York";
        console.log(hour(1));
      `,
    },
    memo: { hour: 2 },
    after: [
      { label: "Node's own", args: ["none"], hits: { hour: 2 } },
      { label: "in that time zone", args: ["none"], env: { TZ: "Asia/Tokyo" }, misses: { hour: 1 }, hits: { hour: 1 } },
    ],
  }),

  program("the time zone of a worker, which is that of the process", {
    env: { TZ: "UTC" },
    files: {
      "hour.mjs": `
        import { burn } from "./burn.mjs";
        export const hour = (n) => (burn(n) % 10) + ":" + new Date(n).getHours();
      `,
      "main.mjs": `
        import { once } from "node:events";
        import { SHARE_ENV, Worker } from "node:worker_threads";
        import { hour } from "./hour.mjs";
        const how = process.argv[2];
        if (how === "before") process.env.TZ = "America/New_York";
        const env = how === "shared" ? SHARE_ENV : how === "given" ? { ...process.env, TZ: "Asia/Tokyo" } : process.env;
        const worker = new Worker(new URL("./worker.mjs", import.meta.url), { env, workerData: how });
        worker.on("message", (text) => console.log(text));
        await once(worker, "exit");
        if (how === "alone") console.log(hour(0));
      `,
      "worker.mjs": `
        import { parentPort, workerData } from "node:worker_threads";
        import { hour } from "./hour.mjs";
        if (workerData === "set" || workerData === "shared") process.env.TZ = "Asia/Tokyo";
        parentPort.postMessage(hour(0));
      `,
    },
    args: ["plain"],
    memo: { hour: 1 },
    after: [
      { label: "set in the worker", args: ["set"] },
      { label: "given to the worker", args: ["given"] },
      { label: "set in the worker, which shares the environment", args: ["shared"], misses: { hour: 1 } },
      { label: "set before the worker is made", args: ["before"], misses: { hour: 1 } },
      { label: "in that time zone", args: ["alone"], env: { TZ: "Asia/Tokyo" } },
      { label: "again, with the worker's own", args: ["set"], hits: { hour: 1 } },
    ],
  }),

  program("a time zone that changes while a call waits", {
    env: { TZ: "UTC" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function hour(n) { await null; return (burn(n) % 10) + ":" + new Date(n).getHours(); }
        const waiting = hour(0);
        if (process.argv[2] !== "stay") process.env.TZ = "Asia/Tokyo";
        console.log(await waiting);
      `,
    },
    cold: { refused: { hour: /time zone/ } },
    warm: { refused: { hour: /time zone/ } },
    after: [
      { label: "it does not change", args: ["stay"], misses: { hour: 1 } },
      { label: "once more", args: ["stay"], hits: { hour: 1 } },
    ],
  }),

  program("the locale in every disguise", {
    env: { LC_ALL: "en_US.UTF-8" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function number(n) { return (burn(1) % 10) + " " + n.toLocaleString(); }
        function sorted(list) { return [burn(2) % 10, ...list.slice().sort((a, b) => a.localeCompare(b))]; }
        function upper(text) { return (burn(3) % 10) + text.toLocaleUpperCase(); }
        function resolved(n) { return (burn(n) % 10) + new Intl.NumberFormat().resolvedOptions().locale; }
        function listed(list) { return (burn(4) % 10) + list.toLocaleString(); }
        function fixed(n) { return (burn(5) % 10) + n.toFixed(2); }
        console.log(number(1234.5), sorted(["z", "a", "\\u00e4"]), upper("i"), resolved(1), listed([1.5, 2000]), fixed(2));
      `,
    },
    memo: { number: 1, sorted: 1, upper: 1, resolved: 1, listed: 1, fixed: 1 },
    after: [
      {
        label: "in another language",
        env: { LC_ALL: "de_DE.UTF-8" },
        misses: { number: 1, sorted: 1, upper: 1, resolved: 1, listed: 1, fixed: 1 },
      },
    ],
  }),

  program("flags of Node and V8, and what Node's libraries read as it starts", {
    flags: ["--openssl-legacy-provider"],
    files: {
      "main.mjs": `
        import { createHash } from "node:crypto";
        import { burn } from "./burn.mjs";
        const tried = (run) => { try { return run(); } catch (error) { return error.code ?? error.name; } };
        function made(text) { return (burn(1) % 10) + String(tried(() => Function(text)())); }
        function inherited(list) { return (burn(2) % 10) + String(list.__proto__ === Array.prototype); }
        function digest(text) { return (burn(3) % 10) + tried(() => createHash("md4").update(text).digest("hex")); }
        function plain(n) { return burn(n) % 1000; }
        console.log(made("return 5"), inherited([1]), digest("a"), plain(4));
      `,
    },
    memo: { made: 1, inherited: 1, digest: 1, plain: 1 },
    after: [
      { label: "no code of texts", flags: ["--disallow-code-generation-from-strings"], misses: { made: 1, plain: 1 } },
      { label: "no __proto__", flags: ["--disable-proto=delete"], misses: { inherited: 1, plain: 1 } },
      { label: "the value of a flag apart", flags: ["--disable-proto", "delete"], misses: { inherited: 1, plain: 1 } },
      {
        label: "by NODE_OPTIONS",
        flags: [],
        env: { NODE_OPTIONS: "--disallow-code-generation-from-strings" },
        hits: { made: 1, plain: 1 },
      },
      { label: "no flag", flags: [], misses: { made: 1, inherited: 1, digest: 1, plain: 1 } },
      { label: "no such file", flags: [], env: { OPENSSL_CONF: "nowhere.cnf" }, misses: { digest: 1, plain: 1 } },
      {
        label: "flags that change nothing",
        flags: ["--openssl-legacy-provider", "--no-warnings", "--max-old-space-size=500", "--stack-trace-limit=20"],
        hits: { made: 1, inherited: 1, digest: 1, plain: 1 },
      },
    ],
  }),

  program("variables of the environment by every road", {
    env: { SCALE: "2" },
    files: {
      "main.mjs": `
        import process, { env } from "node:process";
        import { burn } from "./burn.mjs";
        const { SCALE } = process.env;
        const settings = { ...env };
        const read = (name) => process.env[name];
        function early(n) { return (burn(n) % 10) + SCALE; }
        function copied(n) { return (burn(n) % 10) + settings.SCALE; }
        function late(n) { return (burn(n) % 10) + read("SCALE"); }
        function named(n) { return (burn(n) % 10) + env.SCALE; }
        function present(n) { return (burn(n) % 10) + ("SCALE" in process.env); }
        function given(variables) { return (burn(1) % 10) + variables.SCALE; }
        console.log(early(1), copied(1), late(1), named(1), present(1), given({ SCALE: env.SCALE }), given(process.env));
      `,
    },
    memo: { early: 1, copied: 1, late: 1, named: 1, present: 1, given: 2 },
    after: [
      { label: "another value", env: { SCALE: "3" }, misses: { early: 1, copied: 1, late: 1, named: 1, given: 2 } },
      { label: "the first again", env: { SCALE: "2" }, hits: { early: 1, copied: 1, late: 1, named: 1, given: 2 } },
      { label: "none at all", env: { SCALE: "" }, misses: { early: 1, copied: 1, late: 1, named: 1, given: 2 } },
    ],
  }),

  program("what is read while modules load", {
    files: {
      "main.mjs": `
        import { readFileSync } from "node:fs";
        import { loaded } from "./loaded.mjs";
        import { burn } from "./burn.mjs";
        const text = readFileSync(new URL("data.txt", import.meta.url), "utf8");
        const started = Date.now();
        const id = Math.random();
        function work(n) { return (burn(n) % 10) + text + loaded; }
        function clocked(n) { return (burn(n) % 10) + (started > 0) + (id < 1); }
        console.log(work(1), clocked(1));
      `,
      "loaded.mjs": `import { readFileSync } from "node:fs";\nexport const loaded = readFileSync("data.txt", "utf8").length;\n`,
      "data.txt": "one",
    },
    memo: { work: 1 },
    cold: { misses: { work: 1 } },
    warm: { hits: { work: 1, clocked: 0 } },
    after: [
      { label: "another text", edit: { "data.txt": "three" }, misses: { work: 1 } },
      { label: "the first text again", edit: { "data.txt": "one" }, hits: { work: 1 } },
    ],
  }),

  program("import.meta, argv, standard input and the working directory", {
    args: ["a", "b"],
    stdin: "typed",
    files: {
      "main.mjs": `
        import { readFileSync } from "node:fs";
        import { basename } from "node:path";
        import { burn } from "./burn.mjs";
        const input = readFileSync(0, "utf8");
        const here = basename(import.meta.url);
        const [, , ...args] = process.argv;
        function typed(n) { return (burn(n) % 10) + input; }
        function placed(n) { return (burn(n) % 10) + here; }
        function meta(n) { return (burn(n) % 10) + typeof import.meta.resolve; }
        function argued(n) { return (burn(n) % 10) + args.join(); }
        function moved(n) { return (burn(n) % 10) + basename(process.cwd()); }
        console.log(typed(1), placed(1), meta(1), argued(1), moved(1));
      `,
    },
    memo: { typed: 1, placed: 1, argued: 1, moved: 1 },
    refuses: { meta: /import\.meta/ },
    after: [
      { label: "other arguments", args: ["a"], misses: { argued: 1 }, hits: { typed: 1, placed: 1 } },
      { label: "other input", args: ["a"], stdin: "else", misses: { typed: 1 }, hits: { placed: 1, argued: 1 } },
    ],
  }),

  program("flags of Node that change the language", {
    entry: "main.cjs",
    flags: ["--stack-trace-limit=3", "--no-deprecation"],
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        function work(n) { return burn(n) % 1000; }
        function deep(n) { return n === 0 ? fail() : deep(n - 1) + work(n); }
        function fail() { throw new Error("deep"); }
        console.log(work(1), Error.stackTraceLimit);
        try { deep(8); } catch (error) { console.log(error.stack.split("\\n").length); }
        Error.stackTraceLimit = 0;
        try { deep(8); } catch (error) { console.log(error.stack, Error.stackTraceLimit); }
      `,
    },
    cold: { misses: { work: 1 } },
    warm: { hits: { work: 1 } },
  }),
];
