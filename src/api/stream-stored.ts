/** A stream as it is stored: its entry holds an index, and chunks of its items have records of their own. */
import type { RecordInfo, Store } from "../store/store.ts";
import type { PreparedCall } from "./hand-function.ts";
import { ChunkWriter, ItemCodec, itemAt } from "./stream-chunks.ts";
import type { StreamKind } from "./stream-kinds.ts";

/** What the entry of a call holds. The last item of the last chunk is what the stream returned at its end. */
export interface StreamIndex {
  readonly kind: StreamKind;
  /** How many items there are, without the last one. */
  readonly count: number;
  /** A digest of each chunk. */
  readonly chunks: readonly string[];
}

/** One step over a stored stream. `end` comes with what the stream returned; `lost`: the chunk of the next item is gone. */
export type Taken =
  | { readonly kind: "item"; readonly value: unknown }
  | { readonly kind: "end"; readonly value: unknown }
  | { readonly kind: "lost" };

const LOST: Taken = { kind: "lost" };

/** Reads and writes the chunks of one call. */
export class ChunkStore {
  readonly #prepared: PreparedCall;

  constructor(prepared: PreparedCall) {
    this.#prepared = prepared;
  }

  get(index: number, digest: string): Uint8Array | null {
    const { engine, linked } = this.#prepared;
    const read = () => {
      const chunk = this.#store?.get(this.#keyOf(index, digest), linked.live.owner);
      return chunk !== undefined && engine.tools.hash128(chunk) === digest ? chunk : null;
    };
    return engine.memoizer.work(read, null);
  }

  /** Answers whether the record is new. */
  put(index: number, digest: string, chunk: Uint8Array, cost: number): boolean {
    const { owner } = this.#prepared.linked.live;
    const key = this.#keyOf(index, digest);
    const isNew = this.#store?.get(key, owner) === undefined;
    const meta: RecordInfo = { owner: { ...owner, maxEntries: 0 }, cost, shared: chunk.byteLength };
    this.#store?.put(key, chunk, meta);
    return isNew;
  }

  remove(index: number, digest: string): void {
    this.#prepared.engine.memoizer.work(() => this.#store?.remove(this.#keyOf(index, digest)), undefined);
  }

  get #store(): Store | null {
    return this.#prepared.linked.place.host.store();
  }

  #keyOf(index: number, digest: string): string {
    const { engine, key } = this.#prepared;
    return engine.tools.hashText(`stream ${key.hash} ${index} ${digest}`);
  }
}

/** The index in the entry that answers a call; null where none does. */
export function streamIndexOf({ hit }: Pick<PreparedCall, "hit">): StreamIndex | null {
  return hit === null ? null : (hit.decoded.value as StreamIndex);
}

/** The items of a stored stream, one after the other. It holds one chunk at a time. */
export class StoredItems {
  readonly index: StreamIndex;
  readonly #chunks: ChunkStore;
  readonly #codec: ItemCodec;
  readonly #prepared: PreparedCall;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  #nextChunk = 0;
  /** Items that were handed out. */
  #count = 0;

  private constructor(prepared: PreparedCall, index: StreamIndex) {
    this.index = index;
    this.#prepared = prepared;
    this.#chunks = new ChunkStore(prepared);
    this.#codec = new ItemCodec(prepared.engine, prepared.key);
  }

  /** Null unless each chunk of the stream is there, and is what was stored. Cost: each chunk is read. */
  static of(prepared: PreparedCall): StoredItems | null {
    const index = streamIndexOf(prepared);
    if (index === null) return null;
    const items = new StoredItems(prepared, index);
    return index.chunks.every((digest, at) => items.#chunks.get(at, digest) !== null) ? items : null;
  }

  take(): Taken {
    if (this.#at === this.#chunk.byteLength) {
      const digest = this.index.chunks[this.#nextChunk];
      const chunk = digest === undefined ? null : this.#chunks.get(this.#nextChunk, digest);
      if (chunk === null) return LOST;
      this.#chunk = chunk;
      this.#at = 0;
      this.#nextChunk++;
    }
    const item = itemAt(this.#chunk, this.#at);
    const read = item && this.#prepared.engine.memoizer.work(() => this.#codec.read(item.bytes), null);
    if (!item || !read) return LOST;
    if (this.#count === this.index.count) return { kind: "end", value: read.value };
    this.#at = item.end;
    this.#count++;
    return { kind: "item", value: read.value };
  }

  /** Compares what a new run of the function yields with what was handed out. */
  comparison(): Comparison {
    const isThrough = this.#at === this.#chunk.byteLength;
    return new Comparison(this.#prepared, {
      count: this.#count,
      digests: this.index.chunks.slice(0, isThrough ? this.#nextChunk : this.#nextChunk - 1),
      rest: isThrough ? new Uint8Array(0) : this.#chunk.slice(0, this.#at),
    });
  }
}

interface HandedOut {
  readonly count: number;
  /** Of the chunks that were handed out as a whole. */
  readonly digests: readonly string[];
  /** What was handed out of the next one. */
  readonly rest: Uint8Array;
}

/** Whether a run yields the same items again, as the codec writes them. */
export class Comparison {
  readonly #prepared: PreparedCall;
  readonly #expected: HandedOut;
  readonly #codec: ItemCodec;
  readonly #writer = new ChunkWriter();
  #count = 0;
  #chunk = 0;

  constructor(prepared: PreparedCall, expected: HandedOut) {
    this.#prepared = prepared;
    this.#expected = expected;
    this.#codec = new ItemCodec(prepared.engine, prepared.key);
  }

  /** Whether all that was handed out came again. */
  get isOver(): boolean {
    return this.#count === this.#expected.count;
  }

  /**
   * Compares the next item. False where an item up to this one is another than the one handed out: chunks are compared as a whole, so that
   * this may show at a later item, at the last one at the latest.
   */
  isSame(item: unknown): boolean {
    return this.#prepared.engine.memoizer.work(() => this.#compare(item), false);
  }

  #compare(item: unknown): boolean {
    const bytes = this.#codec.write(item);
    if ("refused" in bytes) return false;
    this.#count++;
    const chunk = this.#writer.add(bytes);
    const { digests, rest } = this.#expected;
    if (chunk !== null && this.#prepared.engine.tools.hash128(chunk) !== digests[this.#chunk++]) return false;
    return !this.isOver || Buffer.compare(this.#writer.pending(), rest) === 0;
  }
}
