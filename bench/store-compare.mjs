// The store against other ways to keep values on disk, in one run: memoize-fs, keyv with @keyv/sqlite, cacache, and
// node:sqlite where Node has it. They are no dependencies: they are installed, in these versions, into .tmp/stores.
//   node bench/store-compare.mjs [--rounds 5] [--only N], where N counts the sizes
// Each round is a process of its own for each store, in turn; the figures are medians over the rounds.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installOnce } from "../scripts/npm.mjs";
import { bundledStore, flag } from "../scripts/store-tools.mjs";

const PACKAGES = ["memoize-fs@4.1.1", "keyv@5.6.0", "@keyv/sqlite@4.0.8", "cacache@20.0.4"];
const OTHERS = ["memoize-fs", "keyv", "cacache", "node:sqlite"];
/**
 * Bytes of a value, how many of them are written and read, and how often in each process: the first half warms the code
 * up, of the other the best counts, as what takes longer was interrupted by something else.
 */
const SIZES = [
  { name: "100 B", rows: 1, bytes: 0, count: 500, repeat: 8 },
  { name: "1 KB", rows: 12, bytes: 0, count: 500, repeat: 8 },
  { name: "100 KB", rows: 1200, bytes: 0, count: 40, repeat: 4 },
  { name: "10 MB", rows: 118_000, bytes: 0, count: 2, repeat: 4 },
  // Most of the time for those goes into making bytes of them and back: the same without, for those that take bytes.
  { name: "100 KB of bytes", rows: 0, bytes: 100_000, count: 40, repeat: 6 },
  { name: "10 MB of bytes", rows: 0, bytes: 10_000_000, count: 4, repeat: 6 },
];
const TAKE_BYTES = ["dumbo", "cacache", "node:sqlite"];

const rounds = flag("rounds", 5);
const only = flag("only", 0);
const home = fileURLToPath(new URL("../.tmp/stores", import.meta.url));
const { work, store } = await bundledStore();
// With install scripts: sqlite3 is compiled, or its binary fetched.
installOnce(home, PACKAGES);
const hasSqlite = spawnSync(process.execPath, ["-e", "require('node:sqlite')"]).status === 0;
const subjects = ["dumbo", ...OTHERS.filter((name) => name !== "node:sqlite" || hasSqlite)];

/**
 * How each is used: as its documentation says, and at its best where that costs it nothing that dumbo has. dumbo does
 * not wait for the disk, so neither do the databases; values are kept as JSON, as dumbo keeps such values, in bytes or a
 * text, whatever the store takes; whoever can write many at once is let to; whoever has transactions has all in one.
 */
const SUBJECTS = {
  dumbo: `
    const S = createRequire(import.meta.url)(${JSON.stringify(store)});
    const owner = { id: 1, ttl: Infinity, maxEntries: 0 };
    const make = (directory) => {
      const disk = S.openDiskStore(directory, (line) => { throw new Error(line); });
      return {
        write: (entries) => {
          for (const [name, value] of entries) {
            const bytes = isBytes ? value : S.writeJson(value);
            disk.put(name, bytes, { owner, cost: 1, shared: bytes.byteLength });
          }
          disk.flush();
        },
        read: (name) => {
          const bytes = disk.get(name);
          return isBytes ? bytes : S.readJson(bytes);
        },
        close: () => disk.close(),
      };
    };`,
  "memoize-fs": `
    const { default: memoizeFs } = await import("memoize-fs");
    const make = async (directory) => {
      const values = new Map();
      const memoized = await memoizeFs({ cachePath: directory }).fn((name) => values.get(name));
      return {
        write: async (entries) => {
          for (const [name, value] of entries) values.set(name, value);
          await Promise.all(entries.map(([name]) => memoized(name)));
          values.clear();
        },
        read: (name) => memoized(name),
        close() {},
      };
    };`,
  keyv: `
    const { Keyv } = await import("keyv");
    const { KeyvSqlite } = await import("@keyv/sqlite");
    const make = async (directory) => {
      const sqlite = new KeyvSqlite("sqlite://" + directory + "/keyv.sqlite");
      await sqlite.query("PRAGMA journal_mode = WAL");
      await sqlite.query("PRAGMA synchronous = OFF");
      const keyv = new Keyv({ store: sqlite });
      return {
        write: async (entries) => {
          await sqlite.query("BEGIN");
          await Promise.all(entries.map(([name, value]) => keyv.set(name, value)));
          await sqlite.query("COMMIT");
        },
        read: (name) => keyv.get(name),
        close: () => keyv.disconnect(),
      };
    };`,
  cacache: `
    const { default: cacache } = await import("cacache");
    const make = (directory) => ({
      write: (entries) => Promise.all(entries.map(([name, value]) => cacache.put(directory, name, isBytes ? value : JSON.stringify(value)))),
      read: async (name) => {
        const { data } = await cacache.get(directory, name);
        return isBytes ? data : JSON.parse(data);
      },
      close() {},
    });`,
  "node:sqlite": `
    const { DatabaseSync } = await import("node:sqlite");
    const make = (directory) => {
      const db = new DatabaseSync(directory + "/values.sqlite");
      db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE store (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID");
      const put = db.prepare("INSERT OR REPLACE INTO store VALUES (?, ?)");
      const get = db.prepare("SELECT value FROM store WHERE key = ?");
      return {
        write: (entries) => {
          db.exec("BEGIN");
          for (const [name, value] of entries) put.run(name, isBytes ? value : JSON.stringify(value));
          db.exec("COMMIT");
        },
        read: (name) => {
          const { value } = get.get(name);
          return isBytes ? value : JSON.parse(value);
        },
        close: () => db.close(),
      };
    };`,
};

