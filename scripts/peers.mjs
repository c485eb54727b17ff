// `npm run peers`: what dumbo and others can, by programs that try it (scripts/peers/); compares with the table of docs/peers.md, or writes it
// with --write. Installs the others into .tmp/peers, and joblib into a Python environment there. Expects dist/ to be built.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { markdownTable } from "markdown-table";
import { cachesInBrowser } from "./peers/browser.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const programs = join(root, "scripts/peers");
const place = join(root, ".tmp/peers");
const doc = join(root, "docs/peers.md");
const python = join(place, "python/bin/python");

const NOTHING_KEPT = "-";
/** Of what a peer keeps for no other run, edits between runs say nothing. */
const BETWEEN_RUNS = new Set(["own-edit", "helper-edit", "classes"]);

/** A hit takes less than half of the work of a call. */
const isHit = ([first, second]) => second < first / 2;

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} what
 * @property {(run: (edits?: Record<string, [string, string]>) => { value: any, printed: string }) => boolean | null} holds
 *   whether it is so; `run` runs the program, in files that are edited first; null where a peer has nothing for it
 * @property {string} next what the documentation of Next.js says of `use cache`
 */

/** @type {readonly Row[]} */
const ROWS = [
  {
    id: "next-run",
    what: "the next run finds the result",
    holds: (run) => isHit([run().value, run().value]),
    next: "not by itself: in memory",
  },
  {
    id: "own-edit",
    what: "an edit of the function: it is computed anew",
    holds: (run) => run().value === 2 && run({ subject: ["n + 1", "n + 5"] }).value === 6,
    next: "with each build",
  },
  {
    id: "helper-edit",
    what: "an edit of a function that it calls",
    holds: (run) => run().value === 11 && run({ helper: ["n + 10", "n + 20"] }).value === 21,
    next: "with each build",
  },
  {
    id: "variable",
    what: "a variable of the module that it reads has another value",
    holds: (run) => run().value === 3,
    next: "of functions around it",
  },
  {
    id: "file",
    what: "a file that it reads has another content",
    holds: (run) => run().value === "new",
    next: "when `revalidateTag` says so",
  },
  {
    id: "equal-arguments",
    what: "an equal object as argument is a hit",
    holds: (run) => isHit(run().value),
    next: "yes",
  },
  {
    id: "changed-argument",
    what: "an argument that was changed is another one",
    holds: (run) => run().value === 4,
    next: "yes",
  },
  {
    id: "changed-result",
    what: "who changes a result changes his own copy",
    holds: (run) => run().value === 1,
    next: "yes",
  },
  {
    id: "prints",
    what: "what a call prints is printed by hits, too",
    holds: (run) => run().printed.split("said").length - 1 === 2,
    next: NOTHING_KEPT,
  },
  {
    id: "clock",
    what: "what asks a clock is not kept, unless one says so",
    holds: (run) => new Set(run().value).size === 2,
    next: NOTHING_KEPT,
  },
  {
    id: "classes",
    what: "maps, dates and instances of classes come back as such in the next run",
    holds: (run) => [run(), run()].every(({ value }) => value.every(Boolean)),
    next: "no instances of classes",
  },
  {
    id: "time-to-live",
    what: "a time to live, by an option",
    holds: (run) => {
      const { value } = run();
      return value === null ? null : isHit(value) && !isHit([value[0], value[2]]);
    },
    next: "yes: `cacheLife`",
  },
  {
    id: "fast-hit",
    what: "a hit takes less than 50 us",
    holds: (run) => run().value < 50,
    next: NOTHING_KEPT,
  },
];

function install() {
  mkdirSync(place, { recursive: true });
  cpSync(join(programs, "package.json"), join(place, "package.json"));
  must(spawnSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: place, encoding: "utf8" }));
  const dumbo = join(place, "node_modules/dumbo");
  rmSync(dumbo, { recursive: true, force: true });
  symlinkSync(root, dumbo, "junction");
}

/** Whether joblib can be run. */
function installJoblib() {
  const has = () => spawnSync(python, ["-c", "import joblib"]).status === 0;
  if (has()) return true;
  spawnSync("python3", ["-m", "venv", join(place, "python")]);
  spawnSync(python, ["-m", "pip", "install", "--quiet", "joblib"]);
  return has();
}

