/** Whose project a program belongs to: where settings and the cache are. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { findProject, packageOfModule } from "../../src/config/project.ts";

const auto = fileURLToPath(new URL("../../dist/auto.cjs", import.meta.url));
let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-project-")));
  put("app/package.json", "{}");
  put("app/node_modules/tool/package.json", "{}");
  put("app/node_modules/tool/bin/tool.cjs", 'console.log("tool");\n');
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const find = (script: string | undefined, cwd: string) => {
  mkdirSync(join(root, cwd), { recursive: true });
  return findProject(script, join(root, cwd));
};

describe("the project", () => {
  test("is the nearest package above the current folder, whatever is run", () => {
    const app = { root: join(root, "app"), isPackage: true };
    put("other/package.json", "{}");
    assert.deepEqual(find("node_modules/tool/bin/tool.cjs", "app"), app);
    assert.deepEqual(find(join(root, "other/main.js"), "app/src"), app);
    assert.deepEqual(find(undefined, "app/src"), app);
  });

  test("is never a package inside of a node_modules folder", () => {
    assert.deepEqual(find("bin/tool.cjs", "app/node_modules/tool"), { root: join(root, "app"), isPackage: true });
    put("lib/node_modules/npm/package.json", "{}");
    const bin = join(root, "lib/node_modules/npm/bin");
    assert.deepEqual(find(join(bin, "npm.js"), "empty"), { root: bin, isPackage: false });
  });

  test("is the script's where there is no package above the current folder", () => {
    const app = { root: join(root, "app"), isPackage: true };
    assert.deepEqual(find(join(root, "app/src/main.js"), "empty"), app);
    assert.deepEqual(find(join(root, "app/node_modules/tool/bin/tool.cjs"), "empty"), app);
  });

  test("has the settings, the list and the cache of a tool that is run in it", () => {
    const run = () => {
      const { DUMBO_DIR: _, DUMBO: __, NODE_OPTIONS: ___, ...env } = process.env;
      const args = ["--require", auto, "node_modules/tool/bin/tool.cjs"];
      return spawnSync(process.execPath, args, {
        cwd: join(root, "app"),
        env: { ...env, DUMBO_USER_DIR: "off" },
        encoding: "utf8",
      });
    };
    assert.equal(run().stdout, "tool\n");
    assert.ok(existsSync(join(root, "app/node_modules/.cache/dumbo")), "the project's own folder has the cache");
    assert.ok(!existsSync(join(root, "app/node_modules/tool/node_modules")), "and the tool's has none");
    put("app/dumbo.config.json", '{ "polcy": "always" }');
    assert.match(run().stderr, /app\/dumbo\.config\.json: .*polcy/);
    rmSync(join(root, "app/dumbo.config.json"));
    put("app/assumePure.json", '{ "assumePure": ["nowhere"] }');
    assert.match(run().stderr, /app\/assumePure\.json: /);
  });
});

test("the package of a module, by its URL or path", () => {
  const cases = {
    "file:///app/node_modules/lib/index.js": "lib",
    "file:///app/node_modules/@scope/lib/src/index.js": "@scope/lib",
    "node_modules/lib/index.js": "lib",
    "/app/node_modules/.pnpm/lib@1.0.0/node_modules/lib/index.js": "lib",
    "/app/node_modules/outer/node_modules/inner/index.js": "inner",
    "/app/node_modules/file.js": null,
    "/app/node_modules/@scope/file.js": null,
    "/app/my_node_modules/lib/index.js": null,
    "src/index.js": null,
    "node:fs": null,
  };
  for (const [url, name] of Object.entries(cases)) assert.equal(packageOfModule(url), name, url);
});
