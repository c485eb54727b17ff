/** What every place that keeps entries looks like: memory, disk, and later remote tiers. */
export interface Store {
  /**
   * The record stored under a key, or undefined. Damaged records are undefined.
   * @param key 32 lower-case hexadecimal digits (128 bits)
   * @returns bytes of its own: the caller may hand out views of them
   */
  get(key: string): Uint8Array | undefined;
  /** Queues a record. It is written by {@link flush}, or earlier when the queue grows; cost now: one Map insert. */
  put(key: string, record: Uint8Array): void;
  /** Queues the removal of a record. */
  remove(key: string): void;
  /** Writes what is queued, synchronously, in one transaction. */
  flush(): void;
  close(): void;
}

/** A store that cannot be opened or used; the message is one line that names the place and what to do. */
export class StoreError extends Error {}
