// Prints which functions of `fs` call others by its exports, where a program may have put its own: `node scripts/fs-inside.mjs`.
import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const fs = createRequire(import.meta.url)("node:fs");
const folder = mkdtempSync(join(tmpdir(), "dumbo-fs-"));
const at = (name) => join(folder, name);
const own = { ...fs };
const { promises } = fs;
/** The function that is tried; empty between two. */
let tried = "";
let called = new Set();

for (const [name, original] of Object.entries(own)) {
  if (typeof original !== "function" || /^[A-Z_]/.test(name)) continue;
  fs[name] = function (...args) {
    if (tried !== "" && name !== tried) called.add(name);
    return original.apply(this, args);
  };
}

const later = (name, ...args) =>
  new Promise((resolve, reject) => own[name](...args, (error) => (error ? reject(error) : resolve(name))));
const BYTES = Buffer.from("a");
const DEEP = { recursive: true };

const calls = {
  mkdirSync: () => own.mkdirSync(at("a")),
  "mkdirSync recursive": () => own.mkdirSync(at("b/c"), DEEP),
  mkdir: () => later("mkdir", at("d")),
  "writeFileSync utf8": () => own.writeFileSync(at("1"), "a"),
  "writeFileSync bytes": () => own.writeFileSync(at("2"), BYTES),
  "writeFileSync latin1": () => own.writeFileSync(at("2"), "a", "latin1"),
  writeFile: () => later("writeFile", at("3"), "a"),
  appendFileSync: () => own.appendFileSync(at("1"), "b"),
  appendFile: () => later("appendFile", at("1"), "b"),
  copyFileSync: () => own.copyFileSync(at("1"), at("4")),
  copyFile: () => later("copyFile", at("1"), at("5")),
  renameSync: () => own.renameSync(at("4"), at("6")),
  rename: () => later("rename", at("5"), at("7")),
  unlinkSync: () => own.unlinkSync(at("6")),
  unlink: () => later("unlink", at("7")),
  rmdirSync: () => own.rmdirSync(at("a")),
  rmdir: () => later("rmdir", at("d")),
  rmSync: () => own.rmSync(at("2")),
  "rmSync recursive": () => own.rmSync(at("b"), DEEP),
  rm: () => later("rm", at("3")),
  "readFileSync utf8": () => own.readFileSync(at("1"), "utf8"),
  "readFileSync bytes": () => own.readFileSync(at("1")),
  readFile: () => later("readFile", at("1")),
  readdirSync: () => own.readdirSync(folder, DEEP),
  readdir: () => later("readdir", folder, DEEP),
  existsSync: () => own.existsSync(folder),
  exists: () => new Promise((resolve) => own.exists(folder, resolve)),
  statSync: () => own.statSync(folder),
  stat: () => later("stat", folder),
  realpathSync: () => own.realpathSync(folder),
  realpath: () => later("realpath", folder),
  cpSync: () => own.cpSync(folder, `${folder}-copy`, DEEP),
  "promises.mkdir": () => promises.mkdir(at("e/f"), DEEP),
  "promises.writeFile": () => promises.writeFile(at("8"), BYTES),
  "promises.appendFile": () => promises.appendFile(at("8"), "a"),
  "promises.copyFile": () => promises.copyFile(at("8"), at("9")),
  "promises.rename": () => promises.rename(at("9"), at("10")),
  "promises.readFile": () => promises.readFile(at("8")),
  "promises.readdir": () => promises.readdir(folder, DEEP),
  "promises.stat": () => promises.stat(folder),
  "promises.realpath": () => promises.realpath(folder),
  "promises.unlink": () => promises.unlink(at("10")),
  "promises.rmdir": () => promises.rmdir(at("e/f")),
  "promises.rm": () => promises.rm(at("8")),
};

for (const [name, call] of Object.entries(calls)) {
  called = new Set();
  tried = name.split(" ", 1).join();
  await call();
  tried = "";
  console.log(`${name.padEnd(22)} ${[...called].join(" ")}`.trimEnd());
}
own.rmSync(folder, DEEP);
own.rmSync(`${folder}-copy`, DEEP);
