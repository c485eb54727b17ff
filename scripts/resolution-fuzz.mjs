// @ts-check
// Random trees of modules and packages, and random edits of them between runs that are answered as a whole
// (loader/whole-run/resolutions.ts): `node scripts/resolution-fuzz.mjs [--runs N] [--seed S]`. Expects dist/. Each tree is run
// without dumbo and with it, twice after each edit; the first difference ends the script, and its tree stays.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
});
const bundle = pathToFileURL(fileURLToPath(new URL("../dist/auto.cjs", import.meta.url))).href;
const EDITS = 3;
const FOLDERS = [
  "",
  "lib",
  "lib/deep",
  "node_modules/p",
  "node_modules/q",
  "lib/node_modules/p",
  "node_modules/@s/r",
  "node_modules/p/sub",
];
const NAMES = ["a", "b", "index", "main"];
const EXTENSIONS = [".js", ".json", ".cjs", ".mjs", "", "/index.js"];
const ASKED = [
  "./a",
  "./b.js",
  "./lib",
  "./lib/a",
  "./lib/deep/",
  "../a",
  ".",
  "p",
  "q",
  "p/a",
  "p/sub",
  "p/sub/b.js",
  "@s/r",
  "@s/r/a",
  "#own",
  "self",
  "./a.json",
  "p/package.json",
];

let answered = 0;
/** How often runs were not kept, by reason. @type {Map<string, number>} */
const refused = new Map();
let runs = 0;
const place = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-resolution-")));
for (let seed = Number(values.seed); runs < Number(values.runs); seed++, runs++) {
  const random = numbers(seed);
  const root = join(place, String(seed), "root");
  const cache = join(place, String(seed), "cache");
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, "package.json"), JSON.stringify(packageOf(random, "self")));
  for (let i = 0; i < 14; i++) edit(root, random);
  const entry = random(2) === 0 ? "start.cjs" : "start.mjs";
  const asking = entry.endsWith("cjs") ? requiring : importing;
  writeFileSync(join(root, entry), asking(ASKED));
  // Mostly what is there: in a tree like this, most questions lead to errors.
  const answers = run(root, entry, null).split("\n").slice(1);
  const there = ASKED.filter((_, i) => /^\d+$/.test(answers[i] ?? ""));
  const asked = Array.from({ length: 3 }, () => pick(there.length > 0 && random(8) > 0 ? there : ASKED, random));
  writeFileSync(join(root, entry), asking(asked));
  for (let step = 0; step <= EDITS; step++) {
    if (step > 0) for (let i = random(3); i >= 0; i--) edit(root, random);
    const bare = run(root, entry, null);
    for (const label of ["first", "second"]) {
      const before = runsIn(cache);
      const outcome = run(root, entry, cache);
      if (outcome !== bare) {
        console.log(`seed ${seed}, step ${step}, ${label} run: ${root}\nbare:\n${bare}\nwith dumbo:\n${outcome}`);
        process.exit(1);
      }
      const after = runsIn(cache);
      if (before.includes('"kind":"kept"') && before === after) answered++;
      const why = /"why":(\{[^}]*\})/.exec(after)?.[1];
      if (why !== undefined) refused.set(why, (refused.get(why) ?? 0) + 1);
    }
  }
  rmSync(join(place, String(seed)), { recursive: true });
}
rmSync(place, { recursive: true });
for (const [why, count] of refused) console.log(`${count} runs were not kept: ${why}`);
console.log(`${runs} trees, ${runs * (EDITS + 1) * 2} runs, ${answered} answered as a whole, no difference`);

/** @param {number} seed */
function numbers(seed) {
  let state = (seed * 2654435761) % 4294967296 || 1;
  return (/** @type {number} */ below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

/** @template T @param {readonly T[]} list @param {(below: number) => number} random @returns {T} */
function pick(list, random) {
  return /** @type {T} */ (list[random(list.length)]);
}

/** Writes, removes or links one file of the tree. @param {string} root @param {(below: number) => number} random */
function edit(root, random) {
  const folder = pick(FOLDERS, random);
  const kind = random(10);
  if (kind < 2)
    return write(join(root, folder, "package.json"), JSON.stringify(packageOf(random, folder === "" ? "self" : "")));
  const path = join(root, folder, pick(NAMES, random) + pick(EXTENSIONS, random));
  if (kind === 2 && folder !== "") return void rmSync(join(root, folder), { recursive: true, force: true });
  if (kind === 3) return void rmSync(path, { recursive: true, force: true });
  if (kind === 4)
    return link(join(root, "node_modules", pick(["p", "q"], random)), pick(["../lib", "q", "../lib/deep"], random));
  const text = path.endsWith(".json")
    ? String(random(100))
    : path.endsWith(".mjs")
      ? `export default ${random(100)};`
      : `module.exports = ${random(100)};`;
  write(path, text);
}

/** @param {(below: number) => number} random @param {string} name */
function packageOf(random, name) {
  const main = pick([undefined, "a", "./b.js", "sub", "lib/a"], random);
  const exports = pick(
    [
      undefined,
      undefined,
      "./a.js",
      { ".": "./b.js", "./a": "./a.js" },
      { ".": { import: "./a.mjs", require: "./a.cjs" } },
    ],
    random,
  );
  const type = pick([undefined, "commonjs", "module"], random);
  const imports = { "#own": pick(["./a.js", "./lib/a.js", "p"], random) };
  return { ...(name && { name, imports }), ...(main && { main }), ...(exports && { exports }), ...(type && { type }) };
}

/** @param {string} path @param {string} text */
function write(path, text) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch {
    // A file is where a folder would have to be.
  }
}

/** @param {string} path @param {string} target */
function link(path, target) {
  try {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
    if (!existsSync(path)) unlinkSync(path);
  } catch {
    // As above.
  }
}

/** @param {readonly string[]} asked */
function requiring(asked) {
  const lines = asked.map(
    (name) => `try { console.log(require(${JSON.stringify(name)})); } catch (e) { console.log(e.code ?? e.name); }`,
  );
  return lines.join("\n");
}

/** @param {readonly string[]} asked */
function importing(asked) {
  const lines = asked.map(
    (name, i) =>
      `let m${i}; try { m${i} = (await import(${JSON.stringify(name)})).default; } catch (e) { m${i} = e.code ?? e.name; } console.log(m${i});`,
  );
  return lines.join("\n");
}

/** @param {string} root @param {string} entry @param {string | null} cache */
function run(root, entry, cache) {
  const flags = cache === null ? [] : ["--import", bundle];
  const env = {
    PATH: process.env.PATH,
    ...(cache !== null && { DUMBO_DIR: cache, DUMBO_WHOLE_RUNS: "all", DUMBO_PREPARE: "0" }),
  };
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, entry], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  // A warning names the process.
  return `${status}\n${stdout}\n${stderr.replaceAll(/\(node:\d+\)/g, "(node)")}`;
}

/** What is known of runs, as one text. @param {string} cache */
function runsIn(cache) {
  const folder = join(cache, "runs");
  if (!existsSync(folder)) return "";
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join();
}
