/**
 * The program's side of the shared caches. It never waits for longer than what it looks for is worth, and never for a server
 * that has let it wait in vain a few times. Messages are taken when it looks, not by events: the program's event loop sees nothing.
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

/** A look-up may wait for such a share of what it would take to do without the record, if that is long enough. */
const SHARE = 1 / 20;
const LEAST_WORTH = 100;
const LONGEST = 1000;
/** Waits in a row that bring nothing. */
const MOST_VAIN = 3;
/** At the end, writing may take such a share of what the results took, within bounds. */
const END = { share: 1 / 4, least: 50, most: 2000 };
/** Milliseconds that the thread needs to start, whatever else is to be waited for. */
const START = 100;
/** Memory of the thread, in MB. */
const HEAP = 512;

export interface ClientOptions {
  /** The file that the thread runs. */
  readonly worker: string;
  readonly settings: ServiceSettings;
  readonly env: NodeJS.ProcessEnv;
  /** Whether look-ups may wait for anything: what is stored is wanted at any cost. */
  readonly isPatient: boolean;
  readonly now: () => number;
  /** One line for the user. */
  readonly report: (line: string) => void;
}

type Ready = StoredRecord & { readonly form: RecordForm };

export class Client {
  readonly #options: ClientOptions;
  /** Milliseconds that the first look-up may wait for the list. */
  readonly #first: number;
  readonly #signal: Int32Array;
  readonly #send: (message: ToService) => void;
  readonly #receive: () => { readonly message: FromService } | undefined;
  /** What has come and nobody has asked for. */
  readonly #ready = new Map<string, Ready>();
  /** What is being fetched without being asked for: milliseconds that it is worth. */
  readonly #coming = new Map<string, number>();
  readonly #missing = new Set<string>();
  readonly #claims = new Map<string, ClaimState>();
  readonly #used = new Map<string, Used>();
  #seen = 0;
  #hasList = false;
  #isFirst = true;
  #isOff = false;
  #hasEnded = false;
  /** The program has ended. */
  #isOver = false;
  #vain = 0;
  /** One line is said of what goes wrong, and not all that comes of it. */
  #hasTold = false;
  /** Milliseconds that the results took which were handed over to be written. */
  #written = 0;
  #waited = 0;

  /** Starts the thread. @throws where the program may not have one */
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

  /** Whether any of the caches takes results. */
  get writes(): boolean {
    return !this.#isOff && this.#options.settings.places.some((place) => place.writes);
  }

  find(key: string, { form, worth, hasCome }: Sought): StoredRecord | undefined {
    this.#drain();
    const ready = this.#take(key, form);
    if (ready !== undefined || hasCome || this.#isOff) return ready;
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

  /** Milliseconds that a record may be waited for. */
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

  /** Says what goes wrong with all caches together, unless something was said before. */
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

  /** Notes what the run has used, and this machine has now. */
  noteUsed(key: string, form: RecordForm, cost: number): void {
    if (!this.#used.has(key)) this.#used.set(key, { form, cost, day: today() });
  }

  /**
   * Says that a record is being computed, or finds out that another machine is at it.
   * @param cost milliseconds that computing it is expected to take
   */
  claim(key: string, cost: number): ClaimState {
    const patience = this.writes ? this.#patience(cost) : 0;
    if (patience <= 0) return "free";
    this.#claims.delete(key);
    this.#send({ kind: "claim", key, ms: cost });
    const isAnswered = this.#waitUntil(() => this.#claims.has(key), patience);
    this.#noteWait(isAnswered);
    // An answer that comes later is of no use, and may be that the claim is ours: it is given back at once.
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

  /** What is known of a claim now. */
  claimState(key: string): ClaimState {
    this.#drain();
    return this.#isOff ? "free" : (this.#claims.get(key) ?? "free");
  }

  /** Waits while another machine computes with its thread busy; at most so many milliseconds. */
  waitForOther(key: string, ms: number): ClaimState {
    this.#waitUntil(() => this.#claims.get(key) !== "busy", ms);
    return this.#claims.get(key) ?? "free";
  }

  /** Hands over what is left, and waits until it is written, within bounds. */
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

  /** For the next run here, what it need not fetch. */
  #noteKnown(used: Buffer): void {
    const { known } = this.#options.settings;
    if (known === null || used.length === 0) return;
    try {
      writeAtomically(known, used);
    } catch {
      // It fetches more than it needs.
    }
  }

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

  #drain(): void {
    const count = load(this.#signal, 0);
    // A message is counted when it is there.
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
        // Of a cache that is too slow, nothing more is said.
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
