// What the store's scripts share: the store as it is published, bundled into a folder of its own that finds lmdb, and
// programs that use it.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { lmdbPlugin } from "./lmdb-plugin.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What the scripts use of the store. */
const ALL = `export * from "./src/store/disk/disk.ts"; export * from "./src/store/memory.ts";
  export * from "./src/store/tiers.ts"; export * from "./src/store/lmdb/reader.ts"; export * from "./src/store/lmdb/check-pages.ts";
  export * from "./src/store/disk/directory.ts"; export * from "./src/store/disk/gc.ts"; export * from "./src/codec/json.ts";`;

/**
 * A temporary folder with the bundled store in it; removed at exit.
 * @param {string} [contents] what is bundled
 * @returns {Promise<{ work: string, store: string }>} the folder, and the path of the bundle
 */
export async function bundledStore(contents = ALL) {
  const work = mkdtempSync(join(tmpdir(), "dumbo-store-"));
  process.on("exit", () => rmSync(work, { recursive: true, force: true }));
  const place = join(work, "node_modules/dumbo/dist");
  mkdirSync(place, { recursive: true });
  for (const name of ["lmdb", "@lmdb", "xxhash-wasm"]) {
    symlinkSync(join(root, "node_modules", name), join(work, "node_modules", name));
  }
  const store = join(place, "store.cjs");
  await build({
    stdin: { contents, resolveDir: root },
    outfile: store,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    define: { "import.meta.url": "__filename" },
    plugins: [lmdbPlugin()],
    logLevel: "warning",
  });
  return { work, store };
}

/** The start of a CommonJS program that knows the store, and records that know their key. */
export function prelude(store) {
  return `
    const { createHash, randomBytes } = require("node:crypto");
    const S = require(${JSON.stringify(store)});
    const keyOf = (name) => createHash("md5").update(name).digest("hex");
    const recordOf = (name, size) => Buffer.concat([Buffer.from(keyOf(name), "latin1"), randomBytes(size)]);
    const belongsTo = (record, name) => Buffer.from(record).toString("latin1", 0, 32) === keyOf(name);
    const meta = (cost, shared = 0) => ({ owner: { id: 1, ttl: Infinity, maxEntries: 0 }, cost, shared });
    const fail = (line) => { throw new Error(line); };`;
}

/** The value of a flag `--name value`, as a number. */
export function flag(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}
