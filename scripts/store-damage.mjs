// Flips bytes in the store's files and cuts them off: a miss or the right value, never a crash or another value, and
// the store can be written afterwards.
//   node scripts/store-damage.mjs [--rounds 10000]
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundledStore, flag, prelude } from "./store-tools.mjs";

const rounds = flag("rounds", 10_000);
const PER_PROCESS = 100;
const { work, store } = await bundledStore();
const sound = join(work, "sound");

const MAKE = `${prelude(store)}
  const store = S.openDiskStore(process.argv[1], fail, { maxSize: 4 * 1024 * 1024 });
  for (let batch = 0; batch < 8; batch++) {
    for (let i = 0; i < 80; i++) store.put(keyOf(batch + " " + i), recordOf(batch + " " + i, (i * 37) % 3000), meta(1));
    store.put(keyOf("blob " + batch), recordOf("blob " + batch, 150000), meta(1, 150000));
    for (let i = 0; i < 9; i++) store.remove(keyOf(batch - 1 + " " + i));
    store.flush();
  }
  store.close();`;

// Each damage is done to a fresh copy; what it was is printed first, in case nothing comes after it.
const ROUNDS = `${prelude(store)}
  const fs = require("node:fs");
  const path = require("node:path");
  const [sound, place, from, to] = process.argv.slice(1);
  const random = (n) => Math.floor(Math.random() * n);
  let hits = 0, misses = 0;
  for (let round = Number(from); round < Number(to); round++) {
    fs.rmSync(place, { recursive: true, force: true });
    fs.cpSync(sound, place, { recursive: true });
    const files = fs.readdirSync(place, { recursive: true }).map((name) => path.join(place, name))
      .filter((name) => fs.statSync(name).isFile() && !name.endsWith("-lock"));
    // Most in the tree: a quarter anywhere.
    const file = round % 4 ? files.find((name) => name.endsWith("store.mdb")) : files[random(files.length)];
    const bytes = fs.readFileSync(file);
    let what;
    if (round % 10 === 0) {
      const length = random(bytes.length + 1);
      fs.truncateSync(file, length);
      what = "cut to " + length;
    } else {
      const count = 1 + random(round % 3 ? 1 : 8);
      what = [];
      for (let i = 0; i < count; i++) {
        const at = round % 2 ? random(Math.min(bytes.length, 4096 * 4)) : random(bytes.length);
        bytes[at] ^= 1 + random(255);
        what.push(at);
      }
      fs.writeFileSync(file, bytes);
      what = "bytes " + what;
    }
    fs.writeFileSync(place + ".what", file + " " + what);
    const lines = [];
    const store = S.openDiskStore(place, (line) => lines.push(line), { maxSize: 4 * 1024 * 1024 });
    const read = () => {
      for (let batch = 0; batch < 8; batch++) {
        for (const name of [...Array.from({ length: 80 }, (_, i) => batch + " " + i), "blob " + batch]) {
          const record = store.get(keyOf(name));
          if (record === undefined) misses++;
          else if (belongsTo(record, name)) hits++;
          else throw new Error("wrong value: " + name);
        }
      }
    };
    read();
    // Enough that something has to give way, so that records are removed from a tree that may be damaged.
    for (let i = 0; i < (round % 25 ? 20 : 1500); i++) store.put(keyOf("new " + i), recordOf("new " + i, 1000), meta(1));
    store.remove(keyOf("4 7"));
    store.flush();
    if (lines.length > 0) throw new Error(lines[0]);
    const reader = S.Reader.open(path.join(S.storeFolder(place), "store.mdb"));
    if (round % 25) read();
    reader.close();
    store.close();
  }
  console.log(JSON.stringify({ hits, misses }));`;

mkdirSync(sound, { mode: 0o700 });
run(MAKE, sound);
const total = { hits: 0, misses: 0 };
const failures = [];
for (let from = 0; from < rounds; from += PER_PROCESS) {
  const place = join(work, "damaged");
  const { status, signal, stdout, stderr } = run(ROUNDS, sound, place, from, Math.min(rounds, from + PER_PROCESS));
  if (status === 0) {
    const { hits, misses } = JSON.parse(stdout);
    total.hits += hits;
    total.misses += misses;
  } else {
    const what = existsSync(`${place}.what`) ? readFileSync(`${place}.what`, "utf8") : "?";
    failures.push(`${signal ?? status} after ${what}: ${stderr.split("\n").find((line) => /Error/.test(line)) ?? ""}`);
    const kept = join(process.cwd(), ".tmp", `damage-${from}`);
    cpSync(place, kept, { recursive: true });
  }
  rmSync(place, { recursive: true, force: true });
}
console.log(
  `${rounds} flips and cuts: ${total.hits} right values, ${total.misses} misses, ${failures.length} processes that ` +
    `crashed or read a wrong value; Node ${process.version}`,
);
for (const failure of failures.slice(0, 10)) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;

function run(code, ...args) {
  return spawnSync(process.execPath, ["-e", code, "--", ...args.map(String)], { encoding: "utf8" });
}
