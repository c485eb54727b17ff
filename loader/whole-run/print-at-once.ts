/** Prints what a run printed, before the process ends at once. */
import { writeSync } from "node:fs";
import type { Output } from "../../src/trace/trace.ts";

/** What became of it: all is handed over, as far as there are readers; or nothing is, because the first write has failed, and the program may run; or an error that the program would not have caught. */
export type Printed = "all" | "nothing" | NodeJS.ErrnoException;

/** Pieces for the same stream that follow each other, as one. */
interface Joined {
  readonly stream: 1 | 2;
  readonly pieces: readonly Output[];
  readonly bytes: Buffer;
}

/**
 * Returns when all is handed over. Not by the streams of the process: where the reader is slow, they keep what they print for later. Where a write fails, what is left for that stream
 * is dropped, as the console does. By `write` of the stream itself, the program would have ended for the error.
 * @param mayRun whether the program may still run in place of the answer, while nothing is printed
 */
export function printAtOnce(output: readonly Output[], mayRun: boolean): Printed {
  const failed = new Map<number, NodeJS.ErrnoException>();
  let end: NodeJS.ErrnoException | null = null;
  let hasPrinted = false;
  for (const { stream, pieces, bytes } of joined(output)) {
    const { error, written } = failed.has(stream) ? { error: null, written: 0 } : handedOver(stream, bytes);
    hasPrinted ||= written > 0;
    if (error !== null && !hasPrinted && mayRun) return "nothing";
    if (error !== null) failed.set(stream, error);
    const failure = failed.get(stream);
    if (failure !== undefined && isWrittenAfter(pieces, written)) end ??= failure;
  }
  return end ?? "all";
}

function* joined(output: readonly Output[]): Generator<Joined> {
  let pieces: Output[] = [];
  for (const [at, one] of output.entries()) {
    pieces.push(one);
    if (output[at + 1]?.stream === one.stream) continue;
    yield { stream: one.stream, pieces, bytes: Buffer.concat(pieces.map(bytesOf)) };
    pieces = [];
  }
}

/** Whether `write` of a stream has printed any of what is behind the first bytes. */
function isWrittenAfter(pieces: readonly Output[], bytes: number): boolean {
  let end = 0;
  return pieces.some((piece) => {
    const { byteLength } = bytesOf(piece);
    end += byteLength;
    return piece.via === "write" && byteLength > 0 && end > bytes;
  });
}

/** The console ends each text with a line break; groups of the console are in no record. */
export function bytesOf({ via, data, encoding }: Output): Buffer {
  if (typeof data !== "string") return Buffer.from(data);
  if (via === "console") return Buffer.from(`${data}\n`);
  return Buffer.from(data, encoding === "" ? "utf8" : (encoding as BufferEncoding));
}

/** How much of the bytes is handed over, and why it is not all. */
function handedOver(
  stream: 1 | 2,
  bytes: Buffer,
): { readonly written: number; readonly error: NodeJS.ErrnoException | null } {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(stream, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return { written, error: error as NodeJS.ErrnoException };
      // A pipe that is full until its reader goes on.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
  return { written, error: null };
}
