/**
 * What dumbo uses of `node:fs`, taken before the program runs. The build puts this file in the place of `node:fs` in every bundle. So a
 * program that replaces functions of `fs` does not see dumbo's accesses, and dumbo does not read the program's fakes.
 *
 * Some functions of Node (`readFileSync`, `writeFileSync`, `rmSync`) call other exports of `fs`, which the program may have replaced.
 * They are written again here, with functions that call no other export. `node scripts/own-files.mjs` lists which do
 * (notes/own-files.md).
 */
import type { Dirent } from "node:fs";
import { Buffer } from "./globals.ts";

const fs = process.getBuiltinModule("node:fs");
export const {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  statfsSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
  writevSync,
} = fs;

const { readdirSync: list } = fs;

/**
 * Node's `realpathSync` calls exports of `path`, which the program may have replaced; the native one does not. It is used on Linux
 * only, because on other systems the two answer differently.
 */
export const realpathSync = process.platform === "linux" ? fs.realpathSync.native : fs.realpathSync;

type ReadOptions = BufferEncoding | { readonly encoding?: BufferEncoding | null } | null;

type ReadPath = string | URL;

export function readFileSync(path: ReadPath, options: BufferEncoding | { readonly encoding: BufferEncoding }): string;
export function readFileSync(path: ReadPath, options?: { readonly encoding?: null } | null): Buffer;
export function readFileSync(path: ReadPath, options?: ReadOptions): Buffer | string {
  const encoding = typeof options === "string" ? options : options?.encoding;
  const fd = openSync(path, "r");
  try {
    const bytes = readAll(fd);
    return encoding ? bytes.toString(encoding) : bytes;
  } finally {
    closeSync(fd);
  }
}

/** Reads a file of known size into one Buffer, and any other to its end. */
function readAll(fd: number): Buffer {
  const { size } = fstatSync(fd);
  if (size === 0) return readParts(fd);
  const bytes = Buffer.allocUnsafeSlow(size);
  let length = 0;
  while (length < size) {
    const read = readSync(fd, bytes, length, size - length, null);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
  }
  return bytes;
}

/** Reads a file whose size is given as 0, as those of `/proc` are. */
function readParts(fd: number): Buffer {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = Buffer.allocUnsafeSlow(8192);
    const read = readSync(fd, part, 0, part.byteLength, null);
    if (read === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, read));
  }
}

interface WriteOptions {
  readonly mode?: number;
  readonly flag?: string;
}

export function writeFileSync(path: string, data: string | Uint8Array, options: WriteOptions = {}): void {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  const fd = openSync(path, options.flag ?? "w", options.mode ?? 0o666);
  try {
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(fd, bytes, at, bytes.byteLength - at, null);
  } finally {
    closeSync(fd);
  }
}

export function appendFileSync(path: string, data: string | Uint8Array): void {
  writeFileSync(path, data, { flag: "a" });
}

interface ListOptions {
  readonly recursive?: boolean;
  readonly withFileTypes?: boolean;
  readonly encoding?: "utf8";
}

export function readdirSync(path: string, options: ListOptions & { readonly withFileTypes: true }): Dirent[];
export function readdirSync(path: string, options?: ListOptions): string[];
export function readdirSync(path: string, options: ListOptions = {}): string[] | Dirent[] {
  if (options.withFileTypes) return list(path, { withFileTypes: true });
  if (!options.recursive) return list(path);
  const names: string[] = [];
  for (const entry of list(path, { withFileTypes: true })) {
    names.push(entry.name);
    if (!entry.isDirectory()) continue;
    for (const below of readdirSync(`${path}/${entry.name}`, options)) names.push(`${entry.name}/${below}`);
  }
  return names;
}

interface RemoveOptions {
  readonly recursive?: boolean;
  readonly force?: boolean;
}

export function rmSync(path: string, options: RemoveOptions = {}): void {
  try {
    if (!lstatSync(path).isDirectory()) return unlinkSync(path);
    if (!options.recursive) return rmdirSync(path);
    for (const name of list(path)) rmSync(`${path}/${name}`, options);
    rmdirSync(path);
  } catch (error) {
    if (!options.force || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
