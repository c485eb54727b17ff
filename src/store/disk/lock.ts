/**
 * One writer at a time, over all processes: a file that only one can create. Node has no file locks, and lmdb's own do
 * not cover opening its file, which loses other processes' commits (notes/lmdb.md). Only main threads write.
 */
import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from "node:fs";
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
 * @param path the lock
 * @returns whether the work was done; false if others kept the lock
 * @throws what the work throws, and when the lock cannot be made
 */
export function exclusively(path: string, work: () => void): boolean {
  const name = `${hostname()} ${process.pid} ${counter++}`;
  for (let waited = 0, next = 1; !acquire(path, name); waited += next, next = Math.min(2 * next, 16)) {
    if (waited >= PATIENCE_MS) return false;
    pause(next);
  }
  try {
    work();
  } finally {
    release(path, name);
  }
  return true;
}

/** Takes a lock for longer than a call, if nobody alive has it. @returns what {@link release} needs */
export function take(path: string): string | undefined {
  const name = `${hostname()} ${process.pid} ${counter++}`;
  return acquire(path, name) || create(path, name) ? name : undefined;
}

/** Gives back what was taken. */
export function release(path: string, name: string): void {
  // Not if it was taken away from a process that had been stopped for long.
  if (holder(path) === name) remove(path);
}

/**
 * Adds a word to a lock that was taken, for others to see.
 * @returns what {@link release} needs from now on
 */
export function relabel(path: string, name: string, label: string): string {
  // Somebody has taken it away.
  if (holder(path) !== name) return name;
  const labelled = `${name} ${label}`;
  const aside = `${path}-${labelled.replaceAll(/\W/g, "-")}`;
  if (!create(aside, labelled)) return name;
  renameSync(aside, path);
  return labelled;
}

/** Somebody alive who has a lock: since when (milliseconds since 1970), and the word that was added. */
export interface Holder {
  readonly since: number;
  readonly label: string | undefined;
}

/** Who has a lock; undefined if nobody has it. */
export function holding(path: string): Holder | undefined {
  const name = holder(path);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || isAbandoned(path)) return undefined;
  return { since: stats.mtimeMs, label: name.split(" ")[3] };
}

/** Stops this thread for a while. */
export function pause(ms: number): void {
  Atomics.wait(sleeper, 0, 0, ms);
}

function acquire(path: string, name: string): boolean {
  if (create(path, name)) return true;
  if (isAbandoned(path)) steal(path, name);
  return false;
}

/** @returns false if there is one already */
function create(path: string, name: string): boolean {
  try {
    // A link that leads nowhere: unlike a file it is there with its text at once.
    symlinkSync(name, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
  }
  let file: number;
  try {
    file = openSync(path, "wx", 0o600); // Windows, and disks without links
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    writeSync(file, name);
  } catch (error) {
    remove(path); // the disk is full
    throw error;
  } finally {
    closeSync(file);
  }
  return true;
}

function holder(path: string): string {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : readFileSync(path, "utf8");
  } catch {
    return ""; // it is gone
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // somebody was faster
  }
}

/** Whether the holder was killed. Process numbers of another machine or container say nothing. */
function isAbandoned(path: string): boolean {
  const name = holder(path);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (Date.now() - stats.mtimeMs > (name === "" ? NAMELESS_MS : ABANDONED_MS)) return true;
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
function steal(path: string, name: string): void {
  const aside = `${path}-${name.replaceAll(/\W/g, "-")}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  // Between the look and the move it may have become the lock of somebody alive: then it goes back. If a third one has
  // it by now, lmdb's own lock keeps those two apart.
  if (!isAbandoned(aside)) create(path, holder(aside));
  remove(aside);
}
