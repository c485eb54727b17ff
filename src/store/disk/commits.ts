/**
 * Writes the queue in batches: when that is due (pace.ts), when the queue is large, or a while later. One main thread at a time
 * writes (lock.ts); worker threads, and who finds the lock taken, leave their batches to it (pending.ts).
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

/** Bytes in the queue after which they are written. A worker loses its queue when it is terminated. */
const QUEUE_LIMIT = (isMainThread ? 8 : 1) * 1024 * 1024;
/**
 * Milliseconds after which the queue is written: by a timer, or by the next put if the program is too busy for timers;
 * mostly it is written before (pace.ts). So a program that is ended by a signal loses no more than the results of that
 * time, and needs no handler for it, which would keep the signal from ending the program.
 */
const WAIT = 1000;
/** Milliseconds until the next part of the queue is written when that is not urgent. */
const PAUSE = 1;
/** Milliseconds that a commit costs at least: what a worker leaves has to be written by another thread, too. */
const LEAST_COMMIT = isMainThread ? 1 : 4;

export interface CommitsOptions extends Limits {
  /** Does something so many milliseconds later, without keeping the process for it. */
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
  /** Bytes in the queue after which they are written. */
  readonly #queueLimit: number;
  #isOver = false;

  constructor(folder: string, queue: Queue, options: CommitsOptions) {
    this.#folder = folder;
    this.#queue = queue;
    this.#options = options;
    this.#writer = new Writer(folder, options);
    this.#pace = new Pace(options.now, LEAST_COMMIT, WAIT);
    // The store may exceed its bound by one batch.
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

  /** Writes the queue if it took long enough to compute. */
  commitIfDue(): void {
    if (this.#pace.isDue) this.commit();
  }

  commit(): void {
    this.#commit(this.#queue.all);
  }

  /** Nothing is written from now on. */
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
      // Close to the end of the stack anything can fail: there will be a better time.
      if (!isOverflow(error)) this.#options.onError(error);
    }
  }

  /** Writes what is queued, part by part. A worker leaves it in one file. */
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
