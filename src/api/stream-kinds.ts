/** The kinds of streams that a function may return, and how a caller gets a stream of the same kind. */
import { types } from "node:util";

/** What is stored of a stream beside its items (stream-stored.ts). */
export type StreamKind =
  | { readonly type: "sync" }
  | { readonly type: "async" }
  | { readonly type: "web"; readonly isOfBytes: boolean }
  | {
      readonly type: "node";
      readonly objectMode: boolean;
      readonly highWaterMark: number;
      readonly encoding: BufferEncoding | null;
    };

/** A stream as its items are asked for: by an iterator. */
export type Source =
  | { readonly isAsync: false; readonly kind: StreamKind; readonly iterator: Iterator<unknown> }
  | { readonly isAsync: true; readonly kind: StreamKind; readonly iterator: AsyncIterator<unknown> };

type Stream = typeof import("node:stream");

/** Whether a value is a stream, of the web or of Node. */
export function isStream(value: unknown): boolean {
  return value instanceof ReadableStream || value instanceof nodeStream().Readable;
}

/** Null for a value that is no stream and cannot be iterated over. */
export function sourceOf(value: unknown): Source | null {
  if (typeof value !== "object" || value === null) return null;
  if (value instanceof ReadableStream) return webSource(value);
  const { Readable } = nodeStream();
  if (value instanceof Readable) {
    const { readableObjectMode: objectMode, readableHighWaterMark: highWaterMark, readableEncoding: encoding } = value;
    const kind: StreamKind = { type: "node", objectMode, highWaterMark, encoding };
    return { isAsync: true, kind, iterator: value[Symbol.asyncIterator]() };
  }
  if (Symbol.asyncIterator in value) {
    const iterator = (value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    return { isAsync: true, kind: { type: "async" }, iterator };
  }
  if (!(Symbol.iterator in value)) return null;
  return { isAsync: false, kind: { type: "sync" }, iterator: (value as Iterable<unknown>)[Symbol.iterator]() };
}

function webSource(stream: ReadableStream<unknown>): Source {
  const isOfBytes = yieldsBytes(stream);
  const reader = stream.getReader();
  const iterator: AsyncIterator<unknown> = {
    next: () => reader.read() as Promise<IteratorResult<unknown>>,
    return: async (reason) => {
      await reader.cancel(reason);
      return { value: undefined, done: true };
    },
  };
  return { isAsync: true, kind: { type: "web", isOfBytes }, iterator };
}

/** Whether a stream is one of bytes: only those have readers that bring their own memory. */
function yieldsBytes(stream: ReadableStream<unknown>): boolean {
  try {
    (stream as ReadableStream<Uint8Array>).getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

/** An item as it is stored: a piece of a stream of bytes is a copy of its bytes, whatever memory the piece is a view of. */
export function storedForm(kind: StreamKind, item: unknown): unknown {
  const isOfBytes = (kind.type === "web" && kind.isOfBytes) || (kind.type === "node" && !kind.objectMode);
  if (!isOfBytes || !types.isUint8Array(item)) return item;
  return Buffer.isBuffer(item) ? Buffer.from(item) : new Uint8Array(item);
}

/** A stream of Node, or of the web, with the items of an iterator. It asks for an item only when its reader wants one. */
export function streamOf(kind: StreamKind, items: Required<AsyncIterator<unknown, unknown, unknown>>): unknown {
  switch (kind.type) {
    case "web":
      return webStream(kind.isOfBytes, items);
    case "node": {
      const { objectMode, highWaterMark, encoding } = kind;
      return new (nodeStream().Readable)({
        objectMode,
        highWaterMark,
        ...(encoding !== null && { encoding }),
        read() {
          items.next(undefined).then(
            ({ done, value }) => this.push(done ? null : value, encoding ?? undefined),
            (error: Error) => this.destroy(error),
          );
        },
        destroy(error, callback) {
          const end = () => callback(error);
          items.return(undefined).then(end, end);
        },
      });
    }
    default:
      return items;
  }
}

function webStream(isOfBytes: boolean, items: Required<AsyncIterator<unknown, unknown, unknown>>): unknown {
  const pull = async (controller: ReadableStreamDefaultController<unknown> | ReadableByteStreamController) => {
    const { done, value } = await items.next(undefined);
    if (!done) return (controller as ReadableStreamDefaultController<unknown>).enqueue(value);
    controller.close();
    // A reader that waits with memory of its own has to be answered, or it waits for ever.
    if ("byobRequest" in controller) controller.byobRequest?.respond(0);
  };
  const cancel = async (reason: unknown) => void (await items.return(reason));
  const none = { highWaterMark: 0 };
  return isOfBytes
    ? new ReadableStream({ type: "bytes", pull, cancel }, none)
    : new ReadableStream({ pull, cancel }, none);
}

function nodeStream(): Stream {
  return process.getBuiltinModule("node:stream");
}
