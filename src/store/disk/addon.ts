/**
 * Writes batches with lmdb's native addon, without lmdb's own JavaScript. That would cost 30 ms (msgpackr,
 * detect-libc), set globals that the program's own copy of lmdb relies on, and hand it an `open` without encoders. Only what a
 * batch needs is called here: open, begin, put, commit, close. The calls and the layout of an instruction
 * are those of lmdb 3.5.6 (write.js, open.js), so another version is refused.
 */
import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { endianness } from "node:os";
import { dirname, join } from "node:path";
import { arch, platform } from "../../node/process.ts";
import { KEY_SIZE } from "../lmdb/pages.ts";
import type { Batch } from "./batch.ts";

/** The only version of lmdb that this file knows. scripts/lmdb-plugin.mjs compares it with the installed one. */
export const LMDB_VERSION = "3.5.6";

/** lmdb's file could not be written; `code` is lmdb's own or the system's error number. */
export class WriteError extends Error {
  readonly code: number | undefined;
  constructor(error: unknown) {
    super(error instanceof Error ? error.message.split("\n")[0] : String(error));
    const { code } = error as { code?: unknown };
    this.code = typeof code === "number" ? code : undefined;
  }
}

interface Environment {
  readonly address: number;
  open(options: object, flags: number, jsFlags: number): number | undefined;
  beginTxn(flags: number): void;
  commitTxn(): boolean;
  abortTxn(): void;
  close(): void;
}

interface Addon {
  readonly Env: new () => Environment;
  readonly Dbi: new (env: Environment, flags: number, name: null, keyType: number) => { readonly dbi: number };
  getEnvsPointer(): number;
  getAddress(buffer: ArrayBufferLike): number;
  getBufferAddress(buffer: Buffer): number;
  write(environment: number, instruction: number): void;
}

const NO_SUBDIRECTORY = 0x4000;
const NO_SYNC = 0x10000;
const SYNCHRONOUS_COMMIT = 2;
const CREATE = 0x40000;
const BINARY_KEYS = 3;
const PUT = 15;
const DELETE = 13;

let addon: Addon | undefined;
/** One instruction. lmdb keeps a pointer to it, so it lives as long as the process. */
const instruction = Buffer.allocUnsafeSlow(4096);

/** Pages in a row that are set aside for the list of free pages, under a key of the first batch or a later one. */
export interface Spare {
  readonly key: Buffer;
  readonly bytes: number;
}

/**
 * Writes batches in one transaction and closes the file again. The caller sees to it that nobody else has it open:
 * opening an lmdb file while another process commits can take that commit back.
 * @param removed keys to delete first; their pages and those beside them must have been looked at (sweep.ts)
 * @param spare written before all others; a batch has to have nothing under its key, to set these pages free again
 * @throws {WriteError}
 */
export function writeBatches(path: string, batches: readonly Batch[], removed: readonly Buffer[], spare?: Spare): void {
  try {
    const lmdb = loadAddon();
    const environment = new lmdb.Env();
    const options = { path, keyBytes: instruction, maxDbs: 1, maxReaders: 1, mapSize: 0x20000, permissionsMode: 0o600 };
    environment.open(options, NO_SUBDIRECTORY | NO_SYNC, 0);
    try {
      commit(lmdb, environment, spare ? [spared(spare), ...batches] : batches, removed);
    } finally {
      environment.close();
    }
  } catch (error) {
    throw error instanceof WriteError || error instanceof RangeError ? error : new WriteError(error);
  }
}

/** A batch whose value nobody reads. */
function spared({ key, bytes }: Spare): Batch {
  const buffer = Buffer.alloc(KEY_SIZE + bytes);
  key.copy(buffer);
  return { bytes: buffer, changes: [{ key: 0, value: KEY_SIZE, size: bytes }] };
}

