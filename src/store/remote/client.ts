/**
 * The program's side of the shared caches. It never waits longer than a record is worth, and does not wait any more after a few waits in
 * vain. It takes messages from the thread when it looks for something, and not by events, so that the program's event loop does not
 * see them.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { writeAtomically } from "../../atomic-write.ts";
import type { RecordForm, Sought, StoredRecord } from "../store.ts";
import type { ClaimState, FromService, ServiceSettings, ToService } from "./protocol.ts";
import { decodeList, encodeList, today, type Used } from "./used-list.ts";
import type { WorkerData } from "./worker-data.ts";

// Captured before the program can replace them.
const { load, wait } = Atomics;
const { apply } = Reflect;

/** A look-up waits for this share of the time that it would take to do without the record. */
const SHARE = 1 / 20;
/** For a record that is worth fewer milliseconds, nothing is waited for. */
const LEAST_WORTH = 100;
/** The longest wait, in milliseconds. */
const LONGEST = 1000;
/** After so many waits in vain in a row, nothing is waited for any more. */
const MOST_VAIN = 3;
/** At the end of the program, writing may take a share of the time that the results took to compute, within limits (milliseconds). */
const END = { share: 1 / 4, least: 50, most: 2000 };
/** Milliseconds that the thread needs to start. */
const START = 100;
/** The memory of the thread, in MB. */
const HEAP = 512;

export interface ClientOptions {
  /** The file that the thread runs. */
  readonly worker: string;
  readonly settings: ServiceSettings;
  readonly env: NodeJS.ProcessEnv;
  /** Whether look-ups wait for any record, whatever it is worth. */
  readonly isPatient: boolean;
  readonly now: () => number;
  /** Shows the user a line. */
  readonly report: (line: string) => void;
}

type Ready = StoredRecord & { readonly form: RecordForm };

export class Client {
  readonly #options: ClientOptions;
  /** Milliseconds that the first look-up waits for the list of what earlier runs used. */
  readonly #first: number;
  readonly #signal: Int32Array;
  readonly #send: (message: ToService) => void;
  readonly #receive: () => { readonly message: FromService } | undefined;
  /** Records that have come, and that no look-up has taken yet. */
  readonly #ready = new Map<string, Ready>();
  /** Records of the list that the thread is fetching, with the milliseconds that each is worth. */
  readonly #coming = new Map<string, number>();
  readonly #missing = new Set<string>();
  readonly #claims = new Map<string, ClaimState>();
  readonly #used = new Map<string, Used>();
  /** How many messages were taken, by the count that the thread keeps. */
  #seen = 0;
  #hasList = false;
  #isFirst = true;
  #isOff = false;
  #hasEnded = false;
  /** Whether the program has ended. */
  #isOver = false;
  /** Waits in vain since the last one that brought an answer. */
  #vain = 0;
  /** Whether the user was told of a problem. What follows from it is not told. */
  #hasTold = false;
  /** Milliseconds that computing the results took that were handed over to be written. */
  #written = 0;
  #waited = 0;

  /** Starts the thread. @throws if the program is not allowed to start one */
  constructor(options: ClientOptions) {
    this.#options = options;
    const { worker: file, settings, env } = options;
    this.#first = START + Math.max(...settings.places.map((place) => place.wait));
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
    const off = () => {
      this.#isOff = true;
    };
    worker.on("error", off);
    worker.on("exit", off);
    worker.unref();
    const { postMessage } = port1;
    this.#send = (message) => void apply(postMessage, port1, [message]);
    this.#receive = () => receiveMessageOnPort(port1) as { readonly message: FromService } | undefined;
  }

  /** Milliseconds that look-ups have waited. */
  get waited(): number {
    return this.#waited;
  }

  /** Whether this machine writes to any of the caches. */
  get writes(): boolean {
    return !this.#isOff && this.#options.settings.places.some((place) => place.writes);
  }

  /** Looks for a record, and waits for it as long as it is worth. */
  find(key: string, { form, worth, onlyArrived }: Sought): StoredRecord | undefined {
    this.#drain();
    const ready = this.#take(key, form);
    if (ready !== undefined || onlyArrived || this.#isOff) return ready;
    if (!this.#hasList && this.#isFirst) {
      this.#isFirst = false;
      this.#waitUntil(() => this.#hasList, this.#first);
      const listed = this.#take(key, form);
      if (listed !== undefined) return listed;
    }
    const coming = this.#coming.get(key);
    const most = this.#patience(Math.max(worth, coming ?? 0));
    if (most <= 0) return undefined;
    if (coming === undefined) this.#send({ kind: "get", key, form });
    const isAnswered = this.#waitUntil(() => this.#ready.has(key) || this.#missing.delete(key), most);
    this.#noteWait(isAnswered);
    return this.#take(key, form);
  }

  /** Milliseconds that a look-up waits for a record of some worth. */
  #patience(worth: number): number {
    if (this.#isOff || this.#vain >= MOST_VAIN) return 0;
    if (this.#options.isPatient) return this.#first;
    return worth < LEAST_WORTH ? 0 : Math.min(worth * SHARE, LONGEST);
  }

  #noteWait(isAnswered: boolean): void {
    this.#vain = isAnswered ? 0 : this.#vain + 1;
    if (this.#vain !== MOST_VAIN || this.#isOff) return;
    this.#tell(`${this.#names} answers too slowly: the program goes on without waiting for it`);
  }

  /** Tells the user of a problem with all caches, unless another problem was told before. */
  #tell(line: string): void {
    if (!this.#hasTold) this.#options.report(line);
    this.#hasTold = true;
  }

  get #names(): string {
    return this.#options.settings.places.map(({ name }) => name).join(", ");
  }

  #take(key: string, form: RecordForm): StoredRecord | undefined {
    const ready = this.#ready.get(key);
    if (ready?.form !== form) return undefined;
    this.#ready.delete(key);
    return ready;
  }

