/**
 * The service's thread, as the program's thread uses it. Messages are taken when the program's thread looks for them, and not by events, so
 * that the program's event loop does not see them.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { FromService, ServiceSettings, ToService } from "./protocol.ts";
import type { WorkerData } from "./worker-data.ts";

// Captured before the program can replace them.
const { load, wait } = Atomics;
const { apply } = Reflect;

/** The memory of the thread, in MB. */
const HEAP = 512;

export interface ThreadOptions {
  /** The file that the thread runs. */
  readonly worker: string;
  readonly settings: ServiceSettings;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

export class ServiceThread {
  readonly send: (message: ToService) => void;
  readonly #receive: () => { readonly message: FromService } | undefined;
  readonly #onMessage: (message: FromService) => void;
  readonly #now: () => number;
  readonly #signal: Int32Array;
  /** How many messages were taken, by the count that the thread keeps. */
  #seen = 0;
  #isOff = false;
  #waited = 0;

  /** Starts the thread. @throws if the program is not allowed to start one */
  constructor({ worker: file, settings, env, now }: ThreadOptions, onMessage: (message: FromService) => void) {
    this.#onMessage = onMessage;
    this.#now = now;
    const { port1, port2 } = new MessageChannel();
    this.#signal = new Int32Array(new SharedArrayBuffer(4));
    const { NODE_OPTIONS: _, ...rest } = env;
    const data: WorkerData = { settings, port: port2, signal: this.#signal };
    const worker = new Worker(file, {
      name: "dumbo",
      workerData: data,
      transferList: [port2],
      execArgv: [],
      env: { ...rest, DUMBO: "off" },
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: HEAP },
    });
    const off = () => this.giveUp();
    worker.on("error", off);
    worker.on("exit", off);
    worker.unref();
    const { postMessage } = port1;
    this.send = (message) => void apply(postMessage, port1, [message]);
    this.#receive = () => receiveMessageOnPort(port1) as { readonly message: FromService } | undefined;
  }

  /** Whether nothing comes from the thread any more: it has ended, or was given up. */
  get isOff(): boolean {
    return this.#isOff;
  }

  /** Waits for nothing more from the thread. */
  giveUp(): void {
    this.#isOff = true;
  }

  /** Milliseconds that the program's thread has waited for this one. */
  get waited(): number {
    return this.#waited;
  }

  /** Takes all messages that have come. */
  drain(): void {
    const count = load(this.#signal, 0);
    // The thread counts a message after it has posted it, so with the same count there is none.
    if (count === this.#seen) return;
    this.#seen = count;
    for (let got = this.#receive(); got !== undefined; got = this.#receive()) this.#onMessage(got.message);
  }

  /** Stops the program's thread until a condition holds, the time is up, or this one is off. @returns whether the condition holds */
  waitUntil(isDone: () => boolean, ms: number): boolean {
    const began = this.#now();
    try {
      for (;;) {
        const count = load(this.#signal, 0);
        this.drain();
        if (isDone()) return true;
        const left = ms - (this.#now() - began);
        if (left <= 0 || this.#isOff) return false;
        wait(this.#signal, 0, count, left);
      }
    } finally {
      this.#waited += this.#now() - began;
    }
  }
}
