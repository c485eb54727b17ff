import assert from "node:assert/strict";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { open as openLmdb } from "lmdb";
import { openDiskStore } from "../../src/store/disk/disk.ts";
import { Reader } from "../../src/store/lmdb/reader.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { NOBODY } from "../../src/store/store.ts";
import { tiered } from "../../src/store/tiers.ts";
import { belongsTo, checkFile, dataFile, freshDirectory, keyOf, noise, recordOf } from "../support/store-tools.ts";

test("gives back what was put, from the queue and from the file", () => {
  const directory = freshDirectory();
  const store = openDiskStore(directory, assert.fail);
  // Around the sizes at which lmdb gives a value pages of its own, and from nothing to much.
  const sizes = [
    0, 1, 7, 8, 100, 1900, 1990, 2000, 2010, 2020, 2030, 2040, 2100, 4000, 4048, 4072, 4096, 9000, 3_000_000,
  ];
  const records = new Map(sizes.map((size) => [keyOf(`size ${size}`), noise(size)]));
  for (const [key, record] of records) store.put(key, record);
  for (const [key, record] of records) assert.deepEqual(Buffer.from(store.get(key) ?? []), record);
  assert.equal(store.get(keyOf("absent")), undefined);
  assert.equal(existsSync(dataFile(directory)), false, "nothing is written before the flush");

  store.flush();
  for (const [key, record] of records) assert.deepEqual(Buffer.from(store.get(key) ?? []), record);
  assert.equal(store.get(keyOf("absent")), undefined);
  store.close();
  assert.equal(store.get(keyOf("size 100")), undefined, "closed");

  const again = openDiskStore(directory, assert.fail);
  for (const [key, record] of records) assert.deepEqual(Buffer.from(again.get(key) ?? []), record);
  again.close();
  checkFile(directory);
});

test("a record is as old as whoever put it has said, in the queue and in the file", () => {
  const store = openDiskStore(freshDirectory(), assert.fail);
  const now = Math.floor(Date.now() / 1000);
  const asks = (ttl: number) => ({ ...NOBODY, ttl });
  for (const [name, size] of [
    ["small", 10],
    ["large", 50_000],
  ] as const) {
    store.put(keyOf(name), noise(size), { owner: NOBODY, cost: 1, shared: size, created: now - 3600 });
  }
  for (const place of ["queue", "file"]) {
    for (const name of ["small", "large"]) {
      assert.equal(store.get(keyOf(name), asks(1_800_000)), undefined, `${name} in the ${place}`);
      assert.equal(store.find(keyOf(name), asks(7_200_000))?.created, now - 3600, `${name} in the ${place}`);
    }
    store.flush();
  }
  store.close();
});

test("keeps up with replacing and removing, in the queue and in the file", () => {
  const directory = freshDirectory();
  const store = openDiskStore(directory, assert.fail);
  const [one, two] = [keyOf("one"), keyOf("two")];
  const text = (key: string) => store.get(key) && Buffer.from(store.get(key) as Uint8Array).toString();
  store.put(one, Buffer.from("first"));
  store.put(two, Buffer.from("second"));
  store.put(one, Buffer.from("third"));
  assert.equal(text(one), "third");
  store.flush();
  assert.equal(text(one), "third");
  store.put(one, Buffer.alloc(5000, "long"));
  store.remove(two);
  assert.equal(text(two), undefined, "removed in the queue");
  store.remove(keyOf("never there"));
  store.flush();
  assert.equal(text(one)?.length, 5000);
  assert.equal(text(two), undefined, "removed in the file");
  store.put(two, Buffer.from("back"));
  store.close();
  const again = openDiskStore(directory, assert.fail);
  assert.equal(Buffer.from(again.get(two) ?? []).toString(), "back", "close writes what is queued");
  again.close();
  checkFile(directory);
});

test("hands out bytes of their own", () => {
  for (const size of [50, 50_000]) {
    const disk = openDiskStore(freshDirectory(), assert.fail);
    const memory = createMemoryStore();
    const both = tiered(createMemoryStore(), disk);
    const record = noise(size);
    for (const store of [disk, memory]) {
      store.put(keyOf("own"), new Uint8Array(record));
      for (const flush of [false, true]) {
        if (flush) store.flush();
        const got = store.get(keyOf("own")) as Uint8Array;
        assert.ok(got.buffer.byteLength <= got.byteLength + 64, "not a view of a pool");
        got.fill(0);
        assert.deepEqual(Buffer.from(store.get(keyOf("own")) ?? []), record);
      }
    }
    both.get(keyOf("own"))?.fill(0);
    assert.deepEqual(Buffer.from(both.get(keyOf("own")) ?? []), record);
    both.close();
  }
});

test("writes by itself when the queue grows", () => {
  const directory = freshDirectory();
  const store = openDiskStore(directory, assert.fail);
  for (let i = 0; i < 9; i++) store.put(keyOf(`${i}`), noise(1_000_000));
  assert.ok(statSync(dataFile(directory)).size > 8_000_000);
  for (let i = 0; i < 9; i++) assert.equal(store.get(keyOf(`${i}`))?.byteLength, 1_000_000);
  store.close();
});

