/** A server that speaks as much of Redis as dumbo asks for, and can be told to behave badly. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

export type Manner =
  | "well"
  /** Takes commands and never answers. */
  | "silent"
  /** Answers each command after a while. */
  | "slow"
  /** Answers what is no answer. */
  | "garbage"
  /** Refuses to store anything. */
  | "full"
  /** Answers every look-up with bytes of its own. */
  | "lying"
  /** Answers every look-up with numbers. */
  | "counting"
  /** Closes the connection instead of an answer. */
  | "hanging up";

/** Milliseconds. */
const SLOW = 700;

export class FakeRedis {
  readonly values = new Map<string, Buffer>();
  /** Names of the commands that came. */
  readonly commands: string[] = [];
  manner: Manner = "well";
  /** How the server behaves once it was asked so often for records. */
  worse: { readonly after: number; readonly manner: Manner } | null = null;
  /** Told of each command. */
  onCommand: (name: string) => void = () => {};
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(): Promise<FakeRedis> {
    const fake = new FakeRedis();
    fake.#server.listen(0, "127.0.0.1");
    await once(fake.#server, "listening");
    return fake;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  count(name: string): number {
    return this.commands.filter((one) => one === name).length;
  }

  /** Refuses connections from now on. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
    let rest = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let command = parse(rest); command !== null; command = parse(rest)) {
        rest = rest.subarray(command.end);
        this.#answer(socket, command.words);
      }
    });
  }

  #answer(socket: Socket, words: readonly Buffer[]): void {
    const name = (words[0] as Buffer).toString().toUpperCase();
    this.commands.push(name);
    this.onCommand(name);
    if (this.worse && this.count("MGET") > this.worse.after) this.manner = this.worse.manner;
    if (name === "CLIENT" || name === "HELLO" || name === "INFO") {
      socket.write("+OK\r\n");
      return;
    }
    switch (this.manner) {
      case "silent":
        return;
      case "slow":
        setTimeout(() => socket.write(this.#result(name, words)), SLOW).unref();
        return;
      case "garbage":
        socket.write("!?~ no answer \0\xff\r\n%%%\r\n");
        return;
      case "hanging up":
        socket.destroy();
        return;
      case "full":
        socket.write(
          name === "SET" ? "-OOM command not allowed when used memory > 'maxmemory'.\r\n" : this.#result(name, words),
        );
        return;
      default:
        socket.write(this.#result(name, words));
    }
  }

  #result(name: string, words: readonly Buffer[]): Buffer {
    const [, key = "", ...more] = words.map(String);
    switch (name) {
      case "MGET": {
        const isCounting = this.manner === "counting";
        const parts = words
          .slice(1)
          .map((one) => (isCounting ? Buffer.from(":5\r\n") : bulk(this.#read(one.toString()))));
        return Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...parts]);
      }
      case "GET":
        return bulk(this.values.get(key) ?? null);
      case "SET": {
        if (more.includes("NX") && this.values.has(key)) return bulk(null);
        this.values.set(key, words[2] as Buffer);
        return Buffer.from("+OK\r\n");
      }
      case "DEL":
        return Buffer.from(`:${+this.values.delete(key)}\r\n`);
      case "EVAL":
        return Buffer.from(`:${+this.#eval(more)}\r\n`);
      default:
        return Buffer.from("-ERR unknown command\r\n");
    }
  }

  #read(key: string): Buffer | null {
    const value = this.values.get(key) ?? null;
    if (this.manner !== "lying") return value;
    return value === null ? Buffer.from("x".repeat(200)) : Buffer.from(value).fill(0xab, Math.floor(value.length / 2));
  }

  /** The two scripts of claims: with another text it is kept, else it is let go. */
  #eval([, key = "", id = "", text]: string[]): boolean {
    if (this.values.get(key)?.toString().endsWith(id) !== true) return false;
    if (text === undefined) return this.values.delete(key);
    this.values.set(key, Buffer.from(text));
    return true;
  }
}

function bulk(bytes: Buffer | null): Buffer {
  return bytes === null
    ? Buffer.from("$-1\r\n")
    : Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n")]);
}

/** The first command in some bytes; null if it is not whole. */
function parse(bytes: Buffer): { readonly words: Buffer[]; readonly end: number } | null {
  let at = 0;
  const number = (): number | null => {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return null;
    const value = Number(bytes.toString("latin1", at + 1, end));
    at = end + 2;
    return value;
  };
  const count = number();
  if (count === null) return null;
  const words: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const length = number();
    if (length === null || bytes.length < at + length + 2) return null;
    words.push(bytes.subarray(at, at + length));
    at += length + 2;
  }
  return { words, end: at };
}
