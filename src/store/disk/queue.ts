/** What waits to be written. */
import { sizeOf } from "./batch.ts";
import type { Stamped } from "./stamp.ts";

/** A record, or a value with a file of its own. */
export interface Queued {
  readonly stamped: Stamped;
  /** As it was given; undefined for a blob. */
  readonly record: Uint8Array | undefined;
  /** The content of a file that is written first. */
  readonly blob: Uint8Array | undefined;
}

/** Some of it, oldest first; undefined is a removal. */
export type Part = ReadonlyMap<string, Queued | undefined>;

/**
 * Records, and bytes of them, that are written at a time when that is not urgent, so that what waits for the event loop
 * has its turn.
 */
const PART = { records: 128, bytes: 1024 * 1024 };

export class Queue {
  #entries = new Map<string, Queued | undefined>();
  #bytes = 0;
  #since = 0;

  get all(): Part {
    return this.#entries;
  }

  /** How many bytes that will be on disk. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the first of it came, or what was before it was written. */
  get since(): number {
    return this.#since;
  }

  /** @param now milliseconds */
  add(key: string, queued: Queued | undefined, now: number): void {
    if (this.#entries.size === 0) this.#since = now;
    this.#bytes += sizeInQueue(queued) - (this.#entries.has(key) ? sizeInQueue(this.#entries.get(key)) : 0);
    this.#entries.set(key, queued);
  }

  /** As much as may be written at once. */
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

  /** Forgets what was written. @param now milliseconds */
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
