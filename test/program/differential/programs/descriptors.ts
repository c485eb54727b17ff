/** Reads in parts, by what a call opens and closes itself. */
import { program } from "../program.ts";

export const programs = [
  program("parts of files, by descriptors of the call's own", {
    files: {
      "main.mjs": `
        import fs, { closeSync, fstatSync, openSync, readSync } from "node:fs";
        import * as all from "fs";
        import { burn } from "./burn.mjs";
        function head(name) {
          const fd = openSync(name, "r");
          const buffer = Buffer.alloc(4);
          const count = readSync(fd, buffer, 0, 4, 0);
          closeSync(fd);
          return buffer.toString("latin1", 0, count) + (burn(1) % 10);
        }
        function chunks(name) {
          const found = [];
          const fd = fs.openSync(name);
          try {
            const buffer = new Uint8Array(3);
            for (let count = fs.readSync(fd, buffer); count > 0; count = fs.readSync(fd, buffer)) found.push(...buffer.subarray(0, count));
          } finally {
            fs.closeSync(fd);
          }
          return String.fromCharCode(...found) + (burn(2) % 10);
        }
        function tail(name) {
          const fd = all.openSync(name, "r");
          const { size } = all.fstatSync(fd);
          const buffer = Buffer.alloc(3);
          all.readSync(fd, buffer, { position: size - 3 });
          all.closeSync(fd);
          return buffer.toString() + size + (burn(3) % 10);
        }
        function mixed(name) {
          const fd = openSync(name);
          const buffer = Buffer.alloc(8);
          readSync(fd, buffer, 0, 2, null);
          readSync(fd, buffer, 2, 2, 6);
          readSync(fd, buffer, 4, 2, -1);
          readSync(fd, buffer, { offset: 6, length: 1 });
          closeSync(fd);
          return buffer.toString() + (burn(4) % 10);
        }
        function two(a, b) {
          const first = openSync(a);
          const second = openSync(b);
          const buffer = Buffer.alloc(6);
          readSync(first, buffer, 0, 2);
          readSync(second, buffer, 2, 2);
          readSync(first, buffer, 4, 2);
          closeSync(first);
          closeSync(second);
          return buffer.toString() + (burn(5) % 10);
        }
        function missing(name) { try { const fd = openSync(name); closeSync(fd); return "there"; } catch (error) { return error.code + error.message + (burn(6) % 10); } }
        function outer(name) { return head(name) + chunks(name) + (burn(7) % 10); }
        const print = () => { console.log(head("a"), chunks("a"), mixed("a"), two("a", "b"), missing("none"), outer("a")); };
        print();
        print();
        console.log(tail("a"));
      `,
      a: "abcdefghijklm",
      b: "0123456789",
    },
    cold: {
      misses: { head: 1, chunks: 1, mixed: 1, two: 1, missing: 1, outer: 1, tail: 1 },
      hits: { head: 2, chunks: 2, mixed: 1, two: 1, missing: 1, outer: 1 },
    },
    warm: {
      misses: { head: 0, chunks: 0, mixed: 0, two: 0, missing: 0, outer: 0 },
      hits: { head: 2, chunks: 2, mixed: 2, two: 2, missing: 2, outer: 2 },
    },
    after: [
      {
        label: "another end",
        edit: { a: "abcdefghijkl-" },
        misses: { head: 0, chunks: 1, mixed: 0, two: 0, outer: 1 },
        hits: { head: 3, mixed: 2, two: 2 },
      },
      {
        label: "longer",
        edit: { a: "abcdefghijkl-+", none: "now" },
        misses: { head: 0, chunks: 1, missing: 1, mixed: 0, outer: 1 },
      },
      { label: "shorter", edit: { a: "abc" }, misses: { head: 1, chunks: 1, mixed: 1, two: 1 } },
      { label: "gone", edit: { none: null, a: "abcdefghijklm" }, misses: { head: 0, chunks: 0, missing: 0, outer: 0 } },
    ],
  }),

  program("parts of files that change between calls", {
    files: {
      "main.mjs": `
        import { execFileSync, spawn } from "node:child_process";
        import { once } from "node:events";
        import { closeSync, openSync, readSync, renameSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        function read(name) {
          const fd = openSync(name, "r");
          const buffer = Buffer.alloc(3);
          readSync(fd, buffer, 0, 3, null);
          closeSync(fd);
          return buffer.toString() + (burn(1) % 10);
        }
        const long = new Date(Date.now() - 1e9);
        writeFileSync("data.txt", "one");
        utimesSync("data.txt", long, long);
        await new Promise((resolve) => setTimeout(resolve, 250));
        console.log(read("data.txt"), read("data.txt"));
        // The same size and the same times.
        writeFileSync("data.txt", "two");
        utimesSync("data.txt", long, long);
        console.log(read("data.txt"));
        writeFileSync("other", "six");
        utimesSync("other", long, long);
        renameSync("other", "data.txt");
        console.log(read("data.txt"));
        unlinkSync("data.txt");
        writeFileSync("target", "one");
        symlinkSync("target", "data.txt");
        console.log(read("data.txt"));
        for (const text of ["ten", "one", "ten"]) { writeFileSync("data.txt", text); console.log(read("data.txt")); }
        unlinkSync("data.txt");
        if (process.platform !== "win32") {
          // Nobody waits for a pipe, and nothing is taken out of it, but by the program.
          execFileSync("mkfifo", ["data.txt"]);
          for (const text of ["one", "six"]) {
            const writer = spawn(process.execPath, ["-e", "require('fs').writeFileSync('data.txt', '" + text + "')"]);
            const isOver = once(writer, "exit");
            console.log(read("data.txt"));
            // As long as it has the pipe open, another reader would get what is left of it: nothing.
            await isOver;
          }
        }
      `,
    },
    cold: { misses: { read: process.platform === "win32" ? 4 : 6 }, hits: { read: 4 } },
    warm: { misses: { read: process.platform === "win32" ? 0 : 2 }, hits: { read: 8 } },
  }),

  program("descriptors that go elsewhere, come from elsewhere, or stay open", {
    files: {
      "main.mjs": `
        import fs, { closeSync, fstatSync, openSync, readSync } from "node:fs";
        import { execFileSync } from "node:child_process";
        import { burn } from "./burn.mjs";
        const given = openSync("data.txt", "r");
        const { openSync: alias } = fs;
        const used = (fd) => { closeSync(fd); return fd; };
        function tells(n) { const fd = openSync("data.txt", "r"); closeSync(fd); return [fd, burn(n) % 10]; }
        function counts(n) { const fd = openSync("data.txt", "r"); const more = fd + burn(n) % 10; closeSync(fd); return more; }
        function hands(n) { const fd = openSync("data.txt", "r"); return used(fd) + (burn(n) % 10); }
        function inside(n) { const fd = openSync("data.txt", "r"); const close = () => closeSync(fd); close(); return burn(n) % 10; }
        function assigns(n) { let fd = 0; fd = openSync("data.txt", "r"); closeSync(fd); return burn(n) % 10; }
        function aliases(n) { return Number.isInteger(alias("data.txt", "r")) + (burn(n) % 10); }
        function maps(n) { const fds = ["data.txt"].map((name) => openSync(name)); fds.forEach((fd) => closeSync(fd)); return fds.concat(burn(n) % 10); }
        function flags(n) { const fd = openSync("data.txt", "r+"); closeSync(fd); return burn(n) % 10; }
        function flagged(flag) { const fd = openSync("data.txt", flag); closeSync(fd); return burn(1) % 10; }
        function reads(fd) { const buffer = Buffer.alloc(2); readSync(fd, buffer, 0, 2, null); return buffer.toString() + (burn(2) % 10); }
        function outside(n) { const buffer = Buffer.alloc(2); readSync(given, buffer, 0, 2, null); return buffer.toString() + (burn(n) % 10); }
        function leaves(n) { const fd = openSync("data.txt", "r"); const { size } = fstatSync(fd); return size + (burn(n) % 10); }
        function leavesOne(n) { for (let i = 0; i < 2; i++) { const fd = openSync("data.txt", "r"); if (i > 0) closeSync(fd); } return burn(n) % 10; }
        function strange(n) { const fd = openSync("data.txt", "r"); const buffer = Buffer.alloc(2); readSync(fd, buffer, 0, 2, 0n); closeSync(fd); return buffer.toString() + (burn(n) % 10); }
        function folder(n) { const fd = openSync(".", "r"); closeSync(fd); return burn(n) % 10; }
        function device(n) { const fd = openSync("/dev/zero", "r"); const buffer = Buffer.alloc(2); readSync(fd, buffer, 0, 2); closeSync(fd); return buffer.toString("hex") + (burn(n) % 10); }
        function made(n) { const fd = openSync("/proc/self/comm", "r"); const buffer = Buffer.alloc(2); readSync(fd, buffer, 0, 2); closeSync(fd); return buffer.toString("hex") + (burn(n) % 10); }
        async function late(n) { await null; const fd = openSync("data.txt", "r"); closeSync(fd); return burn(n) % 10; }
        async function across(n) { const fd = openSync("data.txt", "r"); await null; const buffer = Buffer.alloc(2); readSync(fd, buffer, 0, 2); closeSync(fd); return buffer.toString() + (burn(n) % 10); }
        async function early(n) { const fd = openSync("data.txt", "r"); const buffer = Buffer.alloc(2); readSync(fd, buffer, 0, 2); closeSync(fd); await null; return buffer.toString() + (burn(n) % 10); }
        function closed(n) { const fd = openSync("data.txt", "r"); closeSync(fd); try { closeSync(fd); } catch (error) { return error.code + (burn(n) % 10); } }
        for (let i = 0; i < 3; i++) {
          console.log(tells(1)[1], counts(1) - given > 0, hands(1) > 0, inside(1), assigns(1), aliases(1), maps(1).length, flags(1), flagged("r"), flagged("r"));
          console.log(reads(given), outside(1), leaves(1), leavesOne(1), strange(1), folder(1), await late(1), await across(1), await early(1), closed(1));
          if (process.platform === "linux") console.log(device(1), made(1));
        }
      `,
      "data.txt": "0123456789abcdefgh",
    },
    refuses: {
      tells: /openSync for more than/,
      counts: /openSync for more than/,
      hands: /openSync for more than/,
      inside: /openSync for more than/,
      assigns: /openSync for more than/,
      aliases: /uses node:fs.openSync/,
      maps: /openSync for more than/,
      flags: /openSync for more than/,
      flagged: /openSync for more than/,
      reads: /readSync for more than/,
      outside: /readSync for more than/,
      leaves: /leaves open/,
      leavesOne: /leaves open/,
      strange: /touches fs.readSync/,
      folder: /touches fs.openSync/,
      device: /touches fs.openSync/,
      made: /touches fs.openSync/,
      late: /after it has waited/,
      across: /after it has waited/,
      closed: /touches fs.closeSync/,
    },
    cold: { misses: { early: 1 }, hits: { early: 2 } },
    warm: { misses: { early: 0 }, hits: { early: 3 } },
  }),

  program("descriptors with a function of the program's in the place of Node's", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const fs = require("fs");
        const { burn } = require("./burn.cjs");
        function read(name) { const fd = fs.openSync(name); const buffer = Buffer.alloc(3); fs.readSync(fd, buffer, 0, 3, 0); fs.closeSync(fd); return buffer.toString() + (burn(1) % 10); }
        console.log(read("data.txt"));
        const { readSync } = fs;
        fs.readSync = (fd, buffer) => buffer.write(fd > 2 ? "own" : "std");
        console.log(read("data.txt"), read("data.txt"));
        fs.readSync = readSync;
        console.log(read("data.txt"));
      `,
      "data.txt": "one",
    },
    cold: { misses: { read: 1 }, hits: { read: 0 } },
    warm: { misses: { read: 0 }, hits: { read: 1 } },
  }),
];
