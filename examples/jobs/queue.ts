// Calls that others make: a job for each call whose result is not in the cache.

import { Queue, QueueEvents } from "bullmq";
import type { Memoized } from "dumbo";

export const NAME = "steps";
export const connection = { url: process.env.QUEUE_URL ?? "redis://127.0.0.1:6379" };

/** Seconds for which a job is there for others who ask for the same. The cache has its result for longer. */
const KEPT = 60;

/** Milliseconds: what was told so long ago is listened to as well. A job may be done before the first question for events is sent. */
const BEFORE = 60_000;

export class Steps {
  readonly #queue = new Queue(NAME, { connection });
  readonly #events = new QueueEvents(NAME, { connection, lastEventId: `${Date.now() - BEFORE}` });
  #jobs = 0;

  /** How many calls were given to the queue. */
  get jobs(): number {
    return this.#jobs;
  }

  /** The result of a call: from the cache, else from a worker. */
  async call<A extends unknown[], R>(step: Memoized<(...args: A) => R>, ...args: A): Promise<R> {
    if (step.wouldHit(...args)) return step(...args);
    this.#jobs++;
    // The key of the call stands for it: who else asks for the same, on whatever machine, gets the same job.
    const jobId = `${step.name}-${step.keyOf(...args)?.key}`;
    const job = await this.#queue.add(step.name, args, { jobId, removeOnComplete: { age: KEPT }, removeOnFail: true });
    return job.waitUntilFinished(this.#events);
  }

  async close(): Promise<void> {
    await Promise.all([this.#queue.close(), this.#events.close()]);
  }
}
