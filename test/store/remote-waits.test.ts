/** How long the program waits for a server that never answers: by what a result is worth, and no more than a few times. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { cachePlaceOf } from "../../src/store/remote/cache-place.ts";
import { Client } from "../../src/store/remote/client.ts";

const folder = mkdtempSync(join(tmpdir(), "dumbo-waits-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const asked = join(folder, "asked");
/** A thread that says that there is nothing, and then nothing more. */
const worker = join(folder, "worker.cjs");
writeFileSync(
  worker,
  `const { appendFileSync } = require("node:fs");
   const { port, signal } = require("node:worker_threads").workerData;
   port.on("message", ({ key }) => appendFileSync(${JSON.stringify(asked)}, key + "\\n"));
   port.postMessage({ kind: "list", items: new Uint8Array(0) });
   Atomics.add(signal, 0, 1);
   Atomics.notify(signal, 0);`,
);
test("a look-up waits for a twentieth of what its result is worth, a second at most, not for what is cheap, and not a fourth time in vain", async () => {
  const lines: string[] = [];
  // By so many milliseconds the clock goes on each time that it is looked at.
  let tick = 100;
  let time = 0;
  const client = new Client({
    worker,
    settings: {
      places: [cachePlaceOf({ url: "redis://cache?mode=write", at: "test" })],
      believed: [],
      program: "0".repeat(32),
      known: null,
      root: folder,
      ahead: 0,
    },
    env: {},
    isPatient: false,
    now: () => {
      time += tick;
      return time;
    },
    report: (line) => void lines.push(line),
  });
  const waited = (worth: number) => {
    const before = client.waited;
    assert.equal(client.find(`${worth}`, { form: "entry", worth }), undefined);
    return client.waited - before;
  };
  // The list.
  assert.ok(waited(0) > 0, "the first look-up waits for it");
  for (const cheap of [0, 20, 99]) assert.equal(waited(cheap), 0);
  for (const [worth, most] of [
    [4000, 200],
    [100_000, 1000],
    [100, 5],
  ] as const) {
    tick = most / 2;
    const wait = waited(worth);
    assert.ok(wait >= most && wait <= most + tick, `${wait} ms where ${most} are worth it`);
  }
  assert.deepEqual(lines, ["redis://cache answers too slowly: the program goes on without waiting for it"]);
  assert.equal(waited(200_000), 0, "nothing has come three times");
  assert.equal(client.claim("5000", 5000), "free");
  client.put("at last", { form: "entry", record: new Uint8Array(0), created: 0, cost: 1 });
  while (!existsSync(asked) || !readFileSync(asked, "utf8").includes("at last")) await setTimeout(5);
  assert.deepEqual(readFileSync(asked, "utf8").split("\n"), ["4000", "100000", "100", "at last", ""]);
  assert.equal(lines.length, 1);
});
