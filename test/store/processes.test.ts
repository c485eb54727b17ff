import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { storeFolder } from "../../src/store/disk/directory.ts";
import { openDiskStore } from "../../src/store/disk/disk.ts";
import {
  belongsTo,
  checkFile,
  freshDirectory,
  keyOf,
  noise,
  recordOf,
  run,
  start,
  startWorker,
} from "../support/store-tools.ts";

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
        const name = [i % 8, (7 * batch + 11 * i + Number(self)) % 25, i % 5].join();
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
  // Listened to from the start: one that has ended by the time its end is asked for would never be heard of.
  const ends = [0, 1, 2, 3].map((self) => once(startWorker(code(self, 20)), "exit"));
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
  assert.deepEqual(await Promise.all(ends), [[0], [0], [0], [0]]);
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
  writeFileSync(join(pending, "3.batch"), noise(1000));
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
        store.put(keyOf(name), recordOf(name, (batch * 2741 + i * 977) % 9000));
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

test("leaves no trace in a program", async () => {
  const code = `
    const names = () => Object.getOwnPropertyNames(globalThis).concat(Object.getOwnPropertySymbols(globalThis)).map(String);
    const listeners = () => process.eventNames().map((name) => String(name) + process.listenerCount(name)).join();
    // Node's own start has immediates of its own.
    const active = () => process.getActiveResourcesInfo().filter((name) => name !== "Immediate").sort().join();
    const before = { names: names(), listeners: listeners(), active: active() };
    const store = openStore(process.argv[1]);
    for (let i = 0; i < 50; i++) store.put(keyOf("mine " + i), recordOf("mine " + i, i * 1000));
    store.flush();
    for (let i = 0; i < 50; i++) if (!store.get(keyOf("mine " + i))) throw new Error("missing");
    const now = { listeners: listeners() === before.listeners, active: active() === before.active };
    console.log(names().filter((name) => !before.names.includes(name)).join());
    console.log(now.listeners, now.active);`;
  assert.equal(await run(code, freshDirectory()), "\ntrue true\n");
});

test("does not disturb a program's own lmdb, whichever is loaded first", async () => {
  const code = `
    const [directory, first] = process.argv.slice(1);
    const store = openStore(directory);
    const write = (i) => {
      store.put(keyOf("mine " + i), recordOf("mine " + i, i * 1000));
      store.flush();
    };
    if (first === "store") write(0);
    const { open } = await import(${JSON.stringify(import.meta.resolve("lmdb"))});
    const db = open({ path: directory + "/own" });
    for (let i = 0; i < 30; i++) {
      await db.put("own " + i, { text: "x".repeat(i * 2000), i });
      for (let j = 0; j <= i; j++) {
        if (db.get("own " + j).text.length !== j * 2000) throw new Error("lmdb's own value is wrong");
        if (j > 0 && !belongsTo(store.get(keyOf("mine " + j)) ?? recordOf("", 0), "mine " + j) && j < i) {
          throw new Error("wrong record");
        }
      }
      write(i);
    }
    await db.close();
    store.close();`;
  for (const first of ["store", "lmdb"]) await run(code, freshDirectory(), first);
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
  assert.deepEqual(readdirSync(storeFolder(directory)).sort(), [
    "pending",
    "store.mdb",
    "store.mdb-lock",
    "used",
    "uses",
  ]);
});
