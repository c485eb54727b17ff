import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { storeFolder } from "../../src/store/disk/directory.ts";
import { type DiskOptions, openDiskStore } from "../../src/store/disk/disk.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Evicted, Owner, RecordInfo } from "../../src/store/store.ts";
import { tiered } from "../../src/store/tiers.ts";
import { belongsTo, checkFile, dataFile, freshDirectory, keyOf, noise, recordOf, run } from "../support/store-tools.ts";

const MB = 1024 * 1024;

function open(directory: string, options: Partial<DiskOptions> = {}) {
  return openDiskStore(directory, assert.fail, options);
}

function owner(id: number, options: Partial<Owner> = {}): Owner {
  return { id, ttl: Number.POSITIVE_INFINITY, maxEntries: 0, ...options };
}

function meta(id: number, cost: number, options: Partial<Owner> = {}): RecordInfo {
  return { owner: owner(id, options), cost, shared: 0 };
}

/** Bytes of the file with the records and of the blobs. */
function sizeOf(directory: string): number {
  let size = statSync(dataFile(directory), { throwIfNoEntry: false })?.size ?? 0;
  for (const { path } of blobs(directory)) size += statSync(path).size;
  return size;
}

function blobs(directory: string): { name: string; path: string }[] {
  const place = join(storeFolder(directory), "blobs");
  const parts = statSync(place, { throwIfNoEntry: false }) ? readdirSync(place) : [];
  return parts.flatMap((part) =>
    readdirSync(join(place, part)).map((name) => ({ name: part + name, path: join(place, part, name) })),
  );
}

/** How many of the records with a name and a number are there, without a trace that they were asked for. */
function count(directory: string, name: string, until: number, from = 0): number {
  const store = open(directory, { readOnly: true });
  let found = 0;
  for (let i = from; i < until; i++) {
    const record = store.get(keyOf(`${name} ${i}`));
    if (record === undefined) continue;
    assert.ok(belongsTo(record, `${name} ${i}`));
    found++;
  }
  store.close();
  return found;
}

test("the bound holds within 5 % while writing, for records of any size", () => {
  for (const [small, spread] of [
    [400, 200],
    [3000, 20_000],
    [60_000, 60_000],
  ] as const) {
    const directory = freshDirectory();
    const maxSize = 16 * MB;
    let gone = 0;
    const store = open(directory, { maxSize, onEvict: (evicted) => (gone += evicted.length) });
    const rounds = Math.ceil((2 * maxSize) / (small + spread / 2));
    for (let i = 0; i < rounds; i++) {
      store.put(keyOf(`r ${i}`), recordOf(`r ${i}`, small + ((i * 7919) % spread)), meta(1, 1));
      if (i % 50 === 0) assert.ok(sizeOf(directory) <= maxSize * 1.05, `${sizeOf(directory)} after ${i} of ${small}`);
    }
    store.flush();
    assert.ok(sizeOf(directory) <= maxSize * 1.05);
    assert.ok(gone > 0);
    const left = count(directory, "r", rounds) * (small + spread / 2);
    assert.ok(left > maxSize * 0.3, `only ${left} bytes are left of records of ${small} bytes and more`);
    const recent = count(directory, "r", rounds, Math.floor(rounds * 0.9)) / (rounds * 0.1);
    assert.ok(recent > 0.5, `${recent} of the newest ${small}`);
    store.close();
    checkFile(directory);
  }
});

test("the bound holds for blobs, too, and what gives way is removed", () => {
  const directory = freshDirectory();
  const maxSize = 16 * MB;
  const gone: Evicted[] = [];
  const store = open(directory, { maxSize, onEvict: (evicted) => gone.push(...evicted) });
  for (let i = 0; i < 60; i++) {
    store.put(keyOf(`b ${i}`), recordOf(`b ${i}`, MB), { ...meta(1, 10), shared: MB });
    assert.ok(sizeOf(directory) <= maxSize * 1.05, `${sizeOf(directory)} after ${i}`);
  }
  store.flush();
  assert.ok(gone.length > 30);
  const left = count(directory, "b", 60);
  assert.ok(left >= 10 && left <= 16, `${left}`);
  assert.equal(blobs(directory).length, left);
  store.close();
  checkFile(directory);
});

