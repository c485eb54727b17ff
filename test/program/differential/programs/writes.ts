/** Functions that write whole files, where the user has allowed that to be done again. */
import { program } from "../program.ts";

const ON = { "package.json": "{}", "dumbo.config.json": `{ "replayWrites": true }` };

/** One call of each. */
const each = (names: string, count = 1) => Object.fromEntries(names.split(" ").map((name) => [name, count]));

/** Prints everything below a folder: names, modes, contents. */
const SHOW = `
  import { readdirSync, readFileSync, statSync } from "node:fs";
  export function show(folder) {
    Math.random(); // not to be cached
    for (const name of readdirSync(folder, { recursive: true }).sort()) {
      const path = folder + "/" + name;
      const stats = statSync(path);
      console.log(name, (stats.mode & 0o7777).toString(8), stats.nlink, stats.isFile() ? readFileSync(path).toString("base64") : "folder");
    }
  }
`;

const ROADS = "named byDefault namespace alias required byUrl bytes view encoded modes lone empty folders copied";

export const programs = [
  program("files that are written from views with members of the program's own", {
    files: {
      ...ON,
      "main.mjs": `
        import { readFileSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        let seen = 0;
        class Odd extends Uint8Array { get byteOffset() { seen++; return super.byteOffset; } }
        const bytes = (n) => {
          const made = Buffer.from("bytes " + n);
          Object.defineProperty(made, "buffer", { get() { seen++; return new ArrayBuffer(9); } });
          return made;
        };
        function odd(n) { writeFileSync("odd", new Odd([65 + n, 66])); return burn(n) % 10; }
        function own(n) { writeFileSync("own", bytes(n)); return burn(n) % 10; }
        function view(n) { writeFileSync("view", new DataView(Uint8Array.of(1, 2, n).buffer, 1)); return burn(n) % 10; }
        const text = (name) => readFileSync(name, "latin1");
        for (const fn of [odd, own, view]) console.log(fn(1), text(fn.name), fn(1), text(fn.name), fn(2), text(fn.name), seen);
      `,
    },
    warm: { hits: { view: 3 } },
    refuses: { odd: /./, own: /./ },
  }),

  program("files that are written by every synchronous road", {
    files: {
      ...ON,
      "show.mjs": SHOW,
      "main.mjs": `
        import fs, { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
        import * as all from "fs";
        import { createRequire } from "node:module";
        import { burn } from "./burn.mjs";
        import { show } from "./show.mjs";
        const required = createRequire(import.meta.url)("fs");
        const { writeFileSync: aliased } = fs;
        const place = new URL("out/url", import.meta.url).href;
        function named(n) { writeFileSync("out/named", "n" + burn(n)); }
        function byDefault(n) { fs.writeFileSync("out/default", "d" + burn(n)); return n; }
        function namespace(n) { all.writeFileSync("out/namespace", "s" + burn(n), "utf8"); return n; }
        function alias(n) { aliased("out/alias", "a" + burn(n)); return n; }
        function requiredOne(n) { required.writeFileSync("out/required", "r" + burn(n)); return n; }
        function byUrl(n) { writeFileSync(new URL(place), "u" + burn(n)); return n; }
        function bytes(n) { writeFileSync("out/bytes", Buffer.from([0, 255, burn(n) & 255])); return n; }
        function view(n) { writeFileSync("out/view", new Uint16Array([burn(n), 2, 3, 4]).subarray(1, 3)); return n; }
        function encoded(n) { writeFileSync("out/encoded", "\\u00e9" + burn(n), { encoding: "latin1" }); return n; }
        function modes(n) { writeFileSync("out/mode", "m" + burn(n), { mode: 0o640 }); writeFileSync("out/read", "r" + burn(n), { mode: 0o444 }); return n; }
        function lone(n) { writeFileSync("out/lone", "\\ud800" + burn(n)); return n; }
        function empty(n) { writeFileSync("out/empty", ""); return burn(n); }
        function folders(n) {
          mkdirSync("out/a/b/c", { recursive: true });
          mkdirSync("out/plain", 0o750);
          fs.mkdirSync("out/a/" + n, { recursive: true, mode: 0o700 });
          return burn(n);
        }
        function copied(n) { copyFileSync("script", "out/copied"); return burn(n); }
        mkdirSync("out");
        fs.chmodSync("script", 0o755);
        for (const fn of [named, byDefault, namespace, alias, requiredOne, byUrl, bytes, view, encoded, modes, lone, empty, folders, copied]) {
          console.log(fn.name, fn(1));
        }
        show("out");
      `,
      script: "#!/bin/sh\n",
    },
    cold: { misses: each(ROADS.replace("required", "requiredOne")) },
    warm: { hits: each(ROADS.replace("required", "requiredOne")) },
    after: [
      {
        label: "another file to copy",
        edit: { script: "#!/bin/bash\n" },
        hits: each(ROADS.replace("required", "requiredOne")),
      },
    ],
  }),

  program("writing is allowed, forbidden and allowed again", {
    files: {
      "package.json": "{}",
      "dumbo.config.json": "{}",
      "main.mjs": `
        import { writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        function build(n) { writeFileSync("out", "n" + burn(n)); return n; }
        console.log(build(1), build(1));
      `,
    },
    cold: { refused: { build: /writeFileSync/ } },
    warm: { refused: { build: /writeFileSync/ } },
    after: [
      {
        label: "allowed",
        edit: { "dumbo.config.json": `{ "replayWrites": true }` },
        misses: { build: 1 },
        hits: { build: 1 },
      },
      { label: "forbidden", edit: { "dumbo.config.json": "{}" }, refused: { build: /writeFileSync/ } },
      { label: "allowed again", edit: { "dumbo.config.json": `{ "replayWrites": true }` }, hits: { build: 2 } },
    ],
  }),

  program("what was written is read", {
    files: {
      ...ON,
      "show.mjs": SHOW,
      "main.mjs": `
        import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        import { show } from "./show.mjs";
        // Its own file, once it is there.
        function own(n) { writeFileSync("out/own", "o" + n); return [burn(n) % 10, existsSync("out/own"), readFileSync("out/own", "utf8")]; }
        // Whether it is there, before and after.
        function both(n) { const before = existsSync("out/both"); writeFileSync("out/both", "b" + n); return [burn(n) % 10, before, existsSync("out/both")]; }
        // Only what is not there.
        function once(n) { if (existsSync("out/once")) return "kept " + (burn(n) % 10); writeFileSync("out/once", "w" + burn(n)); return "made"; }
        // What it has written twice.
        function twice(n) {
          writeFileSync("out/twice", "one");
          const first = readFileSync("out/twice", "utf8");
          writeFileSync("out/twice", "two" + burn(n));
          return [first, readFileSync("out/twice", "utf8")];
        }
        // By a descriptor.
        function byDescriptor(n) {
          writeFileSync("out/fd", "f" + burn(n));
          const fd = openSync("out/fd", "r");
          const buffer = Buffer.alloc(4);
          const length = readSync(fd, buffer, 0, 4, 1);
          closeSync(fd);
          return buffer.toString("utf8", 0, length);
        }
        // A folder of its own.
        function listed(n) { mkdirSync("out/list", { recursive: true }); writeFileSync("out/list/" + n, "l" + burn(n)); return readdirSync("out/list"); }
        mkdirSync("out");
        for (let i = 0; i < 2; i++) {
          console.log(own(1), both(1), once(1), twice(1), listed(1));
          show("out");
        }
        unlinkSync("out/once");
        unlinkSync("out/both");
        rmSync("out/list", { recursive: true });
        console.log(own(1), both(1), once(1), twice(1), listed(1));
        writeFileSync("out/list/0", "");
        console.log(listed(1), listed(1));
        console.log(byDescriptor(1), byDescriptor(1));
        unlinkSync("out/fd");
        console.log(byDescriptor(1), readFileSync("out/fd", "utf8"));
        writeFileSync("out/own", "by somebody else");
        writeFileSync("out/twice", "by somebody else");
        console.log(own(1), twice(1));
        show("out");
      `,
    },
    cold: {
      misses: { own: 1, both: 2, once: 2, twice: 1, listed: 2 },
      hits: { own: 3, both: 1, once: 1, twice: 3, listed: 3 },
    },
    warm: {
      misses: each("byDescriptor own both once twice listed", 0),
      hits: { byDescriptor: 3, own: 4, both: 3, once: 3, twice: 4, listed: 5 },
    },
  }),

  program("a file that is read, changed and written", {
    files: {
      ...ON,
      "main.mjs": `
        import { readFileSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        function count(n) { const next = Number(readFileSync("count", "utf8")) + n; writeFileSync("count", String(next)); return burn(next); }
        function tidy(name) { const text = readFileSync(name, "utf8").trim() + "\\n"; writeFileSync(name, text); return burn(text.length); }
        console.log(count(1), count(1), count(1), readFileSync("count", "utf8"));
        console.log(tidy("text"), tidy("text"), tidy("text"), JSON.stringify(readFileSync("text", "utf8")));
        writeFileSync("count", "0");
        writeFileSync("text", "untidy  ");
        console.log(count(1), count(1), readFileSync("count", "utf8"), tidy("text"), JSON.stringify(readFileSync("text", "utf8")));
      `,
      count: "0",
      text: "untidy  ",
    },
    cold: { misses: { count: 3, tidy: 2 }, hits: { count: 2, tidy: 2 } },
    warm: { misses: { count: 0, tidy: 0 }, hits: { count: 5, tidy: 4 } },
    after: [{ label: "from another number", edit: { count: "2" }, hits: { count: 3 }, misses: { count: 2 } }],
  }),

  program("files that are written within calls, and read by others", {
    files: {
      ...ON,
      "show.mjs": SHOW,
      "main.mjs": `
        import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
        import { dirname } from "node:path";
        import { burn } from "./burn.mjs";
        import { show } from "./show.mjs";
        function page(name) {
          const text = readFileSync("pages/" + name, "utf8");
          mkdirSync("out/pages", { recursive: true });
          writeFileSync("out/pages/" + name, "<p>" + text.trim() + burn(text.length));
          return text.length;
        }
        function site(names) { const sizes = names.map((name) => page(name)); writeFileSync("out/index", sizes.join() + burn(1)); return sizes; }
        function total(names) { return names.map((name) => readFileSync("out/pages/" + name, "utf8")).join("|") + (burn(2) % 10); }
        function all(names) { return [site(names), total(names)]; }
        console.log(page("a"));
        console.log(site(["a", "b"]), total(["a", "b"]));
        console.log(all(["a", "b"]));
        writeFileSync("pages/a", "another");
        console.log(site(["a", "b"]), total(["a", "b"]), all(["a", "b"]));
        writeFileSync("out/pages/b", "by hand");
        console.log(total(["a", "b"]));
        console.log(all(["a", "b"]), total(["a", "b"]));
        rmSync("out", { recursive: true });
        console.log(all(["a", "b"]));
        show("out");
      `,
      "pages/a": "alpha",
      "pages/b": "beta",
    },
    cold: {
      misses: { page: 3, site: 2, total: 3, all: 2 },
      hits: { page: 2, site: 2, all: 2 },
    },
    warm: {
      misses: each("page site total all", 0),
      hits: { page: 1, site: 2, total: 4, all: 4 },
    },
    after: [
      {
        label: "another page",
        edit: { "pages/b": "gamma" },
        misses: { page: 1, site: 2, total: 2, all: 2 },
      },
      { label: "the first page again", edit: { "pages/b": "beta" }, misses: each("page site total all", 0) },
    ],
  }),

  program("places that are not what they were", {
    files: {
      ...ON,
      "show.mjs": SHOW,
      "main.mjs": `
        import fs, { writeFileSync } from "node:fs";
        import { execFileSync } from "node:child_process";
        import { burn } from "./burn.mjs";
        import { show } from "./show.mjs";
        function write(path) { writeFileSync(path, "w" + burn(1), { mode: 0o664 }); return path.length; }
        function make(path) { fs.mkdirSync(path); return burn(path.length); }
        function copy(path) { fs.copyFileSync("main.mjs", path); return burn(path.length); }
        const attempt = (fn, path) => { Math.random(); try { return fn(path); } catch (error) { return error.code; } };
        const look = (label, ...more) => { Math.random(); console.log(label, ...more); show("out"); };
        const run = (label) => Math.random() < 2 && look(label, attempt(write, "out/f"), attempt(copy, "out/c"));
        fs.mkdirSync("out");
        run("missing");
        run("there");
        fs.chmodSync("out/f", 0o600);
        fs.chmodSync("out/c", 0o600);
        run("with another mode");
        writeFileSync("out/f", "longer than what is written into it");
        writeFileSync("out/c", "");
        fs.linkSync("out/f", "out/f2");
        fs.linkSync("out/c", "out/c2");
        run("with two names");
        writeFileSync("out/f2", "something else");
        const fd = fs.openSync("out/f", "r");
        const { ino } = fs.statSync("out/f");
        run("open");
        console.log(fs.readFileSync(fd, "utf8"), fs.statSync("out/f").ino === ino);
        fs.closeSync(fd);
        for (const name of ["f", "f2", "c", "c2"]) fs.unlinkSync("out/" + name);
        writeFileSync("out/target", "t");
        fs.symlinkSync("target", "out/f");
        fs.symlinkSync("target2", "out/c");
        fs.writeFileSync("out/target2", "t");
        run("a link");
        console.log(fs.lstatSync("out/f").isSymbolicLink(), fs.lstatSync("out/c").isSymbolicLink());
        fs.unlinkSync("out/target");
        fs.unlinkSync("out/target2");
        console.log("a link to nothing", attempt(write, "out/f"), attempt(copy, "out/c"));
        look("made");
        console.log(fs.lstatSync("out/f").isSymbolicLink(), fs.lstatSync("out/c").isSymbolicLink());
        fs.unlinkSync("out/f");
        fs.unlinkSync("out/c");
        fs.mkdirSync("out/f");
        fs.mkdirSync("out/c");
        run("a folder");
        fs.rmSync("out", { recursive: true });
        console.log("no folder", attempt(write, "out/f"), attempt(copy, "out/c"), fs.existsSync("out"));
        fs.mkdirSync("out");
        const before = process.umask(0o077);
        run("under another umask");
        process.umask(before);
        console.log(attempt(make, "out/d"), attempt(make, "out/d"), attempt(make, "out/e/e"));
        fs.rmdirSync("out/d");
        look("a folder made", attempt(make, "out/d"));
        if (process.platform !== "win32") {
          fs.unlinkSync("out/f");
          execFileSync("mkfifo", ["out/f"]);
          const pipe = fs.openSync("out/f", fs.constants.O_RDWR);
          console.log("a pipe", attempt(write, "out/f"));
          const got = Buffer.alloc(100);
          console.log(got.toString("utf8", 0, fs.readSync(pipe, got)));
          fs.closeSync(pipe);
          fs.unlinkSync("out/f");
        }
      `,
    },
    cold: { misses: { write: 2, copy: 1, make: 1 }, hits: { write: 7, copy: 7, make: 1 } },
    warm: { misses: { write: 1, copy: 0, make: 0 }, hits: { write: 8, copy: 8, make: 2 } },
  }),

  program("names that are relative to where the program is", {
    files: {
      ...ON,
      "main.mjs": `
        import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        function build(name) { mkdirSync("made", { recursive: true }); writeFileSync("made/" + name, "b" + burn(1)); return process.cwd().length > 0; }
        function blind(name) { writeFileSync(name, "b" + burn(2)); return name; }
        for (const folder of ["one", "two", "one"]) {
          mkdirSync(folder, { recursive: true });
          process.chdir(folder);
          console.log(build("b"), blind("c"), readFileSync("made/b", "utf8"), readFileSync("c", "utf8"));
          rmSync("made", { recursive: true });
          console.log(build("b"), readFileSync("made/b", "utf8"));
          process.chdir("..");
        }
      `,
    },
    cold: { misses: { build: 2, blind: 1 }, hits: { build: 4, blind: 2 } },
    warm: { hits: { blind: 3 } },
  }),

  program("names that lead to one file later on", {
    files: {
      ...ON,
      "main.mjs": `
        import fs, { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        // What it reads after it has written may be what it has written.
        function read(n) { writeFileSync("p", "p" + n); return [burn(n) % 10, readFileSync("q", "utf8")]; }
        function exists(n) { writeFileSync("one/p", "p" + n); return [burn(n) % 10, existsSync("two/p")]; }
        function again(n) { const before = readFileSync("q", "utf8"); writeFileSync("p", "p" + n); return [burn(n) % 10, before, readFileSync("q", "utf8")]; }
        function sized(n) { writeFileSync("p", "p" + n); return [burn(n) % 10, fs.statSync("./p").size]; }
        console.log(read(1), read(1), again(2), again(2), sized(1), sized(1), readFileSync("p", "utf8"));
        unlinkSync("p");
        linkSync("q", "p");
        console.log(read(1), readFileSync("q", "utf8"));
        writeFileSync("q", "q");
        console.log(again(2), readFileSync("q", "utf8"));
        unlinkSync("p");
        unlinkSync("q");
        writeFileSync("q", "q");
        symlinkSync("q", "p");
        console.log(read(1), readFileSync("q", "utf8"));
        mkdirSync("one");
        mkdirSync("two");
        console.log(exists(1));
        unlinkSync("one/p");
        console.log(exists(1));
        unlinkSync("one/p");
        fs.rmdirSync("two");
        symlinkSync("one", "two");
        console.log(exists(1), fs.readdirSync("one"));
      `,
      q: "q",
    },
    cold: { misses: { read: 3, again: 2, exists: 2 }, hits: { read: 1, again: 1, exists: 1 } },
    warm: { hits: { exists: 2 } },
  }),

  program("writes that are not done again", {
    files: {
      ...ON,
      "main.mjs": `
        import fs, { mkdirSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        import { sharedBytes } from "./shared.mjs";
        const file = "out/f";
        function appends(n) { fs.appendFileSync("out/log", "x"); return burn(n); }
        function flags(n) { writeFileSync("out/log", "x", { flag: "a" }); return burn(n); }
        function exclusive(n) { writeFileSync("out/x" + Math.floor(n), "x", { flag: "wx" }); fs.unlinkSync("out/x" + n); return burn(n); }
        function opens(n) { const fd = fs.openSync(file, "w"); fs.writeSync(fd, "x"); fs.closeSync(fd); return burn(n); }
        function descriptor(n) { writeFileSync(1, ""); return burn(n); }
        function byBuffer(n) { writeFileSync(Buffer.from(file), "x"); return burn(n); }
        function shared(n) { writeFileSync(file, sharedBytes()); return burn(n); }
        function unknown(n) { writeFileSync(file, "x", Object.create({ flag: "a" })); return burn(n); }
        function removes(n) { writeFileSync("out/tmp", "x"); fs.unlinkSync("out/tmp"); return burn(n); }
        function renames(n) { writeFileSync("out/tmp", "x"); fs.renameSync("out/tmp", file); return burn(n); }
        function dates(n) { writeFileSync(file, "x"); fs.utimesSync(file, 1, 1); return burn(n); }
        function modes(n) { writeFileSync(file, "x"); fs.chmodSync(file, 0o600); return burn(n); }
        function links(n) { writeFileSync("out/t" + n, "x"); fs.symlinkSync("f", "out/l" + n); fs.unlinkSync("out/l" + n); return burn(n); }
        function looks(n) { writeFileSync(file, "x"); return fs.statSync(file).size + burn(n); }
        function looksBefore(n) { writeFileSync(file, "x"); return fs.lstatSync(file).size + burn(n); }
        function device(n) { writeFileSync("/dev/null", "x"); return burn(n); }
        function source(n) { writeFileSync("other.mjs", fs.readFileSync("other.mjs")); return burn(n); }
        function fails(n) { try { writeFileSync("none/f", "x"); } catch (error) { return error.code + burn(n); } }
        function isFolder(n) { try { writeFileSync("out", "x"); } catch (error) { return error.code + burn(n); } }
        function twice(n) { try { mkdirSync("out"); } catch (error) { return error.code + burn(n); } }
        function made(n) { return mkdirSync("out/made", { recursive: true }) === undefined ? 1 : burn(n); }
        const apply = (fn, path) => fn(path, { recursive: true });
        function madeBy(n) { return apply(mkdirSync, "out/by") === undefined ? 1 : burn(n); }
        const mk = { dir: fs.mkdirSync };
        function madeAs(n) { return mk.dir("out/as", { recursive: true }) === undefined ? 1 : burn(n); }
        function callback(n) { fs.writeFile("out/later", "x", () => {}); return burn(n); }
        function streams(n) { fs.createWriteStream("out/stream").end("x"); return burn(n); }
        await import("./other.mjs");
        mkdirSync("out");
        for (let i = 0; i < 2; i++) {
          for (const fn of [appends, flags, exclusive, opens, descriptor, byBuffer, shared, unknown, removes, renames, dates, modes, links, looks, looksBefore, device, source, fails, isFolder, twice, made, madeBy, madeAs, callback, streams]) {
            try { console.log(fn.name, fn(1)); } catch (error) { console.log(fn.name, error.code, error.name); }
          }
        }
      `,
      "shared.mjs": "export function sharedBytes() { return new Uint8Array(new SharedArrayBuffer(2)); }\n",
      "assumePure.json": `{ "assumePure": ["./shared.mjs#sharedBytes"] }`,
      "other.mjs": "export function other(n) { return [n].length; }\n",
    },
    refuses: {
      appends: /appendFileSync/,
      flags: /with the flag a/,
      exclusive: /unlinkSync/,
      opens: /openSync/,
      descriptor: /neither a text nor a URL/,
      byBuffer: /neither a text nor a URL/,
      shared: /neither a text nor bytes/,
      unknown: /options/,
      removes: /unlinkSync/,
      renames: /renameSync/,
      dates: /utimesSync/,
      modes: /chmodSync/,
      links: /symlinkSync/,
      looks: /fs.statSync/,
      looksBefore: /fs.lstatSync/,
      device: /a device/,
      source: /a file of the program/,
      fails: /which throws/,
      isFolder: /something else is/,
      twice: /which throws/,
      made: /looks at what/,
      madeBy: /looks at what|mkdirSync/,
      madeAs: /mkdirSync/,
      callback: /fs.writeFile/,
      streams: /createWriteStream/,
    },
  }),

  program("files that are written by promises", {
    files: {
      ...ON,
      "show.mjs": SHOW,
      "main.mjs": `
        import fs, { existsSync, rmSync, writeFileSync } from "node:fs";
        import { mkdir, readFile, writeFile } from "node:fs/promises";
        import { burn } from "./burn.mjs";
        import { show } from "./show.mjs";
        async function page(name) {
          const text = await readFile("pages/" + name, "utf8");
          await mkdir("out/pages", { recursive: true });
          await writeFile("out/pages/" + name, "<p>" + text + burn(text.length));
        }
        async function only(name) { await fs.promises.writeFile("out/" + name, "o" + burn(name.length), { mode: 0o600 }); return name; }
        async function own(name) { await writeFile("out/" + name, Buffer.from("b" + burn(1))); return (await readFile("out/" + name, "utf8")) + burn(2); }
        async function atOnce(name) { writeFileSync("out/" + name, "s" + burn(1)); await null; return name; }
        async function site(prefix) { await Promise.all([page(prefix + "1"), page(prefix + "2")]); return burn(3); }
        for (let i = 0; i < 2; i++) {
          fs.mkdirSync("out");
          const pending = only("first");
          const early = atOnce("early");
          console.log(existsSync("out/early"), await pending, await early);
          console.log(await page("a1"), await own("own"), await site("a"));
          console.log(...(await Promise.all([only("x"), only("y"), own("z"), page("a2")])));
          show("out");
          rmSync("out", { recursive: true });
        }
        try { await only("nowhere"); } catch (error) { console.log(error.code, error.message); }
        try { await page("none"); } catch (error) { console.log(error.code, existsSync("out")); }
      `,
      "pages/a1": "alpha",
      "pages/a2": "beta",
    },
    cold: { misses: { atOnce: 1, own: 2, site: 1, only: 3, page: 2 }, hits: { atOnce: 1, own: 2, site: 1, only: 3 } },
    warm: { misses: { atOnce: 0, own: 0, site: 0, only: 0 }, hits: { atOnce: 2, own: 4, site: 2, only: 6 } },
    after: [
      {
        label: "another page",
        edit: { "pages/a1": "gamma" },
        misses: { page: 1, site: 1 },
        hits: { atOnce: 2, own: 4 },
      },
    ],
  }),

  program("writes by promises that are not done again", {
    files: {
      ...ON,
      "main.mjs": `
        import fs, { mkdirSync, readFileSync, writeFileSync } from "node:fs";
        import { appendFile, mkdir, open, readFile, writeFile } from "node:fs/promises";
        import { setTimeout as wait } from "node:timers/promises";
        import { burn } from "./burn.mjs";
        mkdirSync("out");
        async function leaves(n) { writeFile("out/leaves" + n, "x".repeat(9_000_000)); return burn(n); }
        async function fails(n) { try { await writeFile("none/f", "x"); } catch (error) { return error.code + burn(n); } }
        async function atOnce(n) { await null; writeFileSync("out/once", "x" + n); return burn(n); }
        async function mixed(n) { writeFileSync("out/mixed", "x"); await writeFile("out/mixed2", "y"); return burn(n); }
        async function prints(n) { console.log("prints"); await writeFile("out/prints", "x"); return burn(n); }
        async function given(list) { await writeFile("out/given", list[0]); return burn(list.length); }
        async function appends(n) { await appendFile("out/log", "x"); return burn(n); }
        async function handle(n) { const file = await open("out/handle", "w"); await file.writeFile("x"); await file.close(); return burn(n); }
        async function signal(n) { await writeFile("out/signal", "x", { signal: AbortSignal.abort() }).catch(() => {}); return burn(n); }
        async function stream(n) { await writeFile("out/stream", ["a", "b"]); return burn(n); }
        async function made(n) { const first = await mkdir("out/made", { recursive: true }); return first === undefined ? 1 : burn(n); }
        async function overwritten(n) { await writeFile("out/over", "x"); for (let i = 0; i < 50; i++) await readFile("main.mjs"); return burn(n); }
        function later(n) { writeFile("out/later", "x").then(() => {}); return burn(n); }
        for (let i = 0; i < 2; i++) {
          for (const fn of [leaves, fails, atOnce, mixed, prints, appends, handle, signal, stream, made, later]) console.log(fn.name, await fn(1));
          console.log(await given(["g"]));
          const over = overwritten(1);
          while (!fs.existsSync("out/over") || readFileSync("out/over", "utf8") === "") await new Promise(setImmediate);
          writeFileSync("out/over", "by somebody else");
          console.log(await over, readFileSync("out/over", "utf8"));
          fs.unlinkSync("out/over");
        }
        await wait(50);
      `,
    },
    refuses: {
      leaves: /ends before/,
      fails: /catches an error/,
      atOnce: /after it has waited/,
      mixed: /at once/,
      prints: /at once/,
      given: /change/,
      appends: /appendFile/,
      handle: /promises.open/,
      signal: /options|AbortSignal/,
      stream: /neither a text nor bytes/,
      made: /looks at what/,
      overwritten: /others wrote|changed|promises/,
      later: /ends before/,
    },
  }),

  program("a program that writes in its own way", {
    files: {
      ...ON,
      "main.mjs": `
        import fs, { writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        function build(n) { writeFileSync("out", "n" + burn(n)); return n; }
        function other(n) { fs.writeFileSync("other", "n" + burn(n)); return n; }
        console.log(build(1));
        const original = fs.writeSync;
        fs.writeSync = function (fd, data, ...rest) { return original.call(this, fd, Buffer.from(String(data).toUpperCase()), ...rest); };
        console.log(build(1), other(1));
        fs.writeSync = original;
        const { writeFileSync: first } = fs;
        fs.writeFileSync = (path, data) => first(path, data + "!");
        console.log(build(1), other(1), fs.readFileSync("other", "utf8"));
        fs.writeFileSync = first;
      `,
    },
    cold: { misses: { build: 1, other: 0 }, hits: { build: 0 }, refused: { other: /replaced/ } },
    warm: { hits: { build: 1, other: 0 }, refused: { other: /replaced/ } },
  }),

  program("output and files in their order", {
    files: {
      ...ON,
      "main.mjs": `
        import { readFileSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        function build(name) { console.log("building", name); writeFileSync(name, "b" + burn(1)); console.log("built", name); return name.length; }
        function assumed(name) { writeFileSync(name, "a" + burn(2)); return Math.random() < 2; }
        console.log(build("one"), build("two"), build("one"), readFileSync("one", "utf8"));
        console.log(assumed("three"), assumed("three"), readFileSync("three", "utf8"));
      `,
      "assumePure.json": `{ "assumePure": ["./main.mjs#assumed"] }`,
    },
    cold: { misses: { build: 2, assumed: 1 }, hits: { build: 1, assumed: 1 } },
    warm: { misses: { build: 0, assumed: 0 }, hits: { build: 3, assumed: 2 } },
  }),
];
