/** The bytes that a view shows, read without running code of the program. */
import { types } from "node:util";
import { bufferOf, hasNames, hasPrototypeOfKind, rangeOf } from "./slots.ts";

// Captured before the program can replace them.
const { apply } = Reflect;
const { set } = Uint8Array.prototype;

/**
 * A copy of the bytes of a view. Null where what Node reads of the view may be something else: it has a class or members of the program's own, by
 * which `buffer` or an iterator may be the program's code, or its memory is shared with other threads.
 */
export function copyOfBytes(view: ArrayBufferView): Uint8Array | null {
  if (!hasPrototypeOfKind(view) || hasNames(view)) return null;
  const buffer = bufferOf(view);
  if (types.isSharedArrayBuffer(buffer)) return null;
  const { start, end } = rangeOf(view);
  const copy = new Uint8Array(end - start);
  apply(set, copy, [new Uint8Array(buffer, start, end - start)]);
  return copy;
}
