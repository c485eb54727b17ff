import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { open as openLmdb } from "lmdb";
import { prepareDirectory, storeFolder } from "../src/store/directory.ts";
import { openDiskStore } from "../src/store/disk.ts";
import { createMemoryStore } from "../src/store/memory.ts";
import { Reader } from "../src/store/reader.ts";
import { StoreError } from "../src/store/store.ts";
import { tiered } from "../src/store/tiers.ts";
import { verifyAll } from "../src/store/verify.ts";

const root = mkdtempSync(join(tmpdir(), "dumbo-store-"));
after(() => rmSync(root, { recursive: true, force: true }));
let directories = 0;
const isRoot = process.getuid?.() === 0;
const posix = process.platform !== "win32";

function freshDirectory(): string {
  return join(root, `store-${directories++}`);
}

function dataFile(directory: string): string {
  return join(storeFolder(directory), "store.mdb");
}

function keyOf(name: string): string {
  return createHash("md5").update(name).digest("hex");
}

/** A record that says which key it belongs to, so that a wrong one is noticed. */
function recordOf(name: string, size: number): Uint8Array {
  return Buffer.concat([Buffer.from(keyOf(name), "latin1"), randomBytes(size)]);
}

function belongsTo(record: Uint8Array, name: string): boolean {
  return Buffer.from(record).toString("latin1", 0, 32) === keyOf(name);
}

/** Every page of the file is in use once and well formed. */
function checkFile(directory: string): void {
  const reader = Reader.open(dataFile(directory));
  assert.ok(reader);
  verifyAll(reader);
  reader.close();
}

// Other processes and threads use the store as it is published: bundled, as CommonJS, in a folder that finds lmdb.
const packaged = fileURLToPath(new URL(`../node_modules/.cache/dumbo-store-test-${process.pid}/`, import.meta.url));
after(() => rmSync(packaged, { recursive: true, force: true }));
await build({
  entryPoints: { store: "src/store/disk.ts", directory: "src/store/directory.ts" },
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  outdir: packaged,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  define: { "import.meta.url": "__filename" },
});

/** The start of a program that has the helpers from above. */
const PRELUDE = `
  const { createHash, randomBytes } = await import("node:crypto");
  const { openDiskStore } = await import(${JSON.stringify(pathToFileURL(join(packaged, "store.cjs")).href)});
  const keyOf = (name) => createHash("md5").update(name).digest("hex");
  const recordOf = (name, size) => Buffer.concat([Buffer.from(keyOf(name), "latin1"), randomBytes(size)]);
  const belongsTo = (record, name) => Buffer.from(record).toString("latin1", 0, 32) === keyOf(name);
  const openStore = (directory) => openDiskStore(directory, (line) => { throw new Error(line); });
`;

function start(code: string, ...args: string[]): ChildProcess {
  const flags = ["--input-type=module", "-e", PRELUDE + code, "--", ...args];
  return spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "pipe"] });
}

async function run(code: string, ...args: string[]): Promise<string> {
  const child = start(code, ...args);
  let output = "";
  let errors = "";
  child.stdout?.on("data", (data) => {
    output += data;
  });
  child.stderr?.on("data", (data) => {
    errors += data;
  });
  const [status, signal] = await once(child, "close");
  assert.equal(signal ?? status, 0, errors);
  return output;
}

