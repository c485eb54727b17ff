/** What a module that loads may cost: which package files are analysed, and when. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { NOTHING_ASSUMED } from "../../audit/assume-pure.ts";
import { sinceStart } from "../../audit/builtins/originals.ts";
import { Loader } from "../../loader/hooks/load.ts";
import { moduleFile } from "../../loader/hooks/transform-ids.ts";
import * as transforming from "../../loader/transform/index.ts";
import { DEFAULTS } from "../../src/config/config.ts";
import { readSaved, writeSaved } from "../../src/policy/profile.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-load-")));
  mkdirSync(join(root, "node_modules", "big"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Some bytes of code, all of them functions. */
function code(bytes: number, name: string): string {
  const one = (n: number) =>
    `exports.${name}${n} = function (a) { for (let i = 0; i < a; i++) a += i % 7; return a; };\n`;
  return Array.from({ length: Math.ceil(bytes / one(10).length) }, (_, n) => one(n)).join("");
}

function write(path: string, text: string): string {
  writeFileSync(join(root, path), text);
  return join(root, path);
}

/** A loader at the start of a run; `clock.now` is its age in ms. @param takes milliseconds to analyse a file */
function loaderAt(clock: { now: number }, takes = 0): Loader {
  const transform: typeof transforming.transform = (...given) => {
    clock.now += takes;
    return transforming.transform(...given);
  };
  const settings = {
    root,
    program: join(root, "main.cjs"),
    directory: join(root, "cache"),
    user: null,
    dumboFolder: "/none/",
    config: { ...DEFAULTS, prepare: false },
    assumePure: NOTHING_ASSUMED,
    omit: {},
    repeated: {},
    sourceMap: false,
    tellsUnparsed: true,
  };
  return new Loader(
    settings,
    () => ({ ...transforming, transform }),
    () => clock.now,
    assert.fail,
  );
}

test("a package file that there is no time for is analysed at the end, when a share of the run allows it", () => {
  const file = write("node_modules/big/index.js", code(100_000, "f"));
  const source = code(100_000, "f");
  const clock = { now: 100 };
  const first = loaderAt(clock);
  assert.equal(
    first.load(moduleFile(file, "commonjs"), source),
    null,
    "50 ms and the parser are more than 40 and 1 of 100",
  );
  first.catchUp("main");
  assert.equal(loaderAt(clock).load(moduleFile(file, "commonjs"), source), null, "nor was there time at the end");
  clock.now = 10_000;
  first.catchUp("main");
  clock.now = 0;
  assert.match(String(loaderAt(clock).load(moduleFile(file, "commonjs"), source)?.code), /\$dumbo0/);
});

test("on later runs there is nothing but a share of the run", () => {
  const load = (loader: Loader, name: string) => {
    const text = code(1000, name);
    return loader.load(moduleFile(write(`node_modules/big/${name}.js`, text), "commonjs"), text);
  };
  const first = loaderAt({ now: 0 });
  for (const name of ["a", "b", "c", "d"]) assert.notEqual(load(first, name), null);
  first.pack(new Map(), () => true);
  assert.equal(load(loaderAt({ now: 0 }), "e"), null);
  assert.notEqual(load(loaderAt({ now: 2000 }), "e"), null);
});

test("what runs leave of their share is saved, until it is enough for a large file", () => {
  const file = write("node_modules/big/index.js", code(240_000, "f"));
  const source = code(240_000, "f");
  const run = () => {
    const loader = loaderAt({ now: 1000 });
    const loaded = loader.load(moduleFile(file, "commonjs"), source) !== null;
    loader.catchUp("main");
    loader.pack(new Map(), () => true);
    return loaded;
  };
  const known = loaderAt({ now: 0 });
  for (const name of ["a", "b", "c", "d"]) {
    const text = code(1000, name);
    known.load(moduleFile(write(`node_modules/big/${name}.js`, text), "commonjs"), text);
  }
  known.pack(new Map(), () => true);
  // It takes 120 ms and the parser; there are 30 in each run.
  assert.deepEqual([1, 2, 3, 4].map(run), [false, false, false, false]);
  assert.equal(readSaved(join(root, "cache")), 120);
  assert.deepEqual([5, 6].map(run), [false, true]);
});

