/** Writes the objects of a graph that have internal slots besides their properties: dates, expressions, errors, boxed values and memory. */
import { types } from "node:util";
import { namesBesidePrimitive, unboxed } from "../value/boxed.ts";
import {
  bufferOf,
  flagsOf,
  hasNames,
  hasSlots,
  isDetached,
  kindName,
  lengthOf,
  maxSizeOf,
  mayBeTrace,
  rangeOf,
  sizeOf,
  sourceOf,
  timeOf,
  viewKind,
} from "../value/slots.ts";
import { partsOf } from "./formatters.ts";
import { KIND, type Other, type Pointer } from "./graph.ts";
import { formatterName, type OuterTable } from "./graph-outer.ts";
import type { NodeWriter } from "./node-writer.ts";
import { note, overlaps, POOL, sharedViews, type Views } from "./plain-data.ts";
import type { BeforeAfter } from "./shared-objects.ts";
import { SHARED, Unencodable } from "./unencodable.ts";

const { getPrototypeOf, getOwnPropertyDescriptor, hasOwn } = Object;
const { ownKeys } = Reflect;

export class BuiltInWriter {
  readonly #out: NodeWriter;
  readonly #outer: OuterTable;
  readonly #shared: BeforeAfter;
  readonly #foreign: Views;
  readonly #pieces: Views = new Map();

  constructor(out: NodeWriter, outer: OuterTable, shared: BeforeAfter) {
    this.#out = out;
    this.#outer = outer;
    this.#shared = shared;
    this.#foreign = sharedViews(shared);
  }

  /** The node for an object; null for one without slots. */
  of(value: object): Other | null {
    if (types.isDate(value)) return [KIND.date, ...this.#out.own(value), timeOf(value)];
    if (types.isRegExp(value)) return this.#regexp(value);
    if (types.isNativeError(value)) return this.#error(value);
    if (types.isBoxedPrimitive(value)) return this.#boxed(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (types.isAnyArrayBuffer(value)) return this.#buffer(value);
    const prototype = getPrototypeOf(value) as object | null;
    const name = formatterName(prototype);
    if (name !== undefined) return [KIND.formatter, ...this.#out.own(value), partsOf(value, name, prototype as object)];
    if (hasSlots(value)) throw new Unencodable({ kind: "opaque-object", what: kindName(value) });
    return null;
  }

  /** Refuses Buffers whose memory the graph also holds: to be called at the end. @param isNode whether the graph holds an object */
  checkPieces(isNode: (buffer: object) => boolean): void {
    for (const buffer of this.#pieces.keys()) {
      if (isNode(buffer)) throw new Unencodable({ kind: "pooled-memory", as: "piece-and-pool" });
    }
  }

  #regexp(value: RegExp): Other {
    const named = ownKeys(value).filter((key) => key !== "lastIndex");
    const { value: lastIndex, writable } = getOwnPropertyDescriptor(value, "lastIndex") as PropertyDescriptor;
    const own = this.#out.own(value, named);
    return [KIND.regexp, ...own, sourceOf(value), flagsOf(value), this.#out.item(lastIndex), !writable];
  }

  /** Refused with its stack, which tells who has called the function: that differs from call to call. */
  #error(value: Error): Other {
    if (hasOwn(value, "stack")) {
      const isTrace =
        mayBeTrace(value, "stack") || !hasOwn(getOwnPropertyDescriptor(value, "stack") as object, "value");
      if (isTrace) throw new Unencodable({ kind: "stack-value", isError: true });
    }
    return [KIND.error, ...this.#out.own(value)];
  }

  #boxed(value: object): Other {
    const primitive = unboxed(value);
    return [KIND.boxed, ...this.#out.own(value, namesBesidePrimitive(value, primitive)), this.#out.item(primitive)];
  }

  #buffer(value: ArrayBufferLike): Other {
    if (!types.isArrayBuffer(value)) throw new Unencodable({ kind: "shared-memory" });
    if (this.#foreign.has(value)) throw new Unencodable(SHARED);
    if (isDetached(value)) throw new Unencodable({ kind: "detached-memory" });
    return [KIND.buffer, ...this.#out.own(value), new Uint8Array(value), maxSizeOf(value)];
  }

  #view(value: ArrayBufferView): Other {
    const buffer = bufferOf(value);
    if (!types.isArrayBuffer(buffer)) throw new Unencodable({ kind: "shared-memory" });
    // It cannot be told whether such a view grows with its memory.
    if (maxSizeOf(buffer) !== null) throw new Unencodable({ kind: "resizable-memory", isView: true });
    const kind = viewKind(value);
    const length = lengthOf(value);
    const chain = this.#outer.chain(getPrototypeOf(value));
    // The names of elements come first. For a view of a built-in class there is a fast way to tell that there are no others.
    const hasNone = chain.length === 1 && typeof chain[0] === "string" && !hasNames(value);
    const named = hasNone ? [] : ownKeys(value).slice(kind === "DataView" ? 0 : length);
    const { start, end } = rangeOf(value);
    const mayBePool = sizeOf(buffer) === POOL && end - start < POOL && !this.#shared.after.seen.has(buffer);
    if (!mayBePool) {
      const own = this.#out.own(value, named);
      return [KIND.view, ...own, kind, this.#out.item(buffer) as Pointer, start, length];
    }
    // Where in Node's pool a Buffer lies is chance: it comes back with memory of its own.
    if (chain.at(-1) !== "Buffer") throw new Unencodable({ kind: "pooled-memory", as: "view" });
    if (overlaps(value, this.#foreign)) throw new Unencodable(SHARED);
    if (overlaps(value, this.#pieces)) throw new Unencodable({ kind: "pooled-memory", as: "two-buffers" });
    note(value, this.#pieces);
    return [KIND.piece, ...this.#out.own(value, named), new Uint8Array(buffer, start, end - start)];
  }
}
