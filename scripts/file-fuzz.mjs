// @ts-check
// Random programs that read and change files, in runs that are answered as a whole (src/trace/left-files.ts), and random changes by others between
// these: `node scripts/file-fuzz.mjs [--runs N] [--seed S]`. Expects dist/. Each program runs in a folder without dumbo, and in another one with it: what
// they print, how they end and all files have to be the same after each run. The first difference ends the script, and its folders stay.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
});
const bundle = pathToFileURL(fileURLToPath(new URL("../dist/auto.cjs", import.meta.url))).href;
/** Runs of each program: from the third on, somebody changes something before. */
const RUNS = 6;
/** Milliseconds: what has just changed is not trusted. */
const AGE = 150;
const FILES = ["out/a", "out/b", "out/d/c", "data/x", "data/y", "top"];
const FOLDERS = ["out", "out/d", "data", "new"];
const PLACES = [...FILES, ...FOLDERS];
/** Where programs write: not over what they read. */
const TARGETS = ["out/a", "out/a", "out/b", "out/b", "out/d/c", "top"];

let state = Number(values.seed) >>> 0;

/** @param {number} n */
function random(n) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
}

/**
 * @template T
 * @param {readonly T[]} list
 */
const pick = (list) => /** @type {T} */ (list[random(list.length)]);
/** @param {readonly string[]} list */
const name = (list) => JSON.stringify(pick(list));

const REMOVES = "{ recursive: true, force: true }";
const beginnings = [
  "",
  `fs.mkdirSync("out", { recursive: true });`,
  `fs.rmSync("out", ${REMOVES}); fs.mkdirSync("out/d", { recursive: true }); fs.writeFileSync("out/a", "1"); fs.writeFileSync("out/d/c", "2");`,
  `await fs.promises.rm("out", ${REMOVES}); fs.mkdirSync("out"); fs.mkdirSync("out/d"); fs.writeFileSync("out/b", "1");`,
];
/** @param {string} call with `done` in the place of its callback */
const awaited = (call) =>
  `await new Promise((go, stop) => { const done = (error) => error ? stop(error) : go(); ${call}; });`;
const operations = [
  () => `fs.mkdirSync(${name(FOLDERS)}, { recursive: true });`,
  () => `fs.writeFileSync(${name(TARGETS)}, "w${random(3)}");`,
  () => `await fs.promises.writeFile(${name(TARGETS)}, "p${random(3)}");`,
  () => awaited(`fs.writeFile(${name(TARGETS)}, "c${random(3)}", done)`),
  () => `fs.appendFileSync(${name(TARGETS)}, "+");`,
  () => awaited(`fs.appendFile(${name(TARGETS)}, "-", done)`),
  () => awaited(`fs.createWriteStream(${name(TARGETS)}).on("finish", done).on("error", done).end("s${random(3)}")`),
  () => `fs.rmSync(${name(["out", "out/d", "new", "top", "out/a"])}, ${REMOVES});`,
  () => `await fs.promises.rm(${name(["out", "out/d", "new"])}, ${REMOVES});`,
  () => awaited(`fs.rm(${name(["out/d", "new"])}, ${REMOVES}, done)`),
  () => `fs.unlinkSync(${name(FILES)});`,
  () => `fs.rmdirSync(${name(FOLDERS)});`,
  () => `fs.renameSync(${name(FILES)}, ${name(TARGETS)});`,
  () => `await fs.promises.rename(${name(PLACES)}, ${name(TARGETS)});`,
  () => `fs.copyFileSync(${name(FILES)}, ${name(TARGETS)});`,
  () => `fs.cpSync(${name(["data", "out"])}, ${name(["out", "new", "out/d"])}, { recursive: true });`,
  () => `say(fs.existsSync(${name(PLACES)}));`,
  () => `fs.accessSync(${name(PLACES)});`,
  () => `say(fs.readFileSync(${name(FILES)}, "utf8"));`,
  () => `say(await fs.promises.readFile(${name(FILES)}, "utf8"));`,
  () => `for await (const text of fs.createReadStream(${name(FILES)}, "utf8")) say(text);`,
  () => `say(fs.readdirSync(${name(FOLDERS)}).sort().join());`,
  () => `say(fs.statSync(${name(FILES)}).size);`,
  () => `say(fs.readFileSync(${name(["out/../data/x", "./data//x", "out/d/../a", "data/../out/a"])}, "utf8"));`,
  () => `fs.writeFileSync(${name(["out/../top", "./out/a", "out//b", "out/d/../a"])}, "n${random(3)}");`,
  () =>
    `{ const fd = fs.openSync(${name(FILES)}); fs.writeFileSync("out.tmp", "t${random(3)}"); fs.renameSync("out.tmp", ${name(TARGETS)});
      const to = Buffer.alloc(9); say(fs.readSync(fd, to) + String(to)); fs.closeSync(fd); }`,
  () => `fs.writeFileSync(${name(TARGETS)}, "m${random(3)}", { mode: 0o${pick(["600", "755"])} });`,
];

