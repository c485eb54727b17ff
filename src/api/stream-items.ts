/** The items of a call, for who goes over them: from the store, or from the function while they are stored. */

import { type Source, storedForm } from "./stream-kinds.ts";
import { advance, type Live, type Method, type Opened, open, type StreamCall, sourceFor } from "./stream-opening.ts";
import type { Comparison, StoredItems } from "./stream-stored.ts";

type Result = IteratorResult<unknown, unknown>;

/** What is common to those that are gone over at once and those that are waited for. */
export abstract class Items {
  protected readonly call: StreamCall;
  protected isOver = false;
  /** The function, once it runs. */
  protected live: Live | null = null;

  constructor(call: StreamCall, opened: Opened | Promise<Opened> | null) {
    this.call = call;
    if (opened !== null && "kind" in opened && opened.kind === "live") this.live = opened.live;
  }

  /** Nobody will ask for an item any more. */
  abandon(): void {
    this.live?.recording?.leave({ kind: "stream", what: "left" });
  }

  /** What a step is answered with when the stream has ended. @throws what the step throws */
  protected afterEnd(method: Method, value: unknown): Result {
    if (method === "throw") throw value;
    return { value: method === "return" ? value : undefined, done: true };
  }

  /** The answer of a stored stream; null where only the function could give it. */
  protected stored(items: StoredItems, method: Method, value: unknown): Result | null {
    if (method === "return") return this.end(value);
    // The function would take what it is told into account.
    if (method === "throw" || value !== undefined) return null;
    const taken = items.take();
    if (taken.kind === "lost") return null;
    return taken.kind === "item" ? { value: taken.value, done: false } : this.end(taken.value);
  }

  protected end(value: unknown): Result {
    this.isOver = true;
    return { value, done: true };
  }

  /** Notes what a step tells the function, before the step. */
  protected noteAsked({ recording }: Live, method: Method, value: unknown): void {
    if (method === "return") recording?.leave({ kind: "stream", what: "left" });
    else if (method === "throw" || value !== undefined) recording?.leave({ kind: "stream", what: "told" });
  }

  protected noteResult({ recording, source }: Live, result: Result): Result {
    if (result.done) {
      this.isOver = true;
      recording?.end(result.value);
    } else recording?.item(storedForm(source.kind, result.value));
    return result;
  }

  protected noteError({ recording }: Live, error: unknown): void {
    this.isOver = true;
    recording?.fail(error);
  }

  /** Whether the next item of a new run is what was handed out in its place. @throws Error if not */
  protected compare(comparison: Comparison, { kind }: Source, { done, value }: Result): void {
    if (done || !comparison.isSame(storedForm(kind, value))) throw this.lost();
  }

  protected lost(): Error {
    this.isOver = true;
    const { name } = this.call.hand.options;
    const text = `a part of what memo.stream has kept of ${name} is gone, and ${name} does not yield the same again`;
    return Object.assign(new Error(text), { code: "ERR_DUMBO_STREAM_LOST" });
  }
}

export class SyncItems extends Items implements Iterator<unknown, unknown, unknown> {
  #opened: Opened | null;

  /** @param opened null where the first step opens it */
  constructor(call: StreamCall, opened: Opened | null) {
    super(call, opened);
    this.#opened = opened;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(value: unknown): Result {
    return this.#stepInContext("next", value);
  }

  return(value: unknown): Result {
    return this.#stepInContext("return", value);
  }

  throw(error: unknown): Result {
    return this.#stepInContext("throw", error);
  }

  #stepInContext(method: Method, value: unknown): Result {
    return this.call.inContext(() => this.#step(method, value));
  }

  #step(method: Method, value: unknown): Result {
    if (this.isOver) return this.afterEnd(method, value);
    // A promise comes of reads alone that are waited for.
    this.#opened ??= open(this.call, true) as Opened;
    const opened = this.#opened;
    if (opened.kind === "threw") {
      this.isOver = true;
      throw opened.error;
    }
    if (opened.kind === "live") this.live = opened.live;
    if (opened.kind === "stored" && this.live === null) {
      const result = this.stored(opened.items, method, value);
      if (result !== null) return result;
      this.live = this.#runAgain(opened.items);
    }
    return this.#advance(this.live as Live, method, value);
  }

  #advance(live: Live, method: Method, value: unknown): Result {
    this.noteAsked(live, method, value);
    const started = live.recording?.now ?? 0;
    try {
      const result = advance(live, method, value) as Result;
      live.recording?.ranSince(started);
      return this.noteResult(live, result);
    } catch (error) {
      this.noteError(live, error);
      throw error;
    }
  }

  /** The function, where it has yielded once more what was handed out. @throws Error if it yields something else */
  #runAgain(items: StoredItems): Live {
    const live = runUncached(this.call);
    const comparison = items.comparison();
    const iterator = live.source.iterator as Iterator<unknown>;
    while (!comparison.isOver) this.compare(comparison, live.source, iterator.next());
    return live;
  }
}

export class AsyncItems extends Items implements AsyncIterator<unknown, unknown, unknown> {
  #opened: Opened | Promise<Opened> | null;

  /** @param opened null where the first step opens it */
  constructor(call: StreamCall, opened: Opened | Promise<Opened> | null) {
    super(call, opened);
    this.#opened = opened;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(value: unknown): Promise<Result> {
    return this.#stepInContext("next", value);
  }

  return(value: unknown): Promise<Result> {
    return this.#stepInContext("return", value);
  }

  throw(error: unknown): Promise<Result> {
    return this.#stepInContext("throw", error);
  }

  #stepInContext(method: Method, value: unknown): Promise<Result> {
    return this.call.inContext(() => this.#step(method, value));
  }

  async #step(method: Method, value: unknown): Promise<Result> {
    if (this.isOver) return this.afterEnd(method, value);
    this.#opened ??= open(this.call, true);
    const opened = this.#opened instanceof Promise ? await this.#opened : this.#opened;
    this.#opened = opened;
    if (opened.kind === "threw") {
      this.isOver = true;
      throw opened.error;
    }
    if (opened.kind === "live") this.live = opened.live;
    if (opened.kind === "stored" && this.live === null) {
      const result = this.stored(opened.items, method, value);
      if (result !== null) return result;
      this.live = await this.#runAgain(opened.items);
    }
    return this.#advance(this.live as Live, method, value);
  }

  async #advance(live: Live, method: Method, value: unknown): Promise<Result> {
    this.noteAsked(live, method, value);
    const started = live.recording?.now ?? 0;
    try {
      const result = (await advance(live, method, value)) as Result;
      live.recording?.ranSince(started);
      return this.noteResult(live, result);
    } catch (error) {
      this.noteError(live, error);
      throw error;
    }
  }

  /** As for those that are not waited for. */
  async #runAgain(items: StoredItems): Promise<Live> {
    const live = runUncached(this.call);
    const comparison = items.comparison();
    const iterator = live.source.iterator as AsyncIterator<unknown>;
    while (!comparison.isOver) this.compare(comparison, live.source, await iterator.next());
    return live;
  }
}

/** Runs the function with nothing of it stored. @throws what it throws */
function runUncached(call: StreamCall): Live {
  const { hand, self, args } = call;
  return { source: sourceFor(call, hand.runUncached(self, args)), recording: null, first: null };
}
