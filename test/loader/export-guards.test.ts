/** Functions without a source that the assumePure list names: guards around exports of built-in modules. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { byName } from "../support/counts.ts";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-listed-")));
  put("package.json", "{}");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string): void {
  writeFileSync(join(folder, path), text);
}

function list(...entries: string[]): void {
  put("assumePure.json", JSON.stringify({ assumePure: entries }));
}

const { DUMBO, DUMBO_DIR, DUMBO_LOG, DUMBO_POLICY, DUMBO_ASSUME_PURE, NODE_OPTIONS, ...clean } = process.env;

interface Ran {
  readonly stdout: string;
  readonly functions: Record<string, { hits: number; misses: number; calls: number }>;
  readonly refused: Record<string, string>;
}

function run(file: string, env: Record<string, string> = {}): Ran {
  const log = join(folder, "log");
  rmSync(log, { force: true });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--no-warnings", "--import", `${dist}auto.cjs`, file],
    {
      cwd: folder,
      encoding: "utf8",
      env: { ...clean, DUMBO_DIR: join(folder, "cache"), DUMBO_POLICY: "always", DUMBO_LOG: log, ...env },
    },
  );
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
  const { functions, refused } = JSON.parse(readFileSync(log, "utf8")) as Ran;
  return { stdout, functions: byName(functions), refused: byName(refused) };
}

function bare(file: string): string {
  return spawnSync(process.execPath, ["--no-warnings", file], { cwd: folder, encoding: "utf8", env: clean }).stdout;
}

/** Runs bare, cold and warm: equal output. */
function same(file: string): { cold: Ran; warm: Ran } {
  const expected = bare(file);
  assert.notEqual(expected, "");
  const cold = run(file);
  const warm = run(file);
  assert.deepEqual([cold.stdout, warm.stdout], [expected, expected]);
  return { cold, warm };
}

test("built-in functions are answered from the cache, by every road", () => {
  list("node:zlib#brotliCompressSync", "node:crypto#scryptSync");
  put(
    "main.mjs",
    `import zlib, { brotliCompressSync } from "node:zlib";
     import * as space from "node:zlib";
     import { createRequire } from "node:module";
     import { scryptSync } from "node:crypto";
     const required = createRequire(import.meta.url)("zlib");
     const text = "hello ".repeat(1000);
     const { brotliCompressSync: alias } = process.getBuiltinModule("zlib");
     for (const f of [brotliCompressSync, space.brotliCompressSync, alias, required.brotliCompressSync]) {
       console.log(f(text).toString("hex"));
     }
     for (const m of [zlib, required]) console.log(m.brotliCompressSync(text).toString("base64"));
     console.log(scryptSync("secret", "salt", 16, { N: 1024 }).toString("hex"), scryptSync("secret", "salt", 16).toString("hex"));`,
  );
  const { cold, warm } = same("main.mjs");
  // Called on the module, and as a plain function.
  assert.deepEqual(cold.functions.brotliCompressSync, { hits: 4, misses: 2, calls: 6 });
  assert.deepEqual(warm.functions.brotliCompressSync, { hits: 6, misses: 0, calls: 6 });
  assert.deepEqual(cold.functions.scryptSync, { hits: 0, misses: 2, calls: 2 });
  assert.deepEqual(warm.functions.scryptSync, { hits: 2, misses: 0, calls: 2 });
});

test("they are computed again and compared under DUMBO_VERIFY", () => {
  list("node:crypto#scryptSync");
  put(
    "main.mjs",
    `import { scryptSync } from "node:crypto";
     for (const salt of ["a", "b", "a"]) console.log(scryptSync("secret", salt, 16, { N: 1024 }).toString("hex"));`,
  );
  same("main.mjs");
  const { stdout, functions } = run("main.mjs", { DUMBO_VERIFY: "1" });
  assert.equal(stdout, bare("main.mjs"));
  assert.deepEqual(functions.scryptSync, { hits: 3, misses: 0, calls: 3 });
});

