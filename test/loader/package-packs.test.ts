/** What is known of packages: one file a package, in the cache directory and in the one for all projects. */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { PackagePacks } from "../../loader/transform/package-packs.ts";
import { hashText } from "../../src/hash.ts";

let root: string;
let user: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dumbo-packages-"));
  user = join(root, "user");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const idOf = (name: string) => hashText(name);
const part = (name: string, size = 10) => ({
  record: Buffer.from(`record of ${name} ${"r".repeat(size)}`),
  manifest: Buffer.from(`manifest of ${name}`),
});
const open = (project: string, { maker = "one", mayWrite = true, shared = true } = {}) =>
  new PackagePacks(join(root, project), shared ? user : null, maker, mayWrite);

function write(packs: PackagePacks, ...names: string[]): void {
  for (const name of names) packs.add("lib", idOf(name), part(name));
  packs.flush(true);
}

/** What is found of a file; null for nothing. */
function read(packs: PackagePacks, name: string): string | null {
  const [record, manifest] = [packs.record("lib", idOf(name)), packs.manifest("lib", idOf(name))];
  assert.equal(
    record === undefined,
    manifest === undefined,
    "a record without its manifest, or a manifest without its record",
  );
  return record ? `${record}, ${manifest}` : null;
}

const whole = (name: string) => `${part(name).record}, ${part(name).manifest}`;
const packOf = (place: string) =>
  readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".pack"))
    .map((name) => join(place, name));

describe("packs of packages", () => {
  test("keep what was added, package by package", () => {
    const packs = open("a");
    packs.add("lib", idOf("x"), part("x"));
    packs.add("@scope/lib", idOf("y"), part("y"));
    assert.equal(read(packs, "x"), null, "nothing is written before the end");
    packs.flush(true);
    assert.equal(read(packs, "x"), whole("x"));
    assert.equal(read(open("a"), "x"), whole("x"));
    assert.equal(String(open("a").record("@scope/lib", idOf("y"))), String(part("y").record));
    assert.equal(open("a").record("lib", idOf("y")), undefined);
    assert.equal(packOf(join(root, "a")).length, 2);
  });

  test("grow, and keep what they have", () => {
    write(open("a"), "x");
    write(open("a"), "y", "z");
    const packs = open("a");
    assert.deepEqual(
      ["x", "y", "z"].map((name) => read(packs, name)),
      ["x", "y", "z"].map(whole),
    );
    assert.equal(packOf(join(root, "a")).length, 1);
  });

  test("of another maker are not looked at", () => {
    write(open("a"), "x");
    assert.equal(read(open("a", { maker: "two" }), "x"), null);
    write(open("a", { maker: "two" }), "y");
    assert.equal(read(open("a"), "x"), whole("x"));
  });

  test("have an index that may be longer than what is read at once", () => {
    const packs = open("a");
    const names = Array.from({ length: 2000 }, (_, n) => `file ${n}`);
    write(packs, ...names);
    const next = open("a");
    for (const name of [names[0], names[1000], names[1999]])
      assert.equal(read(next, name as string), whole(name as string));
  });

  test("that were written anew under a reader give nothing wrong", () => {
    write(open("a", { shared: false }), "x", "y");
    const reader = open("a", { shared: false });
    assert.equal(read(reader, "x"), whole("x"));
    write(open("a", { shared: false }), "z");
    // Its index is of the old file: the part there is not the one that it looks for.
    assert.equal(reader.record("lib", idOf("x")), undefined);
    assert.equal(read(reader, "x"), whole("x"));
    rmSync(join(root, "a"), { recursive: true });
    assert.equal(reader.record("lib", idOf("x")), undefined);
  });

  test("that are damaged are as good as none, or give a part that does not fit its hash", () => {
    write(open("a", { shared: false }), "x", "y");
    const [path] = packOf(join(root, "a")) as [string];
    const bytes = readFileSync(path);
    const start = bytes.indexOf("record of x");
    for (let at = 0; at < start; at += 3) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 1;
      writeFileSync(path, damaged);
      assert.equal(open("a", { shared: false }).record("lib", idOf("x")), undefined, `byte ${at}`);
    }
    for (const length of [0, 10, 39, 60, start, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      assert.equal(open("a", { shared: false }).manifest("lib", idOf("y")), undefined, `${length} bytes`);
    }
    write(open("a", { shared: false }), "z");
    assert.equal(read(open("a", { shared: false }), "z"), whole("z"), "the next one that writes begins anew");
  });
});

describe("packs of the user", () => {
  test("are found by another project, which then has them itself", () => {
    write(open("a"), "x");
    assert.equal(existsSync(join(root, "b")), false);
    assert.equal(read(open("b"), "x"), whole("x"));
    rmSync(user, { recursive: true });
    assert.equal(read(open("b"), "x"), whole("x"));
    assert.equal(read(open("c"), "x"), null);
  });

  test("take up no more room in a project", { skip: process.platform === "win32" }, () => {
    write(open("a"), "x");
    read(open("b"), "x");
    const inodes = ["a", "b", "user"].flatMap((name) => packOf(join(root, name))).map((path) => statSync(path).ino);
    assert.deepEqual([inodes.length, new Set(inodes).size], [3, 1]);
    const names = ["a", "b", "user"].flatMap((name) =>
      readdirSync(join(root, name), { recursive: true, encoding: "utf8" }),
    );
    assert.ok(!names.some((name) => /\.pack\./.test(name)), "temporary names are left");
  });

  test("get what each project adds", () => {
    write(open("a"), "x");
    write(open("b"), "y");
    const packs = open("c");
    assert.deepEqual(
      ["x", "y"].map((name) => read(packs, name)),
      ["x", "y"].map(whole),
    );
  });

  test("get nothing of a process that is not like all others", () => {
    const packs = open("a");
    packs.add("lib", idOf("x"), part("x"));
    packs.flush(false);
    assert.deepEqual([read(open("a"), "x"), read(open("b"), "x")], [whole("x"), null]);
  });

  test("are read, and nothing is written, by who may not write", () => {
    write(open("a"), "x");
    assert.equal(read(open("b", { mayWrite: false }), "x"), whole("x"));
    assert.equal(existsSync(join(root, "b")), false);
  });

  test("that cannot be written are done without", {
    skip: process.getuid?.() === 0 && "root may write everywhere",
  }, () => {
    mkdirSync(user, { mode: 0o500 });
    write(open("a"), "x");
    assert.equal(read(open("a"), "x"), whole("x"));
    assert.deepEqual(readdirSync(user), []);
    chmodSync(user, 0o700);
  });

  test("that are in the way of something else are done without", () => {
    writeFileSync(user, "not a folder");
    write(open("a"), "x");
    assert.equal(read(open("a"), "x"), whole("x"));
  });
});
