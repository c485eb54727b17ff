/** The interface of every place that keeps entries: memory, disk, and what other machines share. */
export interface Store {
  /**
   * The record stored under a key, or undefined. Damaged records are undefined.
   * @param key 32 lower-case hexadecimal digits (128 bits)
   * @param owner who asks; its `ttl` counts
   * @param sought how far to look for it; if nothing is said, on this machine
   * @returns bytes of its own: the caller may hand out views of them
   */
  get(key: string, owner?: Owner, sought?: Sought): Uint8Array | undefined;
  /**
   * Queues a record, which must not be changed afterwards. It is written by {@link flush}, or earlier when the queue
   * grows; cost now: one Map insert.
   */
  put(key: string, record: Uint8Array, meta?: RecordInfo): void;
  /** Queues the removal of a record. */
  remove(key: string): void;
  /**
   * Says that a record is about to be computed, which takes long. If another process is computing it, stops the thread until
   * the record is there, for at most as long as computing would take.
   * @param cost milliseconds that computing it is expected to take; none: waits for nobody
   */
  begin(key: string, owner: Owner, cost: number): Begun;
  /** Says that the computation waits for something, so that the thread is free. Processes that wait for it need not stop theirs. */
  leave(key: string): void;
  /** Whether another process is still computing a record. */
  isUnderWay(key: string, cost: number): boolean;
  /** Ends what {@link begin} began, and lets other processes see the record. */
  finish(key: string): void;
  /** Writes what is queued if it took long enough to compute. Callers ask after `put`, though not after each. */
  keepUp(): void;
  /** Writes what is queued, synchronously, in one transaction. */
  flush(): void;
  close(): void;
  /** Milliseconds that look-ups have waited for other machines so far. */
  readonly waited: number;
}

/** What the caller of {@link Store.begin} has to do. */
export type Begun =
  /** Another process has computed the record: use it. */
  | { readonly kind: "found"; readonly record: Uint8Array }
  /** Compute it, and call `finish` afterwards: other processes wait for that. */
  | { readonly kind: "ours" }
  /** Another process is computing it and waits for something itself: ask {@link Store.isUnderWay}, and leave the thread free. */
  | { readonly kind: "theirs" }
  /** Compute it; nobody waits for that. */
  | { readonly kind: "nobody's" };

/** A store as another one in front of it sees it. */
export interface Tier extends Store {
  /** As {@link Store.get}, with the time when it was stored. */
  find(key: string, owner?: Owner, sought?: Sought): StoredRecord | undefined;
  /** Notes that a record was found in front. Cost: one Map insert. */
  touch(key: string, owner: Owner): void;
}

/** A record that was found, and when it was stored. */
export interface StoredRecord {
  readonly record: Uint8Array;
  /** Seconds since 1970. */
  readonly created: number;
}

/** The function that entries belong to. */
export interface Owner {
  /** 32 bits of the hash of its name and place; a collision costs a wrong guess of what is worth keeping. */
  readonly id: number;
  /** Milliseconds after which its entries are as good as none. */
  readonly ttl: number;
  /** How many entries it may have; 0 for as many as fit. */
  readonly maxEntries: number;
}

/** What a record is looked up as: bytes that are sound as one may not be so as the other. */
export type RecordForm = "entry" | "value";

/** A look-up that may be answered by another machine. */
export interface Sought {
  readonly form: RecordForm;
  /** Milliseconds that it would take to do without the record, as far as that is known: they pay for waiting. */
  readonly worth: number;
  /** Only what other machines have sent already. */
  readonly hasCome?: true;
  /** Somebody else was computing it until now: what a worker thread has left for others to write counts, too, and costs more to find. */
  readonly isOver?: boolean;
}

/** What the store has to know of a record, whose bytes mean nothing to it. */
export interface RecordInfo {
  readonly owner: Owner;
  /** Milliseconds that computing it took. */
  readonly cost: number;
  /** How many bytes at its end are the same in records of other calls with an equal result. */
  readonly shared: number;
  /** As what other machines may look it up; if nothing is said, it stays on this one. */
  readonly travels?: RecordForm;
}

/** A record that gave way to others. */
export interface Evicted {
  readonly key: string;
  /** Of the function whose record it was. */
  readonly owner: number;
  readonly bytes: number;
  /** Milliseconds that computing it took. */
  readonly cost: number;
}

/** The owner of records that belong to no function. */
export const NOBODY: Owner = { id: 0, ttl: Number.POSITIVE_INFINITY, maxEntries: 0 };

/** Whether an entry of this age may still be used. */
export function isFresh(created: number, { ttl }: Owner): boolean {
  return ttl === Number.POSITIVE_INFINITY || Date.now() - created * 1000 < ttl;
}

/** A store that cannot be opened or used; the message is one line that names the place and what to do. */
export class StoreError extends Error {}
