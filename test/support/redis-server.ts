/** A redis-server of the system, for the tests that need a real one. They skip themselves where there is none. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

/** What `skip` of a test is given. */
export const withoutRedis: string | false =
  spawnSync("redis-server", ["--version"]).status !== 0 && "redis-server is not installed";

export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #child: ChildProcess;
  /** Of the test itself. */
  readonly client: Redis;

  private constructor(port: number, folder: string, child: ChildProcess) {
    this.port = port;
    this.#folder = folder;
    this.#child = child;
    this.client = new Redis(port, "127.0.0.1", { retryStrategy: () => null });
    // A test ends servers in every way.
    this.client.on("error", () => undefined);
  }

  static async start(): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), "dumbo-redis-"));
    const port = await freePort();
    const child = spawn("redis-server", ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder]);
    await new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (text) => String(text).includes("Ready to accept") && resolve());
      child.on("error", reject);
      child.on("close", () => reject(new Error("redis-server has ended")));
    });
    return new RedisServer(port, folder, child);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** How often a command was asked since the start. */
  async count(command: string): Promise<number> {
    const stats = await this.client.info("commandstats");
    return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, "m").exec(stats)?.[1] ?? 0);
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const closed = once(this.#child, "close");
      // It may be paused.
      this.#child.kill("SIGKILL");
      await closed;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
