/** The files of a whole cache directory, the store among them: how large they are, and their removal. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { listBlobs } from "./blobs.ts";
import { storeFolder } from "./directory.ts";
import { exclusively } from "./lock.ts";
import { DATA, WRITER_LOCK } from "./writer.ts";

/** Bytes of the store with its blobs, and of everything else in the cache directory. */
export interface DirectorySize {
  readonly store: number;
  readonly others: number;
}

export function directorySize(directory: string): DirectorySize {
  const folder = storeFolder(directory);
  const blobs = listBlobs(folder).reduce((sum, { size }) => sum + size, 0);
  const store = blobs + (statSync(join(folder, DATA), { throwIfNoEntry: false })?.size ?? 0);
  let others = 0;
  if (existsSync(directory)) {
    for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
      const path = join(directory, name);
      if (path.startsWith(folder)) continue;
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats?.isFile()) others += stats.size;
    }
  }
  return { store, others };
}

/** What dumbo makes in a cache directory. Anything else in it is not dumbo's, and stays. */
const MADE =
  /^(v\d+-.*|transforms|packs|packages|files|compiled|prepare|remote|rest|runs|(profile|omit|repeated|modules|saved|distrusted|runs|times|timeline)\.json|keys\.log)$/;

/**
 * Removes everything that dumbo has made in a cache directory.
 * @returns false if other programs are writing
 */
export function clearDirectory(directory: string): boolean {
  const folder = storeFolder(directory);
  const remove = () => {
    for (const name of readdirSync(directory)) {
      if (MADE.test(name)) rmSync(join(directory, name), { recursive: true, force: true });
    }
  };
  if (!existsSync(folder)) {
    remove();
    return true;
  }
  return exclusively(join(folder, WRITER_LOCK), remove);
}
