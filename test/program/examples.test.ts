/** The examples as their readers run them: what is redone after an edit, by count. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { byName } from "../support/counts.ts";
import { missingSample, sampleAfter } from "../support/doc-sample.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PAGES = 8;

const temp = mkdtempSync(join(tmpdir(), "dumbo-examples-"));
after(() => rmSync(temp, { recursive: true, force: true }));

interface Counts {
  readonly functions: Readonly<Record<string, { readonly hits: number; readonly misses: number }>>;
}

function copy(name: string): string {
  const folder = join(temp, name);
  cpSync(join(root, "examples", name), folder, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|out|data)$/.test(path),
  });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

function run(cwd: string, script: string, args: readonly string[] = [], withDumbo = true) {
  const log = join(cwd, "log");
  rmSync(log, { force: true });
  const flags = withDumbo ? ["--import", join(root, "dist/auto.cjs")] : ["--import", "tsx"];
  const env = { ...process.env, DUMBO_DIR: join(cwd, "cache"), DUMBO_LOG: log, DUMBO_POLICY: "always" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, script, ...args], {
    cwd,
    env,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const { functions } = withDumbo ? (JSON.parse(readFileSync(log, "utf8")) as Counts) : { functions: {} };
  return { stdout, functions: byName(functions) };
}

test("site: an edited page is rendered again, and no other", () => {
  const cwd = copy("site");
  run(cwd, "generate.ts", ["--pages", String(PAGES)], false);
  const bare = run(cwd, "build.ts", [], false);
  const cold = run(cwd, "build.ts");
  assert.equal(cold.functions.renderPage?.misses, PAGES);
  const warm = run(cwd, "build.ts");
  assert.deepEqual([warm.functions.buildSite?.hits, warm.functions.renderPage], [1, undefined]);
  assert.deepEqual([cold.stdout, warm.stdout], [bare.stdout, bare.stdout]);

  const [page] = readdirSync(join(cwd, "data/pages"));
  const path = join(cwd, "data/pages", page as string);
  writeFileSync(path, `${readFileSync(path, "utf8")}\nOne more line.\n`);
  const expected = run(cwd, "build.ts", [], false);
  const edited = run(cwd, "build.ts");
  assert.equal(edited.stdout, expected.stdout);
  const { buildSite, renderPage } = edited.functions;
  assert.deepEqual([buildSite?.misses, renderPage?.misses, renderPage?.hits], [1, 1, PAGES - 1]);

  const { stdout: explained } = spawnSync(process.execPath, [join(root, "dist/cli.cjs"), "explain"], {
    cwd,
    env: { ...process.env, DUMBO_DIR: join(cwd, "cache") },
    encoding: "utf8",
  });
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, ...sample] = sampleAfter(readme, "## Why was this not cached?");
  // There it has more pages.
  const uncounted = (text: string) => text.replace(/\d+ (calls|hits|misses)/g, "$1");
  assert.ok(sample.length > 3, sample.join("\n"));
  assert.equal(missingSample(sample.map(uncounted), uncounted(explained)), null, explained);
});

test("legacy: scripts are minified once", () => {
  const cwd = copy("legacy");
  const bare = run(cwd, "minify.cjs", ["acorn"], false);
  const cold = run(cwd, "minify.cjs", ["acorn"]);
  const warm = run(cwd, "minify.cjs", ["acorn"]);
  assert.deepEqual([cold.stdout, warm.stdout], [bare.stdout, bare.stdout]);
  assert.deepEqual([cold.functions.minifyFile?.misses, warm.functions.minifyFile?.hits], [1, 1]);
});

test("analytics: the file is not even read", () => {
  const cwd = copy("analytics");
  run(cwd, "generate.ts", ["--rows", "500"], false);
  const bare = run(cwd, "main.ts", [], false);
  const cold = run(cwd, "main.ts");
  const warm = run(cwd, "main.ts");
  assert.deepEqual([cold.stdout, warm.stdout], [bare.stdout, bare.stdout]);
  assert.deepEqual([warm.functions.analyse?.hits, warm.functions.readOrders], [1, undefined]);
});
