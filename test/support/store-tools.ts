/** What the store's tests share: names, records that know theirs, and programs that run beside the test. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { storeFolder } from "../../src/store/disk/directory.ts";
import { verifyAll } from "../../src/store/lmdb/check-pages.ts";
import { Reader } from "../../src/store/lmdb/reader.ts";

/** Where all directories of the test are; removed in the end. */
export const root = mkdtempSync(join(tmpdir(), "dumbo-store-"));
after(() => rmSync(root, { recursive: true, force: true }));
let directories = 0;

/** A path that nothing is at yet. */
export function freshDirectory(): string {
  return join(root, `store-${directories++}`);
}

/** The file with the records of a cache directory. */
export function dataFile(directory: string): string {
  return join(storeFolder(directory), "store.mdb");
}

/** The key of a name. */
export function keyOf(name: string): string {
  return createHash("md5").update(name).digest("hex");
}

let drawn = 0;

/** Bytes that nothing can be made of or pressed together, other ones at each call and the same ones in each run. */
export function noise(size: number): Buffer {
  return createHash("shake256", { outputLength: size }).update(`${drawn++}`).digest();
}

/** A record that says which key it belongs to, so that a wrong one is noticed. */
export function recordOf(name: string, size: number): Uint8Array {
  return Buffer.concat([Buffer.from(keyOf(name), "latin1"), noise(size)]);
}

/** Whether a record is the one of a name. */
export function belongsTo(record: Uint8Array, name: string): boolean {
  return Buffer.from(record).toString("latin1", 0, 32) === keyOf(name);
}

/** Checks that every page of the file is in use once and well formed. */
export function checkFile(directory: string): void {
  const reader = Reader.open(dataFile(directory));
  assert.ok(reader);
  verifyAll(reader);
  reader.close();
}

// Other processes and threads use the store as it is published: bundled, as CommonJS, in a folder that finds lmdb.
export const packaged = fileURLToPath(
  new URL(`../../node_modules/.cache/dumbo-store-test-${process.pid}/`, import.meta.url),
);
after(() => rmSync(packaged, { recursive: true, force: true }));
await build({
  entryPoints: { store: "src/store/disk/disk.ts", directory: "src/store/disk/directory.ts" },
  absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
  outdir: packaged,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  define: { "import.meta.url": "__filename" },
});

/** The start of a program that has the helpers from above; its noise depends on its arguments. */
export const PRELUDE = `
  const { createHash } = await import("node:crypto");
  const { openDiskStore } = await import(${JSON.stringify(pathToFileURL(join(packaged, "store.cjs")).href)});
  const keyOf = (name) => createHash("md5").update(name).digest("hex");
  let drawn = 0;
  const seed = process.argv.slice(1).join();
  const noise = (size) => createHash("shake256", { outputLength: size }).update(seed + " " + drawn++).digest();
  const recordOf = (name, size) => Buffer.concat([Buffer.from(keyOf(name), "latin1"), noise(size)]);
  const belongsTo = (record, name) => Buffer.from(record).toString("latin1", 0, 32) === keyOf(name);
  const openStore = (directory) => openDiskStore(directory, (line) => { throw new Error(line); });
`;

/** Starts a program; its arguments are process.argv.slice(1). */
export function start(code: string, ...args: string[]): ChildProcess {
  const flags = ["--input-type=module", "-e", PRELUDE + code, "--", ...args];
  return spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs a program to its end, which must be a good one. @returns what it printed */
export async function run(code: string, ...args: string[]): Promise<string> {
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

/** Starts a program as a worker thread. */
export function startWorker(code: string): Worker {
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(PRELUDE + code)}`));
}
