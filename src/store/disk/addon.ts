/**
 * Writes batches with lmdb's native addon, without lmdb's own JavaScript. That would take 30 ms to load (msgpackr, detect-libc), would
 * set globals on which the program's own copy of lmdb relies, and would leave the program's copy an `open` without encoders. Only what
 * a batch needs is called here: open, begin, put, delete, commit, close. The calls and the layout of an instruction are those of
 * lmdb 3.5.6 (write.js, open.js), so any other version is refused.
 */
import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { endianness } from "node:os";
import { dirname, join } from "node:path";
import { arch, platform } from "../../node/process.ts";
import { KEY_SIZE } from "../lmdb/pages.ts";
import type { Batch } from "./batch.ts";

/** The only version of lmdb that this file can call. scripts/lmdb-plugin.mjs compares it with the installed one. */
export const LMDB_VERSION = "3.5.6";

/** Thrown when lmdb's file cannot be written. `code`: lmdb's or the system's number of the error, if there is one. */
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
/** The memory of one instruction. lmdb keeps a pointer to it, so it must live as long as the process. */
const instruction = Buffer.allocUnsafeSlow(4096);

/**
 * Pages in a row that a transaction writes under a key and then deletes, so that lmdb has them for its list of free pages. One of the
 * batches has to delete the key.
 */
export interface Spare {
  readonly key: Buffer;
  readonly bytes: number;
}

/**
 * Writes batches in one transaction and closes the file again. The caller has to hold the lock (lock.ts): opening an lmdb file while
 * another process commits can undo that commit.
 * @param removed keys to delete first; their pages and the pages beside them must have been checked (sweep.ts)
 * @param spare written before everything else
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

/** The batch that writes the spare pages. Nobody reads its value. */
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
        instruction.writeUInt32LE(PUT, 0); // written anew each time, because lmdb puts its result there
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

/** Processors of 32 bits, by Node's names. The program may have replaced the methods of texts by the time that one is asked for. */
const IS_32_BIT: Partial<Record<string, boolean>> = {
  arm: true,
  ia32: true,
  mips: true,
  mipsel: true,
  ppc: true,
  s390: true,
};

/** Where the addon was found. Kept, because near the end of the stack a second search would fail. */
let addonPath: string | undefined;

/**
 * The path of the addon. To be called before there is something to write, so that a missing addon shows early.
 * @throws {WriteError} if lmdb was installed without it
 */
export function findAddon(): string {
  addonPath ??= searchAddon();
  return addonPath;
}

function searchAddon(): string {
  if (IS_32_BIT[arch] || endianness() !== "LE") {
    throw new WriteError("the store's format needs a 64-bit little-endian processor");
  }
  const require = createRequire(import.meta.url);
  const found = prebuilt(require) ?? builtHere(require);
  if (found === null) throw new WriteError(`lmdb ${LMDB_VERSION} is not installed for ${platform}-${arch}`);
  return found;
}

/** The addon of the package that npm installs for this system. That package runs no scripts when it is installed. */
function prebuilt(require: NodeJS.Require): string | null {
  const manifest = resolved(require, `@lmdb/lmdb-${platform}-${arch}/package.json`);
  if (manifest === null) return null;
  checkVersion(manifest);
  const libc = platform === "linux" ? (isMusl() ? ".musl" : ".glibc") : "";
  // The variants for one version of V8 (abi115, abi127) are not taken: Node-API is the same in all versions of Node.
  return join(dirname(manifest), `node.napi${libc}.node`);
}

/** For other systems: the addon of an lmdb that the user has installed beside dumbo, and that was compiled when it was installed. */
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
    // Near the end of the stack every search fails, whatever is installed.
    if (error instanceof RangeError) throw error;
    return null;
  }
}

function loadAddon(): Addon {
  if (addon === undefined) {
    // By `require` and not `process.dlopen`, so that the program's own lmdb gets the same exports.
    const loaded = createRequire(import.meta.url)(findAddon()) as Addon;
    loaded.getEnvsPointer(); // sets up, once in each thread, what closing a file needs
    addon = loaded;
  }
  return addon;
}

function checkVersion(manifest: string): void {
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  if (version !== LMDB_VERSION) throw new WriteError(`lmdb ${LMDB_VERSION} is needed, but ${version} is installed`);
}

/** Whether this Node uses the C library musl: its executable names, in the first page, the loader that starts it. */
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