test("what saves little for its size gives way first, what is used stays, and in the end all grows old", () => {
  const directory = freshDirectory();
  const maxSize = 4 * MB;
  const put = (store: ReturnType<typeof open>, name: string, from: number, to: number, cost: number) => {
    for (let i = from; i < to; i++) store.put(keyOf(`${name} ${i}`), recordOf(`${name} ${i}`, 1000), meta(1, cost));
    store.flush();
  };
  let store = open(directory, { maxSize });
  put(store, "expensive", 0, 500, 20);
  put(store, "used", 0, 500, 1);
  for (let run = 0; run < 2; run++) {
    store.close();
    store = open(directory, { maxSize });
    for (let i = 0; i < 500; i++) assert.ok(store.get(keyOf(`used ${i}`)));
  }
  for (let i = 0; i < 3000; i += 100) put(store, "cheap", i, i + 100, 1);
  const kept = ["expensive", "used", "cheap"].map((name) => count(directory, name, name === "cheap" ? 3000 : 500));
  assert.ok((kept[0] as number) > 480, `${kept}`);
  assert.ok((kept[2] as number) < 1800, `${kept}`);
  // Several times what fits: what was expensive once and was not asked for since gives way to what is new.
  store.close();
  store = open(directory, { maxSize });
  for (let i = 0; i < 8000; i += 200) put(store, "new", i, i + 200, 5);
  assert.ok(count(directory, "expensive", 500) < 100, "grown old");
  assert.ok(count(directory, "new", 8000) > 500);
  store.close();
});

test("functions whose entries are never found give way first", () => {
  const directory = freshDirectory();
  const maxSize = 4 * MB;
  let store = open(directory, { maxSize });
  for (const id of [1, 2]) {
    for (let i = 0; i < 1000; i++) store.put(keyOf(`f${id} ${i}`), recordOf(`f${id} ${i}`, 1000), meta(id, 5));
  }
  store.close();
  store = open(directory, { maxSize });
  // One of function 1 is enough: the others of it may be of use as well.
  assert.ok(store.get(keyOf("f1 7")));
  store.flush();
  for (let i = 0; i < 700; i++) store.put(keyOf(`f1 ${1000 + i}`), recordOf(`f1 ${1000 + i}`, 1000), meta(1, 5));
  store.close();
  const [useful, useless] = [count(directory, "f1", 1000), count(directory, "f2", 1000)];
  assert.ok(useless < 250 && useful > 2 * useless, `${useful} and ${useless} of 1000`);
});

test("the bound holds with several processes", async () => {
  const directory = freshDirectory();
  const code = `
    const [directory, self] = process.argv.slice(1);
    const store = openDiskStore(directory, (line) => { throw new Error(line); }, { maxSize: ${8 * MB} });
    const { statSync } = await import("node:fs");
    let largest = 0;
    for (let i = 0; i < 6000; i++) {
      const name = self + " " + i;
      store.put(keyOf(name), recordOf(name, 200 + (i * 31) % 3000), { owner: { id: 1, ttl: Infinity, maxEntries: 0 }, cost: 1, shared: 0 });
      if (i % 100 === 99) {
        store.flush();
        largest = Math.max(largest, statSync(process.argv[3]).size);
        const record = store.get(keyOf(self + " " + (i - 50)));
        if (record && !belongsTo(record, self + " " + (i - 50))) throw new Error("wrong record");
      }
    }
    store.close();
    console.log(largest);`;
  const largest = await Promise.all([0, 1, 2].map((self) => run(code, directory, `${self}`, dataFile(directory))));
  for (const size of largest) assert.ok(Number(size) > 6 * MB && Number(size) <= 8 * MB * 1.05, size);
  checkFile(directory);
});

