/**
 * What shared caches take: records a second and MB a second of Redis (a redis-server that is started here) and of S3 (s3rver), by
 * size, in batches as at the start of a run and one by one as for a look-up; signed as they are in CI.
 *   node --import tsx bench/remote.ts [--load SECONDS]
 * With --load, eight processes read and write one Redis for so long, and count errors and wrong bytes.
 */
import { fork, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ENTRY_VERSION } from "../src/key/format-version.ts";
import type { Backend, OpenBackend } from "../src/store/remote/backend.ts";
import { type CachePlace, cachePlaceOf } from "../src/store/remote/cache-place.ts";
import { BelievedKeys, signerOf } from "../src/store/remote/keys.ts";
import { openRedis } from "../src/store/remote/redis.ts";
import { openS3 } from "../src/store/remote/s3.ts";
import { Seal } from "../src/store/remote/sealed-record.ts";
import { type Found, SharedCache } from "../src/store/remote/shared-cache.ts";

const require = createRequire(import.meta.url);
const load = async (name: string) => require(name) as unknown;
const SIZES = [200, 10_000, 1_000_000];
/** Bytes of each round. */
const ROUND = 20_000_000;
const BATCH = 128;
const PROCESSES = 8;
const PORT = 20_000 + (process.pid % 20_000);

async function open(url: string, keys: { publicKey: string; privateKey: string }): Promise<SharedCache> {
  const place = cachePlaceOf({ url, at: "bench" });
  const opener = (place.kind === "redis" ? openRedis : openS3) as OpenBackend<CachePlace["kind"]>;
  const backend: Backend = await opener(place, load);
  const seal = new Seal(
    ENTRY_VERSION,
    signerOf({ DUMBO_REMOTE_KEY: keys.privateKey }),
    new BelievedKeys([keys.publicKey]),
    false,
  );
  // What is let in is measured by the fuzzer's rate; here it is the server and the seal.
  const admit = (_key: string, _form: string, record: Uint8Array) => record;
  return new SharedCache(place, backend, seal, admit, (line) => console.error(line));
}

function newKeys() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

const keyOf = (round: number, i: number) => `${round.toString(16)}${i.toString(16)}`.padStart(32, "0");

async function measure(name: string, cache: SharedCache): Promise<void> {
  for (const [round, size] of SIZES.entries()) {
    const count = Math.min(4000, Math.ceil(ROUND / size));
    const stored = { record: randomBytes(size), created: 0 };
    const wanted = Array.from({ length: count }, (_, i) => ({ key: keyOf(round, i), form: "value" as const }));
    const written = await timed(async () => {
      for (const { key } of wanted) cache.write(key, "value", stored);
      await cache.settle();
    });
    const read = await timed(async () => {
      let found = 0;
      for (let at = 0; at < count; at += BATCH) found += (await cache.read(wanted.slice(at, at + BATCH))).length;
      if (found !== count) throw new Error(`${found} of ${count} came back`);
    });
    const some = wanted.slice(0, 300);
    const times: number[] = [];
    for (const one of some) times.push(await timed(() => cache.read([one])));
    times.sort((a, b) => a - b);
    const rate = (ms: number) => `${Math.round((1000 * count) / ms)}/s ${((count * size) / 1000 / ms).toFixed(0)} MB/s`;
    const at = (share: number) => (times[Math.floor(share * (times.length - 1))] as number).toFixed(2);
    console.log(`| ${name} | ${size} B | ${rate(written)} | ${rate(read)} | ${at(0.5)} ms | ${at(0.99)} ms |`);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function withRedis(work: (url: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dumbo-bench-"));
  const server = spawn("redis-server", ["--port", `${PORT}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder]);
  try {
    await new Promise<void>((resolve, reject) => {
      server.stdout.on("data", (text) => String(text).includes("Ready to accept") && resolve());
      server.on("error", reject);
      server.on("close", () => reject(new Error("redis-server ended")));
    });
    await work(`redis://127.0.0.1:${PORT}?mode=write`);
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withS3(work: (url: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "dumbo-bench-"));
  process.env.AWS_ACCESS_KEY_ID = "S3RVER";
  process.env.AWS_SECRET_ACCESS_KEY = "S3RVER";
  const S3rver = require("s3rver") as new (
    options: object,
  ) => { run(): Promise<{ port: number }>; close(): Promise<void> };
  const options = { port: 0, address: "127.0.0.1", silent: true, directory, configureBuckets: [{ name: "team" }] };
  const server = new S3rver(options);
  const { port } = await server.run();
  try {
    await work(`s3://team?mode=write&endpoint=http://127.0.0.1:${port}`);
  } finally {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Reads and writes what others read and write, until the time is up. */
async function loadServer([url = "", publicKey = "", privateKey = "", seconds = ""]: readonly string[]): Promise<void> {
  const cache = await open(url, { publicKey, privateKey });
  const until = performance.now() + 1000 * Number(seconds);
  const counts = { read: 0, found: 0, written: 0, wrong: 0, isOn: true };
  const random = (below: number) => Math.floor(Math.random() * below);
  while (performance.now() < until) {
    const wanted = Array.from({ length: 1 + random(64) }, () => ({
      key: keyOf(9, random(5000)),
      form: "value" as const,
    }));
    const found: Found[] = await cache.read(wanted);
    counts.read += wanted.length;
    counts.found += found.length;
    for (const { key, record } of found) if (!Buffer.from(record).toString("latin1").startsWith(key)) counts.wrong++;
    for (let i = 0; i < 8; i++) {
      const key = keyOf(9, random(5000));
      const record = Buffer.from(key + "x".repeat(random(20_000)), "latin1");
      cache.write(key, "value", { record, created: 0 });
      counts.written++;
    }
    await cache.settle();
  }
  counts.isOn = cache.isOn && cache.takesMore;
  cache.close();
  process.send?.(counts);
}

const [, , mode, ...rest] = process.argv;
if (mode === "--child") await loadServer(rest);
else if (mode === "--load") {
  const { publicKey, privateKey } = newKeys();
  await withRedis(async (url) => {
    const children = Array.from({ length: PROCESSES }, () =>
      fork(fileURLToPath(import.meta.url), ["--child", url, publicKey, privateKey, rest[0] ?? "60"]),
    );
    const all = await Promise.all(
      children.map(async (child) => (await once(child, "message"))[0] as Record<string, number>),
    );
    const sum = (name: string) => all.reduce((total, one) => total + Number(one[name]), 0);
    console.log(
      `${PROCESSES} processes, ${rest[0] ?? "60"} s: ${sum("read")} asked, ${sum("found")} found, ${sum("written")} written,`,
    );
    console.log(`${sum("wrong")} wrong, ${PROCESSES - sum("isOn")} gave the server up`);
  });
} else {
  console.log(
    "| | size | written | read in batches | one by one, median | 99 % |\n| --- | --- | --- | --- | --- | --- |",
  );
  for (const [name, using] of [
    ["Redis", withRedis],
    ["S3 (s3rver)", withS3],
  ] as const) {
    await using(async (url) => {
      const cache = await open(url, newKeys());
      await measure(name, cache);
      cache.close();
    });
  }
}
