/** What every place that keeps entries looks like: memory, disk, and later remote tiers. */
export interface Store {
  /**
   * The record stored under a key, or undefined. Damaged records are undefined.
   * @param key 32 lower-case hexadecimal digits (128 bits)
   * @param owner who asks; its `ttl` counts
   * @returns bytes of its own: the caller may hand out views of them
   */
  get(key: string, owner?: Owner): Uint8Array | undefined;
  /**
   * Queues a record, which must not be changed afterwards. It is written by {@link flush}, or earlier when the queue
   * grows; cost now: one Map insert.
   */
  put(key: string, record: Uint8Array, meta?: Meta): void;
  /** Queues the removal of a record. */
  remove(key: string): void;
  /**
   * Says that a record is about to be computed, which takes long. If another process is at it, stops the thread until it
   * is there, for at most as long as computing would take.
   * @param cost milliseconds that computing it is expected to take; none: waits for nobody
   */
  begin(key: string, owner: Owner, cost: number): Begun;
  /** Says that computing what was begun leaves the thread to others from now on, and would do so elsewhere. */
  leave(key: string): void;
  /** Whether another process is still computing a record. */
  isUnderWay(key: string, cost: number): boolean;
  /** Says that what was begun was computed, and lets others see it. */
  finish(key: string): void;
  /** Writes what is queued if it took long enough to compute. To be asked after each `put`, or some. */
  keepUp(): void;
  /** Writes what is queued, synchronously, in one transaction. */
  flush(): void;
  close(): void;
}

/** What became of the announcement that a record is about to be computed. */
export type Begun =
  /** Another process has computed it. */
  | { readonly kind: "found"; readonly record: Uint8Array }
  /** The others were told: `finish` has to follow. */
  | { readonly kind: "ours" }
  /** Another process is computing it, without keeping its thread busy. */
  | { readonly kind: "theirs" }
  /** The caller had better compute it. */
  | { readonly kind: "nobody's" };

/** A store as another one in front of it sees it. */
export interface Tier extends Store {
  /** As {@link Store.get}, with the time when it was stored. */
  find(key: string, owner?: Owner): Found | undefined;
  /** Notes that a record was found in front. Cost: one Map insert. */
  touch(key: string, owner: Owner): void;
}

export interface Found {
  readonly record: Uint8Array;
  /** Seconds since 1970. */
  readonly created: number;
}

/** Whose entries they are: one function. */
export interface Owner {
  /** 32 bits of the hash of its name and place; a collision costs a wrong guess of what is worth keeping. */
  readonly id: number;
  /** Milliseconds after which its entries are as good as none. */
  readonly ttl: number;
  /** How many entries it may have; 0 for as many as fit. */
  readonly maxEntries: number;
}

/** What the store has to know of a record, whose bytes mean nothing to it. */
export interface Meta {
  readonly owner: Owner;
  /** Milliseconds that computing it took. */
  readonly cost: number;
  /** How many bytes at its end are the same in records of other calls with an equal result. */
  readonly shared: number;
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

/** The owner of what nobody in particular has stored. */
export const NOBODY: Owner = { id: 0, ttl: Number.POSITIVE_INFINITY, maxEntries: 0 };

/** Whether an entry of this age may still be used. */
export function isFresh(created: number, { ttl }: Owner): boolean {
  return ttl === Number.POSITIVE_INFINITY || Date.now() - created * 1000 < ttl;
}

/** A store that cannot be opened or used; the message is one line that names the place and what to do. */
export class StoreError extends Error {}
