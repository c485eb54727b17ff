/**
 * One writer at a time, over all processes: a file that only one can create. Node has no file locks, and lmdb's own do
 * not cover opening its file, which loses other processes' commits (notes/lmdb.md). Only main threads write.
 */
import { closeSync, linkSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeSync } from "node:fs";
import { hostname } from "node:os";

/** How long to wait for others in all; writing a batch takes milliseconds. */
const PATIENCE_MS = 100;
/** A lock without a holder's name is so old when its holder was killed before writing it. */
const NAMELESS_MS = 500;
/** After so long the number of the holder's process belongs to another process, or the disk to another machine. */
const ABANDONED_MS = 10 * 60_000;

const sleeper = new Int32Array(new SharedArrayBuffer(4));
let counter = 0;

/**
 * Does some work while nobody else does any under the same lock.
 * @param path the lock's file
 * @returns whether the work was done; false if others kept the lock
 * @throws what the work throws, and when the file cannot be made
 */
export function exclusively(path: string, work: () => void): boolean {
  const token = `${hostname()} ${process.pid} ${counter++}`;
  for (let waited = 0, pause = 1; !acquire(path, token); waited += pause, pause = Math.min(2 * pause, 16)) {
    if (waited >= PATIENCE_MS) return false;
    Atomics.wait(sleeper, 0, 0, pause);
  }
  try {
    work();
  } finally {
    release(path, token);
  }
  return true;
}

function acquire(path: string, token: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (isAbandoned(path)) steal(path, token);
    return false;
  }
  try {
    writeSync(file, token);
  } catch (error) {
    remove(path); // the disk is full
    throw error;
  } finally {
    closeSync(file);
  }
  return true;
}

function release(path: string, token: string): void {
  if (holder(path) !== token) return; // taken away from a process that was stopped for long
  remove(path);
}

function holder(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // somebody was faster
  }
}

function age(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}

/** Whether the holder was killed. Process numbers of another machine or container say nothing. */
function isAbandoned(path: string): boolean {
  const name = holder(path);
  if (age(path) > (name === "" ? NAMELESS_MS : ABANDONED_MS)) return true;
  const [host, pid] = name.split(" ");
  return host === hostname() && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Removes an abandoned lock. Two may try at once, so it is moved aside first: only one can. */
function steal(path: string, token: string): void {
  const aside = `${path}-${token.replaceAll(/\W/g, "-")}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  // Between the look and the move the file may have become the lock of somebody alive: put it back.
  if (!isAbandoned(aside)) {
    try {
      linkSync(aside, path);
    } catch {
      // a third one has it by now; lmdb's own lock keeps those two apart
    }
  }
  remove(aside);
}
