// What the store does in a second: hits in memory and on disk; look-ups in small and large stores; opening a large
// store; several processes that read and write.
//   node bench/store.mjs [hits] [lookups] [opening] [stalls] [mixed] [--seconds 60] [--processes 8] [--largest 10000000] [--gib 2]
// The largest store of look-ups takes 2 GB, in the temporary folder: TMPDIR says where that is.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { bundledStore, flag, prelude } from "../scripts/store-tools.mjs";

const seconds = flag("seconds", 60);
const processes = flag("processes", 8);
const largest = flag("largest", 100_000);
const gib = flag("gib", 2);
const parts = ["hits", "lookups", "opening", "stalls", "mixed"].filter((part) => process.argv.includes(part));
const does = (part) => parts.length === 0 || parts.includes(part);
const { work, store } = await bundledStore();
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}`);

const MIXED = `${prelude(store)}
  const [directory, self, seconds] = process.argv.slice(1);
  const store = S.openDiskStore(directory, fail);
  const started = Date.now();
  const end = started + seconds * 1000;
  let hits = 0, misses = 0, longest = 0, before = performance.now();
  // Everybody asks for the same names, in an order of their own, and stores what is missing: as programs do. A hundred
  // names a second are new, and as many are not asked for any more.
  for (let i = 0; Date.now() < end; i++) {
    const age = Math.floor((Date.now() - started) / 10);
    const name = "name " + (age + Math.floor(Math.random() * 20000));
    const record = store.get(keyOf(name));
    if (record === undefined) {
      misses++;
      store.put(keyOf(name), recordOf(name, 1000), meta(1));
      if (misses % 50 === 0) store.flush();
    } else if (belongsTo(record, name)) hits++;
    else throw new Error("wrong record");
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
  }
  store.close();
  console.log(JSON.stringify({ hits, misses, longest }));`;

// What there is at the start.
const NAMES = `${prelude(store)}
  const store = S.openDiskStore(process.argv[1], fail);
  for (let i = 0; i < 20000; i++) store.put(keyOf("name " + i), recordOf("name " + i, 1000), meta(1));
  store.close();
  console.log(0);`;

async function mixed(count, seconds) {
  const directory = join(work, `mixed-${count}`);
  run(NAMES, directory);
  const results = await Promise.all(
    Array.from({ length: count }, async (_, self) => {
      const args = ["-e", MIXED, "--", directory, String(self), String(seconds)];
      // Whoever is not through by then waits for something that does not come.
      const child = spawn(process.execPath, args, {
        stdio: ["ignore", "pipe", "inherit"],
        timeout: (seconds + 60) * 1000,
        killSignal: "SIGKILL",
      });
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
  return {
    seconds,
    "look-ups/s": Math.round((hits + misses) / seconds),
    "stored/s": Math.round(misses / seconds),
    "hits %": ((100 * hits) / (hits + misses)).toFixed(2),
    "longest pause, ms": Math.round(Math.max(...results.map((one) => one.longest))),
  };
}

/** Keys spread evenly, in order: so a large store can be written a stretch at a time, in a minute instead of an hour. */
const KEYS = `
  const word = (i, seed) => {
    let hash = Math.imul(i ^ seed, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    return ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, "0");
  };
  const keyAt = (i, count) =>
    Math.floor((i * 2 ** 32) / count).toString(16).padStart(8, "0") + word(i, 1) + word(i, 2) + word(i, 3);`;

// In four passes, so that the pages are as full as if the records had come in any order.
const FILL = `${prelude(store)}${KEYS}
  const [directory, count] = process.argv.slice(1);
  const store = S.openDiskStore(directory, fail, { maxSize: 64 * 1024 ** 3 });
  for (let pass = 0; pass < 4; pass++) {
    for (let i = pass; i < count; i += 4) store.put(keyAt(i, count), Buffer.alloc(92, keyAt(i, count)), meta(1));
    store.flush();
  }
  store.close();
  console.log(0);`;

// As many different keys in each store, or the small one would lie in the processor's cache as no program's does.
const LOOKUP = `${prelude(store)}${KEYS}
  const [directory, count, distinct] = process.argv.slice(1).map((text, i) => (i ? Number(text) : text));
  const store = S.openDiskStore(directory, fail, { readOnly: true });
  const chosen = new Set();
  while (chosen.size < Math.min(distinct, count)) chosen.add(Math.floor(Math.random() * count));
  const keys = [...chosen].map((i) => keyAt(i, count));
  const times = [];
  for (let round = 0; round < Math.max(20, 200000 / keys.length); round++) {
    const started = performance.now();
    for (const key of keys) if (store.get(key) === undefined) throw new Error("missing");
    times.push(((performance.now() - started) * 1000) / keys.length);
  }
  // The quickest: what takes longer was interrupted by something else.
  console.log(Math.min(...times));`;

function lookups() {
  const sizes = [];
  for (let count = 1000; count <= largest; count *= 100) sizes.push(count);
  const directory = (count) => join(work, `lookup-${count}`);
  for (const count of sizes) run(FILL, directory(count), count);
  const table = {};
  for (const distinct of [1000, 20_000]) {
    const rounds = Array.from({ length: 5 }, () =>
      sizes.map((count) => run(LOOKUP, directory(count), count, distinct)),
    );
    for (const [i, count] of sizes.entries()) {
      const size = statSync(join(directory(count), `v2-${process.platform}-${process.arch}`, "store.mdb")).size;
      table[count] ??= { MB: Math.round(size / 1024 ** 2) };
      if (distinct > count) continue;
      table[count][`us, ${distinct} keys`] = median(rounds.map((round) => round[i])).toFixed(2);
      const ratio = median(rounds.map((round) => round[i] / round[0])).toFixed(2);
      if (sizes[0] >= distinct) table[count][`times, ${distinct} keys`] = ratio;
    }
  }
  console.table(table);
  for (const count of sizes) rmSync(directory(count), { recursive: true });
}

const OPEN = `
  const started = performance.now();
  const S = require(${JSON.stringify(store)});
  const loaded = performance.now();
  const store = S.openDiskStore(process.argv[1], console.error);
  if (!store.get(process.argv[2])) throw new Error("missing");
  const ended = performance.now();
  console.log(JSON.stringify([loaded - started, ended - loaded]));`;

/** Loading the store, opening it and the first hit, in processes of their own; of 31 the quickest. */
function opening() {
  const fill = `${prelude(store)}
    const [directory, count] = process.argv.slice(1);
    const store = S.openDiskStore(directory, fail, { maxSize: 64 * 1024 ** 3 });
    for (let i = 0; i < count; i++) store.put(keyOf("n " + i), recordOf("n " + i, 100000), meta(1));
    store.close();
    console.log(JSON.stringify(keyOf("n 0")));`;
  const large = join(work, "opening-large");
  const small = join(work, "opening-small");
  const key = run(fill, large, Math.ceil((gib * 1024 ** 3) / 102_000));
  run(fill, small, 1);
  /** @type {Record<"small" | "large", number[][]>} */
  const times = { small: [], large: [] };
  for (let round = 0; round < 31; round++) {
    times.small.push(run(OPEN, small, key));
    times.large.push(run(OPEN, large, key));
  }
  const ms = (which, i) => Math.min(...times[which].map((one) => one[i])).toFixed(2);
  const size = statSync(join(large, `v2-${process.platform}-${process.arch}`, "store.mdb")).size / 1024 ** 3;
  console.log(
    `opening ${size.toFixed(2)} GiB: ${ms("large", 0)} ms to load the code, ${ms("large", 1)} ms to open it and read ` +
      `a value of 100 KB (with one value in the store: ${ms("small", 1)} ms)`,
  );
  rmSync(large, { recursive: true });
}

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

function hits() {
  const us = run(HITS, join(work, "hits"));
  console.log(
    `memory, 8 bytes: ${us.memory8.toFixed(2)} us; disk, 1 KB: ${us.disk1000.toFixed(1)} us; 100 KB: ` +
      `${us.disk100000.toFixed(0)} us; 10 MB: ${(us.disk10000000 / 1000).toFixed(1)} ms, ` +
      `${(10_000 / us.disk10000000).toFixed(2)} GB/s`,
  );
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

const STALLS = `${prelude(store)}
  const [directory, count, size] = process.argv.slice(1);
  // What is to be written after a second is written at once.
  const later = (work, ms) => void setTimeout(work, ms === 1000 ? 0 : ms);
  const store = S.openDiskStore(directory, fail, { later });
  const other = S.openDiskStore(directory, fail);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const longest = { whole: [], parts: [] };
  (async () => {
    for (let round = 0; round < 40; round++) {
      const way = round % 2 ? "parts" : "whole";
      const names = Array.from({ length: count }, (_, i) => round + " " + i);
      const records = names.map((name) => recordOf(name, Number(size)));
      names.forEach((name, i) => store.put(keyOf(name), records[i], meta(1, Number(size))));
      let most = 0;
      let before = performance.now();
      if (way === "whole") store.flush();
      for (let isOver = false; !isOver; ) {
        await turn();
        most = Math.max(most, performance.now() - before);
        // Looking is none of it.
        isOver = names.every((name) => other.get(keyOf(name)));
        before = performance.now();
      }
      longest[way].push(most);
    }
    const median = (list) => list.slice(3).sort((a, b) => a - b)[list.length >> 1];
    console.log(JSON.stringify({ whole: median(longest.whole), parts: median(longest.parts) }));
  })();`;

/** How long the event loop of a process stands still while a second's results are written: at once, and part by part. */
function stalls() {
  for (const [count, size] of [
    [1000, 1000],
    [10, 1_000_000],
  ]) {
    const { whole, parts } = run(STALLS, join(work, `stalls-${size}`), count, size);
    console.log(
      `${count} of ${size} bytes: at once ${whole.toFixed(1)} ms, part by part ${parts.toFixed(1)} ms, ` +
        `${(whole / parts).toFixed(1)} times less`,
    );
  }
}

if (does("hits")) hits();
if (does("stalls")) stalls();
if (does("lookups")) lookups();
if (does("opening")) opening();
if (does("mixed")) {
  const table = {};
  for (let count = 1; count <= processes; count *= 2) {
    table[`${count} processes`] = await mixed(count, count * 2 > processes ? seconds : seconds / 4);
  }
  console.table(table);
  console.log("no error, no wrong value, nobody waited for ever");
}
