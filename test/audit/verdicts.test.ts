/** The table of verdicts: complete, true, and shown as it is. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { known, type Listing, type Seen, unlisted, VERDICTS, verdictOf } from "../../audit/verdicts/verdicts.ts";
import { byName } from "../support/counts.ts";
import { build, remove, run, work } from "../support/tap-programs.ts";
import { isKeyed, isNoticed, mentions } from "./verdicts/mentions.ts";
import { page, seenBy } from "./verdicts/seen.ts";
import { uncalled } from "./verdicts/unused.ts";

const major = Number.parseInt(process.versions.node, 10);
const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const watched = JSON.parse(read("../../audit/verdicts/verdicts.json")) as Listing;
let seen: Seen;
process.noDeprecation = true;

before(async () => {
  await build();
  seen = seenBy(process.execPath);
});
after(remove);

test("the table knows everything that this Node has", () => {
  assert.deepEqual(unlisted(watched, major, seen), [], "after a change of taps or of Node: npm run verdicts");
});

test("what the table does not know is found", () => {
  const missing = { ...seen, fs: { ...seen.fs, readFileFast: "file", readFileSync: "" } };
  assert.deepEqual(unlisted(watched, major, missing), ["fs: readFileSync (not tapped)", "fs: readFileFast (file)"]);
  assert.deepEqual(unlisted(watched, major, { "node:new": { a: "" } }), ["node:new: a (not tapped)"]);
});

test("docs/verdicts.md shows the table", () => {
  assert.equal(read("../../docs/verdicts.md"), page(watched), "npm run verdicts");
});

test("verdicts", () => {
  const cases: [module: string, name: string, verdict: string][] = [
    ["path", "join", "pure"],
    ["crypto", "randomBytes", "forbids"],
    ["globals", "Math.max", "pure"],
    ["globals", "Math.random", "forbids"],
    ["globals", "Date.now", "forbids"],
    ["globals", "WeakRef#deref", "forbids"],
    ["globals", "WeakRef", "held"],
    ["globals", "eval", "unknown"],
    ["buffer", "Buffer", "pure"],
    ["buffer", "SlowBuffer", "unknown"],
    ["fs/promises", "FileHandle#read", "recorded read"],
    ["fs/promises", "FileHandle#write", "forbids"],
    ["fs", "openSync", "recorded read"],
    ["fs", "writeSync", "forbids"],
    ["events", "EventEmitter", "pure"],
    ["fs", "readFileSync", "recorded read"],
    ["fs", "writeFileSync", "replayed write"],
    ["fs", "appendFileSync", "forbids"],
    ["fs/promises", "mkdir", "replayed write"],
    ["globals", "process.env", "recorded read"],
    ["globals", "process.pid", "forbids"],
    ["globals", "console.log", "replayed output"],
    ["os", "arch", "pure"],
  ];
  const table = known(watched, 20);
  for (const [module, name, verdict] of cases) {
    const kind = table[module]?.[name];
    assert.ok(kind !== undefined, `${module}.${name}`);
    assert.equal(verdictOf(module, name, kind), verdict, `${module}.${name}`);
    assert.ok(VERDICTS.some((one) => one === verdict));
  }
});

test("whatever is watched publishes, by every road", () => {
  const program = `Object.assign(globalThis, ${JSON.stringify({ WATCHED: seen, UNCALLED: [...uncalled.keys()] })});\n${read("verdicts/roads.mjs")}`;
  const { status, stderr } = run(program, { type: "mjs" });
  assert.equal(status, 0, stderr);
  const { uses, failures } = JSON.parse(readFileSync(join(work, "roads.json"), "utf8")) as {
    uses: number;
    failures: string[];
  };
  assert.deepEqual(failures, []);
  assert.ok(uses > 2900, `${uses} uses`);
});

describe("with dumbo", () => {
  const auto = fileURLToPath(new URL("../../dist/auto.cjs", import.meta.url));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-verdicts-")));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function runHere(file: string) {
    const env = {
      ...process.env,
      DUMBO_DIR: join(folder, "cache"),
      DUMBO_LOG: join(folder, "log"),
      DUMBO_POLICY: "always",
    };
    return spawnSync(process.execPath, ["--no-warnings", "--import", auto, file], {
      cwd: folder,
      encoding: "utf8",
      env,
    });
  }

  test("functions that mention what is not known to be pure are not answered, by any road", () => {
    const { files, labels, pure } = mentions(seen);
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    const { status, stderr } = runHere("main.mjs");
    assert.equal(status, 0, stderr);
    const counted = JSON.parse(readFileSync(join(folder, "log"), "utf8")) as {
      functions: Record<string, { hits: number; calls: number }>;
    };
    const functions = byName(counted.functions);
    assert.equal(functions.control?.hits, 1);
    const isAnswered = ([name]: [string, string]) => (functions[name]?.hits ?? 0) > 0;
    const answered = [...labels].filter(isAnswered).map(([, label]) => label);
    assert.deepEqual(
      answered.filter((label) => !isKeyed(label) && !isNoticed(label, seen)),
      [],
    );
    assert.ok(labels.size > 9000, `${labels.size} functions`);
    assert.deepEqual(
      [...pure].filter((one) => !isAnswered(one)),
      [],
    );
    assert.ok(pure.size > 80, `${pure.size} functions`);
  });

  test("what an ES module imports by name is tapped", () => {
    // A function of Node's that leads to a tapped one, and an object that a tapped accessor hands out.
    const untapped = new Set(["getRandomValues", "subtle"]);
    const modules = Object.keys(seen).filter((name) =>
      /^(os|fs|fs\/promises|child_process|dns|net|vm|v8|crypto)$/.test(name),
    );
    const names = modules.flatMap((module) =>
      Object.entries(seen[module] ?? {})
        .filter(
          ([name, kind]) =>
            kind !== "" && !untapped.has(name) && Object.keys(process.getBuiltinModule(module) ?? {}).includes(name),
        )
        .map(([name]) => ({ module, name })),
    );
    const text = [
      'import { types } from "node:util";',
      ...names.map(({ module, name }, i) => `import { ${name} as n${i} } from "node:${module}";`),
      "export function f(n) { let sum = 0; for (let i = 0; i < n; i++) sum += i; return sum; }",
      `const list = { ${names.map(({ module, name }, i) => `"${module}.${name}": n${i}`).join(", ")} };`,
      "console.log(JSON.stringify(Object.keys(list).filter((name) => !types.isProxy(list[name]))));",
    ].join("\n");
    writeFileSync(join(folder, "names.mjs"), text);
    const { status, stdout, stderr } = runHere("names.mjs");
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), []);
    assert.ok(names.length > 200);
  });
});