function startWorker(code: string): Worker {
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(PRELUDE + code)}`));
}

test("gives back what was put, from the queue and from the file", () => {
  const directory = freshDirectory();
  const store = openDiskStore(directory, assert.fail);
  // Around the sizes at which lmdb gives a value pages of its own, and from nothing to much.
  const sizes = [0, 1, 7, 8, 100, 1900, 1990, 2000, 2010, 2020, 2030, 2040, 2100, 4000, 4048, 4072, 4096, 9000, 3_000_000];
  const records = new Map(sizes.map((size) => [keyOf(`size ${size}`), randomBytes(size)]));
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
    const record = randomBytes(size);
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
  for (let i = 0; i < 9; i++) store.put(keyOf(`${i}`), randomBytes(1_000_000));
  assert.ok(statSync(dataFile(directory)).size > 8_000_000);
  for (let i = 0; i < 9; i++) assert.equal(store.get(keyOf(`${i}`))?.byteLength, 1_000_000);
  store.close();
});

test("shows the next process what one wrote", async () => {
  const directory = freshDirectory();
  const write = `
    const store = openStore(process.argv[1]);
    for (let i = 0; i < 500; i++) store.put(keyOf("entry " + i), recordOf("entry " + i, i * 20));
    process.on("exit", () => store.flush());`;
  const read = `
    const store = openStore(process.argv[1]);
    let hits = 0;
    for (let i = 0; i < 500; i++) {
      const record = store.get(keyOf("entry " + i));
      if (record?.byteLength === 32 + i * 20 && belongsTo(record, "entry " + i)) hits++;
    }
    console.log(hits);`;
  await run(write, directory);
  assert.equal(await run(read, directory), "500\n");
});

test("sees what another process wrote meanwhile", async () => {
  const directory = freshDirectory();
  const mine = openDiskStore(directory, assert.fail);
  const write = `
    const store = openStore(process.argv[1]);
    store.put(keyOf(process.argv[2]), recordOf(process.argv[2], 10));
    store.close();`;
  for (const name of ["first", "second", "third", "fourth"]) {
    assert.equal(mine.get(keyOf(name)), undefined);
    await run(write, directory, name);
    assert.ok(belongsTo(mine.get(keyOf(name)) as Uint8Array, name));
  }
  mine.close();
});

test("lets eight processes write and read at once", async () => {
  const directory = freshDirectory();
  const code = `
    const [directory, self] = process.argv.slice(1);
    let store = openStore(directory);
    for (let batch = 0; batch < 25; batch++) {
      // Some keep the store open, some open it every time: opening beside a commit is where lmdb loses one.
      if (self % 2) { store.close(); store = openStore(directory); }
      for (let i = 0; i < 5; i++) {
        const name = [self, batch, i].join();
        store.put(keyOf(name), recordOf(name, 300 + 900 * i));
      }
      store.put(keyOf("shared " + batch), recordOf("shared " + batch, batch * 200));
      store.flush();
      for (let i = 0; i < 20; i++) {
        const name = [i % 8, Math.floor(Math.random() * 25), i % 5].join();
        const record = store.get(keyOf(name));
        if (record && !belongsTo(record, name)) throw new Error("wrong record for " + name);
      }
    }
    store.close();`;
  await Promise.all(Array.from({ length: 8 }, (_, self) => run(code, directory, `${self}`)));
  const store = openDiskStore(directory, assert.fail);
  store.flush(); // some may have left a batch rather than wait
  const missing: string[] = [];
  for (let self = 0; self < 8; self++) {
    for (let batch = 0; batch < 25; batch++) {
      const names = [0, 1, 2, 3, 4].map((i) => [self, batch, i].join());
      for (const name of [...names, `shared ${batch}`]) {
        const record = store.get(keyOf(name));
        if (!record || !belongsTo(record, name)) missing.push(name);
      }
    }
  }
  assert.deepEqual(missing, []);
  store.close();
  checkFile(directory);
  assert.equal(existsSync(join(storeFolder(directory), "writer")), false);
});

test("lets the threads of a process write and read at once, and be terminated", async () => {
  const directory = freshDirectory();
  const mine = openDiskStore(directory, assert.fail);
  const code = (self: number, batches: number) => `
    const { parentPort } = await import("node:worker_threads");
    const store = openStore(${JSON.stringify(directory)});
    for (let batch = 0; batch < ${batches}; batch++) {
      for (let i = 0; i < 5; i++) {
        const name = [${self}, batch, i].join();
        store.put(keyOf(name), recordOf(name, 100 + 1000 * i));
        if (!belongsTo(store.get(keyOf(name)), name)) throw new Error("wrong record");
      }
      store.flush();
      parentPort.postMessage(batch);
    }
    store.close();`;
  const workers = [0, 1, 2, 3].map((self) => startWorker(code(self, 20)));
  const terminated = Array.from({ length: 10 }, async (_, i) => {
    const worker = startWorker(code(10 + i, 1e9));
    worker.on("message", (batch) => batch === i && void worker.terminate());
    await once(worker, "exit");
  });
  for (let i = 0; i < 20; i++) {
    mine.put(keyOf(`main ${i}`), recordOf(`main ${i}`, 500));
    mine.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const codes = await Promise.all(workers.map(async (worker) => (await once(worker, "exit"))[0]));
  assert.deepEqual(codes, [0, 0, 0, 0]);
  await Promise.all(terminated);
  mine.flush();
  const names = Array.from({ length: 20 }, (_, i) => `main ${i}`);
  for (let self = 0; self < 4; self++) {
    for (let batch = 0; batch < 20; batch++) names.push(...[0, 1, 2, 3, 4].map((i) => [self, batch, i].join()));
  }
  for (let i = 0; i < 10; i++) names.push(`${10 + i},${i},0`);
  for (const name of names) assert.ok(belongsTo(mine.get(keyOf(name)) ?? Buffer.alloc(0), name), name);
  mine.close();
  checkFile(directory);
});

test("takes in what a thread left: what is whole, once, and unfinished files only when they are old", async () => {
  const directory = freshDirectory();
  const pending = join(storeFolder(directory), "pending");
  const code = `
    const store = openStore(${JSON.stringify(directory)});
    for (const name of ["one", "two", "three"]) store.put(keyOf(name), recordOf(name, 100));
    store.remove(keyOf("old"));
    store.close();`;
  const mine = openDiskStore(directory, assert.fail);
  mine.put(keyOf("old"), recordOf("old", 10));
  mine.flush();
  await once(startWorker(code), "exit");
  assert.equal(mine.get(keyOf("one")), undefined, "not before the main thread writes");
  const [name] = readdirSync(pending);
  const bytes = readFileSync(join(pending, name as string));

  mine.flush();
  for (const one of ["one", "two", "three"]) assert.ok(belongsTo(mine.get(keyOf(one)) as Uint8Array, one));
  assert.equal(mine.get(keyOf("old")), undefined);
  assert.deepEqual(readdirSync(pending), []);

  for (const one of ["one", "three"]) mine.remove(keyOf(one));
  mine.flush();
  const damaged = Buffer.from(bytes);
  const at = bytes.indexOf(keyOf("two"));
  damaged[at] = (damaged[at] as number) ^ 1;
  writeFileSync(join(pending, "1.batch"), damaged);
  writeFileSync(join(pending, "2.batch"), bytes.subarray(0, bytes.length >> 1));
  writeFileSync(join(pending, "3.batch"), randomBytes(1000));
  writeFileSync(join(pending, "4.batch"), "");
  for (const unfinished of ["5", "6"]) writeFileSync(join(pending, unfinished), bytes);
  utimesSync(join(pending, "5"), 1e9, 1e9);
  mine.flush();
  assert.ok(mine.get(keyOf("one")));
  assert.ok(belongsTo(mine.get(keyOf("two")) as Uint8Array, "two"), "not replaced by a damaged one");
  assert.ok(mine.get(keyOf("three")));
  assert.deepEqual(readdirSync(pending), ["6"]);
  mine.close();
  checkFile(directory);
});

test("loses at most a batch to kill -9, and damages nothing", async () => {
  const directory = freshDirectory();
  const code = `
    const [directory, round] = process.argv.slice(1);
    const store = openStore(directory);
    for (let batch = 0; ; batch++) {
      for (let i = 0; i < 10; i++) {
        const name = [round, batch, i].join();
        store.put(keyOf(name), recordOf(name, Math.floor(Math.random() * 9000)));
        store.remove(keyOf([round, batch - 3, i].join()));
      }
      store.flush();
      process.stdout.write(batch + "\\n");
    }`;
  for (let round = 0; round < 6; round++) {
    const child = start(code, directory, `${round}`);
    let written = "";
    child.stdout?.on("data", (data) => {
      written += data;
      if (written.length > 60 + 37 * round) child.kill("SIGKILL");
    });
    const [, signal] = await once(child, "close");
    assert.equal(signal, "SIGKILL");
    const last = written.split("\n").length - 2;
    assert.ok(last > 5);

    const store = openDiskStore(directory, assert.fail);
    for (let batch = last - 2; batch <= last; batch++) {
      // The batch after the last one that was heard of may be there too, and it removes some of these.
      if (batch === last - 2) continue;
      for (let i = 0; i < 10; i++) {
        const name = [round, batch, i].join();
        assert.ok(belongsTo(store.get(keyOf(name)) ?? Buffer.alloc(0), name), name);
      }
    }
    store.put(keyOf(`after ${round}`), recordOf(`after ${round}`, 100));
    store.flush();
    assert.ok(store.get(keyOf(`after ${round}`)), "the killed process's lock does not last");
    store.close();
    checkFile(directory);
  }
});

test("takes a damaged record for none", () => {
  const directory = freshDirectory();
  const names = ["short", "long"];
  const sizes = [200, 20_000];
  const store = openDiskStore(directory, assert.fail);
  const records = names.map((name, i) => recordOf(name, sizes[i] as number));
  names.forEach((name, i) => store.put(keyOf(name), records[i] as Uint8Array));
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
    ["noise", randomBytes(bytes.length)],
    ["noise after the meta pages", Buffer.concat([bytes.subarray(0, 2 * pageSize), randomBytes(bytes.length - 2 * pageSize)])],
    ["zeros after the meta pages", Buffer.concat([bytes.subarray(0, 2 * pageSize), Buffer.alloc(bytes.length - 2 * pageSize)])],
  ];
  for (const page of [0, 1, ...roots]) {
    const start = page < 2 ? page * pageSize + 24 : page * pageSize;
    const noise = Buffer.from(bytes);
    noise.set(randomBytes(page < 2 ? 144 : pageSize), start);
    damaged.push([`noise in page ${page}`, noise]);
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
  const page = reader.leafFor(Buffer.from(keyOf("7"), "hex"))?.readUInt32LE(0) as number;
  reader.close();
  const bytes = readFileSync(dataFile(directory));
  bytes.fill(0, page * 4096, (page + 1) * 4096);
  const other = Array.from({ length: 300 }, (_, i) => `${i}`).find((name) => {
    const again = Reader.open(dataFile(directory)) as Reader;
    const leaf = again.leafFor(Buffer.from(keyOf(name), "hex"))?.readUInt32LE(0);
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
    assert.equal(value.length, 24 + 32 + i * 20);
    assert.ok(value.subarray(8, 24).equals(key));
    assert.ok(belongsTo(value.subarray(24), `${i}`));
  }
  return db.close();
});

test("leaves no trace in a program and in its own lmdb", async () => {
  const directory = freshDirectory();
  const code = `
    const [directory] = process.argv.slice(1);
    const globals = Object.getOwnPropertyNames(globalThis).concat(Object.getOwnPropertySymbols(globalThis)).map(String);
    const listeners = process.eventNames().map((name) => String(name) + process.listenerCount(name)).join();
    const store = openStore(directory);
    for (let i = 0; i < 50; i++) store.put(keyOf("mine " + i), recordOf("mine " + i, i * 1000));
    store.flush();
    const added = Object.getOwnPropertyNames(globalThis).concat(Object.getOwnPropertySymbols(globalThis))
      .map(String).filter((name) => !globals.includes(name));
    if (added.length) throw new Error("new globals: " + added);
    const now = process.eventNames().map((name) => String(name) + process.listenerCount(name)).join();
    if (now !== listeners) throw new Error("new listeners: " + now);

    const { open } = await import(${JSON.stringify(import.meta.resolve("lmdb"))});
    const db = open({ path: directory + "/own" });
    for (let i = 0; i < 50; i++) {
      await db.put("own " + i, { text: "x".repeat(i * 1000), i });
      const record = store.get(keyOf("mine " + i));
      if (record.byteLength !== 32 + i * 1000 || !belongsTo(record, "mine " + i)) throw new Error("wrong record");
      store.put(keyOf("mine again " + i), recordOf("mine again " + i, 500));
      store.flush();
      const { text } = db.get("own " + i);
      if (text.length !== i * 1000) throw new Error("lmdb's own value is wrong");
    }
    await db.close();
    const { isMainThread } = await import("node:worker_threads");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const active = process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY|MessagePort|Worker/.test(name));
    console.log(JSON.stringify(active));`;
  assert.equal(await run(code, directory), "[]\n");
});

test("a lock is taken over from a killed process and left to a living one", () => {
  const directory = freshDirectory();
  const lines: string[] = [];
  const store = openDiskStore(directory, (line) => lines.push(line));
  const lock = join(storeFolder(directory), "writer");
  const put = (name: string): boolean => {
    store.put(keyOf(name), recordOf(name, 10));
    store.flush();
    const other = openDiskStore(directory, assert.fail);
    const written = other.get(keyOf(name)) !== undefined;
    other.close();
    return written;
  };
  assert.equal(put("free"), true);

  const seconds = Date.now() / 1000;
  writeFileSync(lock, `${hostname()} ${process.pid} 1`);
  assert.equal(put("kept by a living process"), false);
  writeFileSync(lock, "another-machine 1 1");
  utimesSync(lock, seconds - 60, seconds - 60);
  assert.equal(put("kept by another machine"), false);
  writeFileSync(lock, "");
  assert.equal(put("kept by a process that is about to write its name"), false);

  writeFileSync(lock, `${hostname()} 999999999 1`);
  assert.equal(put("kept by a dead process"), true);
  for (const by of ["a living process", "another machine", "a process that is about to write its name"]) {
    assert.ok(store.get(keyOf(`kept by ${by}`)), "was left for later");
  }
  writeFileSync(lock, "another-machine 1 1");
  utimesSync(lock, seconds - 3600, seconds - 3600);
  assert.equal(put("kept for an hour"), true);
  writeFileSync(lock, "");
  utimesSync(lock, seconds - 10, seconds - 10);
  assert.equal(put("kept by nobody"), true);
  assert.deepEqual(lines, []);
  store.close();
  assert.deepEqual(readdirSync(storeFolder(directory)).sort(), ["pending", "store.mdb", "store.mdb-lock"]);
});

test("a store of another version of the format is left alone", () => {
  const directory = freshDirectory();
  const other = join(directory, `v2-${process.platform}-${process.arch}`);
  mkdirSync(other, { recursive: true });
  chmodSync(directory, 0o700);
  writeFileSync(join(other, "store.mdb"), "from the future");
  const store = openDiskStore(directory, assert.fail);
  store.put(keyOf("present"), recordOf("present", 10));
  store.close();
  assert.equal(readFileSync(join(other, "store.mdb"), "utf8"), "from the future");
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
    Object.defineProperty(process, "arch", { value: "pdp11" });
    const { openDiskStore: open } = await import(again);
    try {
      open(directory);
    } catch (error) {
      console.log(error.message.replace(directory, "D"));
    }
    copyFileSync(join(directory, folder, "store.mdb"), join(directory, "v1-" + process.platform + "-pdp11", "store.mdb"));
    const lines = [];
    const store = open(directory, (line) => lines.push(line));
    console.log(belongsTo(store.get(keyOf("old")), "old"));
    store.put(keyOf("new"), recordOf("new", 10));
    store.flush();
    console.log(lines.length, /is not installed for .*-pdp11/.test(lines[0]));`;
  // The same module a second time, after the architecture has changed.
  const again = join(packaged, "again.cjs");
  copyFileSync(join(packaged, "store.cjs"), again);
  const output = await run(code, directory, `v1-${process.platform}-${process.arch}`, pathToFileURL(again).href);
  const [first, second, third] = output.split("\n");
  assert.match(first as string, /^cache directory D cannot be used .+ is not installed for \w+-pdp11\): install dumbo/);
  assert.deepEqual([second, third], ["true", "1 true"]);
});