test("a function keeps as many entries as it may, the newest", () => {
  const directory = freshDirectory();
  for (let round = 0; round < 3; round++) {
    const store = open(directory);
    for (let i = 0; i < 8; i++) {
      const name = `few ${round * 8 + i}`;
      store.put(keyOf(name), recordOf(name, 10), meta(1, 1, { maxEntries: 5 }));
      store.put(keyOf(`any ${round * 8 + i}`), recordOf(`any ${round * 8 + i}`, 10), meta(2, 1));
      if (i === 3) store.flush();
    }
    store.close();
  }
  assert.equal(count(directory, "any", 24), 24);
  assert.equal(count(directory, "few", 24), 5);
  assert.equal(count(directory, "few", 24, 20), 4);
});

test("entries are as good as none when they are older than they may be, in memory and on disk", (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1e12 });
  const directory = freshDirectory();
  const store = tiered(createMemoryStore(), open(directory));
  const short = owner(1, { ttl: 60_000 });
  store.put(keyOf("a"), recordOf("a", 10), { owner: short, cost: 1, shared: 0 });
  context.mock.timers.tick(59_000);
  assert.ok(store.get(keyOf("a"), short));
  store.flush();
  const later = tiered(createMemoryStore(), open(directory));
  assert.ok(later.get(keyOf("a"), short));
  context.mock.timers.tick(1000);
  assert.equal(store.get(keyOf("a"), short), undefined);
  assert.equal(later.get(keyOf("a"), short), undefined);
  assert.ok(later.get(keyOf("a"), owner(1)), "the function that asks decides");
  store.close();
  later.close();
});

test("what is only read is left as it is", () => {
  const directory = freshDirectory();
  assert.throws(() => open(directory, { readOnly: true }), /does not exist, and is to be read only/);
  const first = open(directory);
  first.put(keyOf("a"), recordOf("a", 10));
  first.close();
  const look = () =>
    readdirSync(storeFolder(directory)).map((name) => {
      const { mtimeMs, size } = statSync(join(storeFolder(directory), name));
      return [name, mtimeMs, size];
    });
  const before = look();
  const store = open(directory, { readOnly: true });
  assert.ok(store.get(keyOf("a")));
  store.put(keyOf("b"), recordOf("b", 10));
  store.remove(keyOf("a"));
  store.flush();
  assert.equal(store.get(keyOf("b")), undefined);
  assert.ok(store.get(keyOf("a")));
  store.close();
  assert.deepEqual(look(), before);
});

test("equal results share a file, whose damage or loss is a miss and is mended", () => {
  const directory = freshDirectory();
  const value = noise(300_000);
  const record = (name: string) => Buffer.concat([Buffer.from(keyOf(name), "latin1"), value]);
  const put = (store: ReturnType<typeof open>, name: string) =>
    store.put(keyOf(name), record(name), { ...meta(1, 10), shared: value.length });
  let store = open(directory);
  for (const name of ["one", "two"]) {
    put(store, name);
    assert.deepEqual(store.get(keyOf(name)), new Uint8Array(record(name)), "before it is written");
  }
  store.close();
  const [only, ...others] = blobs(directory);
  assert.ok(only && others.length === 0);
  assert.equal(statSync(only.path).mode & 0o777, 0o600);
  assert.ok(statSync(dataFile(directory)).size < 100_000);

  const flipped = Buffer.from(value);
  flipped[99] = (flipped[99] as number) ^ 1;
  for (const damage of [value.subarray(1), flipped, null]) {
    store = open(directory);
    for (const name of ["one", "two"]) assert.deepEqual(Buffer.from(store.get(keyOf(name)) ?? []), record(name));
    if (damage) writeFileSync(only.path, damage);
    else rmSync(only.path);
    assert.equal(store.get(keyOf("one")), undefined);
    put(store, "one");
    store.close();
    store = open(directory);
    for (const name of ["one", "two"]) assert.deepEqual(Buffer.from(store.get(keyOf(name)) ?? []), record(name));
    store.close();
  }
});

test("the address of a blob is never a path of anybody's choosing", () => {
  const directory = freshDirectory();
  const store = open(directory);
  const value = noise(200_000);
  store.put(keyOf("a"), value, { ...meta(1, 1), shared: value.length });
  store.close();
  assert.ok(blobs(directory).every(({ name }) => /^[0-9a-f]{32}$/.test(name)));
});
