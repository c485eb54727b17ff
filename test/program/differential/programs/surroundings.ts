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
        misses: { local: 1, fields: 1, text: 1, held: 1, parsed: 1 },
        hits: { plain: 1 },
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
        misses: { number: 1, sorted: 1, upper: 1, resolved: 1, listed: 1 },
        hits: { fixed: 1 },
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