test("finds each of many records as often as it is asked, also where keys begin alike", () => {
  const directory = freshDirectory();
  const store = openDiskStore(directory, assert.fail);
  // Some thousand records of this size take three levels of pages. Long stretches of keys share their first bytes.
  const keys = Array.from({ length: 6000 }, (_, i) => {
    const start = ["00000000", "7fffffff", "ffffffff", keyOf(`${i}`).slice(0, 8)][i % 4];
    return start + keyOf(`${i}`).slice(8);
  });
  for (const [i, key] of keys.entries()) store.put(key, recordOf(`${i}`, 400));
  store.flush();
  const reader = Reader.open(dataFile(directory));
  assert.ok((reader?.meta.main.depth ?? 0) > 2);
  reader?.close();
  for (let round = 0; round < 8; round++) {
    for (const [i, key] of keys.entries()) assert.ok(belongsTo(store.get(key) ?? Buffer.alloc(0), `${i}`), key);
    for (let i = 0; i < 100; i++)
      assert.equal(store.get(keys[i]?.slice(0, 16) + keyOf(`no ${i}`).slice(16)), undefined);
  }
  store.close();
  checkFile(directory);
});

test("is a file that lmdb reads", () => {
  const directory = freshDirectory();
  const store = openDiskStore(directory, assert.fail);
  for (let i = 0; i < 400; i++) store.put(keyOf(`${i}`), recordOf(`${i}`, i * 20));
  store.close();
  const options = { path: dataFile(directory), noSubdir: true, encoding: "binary", keyEncoding: "binary" } as const;
  const db = openLmdb<Buffer, Buffer>({ ...options, overlappingSync: false });
  for (let i = 0; i < 400; i++) {
    const key = Buffer.from(keyOf(`${i}`), "hex");
    const value = db.get(key) as Buffer;
    assert.equal(value.length, 24 + 20 + 32 + i * 20);
    assert.ok(value.subarray(8, 24).equals(key));
    assert.ok(belongsTo(value.subarray(24 + 20), `${i}`));
  }
  return db.close();
});

test("a store of another version of the format is left alone", () => {
  const directory = freshDirectory();
  const other = join(directory, `v3-${process.platform}-${process.arch}`);
  mkdirSync(other, { recursive: true });
  chmodSync(directory, 0o700);
  writeFileSync(join(other, "store.mdb"), "from the future");
  const store = openDiskStore(directory, assert.fail);
  store.put(keyOf("present"), recordOf("present", 10));
  store.close();
  assert.equal(readFileSync(join(other, "store.mdb"), "utf8"), "from the future");
});

test("a store that an earlier release has written is read, and written on", () => {
  const directory = freshDirectory();
  const from = fileURLToPath(new URL("../fixtures/store-v2", import.meta.url));
  cpSync(from, join(directory, `v2-${process.platform}-${process.arch}`), { recursive: true });
  chmodSync(directory, 0o700);
  const text = (name: string, size: number) => `${name} `.repeat(size).slice(0, size);
  const expected = {
    empty: "",
    short: text("short", 100),
    long: text("long", 10_000),
    one: `one${text("shared", 140_000)}`,
    two: `two${text("shared", 140_000)}`,
    limited: text("limited", 50),
  };
  for (let round = 0; round < 2; round++) {
    const store = openDiskStore(directory, assert.fail);
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(Buffer.from(store.get(keyOf(name)) ?? []).toString(), value, name);
    }
    store.put(keyOf("new"), recordOf("new", 10));
    store.close();
  }
  checkFile(directory);
});

test("a failure after opening is reported once, and from then on there is no store", () => {
  const directory = freshDirectory();
  const lines: string[] = [];
  const store = openDiskStore(directory, (line) => lines.push(line));
  store.put(keyOf("early"), recordOf("early", 10));
  rmSync(directory, { recursive: true });
  store.flush();
  store.put(keyOf("late"), recordOf("late", 10));
  assert.equal(store.get(keyOf("late")), undefined);
  assert.equal(store.get(keyOf("early")), undefined);
  store.remove(keyOf("late"));
  store.flush();
  store.close();
  assert.equal(lines.length, 1);
  assert.match(lines[0] as string, /^cache directory \S+ cannot be written \(ENOENT\): .+DUMBO_DIR/);
  assert.ok(lines[0]?.includes(directory));
  assert.equal(existsSync(directory), false);
});

test("memory is bounded, and forgets what was not asked for longest", () => {
  const store = createMemoryStore(10_000);
  for (let i = 0; i < 10; i++) store.put(keyOf(`${i}`), noise(700));
  assert.ok(store.get(keyOf("0")));
  store.put(keyOf("10"), noise(700));
  store.put(keyOf("11"), noise(700));
  assert.ok(store.get(keyOf("0")), "asked for");
  assert.equal(store.get(keyOf("1")), undefined, "not asked for");
  assert.ok(store.get(keyOf("11")));
  store.put(keyOf("11"), noise(5000));
  assert.equal(store.get(keyOf("11")), undefined, "too large to keep, and the old one is gone");
  for (let i = 0; i < 100; i++) store.put(keyOf("same"), noise(700));
  assert.ok(store.get(keyOf("0")), "replacing does not count twice");
  store.remove(keyOf("0"));
  assert.equal(store.get(keyOf("0")), undefined);
  store.remove(keyOf("0"));
  store.close();
  assert.equal(store.get(keyOf("same")), undefined);
});
