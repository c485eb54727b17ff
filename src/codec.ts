/**
 * Results to bytes and back, by V8's own serialization. Plain data goes through it as it is; everything else as a table
 * of what it is made of. What cannot come back the same is refused before anything is stored.
 */
import { types } from "node:util";
import type { Graph } from "./graph.ts";
import { readGraph } from "./graph-reader.ts";
import { writeGraph } from "./graph-writer.ts";
import type { Around, Landmarks } from "./landmarks.ts";
import { late } from "./own/late.ts";
import { isPlain } from "./plain.ts";

/** A result that can be stored, or why not. */
export type Encoded = { readonly bytes: Uint8Array } | { readonly refused: string };

/** V8's serialization begins with 0xff. */
const GRAPH = 1;

/**
 * Encodes a result.
 * @param around what the result may refer to, and must not share otherwise
 * @param limit bytes
 */
export function encode(value: unknown, around: Around, limit: number): Encoded {
  let bytes: Uint8Array;
  if (isPlain(value, around)) {
    bytes = v8().serialize(value);
  } else {
    const graph = writeGraph(value, around);
    if ("refused" in graph) return graph;
    bytes = Buffer.concat([Uint8Array.of(GRAPH), v8().serialize(graph)]);
  }
  return bytes.byteLength > limit ? { refused: `result is ${bytes.byteLength} bytes, above limits.value` } : { bytes };
}

/** A fresh value, which owns its memory; null when something that it refers to is not there (any more, or yet). */
export function decode(bytes: Uint8Array, landmarks: Landmarks): { readonly value: unknown } | null {
  if (bytes[0] !== GRAPH) return { value: read(bytes) };
  return readGraph(read(bytes.subarray(1)) as Graph, landmarks);
}

type V8 = typeof import("node:v8");
let loaded: V8 | null = null;
let reader: V8["DefaultDeserializer"] | null = null;

/** Loading it costs 2 ms, which a program that asks for nothing does not pay. */
function v8(): V8 {
  loaded ??= late("v8");
  return loaded;
}

function read(bytes: Uint8Array): unknown {
  reader ??= makeReader();
  const from = new reader(bytes);
  from.readHeader();
  return from.readValue();
}

/** V8's reader hands out views of its input; a program may look at the buffer behind a typed array. */
function makeReader(): V8["DefaultDeserializer"] {
  const { DefaultDeserializer } = v8();
  const inherited = DefaultDeserializer.prototype as unknown as { _readHostObject(): ArrayBufferView };
  return class Reader extends DefaultDeserializer {
    _readHostObject(): unknown {
      const view = inherited._readHostObject.call(this);
      if (Buffer.isBuffer(view)) return ownBuffer(view);
      if (types.isDataView(view))
        return new DataView(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
      return (view as Uint8Array).slice();
    }
  };
}

/** A Buffer with memory of its own. */
function ownBuffer(view: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(view.byteLength);
  view.copy(own);
  return own;
}
