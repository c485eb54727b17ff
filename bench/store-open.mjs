// What the store costs: load and open, a look-up, a batch. Compared with lmdb used the ordinary way.
//   node bench/store-open.mjs [node binary ...]
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledStore } from "../scripts/store-tools.mjs";

const ROUNDS = 9;
const root = fileURLToPath(new URL("..", import.meta.url));
const { work, store } = await bundledStore('export * from "./src/store/disk/disk.ts";');

const PROGRAMS = {
  dumbo: `
    const { openDiskStore } = require(${JSON.stringify(store)});
    const loaded = performance.now();
    const store = openDiskStore(directory, console.error);
    const get = (key) => store.get(key);
    const write = (records) => { for (const [key, value] of records) store.put(key, value); store.flush(); };`,
  lmdb: `
    const { open } = require(${JSON.stringify(join(root, "node_modules/lmdb/dist/index.cjs"))});
    const loaded = performance.now();
    const db = open({ path: directory + "/store", noSubdir: true, encoding: "binary", keyEncoding: "binary",
      noSync: true, overlappingSync: false });
    const get = (key) => db.get(Buffer.from(key, "hex"));
    const write = (records) => db.transactionSync(() => {
      for (const [key, value] of records) db.put(Buffer.from(key, "hex"), value);
    });`,
};

const MEASURE = `
    get("0".repeat(32));
    const opened = performance.now();
    const { createHash, randomBytes } = require("node:crypto");
    const records = (name, count, size) => Array.from({ length: count }, (_, i) =>
      [createHash("md5").update(name + i).digest("hex"), randomBytes(size)]);
    const timed = (work, count) => {
      let best = Infinity;
      for (let round = 0; round < 5; round++) {
        const start = performance.now();
        work();
        best = Math.min(best, performance.now() - start);
      }
      return best * 1000 / count;
    };
    const result = { load: loaded - start, open: opened - loaded };
    if (process.argv[2] === "all") {
      const small = records("small", 3000, 1000), large = records("large", 300, 100000);
      const absent = records("absent", 3000, 0);
      const first = performance.now();
      write(small.slice(0, 20));
      result.first = performance.now() - first;
      const whole = performance.now();
      write(small);
      result.small = (performance.now() - whole) / 3;
      const big = performance.now();
      for (let i = 0; i < large.length; i += 75) write(large.slice(i, i + 75));
      result.large = (performance.now() - big) / 30;
      result.get1k = timed(() => { for (const [key] of small) if (!get(key)) throw key; }, small.length);
      result.miss = timed(() => { for (const [key] of absent) if (get(key)) throw key; }, absent.length);
      result.get100k = timed(() => { for (const [key] of large) if (!get(key)) throw key; }, large.length);
    }
    process.stdout.write(JSON.stringify(result));`;

const COLUMNS = ["load", "open", "first", "small", "large", "get1k", "miss", "get100k"];
console.log("load, open + first look-up, a batch of 20, ms per 1000 puts of 1 KB, per 10 of 100 KB; us per get");
for (const node of process.argv.length > 2 ? process.argv.slice(2) : [process.execPath]) {
  for (const [name, program] of Object.entries(PROGRAMS)) {
    const directory = join(work, name);
    const script = join(work, `${name}.cjs`);
    writeFileSync(
      script,
      `const start = performance.now(); const directory = ${JSON.stringify(directory)};${program}${MEASURE}`,
    );
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { mode: 0o700 });
    const best = run(node, script, "all");
    for (let round = 0; round < ROUNDS; round++) {
      const { load, open } = run(node, script, "open");
      best.load = Math.min(best.load, load);
      best.open = Math.min(best.open, open);
    }
    const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
    console.log(version, name, COLUMNS.map((column) => `${column} ${best[column].toFixed(2)}`).join(" | "));
  }
}

function run(node, script, what) {
  const { stdout, stderr, status } = spawnSync(node, [script, what], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
