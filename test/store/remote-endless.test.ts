/** Servers whose answers have no end: what they send is read up to a bound. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { MOST_ANSWERED } from "../../src/store/remote/backend.ts";
import { cachePlaceOf } from "../../src/store/remote/cache-place.ts";
import { openRedis } from "../../src/store/remote/redis.ts";
import { openS3 } from "../../src/store/remote/s3.ts";

const require = createRequire(import.meta.url);
const load = async (name: string): Promise<unknown> => require(name);
const PIECE = Buffer.alloc(1024 * 1024);
/** What may be on its way when the client hangs up. */
const UNDER_WAY = 64 * 1024 * 1024;

const placeAt = (url: string) => cachePlaceOf({ url, at: "test" });

async function listening(server: Server | HttpServer): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

test("a Redis that does not end its answer is hung up on", async () => {
  let sent = 0;
  let socket: Socket | undefined;
  const server = createServer((client) => {
    socket = client.on("error", () => undefined);
    client.on("data", (words) => {
      if (!words.toString("latin1").toLowerCase().includes("mget")) return void client.write("+OK\r\n+OK\r\n");
      client.write("*1\r\n$536870912\r\n");
      const more = () => {
        do {
          sent += PIECE.length;
        } while (!client.destroyed && client.write(PIECE));
      };
      client.on("drain", more);
      more();
    });
  });
  const place = placeAt(`redis://127.0.0.1:${await listening(server)}`);
  assert.ok(place.kind === "redis", "a place in Redis");
  const backend = await openRedis(place, load);
  try {
    await assert.rejects(backend.read(["a"]));
    assert.ok(socket, "it was connected");
    // Not by `once`, which would fail at the error that the server gets.
    if (!socket.closed) await new Promise((resolve) => socket?.on("close", resolve));
    assert.ok(sent > MOST_ANSWERED / 2 && sent < MOST_ANSWERED + UNDER_WAY, `${sent} bytes were sent`);
  } finally {
    backend.close();
    server.close();
  }
});

describe("S3", () => {
  const kept = { ...process.env };
  before(() => void Object.assign(process.env, { AWS_ACCESS_KEY_ID: "some", AWS_SECRET_ACCESS_KEY: "some" }));
  after(() => {
    process.env = kept;
  });

  test("objects that are too large, many at a time, are not all read", async () => {
    let sent = 0;
    const server = createHttpServer((_, response) => {
      const more = () => {
        do {
          sent += PIECE.length;
        } while (!response.destroyed && response.write(PIECE));
      };
      response.on("drain", more);
      response.on("error", () => undefined);
      more();
    });
    const place = placeAt(`s3://team?endpoint=http://127.0.0.1:${await listening(server)}`);
    assert.ok(place.kind === "s3", "a place in S3");
    const backend = await openS3(place, load);
    try {
      assert.deepEqual(await backend.read(["a"]), [null], "one of them is no record");
      sent = 0;
      await assert.rejects(backend.read(Array.from({ length: 24 }, (_, i) => `${i}`)), /too many bytes/);
      // Each connection has some megabytes on its way when the client hangs up; all objects would be six times as much as an answer may have.
      assert.ok(sent < 4 * MOST_ANSWERED, `${sent} bytes were sent`);
    } finally {
      backend.close();
      server.closeAllConnections();
      server.close();
    }
  });
});