  put(key: string, form: RecordForm, record: Uint8Array, cost: number): void {
    if (!this.writes) return;
    this.#written += cost;
    this.#send({ kind: "put", key, form, record });
  }

  remove(key: string): void {
    this.#used.delete(key);
    if (this.writes) this.#send({ kind: "remove", key });
  }

  /** Notes a record that this run has used, and that this machine has from now on. */
  noteUsed(key: string, form: RecordForm, cost: number): void {
    if (!this.#used.has(key)) this.#used.set(key, { form, cost, day: today() });
  }

  /**
   * Claims a record that is about to be computed, or finds out what another machine does that has claimed it.
   * @param cost expected milliseconds of computing it
   */
  claim(key: string, cost: number): ClaimState {
    const patience = this.writes ? this.#patience(cost) : 0;
    if (patience <= 0) return "free";
    this.#claims.delete(key);
    this.#send({ kind: "claim", key, ms: cost });
    const isAnswered = this.#waitUntil(() => this.#claims.has(key), patience);
    this.#noteWait(isAnswered);
    // A later answer is not waited for. It may say that the claim is ours, so the claim is given back.
    if (!isAnswered) this.#send({ kind: "release", key });
    return this.#claims.get(key) ?? "free";
  }

  leave(key: string): void {
    if (this.#claims.get(key) === "ours") this.#send({ kind: "leave", key });
  }

  release(key: string): void {
    if (this.#claims.get(key) === "ours") this.#send({ kind: "release", key });
    this.#claims.delete(key);
  }

  /** The last known state of a claim. */
  claimState(key: string): ClaimState {
    this.#drain();
    return this.#isOff ? "free" : (this.#claims.get(key) ?? "free");
  }

  /** Waits as long as another machine computes a record and its thread is busy, at most so many milliseconds. */
  waitForOther(key: string, ms: number): ClaimState {
    this.#waitUntil(() => this.#claims.get(key) !== "busy", ms);
    return this.#claims.get(key) ?? "free";
  }

  /** Ends the run: sends the list of used records, and waits until all is written, but not too long. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#drain();
    const used = encodeList(this.#used);
    this.#noteKnown(used);
    if (this.#isOff || this.#used.size === 0 || !this.writes) return;
    this.#send({ kind: "end", used });
    const { isPatient } = this.#options;
    const { share, least, most } = END;
    const paid = Math.min(most, Math.max(least, this.#written * share));
    const isDone = this.#waitUntil(() => this.#hasEnded, isPatient ? Math.max(this.#first, paid) : paid);
    if (!isDone && !this.#isOff && this.#written > 0) {
      this.#tell(`${this.#names} did not take all results in time: not all are shared`);
    }
    this.#isOff = true;
  }

  /** Notes on this machine which records it has, so that the next run does not fetch them. */
  #noteKnown(used: Buffer): void {
    const { known } = this.#options.settings;
    if (known === null || used.length === 0) return;
    try {
      writeAtomically(known, used);
    } catch {
      // The next run fetches more than it needs.
    }
  }

  /** Stops the thread until a condition holds, the time is up, or the service has ended. @returns whether the condition holds */
  #waitUntil(isDone: () => boolean, ms: number): boolean {
    const { now } = this.#options;
    const began = now();
    try {
      for (;;) {
        const count = load(this.#signal, 0);
        this.#drain();
        if (isDone()) return true;
        const left = ms - (now() - began);
        if (left <= 0 || this.#isOff) return false;
        wait(this.#signal, 0, count, left);
      }
    } finally {
      this.#waited += now() - began;
    }
  }

  /** Takes all messages that have come. */
  #drain(): void {
    const count = load(this.#signal, 0);
    // The thread counts a message after it has posted it, so with the same count there is none.
    if (count === this.#seen) return;
    this.#seen = count;
    for (let got = this.#receive(); got !== undefined; got = this.#receive()) this.#took(got.message);
  }

  #took(message: FromService): void {
    switch (message.kind) {
      case "list":
        this.#hasList = true;
        for (const [key, { cost }] of decodeList(asBuffer(message.items))) this.#coming.set(key, cost);
        break;
      case "found":
        this.#coming.delete(message.key);
        this.#ready.set(message.key, { form: message.form, record: message.record, created: message.created });
        break;
      case "missing":
        this.#coming.delete(message.key);
        this.#missing.add(message.key);
        break;
      case "claim":
        this.#claims.set(message.key, message.state);
        break;
      case "trouble":
        // The user knows already that the caches are too slow.
        if (this.#vain < MOST_VAIN) this.#options.report(message.line);
        this.#hasTold = true;
        break;
      case "off":
        this.#isOff = true;
        this.#hasList = true;
        break;
      case "ended":
        this.#hasEnded = true;
    }
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}