function must({ status, stdout, stderr }) {
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout;
}

/** What a peer can, row by row. */
function tryPeer(peer) {
  /** @type {string[]} */
  const cells = [];
  let keepsForLater = true;
  for (const { id, holds } of ROWS) {
    const cwd = join(place, `run-${peer}`);
    rmSync(cwd, { recursive: true, force: true });
    cpSync(programs, cwd, { recursive: true, filter: (path) => !path.endsWith("package.json") });
    writeFileSync(join(cwd, "package.json"), '{ "type": "module" }\n');
    const can = keepsForLater || !BETWEEN_RUNS.has(id) ? holds((edits) => runStep(peer, id, cwd, edits)) : null;
    if (id === "next-run") keepsForLater = can === true;
    cells.push(cell(can));
    process.stderr.write(`${peer}: ${id}: ${cells.at(-1)}\n`);
  }
  return cells;
}

function cell(can) {
  if (can === null) return NOTHING_KEPT;
  return can ? "yes" : "no";
}

function runStep(peer, row, cwd, edits = {}) {
  const extension = peer === "joblib" ? "py" : "mjs";
  for (const [file, [from, to]] of Object.entries(edits)) {
    const path = join(cwd, `${file}.${extension}`);
    const text = readFileSync(path, "utf8");
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
    writeFileSync(path, text.replace(from, to));
  }
  const flags = peer === "react" ? ["--conditions=react-server"] : [];
  const { DUMBO, DUMBO_DIR, NODE_OPTIONS, ...env } = process.env;
  const run =
    peer === "joblib"
      ? spawnSync(python, ["step.py", row], { cwd, encoding: "utf8" })
      : spawnSync(process.execPath, [...flags, "step.mjs", peer, row], {
          cwd,
          encoding: "utf8",
          env: { ...env, NODE_ENV: "production" },
        });
  const printed = must(run).trim();
  const last = printed.slice(printed.lastIndexOf("\n") + 1);
  return { value: JSON.parse(last), printed };
}

function versionOf(peer) {
  // Whoever reads this has it.
  if (peer === "dumbo") return "";
  if (peer === "joblib")
    return must(spawnSync(python, ["-c", "import joblib; print(joblib.__version__)"], { encoding: "utf8" })).trim();
  return JSON.parse(readFileSync(join(place, "node_modules", peer, "package.json"), "utf8")).version;
}

install();
const hasJoblib = installJoblib();
const peers = ["dumbo", ...(hasJoblib ? ["joblib"] : []), "memoize-fs", "p-memoize", "moize", "keyv", "react"];
/** @type {string[][]} */
const columns = [];
for (const peer of peers) {
  const inBrowser = peer === "joblib" ? null : await cachesInBrowser(peer, place);
  columns.push([...tryPeer(peer), cell(inBrowser)]);
}
const heads = peers.map((peer) => `${peer === "react" ? "React's `cache`" : peer} ${versionOf(peer)}`.trim());
const table = markdownTable([
  [
    "",
    ...heads,
    "[Next's `use cache`](https://nextjs.org/docs/app/api-reference/directives/use-cache), by its documentation",
  ],
  ...[...ROWS, { what: "caches in a browser", next: "no" }].map(({ what, next }, n) => [
    what,
    ...columns.map((cells) => cells[n]),
    next,
  ]),
]);

const START = "<!-- peers -->\n\n";
const text = readFileSync(doc, "utf8");
const at = text.indexOf(START) + START.length;
const end = text.indexOf("\n\n", at);
if (at < START.length || end < 0) throw new Error(`${doc} has no place for the table`);
const isSame = normal(text.slice(at, end)) === normal(table);
if (process.argv.includes("--write")) writeFileSync(doc, text.slice(0, at) + table + text.slice(end));
else if (!isSame) console.log("docs/peers.md says something else:");
console.log(table);
if (!hasJoblib) console.log("joblib could not be installed here, and was not run");
process.exit(isSame || process.argv.includes("--write") ? 0 : 1);

/** A table without its layout. */
function normal(table) {
  return table.replace(/ +/g, " ").replace(/-+/g, "-");
}
