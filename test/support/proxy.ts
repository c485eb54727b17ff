/** Stands between a program and a server that speaks TCP, and spoils what the server answers from the moment that a test says so. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export type Spoils =
  | "nothing"
  /** Answers come much later. */
  | "slowly"
  /** Other bytes come. */
  | "garbage"
  /** HTTP: whoever asks may not. */
  | "refuses"
  /** HTTP: what is put is refused for want of room. */
  | "full";

/** Milliseconds. */
const SLOW = 1500;
const GARBAGE = Buffer.from("\0\xff!?~ no answer\r\n\r\n%%%\r\n", "latin1");
const NO_ROOM = answer("507 Insufficient Storage");
const FORBIDDEN = answer("403 Forbidden");

export class Proxy {
  /** Pieces that a client has sent since the server was spoiled. */
  asked = 0;
  readonly #server: Server;
  readonly #to: number;
  readonly #sockets = new Set<Socket>();
  #spoils: Spoils = "nothing";

  private constructor(to: number) {
    this.#to = to;
    this.#server = createServer((client) => this.#serve(client));
  }

  /** @param to the port of the server behind it */
  static async start(to: number): Promise<Proxy> {
    const proxy = new Proxy(to);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  spoil(how: Spoils): void {
    this.#spoils = how;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(client: Socket): void {
    const server = connect(this.#to, "127.0.0.1");
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => undefined);
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    client.on("data", (bytes) => {
      if (this.#spoils !== "nothing") this.asked++;
      if (this.#spoils === "full" && bytes.toString("latin1", 0, 4) === "PUT ") client.end(NO_ROOM);
      else if (this.#spoils === "refuses") client.end(FORBIDDEN);
      else server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (this.#spoils === "garbage") client.write(GARBAGE);
      else if (this.#spoils === "slowly") setTimeout(() => client.write(bytes), SLOW).unref();
      else client.write(bytes);
    });
  }
}

function answer(status: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
}
