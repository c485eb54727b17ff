/**
 * Batches for somebody else to write. A worker thread may be terminated at any point, and if that hits a call into
 * lmdb's addon, Node ends the whole process: so a worker leaves its batches as files, which the next main thread that
 * writes takes in. A process that finds others writing does the same rather than wait.
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
/** A file that was not finished for so long never will be. */
const ABANDONED_MS = 10 * 60_000;
/** Batches in which a record is looked for. */
const MOST_SEARCHED = 8;

let counter = 0;

/**
 * Leaves a batch for others to write.
 * @param room bytes that all batches may take; what goes beyond is not kept
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

/** The size of a batch stands in its name: there may be thousands. */
function sizeIn(name: string): number {
  return Number(/-(\d+)(?:\.batch)?$/.exec(name)?.[1] ?? 0);
}

/** Whether there are batches to take in. Costs a few us. */
export function hasBatches(folder: string): boolean {
  return names(folder).length > 0;
}

/**
 * Looks for a record in what was left last. Costs reading it.
 * @param key its bytes
 */
export function findLeft(folder: string, key: Buffer): Buffer | undefined {
  const done = names(folder).filter((name) => name.endsWith(DONE));
  for (const name of done.sort().reverse().slice(0, MOST_SEARCHED)) {
    let batch: Batch;
    try {
      batch = parseBatch(readFileSync(join(folder, PENDING, name)));
    } catch {
      continue; // it has been taken in
    }
    const change = batch.changes.find((one) => keyOf(batch, one).equals(key));
    if (change) return change.size === 0 ? undefined : batch.bytes.subarray(change.value, change.value + change.size);
  }
  return undefined;
}

/** Takes in all batches, oldest first. A batch is gone when it has been written. */
export function takeBatches(folder: string, write: (batch: Batch) => void): void {
  for (const name of names(folder).sort()) {
    const path = join(folder, PENDING, name);
    if (name.endsWith(DONE)) write(parseBatch(readFileSync(path)));
    else if (!isAbandoned(path)) continue;
    rmSync(path, { force: true });
  }
}

/** Somebody may be writing it, or have finished it meanwhile. */
function isAbandoned(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED_MS;
}

function names(folder: string): string[] {
  const place = join(folder, PENDING);
  return statSync(place, { throwIfNoEntry: false }) ? readdirSync(place) : [];
}

/** What is left of some buffers after their first bytes are written. */
function after(buffers: readonly Buffer[], written: number): Buffer[] {
  const rest: Buffer[] = [];
  for (const buffer of buffers) {
    if (written < buffer.length) rest.push(buffer.subarray(written));
    written = Math.max(0, written - buffer.length);
  }
  return rest;
}
