/** The signature of a file: as long as it is the same, so is the content, and nobody has to read it. */
import type { BigIntStats } from "node:fs";
import { clock, files } from "../builtins/originals.ts";

/** Nanoseconds: a file that changed less than this before it was read may change again without its times showing it. */
const TICK = 100_000_000n;

/** The same where times are whole seconds. */
const COARSE_TICK = 2_000_000_000n;

const SECOND = 1_000_000_000n;

/** File systems that make up what they show at each look: `proc`, `sysfs`, `cgroup`, `debugfs`, `tracefs`, ... */
const MADE_UP = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x73636673, 0x6165676c, 0xde5e81e4, 0x42494e4d,
  0x1cd1, 0xf97cff8c, 0xcafe4a11, 0x19800202, 0x62656570, 0x6e736673, 0x65735543, 0x67596969,
]);

/** What shows of a file that it is still the same. */
export interface Signature {
  readonly text: string;
  readonly size: bigint;
  /** Nanoseconds since 1970 of its last change, and whether the file system counts seconds only. */
  readonly changed: bigint;
  readonly isCoarse: boolean;
}

const devices = new Map<bigint, boolean>();

/**
 * The signature of what a path leads to, if that is of the kind that can be read again.
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
    // The operation itself will fail, and its error is the answer.
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
 * The text by which a later look-up may trust an answer without reading the file; empty if there is none. A file that changed
 * just before it was read has none: its next change might leave the times as they are.
 * @param before the signature before the file was read
 */
export function fingerprintOf(before: Signature | null, after: Signature | null): string {
  if (before === null || before.text !== after?.text) return "";
  const age = BigInt(clock()) * 1_000_000n - before.changed;
  return age > (before.isCoarse ? COARSE_TICK : TICK) ? before.text : "";
}

/** A path as a query holds it. */
export function pathText(path: unknown): string | null {
  if (typeof path === "string") return `p${path}`;
  return path instanceof URL && path.protocol === "file:" ? `u${path.href}` : null;
}

export function toPath(text: string): string | URL {
  return text.startsWith("u") ? new URL(text.slice(1)) : text.slice(1);
}
