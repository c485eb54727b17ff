/** What a transform is kept under: everything that it depends on, so that none is taken that was made for something else. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { NOTHING_ASSUMED } from "../../audit/assume-pure.ts";
import { Loader } from "../../loader/hooks/load.ts";
import type { LoaderSettings } from "../../loader/hooks/settings.ts";
import { moduleFile } from "../../loader/hooks/transform-ids.ts";
import * as transforming from "../../loader/transform/index.ts";
import { DEFAULTS } from "../../src/config/config.ts";

const TEXT = "exports.f = function (a) { let sum = 0; for (const one of a) sum += one; return sum; };\n";

let root: string;
let settings: LoaderSettings;
before(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-id-")));
  mkdirSync(join(root, "node_modules", "one"), { recursive: true });
  for (const path of ["node_modules/one/a.js", "node_modules/one/a.ts", "node_modules/one/b.js", "a.js"])
    writeFileSync(join(root, path), TEXT);
  settings = {
    root,
    program: join(root, "a.js"),
    directory: join(root, "cache"),
    user: null,
    dumboFolder: "/none/",
    config: DEFAULTS,
    assumePure: NOTHING_ASSUMED,
    omit: {},
    repeated: {},
    sourceMap: false,
    tellsUnparsed: false,
  };
});
after(() => rmSync(root, { recursive: true, force: true }));

function loaderWith(changed: Partial<LoaderSettings>): Loader {
  return new Loader(
    { ...settings, ...changed },
    () => transforming,
    () => 1e6,
    assert.fail,
  );
}

/** One for each way in which Node may hand the file over. */
function idsOf(changed: Partial<LoaderSettings> = {}, path = "node_modules/one/a.js"): string[] {
  return loaderWith(changed).idsOf(join(root, path));
}

/** Whether no transform of one is one of the other. */
function areApart(some: readonly string[], others: readonly string[]): boolean {
  return !some.some((id) => others.includes(id));
}

test("the ids of two files with one content are the same", () => {
  assert.deepEqual(idsOf(), idsOf({}, "node_modules/one/b.js"));
  assert.equal(new Set(idsOf()).size, 6, "text or bytes; ES module, CommonJS or not known");
});

test("each thing that a transform depends on is a part of its id", () => {
  const { config, assumePure } = settings;
  const file = join(root, "node_modules/one/a.js");
  const changes: Record<string, Partial<LoaderSettings>> = {
    "written files are replayed": { config: { ...config, replayWrites: true } },
    "what is slight keeps its guard": { config: { ...config, policy: "always" } },
    "there is a source map": { sourceMap: true },
    "functions of the file are assumed pure": { assumePure: { ...assumePure, functions: { [file]: ["f"] } } },
    "built-in functions are assumed pure": { assumePure: { ...assumePure, builtins: ["zlib#gzipSync"] } },
  };
  for (const [what, change] of Object.entries(changes)) assert.ok(areApart(idsOf(), idsOf(change)), what);
  assert.ok(areApart(idsOf(), idsOf({}, "a.js")), "it is a file of the program, not of a package");
  assert.ok(areApart(idsOf(), idsOf({}, "node_modules/one/a.ts")), "its types are stripped: `f<T>(a)` is a call there");
});

test("another build of dumbo makes other transforms", () => {
  const loadUrl = pathToFileURL(fileURLToPath(new URL("../../loader/hooks/load.ts", import.meta.url))).href;
  const made = (build: string) => {
    const script = `
      ${build === "" ? "" : `globalThis.DUMBO_BUILD = ${JSON.stringify(build)};`}
      const { Loader } = await import(${JSON.stringify(loadUrl)});
      const loader = new Loader(${JSON.stringify(settings)}, () => null, () => 0, () => {});
      console.log(JSON.stringify(loader.idsOf(${JSON.stringify(join(root, "a.js"))})));`;
    const args = ["--import", "tsx", "--input-type=module", "--eval", script];
    const cwd = fileURLToPath(new URL("../../", import.meta.url));
    return JSON.parse(spawnSync(process.execPath, args, { cwd, encoding: "utf8" }).stdout) as string[];
  };
  assert.deepEqual(made(""), idsOf({}, "a.js"));
  assert.ok(areApart(made("one"), made("two")), "two builds");
  assert.deepEqual(made("one"), made("one"));
});

test("settings that decide whether a file is rewritten decide before its transform is looked for", () => {
  const file = join(root, "node_modules/one/a.js");
  const load = (changed: Partial<LoaderSettings>, path = file) =>
    loaderWith(changed).load(moduleFile(path, "commonjs"), TEXT);
  const { config, assumePure } = settings;
  const own = join(root, "a.js");
  assert.notEqual(load({ config: { ...config, policy: "always" } }), null);
  assert.notEqual(load({}, own), null);
  const limited = { ...config, policy: "always" as const, limits: { ...config.limits, packageFile: 10 } };
  assert.equal(load({ config: limited }), null, "a file above the limit");
  assert.equal(load({ config: { ...config, exclude: ["a.js"] } }, own), null, "a file that is left out");
  const packages = [{ name: "one", folder: join(root, "node_modules/one/"), exports: [] }];
  const listed = { config: { ...config, policy: "always" as const }, assumePure: { ...assumePure, packages } };
  assert.equal(load(listed), null, "a file of a listed package");
});
