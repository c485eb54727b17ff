/**
 * Pending batches: files that wait for a main thread to write them into the store. A worker thread may be terminated at any point, and if
 * that is in a call of lmdb's addon, Node ends the whole process. So workers do not write: they leave their batches here, and the next
 * main thread that writes takes them in. A main thread that finds the lock taken for too long does the same.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writevSync,
} from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { type Batch, keyOf, parseBatch, serializeBatch } from "./batch.ts";
import { PENDING } from "./directory.ts";

const DONE = ".batch";
/** If a file of this age is not finished, its process has ended. */
const ABANDONED_MS = 10 * 60_000;
/** In how many batches a record is looked for. */
const MOST_SEARCHED = 8;

let counter = 0;

/**
 * Leaves a batch for a main thread to write.
 * @param room bytes that all pending batches may take; a batch that does not fit is dropped
 */
export function leaveBatch(folder: string, batch: Batch, room: number): void {
  const place = join(folder, PENDING);
  mkdirSync(place, { recursive: true, mode: 0o700 });
  let left = batch.bytes.length;
  for (const name of readdirSync(place)) left += sizeIn(name);
  if (left > room) return;
  const name = join(place, `${Date.now()}-${process.pid}-${threadId}-${counter++}-${batch.bytes.length}`);
  const file = openSync(name, "wx", 0o600);
  try {
    let rest = serializeBatch(batch);
    while (rest.length > 0) rest = after(rest, writevSync(file, rest));
  } finally {
    closeSync(file);
  }
  renameSync(name, name + DONE);
}

/** The size of a batch, which its name holds: asking the file system for thousands of sizes would take long. */
function sizeIn(name: string): number {
  return Number(/-(\d+)(?:\.batch)?$/.exec(name)?.[1] ?? 0);
}

/** Whether there are pending batches. Cost: a few us. */
export function hasBatches(folder: string): boolean {
  return names(folder).length > 0;
}

/**
 * Looks for a record in the newest pending batches. Cost: reading them.
 * @param key its 16 bytes
 */
export function findPending(folder: string, key: Buffer): Buffer | undefined {
  const done = names(folder).filter((name) => name.endsWith(DONE));
  for (const name of done.sort().reverse().slice(0, MOST_SEARCHED)) {
    let batch: Batch;
    try {
      batch = parseBatch(readFileSync(join(folder, PENDING, name)));
    } catch {
      continue; // another process has taken it in
    }
    const change = batch.changes.find((one) => keyOf(batch, one).equals(key));
    if (change) return change.size === 0 ? undefined : batch.bytes.subarray(change.value, change.value + change.size);
  }
  return undefined;
}

/** Writes all pending batches, the oldest first, and removes each when it is written. */
export function takeBatches(folder: string, write: (batch: Batch) => void): void {
  for (const name of names(folder).sort()) {
    const path = join(folder, PENDING, name);
    if (name.endsWith(DONE)) write(parseBatch(readFileSync(path)));
    else if (!isAbandoned(path)) continue;
    rmSync(path, { force: true });
  }
}

/** Whether an unfinished file is too old to be finished any more. */
function isAbandoned(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED_MS;
}

function names(folder: string): string[] {
  const place = join(folder, PENDING);
  return statSync(place, { throwIfNoEntry: false }) ? readdirSync(place) : [];
}

/** The rest of some buffers, of which so many bytes are written. */
function after(buffers: readonly Buffer[], written: number): Buffer[] {
  const rest: Buffer[] = [];
  for (const buffer of buffers) {
    if (written < buffer.length) rest.push(buffer.subarray(written));
    written = Math.max(0, written - buffer.length);
  }
  return rest;
}
