/** One shared cache as this machine uses it: reads its namespaces, accepts only believed records, and gives up a server that fails. */
import { nowInSeconds, type RecordForm, type StoredRecord } from "../store.ts";
import { type Backend, type Claim, FullError } from "./backend.ts";
import { Breaker } from "./breaker.ts";
import type { CachePlace } from "./cache-place.ts";
import { LARGEST, type Seal, type SealedForm } from "./sealed-record.ts";
import { Turns } from "./turns.ts";
import type { Wanted } from "./used-list.ts";

/** Milliseconds after which a claim ends that is not renewed. */
const CLAIM = 5000;
/** How many bytes may wait to be written. Records that would exceed this are not shared. */
const MOST_WAITING = 64 * 1024 * 1024;

/** How many writes go on at a time. */
const PARALLEL = 24;

/** Checks the content of a record, which the store does not know. @returns the record in the form to use or to send; null for none */
export type Admit = (key: string, form: RecordForm, record: Uint8Array) => Uint8Array | null;

export interface Found extends Wanted {
  readonly created: number;
  readonly record: Uint8Array;
}

export class SharedCache {
  readonly place: CachePlace;
  readonly #backend: Backend;
  readonly #seal: Seal;
  readonly #admit: Admit;
  readonly #onTrouble: (line: string) => void;
  readonly #breaker: Breaker;
  /** The last work for each name that is not done yet: a removal has to come after the write before it. */
  readonly #writing = new Map<string, Promise<unknown>>();
  #waiting = 0;
  readonly #turns = new Turns(PARALLEL);
  #takesMore: boolean;
  #hasTold = false;

  constructor(place: CachePlace, backend: Backend, seal: Seal, admit: Admit, onTrouble: (line: string) => void) {
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

  /** Reads those of some records that the cache has. */
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

  /** The lists under a key in all namespaces that are read. */
  async readLists(key: string): Promise<Buffer[]> {
    const names = this.#spaces().map((space) => this.#name(space, `list-${key}`));
    const all = (await this.#breaker.try(() => this.#backend.read(names))) ?? [];
    return all.flatMap((bytes) => {
      const opened = bytes && this.#seal.open(key, bytes);
      return opened?.form === "list" ? [opened.bytes] : [];
    });
  }

  /** Begins to write a record, if it may be shared. */
  write(key: string, form: RecordForm, { record, created }: StoredRecord): void {
    if (!this.takesMore || record.byteLength > LARGEST) return;
    const admitted = this.#admit(key, form, record);
    if (admitted !== null) this.#write(key, key, form, { record: admitted, created });
  }

  writeList(key: string, list: Uint8Array): void {
    if (this.takesMore) this.#write(`list-${key}`, key, "list", { record: list, created: nowInSeconds() });
  }

  #write(name: string, key: string, form: SealedForm, { record, created }: StoredRecord): void {
    const { length } = record;
    if (this.#waiting + length > MOST_WAITING) return;
    const sealed = this.#seal.close(key, form, created, record);
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
        // A full server can still be read, so this is no failure that the breaker counts.
        if (this.#takesMore) this.#tell(`takes no more (${reasonOf(error)}): nothing is shared`);
        this.#takesMore = false;
      }
    });
  }

  /** Tells the user of the first problem in a run. */
  #tell(what: string): void {
    if (!this.#hasTold) this.#onTrouble(`${this.place.name} ${what}`);
    this.#hasTold = true;
  }

  remove(key: string): void {
    if (!this.takesMore) return;
    this.#follow(key, () => this.#breaker.try(() => this.#backend.remove(this.#name(this.place.namespace, key))));
  }

  /** Does some work for a name when earlier work for it is done. */
  #follow(name: string, work: () => Promise<unknown>): void {
    const before = this.#writing.get(name) ?? Promise.resolve();
    const done = before
      .then(() => this.#turns.take(work))
      .then(() => {
        if (this.#writing.get(name) === done) this.#writing.delete(name);
      });
    this.#writing.set(name, done);
  }

  /** Waits until all is written or has failed. */
  async settle(): Promise<void> {
    while (this.#writing.size > 0) await Promise.allSettled(this.#writing.values());
  }

  /** Takes a claim. @returns null if the server does not answer */
  async takeClaim(key: string, claim: Claim): Promise<boolean | null> {
    const { claims } = this.#backend;
    return claims && this.#breaker.try(() => claims.take(this.#claimName(key), claim, CLAIM));
  }

  /** The label of a claim; null if nobody has it, or the server does not answer. */
  async claimLabel(key: string): Promise<string | null> {
    const { claims } = this.#backend;
    return claims && this.#breaker.try(() => claims.labelOf(this.#claimName(key)));
  }

  async renewClaim(key: string, claim: Claim): Promise<void> {
    const { claims } = this.#backend;
    if (claims) await this.#breaker.try(() => claims.renew(this.#claimName(key), claim, CLAIM));
  }

  /** Gives a claim back when the record of its key is written, so that other machines find it. */
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

/** What an error of a server says, in a few words: its code, or the first line of its message. */
export function reasonOf(error: unknown): string {
  const { code, message, cause } = error as NodeJS.ErrnoException & { readonly cause?: unknown };
  if (typeof code === "string") return code;
  if (cause instanceof Error) return reasonOf(cause);
  return String(message ?? error).split("\n")[0] ?? "";
}
