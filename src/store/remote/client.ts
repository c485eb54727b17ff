/**
 * The program's side of the shared caches. It never waits longer than a record is worth, and does not wait any more after a few waits in
 * vain.
 */
import { writeAtomically } from "../../atomic-write.ts";
import type { RecordForm, Sought, StoredRecord } from "../store.ts";
import type { ClaimState, FromService } from "./protocol.ts";
import { ServiceThread, type ThreadOptions } from "./service-thread.ts";
import { decodeList, encodeList, type Used, usedToday } from "./used-list.ts";

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

export interface ClientOptions extends ThreadOptions {
  /** Whether look-ups wait for any record, whatever it is worth. */
  readonly isPatient: boolean;
  /** Shows the user a line. */
  readonly report: (line: string) => void;
}

/** A record of this machine, and the milliseconds that computing it took. */
export interface Computed extends StoredRecord {
  readonly form: RecordForm;
  readonly cost: number;
}

type Ready = StoredRecord & { readonly form: RecordForm };

export class Client {
  readonly #options: ClientOptions;
  /** Milliseconds that the first look-up waits for the list of what earlier runs used. */
  readonly #first: number;
  readonly #thread: ServiceThread;
  /** Records that have come, and that no look-up has taken yet. */
  readonly #ready = new Map<string, Ready>();
  /** Records of the list that the thread is fetching, with the milliseconds that each is worth. */
  readonly #coming = new Map<string, number>();
  readonly #missing = new Set<string>();
  readonly #claims = new Map<string, ClaimState>();
  readonly #used = new Map<string, Used>();
  #hasList = false;
  #isFirst = true;
  #hasEnded = false;
  /** Whether the program has ended. */
  #isOver = false;
  /** Waits in vain since the last one that brought an answer. */
  #vain = 0;
  /** Whether the user was told of a problem. What follows from it is not told. */
  #hasTold = false;
  /** Milliseconds that computing the results took that were handed over to be written. */
  #written = 0;

  /** Starts the thread. @throws if the program is not allowed to start one */
  constructor(options: ClientOptions) {
    this.#options = options;
    this.#first = START + Math.max(...options.settings.places.map((place) => place.wait));
    this.#thread = new ServiceThread(options, (message) => this.#took(message));
  }

  /** Milliseconds that look-ups have waited. */
  get waited(): number {
    return this.#thread.waited;
  }

  /** Whether this machine writes to any of the caches. */
  get writes(): boolean {
    return !this.#thread.isOff && this.#options.settings.places.some((place) => place.writes);
  }

  /** Looks for a record, and waits for it as long as it is worth. */
  find(key: string, { form, worth, onlyArrived }: Sought): StoredRecord | undefined {
    this.#thread.drain();
    const ready = this.#take(key, form);
    if (ready !== undefined || onlyArrived || this.#thread.isOff) return ready;
    if (!this.#hasList && this.#isFirst) {
      this.#isFirst = false;
      this.#thread.waitUntil(() => this.#hasList, this.#first);
      const listed = this.#take(key, form);
      if (listed !== undefined) return listed;
    }
    const coming = this.#coming.get(key);
    const most = this.#patience(Math.max(worth, coming ?? 0));
    if (most <= 0) return undefined;
    if (coming === undefined) this.#thread.send({ kind: "get", key, form });
    const isAnswered = this.#thread.waitUntil(() => this.#ready.has(key) || this.#missing.delete(key), most);
    this.#noteWait(isAnswered);
    return this.#take(key, form);
  }

  /** Milliseconds that a look-up waits for a record of some worth. */
  #patience(worth: number): number {
    if (this.#thread.isOff || this.#vain >= MOST_VAIN) return 0;
    if (this.#options.isPatient) return this.#first;
    return worth < LEAST_WORTH ? 0 : Math.min(worth * SHARE, LONGEST);
  }

  #noteWait(isAnswered: boolean): void {
    this.#vain = isAnswered ? 0 : this.#vain + 1;
    if (this.#vain !== MOST_VAIN || this.#thread.isOff) return;
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

  /** Hands a record over to be written. */
  put(key: string, { form, record, created, cost }: Computed): void {
    if (!this.writes) return;
    this.#written += cost;
    this.#thread.send({ kind: "put", key, form, record, created });
  }

  remove(key: string): void {
    this.#used.delete(key);
    if (this.writes) this.#thread.send({ kind: "remove", key });
  }

  /** Notes a record that this run has used, and that this machine has from now on. */
  noteUsed(key: string, form: RecordForm, cost: number, record: Uint8Array): void {
    if (!this.#used.has(key)) this.#used.set(key, usedToday(form, cost, record));
  }

  /**
   * Claims a record that is about to be computed, or finds out what another machine does that has claimed it.
   * @param cost expected milliseconds of computing it
   */
  claim(key: string, cost: number): ClaimState {
    const patience = this.writes ? this.#patience(cost) : 0;
    if (patience <= 0) return "free";
    this.#claims.delete(key);
    this.#thread.send({ kind: "claim", key, ms: cost });
    const isAnswered = this.#thread.waitUntil(() => this.#claims.has(key), patience);
    this.#noteWait(isAnswered);
    // A later answer is not waited for. It may say that the claim is ours, so the claim is given back.
    if (!isAnswered) this.#thread.send({ kind: "release", key });
    return this.#claims.get(key) ?? "free";
  }

  leave(key: string): void {
    if (this.#claims.get(key) === "ours") this.#thread.send({ kind: "leave", key });
  }

  release(key: string): void {
    if (this.#claims.get(key) === "ours") this.#thread.send({ kind: "release", key });
    this.#claims.delete(key);
  }

  /** The last known state of a claim. */
  claimState(key: string): ClaimState {
    this.#thread.drain();
    return this.#thread.isOff ? "free" : (this.#claims.get(key) ?? "free");
  }

  /** Waits as long as another machine computes a record and its thread is busy, at most so many milliseconds. */
  waitForOther(key: string, ms: number): ClaimState {
    this.#thread.waitUntil(() => this.#claims.get(key) !== "busy", ms);
    return this.#claims.get(key) ?? "free";
  }

  /** Ends the run: sends the list of used records, and waits until all is written, but not too long. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#thread.drain();
    const used = encodeList(this.#used);
    this.#noteKnown(used);
    if (this.#thread.isOff || this.#used.size === 0 || !this.writes) return;
    this.#thread.send({ kind: "end", used });
    const { isPatient } = this.#options;
    const { share, least, most } = END;
    const paid = Math.min(most, Math.max(least, this.#written * share));
    const isDone = this.#thread.waitUntil(() => this.#hasEnded, isPatient ? Math.max(this.#first, paid) : paid);
    if (!isDone && !this.#thread.isOff && this.#written > 0) {
      this.#tell(`${this.#names} did not take all results in time: not all are shared`);
    }
    this.#thread.giveUp();
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
        this.#thread.giveUp();
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
