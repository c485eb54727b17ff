/**
 * The cache directory: made and checked at the start of every program, before anything of it is trusted.
 * What lies in it becomes values of the program, so nobody else may write there.
 */
import { accessSync, constants, mkdirSync, readdirSync, type Stats, statfsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { arch, platform } from "../../node/process.ts";
import { StoreError } from "../store.ts";

/** Group and others may not write; what they may read is left to the user (the directory is made with 0700). */
const FOREIGN_WRITE = 0o022;

/**
 * `f_type` of network file systems on Linux, whose file locks do not keep two machines apart.
 * FUSE and 9P are missing on purpose: container desktops and sandboxes use them for local folders.
 */
const NETWORK_FILE_SYSTEMS = new Map<number, string>([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB"],
  [0xff534d42, "CIFS"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x73757245, "Coda"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x19830326, "BeeGFS"],
]);

/**
 * Makes the cache directory with mode 0700, or checks the one that is there: a directory, of this user, writable by
 * nobody else, on a local file system. Loads nothing; 0.2 ms when it exists.
 * @param path where; relative to the working directory
 * @param readOnly the directory is only looked at, and may belong to the administrator
 * @returns the absolute path
 * @throws {StoreError} one line that names the directory and what to do
 */
export function prepareDirectory(path: string, readOnly = false): string {
  const directory = resolve(path);
  let stats = look(directory);
  if (readOnly) {
    if (stats === undefined) throw refusal(directory, "does not exist, and is to be read only", "make it");
    if (!stats.isDirectory()) throw refusal(directory, "is not a directory", "remove it");
    checkOwner(directory, stats, true);
    return directory;
  }
  if (stats === undefined) {
    make(directory);
    stats = look(directory);
  }
  if (!stats?.isDirectory()) throw refusal(directory, "is not a directory", "remove it");
  checkOwner(directory, stats);
  checkPlace(directory);
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw refusal(directory, `cannot be written (${reason(error)})`, "make it writable");
  }
  return directory;
}

/**
 * The store's own folder in the cache directory. Another version of the format uses another one and leaves this one
 * alone, and so does another system or processor that shares the directory: lmdb's file is none of theirs.
 */
export function storeFolder(directory: string): string {
  return join(directory, `v${FORMAT}-${platform}-${arch}`);
}

/** The version of everything in the store's folder: of its files' layout and of the records' stamps. */
export const FORMAT = 2;

/** Where worker threads leave what they want written, within the store's folder. */
export const PENDING = "pending";

/** Whether worker threads have left anything. Costs a few us, and loads nothing. */
export function hasPending(directory: string): boolean {
  try {
    return readdirSync(join(storeFolder(directory), PENDING)).length > 0;
  } catch {
    return false;
  }
}

/** What an error of the file system says, without the path that the message names anyway. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : (error.message.split("\n")[0] ?? "");
}

/** An error in the form that all of the store's errors have: place, trouble, way out. */
export function refusal(directory: string, trouble: string, remedy: string): StoreError {
  return new StoreError(`cache directory ${directory} ${trouble}: ${remedy}, or set DUMBO_DIR to another directory`);
}

function look(directory: string): Stats | undefined {
  try {
    return statSync(directory, { throwIfNoEntry: false });
  } catch (error) {
    throw refusal(directory, `cannot be read (${reason(error)})`, "make it readable");
  }
}

function make(directory: string): void {
  try {
    // The parents get the user's own default mode: node_modules/.cache belongs to other tools too.
    mkdirSync(dirname(directory), { recursive: true });
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Several programs start at once: another one may have made it meanwhile.
    if (reason(error) === "EEXIST") return;
    throw refusal(directory, `cannot be made (${reason(error)})`, "make its parent writable");
  }
}

/** Whether a folder is of this user, and can be written by nobody else. */
export function isPrivate({ uid, mode }: Stats): boolean {
  const user = process.geteuid?.();
  // Windows: the user's own folders are private by their access lists.
  return user === undefined || (uid === user && (mode & FOREIGN_WRITE) === 0);
}

function checkOwner(directory: string, stats: Stats, trustsRoot = false): void {
  const user = process.geteuid?.();
  if (user === undefined) return; // Windows: the user's own folders are private by their access lists
  if (stats.uid !== user && !(trustsRoot && stats.uid === 0)) {
    throw refusal(directory, `belongs to user ${stats.uid}, not to ${user}`, "remove it or change its owner");
  }
  if (stats.mode & FOREIGN_WRITE) {
    const mode = (stats.mode & 0o7777).toString(8).padStart(4, "0");
    throw refusal(directory, `can be written by other users (mode ${mode})`, "run chmod go-w on it");
  }
}

function checkPlace(directory: string): void {
  const kind = networkFileSystem(directory);
  if (kind) throw refusal(directory, `is on a network file system (${kind})`, "use a local disk");
}

function networkFileSystem(directory: string): string | undefined {
  if (platform === "win32") return /^[\\/]{2}[^\\/?.]/.test(directory) ? "network share" : undefined;
  if (platform !== "linux") return undefined; // the type is a number without a fixed meaning
  try {
    return NETWORK_FILE_SYSTEMS.get(statfsSync(directory).type >>> 0);
  } catch {
    return undefined; // an odd file system that does not say what it is
  }
}
