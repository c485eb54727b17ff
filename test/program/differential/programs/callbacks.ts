/** Reads with a callback: the frame is the one that they were begun in, and has to be open when they are answered. */
import { program } from "../program.ts";

export const programs = [
  program("files that are read by callbacks, by every road", {
    areFilesNew: true,
    files: {
      "main.mjs": `
        import fs, { access, exists, lstat, readdir, readFile, readlink, realpath, stat, symlinkSync } from "node:fs";
        import * as all from "fs";
        import util, { promisify } from "node:util";
        import { createRequire } from "node:module";
        import { burn } from "./burn.mjs";
        const required = createRequire(import.meta.url)("fs");
        const { readFile: alias } = fs;
        const promised = promisify(readFile);
        const there = util.promisify(exists);
        const accessible = promisify(required.access);
        const promisedStat = promisify(fs.stat);
        const wait = (begin) => new Promise((resolve, reject) => begin((error, value) => (error ? reject(error) : resolve(value))));
        const tail = (n) => burn(n) % 10;
        async function named(name) { const text = await new Promise((resolve, reject) => { readFile(name, "utf8", (error, data) => (error ? reject(error) : resolve(data))); }); return text + tail(1); }
        async function byDefault(name) { return (await wait((done) => fs.readFile(name, done))).toString("hex") + tail(2); }
        async function namespace(name) { return (await wait((done) => all.readFile(name, { encoding: "latin1" }, done))) + tail(3); }
        async function aliased(name) { return (await wait((done) => alias(name, "utf8", done))) + tail(4); }
        async function byRequire(name) { return (await wait((done) => required.readFile(name, "utf8", done))) + tail(5); }
        async function twice(name) { return (await promised(name, "utf8")) + (await promised("b", "utf8")) + tail(6); }
        async function asks(name) { return (await there(name)) + String(await accessible("a")) + (await new Promise((resolve) => exists(name, resolve))) + tail(7); }
        async function looks(name) { return (await promisedStat(name)).size + (await wait((done) => stat(name, done))).size + (await wait((done) => lstat(name, { bigint: true }, done))).mode.toString() + tail(8); }
        async function lists(name) { return (await wait((done) => readdir(name, done))).join() + (await wait((done) => readdir(name, { withFileTypes: true }, done))).map((one) => one.isFile()) + tail(9); }
        async function links(name) { return (await wait((done) => readlink(name, done))) + (await wait((done) => realpath(name, done))).slice(-2) + (await wait((done) => realpath.native(name, "utf8", done))).slice(-2) + tail(10); }
        async function fails(name) { try { return await wait((done) => readFile(name, done)); } catch (error) { return error.code + error.message + (await wait((done) => access(name, done)).catch(({ message }) => message)) + tail(11); } }
        async function chain(name) { let at = name; while (at !== "end") at = (await wait((done) => readFile(at, "utf8", done))).trim(); return at + tail(12); }
        async function within(name) { return (await wait((done) => readFile(name, "utf8", (error, first) => readFile(first, "utf8", (other, second) => done(other, first + second))))) + tail(14); }
        async function outer(name) { return (await named(name)) + (await named("b")) + tail(13); }
        symlinkSync("a", "to");
        const print = async () => {
          console.log(await named("a"), await byDefault("a"), await namespace("a"), await aliased("a"), await byRequire("a"), await twice("a"), await asks("a"), await asks("none"));
          console.log(await looks("b"), await lists("dir"), await links("to"), await fails("none"), await chain("a"), await outer("a"), await within("a"));
        };
        await print();
        await print();
      `,
      a: "b",
      b: "end",
      "dir/entry": "",
    },
    cold: {
      misses: {
        named: 2,
        byDefault: 1,
        namespace: 1,
        aliased: 1,
        byRequire: 1,
        twice: 1,
        asks: 2,
        looks: 1,
        lists: 1,
        links: 1,
      },
      hits: { byDefault: 1, twice: 1, asks: 2, links: 1, fails: 1, chain: 1, outer: 1 },
    },
    warm: {
      misses: { named: 0, byDefault: 0, twice: 0, asks: 0, looks: 1, lists: 0, links: 0, fails: 0, chain: 0, outer: 0 },
      hits: {
        byDefault: 2,
        namespace: 2,
        aliased: 2,
        byRequire: 2,
        twice: 2,
        asks: 4,
        lists: 2,
        links: 2,
        fails: 2,
        chain: 2,
        outer: 2,
        within: 2,
      },
    },
    after: [
      {
        label: "another text",
        edit: { b: "a2", a2: "end" },
        misses: { byDefault: 0, twice: 1, chain: 1, outer: 1, lists: 0 },
        hits: { byDefault: 2, twice: 1, chain: 1, outer: 1, within: 1 },
      },
      { label: "one more entry", edit: { "dir/more": "", none: "now" }, misses: { lists: 1, asks: 1, chain: 0 } },
    ],
  }),

  program("files that are read by callbacks and change between calls", {
    files: {
      "main.mjs": `
        import { readFile, renameSync, stat, symlinkSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        const wait = (begin) => new Promise((resolve, reject) => begin((error, value) => (error ? reject(error) : resolve(value))));
        async function read(name) { return (await wait((done) => readFile(name, "utf8", done))) + (burn(1) % 10); }
        async function two(name) { const first = await wait((done) => readFile(name, "utf8", done)); const size = (await wait((done) => stat(name, done))).size; return first + size + (burn(3) % 10); }
        writeFileSync("data.txt", "one");
        const long = new Date(Date.now() - 1e9);
        utimesSync("data.txt", long, long);
        await new Promise((resolve) => setTimeout(resolve, 250));
        console.log(await read("data.txt"), await read("data.txt"), await two("data.txt"));
        writeFileSync("data.txt", "two");
        utimesSync("data.txt", long, long);
        console.log(await read("data.txt"));
        // Another file of the same size and times in its place.
        writeFileSync("other", "six");
        utimesSync("other", long, long);
        renameSync("other", "data.txt");
        console.log(await read("data.txt"));
        unlinkSync("data.txt");
        writeFileSync("one.txt", "one");
        symlinkSync("one.txt", "data.txt");
        console.log(await read("data.txt"));
        unlinkSync("data.txt");
        console.log(await read("data.txt").catch(({ code }) => code));
      `,
    },
    cold: { misses: { read: 3 }, hits: { read: 2 } },
    warm: { misses: { read: 0 }, hits: { read: 5 } },
  }),

  program("callbacks that come after the end, and those of others", {
    files: {
      "main.mjs": `
        import fs, { readFile, writeFileSync } from "node:fs";
        import { promisify } from "node:util";
        import { burn } from "./burn.mjs";
        writeFileSync("large", "x".repeat(3e7));
        const promised = promisify(readFile);
        async function ends(n) { readFile("data.txt", () => {}); return burn(n) % 10; }
        function atOnce(n) { fs.readFile("data.txt", () => {}); return burn(n) % 10; }
        function hands(n) { const end = burn(n) % 10; return new Promise((resolve) => { readFile("data.txt", "utf8", (error, text) => resolve(text + end)); }); }
        async function fills(into) { into.text = (await promised("large")).length; }
        async function races(n) { const result = { n: burn(n) % 10 }; await Promise.race([fills(result), promised("data.txt")]); return result; }
        async function fillsByPromise(into) { into.text = (await fs.promises.readFile("large")).length; }
        async function racesByPromise(n) { const result = { n: burn(n) % 10 }; await Promise.race([fillsByPromise(result), fs.promises.readFile("data.txt")]); return result; }
        async function nested(n) { const first = await hands(n); return first + (burn(n) % 10); }
        async function clocked(name) { const text = await new Promise((resolve) => { readFile(name, "utf8", (error, data) => { resolve(data + (new Intl.DateTimeFormat("en").format().length > 0)); }); }); return text + (burn(1) % 10); }
        async function calm(name) { const text = await promised(name, "utf8"); return text + (burn(2) % 10); }
        async function shares(list) { return (await promised(list[0], "utf8")) + (burn(3) % 10); }
        const one = await races(1);
        const two = await racesByPromise(1);
        console.log(await ends(1), atOnce(1), await hands(1), await nested(1), await shares(["data.txt"]));
        // In between each other: what one of them does is not done by the others.
        console.log((await Promise.all([calm("data.txt"), clocked("data.txt"), calm("other.txt")])).join());
        console.log((await Promise.all([calm("data.txt"), clocked("data.txt"), calm("other.txt")])).join());
        while (!one.text || !two.text) await new Promise((resolve) => setTimeout(resolve, 10));
        console.log(one, two);
      `,
      "data.txt": "one",
      "other.txt": "two",
    },
    refuses: {
      ends: /before fs.readFile has answered/,
      atOnce: /before fs.readFile has answered/,
      hands: /before fs.readFile has answered/,
      races: /before fs.readFile has answered/,
      racesByPromise: /before fs.promises.readFile has answered/,
      clocked: /DateTimeFormat/,
      shares: /is given/,
    },
    cold: { misses: { calm: 2, nested: 1 }, hits: { calm: 2 } },
    warm: { misses: { calm: 0, nested: 0 }, hits: { calm: 4, nested: 1 } },
  }),

  program("callbacks that throw, and what is not a regular file", {
    files: {
      "main.mjs": `
        import { execFileSync, spawn } from "node:child_process";
        import { readFile, readlink } from "node:fs";
        import { promisify } from "node:util";
        import { burn } from "./burn.mjs";
        const wait = (begin) => new Promise((resolve, reject) => begin((error, value) => (error ? reject(error) : resolve(value))));
        async function pipe(name) { return (await wait((done) => readFile(name, "utf8", done))) + (burn(1) % 10); }
        async function missing(name) { return (await wait((done) => readFile(name, "utf8", done)).catch(({ code }) => code)) + (burn(2) % 10); }
        async function device(name) { return (await wait((done) => readFile(name, "utf8", done))) + (burn(3) % 10); }
        async function flagged(name) { return (await wait((done) => readFile(name, { encoding: "utf8", flag: "a+" }, done))) + (burn(4) % 10); }
        async function throws(name) { await new Promise((resolve) => readFile(name, () => { const none = resolve(); throw new Error("in a callback " + (burn(5) % 10)); })); return burn(6) % 10; }
        async function wrong(n) { try { readFile("data.txt", "utf8"); } catch (error) { return error.code + (burn(n) % 10); } }
        if (process.platform !== "win32") {
          execFileSync("mkfifo", ["fifo"]);
          for (let i = 0; i < 2; i++) {
            spawn(process.execPath, ["-e", "require('fs').writeFileSync('fifo', 'through " + i + "')"]);
            console.log(await pipe("fifo"));
          }
          console.log(await device("/dev/null"), await device("/dev/null"));
        }
        console.log(await missing("none"), await missing("none"), await flagged("made"), await flagged("made"), await wrong(1), await wrong(1));
        process.on("uncaughtException", ({ message }) => console.log(message));
        console.log(await throws("data.txt"));
        console.log(await throws("data.txt"));
      `,
      "data.txt": "one",
    },
    refuses: {
      pipe: /touches fs.readFile/,
      device: /touches fs.readFile/,
      flagged: /touches fs.readFile/,
      throws: /throws in what it gave fs.readFile/,
      wrong: /touches fs.readFile/,
    },
    cold: { misses: { missing: 1 }, hits: { missing: 1 } },
    warm: { misses: { missing: 0 }, hits: { missing: 2 } },
  }),

  program("the umask, asked for and set", {
    files: {
      "main.mjs": `
        import process, { umask } from "node:process";
        import { burn } from "./burn.mjs";
        const own = process;
        function asks(n) { return (burn(n) % 10) + "." + process.umask(); }
        function named(n) { return (burn(n) % 10) + "." + umask(); }
        function sets(n) { return (burn(n) % 10) + "." + process.umask(0o22); }
        function undefinedly(n) { return (burn(n) % 10) + "." + process.umask(undefined); }
        const all = () => console.log(asks(1), named(1), undefinedly(1));
        own.umask(0o22);
        all();
        console.log(sets(1), sets(1));
        all();
        own.umask(0o77);
        all();
        console.log(sets(1));
        all();
      `,
    },
    refuses: { sets: /process.umask/, undefinedly: /process.umask/ },
    cold: { misses: { asks: 2, named: 2 }, hits: { asks: 2, named: 2 } },
    warm: { misses: { asks: 0, named: 0 }, hits: { asks: 4, named: 4 } },
  }),
  program("what Node computes in another thread, handed over by callbacks and promises", {
    files: {
      "main.mjs": `
        import util, { promisify } from "node:util";
        import zlib, { brotliCompress, deflate, gunzip, gzipSync, inflate } from "node:zlib";
        import { burn } from "./burn.mjs";
        const unzip = promisify(gunzip);
        const tools = { pack: util.promisify(zlib.gzip), deflate };
        const wait = (begin) => new Promise((resolve, reject) => begin((error, value) => (error ? reject(error) : resolve(value))));
        const zipped = gzipSync("some text, some text, some text").toString("base64");
        const tail = (n) => burn(n) % 10;
        async function byPromise(text) { return String(await unzip(Buffer.from(text, "base64"))) + tail(1); }
        async function byCallback(text) { return (await wait((done) => brotliCompress(text, done))).toString("hex") + tail(2); }
        async function byMember(text) { const packed = await tools.pack(text, { level: 9 }); return packed.length + String(await unzip(packed)) + tail(3); }
        async function byCall(text) { return (await wait((done) => zlib.deflate.call(null, text, done))).length + tail(4); }
        async function fails(text) { try { return await wait((done) => inflate(Buffer.from(text), done)); } catch (error) { return error.code + error.message + tail(5); } }
        async function outer(text) { return (await byPromise(text)) + (await byCallback("inner")) + tail(6); }
        let dropped = 0;
        const drops = (n) => { deflate("text", () => { dropped += n; }); return burn(n); };
        async function early(text) { const begun = unzip(Buffer.from(text, "base64")); begun.catch(() => {}); return tail(7); }
        async function informed(text) { return Object.keys(await wait((done) => deflate(text, { info: true }, done))).length + tail(8); }
        async function changed(n) {
          const bytes = new Uint8Array(3_000_000).fill(120);
          const packed = wait((done) => deflate(bytes, done));
          bytes.fill(n);
          await packed;
          return tail(n);
        }
        const print = async () => {
          console.log(await byPromise(zipped), await byCallback("text"), await byMember("text"), await byCall("text"), await fails("text"));
          console.log(await outer(zipped), drops(3), await early(zipped), await informed("text"), await changed(3));
          await new Promise((resolve) => setTimeout(resolve, 50));
          console.log(dropped);
        };
        await print();
        await print();
        if (process.argv[2] === "replaced") {
          zlib.gunzip = (bytes, done) => done(null, "not what it was");
          console.log(String(await wait((done) => zlib.gunzip(Buffer.from(zipped, "base64"), done))), await byPromise(zipped));
        }
      `,
    },
    refuses: {
      drops: /zlib\.deflate/,
      early: /zlib\.gunzip/,
      informed: /^touches zlib\.deflate/,
      changed: /changed/,
    },
    cold: { hits: { byPromise: 2, byCallback: 1, byMember: 1, byCall: 1, fails: 1, outer: 1 } },
    warm: { hits: { byPromise: 2, byCallback: 2, byMember: 2, byCall: 2, fails: 2, outer: 2 } },
    after: [{ label: "a function replaced", args: ["replaced"], hits: { byPromise: 2, byMember: 2, outer: 2 } }],
  }),
];
