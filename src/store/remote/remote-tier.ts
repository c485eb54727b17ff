/** The disk with shared caches behind it: a record that the disk lacks is looked for there, and kept on the disk when it is found. */
import {
  type Begun,
  isFresh,
  NOBODY,
  nowInSeconds,
  type Owner,
  type RecordInfo,
  type Sought,
  type StoredRecord,
  type Tier,
} from "../store.ts";
import type { Client, Computed } from "./client.ts";

/** Results that took fewer milliseconds are not shared: asking another machine for them takes longer. */
const LEAST_COST = 1;

/**
 * Milliseconds before a result is handed over to the shared caches. The work that its call has begun may still show that it must be
 * removed, and no other machine may have seen it then.
 */
const HELD = 1000;

export interface RemoteTierOptions {
  /** Whether even the cheapest results are shared. */
  readonly sharesAll: boolean;
  /** Calls a function so many milliseconds later. That does not keep the process running. */
  readonly later: (work: () => void, ms: number) => void;
}

export class RemoteTier implements Tier {
  readonly #disk: Tier;
  readonly #client: Client;
  readonly #options: RemoteTierOptions;
  readonly #held = new Map<string, Computed>();

  constructor(disk: Tier, client: Client, options: RemoteTierOptions) {
    this.#disk = disk;
    this.#client = client;
    this.#options = options;
  }

  get waited(): number {
    return this.#client.waited;
  }

  get(key: string, owner: Owner = NOBODY, sought?: Sought): Uint8Array | undefined {
    return this.find(key, owner, sought)?.record;
  }

  find(key: string, owner: Owner = NOBODY, sought?: Sought): StoredRecord | undefined {
    const own = this.#disk.find(key, owner, sought);
    if (sought === undefined) return own;
    const found = own ?? this.#beyond(key, owner, sought);
    if (found !== undefined) this.#client.noteUsed(key, sought.form, sought.worth, found.record);
    return found;
  }

  /** Looks for a record in the shared caches, and keeps it on the disk. */
  #beyond(key: string, owner: Owner, sought: Sought): StoredRecord | undefined {
    const found = this.#client.find(key, sought);
    if (found === undefined || !isFresh(found.created, owner)) return undefined;
    // A copy, because the caller may hand out views of the record.
    const { created } = found;
    this.#disk.put(key, new Uint8Array(found.record), { owner, cost: sought.worth, shared: 0, created });
    return found;
  }

  touch(key: string, owner: Owner): void {
    this.#disk.touch(key, owner);
  }

  put(key: string, record: Uint8Array, meta?: RecordInfo): void {
    this.#disk.put(key, record, meta);
    if (meta?.travels === undefined || (meta.cost < LEAST_COST && !this.#options.sharesAll)) return;
    this.#client.noteUsed(key, meta.travels, meta.cost, record);
    if (!this.#client.writes) return;
    if (this.#held.size === 0) this.#options.later(() => this.#handOver(), HELD);
    this.#held.set(key, { form: meta.travels, record, cost: meta.cost, created: nowInSeconds() });
  }

  /** Hands all results over that were held back. */
  #handOver(): void {
    for (const [key, held] of this.#held) this.#client.put(key, held);
    this.#held.clear();
  }

  remove(key: string): void {
    this.#disk.remove(key);
    this.#held.delete(key);
    this.#client.remove(key);
  }

  begin(key: string, owner: Owner, cost: number): Begun {
    const begun = this.#disk.begin(key, owner, cost);
    if (begun.kind !== "ours" || cost <= 0) return begun;
    let state = this.#client.claim(key, cost);
    if (state === "busy") state = this.#client.waitForOther(key, cost);
    if (state === "ours") return begun;
    const found = this.#beyond(key, owner, { form: "entry", worth: cost, onlyArrived: true });
    if (found === undefined && state !== "left") return begun;
    // This process does not compute the record: other processes of this machine that wait for it must not wait any longer.
    this.#disk.finish(key);
    if (found === undefined) return { kind: "theirs" };
    this.#client.noteUsed(key, "entry", cost, found.record);
    return { kind: "found", record: found.record };
  }

  leave(key: string): void {
    this.#disk.leave(key);
    this.#client.leave(key);
  }

  isUnderWay(key: string, cost: number): boolean {
    const state = this.#client.claimState(key);
    return state === "busy" || state === "left" || this.#disk.isUnderWay(key, cost);
  }

  finish(key: string): void {
    this.#disk.finish(key);
    // A machine that waits for the claim will look for the record next, so it is handed over first.
    this.#handOver();
    this.#client.release(key);
  }

  keepUp(): void {
    this.#disk.keepUp();
  }

  flush(): void {
    this.#disk.flush();
    this.#handOver();
  }

  close(): void {
    this.#disk.close();
    this.end();
  }

  /** Hands over what is left, and waits until it is written, but not too long. */
  end(): void {
    this.#handOver();
    this.#client.end();
  }
}
