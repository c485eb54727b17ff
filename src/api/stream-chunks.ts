/** The items of a stream as records of the store: chunks of about 64 kB, each item with its length in front. */
import type { Engine } from "../call/engine.ts";
import type { SharedObjects } from "../codec/shared-objects.ts";
import type { Key } from "../key/key.ts";
import type { Reason } from "../reason/reason.ts";
import type { SeenValues } from "../value/seen-objects.ts";

/** A chunk ends with the item that makes it so long. */
const CHUNK = 64 * 1024;
const LENGTH = 4;

/** Bytes of the memory that Node cuts small Buffers from: two items that both lie in it do not share anything by that. */
const POOL = Buffer.allocUnsafe(1).buffer.byteLength;

/** Puts items together to chunks. The same items make the same chunks, so that runs can be compared chunk by chunk. */
export class ChunkWriter {
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** @returns the chunk that the item completes, or null */
  add(item: Uint8Array): Uint8Array | null {
    const length = Buffer.allocUnsafeSlow(LENGTH);
    length.writeUInt32LE(item.byteLength);
    this.#parts.push(length, item);
    this.#bytes += LENGTH + item.byteLength;
    return this.#bytes < CHUNK ? null : this.rest();
  }

  /** Takes the items that do not fill a chunk yet out, as one chunk. */
  rest(): Uint8Array {
    const chunk = this.pending();
    this.#parts = [];
    this.#bytes = 0;
    return chunk;
  }

  /** The same, but they stay: later items come behind them. */
  pending(): Uint8Array {
    const chunk = Buffer.allocUnsafeSlow(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      chunk.set(part, at);
      at += part.byteLength;
    }
    return chunk;
  }
}

/** The bytes of an item, and where the next one begins; null where the bytes are no chunk. */
export function itemAt(chunk: Uint8Array, at: number): { readonly bytes: Uint8Array; readonly end: number } | null {
  if (at + LENGTH > chunk.byteLength) return null;
  const start = at + LENGTH;
  const end = start + new DataView(chunk.buffer, chunk.byteOffset + at, LENGTH).getUint32(0, true);
  return end > chunk.byteLength ? null : { bytes: chunk.subarray(start, end), end };
}

/**
 * Items to bytes and back. An item may refer to objects of arguments and state: it comes back with those very objects. It may share nothing
 * with earlier items, which come back as copies of their own.
 */
export class ItemCodec {
  readonly #engine: Engine;
  readonly #walk: Key["walk"];
  readonly #objects: ItemObjects;
  readonly #after: SharedObjects;

  constructor(engine: Engine, { walk }: Key) {
    this.#engine = engine;
    this.#walk = walk;
    this.#objects = new ItemObjects(walk.seen);
    const { views, weak, links, bindings, reaches } = walk;
    this.#after = {
      seen: this.#objects,
      views,
      weak,
      links,
      bindings,
      reaches,
      builtInObjects: () => walk.builtInObjects(),
    };
  }

  write(value: unknown): Uint8Array | { readonly refused: Reason } {
    const { tools, host } = this.#engine;
    const encoded = tools.encode(value, { before: this.#walk, after: this.#after }, host.valueLimit);
    this.#objects.endItem();
    return "bytes" in encoded ? encoded.bytes : encoded;
  }

  /** Null where something that the item refers to is not there. */
  read(bytes: Uint8Array): { readonly value: unknown } | null {
    return this.#engine.tools.decode(bytes, this.#walk);
  }
}

/**
 * The objects that the walk of a key has met, and those of earlier items, which are held weakly. The codec asks about each object of the
 * item that it writes, so that the objects it asks about are those of the item; an item that holds an object of an earlier one is refused.
 */
class ItemObjects implements SeenValues {
  readonly #first: SeenValues;
  readonly #earlier = new WeakSet<object>();
  #ofItem: object[] = [];

  constructor(first: SeenValues) {
    this.#first = first;
  }

  /** Never 0: for 0, the codec would not ask about objects at all. */
  get size(): number {
    return this.#first.size + 1;
  }

  has(value: object | symbol): boolean {
    return this.#first.has(value) || this.#wasHandedOut(value);
  }

  get(value: object | symbol): number | undefined {
    // No walk of a key has this number: the codec takes the object for one that has moved, and refuses it.
    return this.#first.get(value) ?? (this.#wasHandedOut(value) ? this.#first.size : undefined);
  }

  keys(): IterableIterator<object | symbol> {
    return this.#first.keys();
  }

  endItem(): void {
    for (const object of this.#ofItem) this.#earlier.add(object);
    this.#ofItem = [];
  }

  #wasHandedOut(value: object | symbol): boolean {
    if (typeof value !== "object" || isPool(value)) return false;
    this.#ofItem.push(value);
    return this.#earlier.has(value);
  }
}

function isPool(value: object): boolean {
  return value instanceof ArrayBuffer && value.byteLength === POOL;
}