test("each call has a value of its own; arguments and options are told apart; errors come each time", () => {
  list("node:zlib#gzipSync", "node:zlib#gunzipSync");
  put(
    "main.cjs",
    `const { gzipSync, gunzipSync, constants } = require("zlib");
     const one = gzipSync("a"), two = gzipSync("a");
     console.log(one === two, one.equals(two), one.constructor === Buffer);
     one.fill(0);
     console.log(gzipSync("a").equals(two), gzipSync("a", { level: 1 }).equals(two), gzipSync(Buffer.from("a")).equals(two));
     for (let i = 0; i < 2; i++) {
       try { gunzipSync("no"); } catch ({ code, message, stack }) { console.log(code, message, stack.split("\\n").length > 1); }
     }
     console.log(gunzipSync(two).toString(), gzipSync.call({ mine: 1 }, "a").equals(two), constants.Z_BEST_SPEED);`,
  );
  const { cold, warm } = same("main.cjs");
  assert.deepEqual(warm.functions.gzipSync, { hits: 6, misses: 0, calls: 6 });
  assert.deepEqual(cold.functions.gzipSync, { hits: 2, misses: 4, calls: 6 });
  assert.deepEqual(warm.functions.gunzipSync, { hits: 1, misses: 0, calls: 3 });
});

test("they look like what they stand for", () => {
  list("node:zlib", "node:zlib#gzip", "node:crypto#scrypt", "node:crypto#randomBytes", "node:util#promisify");
  put(
    "main.cjs",
    `const zlib = require("zlib"), { promisify, inspect } = require("util"), crypto = require("crypto");
     const show = (f) => [f.name, f.length, typeof f, Reflect.ownKeys(f).filter((k) => typeof k === "string"), inspect(f),
       Object.getPrototypeOf(f) === Function.prototype, Object.hasOwn(f, "prototype"), String(f).length];
     console.log(Object.keys(zlib).join(), zlib.gunzipSync(zlib.gzipSync("a")).toString());
     for (const f of [zlib.gzipSync, zlib.gzip, zlib.createGzip, crypto.scrypt, crypto.randomBytes, promisify]) console.log(show(f));
     console.log(Object.getOwnPropertyDescriptor(zlib, "gzipSync").writable, promisify(zlib.gzip).name, promisify.custom);
     try { new zlib.gzipSync(); } catch (error) { console.log(error.code ?? error.message); }
     promisify(zlib.gzip)("a").then((b) => console.log(b.length));`,
  );
  const { warm } = same("main.cjs");
  assert.match(warm.refused.gzip ?? "", /is given a function/);
  // Whoever vouches for the whole module does not mean that its classes are not made, or callbacks not called.
  assert.deepEqual(Object.keys(warm.functions).sort(), ["gunzipSync", "gzip", "gzipSync", "promisify"]);
});

test("a function that is seen to touch more than its arguments is not memoized, listed or not", () => {
  list("node:os#hostname", "node:crypto#randomBytes");
  put(
    "main.cjs",
    `const { randomBytes } = require("crypto"), { hostname } = require("os");
     console.log(randomBytes(8).equals(randomBytes(8)), hostname() === hostname());`,
  );
  const { warm } = same("main.cjs");
  assert.match(warm.refused.randomBytes ?? "", /touches what is no part of its arguments \(random\)/);
  assert.match(warm.refused.hostname ?? "", /touches what is no part of its arguments \(os\)/);
});

