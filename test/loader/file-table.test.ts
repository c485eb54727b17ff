/**
 * Files whose transform is handed over without reading them. Whether a file was read shows by a table that lies: it says of an
 * edited file that it has not changed. A run that believes it prints what stood in the file before.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { signatureOf } from "../../audit/replay/file-signature.ts";
import { supportsSyncHooks } from "../../loader/hooks/in-thread.ts";
import { FileTable } from "../../loader/transform/file-table.ts";
import { hashText } from "../../src/hash.ts";

const auto = fileURLToPath(new URL("../../dist/auto.cjs", import.meta.url));
const DIGEST = 32;
/** Milliseconds after which a file's times can be trusted, and some more. */
const SETTLED = 150;

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-files-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe("the table", () => {
  const noted = async () => {
    const path = write("lib.mjs", "export const a = 1;\n");
    await sleep(SETTLED);
    const table = new FileTable(folder, "main");
    table.note(path, "import module", "tag", "id", Date.now());
    return { path, table };
  };

  test("knows a file that has not changed, in a later run as well", async () => {
    const { path, table } = await noted();
    table.write();
    const later = new FileTable(folder, "main");
    assert.deepEqual(later.find(path, "import module", "tag"), { content: "id", size: 20 });
    assert.equal(later.isChanged, false);
    assert.equal(later.find(path, "require module", "tag"), undefined, "loaded in another way");
    assert.equal(later.find(path, "import module", "other"), undefined, "under other settings");
    assert.equal(new FileTable(folder, "other").find(path, "import module", "tag"), undefined, "by another program");
  });

  test("takes an edit that keeps size and mtime for an edit", async () => {
    const { path, table } = await noted();
    const { mtime, atime } = await import("node:fs").then((fs) => fs.statSync(path));
    writeFileSync(path, "export const a = 2;\n");
    utimesSync(path, atime, mtime);
    assert.equal(table.find(path, "import module", "tag"), undefined);
  });

  test("takes another file of the same name for another one", async () => {
    const { path, table } = await noted();
    renameSync(write("other.mjs", "export const a = 2;\n"), path);
    assert.equal(table.find(path, "import module", "tag"), undefined);
    rmSync(path);
    assert.equal(table.find(path, "import module", "tag"), undefined);
  });

  test("notes nothing of a file that changed just before it was read, or after", async () => {
    const path = write("lib.mjs", "export const a = 1;\n");
    const table = new FileTable(folder, "main");
    table.note(path, "import module", "tag", "id", Date.now());
    await sleep(SETTLED);
    const began = Date.now() - SETTLED;
    writeFileSync(path, "export const a = 2;\n");
    table.note(path, "import module", "tag", "id", began);
    assert.equal(table.isChanged, false);
    assert.equal(table.find(path, "import module", "tag"), undefined);
  });

  test("is as good as none when it is damaged", async () => {
    const { path, table } = await noted();
    table.write();
    const file = tablePath(folder);
    writeFileSync(file, readFileSync(file, "latin1").replace('"id"', '"di"'));
    assert.equal(new FileTable(folder, "main").find(path, "import module", "tag"), undefined);
  });
});

function tablePath(cache: string): string {
  const [name, ...more] = readdirSync(join(cache, "files"));
  assert.ok(name !== undefined && more.length === 0);
  return join(cache, "files", name);
}