const MEASURE = `
  const [rows, bytes, count, repeat] = process.argv.slice(2, 6).map(Number);
  const place = process.argv[6];
  const entriesOf = (from) => Array.from({ length: count }, (_, n) => [createHash("md5").update("call " + (from + n)).digest("hex"), bytes ? randomBytes(bytes) : {
    id: from + n,
    rows: Array.from({ length: rows }, (_, i) => ({ id: i, name: "row " + ((i * 7919 + n) % 1000), score: i * 0.37, tags: ["a", "b" + (i % 10)], ok: i % 3 === 0 })),
  }]);
  const measure = async (directory, entries) => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const store = await make(directory);
    const started = performance.now();
    await store.write(entries);
    const written = performance.now();
    const found = [];
    // In another order than they were written.
    for (let i = 0; i < entries.length; i++) {
      const [name] = entries[(i * 7) % entries.length];
      const value = await store.read(name);
      if (bytes) { if (value.byteLength !== bytes) throw new Error("wrong value"); }
      else if (rows > 1000) { if (value.id !== entries[(i * 7) % entries.length][1].id || value.rows.length !== rows) throw new Error("wrong value"); }
      else found.push(value);
    }
    const read = performance.now();
    found.forEach((value, i) => assert.deepEqual(value, entries[(i * 7) % entries.length][1]));
    await store.close();
    rmSync(directory, { recursive: true });
    return { write: ((written - started) * 1000) / count, read: ((read - written) * 1000) / count };
  };
  const best = { write: Infinity, read: Infinity };
  for (let i = 0; i < repeat; i++) {
    const times = await measure(place + "/" + i, entriesOf(i * 10000));
    if (i >= repeat / 2) for (const what in best) best[what] = Math.min(best[what], times[what]);
  }
  console.log(JSON.stringify(best));`;

console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}, ${rounds} rounds`);
console.log(`${PACKAGES.join(", ")}${hasSqlite ? ", node:sqlite" : "; this Node has no node:sqlite"}`);
let slower = 0;
const table = {};
for (const [index, size] of SIZES.entries()) {
  if (only && only !== index + 1) continue;
  const among = subjects.filter((name) => size.bytes === 0 || TAKE_BYTES.includes(name));
  /** @type {Record<string, { write: number, read: number }[]>} */
  const results = Object.fromEntries(among.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of among) results[name].push(run(name, size));
  }
  for (const what of ["write", "read"]) {
    const own = median(results.dumbo.map((one) => one[what]));
    const row = { dumbo: `${own.toFixed(own < 100 ? 1 : 0)} us` };
    for (const name of among.slice(1)) {
      // Ratios of a round each: what disturbs the machine mostly disturbs neighbours alike.
      const ratio = median(results[name].map((one, i) => one[what] / results.dumbo[i][what]));
      if (ratio < 1) slower++;
      row[name] = `${ratio.toFixed(ratio < 10 ? 2 : 0)} x`;
    }
    table[`${size.name}, ${what}`] = row;
  }
}
console.table(table);
console.log(`dumbo is slower in ${slower} places`);
process.exitCode = slower > 0 ? 1 : 0;

function run(name, { rows, bytes, count, repeat }) {
  // Where it finds the packages.
  const script = join(home, `${name.replace(":", "-")}.mjs`);
  const place = join(work, "place");
  writeFileSync(
    script,
    `import assert from "node:assert/strict";
    import { mkdirSync, rmSync } from "node:fs";
    import { createRequire } from "node:module";
    import { createHash, randomBytes } from "node:crypto";
    const isBytes = ${bytes > 0};
    ${SUBJECTS[name]}${MEASURE}`,
  );
  rmSync(place, { recursive: true, force: true });
  const args = ["--no-warnings", script, rows, bytes, count, repeat, place].map(String);
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${name}: ${signal ?? status} ${stderr}`);
  return JSON.parse(stdout);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
