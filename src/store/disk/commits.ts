/**
 * Writes the queue in batches: when that is due (pace.ts), when the queue is large, or after a while. One main thread at a time writes
 * (lock.ts). Worker threads leave their batches as files for a main thread (pending.ts), and so do main threads that find the lock
 * taken.
 */
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { type Batch, encodeBatch } from "./batch.ts";
import { writeBlob } from "./blobs.ts";
import { exclusively } from "./lock.ts";
import { Pace } from "./pace.ts";
import { hasBatches, leaveBatch, takeBatches } from "./pending.ts";
import type { Part, Queue, Queued } from "./queue.ts";
import type { Stamped } from "./stamp.ts";
import { isOverflow } from "./trouble.ts";
import { type Limits, WRITER_LOCK, Writer } from "./writer.ts";

/** Bytes of a queue that is written at once. It is less for a worker, which loses its queue when it is terminated. */
const QUEUE_LIMIT = (isMainThread ? 8 : 1) * 1024 * 1024;
/**
 * Milliseconds after which the queue is written at the latest: by a timer, or by the next put if the program is too busy for timers. A
 * program that a signal ends loses the results of that time at most. A handler of the signal, which would keep it from ending the
 * program, is not needed.
 */
const WAIT = 1000;
/** Milliseconds between two parts of the queue, if writing it is not urgent. */
const PAUSE = 1;
/** The least that a commit counts, in milliseconds. It is more for a worker, because another thread has to write its batch again. */
const LEAST_COMMIT = isMainThread ? 1 : 4;

export interface CommitsOptions extends Limits {
  /** Calls a function so many milliseconds later. That does not keep the process running. */
  readonly later: (work: () => void, ms: number) => void;
  /** Milliseconds on a clock that the program cannot set. */
  readonly now: () => number;
  /** Called before each batch. */
  readonly onBegin: () => void;
  /** Called when the store's file has changed. */
  readonly onWritten: () => void;
  readonly onError: (error: unknown) => void;
}

export class Commits {
  readonly #folder: string;
  readonly #queue: Queue;
  readonly #options: CommitsOptions;
  readonly #writer: Writer;
  readonly #pace: Pace;
  readonly #queueLimit: number;
  #isOver = false;

  constructor(folder: string, queue: Queue, options: CommitsOptions) {
    this.#folder = folder;
    this.#queue = queue;
    this.#options = options;
    this.#writer = new Writer(folder, options);
    this.#pace = new Pace(options.now, LEAST_COMMIT, WAIT);
    // The store may exceed `maxSize` by one batch, so batches are small against it.
    this.#queueLimit = Math.min(QUEUE_LIMIT, options.maxSize / 64);
  }

  /** Queues a record, or a removal. */
  add(key: string, queued: Queued | undefined): void {
    if (this.#queue.all.size === 0) this.#options.later(() => this.#writeOn(), WAIT);
    this.#queue.add(key, queued, this.#options.now());
  }

  /** Notes that a record is queued which took so many milliseconds to compute. */
  computed(cost: number): void {
    this.#pace.add(cost);
  }

  /** Writes the queue if it is large or old. */
  commitIfLarge(): void {
    if (this.#queue.bytes > this.#queueLimit || this.#options.now() - this.#queue.since > WAIT) this.commit();
  }

  /** Writes the queue if computing its records took long enough. */
  commitIfDue(): void {
    if (this.#pace.isDue) this.commit();
  }

  commit(): void {
    this.#commit(this.#queue.all);
  }

  /** Drops the queue, and writes nothing from now on. */
  stop(): void {
    this.#isOver = true;
    this.#queue.remove(this.#queue.all, 0);
  }

  #commit(part: Part): void {
    if (this.#isOver) return;
    try {
      this.#pace.measure(() => {
        this.#options.onBegin();
        if (isMainThread) this.#write(part);
        else this.#leave(this.#encode(part));
      });
      this.#queue.remove(part, this.#options.now());
    } catch (error) {
      // Near the end of the stack anything can fail. The queue is kept, and a later commit writes it.
      if (!isOverflow(error)) this.#options.onError(error);
    }
  }

  /** Writes the queue part by part, so that the event loop has its turn in between. A worker leaves it in one file. */
  #writeOn(): void {
    if (this.#queue.all.size === 0) return;
    this.#commit(isMainThread ? this.#queue.firstPart() : this.#queue.all);
    if (this.#queue.all.size > 0) this.#options.later(() => this.#writeOn(), PAUSE);
  }

  #write(part: Part): void {
    if (part.size === 0 && !hasBatches(this.#folder)) return;
    const own = this.#encode(part);
    const isWritten = exclusively(join(this.#folder, WRITER_LOCK), () => {
      takeBatches(this.#folder, (batch) => this.#writer.write(batch));
      this.#writer.write(own);
    });
    if (!isWritten) this.#leave(own);
    this.#options.onWritten();
  }

  #encode(part: Part): Batch {
    const records = new Map<string, Stamped | undefined>();
    for (const [key, queued] of part) {
      if (queued?.blob) writeBlob(this.#folder, key, queued.blob);
      records.set(key, queued?.stamped);
    }
    return encodeBatch(records);
  }

  #leave(batch: Batch): void {
    if (batch.changes.length > 0) leaveBatch(this.#folder, batch, this.#options.maxSize / 32);
  }
}
