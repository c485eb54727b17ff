import assert from "node:assert/strict";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { storeFolder } from "../../src/store/disk/directory.ts";
import { openDiskStore } from "../../src/store/disk/disk.ts";
import { Reader } from "../../src/store/lmdb/reader.ts";
import {
  belongsTo,
  checkFile,
  dataFile,
  freshDirectory,
  keyOf,
  noise,
  PRELUDE,
  packaged,
  recordOf,
  run,
} from "../support/store-tools.ts";

test("takes a damaged record for none", () => {
  const directory = freshDirectory();
  const names = ["short", "long"];
  const sizes = [200, 20_000];
  const store = openDiskStore(directory, assert.fail);
  const records = names.map((name, i) => recordOf(name, sizes[i] as number));
  for (const [i, name] of names.entries()) store.put(keyOf(name), records[i] as Uint8Array);
  store.close();

  const bytes = readFileSync(dataFile(directory));
  names.forEach((name, i) => {
    const record = records[i] as Uint8Array;
    const at = bytes.indexOf(record.subarray(0, 64));
    assert.ok(at > 0);
    // The checksum, the key before the record, and the record from its first to its last byte.
    for (const offset of [-24, -17, -16, -1, 0, 33, record.byteLength - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at + offset] = (damaged[at + offset] as number) ^ 0x10;
      writeFileSync(dataFile(directory), damaged);
      const again = openDiskStore(directory, assert.fail);
      assert.equal(again.get(keyOf(name)), undefined, `${name} ${offset}`);
      const other = names[1 - i] as string;
      assert.ok(belongsTo(again.get(keyOf(other)) as Uint8Array, other));
      again.put(keyOf(name), record);
      again.flush();
      assert.ok(belongsTo(again.get(keyOf(name)) as Uint8Array, name), "and can be replaced");
      again.close();
    }
  });
});