test("a directory is made private, its parents are not", () => {
  const directory = join(freshDirectory(), "parent", "cache");
  assert.equal(prepareDirectory(directory), directory);
  assert.equal(prepareDirectory(directory), directory, "a second time");
  if (!posix) return;
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(statSync(join(directory, "..")).mode & 0o777, 0o777 & ~process.umask());
  const store = openDiskStore(directory, assert.fail);
  store.put(keyOf("private"), recordOf("private", 10));
  store.close();
  assert.equal(statSync(storeFolder(directory)).mode & 0o777, 0o700);
  for (const name of readdirSync(storeFolder(directory))) {
    assert.equal(statSync(join(storeFolder(directory), name)).mode & 0o777, 0o600);
  }
});

/** Opening is refused with one line that names the directory. */
function refuses(directory: string, pattern: RegExp): void {
  for (const open of [prepareDirectory, openDiskStore]) {
    assert.throws(
      () => open(directory),
      (error) => {
        assert.ok(error instanceof StoreError);
        assert.match(error.message, pattern);
        assert.ok(error.message.includes(directory));
        assert.ok(!error.message.includes("\n"));
        return true;
      },
    );
  }
}

test("a directory that is none is refused", () => {
  const file = freshDirectory();
  writeFileSync(file, "");
  refuses(file, /is not a directory/);
  refuses(join(file, "below"), /ENOTDIR|is not a directory/);
});