function commit(lmdb: Addon, environment: Environment, batches: readonly Batch[], removed: readonly Buffer[]): void {
  environment.beginTxn(SYNCHRONOUS_COMMIT);
  try {
    const { dbi } = new lmdb.Dbi(environment, CREATE, null, BINARY_KEYS);
    const address = lmdb.getAddress(instruction.buffer);
    instruction.writeUInt32LE(dbi, 4);
    instruction.writeUInt32LE(KEY_SIZE, 8);
    for (const key of removed) {
      key.copy(instruction, 12);
      instruction.writeUInt32LE(DELETE, 0);
      lmdb.write(environment.address, address);
    }
    for (const { bytes, changes } of batches) {
      const start = changes.length > 0 ? lmdb.getBufferAddress(bytes) : 0;
      for (const { key, value, size } of changes) {
        bytes.copy(instruction, 12, key, key + KEY_SIZE);
        instruction.writeUInt32LE(PUT, 0); // lmdb puts its result there
        instruction.writeUInt32LE(size, 36);
        instruction.writeDoubleLE(start + value, 40);
        lmdb.write(environment.address, address);
      }
    }
  } catch (error) {
    environment.abortTxn();
    throw error;
  }
  environment.commitTxn();
}

/** Where the addon was found. Close to the end of the stack it would not be found again. */
let addonPath: string | undefined;

/**
 * Where the addon is. Asked before there is something to write, so that its absence is known early.
 * @throws {WriteError} if lmdb was installed without it
 */
export function findAddon(): string {
  addonPath ??= searchAddon();
  return addonPath;
}

function searchAddon(): string {
  if (!arch.includes("64") || endianness() !== "LE") {
    throw new WriteError("the store's format needs a 64-bit little-endian processor");
  }
  const require = createRequire(import.meta.url);
  const found = prebuilt(require) ?? builtHere(require);
  if (found === null) throw new WriteError(`lmdb ${LMDB_VERSION} is not installed for ${platform}-${arch}`);
  return found;
}

/** In the package that npm installs for this system and no other. It runs nothing when it is installed. */
function prebuilt(require: NodeJS.Require): string | null {
  const manifest = resolved(require, `@lmdb/lmdb-${platform}-${arch}/package.json`);
  if (manifest === null) return null;
  checkVersion(manifest);
  const libc = platform === "linux" ? (isMusl() ? ".musl" : ".glibc") : "";
  // Not the variants for one V8 (abi115, abi127): Node-API stays the same over all versions of Node.
  return join(dirname(manifest), `node.napi${libc}.node`);
}

/** For other systems: in an lmdb that the user has installed beside dumbo, which compiles it then. */
function builtHere(require: NodeJS.Require): string | null {
  const main = resolved(require, "lmdb");
  if (main === null) return null;
  const built = join(dirname(main), "../build/Release/lmdb.node");
  if (!existsSync(built)) return null;
  checkVersion(join(dirname(main), "../package.json"));
  return built;
}

function resolved(require: NodeJS.Require, name: string): string | null {
  try {
    return require.resolve(name);
  } catch (error) {
    // Close to the end of the stack nothing is found: that says nothing of what is installed.
    if (error instanceof RangeError) throw error;
    return null;
  }
}

function loadAddon(): Addon {
  if (addon === undefined) {
    // require, not process.dlopen: a program's own lmdb then gets the same exports and reads into its own buffers.
    const loaded = createRequire(import.meta.url)(findAddon()) as Addon;
    loaded.getEnvsPointer(); // closing a file needs what this sets up, once in every thread
    addon = loaded;
  }
  return addon;
}

function checkVersion(manifest: string): void {
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  if (version !== LMDB_VERSION) throw new WriteError(`lmdb ${LMDB_VERSION} is needed, but ${version} is installed`);
}

/** Node's own file names its C library in the first page: the loader that starts it. */
function isMusl(): boolean {
  const start = Buffer.alloc(4096);
  const file = openSync(process.execPath, "r");
  try {
    readSync(file, start, 0, start.length, 0);
  } finally {
    closeSync(file);
  }
  return start.includes("/ld-musl-");
}
