// Kills writers with SIGKILL at random moments, while others write: no wrong or damaged record may be read, no record
// may be lost that a flush had reported, and the store has to open at once.
//   node scripts/store-crash.mjs [--kills 1000] [--writers 4]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bundledStore, flag, prelude } from "./store-tools.mjs";

const kills = flag("kills", 1000);
const writers = flag("writers", 4);
const { work, store } = await bundledStore();
const directory = join(work, "cache");
const { openDiskStore, Reader, verifyAll, storeFolder } = createRequire(import.meta.url)(store);
const { createHash } = await import("node:crypto");
const keyOf = (name) => createHash("md5").update(name).digest("hex");

const PROGRAM = `${prelude(store)}
  const [directory, self] = process.argv.slice(1);
  const store = S.openDiskStore(directory, fail);
  for (let batch = 0; ; batch++) {
    for (let i = 0; i < 6; i++) {
      const name = [self, batch, i].join();
      const size = i === 5 && batch % 8 === 0 ? 200000 : Math.floor(Math.random() * 6000);
      store.put(keyOf(name), recordOf(name, size), meta(1, size >= 200000 ? size : 0));
    }
    store.flush();
    process.stdout.write(batch + "\\n");
    const name = [self, Math.floor(Math.random() * batch), 0].join();
    const record = store.get(keyOf(name));
    if (record && !belongsTo(record, name)) throw new Error("wrong record");
  }`;

const reported = new Map();
const errors = [];
let killed = 0;
let slowest = 0;

async function writer(number) {
  for (let round = 0; killed < kills; round++) {
    const self = `${number}-${round}`;
    const child = spawn(process.execPath, ["-e", PROGRAM, "--", directory, self], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
    });
    child.stderr.on("data", (data) => errors.push(String(data)));
    child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), Math.random() * 60));
    const [status, signal] = await once(child, "close");
    if (signal !== "SIGKILL") errors.push(`ended with ${signal ?? status}`);
    killed++;
    reported.set(self, output.split("\n").length - 1);
    if (killed % 50 === 0) check();
  }
}

/** Everything reported must be there, but for what waits in pending/ until somebody writes. */
function check() {
  const started = performance.now();
  const mine = openDiskStore(directory, (line) => errors.push(line));
  mine.get(keyOf("nothing"));
  slowest = Math.max(slowest, performance.now() - started);
  mine.flush();
  for (const [self, batches] of reported) {
    for (let batch = 0; batch < batches; batch++) {
      for (let i = 0; i < 6; i++) {
        const name = [self, batch, i].join();
        const record = mine.get(keyOf(name));
        if (!record) errors.push(`lost ${name}`);
        else if (Buffer.from(record).toString("latin1", 0, 32) !== keyOf(name)) errors.push(`wrong ${name}`);
      }
    }
  }
  mine.close();
  console.log(`${killed} killed, ${reported.size} writers checked, ${errors.length} errors`);
}

await Promise.all(Array.from({ length: writers }, (_, number) => writer(number)));
check();
const reader = Reader.open(join(storeFolder(directory), "store.mdb"));
verifyAll(reader);
console.log(
  `${killed} kills of ${writers} writers, ${reader.meta.main.entries} records, every page in use once; ` +
    `slowest opening ${slowest.toFixed(1)} ms; ${errors.length} errors; Node ${process.version}`,
);
reader.close();
for (const error of errors.slice(0, 10)) console.error(error);
process.exitCode = errors.length > 0 ? 1 : 0;
