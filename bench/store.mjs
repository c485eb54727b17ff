// What the store does in a second: several processes that read and write; look-ups in small and large stores; hits in
// memory and on disk.
//   node bench/store.mjs [--seconds 60] [--processes 8] [--largest 10000000]
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { bundledStore, flag, prelude } from "../scripts/store-tools.mjs";

const seconds = flag("seconds", 60);
const processes = flag("processes", 8);
const largest = flag("largest", 100_000);
const { work, store } = await bundledStore();
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}`);

const MIXED = `${prelude(store)}
  const [directory, self, seconds] = process.argv.slice(1);
  const store = S.openDiskStore(directory, fail);
  const end = Date.now() + seconds * 1000;
  let hits = 0, misses = 0, puts = 0;
  // Everybody asks for the same names, in an order of their own, and stores what is missing: as programs do.
  for (let i = 0; Date.now() < end; i++) {
    const name = "name " + Math.floor(Math.random() * 20000);
    const record = store.get(keyOf(name));
    if (record === undefined) {
      misses++;
      store.put(keyOf(name), recordOf(name, 1000), meta(1));
      puts++;
      if (puts % 50 === 0) store.flush();
    } else if (belongsTo(record, name)) hits++;
    else throw new Error("wrong record");
  }
  store.close();
  console.log(JSON.stringify({ hits, misses }));`;

async function mixed(count) {
  const directory = join(work, `mixed-${count}`);
  const results = await Promise.all(
    Array.from({ length: count }, async (_, self) => {
      const args = ["-e", MIXED, "--", directory, String(self), String(seconds)];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      let output = "";
      child.stdout.on("data", (data) => {
        output += data;
      });
      const [status, signal] = await once(child, "close");
      if (status !== 0) throw new Error(`a process ended with ${signal ?? status}`);
      return JSON.parse(output);
    }),
  );
  const sum = (key) => results.reduce((total, one) => total + one[key], 0);
  const [hits, misses] = [sum("hits"), sum("misses")];
  const rate = ((100 * hits) / (hits + misses)).toFixed(2);
  console.log(
    `${count} processes, ${seconds} s: ${Math.round((hits + misses) / seconds)} look-ups a second, ${rate} % hits, no error`,
  );
}

const LOOKUP = `${prelude(store)}
  const [directory, count] = process.argv.slice(1);
  const store = S.openDiskStore(directory, fail, { maxSize: 64 * 1024 ** 3 });
  for (let i = 0; i < count; i++) store.put(keyOf("n " + i), recordOf("n " + i, 60), meta(1));
  store.flush();
  const keys = Array.from({ length: 20000 }, () => keyOf("n " + Math.floor(Math.random() * count)));
  let best = Infinity;
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    for (const key of keys) if (store.get(key) === undefined) throw new Error("missing");
    best = Math.min(best, performance.now() - started);
  }
  console.log(JSON.stringify((best * 1000) / keys.length));`;

const HITS = `${prelude(store)}
  const [directory] = process.argv.slice(1);
  const disk = S.openDiskStore(directory, fail);
  const memory = S.tiered(S.createMemoryStore(), S.openDiskStore(directory, fail));
  const best = (count, work) => {
    let least = Infinity;
    for (let round = 0; round < 7; round++) {
      const started = performance.now();
      for (let i = 0; i < count; i++) work();
      least = Math.min(least, performance.now() - started);
    }
    return (least * 1000) / count;
  };
  for (const size of [8, 1000, 100000, 10000000]) disk.put(keyOf("s" + size), recordOf("s" + size, size), meta(1, size));
  disk.flush();
  const get = (from, size) => {
    const key = keyOf("s" + size);
    return () => { if (from.get(key) === undefined) throw new Error("missing"); };
  };
  console.log(JSON.stringify({
    memory8: best(20000, get(memory, 8)), disk1000: best(5000, get(disk, 1000)),
    disk100000: best(500, get(disk, 100000)), disk10000000: best(10, get(disk, 10000000)),
  }));`;

function run(code, ...args) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ["-e", code, "--", ...args.map(String)], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${signal ?? status} ${stderr}`);
  return JSON.parse(stdout);
}

const hits = run(HITS, join(work, "hits"));
console.log(
  `memory, 8 bytes: ${hits.memory8.toFixed(2)} us; disk, 1 KB: ${hits.disk1000.toFixed(1)} us; 100 KB: ` +
    `${hits.disk100000.toFixed(0)} us; 10 MB: ${(hits.disk10000000 / 1000).toFixed(1)} ms, ` +
    `${(10_000 / hits.disk10000000).toFixed(2)} GB/s`,
);
let first;
for (let count = 1000; count <= largest; count *= 100) {
  const directory = join(work, `lookup-${count}`);
  const us = run(LOOKUP, directory, count);
  first ??= us;
  const size = statSync(join(directory, `v2-${process.platform}-${process.arch}`, "store.mdb")).size / 1024 ** 2;
  console.log(
    `${count} entries (${size.toFixed(0)} MB): ${us.toFixed(1)} us a look-up, ${(us / first).toFixed(2)} times`,
  );
}
await mixed(1);
await mixed(processes);
