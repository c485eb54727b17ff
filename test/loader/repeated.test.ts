/** Functions that were taken for ones that run once with their module, and that a run has seen run again: what later loaders do. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { NOTHING_ASSUMED } from "../../audit/assume-pure.ts";
import { Loader } from "../../loader/hooks/load.ts";
import type { LoaderSettings } from "../../loader/hooks/settings.ts";
import { moduleFile } from "../../loader/hooks/transform-ids.ts";
import { prepare } from "../../loader/prepare/prepare.ts";
import * as transforming from "../../loader/transform/index.ts";
import { DEFAULTS } from "../../src/config/config.ts";
import { readRepeatedRuns, writeRepeatedRuns } from "../../src/policy/repeated-runs.ts";

const FACTORY = "function (by) { const f = (n) => { for (let i = 0; i < n; i++) n += by; return n; }; return { f }; }";
const TEXT = `module.exports = (function (make) { return [1, 2].map(make); })(${FACTORY});\n`;
const START = TEXT.lastIndexOf(FACTORY);

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-repeated-")));
  mkdirSync(join(root, "node_modules", "lib"), { recursive: true });
  for (const path of ["lib.js", "node_modules/lib/index.js"]) writeFileSync(join(root, path), TEXT);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Given {
  readonly project?: string;
  /** Whether there is time to analyse packages as they load. */
  readonly hasTime?: boolean;
  readonly readOnly?: boolean;
}

/** A loader at the start of a run, with what earlier ones have noted. */
function loader({ project = "one", hasTime = true, readOnly = false }: Given = {}): Loader {
  const directory = join(root, project);
  const settings: LoaderSettings = {
    root,
    program: join(root, "main.cjs"),
    directory,
    user: join(root, "user"),
    dumboFolder: `${sep}none${sep}`,
    config: { ...DEFAULTS, readOnly, policy: hasTime ? "always" : "measured", prepare: true },
    assumePure: NOTHING_ASSUMED,
    omit: {},
    repeated: readRepeatedRuns(directory),
    sourceMap: false,
    tellsUnparsed: false,
  };
  return new Loader(
    settings,
    () => transforming,
    () => 1000,
    assert.fail,
  );
}

interface LoadedFile {
  readonly id: string;
  /** How many functions hand over their bindings. */
  readonly once: number;
}

function load(one: Loader, path: string): LoadedFile | null {
  const loaded = one.load(moduleFile(join(root, path), "commonjs"), Buffer.from(TEXT));
  if (loaded === null) return null;
  const code = loaded.code.toString();
  return { id: /dumbo"\)\]\?\.\("(\w+)"/.exec(code)?.[1] ?? "", once: code.split(".begin(").length - 1 };
}

/** The end of a run that has seen the factory of a file run again. */
function seeAgain(one: Loader, path: string, id: string, project = "one"): void {
  const seen = [{ url: join(root, path), content: one.contentOf(id), starts: [START] }];
  writeRepeatedRuns(join(root, project), seen);
  one.noteRepeated(seen);
}

/** What the process does that is started when a run is over. */
function analyseRest(project = "one"): number {
  return prepare(
    join(root, project),
    `${sep}none${sep}`,
    () => transforming,
    () => true,
    assert.fail,
  ).files;
}

test("a file of the program has another transform from the next run on, which has another id", () => {
  const first = loader();
  const before = load(first, "lib.js");
  assert.ok(before, "it is not rewritten");
  assert.equal(before.once, 1);
  assert.deepEqual(first.manifest(before.id, "")?.once, [{ start: START, lines: [1, 1] }]);
  seeAgain(first, "lib.js", before.id);
  const next = loader();
  const after = load(next, "lib.js");
  assert.ok(after, "it is not rewritten any more");
  assert.equal(after.once, 0);
  assert.notEqual(after.id, before.id);
  assert.equal(next.manifest(after.id, "")?.source, after.id);
  assert.equal(next.contentOf(after.id), before.id);
  assert.deepEqual(load(loader(), "lib.js"), after, "by what is kept");
  assert.deepEqual(load(loader({ project: "another" }), "lib.js"), before, "nobody has seen anything there");
});

test("the ids that a file may have are those of its content, and of what was seen of it", () => {
  const first = loader();
  const { id } = load(first, "lib.js") as LoadedFile;
  seeAgain(first, "lib.js", id);
  const next = loader();
  const after = load(next, "lib.js") as LoadedFile;
  assert.deepEqual(
    [id, after.id].map((one) => next.idsOf(join(root, "lib.js")).includes(one)),
    [true, true],
  );
});

test("a package is analysed anew when the run is over; until then its older transform serves, as soundly", () => {
  const path = "node_modules/lib/index.js";
  const first = loader({ hasTime: false });
  assert.equal(load(first, path), null);
  first.catchUp("main");
  assert.equal(analyseRest(), 1);
  const second = loader({ hasTime: false });
  const before = load(second, path) as LoadedFile;
  assert.equal(before.once, 1);
  seeAgain(second, path, before.id);
  second.catchUp("main");
  const meanwhile = loader({ hasTime: false });
  assert.deepEqual(load(meanwhile, path), before, "nobody has analysed it yet");
  assert.equal(meanwhile.hasPostponed, true);
  assert.equal(analyseRest(), 1);
  const after = load(loader({ hasTime: false }), path) as LoadedFile;
  assert.equal(after.once, 0);
  assert.notEqual(after.id, before.id);
});

test("what is kept for all projects has both transforms: each project takes the one for what it has seen", (context) => {
  const path = "node_modules/lib/index.js";
  // Only what a process without flags has analysed is for all projects.
  const { execArgv } = process;
  process.execArgv = [];
  context.after(() => {
    process.execArgv = execArgv;
  });
  const first = loader({ hasTime: false });
  load(first, path);
  first.catchUp("main");
  analyseRest();
  const before = load(loader({ hasTime: false }), path) as LoadedFile;
  const other = loader({ project: "other", hasTime: false });
  assert.deepEqual(load(other, path), before, "by what is kept for all");
  seeAgain(other, path, before.id, "other");
  other.catchUp("main");
  assert.equal(analyseRest("other"), 1);
  assert.equal((load(loader({ project: "other", hasTime: false }), path) as LoadedFile).once, 0);
  assert.deepEqual(load(loader({ hasTime: false }), path), before);
});

test("a cache that is only read has what was noted when it was written", () => {
  const first = loader();
  const before = load(first, "lib.js") as LoadedFile;
  assert.deepEqual(load(loader({ readOnly: true }), "lib.js"), before);
  seeAgain(first, "lib.js", before.id);
  const after = load(loader(), "lib.js") as LoadedFile;
  assert.deepEqual(load(loader({ readOnly: true }), "lib.js"), after);
});