function program() {
  const list = Array.from({ length: 1 + random(6) }, () => {
    const operation = pick(operations)();
    return random(4) === 0 ? operation : `try { ${operation} } catch (error) { say(error.code); }`;
  });
  const lines = [`import fs from "node:fs";`, "const say = (what) => console.log(String(what));", pick(beginnings)];
  return [...lines, ...list, `say("end");`].join("\n");
}

/** @type {readonly ((folder: string) => void)[]} */
const changes = [
  (folder) => rmSync(join(folder, pick(PLACES)), { recursive: true, force: true }),
  (folder) => rmSync(join(folder, "out"), { recursive: true, force: true }),
  (folder) => put(folder, pick(FILES), `other${random(2)}`),
  (folder) => put(folder, `out/more${random(2)}`, "more"),
  (folder) => quietly(() => chmodSync(join(folder, pick(PLACES)), pick([0o600, 0o700, 0o755]))),
  (folder) => quietly(() => linkSync(join(folder, pick(FILES)), join(folder, pick(["hard", "data/hard"])))),
  (folder) => quietly(() => moveBehindLink(folder, pick(PLACES))),
  (folder) => quietly(() => symlinkSync(pick(["none", "x", "data"]), join(folder, pick(PLACES)))),
  () => undefined,
];

/** @param {() => void} change that may fail, in both folders */
function quietly(change) {
  try {
    change();
  } catch {
    // Something else is there, or nothing.
  }
}

/**
 * @param {string} folder
 * @param {string} path
 */
function moveBehindLink(folder, path) {
  const moved = `${path}.moved`;
  renameSync(join(folder, path), join(folder, moved));
  symlinkSync(basename(moved), join(folder, path));
}

/**
 * @param {string} folder
 * @param {string} path
 * @param {string} text
 */
function put(folder, path, text) {
  try {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  } catch {
    // Something else is there, in both folders.
  }
}

/** @param {string} folder */
function contentsOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((path) => {
      const stats = lstatSync(join(folder, path));
      const names = stats.isFile() ? stats.nlink : "";
      return `${path} ${stats.mode} ${names} ${stats.isFile() ? readFileSync(join(folder, path), "latin1") : ""}`;
    });
}

/**
 * @param {string} folder
 * @param {string | null} cache
 */
function run(folder, cache) {
  const { stdout, status } = spawnSync(
    process.execPath,
    [...(cache === null ? [] : ["--import", bundle]), "main.mjs"],
    {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        ...(cache !== null && { DUMBO_DIR: cache, DUMBO_USER_DIR: "off", DUMBO_WHOLE_RUNS: "all", DUMBO_PREPARE: "0" }),
      },
    },
  );
  return { stdout, status, files: contentsOf(folder) };
}

/** When the run was noted that a cache directory knows; 0 if it knows none. @param {string} cache */
function notedAt(cache) {
  const [file] = existsSync(join(cache, "runs")) ? readdirSync(join(cache, "runs")) : [];
  return file === undefined ? 0 : statSync(join(cache, "runs", file)).mtimeMs;
}

/** @param {number} ms */
function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

let answered = 0;
let all = 0;
for (let index = 0; index < Number(values.runs); index++) {
  const seed = state;
  const root = mkdtempSync(join(tmpdir(), "dumbo-file-fuzz-"));
  const [bare, own, cache] = /** @type {const} */ (["bare", "own", "cache"]).map((part) => join(root, part));
  const code = program();
  const folders = /** @type {readonly string[]} */ ([bare, own]);
  for (const folder of folders) {
    for (const [path, text] of [
      ["data/x", "X"],
      ["data/y", "Y"],
      ["package.json", "{}"],
      ["main.mjs", code],
    ])
      put(folder, /** @type {string} */ (path), /** @type {string} */ (text));
  }
  for (let step = 0; step < RUNS; step++) {
    if (step > 2) {
      const change = pick(changes);
      const same = state;
      for (const folder of folders) {
        state = same;
        change(folder);
      }
    }
    sleep(AGE);
    const expected = run(/** @type {string} */ (bare), null);
    const before = notedAt(/** @type {string} */ (cache));
    const found = run(/** @type {string} */ (own), /** @type {string} */ (cache));
    all++;
    // Another run would have been noted, or was refused as before.
    if (before !== 0 && before === notedAt(/** @type {string} */ (cache)) && isKept(/** @type {string} */ (cache)))
      answered++;
    if (JSON.stringify(expected) === JSON.stringify(found)) continue;
    console.log(`seed ${seed}, run ${step} of a program differs, in ${root}`);
    console.log(code, "\nbare", expected, "\nwith dumbo", found);
    process.exit(1);
  }
  rmSync(root, { recursive: true, force: true });
}
console.log(`${values.runs} programs, ${all} runs, ${answered} answered as a whole, no difference`);

/** @param {string} cache */
function isKept(cache) {
  const [file] = readdirSync(join(cache, "runs"));
  return file !== undefined && readFileSync(join(cache, "runs", file), "utf8").includes('"kind":"kept"');
}
