/**
 * Which records each process has found or put, for `dumbo export --used`. Each time that a process notes what it has used, it appends a
 * block to a file beside the records. A damaged or lost block only makes an export smaller.
 */
import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../atomic-write.ts";
import { halfHash } from "../../hash.ts";

const FILE = "used";
const MAGIC = 0x44455355;
const KEY = 16;
/** Positions in a block: the magic number is at 0, then come the process, when it began, the number of keys, and the keys. */
const AT = { pid: 4, began: 8, count: 16, keys: 20 } as const;
const CHECKSUM = 8;
/** When the file has more bytes, the older half of its blocks is removed. */
const LARGEST = 4 * 1024 * 1024;

/** What one process has used. */
export interface UsedByProcess {
  readonly pid: number;
  /** When it started, in milliseconds since 1970. */
  readonly began: number;
  readonly keys: readonly string[];
}

/** Notes what this process has used. Errors are ignored. */
export function appendUsed(folder: string, keys: ReadonlySet<string>): void {
  if (keys.size === 0) return;
  try {
    const path = join(folder, FILE);
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGEST) dropOlder(path);
    appendFileSync(path, blockOf(keys), { mode: 0o600 });
  } catch {
    // The disk is full, or the folder is gone: the next write of records reports it.
  }
}

function blockOf(keys: ReadonlySet<string>): Buffer {
  const count = keys.size;
  const block = Buffer.alloc(AT.keys + count * KEY + CHECKSUM);
  block.writeUInt32LE(MAGIC, 0);
  block.writeUInt32LE(process.pid, AT.pid);
  block.writeDoubleLE(Date.now() - process.uptime() * 1000, AT.began);
  block.writeUInt32LE(count, AT.count);
  let at: number = AT.keys;
  for (const key of keys) {
    block.write(key, at, "hex");
    at += KEY;
  }
  block.writeBigUInt64LE(halfHash(block, 0, block.length - CHECKSUM), block.length - CHECKSUM);
  return block;
}

function dropOlder(path: string): void {
  const bytes = readFileSync(path);
  const blocks = blocksOf(bytes);
  const kept: Buffer[] = [];
  for (let i = Math.floor(blocks.length / 2); i < blocks.length; i++) kept.push(blocks[i] as Buffer);
  writeAtomically(path, Buffer.concat(kept));
}

/** What processes have used, the latest last. */
export function readUsed(folder: string): UsedByProcess[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, FILE));
  } catch {
    return [];
  }
  return blocksOf(bytes).map((block) => {
    const keys: string[] = [];
    for (let at: number = AT.keys; at < block.length - CHECKSUM; at += KEY)
      keys.push(block.toString("hex", at, at + KEY));
    return { pid: block.readUInt32LE(AT.pid), began: block.readDoubleLE(AT.began), keys };
  });
}

/** All whole blocks of the file. Bytes between them are skipped: two processes may have written at once. */
function blocksOf(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0; at + AT.keys + CHECKSUM <= bytes.length; ) {
    const end = endOf(bytes, at);
    if (end !== null) blocks.push(bytes.subarray(at, end));
    at = end ?? at + 1;
  }
  return blocks;
}

function endOf(bytes: Buffer, at: number): number | null {
  if (bytes.readUInt32LE(at) !== MAGIC) return null;
  const end = at + AT.keys + bytes.readUInt32LE(at + AT.count) * KEY + CHECKSUM;
  if (end > bytes.length || bytes.readBigUInt64LE(end - CHECKSUM) !== halfHash(bytes, at, end - CHECKSUM)) return null;
  return end;
}