test("survives a damaged file: a miss, and the next batch makes it whole", async () => {
  const sound = freshDirectory();
  const store = openDiskStore(sound, assert.fail);
  for (let batch = 0; batch < 8; batch++) {
    for (let i = 0; i < 60; i++) store.put(keyOf(`${batch} ${i}`), recordOf(`${batch} ${i}`, (i * 37) % 3000));
    for (let i = 0; i < 9; i++) store.remove(keyOf(`${batch - 1} ${i}`));
    store.flush();
  }
  const pageSize = 4096;
  const bytes = readFileSync(dataFile(sound));
  const { free, main } = (Reader.open(dataFile(sound)) as Reader).meta;
  const roots = [free.root as number, main.root as number];
  store.close();

  const damaged: [string, Buffer][] = [
    ["cut to nothing", Buffer.alloc(0)],
    ["cut in the first page", bytes.subarray(0, 100)],
    ["cut after the meta pages", bytes.subarray(0, 2 * pageSize)],
    ["cut in half", bytes.subarray(0, bytes.length >> 1)],
    ["another file", Buffer.from("not an lmdb file\n".repeat(1000))],
    ["noise", noise(bytes.length)],
    [
      "noise after the meta pages",
      Buffer.concat([bytes.subarray(0, 2 * pageSize), noise(bytes.length - 2 * pageSize)]),
    ],
    [
      "zeros after the meta pages",
      Buffer.concat([bytes.subarray(0, 2 * pageSize), Buffer.alloc(bytes.length - 2 * pageSize)]),
    ],
  ];
  for (const page of [0, 1, ...roots]) {
    const start = page < 2 ? page * pageSize + 24 : page * pageSize;
    const noisy = Buffer.from(bytes);
    noisy.set(noise(page < 2 ? 144 : pageSize), start);
    damaged.push([`noise in page ${page}`, noisy]);
    for (const offset of [0, 9, 18, 20, 22, 24, 26, 40, 52, 80]) {
      const flipped = Buffer.from(bytes);
      flipped[start + offset] = (flipped[start + offset] as number) ^ 0x41;
      damaged.push([`byte ${offset} of page ${page}`, flipped]);
    }
  }

  // A crash would take the test along, so it happens in another process.
  const code = `
    const { readFileSync, writeFileSync, mkdirSync } = await import("node:fs");
    const { join } = await import("node:path");
    const [from, count] = process.argv.slice(1);
    for (let i = 0; i < count; i++) {
      console.log(i);
      const directory = join(from, "damaged-" + i);
      const store = openStore(directory);
      const read = () => {
        for (let batch = 0; batch < 8; batch++) {
          for (let i = 0; i < 60; i++) {
            const record = store.get(keyOf(batch + " " + i));
            if (record && !belongsTo(record, batch + " " + i)) throw new Error("wrong record");
          }
        }
      };
      read();
      for (let i = 0; i < 100; i++) store.put(keyOf("new " + i), recordOf("new " + i, 1000));
      for (let i = 0; i < 60; i++) store.remove(keyOf("4 " + i));
      store.flush();
      read();
      for (let i = 0; i < 100; i++) if (!store.get(keyOf("new " + i))) throw new Error("missing after the flush");
      store.close();
    }`;
  const place = freshDirectory();
  damaged.forEach(([, content], i) => {
    const directory = join(place, `damaged-${i}`);
    mkdirSync(storeFolder(directory), { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    writeFileSync(dataFile(directory), content);
  });
  await run(code, place, `${damaged.length}`).catch((error) => {
    throw new Error(`${error.message}\n${damaged.map(([what], i) => `${i}: ${what}`).join("\n")}`);
  });
  for (const i of damaged.keys()) checkFile(join(place, `damaged-${i}`));
});

test("looks at the whole file once after a restart of the machine", () => {
  const directory = freshDirectory();
  const store = openDiskStore(directory, assert.fail);
  for (let i = 0; i < 300; i++) store.put(keyOf(`${i}`), recordOf(`${i}`, 1000));
  store.close();
  // What a power cut leaves: a page that never reached the disk, which the next batch has nothing to do with.
  const reader = Reader.open(dataFile(directory)) as Reader;
  const page = reader.leafFor(Buffer.from(keyOf("7"), "hex")) as number;
  reader.close();
  const bytes = readFileSync(dataFile(directory));
  bytes.fill(0, page * 4096, (page + 1) * 4096);
  const other = Array.from({ length: 300 }, (_, i) => `${i}`).find((name) => {
    const again = Reader.open(dataFile(directory)) as Reader;
    const leaf = again.leafFor(Buffer.from(keyOf(name), "hex"));
    again.close();
    return leaf !== page;
  }) as string;

  for (const restarted of [false, true]) {
    writeFileSync(dataFile(directory), bytes);
    if (restarted) utimesSync(dataFile(directory), 1e9, 1e9);
    const again = openDiskStore(directory, assert.fail);
    again.put(keyOf(other), recordOf(other, 10));
    again.flush();
    assert.ok(again.get(keyOf(other)));
    const known = Array.from({ length: 300 }, (_, i) => again.get(keyOf(`${i}`))).filter(Boolean).length;
    assert.equal(known > 1, !restarted, "a file with a hole is given up whole");
    again.close();
  }
});

test("a full disk is an error, not a crash", { skip: !existsSync("/dev/full") }, async () => {
  const directory = freshDirectory();
  // A limit on the size of files is what a test can set without a disk of its own.
  const code = `
    const { spawnSync } = await import("node:child_process");
    const limited = "trap '' XFSZ; ulimit -f 400; exec \\"$0\\" \\"$@\\"";
    const { status, signal, stdout, stderr } = spawnSync("sh", ["-c", limited, process.execPath,
      "--input-type=module", "-e", process.argv[2], "--", process.argv[1]], { encoding: "utf8" });
    if (signal || status) throw new Error(String(signal ?? status) + stderr);
    process.stdout.write(stdout);`;
  const inner = `${PRELUDE}
    const lines = [];
    const store = openDiskStore(process.argv[1], (line) => lines.push(line));
    for (let i = 0; i < 40; i++) {
      store.put(keyOf("entry " + i), recordOf("entry " + i, 20_000));
      if (i % 5 === 4) store.flush();
    }
    console.log(lines.length, lines[0].replace(/.*cannot/, "cannot"));`;
  assert.match(await run(code, directory, inner), /^1 cannot be written \(.+\): free some space/);
  const store = openDiskStore(directory, assert.fail);
  assert.ok(belongsTo(store.get(keyOf("entry 0")) as Uint8Array, "entry 0"), "what was written before is still there");
  store.put(keyOf("later"), recordOf("later", 10));
  store.close();
  checkFile(directory);
});

test("without lmdb's addon a new store is refused, and an old one still read", async () => {
  const directory = freshDirectory();
  const code = `
    const { copyFileSync } = await import("node:fs");
    const { join } = await import("node:path");
    const [directory, folder, again] = process.argv.slice(1);
    const old = openStore(directory);
    old.put(keyOf("old"), recordOf("old", 10));
    old.close();
    Object.defineProperty(process, "arch", { value: "pdp64" });
    const { openDiskStore: open } = await import(again);
    try {
      open(directory);
    } catch (error) {
      console.log(error.message.replace(directory, "D"));
    }
    copyFileSync(join(directory, folder, "store.mdb"), join(directory, "v2-" + process.platform + "-pdp64", "store.mdb"));
    const lines = [];
    const store = open(directory, (line) => lines.push(line));
    console.log(belongsTo(store.get(keyOf("old")), "old"));
    store.put(keyOf("new"), recordOf("new", 10));
    store.flush();
    console.log(lines.length, /is not installed for .*-pdp64/.test(lines[0]));`;
  // The same module a second time, after the architecture has changed.
  const again = join(packaged, "again.cjs");
  copyFileSync(join(packaged, "store.cjs"), again);
  const output = await run(code, directory, `v2-${process.platform}-${process.arch}`, pathToFileURL(again).href);
  const [first, second, third] = output.split("\n");
  assert.match(first as string, /^cache directory D cannot be used .+ is not installed for \w+-pdp64\): install dumbo/);
  assert.deepEqual([second, third], ["true", "1 true"]);
});
