/**
 * `dumbo gc`: removes records and blobs that lack each other, and everything that was not used for a long time. Programs do not depend
 * on it: what it removes only takes space.
 */
import { existsSync, readdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { arch, platform } from "../../node/process.ts";
import { verifyAll } from "../lmdb/check-pages.ts";
import { DamagedError, KEY_SIZE } from "../lmdb/pages.ts";
import { Reader } from "../lmdb/reader.ts";
import { writeBatches } from "./addon.ts";
import { encodeBatch } from "./batch.ts";
import { type BlobFile, listBlobs } from "./blobs.ts";
import { type OnPart, tellPart } from "./contents.ts";
import { FORMAT, storeFolder } from "./directory.ts";
import { exclusively } from "./lock.ts";
import { totalsRecord } from "./own-records.ts";
import { BLOB, ENTRY, POINTER } from "./stamp.ts";
import { type Item, sweep } from "./sweep.ts";
import { userFiles } from "./user-files.ts";
import { readUses, type Uses } from "./uses.ts";
import { DATA, WRITER_LOCK } from "./writer.ts";

/** Days without use after which something is removed, if the user does not say. */
export const DEFAULT_AGE = 30;
const DAY = 24 * 3600 * 1000;
/** A blob that is younger (milliseconds) may be one whose record is about to be written. */
const SETTLED = 10 * 60 * 1000;

/** What was removed. */
export interface Collected {
  /** Entries whose blob is missing or has another size. */
  readonly broken: number;
  /** Entries that no program has used for so long. */
  readonly old: number;
  /** Keys without a value, which removed entries leave. */
  readonly emptied: number;
  /** Blobs to which no entry points. */
  readonly orphans: number;
  /** Transforms and packs that no program has read for so long, and stores in older formats. */
  readonly files: number;
  /** Bytes of all files that were removed. */
  readonly bytes: number;
  /** What could not be done, or null. */
  readonly trouble: string | null;
}

/**
 * Cleans up a cache directory.
 * @param age days without use after which entries and transforms are removed
 * @param now milliseconds since 1970
 * @param user the directory for all projects of the user, which is cleaned up as well, or null
 * @param onPart is told how far the work is, from 0 to 1
 */
export function collectGarbage(
  directory: string,
  age: number,
  now: number,
  user: string | null = null,
  onPart: OnPart = () => {},
): Collected {
  const folder = storeFolder(directory);
  const result = { broken: 0, old: 0, emptied: 0, orphans: 0, files: 0, bytes: 0, trouble: null as string | null };
  if (!isMainThread) return { ...result, trouble: "only a main thread can do this" };
  if (existsSync(folder)) {
    const done = exclusively(join(folder, WRITER_LOCK), () => cleanStore(folder, age * DAY, now, result, onPart));
    if (!done) result.trouble = "other programs are writing; try again";
  }
  const before = now - age * DAY;
  for (const place of ["transforms", "packs", "packages", "files", "compiled"])
    removeUnread(join(directory, place), before, result);
  for (const { path, bytes, used } of user === null ? [] : userFiles(user)) {
    if (used >= before) continue;
    unlinkSync(path);
    result.files++;
    result.bytes += bytes;
  }
  removeOldFormats(directory, now - age * DAY, result);
  return result;
}

type Result = { -readonly [K in keyof Collected]: Collected[K] };

/** What the store's file holds. */
interface Contents {
  /** Whether there is a file. */
  isThere: boolean;
  /** The records that point to blobs. */
  readonly pointers: { readonly key: Buffer; readonly hash: string; readonly size: number }[];
  /** The keys of the records of blobs, by hash. */
  readonly blobs: Map<string, Buffer>;
  /** The keys of records that are to be removed. */
  readonly removed: Buffer[];
}

function cleanStore(folder: string, age: number, now: number, result: Result, onPart: OnPart): void {
  const files = listBlobs(folder);
  const contents = readContents(folder, now - age, result, onPart);
  if (contents === null) {
    // The next program that writes begins a new file. Blobs are kept: a value that is stored again uses its blob.
    result.trouble = "the store is damaged, and will be begun anew";
    return;
  }
  const wanted = wantedBlobs(contents, files, result);
  const kept = files.filter(({ hash }) => hash !== undefined && wanted.has(hash));
  // Records are removed before blobs, so that a record that a program finds still has its blob.
  if (contents.isThere) {
    const total = kept.reduce((sum, { size }) => sum + size, 0);
    writeBatches(join(folder, DATA), [encodeBatch(totalsRecord(total))], contents.removed);
  }
  for (const { path, hash, size, mtimeMs } of files) {
    if (hash !== undefined && wanted.has(hash)) continue;
    const hadRecord = hash !== undefined && contents.blobs.has(hash);
    if (!hadRecord && now - mtimeMs <= SETTLED) continue;
    unlinkSync(path);
    result.orphans++;
    result.bytes += size;
  }
}

/** Reads and checks the store's file. @returns null if it is damaged */
function readContents(folder: string, before: number, result: Result, onPart: OnPart): Contents | null {
  const found: Contents = { isThere: false, pointers: [], blobs: new Map(), removed: [] };
  let reader: Reader | undefined;
  try {
    reader = Reader.open(join(folder, DATA));
    if (reader === undefined) return found;
    found.isThere = true;
    verifyAll(reader);
    const uses = readUses(folder);
    sweep(reader, undefined, (items) => {
      for (const item of items) look(item, uses, before, found, result);
      tellPart(items, onPart);
      return true;
    });
    return found;
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    return null;
  } finally {
    reader?.close();
  }
}

/** The hashes of blobs that have a record, a whole file, and a record that points to them. Adds records without such a blob to `removed`. */
function wantedBlobs({ pointers, blobs, removed }: Contents, files: readonly BlobFile[], result: Result): Set<string> {
  const sizes = new Map(files.map(({ hash, size }) => [hash, size]));
  const wanted = new Set<string>();
  for (const { key, hash, size } of pointers) {
    if (blobs.has(hash) && sizes.get(hash) === size) wanted.add(hash);
    else {
      result.broken++;
      removed.push(key);
    }
  }
  for (const [hash, key] of blobs) if (!wanted.has(hash)) removed.push(key);
  return wanted;
}

/** Notes one record in the contents: whether it is removed, points to a blob, or is that of a blob. */
function look({ key, stamp, start }: Item, uses: Uses, before: number, found: Contents, result: Result): void {
  const own = Buffer.from(key);
  if (stamp === undefined) {
    result.emptied++;
    found.removed.push(own);
  } else if (stamp.kind === BLOB) {
    found.blobs.set(own.toString("hex"), own);
  } else if (stamp.kind === ENTRY || stamp.kind === POINTER) {
    const last = Math.max(stamp.created * 1000, (uses.of(own).day + 1) * DAY);
    if (last < before) {
      result.old++;
      found.removed.push(own);
    } else if (stamp.kind === POINTER && start.length >= KEY_SIZE + 4) {
      found.pointers.push({ key: own, hash: start.toString("hex", 0, KEY_SIZE), size: start.readUInt32LE(KEY_SIZE) });
    }
  }
}

/** Removes files that were neither read nor written since. Some file systems do not note when a file is read. */
function removeUnread(folder: string, before: number, result: Result): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile() || Math.max(stats.atimeMs, stats.mtimeMs) >= before) continue;
    unlinkSync(path);
    result.files++;
    result.bytes += stats.size;
  }
}

/** Removes stores in older formats that were not written since. Those in newer formats and of other systems stay. */
function removeOldFormats(directory: string, before: number, result: Result): void {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory)) {
    const version = /^v(\d+)-/.exec(name)?.[1];
    if (version === undefined || Number(version) >= FORMAT || !name.endsWith(`-${platform}-${arch}`)) {
      continue;
    }
    const data = statSync(join(directory, name, DATA), { throwIfNoEntry: false });
    if (data && data.mtimeMs >= before) continue;
    rmSync(join(directory, name), { recursive: true });
    result.files++;
    result.bytes += data?.size ?? 0;
  }
}
