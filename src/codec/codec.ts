/**
 * Results to bytes and back. What comes back is the same, and as fast to use: V8 keeps it in the same way as the result that was encoded. Texts
 * are stored as they are; plain data as JSON, where that is fast and brings back the same; memory and the like by V8's own serialization
 * (V8 keeps arrays and records from there otherwise than a program's literals); everything else as a table of what it is made of (graph.ts).
 * What cannot come back the same is refused before anything is stored.
 */
import { types } from "node:util";
import { lazyModule } from "../node/lazy.ts";
import { type Reason, within } from "../reason/reason.ts";
import type { Graph, SerializedParts } from "./graph.ts";
import { readGraph } from "./graph-reader.ts";
import { writeGraph } from "./graph-writer.ts";
import { readJson, writeJson } from "./json.ts";
import { plainForm } from "./plain-data.ts";
import type { BeforeAfter, SharedObjects } from "./shared-objects.ts";
import { LATIN, readText, WIDE, writeText } from "./text.ts";

/** A result that can be stored, or why not. */
export type Encoded = { readonly bytes: Uint8Array } | { readonly refused: Reason };

/** First bytes of encoded values. text.ts has two more; any other first byte begins JSON. */
export const GRAPH = 1;
/** A graph of a list: the result, and what the call did to objects that were there before it. */
export const GRAPH_WITH_CHANGES = 4;
export const SERIALIZED = 0xff;

/**
 * Encodes a result.
 * @param shared objects that the result may refer to: where both walks have not met an object alike, a result that holds it is refused
 * @param limit bytes
 * @throws TooLarge when the time is up
 */
export function encode(value: unknown, shared: BeforeAfter, limit: number): Encoded {
  return limited(limit, typeof value === "string" ? writeText(value) : writeOther(value, shared));
}

/**
 * The same with what the call did to objects that were there before it: an object in the result and in a change comes back as one.
 * @param shared the walk before the call: objects that only a walk after the call would meet are new, and belong to the result
 */
export function encodeWithChanges(value: unknown, did: Did, shared: SharedObjects, limit: number): Encoded {
  const root = [value, did.changes, did.wrote];
  const graph = writeGraph(root, { before: shared, after: shared }, { step: "result-or-change" });
  return limited(limit, "refused" in graph ? graph : writeTable(graph, GRAPH_WITH_CHANGES));
}

function limited(limit: number, bytes: Uint8Array | { readonly refused: Reason }): Encoded {
  if ("refused" in bytes) return bytes;
  if (bytes.byteLength <= limit) return { bytes };
  return { refused: within({ step: "result" }, { kind: "large-result", bytes: bytes.byteLength }) };
}

function writeOther(value: unknown, shared: BeforeAfter): Uint8Array | { readonly refused: Reason } {
  const form = plainForm(value, shared);
  const json = form === "json" ? writeJson(value) : null;
  if (json !== null) return json;
  if (form === "serialized") return v8().serialize(value);
  const graph = writeGraph(value, shared);
  return "refused" in graph ? graph : writeTable(graph, GRAPH);
}

/** Lists and texts by V8's serialization, then the blocks: those of numbers first, which have to lie at multiples of eight bytes. */
export function writeTable({ singles, numbers, integers, words, ...frame }: Graph, first: number): Uint8Array {
  const to = new (v8().DefaultSerializer)();
  // One byte, below 128.
  to.writeUint32(first);
  to.writeHeader();
  to.writeValue(frame);
  const blocks = [singles, numbers, integers, words];
  for (let i = 0; i < blocks.length; i++) to.writeUint32((blocks[i] as Int32Array).length);
  for (let i = 0; i < blocks.length; i++) to.writeRawBytes(blocks[i] as Int32Array);
  return to.releaseBuffer();
}

/** Reads the parts of a table. Bytes from another machine have to be checked before (src/codec/check). */
export function readTable(bytes: Uint8Array): Graph {
  reader ??= makeReader();
  const from = new reader(bytes);
  from.readUint32();
  from.readHeader();
  const frame = from.readValue() as SerializedParts;
  const lengths = [from.readUint32(), from.readUint32(), from.readUint32(), from.readUint32()] as const;
  const [singles, numbers, integers, words] = lengths;
  const raw = from.readRawBytes(8 * (singles + numbers) + 4 * (integers + words));
  const own = new Uint8Array(raw.byteLength);
  own.set(raw);
  const { buffer } = own;
  return {
    ...frame,
    singles: new Float64Array(buffer, 0, singles),
    numbers: new Float64Array(buffer, 8 * singles, numbers),
    integers: new Int32Array(buffer, 8 * (singles + numbers), integers),
    words: new Int32Array(buffer, 8 * (singles + numbers) + 4 * integers, words),
  };
}

/** What a call did to objects that were there before it. When it is read again, the objects are those of the running program. */
export interface Did {
  /** Lists of objects and of what the call did to them (src/change/change.ts). */
  readonly changes: readonly unknown[];
  /** The name by which code wrote to state outside; null if no code did. Calls around that are refused for the write say it as their reason. */
  readonly wrote: string | null;
}

/** A value that no other call has, and what its call did. */
export interface Decoded extends Did {
  readonly value: unknown;
}

const NOTHING: Did = { changes: [], wrote: null };

/** Null if something that the value or the changes refer to is not there, any more or yet. */
export function decode(bytes: Uint8Array, sharedObjects: SharedObjects): Decoded | null {
  switch (bytes[0]) {
    case GRAPH:
      return unchanged(readGraph(readTable(bytes), sharedObjects));
    case GRAPH_WITH_CHANGES:
      return withChanges(readGraph(readTable(bytes), sharedObjects));
    case LATIN:
    case WIDE:
      return unchanged({ value: readText(bytes) });
    case SERIALIZED:
      return unchanged({ value: readSerialized(bytes) });
    default:
      return unchanged({ value: readJson(bytes) });
  }
}

function unchanged(read: { readonly value: unknown } | null): Decoded | null {
  return read && { value: read.value, ...NOTHING };
}

function withChanges(read: { readonly value: unknown } | null): Decoded | null {
  if (read === null) return null;
  const [value, changes, wrote] = read.value as [unknown, readonly unknown[], string | null];
  return { value, changes, wrote };
}

type V8 = typeof import("node:v8");
let loaded: V8 | null = null;
let reader: V8["DefaultDeserializer"] | null = null;

/** Loaded when it is first needed: that takes 2 ms. */
function v8(): V8 {
  loaded ??= lazyModule("v8");
  return loaded;
}

/** The version of V8's format that this process writes. */
export function serializedVersion(): number {
  return v8().serialize(0)[1] as number;
}

/** Reads a value in V8's form. Bytes from another machine have to be checked before. */
export function readSerialized(bytes: Uint8Array): unknown {
  reader ??= makeReader();
  const from = new reader(bytes);
  from.readHeader();
  return from.readValue();
}

/**
 * V8's reader makes views of the bytes that it reads. This one makes views of memory of their own: a program may look at the buffer behind a
 * view.
 */
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