interface Run {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What the program prints under dumbo. */
function run({ flags = ["--import", auto], env = {} }: Run = {}): string {
  const { DUMBO: _, NODE_OPTIONS: __, NODE_V8_COVERAGE: ___, ...rest } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, join(folder, "main.mjs")], {
    cwd: folder,
    env: { ...rest, DUMBO_DIR: join(folder, "cache"), DUMBO_LOG: "0", ...env },
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

/** Runs the program, edits its library, and has the table say that it is still the same. */
async function lie(main: string, library = "lib.mjs"): Promise<void> {
  write("package.json", "{}\n");
  const text = library.endsWith(".cjs")
    ? 'exports.work = function work(n) { return n + "old"; };\n'
    : 'export function work(n) { return n + "old"; }\n';
  const path = write(library, text);
  write("main.mjs", main);
  await sleep(SETTLED);
  assert.match(run(), /old/);
  writeFileSync(path, text.replace("old", "new"));
  await sleep(SETTLED);
  const file = tablePath(join(folder, "cache"));
  const content = JSON.parse(readFileSync(file, "utf8").slice(DIGEST)) as {
    readonly entries: [string, [string, string, string]][];
  };
  const entry = content.entries.find(([key]) => key.endsWith(` ${path}`));
  assert.ok(entry, "the library is not in the table");
  entry[1][2] = signatureOf(`p${path}`, "file")?.text as string;
  const json = JSON.stringify(content);
  writeFileSync(file, hashText(json) + json);
}

const simple = 'import { work } from "./lib.mjs";\nconsole.log(work(1));\n';

describe("a program", { skip: !supportsSyncHooks(process.versions.node) && "its hooks are in a thread" }, () => {
  test("gets the transform of a module that has not changed without its being read", async () => {
    await lie(simple);
    assert.equal(run(), "1old");
    assert.equal(run({ env: { NODE_OPTIONS: `--import ${pathToFileURL(auto)}` }, flags: [] }), "1old");
  });

  test("the same for CommonJS, imported and required, behind the first file of each way", async () => {
    write("first.cjs", "exports.first = function first(n) { return Math.abs(n); };\n");
    await lie('import "./first.cjs";\nimport { work } from "./lib.cjs";\nconsole.log(work(1));\n', "lib.cjs");
    assert.equal(run(), "1old");
    rmSync(join(folder, "cache"), { recursive: true });
    const main =
      'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);\nrequire("./first.cjs");\nconst { work } = require("./lib.cjs");';
    await lie(`${main}\nconsole.log(work(1));\n`, "lib.cjs");
    assert.equal(run(), "1old");
  });

  test("a file that has changed is read", async () => {
    write("package.json", "{}\n");
    const path = write("lib.mjs", 'export function work(n) { return n + "old"; }\n');
    write("main.mjs", simple);
    await sleep(SETTLED);
    assert.equal(run(), "1old");
    writeFileSync(path, 'export function work(n) { return n + "new"; }\n');
    assert.equal(run(), "1new");
    await sleep(SETTLED);
    assert.equal(run(), "1new");
  });

  test("is asked for by Node where hooks were registered before", async () => {
    await lie(simple);
    const first = write("first.mjs", "");
    assert.equal(run({ flags: ["--import", first, "--import", auto] }), "1new");
    assert.equal(run({ flags: ["--import", auto], env: { NODE_OPTIONS: `--import ${first}` } }), "1new");
    assert.equal(run({ flags: ["--conditions=other", "--import", auto] }), "1new");
  });

  test("is asked for by Node once there are hooks in a thread", async () => {
    await lie('globalThis.early?.();\nconst { work } = await import("./lib.mjs");\nconsole.log(work(1));\n');
    const hooks = "data:text/javascript,export const load = (url, context, next) => next(url, context);";
    write(
      "main.mjs",
      `import { register } from "node:module";\nregister(${JSON.stringify(hooks)});\n${readFileSync(join(folder, "main.mjs"), "utf8")}`,
    );
    assert.equal(run({ flags: ["--no-warnings", "--import", auto] }), "1new");
  });

  test("is asked for by Node once the program has replaced functions of fs", async () => {
    await lie('const { work } = await import("./lib.mjs");\nconsole.log(work(1));\n');
    const main = readFileSync(join(folder, "main.mjs"), "utf8");
    write(
      "main.mjs",
      `import fs from "node:fs";\nconst { readFileSync } = fs;\nfs.readFileSync = (...given) => readFileSync(...given);\n${main}`,
    );
    assert.equal(run(), "1new");
  });

  test("is asked for by Node in workers", async () => {
    await lie(simple);
    write(
      "main.mjs",
      'import { Worker } from "node:worker_threads";\nnew Worker(new URL("./again.mjs", import.meta.url));\n',
    );
    write("again.mjs", simple);
    assert.equal(run(), "1new");
  });

  test("is asked for by Node where an import has attributes", async () => {
    await lie(simple);
    write(
      "main.mjs",
      'const failed = await import("./lib.mjs", { with: { type: "json" } }).catch((error) => error.code);\nconsole.log(failed);\n',
    );
    assert.equal(run(), "ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE");
  });
});