test("functions of a package that is not parsed, a native one, say", () => {
  mkdirSync(join(folder, "node_modules/argon"), { recursive: true });
  const index = (factor: number) => `
    "use strict";
    module.exports.hashSync = function hashSync(text, options) {
      let sum = ${factor};
      for (let i = 0; i < 1e5; i++) sum = (sum * 31 + text.length + (options?.cost ?? 1)) % 1000003;
      return Buffer.from(String(sum));
    };
    module.exports.hash = async (text) => module.exports.hashSync(text);
    module.exports.configure = (options) => { module.exports.options = options; };
    // the end, without a newline`;
  put("node_modules/argon/package.json", '{ "name": "argon", "main": "index.js" }');
  put("node_modules/argon/index.js", index(7));
  list("argon#hashSync", "argon#hash");
  put(
    "main.mjs",
    `import argon, { hashSync } from "argon";
     import { createRequire } from "node:module";
     argon.configure({ a: 1 });
     console.log(hashSync("a").toString(), hashSync("a", { cost: 2 }).toString(), hashSync.name, hashSync.length);
     console.log(createRequire(import.meta.url)("argon").hashSync("a").toString(), argon.options);
     console.log((await argon.hash("b")).toString());`,
  );
  const { cold, warm } = same("main.mjs");
  assert.deepEqual(cold.functions.hashSync, { hits: 0, misses: 4, calls: 4 });
  assert.deepEqual(warm.functions.hashSync, { hits: 4, misses: 0, calls: 4 });
  assert.equal(warm.functions.configure, undefined);
  assert.match(warm.refused.hash ?? "", /Promise/);
  // Its content is its code.
  put("node_modules/argon/index.js", index(8));
  assert.deepEqual(same("main.mjs").cold.functions.hashSync, { hits: 0, misses: 4, calls: 4 });
});

test("what cannot be kept says why", () => {
  list("node:zlib#gzip", "node:zlib#createGzip", "node:crypto#pbkdf2");
  put(
    "main.cjs",
    `const zlib = require("zlib"), crypto = require("crypto");
     zlib.gzip("a", (error, data) => console.log(data.length));
     crypto.pbkdf2("a", "b", 1, 8, "sha1", (error, key) => console.log(key.length));
     zlib.createGzip().on("data", (data) => console.log(data.length > 0)).end("x");`,
  );
  const { stdout, refused, functions } = run("main.cjs");
  assert.deepEqual(stdout.split("\n").sort(), bare("main.cjs").split("\n").sort());
  assert.match(refused.gzip ?? "", /is given a function, which it may call later/);
  assert.match(refused.pbkdf2 ?? "", /is given a function, which it may call later/);
  assert.match(refused.createGzip ?? "", /result holds an instance of a class/);
  assert.deepEqual(functions.createGzip, { hits: 0, misses: 1, calls: 1 });
});

test("the measured policy keeps what pays, and explain tells", () => {
  put(
    "assumePure.json",
    '{"assumePure": [{ "name": "node:crypto#scryptSync", "reason": "slow, and the same each time" }]}',
  );
  put(
    "main.mjs",
    `import { scryptSync } from "node:crypto";
     console.log(scryptSync("secret", "salt", 32, { N: 32768, maxmem: 2 ** 28 }).toString("hex"));`,
  );
  const expected = bare("main.mjs");
  for (const [hits, misses] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const { stdout, functions } = run("main.mjs", { DUMBO_POLICY: "measured" });
    assert.equal(stdout, expected);
    assert.deepEqual(functions.scryptSync, { hits, misses, calls: 1 });
  }
  const { stdout } = spawnSync(process.execPath, [`${dist}cli.cjs`, "explain"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...clean, DUMBO_DIR: join(folder, "cache") },
  });
  assert.match(
    stdout,
    /^cached +scryptSync {2}node:crypto:0\n +assumePure: node:crypto#scryptSync, slow, and the same/m,
  );
});

test("nothing is loaded or replaced where nothing is listed", () => {
  put(
    "main.cjs",
    `console.log(process.moduleLoadList.includes("NativeModule zlib"), require("util").types.isProxy(require("zlib").gzipSync));`,
  );
  assert.equal(run("main.cjs").stdout, "false false\n");
});
