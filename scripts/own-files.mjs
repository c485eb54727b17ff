// Which functions that a program can replace do Node's own functions call inside? Prints those that call any, for the
// running Node: `node scripts/own-files.mjs`. What src/node takes of Node must not be among them (notes/own-files.md).
import fs from "node:fs";
import nodeModule, { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import url from "node:url";
import util from "node:util";

const folder = fs.mkdtempSync(`${os.tmpdir()}/dumbo-own-files-`);
const file = `${folder}/file`;
fs.writeFileSync(file, "hello");
fs.symlinkSync(file, `${folder}/link`);
const fd = fs.openSync(file, "r+");
const spare = fs.openSync(file, "r");
const bytes = Buffer.alloc(8);
// Taken before the program: what src/node does.
const f = { ...fs, native: fs.realpathSync.native };
const p = { ...path };
const u = { ...url };
const o = { ...os };
const b = { ...Buffer };
const require = createRequire(import.meta.url);

const calls = {
  "fs.accessSync": () => f.accessSync(file),
  "fs.appendFileSync": () => f.appendFileSync(file, "x"),
  "fs.closeSync": () => f.closeSync(spare),
  "fs.copyFileSync": () => f.copyFileSync(file, `${folder}/copy`),
  "fs.existsSync": () => f.existsSync(file),
  "fs.fstatSync": () => f.fstatSync(fd),
  "fs.linkSync": () => f.linkSync(file, `${folder}/second-name`),
  "fs.lstatSync": () => f.lstatSync(`${folder}/link`),
  "fs.mkdirSync": () => f.mkdirSync(`${folder}/made`),
  "fs.mkdirSync recursive": () => f.mkdirSync(`${folder}/a/b/c`, { recursive: true }),
  "fs.openSync": () => f.closeSync(f.openSync(`${folder}/new`, "w", 0o600)),
  "fs.readdirSync": () => f.readdirSync(folder, { withFileTypes: true }),
  "fs.readdirSync recursive": () => f.readdirSync(folder, { recursive: true }),
  "fs.readFileSync": () => f.readFileSync(file),
  "fs.readFileSync utf8": () => f.readFileSync(file, "utf8"),
  "fs.readFileSync latin1": () => f.readFileSync(file, "latin1"),
  "fs.readlinkSync": () => f.readlinkSync(`${folder}/link`),
  "fs.readSync": () => f.readSync(fd, bytes, 0, 3, 0),
  "fs.realpathSync": () => f.realpathSync(`${folder}/link`),
  "fs.realpathSync.native": () => f.native(`${folder}/link`),
  "fs.renameSync": () => f.renameSync(`${folder}/copy`, `${folder}/moved`),
  "fs.rmdirSync": () => f.rmdirSync(`${folder}/made`),
  "fs.rmSync": () => f.rmSync(`${folder}/moved`, { force: true }),
  "fs.rmSync recursive": () => f.rmSync(`${folder}/a`, { recursive: true }),
  "fs.statfsSync": () => f.statfsSync(folder),
  "fs.statSync": () => f.statSync(file, { bigint: true, throwIfNoEntry: false }),
  "fs.symlinkSync": () => f.symlinkSync("x", `${folder}/other`),
  "fs.unlinkSync": () => f.unlinkSync(`${folder}/other`),
  "fs.writeFileSync text": () => f.writeFileSync(file, "x"),
  "fs.writeFileSync mode": () => f.writeFileSync(`${folder}/new`, "x", { mode: 0o600 }),
  "fs.writeFileSync bytes": () => f.writeFileSync(file, bytes),
  "fs.writeSync": () => f.writeSync(fd, bytes, 0, 3, 0),
  "fs.writevSync": () => f.writevSync(fd, [bytes, bytes]),
  "path.basename": () => p.basename(file),
  "path.dirname": () => p.dirname(file),
  "path.extname": () => p.extname(file),
  "path.isAbsolute": () => p.isAbsolute(file),
  "path.join": () => p.join(folder, "x"),
  "path.normalize": () => p.normalize(folder),
  "path.relative": () => p.relative(folder, file),
  "path.resolve absolute": () => p.resolve(folder, "x"),
  "path.resolve relative": () => p.resolve("x"),
  "url.fileURLToPath": () => u.fileURLToPath("file:///a%20b"),
  "url.pathToFileURL": () => u.pathToFileURL(file),
  "os.hostname": () => o.hostname(),
  "os.uptime": () => o.uptime(),
  "Buffer.concat": () => b.concat([bytes, bytes]),
  "Buffer.from": () => b.from("x"),
  "Buffer.alloc": () => b.alloc(3),
  "require.resolve": () => require.resolve("lmdb"),
};

/** @type {Set<string> | null} */
let seen = null;
for (const [label, object] of Object.entries({ fs, path, os, url, util, process, Module: nodeModule, Buffer })) {
  for (const key of Object.getOwnPropertyNames(object)) {
    const { value, writable } = Object.getOwnPropertyDescriptor(object, key) ?? {};
    if (typeof value !== "function" || !writable || /^[A-Z]/.test(key)) continue;
    /** @this {unknown} */
    const counted = function (...args) {
      seen?.add(`${label}.${key}`);
      return Reflect.apply(value, this, args);
    };
    object[key] = Object.defineProperties(counted, Object.getOwnPropertyDescriptors(value));
  }
}
const found = Object.entries(calls).map(([name, call]) => {
  const mine = new Set();
  seen = mine;
  try {
    call();
  } finally {
    seen = null;
  }
  return [name, [...mine].join(" ")];
});
f.rmSync(folder, { recursive: true });
console.log(process.version);
for (const [name, inside] of found) if (inside !== "") console.log(`  ${name}: ${inside}`);
