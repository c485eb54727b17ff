/** The bytes that a view shows, read without running code of the program. */
import { types } from "node:util";
import { bufferOf, hasNames, rangeOf, viewKind } from "./slots.ts";

// Captured before the program can replace them.
const { getPrototypeOf } = Object;
const { apply } = Reflect;
const { set } = Uint8Array.prototype;
const BufferPrototype = Buffer.prototype;
const prototypes: Readonly<Record<string, object>> = {
  DataView: DataView.prototype,
  Float32Array: Float32Array.prototype,
  Float64Array: Float64Array.prototype,
  Int8Array: Int8Array.prototype,
  Int16Array: Int16Array.prototype,
  Int32Array: Int32Array.prototype,
  Uint8Array: Uint8Array.prototype,
  Uint8ClampedArray: Uint8ClampedArray.prototype,
  Uint16Array: Uint16Array.prototype,
  Uint32Array: Uint32Array.prototype,
  BigInt64Array: BigInt64Array.prototype,
  BigUint64Array: BigUint64Array.prototype,
};

/**
 * A copy of the bytes of a view. Null where what Node reads of the view may be something else: it has a class or members of the program's own, by
 * which `buffer` or an iterator may be the program's code, or its memory is shared with other threads.
 */
export function copyOfBytes(view: ArrayBufferView): Uint8Array | null {
  const prototype = getPrototypeOf(view);
  if ((prototype !== BufferPrototype && prototype !== prototypes[viewKind(view)]) || hasNames(view)) return null;
  const buffer = bufferOf(view);
  if (types.isSharedArrayBuffer(buffer)) return null;
  const { start, end } = rangeOf(view);
  const copy = new Uint8Array(end - start);
  apply(set, copy, [new Uint8Array(buffer, start, end - start)]);
  return copy;
}
