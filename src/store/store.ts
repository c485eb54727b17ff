/** The interface of every tier that keeps entries: memory, disk, and shared caches. */
export interface Store {
  /**
   * The record stored under a key; undefined if there is none, or if it is damaged.
   * @param key 32 lower-case hexadecimal digits (128 bits)
   * @param owner the function that asks: an entry older than its `ttl` does not count
   * @param sought lets other machines answer; without it, only this machine is asked
   * @returns a copy, of which the caller may hand out views
   */
  get(key: string, owner?: Owner, sought?: Sought): Uint8Array | undefined;
  /**
   * Queues a record, which must not be changed afterwards. {@link flush} writes it, or an earlier write when the queue grows. Cost: one
   * Map insert.
   */
  put(key: string, record: Uint8Array, meta?: RecordInfo): void;
  /** Queues the removal of a record. */
  remove(key: string): void;
  /**
   * Announces that a record is about to be computed, which takes long. If another process is computing it, stops the thread until the
   * record is there, for at most as long as computing it would take.
   * @param cost expected milliseconds of computing it; with 0, nobody is waited for
   */
  begin(key: string, owner: Owner, cost: number): Begun;
  /** Announces that the computation waits for something, and its thread is free. Processes that wait for it then free their threads too. */
  leave(key: string): void;
  /** Whether another process is still computing a record. */
  isUnderWay(key: string, cost: number): boolean;
  /** Ends what {@link begin} began. Other processes can see the record from then on. */
  finish(key: string): void;
  /** Writes the queue if computing its records took long enough. To be called after `put`, though not after each one. */
  keepUp(): void;
  /** Writes the queue, synchronously, in one transaction. */
  flush(): void;
  close(): void;
  /** Milliseconds that look-ups have waited for other machines so far. */
  readonly waited: number;
}

/** What the caller of {@link Store.begin} has to do. */
export type Begun =
  /** Another process has computed the record: use it. */
  | { readonly kind: "found"; readonly record: Uint8Array }
  /** Compute it, and call `finish` afterwards: other processes may wait for that. */
  | { readonly kind: "ours" }
  /** Another process is computing it, and waits for something itself: free the thread, and ask {@link Store.isUnderWay} now and then. */
  | { readonly kind: "theirs" }
  /** Compute it. No process waits for that, so `finish` has nothing to do. */
  | { readonly kind: "nobody's" };

/** A store behind another one. */
export interface Tier extends Store {
  /** As {@link Store.get}, with the time at which the record was stored. */
  find(key: string, owner?: Owner, sought?: Sought): StoredRecord | undefined;
  /** Notes that the store in front had a record, so that it counts as used here too. Cost: one Map insert. */
  touch(key: string, owner: Owner): void;
}

export interface StoredRecord {
  readonly record: Uint8Array;
  /** Seconds since 1970. */
  readonly created: number;
}

/** The function that entries belong to. */
export interface Owner {
  /** 32 bits of the hash of its name and place. If two functions have the same, a wrong entry may be evicted; nothing else follows. */
  readonly id: number;
  /** Milliseconds after which its entries are not used any more. */
  readonly ttl: number;
  /** How many entries it may have; 0 for any number. */
  readonly maxEntries: number;
}

/** What the bytes of a record are. What another machine sends is checked for the form in which it was asked for. */
export type RecordForm = "entry" | "value";

/** A look-up that may be answered by another machine. */
export interface Sought {
  readonly form: RecordForm;
  /** Milliseconds that it would take to do without the record, as far as they are known. The look-up waits for a share of them. */
  readonly worth: number;
  /** Whether only records count that other machines have sent already: nothing is asked for, and nothing waited for. */
  readonly onlyArrived?: true;
  /**
   * Whether batches that worker threads have left to be written are searched too, which costs more. Set when another thread or process
   * has just computed the record.
   */
  readonly inPending?: boolean;
}

/** What the store knows of a record beside its bytes, which it does not look into. */
export interface RecordInfo {
  readonly owner: Owner;
  /** Milliseconds that computing it took. */
  readonly cost: number;
  /** How many bytes at its end are the same in the records of other calls with an equal result. */
  readonly shared: number;
  /** The form in which other machines may look it up; without it, the record stays on this machine. */
  readonly travels?: RecordForm;
  /** Seconds since 1970 at which it was computed, for a record that comes from elsewhere; without it, that is now. */
  readonly created?: number;
}

/** A record that was removed to make room for others. */
export interface Evicted {
  readonly key: string;
  /** The id of the function whose record it was. */
  readonly owner: number;
  readonly bytes: number;
  /** Milliseconds that computing it took. */
  readonly cost: number;
}

/** The owner of records that belong to no function. */
export const NOBODY: Owner = { id: 0, ttl: Number.POSITIVE_INFINITY, maxEntries: 0 };

/** The present time as records have it: whole seconds since 1970. */
export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Whether an entry is young enough for its owner. @param created seconds since 1970 */
export function isFresh(created: number, { ttl }: Owner): boolean {
  return ttl === Number.POSITIVE_INFINITY || Date.now() - created * 1000 < ttl;
}

/** A store that cannot be opened or used; the message is one line that names the place and what to do. */
export class StoreError extends Error {}
