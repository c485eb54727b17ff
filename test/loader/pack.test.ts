/** The transforms of one program in one file. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { TransformCache } from "../../loader/transform/cache.ts";
import { TransformPack } from "../../loader/transform/pack.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dumbo-pack-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const ids = new Set(["a", "b", "c", "d"]);
const record = (id: string) => Buffer.from(`record of ${id}, \u00e4`);
const packs = () => readdirSync(join(directory, "packs")).map((name) => join(directory, "packs", name));
const gone = () => assert.fail("read again although the pack has it");

test("keeps records for the next run of the same program, not for another program", () => {
  new TransformPack(directory, "main").update(ids, record);
  const next = new TransformPack(directory, "main");
  for (const id of ids) assert.deepEqual(next.get(id), record(id));
  assert.equal(next.get("e"), undefined);
  assert.equal(new TransformPack(directory, "other").get("a"), undefined);
});

test("lacks what is missing, once there is enough to be worth a file", () => {
  const pack = new TransformPack(directory, "main");
  assert.equal(pack.lacks(new Set(["a", "b", "c"])), false);
  assert.equal(pack.lacks(ids), true);
  pack.update(ids, record);
  const next = new TransformPack(directory, "main");
  assert.equal(next.lacks(ids), false);
  assert.equal(next.lacks(new Set([...ids, "e"])), true);
});

test("takes over what it has, and drops what the program does not load any more", () => {
  new TransformPack(directory, "main").update(ids, record);
  new TransformPack(directory, "main").update(new Set(["b", "c", "d", "e"]), (id) =>
    id === "e" ? record(id) : gone(),
  );
  const next = new TransformPack(directory, "main");
  assert.deepEqual(next.get("e"), record("e"));
  assert.deepEqual(next.get("b"), record("b"));
  assert.equal(next.get("a"), undefined);
});

test("a damaged index is as good as no pack", () => {
  new TransformPack(directory, "main").update(ids, record);
  const [path = ""] = packs();
  const whole = readFileSync(path);
  for (const bytes of [whole.subarray(0, 5), whole.subarray(0, 60), Buffer.alloc(0), Buffer.alloc(200, "x")]) {
    writeFileSync(path, bytes);
    assert.equal(new TransformPack(directory, "main").get("a"), undefined);
  }
  for (let at = 0; at < whole.indexOf("record of a"); at++) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] as number) ^ 4;
    writeFileSync(path, bytes);
    assert.equal(new TransformPack(directory, "main").get("a"), undefined, `byte ${at}`);
  }
});

const untouched = (id: string) => ({ untouched: { kind: "shadowed-name", name: `name ${id}` } as const });

test("a damaged record is taken from the cache's own file, and is no module if that is damaged too", () => {
  const write = (cache: TransformCache) => {
    for (const id of ids) cache.write(id, untouched(id));
    for (const id of ids) cache.read(id);
  };
  const first = new TransformCache(directory, "main");
  write(first);
  assert.equal(first.isUnpacked(new Map()), true);
  first.pack(new Map());
  const [path = ""] = packs();
  writeFileSync(path, readFileSync(path, "latin1").replace("name b", "name x"), "latin1");
  assert.deepEqual(new TransformCache(directory, "main").read("b"), untouched("b"));
  rmSync(join(directory, "transforms"), { recursive: true });
  const next = new TransformCache(directory, "main");
  assert.equal(next.read("b"), undefined);
  assert.deepEqual(next.read("c"), untouched("c"));
});

test("seventeen programs have sixteen packs", () => {
  for (let n = 0; n < 16; n++) {
    new TransformPack(directory, `program ${n}`).update(ids, record);
    for (const path of packs()) utimesSync(path, n, n);
  }
  assert.equal(packs().length, 16);
  new TransformPack(directory, "one more").update(ids, record);
  assert.equal(packs().length, 16);
  assert.deepEqual(new TransformPack(directory, "one more").get("a"), record("a"));
});

test("a program of ES modules has them in its pack after the first run, and every one is read from there", () => {
  const names = ["a", "b", "c", "d", "e"];
  for (const name of names) {
    const body = "let sum = n; for (let i = 0; i < 200_000; i++) sum = (sum * 31 + i) % 65521; return sum;";
    writeFileSync(join(directory, `${name}.mjs`), `export function ${name}(n) { ${body} }\n`);
  }
  const imports = names.map((name) => `import { ${name} } from "./${name}.mjs";\n`).join("");
  writeFileSync(join(directory, "main.mjs"), `${imports}console.log([${names.join()}].map((f) => f(7)).join());\n`);
  const { DUMBO: _, DUMBO_ASSUME_PURE, NODE_OPTIONS, ...env } = process.env;
  const auto = pathToFileURL(join(import.meta.dirname, "../../dist/auto.cjs")).href;
  const log = join(directory, "log");
  const run = () => {
    rmSync(log, { force: true });
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", auto, "main.mjs"], {
      cwd: directory,
      env: { ...env, DUMBO_DIR: directory, DUMBO_POLICY: "always", DUMBO_LOG: log },
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    const { hits } = JSON.parse(readFileSync(log, "utf8")) as { hits: number };
    return { stdout, hits };
  };
  const cold = run();
  const [pack = ""] = packs();
  const { size, ino } = statSync(pack);
  assert(size > names.length * 200, `a pack of ${size} bytes`);
  // Only what the pack holds can answer now.
  for (const one of readdirSync(join(directory, "transforms"), { recursive: true }) as string[]) {
    if (one.endsWith(".out")) rmSync(join(directory, "transforms", one));
  }
  assert.deepEqual(
    [run(), run()],
    [
      { stdout: cold.stdout, hits: names.length },
      { stdout: cold.stdout, hits: names.length },
    ],
  );
  assert.equal(statSync(pack).ino, ino, "and it is not written again");
});
