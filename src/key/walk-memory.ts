/** Writes memory into keys: views by their class and their place in a buffer, buffers by their bytes. */
import { types } from "node:util";
import { hasNames, hasPrototypeOfKind, isDetached, viewKind } from "../value/slots.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { TAG } from "./tags.ts";
import type { Walk } from "./walk.ts";

/** Where a view lies in its memory. */
interface ViewSpan {
  /** Its number in the walk. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

const { getPrototypeOf, isExtensible } = Object;

/** The memory that one walk has met. */
export class MemoryWalk {
  /** The views that were met: a result must not share their memory. */
  readonly views: ArrayBufferView[];
  readonly #places = new Map<ArrayBufferLike, ViewSpan[]>();
  readonly #seesBuffers: boolean;

  /** @param seesBuffers whether the code looks at the memory behind Buffers, so that their places in it are a part of their value */
  constructor(seesBuffers: boolean, views: ArrayBufferView[] = []) {
    this.#seesBuffers = seesBuffers;
    this.views = views;
  }

  /** The memory of a walk that goes on where this walk has ended. */
  goOn(): MemoryWalk {
    const next = new MemoryWalk(this.#seesBuffers, this.views.slice());
    this.#places.forEach((places, buffer) => void next.#places.set(buffer, places.slice()));
    return next;
  }

  /** Writes a view. Answers how many other views it was compared with, which takes time. */
  view(value: ArrayBufferView, walk: Walk): number {
    const { out } = walk;
    const isBuffer = getPrototypeOf(value) === Buffer.prototype;
    if (!hasPrototypeOfKind(value)) throw new Unkeyable({ kind: "own-class", what: "a typed array" });
    if (hasNames(value) || !isExtensible(value)) {
      throw new Unkeyable({ kind: "extra-properties", what: "a typed array" });
    }
    const { buffer } = value;
    if (types.isSharedArrayBuffer(buffer)) throw new Unkeyable({ kind: "shared-memory" });
    checkSize(buffer);
    const others = this.#places.get(buffer) ?? [];
    const start = value.byteOffset;
    const place = { index: walk.seen.get(value) as number, start, end: start + value.byteLength };
    this.views.push(value);
    this.#places.set(buffer, others);
    out.byte(TAG.view);
    out.text(isBuffer ? "Buffer" : viewKind(value));
    // Where in its memory a Buffer lies is chance, as small ones are cut from a pool: it is written only if code looks at it.
    if (isBuffer && !this.#seesBuffers && !walk.seen.has(buffer)) {
      out.byte(0);
      out.bytes(new Uint8Array(buffer, start, value.byteLength));
      overlaps(place, others, walk);
      others.push(place);
      return others.length;
    }
    others.push(place);
    out.byte(1);
    out.uint32(start);
    out.uint32(value.byteLength);
    walk.write(buffer);
    return 0;
  }

  buffer(value: ArrayBuffer, { out }: Walk): void {
    checkSize(value);
    out.byte(TAG.arrayBuffer);
    out.bytes(new Uint8Array(value));
    // Views of it that were met before were written without their place.
    const places = this.#places.get(value) ?? [];
    for (let i = 0; i < places.length; i++) offset(places[i] as ViewSpan, (places[i] as ViewSpan).start, out);
    out.byte(TAG.end);
  }
}

/** Writes how a Buffer lies to others that share bytes with it: what is written through one is read by the other. */
function overlaps({ start, end }: ViewSpan, others: readonly ViewSpan[], { out }: Walk): void {
  for (let i = 0; i < others.length; i++) {
    const other = others[i] as ViewSpan;
    if (start < other.end && other.start < end) offset(other, start - other.start, out);
  }
  out.byte(TAG.end);
}

function offset({ index }: ViewSpan, distance: number, out: Walk["out"]): void {
  out.byte(TAG.seen);
  out.uint32(index);
  out.float64(distance);
}

function checkSize(buffer: ArrayBuffer): void {
  if ((buffer as { resizable?: boolean }).resizable) throw new Unkeyable({ kind: "resizable-memory" });
  if (isDetached(buffer)) throw new Unkeyable({ kind: "detached-memory" });
}
