/** Node's own compile cache, switched on for programs that load much: nothing of it may show. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { supportsSyncHooks } from "../../loader/hooks/in-thread.ts";

const auto = fileURLToPath(new URL("../../dist/auto.cjs", import.meta.url));
const hasCache = "enableCompileCache" in nodeModule && supportsSyncHooks(process.versions.node);
/** Milliseconds after which a file's times can be trusted, and some more. */
const SETTLED = 150;
/** Runs after which a program is taken for one that is run again and again. */
const RUNS = 3;

let folder: string;
beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-compile-")));
  writeFileSync(join(folder, "package.json"), "{}\n");
  const functions = Array.from({ length: 4000 }, (_, n) => `export function f${n}(a, b) { return a * ${n} + b - a; }`);
  writeFileSync(join(folder, "much.mjs"), `${functions.join("\n")}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(main: string, env: Readonly<Record<string, string>> = {}, flags = ["--import", auto]): string {
  writeFileSync(join(folder, "main.mjs"), main);
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, NODE_COMPILE_CACHE: ___, ...rest } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, join(folder, "main.mjs")], {
    env: { ...rest, DUMBO_DIR: join(folder, "cache"), DUMBO_LOG: "0", TMPDIR: folder, ...env },
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

/** Whether Node has kept anything in dumbo's directory. */
function isKept(): boolean {
  const compiled = join(folder, "cache", "compiled");
  const uid = process.getuid?.() ?? "";
  return existsSync(compiled) && readdirSync(compiled).some((name) => name.endsWith(`-${uid}`));
}

const show = `
  import { f1 } from "./much.mjs";
  import { getCompileCacheDir } from "node:module";
  console.log(f1(1, 2), getCompileCacheDir(), process.getBuiltinModule("module").getCompileCacheDir());
`;
const ask = `
  import { enableCompileCache, getCompileCacheDir } from "node:module";
  const given = process.env.GIVEN && new URL("./own", import.meta.url).pathname;
  const answers = [enableCompileCache(given), enableCompileCache(given), getCompileCacheDir()];
  const { f1 } = await import("./much.mjs");
  console.log(JSON.stringify([...answers, f1(1, 2)]));
`;

describe("Node's compile cache", { skip: !hasCache && "there is none" }, () => {
  test("is used for a program that loads much and has run before, and does not show", async () => {
    await sleep(SETTLED);
    const kept = Array.from({ length: RUNS }, () => {
      assert.equal(run(show), "2 undefined undefined");
      return isKept();
    });
    assert.deepEqual([kept[0], kept[RUNS - 1]], [false, true]);
  });

  test("is left alone where the user has said something about it, or looks at what V8 compiles", async () => {
    await sleep(SETTLED);
    for (const [name, value] of [
      ["NODE_COMPILE_CACHE", join(folder, "users")],
      ["NODE_DISABLE_COMPILE_CACHE", "1"],
      ["NODE_V8_COVERAGE", join(folder, "coverage")],
      ["DUMBO_READ_ONLY", "1"],
    ] as const) {
      rmSync(join(folder, "cache"), { recursive: true, force: true });
      if (name === "DUMBO_READ_ONLY") for (let count = 0; count < RUNS - 2; count++) run(show);
      for (let count = 0; count < RUNS; count++) run(show, { [name]: value });
      assert.equal(isKept(), false, name);
    }
    assert.ok(existsSync(join(folder, "users")));
  });

  for (const env of [{}, { GIVEN: "1" }]) {
    test(`a program that asks for it gets Node's answer, ${"GIVEN" in env ? "with" : "without"} a directory`, async () => {
      await sleep(SETTLED);
      const bare = run(ask, env, []);
      rmSync(join(folder, "own"), { recursive: true, force: true });
      rmSync(join(folder, "node-compile-cache"), { recursive: true, force: true });
      for (let count = 0; count < RUNS; count++) run(show, env);
      assert.ok(isKept());
      // Here it is on for dumbo, and from the next run on for the program.
      assert.equal(run(ask, env), bare);
      const [, { directory }] = JSON.parse(bare) as [unknown, { directory: string }];
      assert.deepEqual(readdirSync(directory), []);
      assert.equal(run(ask, env), bare);
      assert.notDeepEqual(readdirSync(directory), []);
    });
  }
});
