/** Law 1 for every row of the table of verdicts that is not pure: programs that use what it names are the same programs. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type BuiltInVerdict, GLOBALS, known, type Listing, MAJORS, verdictOf } from "../../audit/verdicts/verdicts.ts";
import { buildMutant } from "../../scripts/mutants.mjs";
import { check } from "../program/differential/harness.ts";
import { type Definition, program, type Step } from "../program/differential/program.ts";
import { isKeyed } from "./verdicts/mentions.ts";
import { isPartOfUse } from "./verdicts/recipes.ts";
import { mainOf, type Row, type Rows, rowsOf } from "./verdicts/rows.ts";
import { declared, whyUnused } from "./verdicts/unused.ts";

const major = Number.parseInt(process.versions.node, 10);
const watched = JSON.parse(
  readFileSync(new URL("../../audit/verdicts/verdicts.json", import.meta.url), "utf8"),
) as Listing;
// Below the project, where what a bundle needs is found.
const folder = fileURLToPath(new URL("../../.tmp/mutants/", import.meta.url));

/** Without this, a function on the assumePure list is not audited. With it, that list only switches the scan off. */
const mutant = {
  name: "the audit counts whatever the user vouches for",
  file: "src/trace/frames.ts",
  from: "    vouched,\n    opens,\n",
  to: "    vouched: vouched && false,\n    opens,\n",
};

process.noDeprecation = true;
process.removeAllListeners("warning");
const seen = known(watched, major);

test("a row that is not pure is used, or there is a reason why not", () => {
  const used = new Set(
    rowsOf(seen, (verdict) => verdict !== "pure", "one road each").rows.map(({ place, name }) => `${place} ${name}`),
  );
  const table = Object.entries(seen).flatMap(([place, kinds]) =>
    Object.entries(kinds).map(([name, kind]) => ({ place, name, verdict: verdictOf(place, name, kind) })),
  );
  const missing = table.filter(({ place, name, verdict }) => {
    return verdict !== "pure" && !used.has(`${place} ${name}`) && whyUnused(place, name) === null;
  });
  assert.deepEqual(missing, []);
  assert.ok(used.size > 1400, `${used.size} rows`);
});

