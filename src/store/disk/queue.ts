/** The records that wait to be written. */
import { sizeOf } from "./batch.ts";
import type { Stamped } from "./stamp.ts";

/** A queued record, or a queued blob. */
export interface Queued {
  readonly stamped: Stamped;
  /** The record as `put` was given it; undefined for a blob. */
  readonly record: Uint8Array | undefined;
  /** The content of a blob, whose file is written before the batch. */
  readonly blob: Uint8Array | undefined;
}

/** Some of the queue, the oldest first. Undefined stands for a removal. */
export type Part = ReadonlyMap<string, Queued | undefined>;

/**
 * How many records, and how many bytes, are written at a time if writing is not urgent: the event loop must not be held up for long.
 */
const PART = { records: 128, bytes: 1024 * 1024 };

export class Queue {
  #entries = new Map<string, Queued | undefined>();
  #bytes = 0;
  #since = 0;

  get all(): Part {
    return this.#entries;
  }

  /** How many bytes the queue will have on disk. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the first record was added, or when a part was written last, whatever was later. */
  get since(): number {
    return this.#since;
  }

  /** @param now milliseconds */
  add(key: string, queued: Queued | undefined, now: number): void {
    if (this.#entries.size === 0) this.#since = now;
    this.#bytes += sizeInQueue(queued) - (this.#entries.has(key) ? sizeInQueue(this.#entries.get(key)) : 0);
    this.#entries.set(key, queued);
  }

  /** The oldest records, as many as may be written at a time. */
  firstPart(): Part {
    const part = new Map<string, Queued | undefined>();
    let bytes = 0;
    for (const [key, queued] of this.#entries) {
      bytes += sizeInQueue(queued);
      if (part.size > 0 && (part.size === PART.records || bytes > PART.bytes)) break;
      part.set(key, queued);
    }
    return part;
  }

  /** Removes a part that was written. @param now milliseconds */
  remove(part: Part, now: number): void {
    this.#since = now;
    if (part.size === this.#entries.size) {
      this.#entries = new Map();
      this.#bytes = 0;
      return;
    }
    for (const [key, queued] of part) {
      this.#entries.delete(key);
      this.#bytes -= sizeInQueue(queued);
    }
  }
}

function sizeInQueue(queued: Queued | undefined): number {
  return sizeOf(queued?.stamped) + (queued?.blob?.byteLength ?? 0);
}
