/**
 * Which records each process has found or put, for `dumbo export --used`: a block for each time that a process notes what it found,
 * appended to a file beside the records. What is damaged or lost is missing in an export, and nothing else.
 */
import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../atomic-write.ts";
import { halfHash } from "../../hash.ts";

const FILE = "used";
const MAGIC = 0x44455355;
const KEY = 16;
/** Magic, process, when that began, how many keys. */
const AT = { pid: 4, began: 8, count: 16, keys: 20 } as const;
const CHECKSUM = 8;
/** Bytes above which the older half goes. */
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
    // the disk is full, or the folder gone: whoever writes records will find out
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

/** What is known of processes, the latest last. */
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

/** The blocks that are whole, whatever stands between them. */
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
