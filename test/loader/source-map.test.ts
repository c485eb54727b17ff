/** Source maps: where something reads them, places are those of the source the user wrote, columns included. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const auto = fileURLToPath(new URL("../../dist/auto.cjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "dumbo-map-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(args: string[], env: Record<string, string> = {}): { stdout: string; stderr: string } {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", DUMBO_DIR: join(folder, "cache"), DUMBO_LOG: "0", ...env },
  });
  assert.equal(status, 0, stderr);
  return { stdout, stderr };
}

// The throw stands behind a guard on the same line, so that its column moves.
const source = `function twice(list) { return list.map((x) => x * 2); } try { twice([1]); throw new Error("here"); } catch (error) { console.log(error.stack); }
`;

test("stacks with --enable-source-maps are those of a bare run, column by column", () => {
  writeFileSync(join(folder, "throws.mjs"), source);
  const bare = run(["--enable-source-maps", "throws.mjs"]).stdout;
  // Node writes mapped frames as paths, others as URLs: the places are what counts.
  const places = (stack: string) => stack.match(/\w+\.mjs:\d+:\d+/g);
  assert.equal(places(bare)?.length, 1);
  for (const round of ["cold", "warm"]) {
    const { stdout } = run(["--enable-source-maps", "--import", auto, "throws.mjs"]);
    assert.deepEqual(places(stdout), places(bare), round);
  }
});

test("a map that the module brings along is followed to its own source", () => {
  // Line 1 of the generated file is line 3 of the original.
  const map = { version: 3, sources: ["original.src"], names: [], mappings: "AAEA", sourcesContent: ["\n\nthrows\n"] };
  const inline = Buffer.from(JSON.stringify(map)).toString("base64");
  const generated = `${source}//# sourceMappingURL=data:application/json;base64,${inline}\n`;
  writeFileSync(join(folder, "mapped.mjs"), generated);
  const bare = run(["--enable-source-maps", "mapped.mjs"]).stdout;
  assert.match(bare, /original\.src:3:1/);
  assert.equal(run(["--enable-source-maps", "--import", auto, "mapped.mjs"]).stdout, bare);
});

test("coverage counts the lines of the source", () => {
  writeFileSync(
    join(folder, "covered.mjs"),
    `export function used(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }
export function unused(n) {
  return used(n) + 1;
}
used(3);
`,
  );
  const coverage = join(folder, "coverage");
  run(["--import", auto, "covered.mjs"], { NODE_V8_COVERAGE: coverage });
  const reports = readdirSync(coverage).map((name) => JSON.parse(readFileSync(join(coverage, name), "utf8")));
  const maps = reports.flatMap((report) =>
    Object.entries<{ data: { mappings: string } }>(report["source-map-cache"] ?? {}),
  );
  const own = maps.find(([url]) => url.endsWith("covered.mjs"));
  assert.ok(own, "the report carries the map of the rewritten module");
  assert.equal(own[1].data.mappings.split(";").length, 6, "one line for each line of the source, and the last");
});

test("without a reader there is no map", () => {
  writeFileSync(join(folder, "plain.mjs"), `${source}console.log(typeof twice);`);
  run(["--import", auto, "plain.mjs"]);
  const files = readdirSync(join(folder, "cache/transforms"), { recursive: true, encoding: "utf8" });
  const texts = files
    .filter((name) => name.endsWith(".out"))
    .map((name) => readFileSync(join(folder, "cache/transforms", name), "utf8"));
  assert.ok(texts.some((text) => text.includes("typeof twice") && !text.includes("sourceMappingURL=data")));
});
