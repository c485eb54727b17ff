/** The recording of a stream: chunks of its items are stored while somebody iterates over it, and its entry when it has ended. */
import type { CallByHand } from "../call/call.ts";
import type { Reason } from "../reason/reason.ts";
import type { Frame } from "../trace/frames.ts";
import { hasWaited } from "../trace/trace.ts";
import type { PreparedCall } from "./hand-function.ts";
import { ChunkWriter, ItemCodec } from "./stream-chunks.ts";
import type { StreamKind } from "./stream-kinds.ts";
import { ChunkStore, type StreamIndex } from "./stream-stored.ts";

/** A stream may take so many times the bytes of one value. */
const MOST = 4;

/** What {@link CallByHand.body} rejects with where the call is not kept. */
const NOT_KEPT = new Error("the stream is not kept");

export class Recording {
  readonly #prepared: PreparedCall;
  readonly #codec: ItemCodec;
  readonly #chunks: ChunkStore;
  readonly #writer = new ChunkWriter();
  readonly #digests: string[] = [];
  /** The numbers of chunks that were not there before. */
  readonly #added: number[] = [];
  readonly #promise: Promise<StreamIndex>;
  #resolve: (index: StreamIndex) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #kind: StreamKind = { type: "sync" };
  #frame: Frame | null = null;
  #isOver = false;
  /** How much the function had read, printed and written when the first item came: it may do none of that later. */
  #noted: number | null = null;
  #count = 0;
  #bytes = 0;
  #ran = 0;
  /** Why the call is not kept, if nobody else says it. */
  #why: Reason | null = null;

  constructor(prepared: PreparedCall) {
    this.#prepared = prepared;
    this.#codec = new ItemCodec(prepared.engine, prepared.key);
    this.#chunks = new ChunkStore(prepared);
    this.#promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /**
   * The call, for the engine.
   * @param start runs the function up to its first step; it throws nothing
   * @param refreshes whether nothing that is stored is to answer it
   */
  callByHand(start: () => void, refreshes: boolean, replay: boolean): CallByHand {
    const { engine, given, linked } = this.#prepared;
    const body = () => {
      this.#frame = engine.tools.current();
      start();
      return this.#promise;
    };
    const isKept: CallByHand["isKept"] = (trace) => {
      const isSync = this.#kind.type === "sync";
      return (replay || trace.output.length === 0) && !(isSync && hasWaited(trace)) && given.isSame();
    };
    return { body, isKept, covered: given.covered, refreshes, outside: linked.fresh, ran: () => this.#ran };
  }

  /** To be called with what the engine has answered to {@link callByHand}. */
  follow(answer: unknown): void {
    const { live } = this.#prepared.linked;
    // The engine notes that the function has thrown: the true reason has to be noted after that.
    const onFail = () => {
      if (this.#why !== null) live.noteRefusal(this.#why);
    };
    if (answer instanceof Promise) answer.then(undefined, onFail);
  }

  set kind(kind: StreamKind) {
    this.#kind = kind;
  }

  /** Makes a step of the function in the frame of its call, so that what the step does is recorded. */
  run<T>(step: () => T): T {
    return this.#frame === null ? step() : this.#prepared.engine.tools.runFurther(this.#frame, step);
  }

  /** Adds the time of a step of the function that began then. */
  ranSince(started: number): void {
    this.#ran += this.now - started;
  }

  get now(): number {
    return this.#prepared.engine.host.now();
  }

  /** Stores an item. To be called before the caller has the item, and may change it. */
  item(value: unknown): void {
    if (this.#isOver) return;
    this.#noted ??= this.#touched;
    if (this.#keep(value)) this.#count++;
  }

  /** The stream has come to its end. */
  end(value: unknown): void {
    if (this.#isOver || !this.#keep(value)) return;
    if (this.#noted !== null && this.#noted !== this.#touched) return this.leave({ kind: "stream", what: "reads" });
    const isPut = this.#work(() => this.#put(this.#writer.rest()));
    if (!isPut || this.#isOver) return this.#fail(null, NOT_KEPT);
    this.#isOver = true;
    this.#resolve({ kind: this.#kind, count: this.#count, chunks: this.#digests });
  }

  fail(error: unknown): void {
    if (!this.#isOver) this.#fail(null, error);
  }

  /** Gives the recording up: nothing of the stream is kept. */
  leave(why: Reason): void {
    if (!this.#isOver) this.#fail(why, NOT_KEPT);
  }

  #fail(why: Reason | null, error: unknown): void {
    this.#isOver = true;
    this.#why = why;
    for (const index of this.#added) this.#chunks.remove(index, this.#digests[index] as string);
    this.#reject(error);
  }

  /** Adds an item to the chunks. Answers whether the recording goes on. */
  #keep(value: unknown): boolean {
    const isKept = this.#work(() => {
      const bytes = this.#codec.write(value);
      if ("refused" in bytes) return this.leave(bytes.refused);
      const chunk = this.#writer.add(bytes);
      if (chunk !== null) this.#put(chunk);
    });
    if (!isKept) this.leave({ kind: "stream", what: "left" });
    return !this.#isOver;
  }

  #put(chunk: Uint8Array): void {
    const { tools, host } = this.#prepared.engine;
    this.#bytes += chunk.byteLength;
    if (this.#bytes > MOST * host.valueLimit) return this.leave({ kind: "stream", what: "long" });
    const digest = tools.hash128(chunk);
    const index = this.#digests.push(digest) - 1;
    if (this.#chunks.put(index, digest, chunk, this.#ran)) this.#added.push(index);
  }

  get #touched(): number {
    const trace = this.#frame?.recording.trace;
    return trace === undefined ? 0 : trace.dependencies.length + trace.output.length + (trace.writes?.length ?? 0);
  }

  /** Does dumbo's own work. Answers whether it went without an error. */
  #work(work: () => void): boolean {
    return this.#prepared.engine.memoizer.work(() => {
      work();
      return true;
    }, false);
  }
}
