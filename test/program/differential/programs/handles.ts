/** File handles and streams that a call opens, reads and closes itself. */
import { program } from "../program.ts";

export const programs = [
  program("handles of the call's own", {
    files: {
      "main.mjs": `
        import fs, { promises } from "node:fs";
        import { open } from "node:fs/promises";
        import * as all from "fs/promises";
        import { burn } from "./burn.mjs";
        async function whole(name) { const handle = await open(name, "r"); const text = await handle.readFile("utf8"); await handle.close(); return text + (burn(1) % 10); }
        async function head(name) {
          const handle = await fs.promises.open(name);
          try {
            const buffer = Buffer.alloc(4);
            const { bytesRead } = await handle.read(buffer, 0, 4, 0);
            return buffer.toString("latin1", 0, bytesRead) + (burn(2) % 10);
          } finally {
            await handle.close();
          }
        }
        async function chunks(name) {
          const found = [];
          const handle = await promises.open(name);
          const buffer = new Uint8Array(3);
          for (let more = true; more; ) {
            const { bytesRead, buffer: read } = await handle.read(buffer, 0, 3, null);
            found.push(...read.subarray(0, bytesRead));
            more = bytesRead > 0;
          }
          await handle.close();
          return String.fromCharCode(...found) + (burn(3) % 10);
        }
        async function tail(name) {
          const handle = await all.open(name, "r");
          const { size } = await handle.stat();
          const { buffer } = await handle.read(Buffer.alloc(3), { position: size - 3, length: 3, offset: 0 });
          await handle.close();
          return buffer.toString() + size + (burn(4) % 10);
        }
        async function missing(name) { try { const handle = await open(name); await handle.close(); return "there" + (burn(5) % 10); } catch (error) { return error.code + error.message + (burn(6) % 10); } }
        async function both(a, b) { const texts = await Promise.all([whole(a), head(b)]); return texts.join() + (burn(7) % 10); }
        const print = async () => { console.log(await whole("a"), await head("a"), await chunks("a"), await missing("none"), await both("a", "b")); };
        await print();
        await print();
        console.log((await Promise.all([whole("a"), head("b"), chunks("a"), whole("b")])).join());
        console.log(await tail("a"));
      `,
      a: "abcdefghijklm",
      b: "0123456789",
    },
    cold: {
      misses: { whole: 2, head: 2, chunks: 1, missing: 1, both: 1, tail: 1 },
      hits: { whole: 3, head: 2, chunks: 2, missing: 1, both: 1 },
    },
    warm: {
      misses: { whole: 0, head: 0, chunks: 0, missing: 0, both: 0 },
      hits: { whole: 4, head: 3, chunks: 3, missing: 2, both: 2 },
    },
    after: [
      {
        label: "another end",
        edit: { a: "abcdefghijkl-" },
        misses: { whole: 1, head: 0, chunks: 1, both: 1, missing: 0 },
        hits: { head: 4 },
      },
      { label: "shorter", edit: { a: "abc", none: "now" }, misses: { whole: 1, head: 1, chunks: 1, missing: 1 } },
      { label: "as it was", edit: { a: "abcdefghijklm", none: null }, misses: { whole: 0, head: 0, chunks: 0 } },
    ],
  }),

  program("handles that go elsewhere, stay open, or are read twice at once", {
    files: {
      "main.mjs": `
        import { open } from "node:fs/promises";
        import { burn } from "./burn.mjs";
        const given = await open("data.txt");
        const use = (handle) => handle;
        async function returns(n) { const handle = await open("data.txt"); burn(n); return handle; }
        async function numbers(n) { const handle = await open("data.txt"); const { fd } = handle; await handle.close(); return fd * 0 + (burn(n) % 10); }
        async function number(n) { const handle = await open("data.txt"); const even = handle.fd % 1; await handle.close(); return even + (burn(n) % 10); }
        async function hands(n) { const handle = use(await open("data.txt")); const text = await handle.readFile("utf8"); await handle.close(); return text + (burn(n) % 10); }
        async function promise(n) { const handle = open("data.txt"); const text = await (await handle).readFile("utf8"); await (await handle).close(); return text + (burn(n) % 10); }
        async function outside(n) { const { bytesRead } = await given.read(Buffer.alloc(2)); return bytesRead + (burn(n) % 10); }
        async function lines(n) { const handle = await open("data.txt"); const found = []; for await (const line of handle.readLines()) found.push(line); return found.join() + (burn(n) % 10); }
        async function closes(n) { const handle = await open("data.txt"); const text = await handle.readFile("utf8"); handle.close(); return text + (burn(n) % 10); }
        async function atOnce(n) { const handle = await open("data.txt"); const a = Buffer.alloc(1); const b = Buffer.alloc(1); await Promise.all([handle.read(a, 0, 1, 0), handle.read(b, 0, 1, 1)]); await handle.close(); return a.toString() + b + (burn(n) % 10); }
        async function again(n) { const handle = await open("data.txt"); const text = (await handle.readFile("utf8")) + (await handle.readFile("utf8")); await handle.close(); return text + (burn(n) % 10); }
        async function writes(n) { const handle = await open("out.txt", "w"); await handle.close(); return burn(n) % 10; }
        async function folder(n) { const handle = await open("."); try { await handle.read(Buffer.alloc(2), 0, 2, 0); } catch (error) { return error.code + (burn(n) % 10); } finally { await handle.close(); } }
        async function device(n) { const handle = await open("/dev/zero"); const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0); await handle.close(); return buffer.toString("hex") + (burn(n) % 10); }
        for (let i = 0; i < 2; i++) {
          const handle = await returns(1);
          console.log(await numbers(1), await number(1), await hands(1), await promise(1), await outside(1), await lines(1), (await handle.readFile()).length);
          await handle.close();
          console.log(await closes(1), await atOnce(1), await again(1), await writes(1), await folder(1));
          if (process.platform === "linux") console.log(await device(1));
        }
        await given.close();
      `,
      "data.txt": "0123456789abcdefgh",
    },
    refuses: {
      returns: /open for more than/,
      numbers: /open for more than/,
      number: /open for more than/,
      hands: /open for more than/,
      promise: /open for more than/,
      outside: /state|given/,
      lines: /open for more than/,
      closes: /leaves open/,
      atOnce: /touches FileHandle.read/,
      again: /touches FileHandle.readFile/,
      writes: /open for more than/,
      device: /touches fs.promises.open/,
    },
  }),

  program("a handle that is left open", {
    files: {
      "main.mjs": `
        import { open } from "node:fs/promises";
        import { burn } from "./burn.mjs";
        async function leaves(n) { const handle = await open("data.txt"); const { size } = await handle.stat(); return size + (burn(n) % 10); }
        console.log(await leaves(1));
      `,
      "data.txt": "one",
    },
    refuses: { leaves: /leaves open/ },
  }),

  program("streams of files that a loop reads to their end", {
    files: {
      "main.mjs": `
        import fs, { createReadStream, writeFileSync } from "node:fs";
        import readline, { createInterface } from "node:readline";
        import { burn } from "./burn.mjs";
        writeFileSync("large", "0123456789".repeat(3e4));
        async function sizes(name) { const found = []; for await (const chunk of createReadStream(name)) found.push(chunk.length); return found.join() + "." + (burn(1) % 10); }
        async function text(name) { const stream = fs.createReadStream(name, { encoding: "utf8", highWaterMark: 5 }); let all = ""; for await (const chunk of stream) all += chunk + "|"; return all + (burn(2) % 10); }
        async function part(name) { let all = ""; for await (const chunk of createReadStream(name, { start: 2, end: 5, encoding: "latin1" })) all += chunk; return all + (burn(3) % 10); }
        async function lines(name) { const found = []; const input = createReadStream(name); const reader = readline.createInterface({ input, crlfDelay: Infinity }); for await (const line of reader) found.push(line); return found.join("/") + (burn(4) % 10); }
        async function count(name) { let n = 0; for await (const line of createInterface({ input: fs.createReadStream(name) })) n += line.length; return n + (burn(5) % 10); }
        async function missing(name) { try { let n = 0; for await (const chunk of createReadStream(name)) n += chunk.length; return n; } catch (error) { return error.code + error.message + (burn(6) % 10); } }
        async function two(a, b) { let all = ""; for await (const one of createReadStream(a, "utf8")) for await (const other of createReadStream(b, "utf8")) all += one.length + other; return all + (burn(7) % 10); }
        const print = async () => { console.log(await sizes("large"), await text("a"), await part("a"), await lines("b"), await count("b"), await missing("none"), await two("a", "b")); };
        await print();
        await print();
        console.log((await Promise.all([sizes("large"), text("a"), lines("b"), two("a", "b")])).join());
      `,
      a: "abcdefghijklm",
      b: "one\ntwo\n\nthree\n",
    },
    cold: {
      misses: { sizes: 1, text: 1, part: 1, lines: 1, count: 1, missing: 1, two: 1 },
      hits: { sizes: 2, text: 2, part: 1, lines: 2, count: 1, missing: 1, two: 2 },
    },
    warm: {
      misses: { sizes: 0, text: 0, part: 0, lines: 0, count: 0, missing: 0, two: 0 },
      hits: { sizes: 3, text: 3, part: 2, lines: 3, count: 2, missing: 2, two: 3 },
    },
    after: [
      {
        label: "another end",
        edit: { a: "abcdefghijkl-" },
        misses: { text: 1, part: 1, two: 1, lines: 0, sizes: 0 },
        hits: { text: 2, lines: 3, sizes: 3 },
      },
      { label: "more lines", edit: { b: "one\n", none: "now" }, misses: { lines: 1, count: 1, missing: 1, text: 0 } },
    ],
  }),

  program("streams that are left, handed on, or no files", {
    files: {
      "main.mjs": `
        import { execFileSync, spawn } from "node:child_process";
        import { createReadStream } from "node:fs";
        import { createInterface } from "node:readline";
        import { burn } from "./burn.mjs";
        async function first(name) { for await (const chunk of createReadStream(name, { encoding: "utf8", highWaterMark: 4 })) return chunk + (burn(1) % 10); }
        async function firstLine(name) { for await (const line of createInterface({ input: createReadStream(name) })) return line + (burn(1) % 10); }
        async function unread(name) { const stream = createReadStream(name); if (burn(1) < 0) for await (const chunk of stream) burn(chunk.length); return burn(2) % 10; }
        async function listens(name) { const stream = createReadStream(name, "utf8"); return await new Promise((resolve) => { stream.on("data", (data) => resolve(data + (burn(3) % 10))); }); }
        async function hands(name) { const all = async (stream) => { let text = ""; for await (const chunk of stream) text += chunk; return text; }; return (await all(createReadStream(name, "utf8"))) + (burn(4) % 10); }
        async function tells(name) { const stream = createReadStream(name, "utf8"); let text = ""; for await (const chunk of stream) text += chunk; return text + stream.bytesRead + (burn(5) % 10); }
        async function answers(name) { const reader = createInterface({ input: createReadStream(name), output: process.stdout }); let text = ""; for await (const line of reader) text += line; return text + (burn(6) % 10); }
        async function fifo(name) { let text = ""; for await (const chunk of createReadStream(name, "utf8")) text += chunk; return text + (burn(7) % 10); }
        async function given(name, options) { let text = ""; for await (const chunk of createReadStream(name, options)) text += chunk; return text + (burn(8) % 10); }
        async function changing(name) { let text = ""; for await (const chunk of createReadStream(name, { encoding: "utf8", highWaterMark: 2 })) text += chunk + Intl.DateTimeFormat("en").format().length; return text + (burn(9) % 10); }
        for (let i = 0; i < 2; i++) {
          console.log(await first("data.txt"), await firstLine("data.txt"), await unread("data.txt"), await listens("data.txt"), await hands("data.txt"), await tells("data.txt"), await answers("empty.txt"));
          console.log(await given("data.txt", "utf8"), await given("data.txt", { encoding: "utf8", signal: new AbortController().signal }), (await changing("data.txt")).length > 0);
          if (process.platform === "win32") continue;
          if (i === 0) execFileSync("mkfifo", ["fifo"]);
          spawn(process.execPath, ["-e", "require('fs').writeFileSync('fifo', 'through " + i + "')"]);
          console.log(await fifo("fifo"));
        }
      `,
      "data.txt": "0123\n456789abcdefgh\n",
      "empty.txt": "",
    },
    refuses: {
      first: /ends before fs.createReadStream/,
      firstLine: /ends before fs.createReadStream/,
      unread: /ends before fs.createReadStream/,
      listens: /createReadStream for more than/,
      hands: /createReadStream for more than/,
      tells: /createReadStream for more than/,
      answers: /for more than/,
      fifo: /touches fs.createReadStream/,
      changing: /DateTimeFormat/,
    },
    cold: { hits: { given: 1 } },
    warm: { hits: { given: 2 } },
  }),

  program("streams and descriptors with functions of the program's beneath", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const fs = require("fs");
        const { burn } = require("./burn.cjs");
        let calls = 0;
        const counted = (fn) => function (...args) { calls++; return fn.apply(this, args); };
        function whole(name) { return fs.readFileSync(name, "utf8") + (burn(1) % 10); }
        function head(name) { const fd = fs.openSync(name); const buffer = Buffer.alloc(2); fs.readSync(fd, buffer, 0, 2, 0); fs.closeSync(fd); return buffer.toString() + (burn(2) % 10); }
        async function stream(name) { let text = ""; for await (const chunk of fs.createReadStream(name, "utf8")) text += chunk; return text + (burn(3) % 10); }
        (async () => {
          const print = async () => { console.log(whole("data.txt"), head("data.txt"), await stream("data.txt")); };
          await print();
          // As packages do that count open files.
          for (const key of ["close", "closeSync"]) {
            const own = fs[key];
            fs[key] = counted(own);
            await print();
            fs[key] = own;
          }
          for (const key of ["open", "read"]) {
            const own = fs[key];
            fs[key] = counted(own);
            await print();
            fs[key] = own;
          }
          const { ReadStream } = fs;
          fs.ReadStream = class extends ReadStream { push(chunk) { calls++; return super.push(chunk); } };
          await print();
          fs.ReadStream = ReadStream;
          await print();
          console.log(calls);
        })();
      `,
      "data.txt": "one",
    },
    cold: { misses: { whole: 1, head: 1, stream: 1 }, hits: { whole: 6, head: 1, stream: 2 } },
    warm: { misses: { whole: 0, head: 0, stream: 0 }, hits: { whole: 7, head: 2, stream: 3 } },
  }),
];
