import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { storeFolder } from "../../src/store/disk/directory.ts";
import { openDiskStore } from "../../src/store/disk/disk.ts";
import { collectGarbage } from "../../src/store/disk/gc.ts";
import { checkFile, freshDirectory, keyOf, noise, recordOf } from "../support/store-tools.ts";

const DAY = 24 * 3600 * 1000;
const owner = { id: 1, ttl: Number.POSITIVE_INFINITY, maxEntries: 0 };
const nothing = { broken: 0, old: 0, emptied: 0, orphans: 0, files: 0, bytes: 0, trouble: null };

function blobPaths(directory: string): string[] {
  const place = join(storeFolder(directory), "blobs");
  return readdirSync(place, { recursive: true, encoding: "utf8" })
    .map((name) => join(place, name))
    .filter((path) => statSync(path).isFile());
}

test("what belongs together is left alone", () => {
  const directory = freshDirectory();
  const store = openDiskStore(directory, assert.fail);
  const value = noise(200_000);
  for (let i = 0; i < 200; i++) store.put(keyOf(`${i}`), recordOf(`${i}`, i * 10));
  store.put(keyOf("large"), value, { owner, cost: 1, shared: value.length });
  store.flush();
  assert.deepEqual(collectGarbage(directory, 30, Date.now()), nothing);
  for (let i = 0; i < 200; i++) assert.ok(store.get(keyOf(`${i}`)));
  assert.ok(store.get(keyOf("large")));
  store.close();
  checkFile(directory);
});

test("entries without their file, files without entry and removed entries go; later stores are whole", () => {
  const directory = freshDirectory();
  let store = openDiskStore(directory, assert.fail);
  const values = [0, 1, 2].map((i) => noise(200_000 + i));
  const put = (i: number) =>
    store.put(keyOf(`large ${i}`), values[i] as Buffer, { owner, cost: 1, shared: 200_000 + i });
  for (let i = 0; i < 300; i++) store.put(keyOf(`${i}`), recordOf(`${i}`, 100));
  for (const i of [0, 1, 2]) put(i);
  store.flush();
  for (let i = 0; i < 100; i++) store.remove(keyOf(`${i}`));
  store.remove(keyOf("large 2"));
  store.close();
  const lost = blobPaths(directory).find((path) => statSync(path).size === 200_000) as string;
  rmSync(lost);
  const folder = join(storeFolder(directory), "blobs", "ab");
  mkdirSync(folder, { recursive: true });
  const foreign = [join(folder, "0".repeat(30)), join(folder, "half.1.2.3")];
  for (const path of foreign) writeFileSync(path, "x");
  const fresh = collectGarbage(directory, 30, Date.now());
  assert.deepEqual([fresh.broken, fresh.emptied, fresh.orphans], [1, 101, 1], "young files may be about to be entered");
  for (const path of foreign) utimesSync(path, 1e9, 1e9);
  assert.deepEqual(collectGarbage(directory, 30, Date.now()), { ...nothing, orphans: 2, bytes: 2 });
  assert.deepEqual(
    blobPaths(directory).map((path) => statSync(path).size),
    [200_001],
  );
  checkFile(directory);
  store = openDiskStore(directory, assert.fail);
  for (let i = 100; i < 300; i++) assert.ok(store.get(keyOf(`${i}`)));
  assert.equal(store.get(keyOf("large 0")), undefined);
  for (const i of [0, 2]) put(i);
  store.close();
  store = openDiskStore(directory, assert.fail);
  for (const i of [0, 1, 2]) assert.deepEqual(Buffer.from(store.get(keyOf(`large ${i}`)) ?? []), values[i]);
  store.close();
});

test("a file whose entry was lost is taken up again by the next store of its content", () => {
  const directory = freshDirectory();
  const value = noise(300_000);
  const put = () => {
    const store = openDiskStore(directory, assert.fail);
    store.put(keyOf("a"), value, { owner, cost: 1, shared: value.length });
    store.close();
  };
  put();
  const [path] = blobPaths(directory);
  utimesSync(path as string, 1e9, 1e9);
  rmSync(join(storeFolder(directory), "store.mdb"));
  put();
  assert.equal(statSync(path as string).mtimeMs, 1e12, "it was not written anew");
  assert.deepEqual(collectGarbage(directory, 30, Date.now()), nothing);
});

test("what nobody asks for grows old: entries, transforms, packs and stores of older formats", () => {
  const directory = freshDirectory();
  const store = openDiskStore(directory, assert.fail);
  for (let i = 0; i < 50; i++) store.put(keyOf(`${i}`), recordOf(`${i}`, 100));
  store.close();
  const make = (path: string, seconds: number) => {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), "xx");
    utimesSync(join(directory, path), seconds, seconds);
  };
  const soon = Date.now() / 1000;
  const rest = `${process.platform}-${process.arch}`;
  make("transforms/ab/old.out", 1e9);
  make("transforms/ab/new.out", soon);
  make("packs/old.pack", 1e9);
  make(`v1-${rest}/store.mdb`, 1e9);
  make(`v99-${rest}/store.mdb`, 1e9);
  const collected = collectGarbage(directory, 30, Date.now());
  assert.deepEqual(collected, { ...nothing, files: 3, bytes: 6 });
  const left = readdirSync(directory).sort();
  assert.deepEqual(left, ["packs", "transforms", `v2-${rest}`, `v99-${rest}`].sort());
  assert.deepEqual(readdirSync(join(directory, "transforms/ab")), ["new.out"]);
  assert.equal(collectGarbage(directory, 30, Date.now() + 29 * DAY).old, 0);
  assert.equal(collectGarbage(directory, 30, Date.now() + 33 * DAY).old, 50);
});
