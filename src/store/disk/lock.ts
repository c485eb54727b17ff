/**
 * Locks between processes: a file that only one of them can create. Node has no file locks, and lmdb's own do not cover opening its
 * file, which would lose other processes' commits (notes/lmdb.md). The name of the holder is in the file: host, process and a number.
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

/** How long a process waits for the lock. Writing a batch takes milliseconds. */
const PATIENCE_MS = 100;
/** If a lock of this age has no name in it, its holder was killed before it wrote one. */
const NAMELESS_MS = 500;
/** A lock of this age is abandoned, even if a process has the holder's number: it may be another process, or another machine's. */
const ABANDONED_MS = 10 * 60_000;

const sleeper = new Int32Array(new SharedArrayBuffer(4));
let counter = 0;

/**
 * Does some work while no other process holds the same lock.
 * @param path the lock
 * @returns whether the work was done; false if another process kept the lock for too long
 * @throws what the work throws, and errors of the file system when the lock cannot be created
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

/** Takes a lock if no living process has it. @returns the name that {@link release} needs; undefined if another process has the lock */
export function take(path: string): string | undefined {
  const name = `${hostname()} ${process.pid} ${counter++}`;
  return acquire(path, name) || create(path, name) ? name : undefined;
}

/** Gives a lock back. */
export function release(path: string, name: string): void {
  // If this process was stopped for long, another one may have taken the lock as abandoned.
  if (holder(path) === name) remove(path);
}

/**
 * Adds a word to a lock that was taken, for other processes to read.
 * @returns the name that {@link release} needs from now on
 */
export function relabel(path: string, name: string, label: string): string {
  // Another process has taken the lock as abandoned.
  if (holder(path) !== name) return name;
  const labelled = `${name} ${label}`;
  const aside = `${path}-${labelled.replaceAll(/\W/g, "-")}`;
  if (!create(aside, labelled)) return name;
  renameSync(aside, path);
  return labelled;
}

/** The living holder of a lock: since when it has it (milliseconds since 1970), and the word that it added. */
export interface Holder {
  readonly since: number;
  readonly label: string | undefined;
}

/** The holder of a lock; undefined if no living process has it. */
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

/** Creates the lock. @returns false if it exists */
function create(path: string, name: string): boolean {
  try {
    // A symbolic link to nowhere, because it is created together with its text. A file would be empty for a moment.
    symlinkSync(name, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
  }
  let file: number;
  try {
    file = openSync(path, "wx", 0o600); // Windows, and file systems without symbolic links
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
    return ""; // the lock was removed
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // another process has removed it
  }
}

/** Whether the holder of a lock is dead. The number of a process on another machine, or in another container, does not tell. */
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

/** Removes an abandoned lock. It is moved aside first, because only one of two processes that try at once can do that. */
function steal(path: string, name: string): void {
  const aside = `${path}-${name.replaceAll(/\W/g, "-")}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  // Before the move, the lock may have passed to a living process; then it is put back. If a third process has created one meanwhile,
  // both go on, and only lmdb's own lock keeps their writes apart.
  if (!isAbandoned(aside)) create(path, holder(aside));
  remove(aside);
}
