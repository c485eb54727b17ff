/** The signature of a file: size, times, inode, device and mode. As long as it is the same, the content is too, and need not be read. */
import type { BigIntStats } from "node:fs";
import { clock, files } from "../builtins/originals.ts";

/** Nanoseconds. A file that changed so shortly before it was read may change again without another time. */
const TICK = 100_000_000n;

/** The same for file systems whose times are whole seconds. */
const COARSE_TICK = 2_000_000_000n;

const SECOND = 1_000_000_000n;

/** Types of file systems that generate content at each read (`proc`, `sysfs`, `cgroup`, `debugfs`, `tracefs`, ...): times say nothing. */
const MADE_UP = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x73636673, 0x6165676c, 0xde5e81e4, 0x42494e4d,
  0x1cd1, 0xf97cff8c, 0xcafe4a11, 0x19800202, 0x62656570, 0x6e736673, 0x65735543, 0x67596969,
]);

export interface Signature {
  readonly text: string;
  readonly size: bigint;
  /** When the file last changed, in nanoseconds since 1970. */
  readonly changed: bigint;
  /** Whether the file system's times are whole seconds. */
  readonly isCoarse: boolean;
}

/** Whether a device holds real files. */
const devices = new Map<bigint, boolean>();

/**
 * The signature of what is at a path; null if there is nothing of this kind, or if its file system generates content.
 * @param kind a regular file, or a directory
 */
export function signatureOf(path: string, kind: "file" | "directory"): Signature | null {
  let stats: BigIntStats | undefined;
  try {
    stats = files.statSync(toPath(path), { bigint: true, throwIfNoEntry: false });
    if (stats === undefined || !(kind === "file" ? stats.isFile() : stats.isDirectory())) return null;
    let isReal = devices.get(stats.dev);
    if (isReal === undefined) {
      isReal = !MADE_UP.has(files.statfsSync(toPath(path)).type);
      devices.set(stats.dev, isReal);
    }
    if (!isReal) return null;
  } catch {
    // The read itself will fail, and its error is the answer.
    return null;
  }
  const { size, mtimeNs, ctimeNs, ino, dev, mode } = stats;
  let changed = mtimeNs;
  if (ctimeNs > changed) changed = ctimeNs;
  return {
    size,
    text: `${size} ${mtimeNs} ${ctimeNs} ${ino} ${dev} ${mode}`,
    changed,
    isCoarse: mtimeNs % SECOND === 0n && ctimeNs % SECOND === 0n,
  };
}

/**
 * The fingerprint of an answer: while the file has this signature, a look-up trusts the answer without reading the file. Empty if the file
 * changed while it was read, or just before that: its next change might leave the times as they are.
 * @param before the signature before the file was read
 * @param after the signature after it was read
 */
export function fingerprintOf(before: Signature | null, after: Signature | null): string {
  if (before === null || before.text !== after?.text) return "";
  const age = BigInt(clock()) * 1_000_000n - before.changed;
  return age > (before.isCoarse ? COARSE_TICK : TICK) ? before.text : "";
}

/** A path or file URL as queries hold it; null for anything else. */
export function pathText(path: unknown): string | null {
  if (typeof path === "string") return `p${path}`;
  return path instanceof URL && path.protocol === "file:" ? `u${path.href}` : null;
}

/** The path or URL in a query, as functions of `fs` take it. */
export function toPath(text: string): string | URL {
  return text.startsWith("u") ? new URL(text.slice(1)) : text.slice(1);
}
