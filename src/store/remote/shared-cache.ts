/** One shared cache as this machine uses it: its namespaces, what is believed, and how long it is put up with. */
import type { RecordForm } from "../store.ts";
import { type Backend, type Claim, FullError } from "./backend.ts";
import { Breaker } from "./breaker.ts";
import type { Place } from "./place.ts";
import { LARGEST, type Seal, type SealedForm } from "./sealed-record.ts";
import { Turns } from "./turns.ts";

/** Milliseconds after which a claim that nobody renews is gone. */
const CLAIM = 5000;
/** Bytes that may wait to be written: what is above is not shared. */
const MOST_WAITING = 64 * 1024 * 1024;

/** Writes that go on at a time. */
const PARALLEL = 24;

/** The record as it may be used here, or null: the store cannot know. */
export type Admit = (key: string, form: RecordForm, record: Uint8Array) => Uint8Array | null;

export interface Wanted {
  readonly key: string;
  readonly form: RecordForm;
}

export interface Found extends Wanted {
  readonly created: number;
  readonly record: Uint8Array;
}

export class SharedCache {
  readonly place: Place;
  readonly #backend: Backend;
  readonly #seal: Seal;
  readonly #admit: Admit;
  readonly #onTrouble: (line: string) => void;
  readonly #breaker: Breaker;
  /** What is being written, by key: a removal comes after it. */
  readonly #writing = new Map<string, Promise<unknown>>();
  #waiting = 0;
  readonly #turns = new Turns(PARALLEL);
  #takesMore: boolean;
  #hasTold = false;

  constructor(place: Place, backend: Backend, seal: Seal, admit: Admit, onTrouble: (line: string) => void) {
    this.place = place;
    this.#backend = backend;
    this.#seal = seal;
    this.#admit = admit;
    this.#onTrouble = onTrouble;
    this.#takesMore = place.writes;
    this.#breaker = new Breaker((error) => {
      this.#tell(`does not answer (${reasonOf(error)}): the program goes on without it`);
    });
  }

  get isOn(): boolean {
    return !this.#breaker.isOpen;
  }

  get takesMore(): boolean {
    return this.#takesMore && this.isOn;
  }

  get claims(): boolean {
    return this.takesMore && this.#backend.claims !== null;
  }

  /** What it has of some records. */
  async read(wanted: readonly Wanted[]): Promise<Found[]> {
    const found: Found[] = [];
    let left = wanted;
    for (const space of this.#spaces()) {
      if (left.length === 0) break;
      const names = left.map(({ key }) => this.#name(space, key));
      const all = await this.#breaker.try(() => this.#backend.read(names));
      if (all === null) break;
      const missing: Wanted[] = [];
      for (const [index, one] of left.entries()) {
        const opened = this.#take(one, all[index] ?? null);
        if (opened === null) missing.push(one);
        else found.push(opened);
      }
      left = missing;
    }
    return found;
  }

  #take({ key, form }: Wanted, bytes: Buffer | null): Found | null {
    const opened = bytes && this.#seal.open(key, bytes);
    if (opened?.form !== form) return null;
    const record = this.#admit(key, form, opened.bytes);
    return record && { key, form, created: opened.created, record };
  }

  /** The lists under a key, of all namespaces that are read. */
  async readLists(key: string): Promise<Buffer[]> {
    const names = this.#spaces().map((space) => this.#name(space, `list-${key}`));
    const all = (await this.#breaker.try(() => this.#backend.read(names))) ?? [];
    return all.flatMap((bytes) => {
      const opened = bytes && this.#seal.open(key, bytes);
      return opened?.form === "list" ? [opened.bytes] : [];
    });
  }

  /** Writes a record behind the program; one that may not travel is left out. */
  write(key: string, form: RecordForm, record: Uint8Array): void {
    if (!this.takesMore || record.byteLength > LARGEST) return;
    const admitted = this.#admit(key, form, record);
    if (admitted !== null) this.#write(key, key, form, admitted);
  }

  writeList(key: string, list: Uint8Array): void {
    if (this.takesMore) this.#write(`list-${key}`, key, "list", list);
  }

  #write(name: string, key: string, form: SealedForm, bytes: Uint8Array): void {
    const { length } = bytes;
    if (this.#waiting + length > MOST_WAITING) return;
    const sealed = this.#seal.close(key, form, Math.floor(Date.now() / 1000), bytes);
    this.#waiting += length;
    this.#follow(name, async () => {
      try {
        await this.#put(this.#name(this.place.namespace, name), sealed);
      } finally {
        this.#waiting -= length;
      }
    });
  }

  async #put(name: string, sealed: Buffer): Promise<void> {
    if (!this.takesMore) return;
    await this.#breaker.try(async () => {
      try {
        await this.#backend.write(name, sealed);
      } catch (error) {
        if (!(error instanceof FullError)) throw error;
        // It may still be read, and that it is full is no failure of reading.
        if (this.#takesMore) this.#tell(`takes no more (${reasonOf(error)}): nothing is shared`);
        this.#takesMore = false;
      }
    });
  }

  /** One line a run. */
  #tell(what: string): void {
    if (!this.#hasTold) this.#onTrouble(`${this.place.name} ${what}`);
    this.#hasTold = true;
  }

  remove(key: string): void {
    if (!this.takesMore) return;
    this.#follow(key, () => this.#breaker.try(() => this.#backend.remove(this.#name(this.place.namespace, key))));
  }

  #follow(name: string, work: () => Promise<unknown>): void {
    const before = this.#writing.get(name) ?? Promise.resolve();
    const done = before
      .then(() => this.#turns.take(work))
      .then(() => {
        if (this.#writing.get(name) === done) this.#writing.delete(name);
      });
    this.#writing.set(name, done);
  }

  /** When all is written, or given up. */
  async settle(): Promise<void> {
    while (this.#writing.size > 0) await Promise.allSettled(this.#writing.values());
  }

  /** Null where the server does not answer. */
  async takeClaim(key: string, claim: Claim): Promise<boolean | null> {
    const { claims } = this.#backend;
    return claims && this.#breaker.try(() => claims.take(this.#claimName(key), claim, CLAIM));
  }

  /** What the holder of a claim says; null if there is none, or the server does not answer. */
  async claimLabel(key: string): Promise<string | null> {
    const { claims } = this.#backend;
    return claims && this.#breaker.try(() => claims.labelOf(this.#claimName(key)));
  }

  async renewClaim(key: string, claim: Claim): Promise<void> {
    const { claims } = this.#backend;
    if (claims) await this.#breaker.try(() => claims.renew(this.#claimName(key), claim, CLAIM));
  }

  /** Lets others go on, when the record is there for them. */
  releaseClaim(key: string, claim: Claim): void {
    const { claims } = this.#backend;
    if (claims) this.#follow(key, () => this.#breaker.try(() => claims.release(this.#claimName(key), claim)));
  }

  close(): void {
    this.#backend.close();
  }

  #spaces(): string[] {
    return [this.place.namespace, ...this.place.from];
  }

  #claimName(key: string): string {
    return this.#name(this.place.namespace, `claim-${key}`);
  }

  #name(space: string, key: string): string {
    return `${this.place.kind === "redis" ? "dumbo/" : ""}${space}/${key}`;
  }
}

/** What an error says, in a few words. */
export function reasonOf(error: unknown): string {
  const { code, message, cause } = error as NodeJS.ErrnoException & { readonly cause?: unknown };
  if (typeof code === "string") return code;
  if (cause instanceof Error) return reasonOf(cause);
  return String(message ?? error).split("\n")[0] ?? "";
}