test("a directory that others may write is refused", { skip: !posix }, () => {
  const directory = freshDirectory();
  mkdirSync(directory);
  for (const mode of [0o770, 0o702, 0o1777]) {
    chmodSync(directory, mode);
    refuses(directory, /can be written by other users \(mode \d+\): run chmod go-w/);
  }
  chmodSync(directory, 0o755);
  assert.equal(prepareDirectory(directory), directory);
});

test("a directory of another user is refused", { skip: !isRoot }, () => {
  const directory = freshDirectory();
  mkdirSync(directory, { mode: 0o700 });
  chownSync(directory, 65534, 65534);
  refuses(directory, /belongs to user 65534, not to 0/);
});

test("a directory that cannot be written is refused", { skip: !posix }, async () => {
  const directory = freshDirectory();
  mkdirSync(directory, { mode: 0o700 });
  // Root may write anywhere: it becomes somebody else, in another process.
  const code = `
    const { prepareDirectory } = await import(${JSON.stringify(pathToFileURL(join(packaged, "directory.cjs")).href)});
    if (process.getuid() === 0) process.setuid(65534);
    for (const directory of process.argv.slice(1)) {
      try {
        prepareDirectory(directory);
      } catch (error) {
        console.log(error.message.split(directory)[1]);
      }
    }`;
  if (isRoot) {
    chownSync(directory, 65534, 65534);
    chmodSync(root, 0o755);
  }
  chmodSync(directory, 0o500);
  const [first, second] = (await run(code, directory, join(directory, "below"))).split("\n");
  assert.match(first as string, /cannot be written \(EACCES\): make it writable/);
  assert.match(second as string, /cannot be made \(EACCES\): make its parent writable/);
});

test("memory is bounded, and forgets what was not asked for longest", () => {
  const store = createMemoryStore(10_000);
  for (let i = 0; i < 10; i++) store.put(keyOf(`${i}`), randomBytes(700));
  assert.ok(store.get(keyOf("0")));
  store.put(keyOf("10"), randomBytes(700));
  store.put(keyOf("11"), randomBytes(700));
  assert.ok(store.get(keyOf("0")), "asked for");
  assert.equal(store.get(keyOf("1")), undefined, "not asked for");
  assert.ok(store.get(keyOf("11")));
  store.put(keyOf("11"), randomBytes(5000));
  assert.equal(store.get(keyOf("11")), undefined, "too large to keep, and the old one is gone");
  for (let i = 0; i < 100; i++) store.put(keyOf("same"), randomBytes(700));
  assert.ok(store.get(keyOf("0")), "replacing does not count twice");
  store.remove(keyOf("0"));
  assert.equal(store.get(keyOf("0")), undefined);
  store.remove(keyOf("0"));
  store.close();
  assert.equal(store.get(keyOf("same")), undefined);
});
