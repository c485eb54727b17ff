/** Prints what a run printed, before the process ends at once. */
import { writeSync } from "node:fs";
import { whenFree } from "../../src/node/process.ts";
import type { Output } from "../../src/trace/trace.ts";

/**
 * Returns when all is handed over. Not by the streams of the process: where the reader is slow, they keep what they print for later. A reader that
 * is gone gets nothing, as with the console.
 */
export function printAtOnce(output: readonly Output[]): void {
  const gone = new Set<number>();
  for (const { stream, bytes } of joined(output)) if (!gone.has(stream) && !written(stream, bytes)) gone.add(stream);
}

/** Pieces for the same stream that follow each other, in one. */
function* joined(output: readonly Output[]): Generator<{ stream: 1 | 2; bytes: Buffer }> {
  let pieces: Buffer[] = [];
  for (const [at, one] of output.entries()) {
    pieces.push(bytesOf(one));
    if (output[at + 1]?.stream === one.stream) continue;
    yield { stream: one.stream, bytes: Buffer.concat(pieces) };
    pieces = [];
  }
}

/** The console ends each text with a line break; groups of the console are in no record. */
function bytesOf({ via, data, encoding }: Output): Buffer {
  if (typeof data !== "string") return Buffer.from(data);
  if (via === "console") return Buffer.from(`${data}\n`);
  return Buffer.from(data, encoding === "" ? "utf8" : (encoding as BufferEncoding));
}

/** @returns false where nobody reads any more */
function written(stream: 1 | 2, bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; ) {
    const count = whenFree(() => writeSync(stream, bytes, at), Number.POSITIVE_INFINITY);
    if (count === null) return false;
    at += count;
  }
  return true;
}
