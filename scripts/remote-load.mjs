// Eight processes for a minute on one Redis: programs under dumbo, each on a disk of its own that is empty when it starts, ask for and
// store results of 200 bytes to 200 KB. None may say anything on stderr, end otherwise than well, or get a wrong result. Prints what
// went through as a table. Needs dist/ and a redis-server.
//   node scripts/remote-load.mjs [--seconds 60] [--processes 8]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";

const flag = (/** @type {string} */ name, /** @type {number} */ usual) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const seconds = flag("seconds", 60);
const processes = flag("processes", 8);
/** Of one program. */
const RUN_SECONDS = 5;
const PORT = 20_000 + (process.pid % 20_000);

const root = fileURLToPath(new URL("..", import.meta.url));
const place = mkdtempSync(join(tmpdir(), "dumbo-load-"));
process.on("exit", () => rmSync(place, { recursive: true, force: true }));
mkdirSync(join(place, "node_modules"));
symlinkSync(join(root, "node_modules/ioredis"), join(place, "node_modules/ioredis"));
writeFileSync(join(place, "package.json"), '{ "type": "module" }');
// A result says of which call it is, and has a checksum.
writeFileSync(
  join(place, "work.js"),
  `export function work(n) {
    const size = n % 20 === 0 ? 200_000 : n % 3 === 0 ? 10_000 : 200;
    let state = n;
    for (let i = 0; i < 3e5; i++) state = (Math.imul(state, 1664525) + 1013904223) | 0;
    let text = "";
    let sum = 0;
    while (text.length < size) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      text += state + " ";
    }
    for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
    return { n, text, sum };
  }`,
);
writeFileSync(
  join(place, "main.js"),
  `import { work } from "./work.js";
  const until = performance.now() + ${1000 * RUN_SECONDS};
  let calls = 0;
  let wrong = 0;
  while (performance.now() < until) {
    const asked = Math.floor(4000 * Math.random() ** 2);
    const { n, text, sum } = work(asked);
    let real = 0;
    for (let i = 0; i < text.length; i++) real = (Math.imul(real, 31) + text.charCodeAt(i)) | 0;
    calls++;
    if (n !== asked || real !== sum) wrong++;
  }
  console.log(JSON.stringify({ calls, wrong }));`,
);

const total = { runs: 0, calls: 0, wrong: 0, hits: 0, misses: 0, failed: 0 };
let count = 0;

/** Runs programs, one after the other, until the time is up. */
async function work(/** @type {number} */ until) {
  while (performance.now() < until) {
    const name = join(place, `run-${count++}`);
    const child = spawn(process.execPath, ["--import", join(root, "dist/auto.cjs"), "main.js"], {
      cwd: place,
      env: {
        PATH: process.env.PATH,
        DUMBO_DIR: name,
        DUMBO_USER_DIR: "off",
        DUMBO_PREPARE: "0",
        DUMBO_POLICY: "always",
        DUMBO_LOG: `${name}.json`,
        DUMBO_REMOTE: `redis://127.0.0.1:${PORT}?mode=write&unsigned=yes&wait=5000`,
      },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    const [status] = await once(child, "close");
    total.runs++;
    if (status !== 0 || stderr !== "") {
      total.failed++;
      console.error(`ended with ${status}: ${stderr}`);
      continue;
    }
    const { calls, wrong } = JSON.parse(stdout);
    const { hits, misses } = JSON.parse(readFileSync(`${name}.json`, "utf8"));
    total.calls += calls;
    total.wrong += wrong;
    total.hits += hits;
    total.misses += misses;
    rmSync(name, { recursive: true, force: true });
  }
}

async function main() {
  const policy = ["--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"];
  const server = spawn("redis-server", [
    "--port",
    `${PORT}`,
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--dir",
    place,
    ...policy,
  ]);
  const closed = once(server, "close");
  try {
    await once(server.stdout, "data");
    const client = new Redis(PORT, "127.0.0.1");
    const started = performance.now();
    await Promise.all(Array.from({ length: processes }, () => work(started + 1000 * seconds)));
    const took = (performance.now() - started) / 1000;
    const info = await client.info("everything");
    client.disconnect();
    show(took, (name) => Number(new RegExp(`^${name}:(?:calls=)?(\\d+)`, "m").exec(info)?.[1] ?? 0));
  } finally {
    server.kill();
    await closed;
  }
  process.exitCode = total.failed + total.wrong > 0 ? 1 : 0;
}

/** @param {(name: string) => number} stat what Redis has counted */
function show(/** @type {number} */ took, stat) {
  const rate = (/** @type {number} */ number, unit = "") => `${(number / took).toFixed(1)}${unit}`;
  const line = (/** @type {string} */ what, /** @type {number} */ number) =>
    `| ${what} | ${number} | ${rate(number)} |`;
  const mega = (/** @type {string} */ what, /** @type {number} */ bytes) =>
    `| ${what} | ${Math.round(bytes / 1e6)} MB | ${rate(bytes / 1e6, " MB")} |`;
  console.log(`${processes} processes, ${took.toFixed(0)} s\n`);
  console.log("|  | all | a second |\n| --- | --- | --- |");
  console.log(line("programs", total.runs));
  console.log(line("calls", total.calls));
  console.log(line("answered", total.hits));
  console.log(line("computed", total.misses));
  console.log(line("questions to Redis", stat("cmdstat_mget")));
  console.log(line("records found", stat("keyspace_hits")));
  console.log(line("records written", stat("cmdstat_set")));
  console.log(line("records evicted", stat("evicted_keys")));
  console.log(mega("from Redis", stat("total_net_output_bytes")));
  console.log(mega("to Redis", stat("total_net_input_bytes")));
  console.log(`| wrong results | ${total.wrong} | |\n| runs with an error | ${total.failed} | |`);
}

await main();
