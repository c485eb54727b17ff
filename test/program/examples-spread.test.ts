/** The examples that spread their work: over threads of one machine, and over workers that share a cache. Expects dist/. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { byName } from "../support/counts.ts";
import { RedisServer, withoutRedis } from "../support/redis-server.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const temp = mkdtempSync(join(tmpdir(), "dumbo-spread-"));
after(() => rmSync(temp, { recursive: true, force: true }));
let count = 0;

/** A copy of an example, with its packages and no cache. */
function checkout(name: string, packages: readonly string[]): string {
  const folder = join(temp, `${name}-${count++}`);
  cpSync(join(root, "examples", name), folder, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|data)$/.test(path),
  });
  mkdirSync(join(folder, "node_modules"));
  for (const one of packages) symlinkSync(join(root, "node_modules", one), join(folder, "node_modules", one));
  symlinkSync(root, join(folder, "node_modules/dumbo"));
  return folder;
}

interface Counted {
  readonly functions: Readonly<
    Record<string, { readonly calls: number; readonly hits: number; readonly misses: number }>
  >;
}

/** A running script of an example. */
class Script {
  stdout = "";
  stderr = "";
  readonly #log = join(temp, `log-${count++}`);
  readonly #child;
  readonly #closed: Promise<unknown[]>;

  constructor(cwd: string, script: string, env: NodeJS.ProcessEnv = {}, args: readonly string[] = []) {
    const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
    const settings = { DUMBO_DIR: join(cwd, "cache"), DUMBO_USER_DIR: "off", DUMBO_PREPARE: "0", DUMBO_LOG: this.#log };
    this.#child = spawn(process.execPath, ["--import", join(root, "dist/auto.cjs"), script, ...args], {
      cwd,
      env: { ...outer, ...settings, ...env },
    });
    this.#closed = once(this.#child, "close");
    this.#child.stdout.on("data", (text) => {
      this.stdout += text;
    });
    this.#child.stderr.on("data", (text) => {
      this.stderr += text;
    });
  }

  /** When it has printed something. */
  async says(text: string): Promise<void> {
    while (!this.stdout.includes(text)) await Promise.race([once(this.#child.stdout, "data"), this.#failed()]);
  }

  async #failed(): Promise<never> {
    await this.#closed;
    throw new Error(`it has ended: ${this.stderr}`);
  }

  stop(): void {
    this.#child.kill("SIGTERM");
  }

  /** What was counted of its functions when it has ended. */
  async counts() {
    const [status] = await this.#closed;
    assert.equal(status, 0, this.stderr);
    const { functions } = JSON.parse(readFileSync(this.#log, "utf8")) as Counted;
    return byName(functions);
  }
}

test("pool: pairs that are known start no thread, and after an edit its pairs are compared", async () => {
  const cwd = checkout("pool", ["piscina"]);
  const run = async () => {
    const script = new Script(cwd, "main.ts");
    const { comparePair } = await script.counts();
    return { ...script, hits: comparePair?.hits ?? 0 };
  };
  await new Script(cwd, "generate.ts", {}, ["--texts", "5", "--words", "100"]).counts();
  const cold = await run();
  assert.match(cold.stdout, /^compared 10 pairs of 5 texts\n.*text-05\.txt: [^\n]* 2\d words in a row/s);
  assert.match(cold.stderr, /^10 of 10 pairs are compared now$/m);
  const warm = await run();
  assert.equal(warm.stdout, cold.stdout);
  assert.match(warm.stderr, /^0 of 10 pairs are compared now$/m);
  assert.equal(warm.hits, 10);
  appendFileSync(join(cwd, "data/text-01.txt"), "one more line\n");
  const edited = await run();
  assert.match(edited.stderr, /^4 of 10 pairs are compared now$/m);
  assert.equal(edited.hits, 6);
});

test("jobs: what one worker has computed, another one on another disk answers", { skip: withoutRedis }, async () => {
  const server = await RedisServer.start();
  const packages = ["bullmq", "ioredis"];
  const remote = { DUMBO_REMOTE: `${server.url}/1?mode=write&unsigned=yes&wait=30000` };
  const queue = { QUEUE_URL: `${server.url}/0`, DRAWS: "300" };
  /** A worker, and programs that ask for the same at the same time. */
  const round = async (programs: number) => {
    const worker = new Script(checkout("jobs", packages), "worker.ts", { ...queue, ...remote });
    await worker.says("ready");
    // None of them has the cache: they get everything from the worker.
    const asking = Array.from({ length: programs }, () => new Script(checkout("jobs", packages), "main.ts", queue));
    for (const one of asking) await one.counts();
    worker.stop();
    const { simulate, combine } = await worker.counts();
    assert.deepEqual([simulate?.calls, combine?.calls], [8, 3], "as many calls as there are steps");
    return { printed: new Set(asking.map(({ stdout, stderr }) => stdout + stderr)), simulate, combine };
  };
  try {
    const first = await round(2);
    const [printed = ""] = first.printed;
    assert.equal(first.printed.size, 1, "both print the same");
    assert.match(printed, /Copper +\d+ +-\d+\n.*South +\d+ +-\d+\n.*11 of 11 steps were jobs/s);
    assert.deepEqual([first.simulate?.misses, first.combine?.misses], [8, 3]);
    // The queue forgets its jobs, and the cache nothing.
    await server.client.flushdb();
    assert.equal(await server.client.dbsize(), 0);
    const second = await round(1);
    assert.deepEqual([...second.printed], [printed]);
    const hits = (second.simulate?.hits ?? 0) + (second.combine?.hits ?? 0);
    // What is not there yet when it is looked for is computed: calls of milliseconds are not worth waiting for.
    assert.ok(hits >= 6, `${hits} of 11 were answered`);
  } finally {
    await server.stop();
  }
});
