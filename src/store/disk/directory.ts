/**
 * The cache directory: made and checked at the start of every program, before anything in it is trusted. Its content becomes values of
 * the program, so no other user may write there.
 */
import { accessSync, constants, mkdirSync, readdirSync, type Stats, statfsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { arch, platform } from "../../node/process.ts";
import { StoreError } from "../store.ts";

/** The mode bits by which others could write. Whether others may read is left to the user; the directory is made with 0700. */
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
 * Makes the cache directory with mode 0700, or checks the one that is there: it has to be a directory of this user, writable by nobody
 * else, on a local file system. Cost: 0.2 ms if it exists.
 * @param path may be relative to the working directory
 * @param readOnly nothing is made, and the directory may belong to the administrator
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
    throw refusal(directory, `cannot be written (${errorText(error)})`, "make it writable");
  }
  return directory;
}

/**
 * The store's folder in the cache directory. Each version of the format, each system and each processor has its own, because lmdb's file
 * is of use only for the same ones.
 */
export function storeFolder(directory: string): string {
  return join(directory, `v${FORMAT}-${platform}-${arch}`);
}

/** The version of everything in the store's folder: of its files' layout and of the records' stamps. */
export const FORMAT = 2;

/** The folder in the store's folder where batches wait for a main thread to write them. */
export const PENDING = "pending";

/** Whether batches wait to be written. Cost: a few us. */
export function hasPending(directory: string): boolean {
  try {
    return readdirSync(join(storeFolder(directory), PENDING)).length > 0;
  } catch {
    return false;
  }
}

/** What an error says, in a few words: the code of an error of the file system, or the first line of any other. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : (error.message.split("\n")[0] ?? "");
}

/** An error in the form of all errors of the store: the directory, what is wrong, and what to do. */
export function refusal(directory: string, trouble: string, remedy: string): StoreError {
  return new StoreError(`cache directory ${directory} ${trouble}: ${remedy}, or set DUMBO_DIR to another directory`);
}

function look(directory: string): Stats | undefined {
  try {
    return statSync(directory, { throwIfNoEntry: false });
  } catch (error) {
    throw refusal(directory, `cannot be read (${errorText(error)})`, "make it readable");
  }
}

function make(directory: string): void {
  try {
    // The parents get the user's own default mode: node_modules/.cache belongs to other tools too.
    mkdirSync(dirname(directory), { recursive: true });
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another program that started at the same time may have made it.
    if (errorText(error) === "EEXIST") return;
    throw refusal(directory, `cannot be made (${errorText(error)})`, "make its parent writable");
  }
}

/** Whether a folder belongs to this user, and nobody else can write there. */
export function isPrivate({ uid, mode }: Stats): boolean {
  const user = process.geteuid?.();
  // On Windows, access lists keep a user's own folders private.
  return user === undefined || (uid === user && (mode & FOREIGN_WRITE) === 0);
}

function checkOwner(directory: string, stats: Stats, trustsRoot = false): void {
  const user = process.geteuid?.();
  if (user === undefined) return; // Windows, as in `isPrivate`
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
  if (platform !== "linux") return undefined; // on other systems the numbers have no fixed meaning
  try {
    return NETWORK_FILE_SYSTEMS.get(statfsSync(directory).type >>> 0);
  } catch {
    return undefined; // a file system that does not tell its type
  }
}