test("no more is saved than the largest file takes, and nothing when nothing is left", () => {
  const file = write("node_modules/big/index.js", code(240_000, "f"));
  const loader = loaderAt({ now: 0 });
  loader.catchUp("main");
  assert.equal(existsSync(join(root, "cache", "saved.json")), false);
  loader.load(moduleFile(file, "commonjs"), code(240_000, "f"));
  loader.catchUp("main");
  assert.equal(readSaved(join(root, "cache")), 40);
  writeSaved(join(root, "cache"), 490);
  const clock = { now: 0 };
  const later = loaderAt(clock);
  rmSync(file);
  later.load(moduleFile(file, "commonjs"), code(240_000, "f"));
  clock.now = 10_000;
  later.catchUp("main");
  assert.equal(readSaved(join(root, "cache")), 500);
});

test("small packages come first", () => {
  mkdirSync(join(root, "node_modules", "@some", "small"), { recursive: true });
  const load = (loader: Loader, path: string, bytes: number) => {
    const text = code(bytes, "f");
    return loader.load(moduleFile(write(path, text), "commonjs"), text) !== null;
  };
  const all = (loader: Loader) =>
    [load(loader, "node_modules/big/a.js", 20_000), load(loader, "node_modules/big/b.js", 160_000)].concat(
      load(loader, "node_modules/@some/small/a.js", 21_000),
      load(loader, "node_modules/@some/small/b.js", 22_000),
    );
  const clock = { now: -2000 };
  const first = loaderAt(clock, 25);
  assert.deepEqual(all(first), [false, false, false, false], "there is no time at the start");
  clock.now = 400;
  first.catchUp("main");
  assert.deepEqual(all(loaderAt({ now: -2000 })), [false, false, true, true]);
});

test("what was left out does not have the pack written again", () => {
  const first = loaderAt({ now: 0 });
  for (const name of ["a", "b", "c", "d"]) {
    const text = code(1000, name);
    first.load(moduleFile(write(`node_modules/big/${name}.js`, text), "commonjs"), text);
  }
  first.pack(new Map(), () => true);
  const next = loaderAt({ now: 0 });
  for (const name of ["a", "b", "c", "d"]) {
    next.load(moduleFile(join(root, `node_modules/big/${name}.js`), "commonjs"), code(1000, name));
  }
  next.load(moduleFile(write("node_modules/big/e.js", code(200_000, "e")), "commonjs"), code(200_000, "e"));
  next.pack(new Map(), () =>
    assert.fail("asked whether this is the main thread, which it does when it wants to write"),
  );
});

test("time is counted from the start of the process", () => {
  const age = process.uptime() * 1000;
  assert.ok(Math.abs(sinceStart() - age) < 1000, `${sinceStart()} ms, process.uptime() says ${age}`);
});

test("a program with large packages is not held up by them", () => {
  const files = 60;
  for (let n = 0; n < files; n++) write(`node_modules/big/${n}.js`, code(60_000, `f${n}_`));
  write("node_modules/big/index.js", Array.from({ length: files }, (_, n) => `require("./${n}.js");\n`).join(""));
  write("package.json", "{}");
  write("main.cjs", 'require("big"); console.log("done");');
  const { DUMBO: _, DUMBO_LOG, DUMBO_POLICY, DUMBO_ASSUME_PURE, NODE_OPTIONS, ...env } = process.env;
  const auto = pathToFileURL(fileURLToPath(new URL("../../dist/auto.cjs", import.meta.url))).href;
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", auto, "main.cjs"], {
    cwd: root,
    env: { ...env, DUMBO_DIR: join(root, "cache") },
    encoding: "utf8",
  });
  assert.deepEqual([stdout, stderr], ["done\n", ""]);
  const kept = readdirSync(join(root, "cache", "transforms"), { recursive: true }) as string[];
  const analysed = kept.filter((name) => name.endsWith(".out")).length;
  assert.ok(
    analysed < files / 2,
    `3.6 MB were analysed for a program that does nothing: ${analysed} of ${files} files`,
  );
});
