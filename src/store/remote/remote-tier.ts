/** The disk with shared caches behind it: what the disk lacks is looked for there, and what comes is kept on the disk. */
import {
  type Begun,
  isFresh,
  NOBODY,
  type Owner,
  type RecordForm,
  type RecordInfo,
  type Sought,
  type StoredRecord,
  type Tier,
} from "../store.ts";
import type { Client } from "./client.ts";

/** Milliseconds: cheaper results are not worth a question to another machine. */
const LEAST_COST = 1;

/**
 * Milliseconds that a result stays here before it is handed over: work that its call has left may still take it back, and then
 * nobody has seen it.
 */
const HELD = 1000;

interface HeldBack {
  readonly form: RecordForm;
  readonly record: Uint8Array;
  readonly cost: number;
}

export interface RemoteTierOptions {
  /** Whether even the cheapest result is shared. */
  readonly sharesAll: boolean;
  /** Does something so many milliseconds later, without keeping the process for it. */
  readonly later: (work: () => void, ms: number) => void;
}

export class RemoteTier implements Tier {
  readonly #disk: Tier;
  readonly #client: Client;
  readonly #options: RemoteTierOptions;
  readonly #held = new Map<string, HeldBack>();

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
    if (found !== undefined) this.#client.noteUsed(key, sought.form, sought.worth);
    return found;
  }

  #beyond(key: string, owner: Owner, sought: Sought): StoredRecord | undefined {
    const found = this.#client.find(key, sought);
    if (found === undefined || !isFresh(found.created, owner)) return undefined;
    // Put on this disk, it would be as young as the copy: where results have a time to live, it is not kept.
    if (owner.ttl === Number.POSITIVE_INFINITY) {
      // The caller may hand out views of what it gets.
      this.#disk.put(key, new Uint8Array(found.record), { owner, cost: sought.worth, shared: 0 });
    }
    return found;
  }

  touch(key: string, owner: Owner): void {
    this.#disk.touch(key, owner);
  }

  put(key: string, record: Uint8Array, meta?: RecordInfo): void {
    this.#disk.put(key, record, meta);
    if (meta?.travels === undefined || (meta.cost < LEAST_COST && !this.#options.sharesAll)) return;
    this.#client.noteUsed(key, meta.travels, meta.cost);
    if (!this.#client.writes) return;
    if (this.#held.size === 0) this.#options.later(() => this.#handOver(), HELD);
    this.#held.set(key, { form: meta.travels, record, cost: meta.cost });
  }

  #handOver(): void {
    for (const [key, { form, record, cost }] of this.#held) this.#client.put(key, form, record, cost);
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
    const found = this.#beyond(key, owner, { form: "entry", worth: cost, hasCome: true });
    if (found === undefined && state !== "left") return begun;
    // Processes of this machine have waited for this one, and go on as it does.
    this.#disk.finish(key);
    if (found === undefined) return { kind: "theirs" };
    this.#client.noteUsed(key, "entry", cost);
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
    // Who waits for the claim looks for the record next.
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

  /** Hands over what is left, and waits until it is written, within bounds. */
  end(): void {
    this.#handOver();
    this.#client.end();
  }
}