test("reasons are given for what there is", () => {
  const names = MAJORS.flatMap((one) =>
    Object.entries(known(watched, one)).flatMap(([place, kinds]) => [
      place,
      `${place}.*`,
      ...Object.keys(kinds).flatMap((name) => [`${place}.${name}`, name, name.replace(/[.#].*/, "")]),
    ]),
  );
  const there = new Set(names);
  assert.deepEqual(
    declared.filter((name) => !there.has(name)),
    [],
  );
});

/** Modules whose rows share a program: what one of them leaves behind is seen by the others. */
const GROUPS: readonly (readonly [name: string, places: RegExp])[] = [
  ["globals", /^globals$/],
  ["files", /^fs/],
  [
    "the machine",
    /^(process|os|v8|vm|worker_threads|child_process|cluster|inspector|module|perf_hooks|timers|async_hooks|console)\b/,
  ],
  ["the rest", /^/],
];

/** The rows of each group. */
function groupsOf({ rows, files }: Rows): { name: string; rows: Row[]; files: Record<string, string> }[] {
  const groupOf = (place: string) => GROUPS.find(([, places]) => places.test(place))?.[0];
  return GROUPS.map(([name]) => {
    const own = rows.filter(({ place }) => groupOf(place) === name);
    const paths = Object.keys(files).filter((path) => own.some(({ file }) => path.startsWith(`${file}.`)));
    return { name, rows: own, files: Object.fromEntries(paths.map((path) => [path, files[path] as string])) };
  });
}

/** What the programs find. */
const FOUND = { "data.txt": "alpha", "dir/data.txt": "inside", "dir/one": "1" };

function definition(rows: readonly Row[], files: Record<string, string>): Definition {
  const labels = Object.fromEntries(rows.map(({ fn, label }) => [fn, label]));
  return {
    files: { ...files, ...FOUND, "main.mjs": mainOf(Object.keys(files), labels) },
    links: { link: "data.txt" },
    flags: ["--no-warnings"],
  };
}

describe("the scan refuses what uses them", { concurrency: 2 }, () => {
  for (const { name, rows, files } of groupsOf(rowsOf(seen, isRefused, "one road each"))) {
    test(name, async () => {
      const certain = rows.filter(({ label }) => !isKeyed(label));
      const refuses = Object.fromEntries(certain.map(({ fn }) => [fn, /./]));
      await check(program(name, { ...definition(rows, files), refuses, warm: { hits: { control: 2 } } }));
    });
  }
});

describe("the taps refuse what uses them, whatever the scan lets pass", { concurrency: 2 }, () => {
  let bundle: string;
  before(async () => {
    bundle = (await buildMutant(mutant, folder)) as string;
  });
  for (const { name, rows, files } of groupsOf(rowsOf(seen, isForbidden, "one road each"))) {
    test(name, async () => {
      const assumePure = JSON.stringify({ assumePure: Object.keys(files).map((path) => `./${path}`) });
      const given = definition(rows, { ...files });
      const refuses = Object.fromEntries(rows.filter((row) => !isPrinted(row)).map(({ fn }) => [fn, /^touches /]));
      const listed = { ...given.files, "package.json": "{}", "assumePure.json": assumePure };
      await check(program(name, { ...given, files: listed, bundle, refuses, warm: { hits: { control: 2 } } }));
    });
  }
});

/** What is done to the world before a run, and which rows then have another answer. */
const CHANGES: readonly (Step & { readonly changes: RegExp })[] = [
  {
    label: "a file edited, one made, one more in a folder",
    edit: { "data.txt": "another text", "none.txt": "now", "dir/two": "2" },
    changes: /\b(access|createInterface|createReadStream|exists|lstat|open|read|readFile|readdir|stat|close)(Sync)?$/,
  },
  {
    label: "in another folder",
    env: { ROW_FOLDER: "dir" },
    edit: { "data.txt": "alpha", "none.txt": null, "dir/two": null },
    changes: /\b(createInterface|createReadStream|open|read|readFile|readdir|readlink|realpath|close)(Sync)?$|\bcwd$/,
  },
  {
    label: "another environment",
    env: { ROW_VALUE: "2", HOME: "/nowhere", TMPDIR: "/nowhere" },
    changes: /process\.env$|os\.(homedir|tmpdir)$/,
  },
  { label: "other arguments", args: ["one"], changes: /process\.argv$/ },
  {
    label: "in colour",
    env: { FORCE_COLOR: "1" },
    changes: /console\.(debug|dir|error|info|log|table|warn|assert|dirxml)$/,
  },
  { label: "as at first", changes: /^$/ },
];

/** Roads that the scan does not follow, so that nothing is kept of what takes them. */
const UNFOLLOWED = /inside|computed|globalThis/;

test("what they read or print is recorded, and asked again", async () => {
  const { rows, files } = rowsOf(
    seen,
    (verdict) => verdict === "recorded read" || verdict === "replayed output",
    "all roads",
  );
  const kept = rows.filter(({ place, name, by }) => {
    // An object of a class of Node's own, as any other.
    if (UNFOLLOWED.test(by) || (place === "process" && by === "of getBuiltinModule")) return false;
    // Each run has files of its own, with other times.
    if (/\b(fstatSync|FileHandle#stat)$/.test(name)) return false;
    return !isPartOfUse(place, name) || !/^by an alias|getBuiltinModule/.test(by);
  });
  assert.ok(kept.length > 200, `${kept.length} functions`);
  const counts = (count: (row: Row) => number) => Object.fromEntries(kept.map((row) => [row.fn, count(row)]));
  const after = CHANGES.map(({ changes, ...step }) => {
    const isChanged = ({ place, name }: Row) => changes.test(place === GLOBALS ? name : `${place}.${name}`);
    return {
      ...step,
      hits: counts((row) => (isChanged(row) ? 1 : 2)),
      misses: counts((row) => (isChanged(row) ? 1 : 0)),
    };
  });
  const kinds = {
    cold: { hits: counts(() => 1), misses: counts(() => 1) },
    warm: { hits: counts(() => 2), misses: counts(() => 0) },
  };
  const env = { HOME: "/home/one", TMPDIR: "/tmp", ROW_VALUE: "1" };
  await check(program("recorded", { ...definition(rows, files), ...kinds, env, after }));
});

/** Whether a global of another verdict is the same function: only the scan refuses it under this name. */
function isPrinted({ place, name, kind }: Row): boolean {
  return kind === "output" && verdictOf(GLOBALS, `${place}.${name}`, kind) === "replayed output";
}

function isForbidden(verdict: BuiltInVerdict): boolean {
  return verdict === "forbids" || verdict === "replayed write";
}

function isRefused(verdict: BuiltInVerdict): boolean {
  return isForbidden(verdict) || verdict === "unknown";
}
