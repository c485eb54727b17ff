/** A shared cache in Redis or Valkey, by ioredis. */
import type { Duplex } from "node:stream";
import { type ClaimBackend, FullError, MOST_ANSWERED, type OpenBackend } from "./backend.ts";
import { LARGEST, OVERHEAD } from "./sealed-record.ts";

/** The parts of ioredis (5 and 6) that are used. */
interface Redis {
  /** The connection, once there is one. */
  readonly stream: Duplex;
  on(event: "error", listener: (error: Error) => void): void;
  connect(): Promise<void>;
  disconnect(): void;
  mgetBuffer(...names: string[]): Promise<unknown>;
  set(name: string, value: Buffer | string, ...more: (string | number)[]): Promise<string | null>;
  get(name: string): Promise<string | null>;
  del(name: string): Promise<number>;
  eval(script: string, keys: number, ...more: (string | number)[]): Promise<unknown>;
}
type RedisClass = new (url: string, options: object) => Redis;

/** Milliseconds after which a question to the server has failed. */
const TIMEOUT = 3000;
/** Seconds after which the server drops a record that was not written again. */
const KEEP = 30 * 24 * 3600;
/** The value of a claim ends with the id of its holder. A claim that has ended may belong to another process now, and is left alone. */
const IF_OURS =
  "local v=redis.call('get',KEYS[1]) if not v or string.sub(v,-string.len(ARGV[1]))~=ARGV[1] then return 0 end";
const RENEW = `${IF_OURS} redis.call('set',KEYS[1],ARGV[2],'PX',ARGV[3]) return 1`;
const RELEASE = `${IF_OURS} return redis.call('del',KEYS[1])`;

export const openRedis: OpenBackend<"redis"> = async ({ url }, load) => {
  const { Redis } = (await load("ioredis")) as { readonly Redis: RedisClass };
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT,
    commandTimeout: TIMEOUT,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
    connectionName: "dumbo",
  });
  // `connect` fails with an error that says only that the connection was closed. The event says why.
  let why: Error | null = null;
  client.on("error", (error) => {
    why = error;
  });
  try {
    await client.connect();
  } catch (error) {
    throw why ?? error;
  }
  const noteAnswer = limitAnswers(client);
  return {
    async read(names) {
      if (names.length === 0) return [];
      const found = await client.mgetBuffer(...names);
      noteAnswer();
      if (!Array.isArray(found)) throw new Error("its answer to MGET is no list");
      return found.map((bytes: unknown) => (isRecord(bytes) ? bytes : null));
    },
    async write(name, bytes) {
      try {
        await client.set(name, bytes, "EX", KEEP);
      } catch (error) {
        throw isFull(error) ? new FullError((error as Error).message) : error;
      }
    },
    async remove(name) {
      await client.del(name);
    },
    close: () => client.disconnect(),
    claims: claimsOf(client),
  };
};

/** Whether part of an answer may be a record: a server that lies can put anything there. */
function isRecord(bytes: unknown): bytes is Buffer {
  return Buffer.isBuffer(bytes) && bytes.length <= LARGEST + OVERHEAD;
}

/**
 * Hangs up when a server sends too much for one question. ioredis keeps what comes until the answer is whole, and what comes after the
 * time for an answer is over, so the process would run out of memory.
 * @returns to be called when an answer has come
 */
function limitAnswers(client: Redis): () => void {
  let received = 0;
  const { stream } = client;
  stream.on("data", (bytes: Buffer) => {
    received += bytes.length;
    // To disconnect, as ioredis does it, would leave the server two seconds to go on.
    if (received > MOST_ANSWERED) stream.destroy();
  });
  return () => {
    received = 0;
  };
}

function isFull(error: unknown): boolean {
  return /^(OOM|MISCONF|READONLY|NOPERM)\b/.test((error as Error).message);
}

function claimsOf(client: Redis): ClaimBackend {
  return {
    take: async (name, { label, id }, ms) => (await client.set(name, `${label} ${id}`, "PX", ms, "NX")) === "OK",
    async labelOf(name) {
      return (await client.get(name))?.split(" ")[0] ?? null;
    },
    async renew(name, { label, id }, ms) {
      await client.eval(RENEW, 1, name, id, `${label} ${id}`, ms);
    },
    async release(name, { id }) {
      await client.eval(RELEASE, 1, name, id);
    },
  };
}
