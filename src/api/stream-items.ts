/** The items of a call of a stream, one step at a time: from the store, or from the running function while they are recorded. */

import { type Source, storedForm } from "./stream-kinds.ts";
import { advance, type Live, type Method, type Opened, open, type StreamCall, sourceFor } from "./stream-opening.ts";
import type { Comparison, StoredItems } from "./stream-stored.ts";

type Result = IteratorResult<unknown, unknown>;

/** What iterators have in common whose steps are answered at once, and those whose steps are waited for. */
export abstract class Items {
  protected readonly call: StreamCall;
  protected isOver = false;
  /** The running function; null as long as it does not run. */
  protected live: Live | null = null;

  constructor(call: StreamCall, opened: Opened | Promise<Opened> | null) {
    this.call = call;
    if (opened !== null && "kind" in opened && opened.kind === "live") this.live = opened.live;
  }

  /** Notes that nobody will ask for an item any more: the recording is given up. */
  abandon(): void {
    this.live?.recording?.leave({ kind: "stream", what: "left" });
  }

  /** The answer to a step after the end of the stream, as generators give it. @throws the value of a `throw` */
  protected afterEnd(method: Method, value: unknown): Result {
    if (method === "throw") throw value;
    return { value: method === "return" ? value : undefined, done: true };
  }

  /** The answer to a step, from the store; null where only the function can give it: the chunk is lost, or the step tells the function something. */
  protected stored(items: StoredItems, method: Method, value: unknown): Result | null {
    if (method === "return") return this.end(value);
    if (method === "throw" || value !== undefined) return null;
    const taken = items.take();
    if (taken.kind === "lost") return null;
    return taken.kind === "item" ? { value: taken.value, done: false } : this.end(taken.value);
  }

  /** What opening the stream has come to: the answer to its first steps, or null where a live stream has to give it. @throws what opening threw */
  protected answerOpened(opened: Opened, method: Method, value: unknown): Result | null {
    if (opened.kind === "threw") {
      this.isOver = true;
      throw opened.error;
    }
    if (opened.kind === "live") this.live = opened.live;
    return opened.kind === "stored" && this.live === null ? this.stored(opened.items, method, value) : null;
  }

  protected end(value: unknown): Result {
    this.isOver = true;
    return { value, done: true };
  }

  /** Gives the recording up before a step that tells the function something: later calls may not tell it the same. */
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

  /** Compares the next item of a new run with the one that was handed out in its place. @throws Error if it is another one */
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
    // Opened at once: a promise would come only of reads that were waited for, and a stream of this kind that waits is not kept.
    this.#opened ??= open(this.call, true) as Opened;
    const opened = this.#opened;
    const result = this.answerOpened(opened, method, value);
    if (result !== null) return result;
    if (opened.kind === "stored") this.live ??= this.#runAgain(opened.items);
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

  /** Runs the function anew up to where a chunk is lost. @throws Error if it does not yield what was handed out */
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
    const result = this.answerOpened(opened, method, value);
    if (result !== null) return result;
    if (opened.kind === "stored") this.live ??= await this.#runAgain(opened.items);
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

  /** The same as for {@link SyncItems}. */
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
