/** Checks a whole store for damage: `dumbo check`. Programs check each record when they read it. */
import { verifyAll } from "../lmdb/check-pages.ts";
import { DamagedError } from "../lmdb/pages.ts";
import { HEAD, isRecord } from "./batch.ts";
import { readBlob } from "./blobs.ts";
import { type OnPart, tellPart, withReader } from "./contents.ts";
import { storeFolder } from "./directory.ts";
import { BLOB, POINTER, readStamp, STAMP } from "./stamp.ts";
import { sweep } from "./sweep.ts";

/** What the check has found. */
export interface Checked {
  readonly records: number;
  /** Records whose checksum is wrong. */
  readonly damaged: readonly string[];
  /** Records whose blob is missing or damaged. */
  readonly incomplete: readonly string[];
  /** What is wrong with the store's file, or null. */
  readonly trouble: string | null;
}

/** Reads all that is stored, and compares it with its checksums. */
export function checkStore(directory: string, onPart: OnPart): Checked {
  const folder = storeFolder(directory);
  const damaged: string[] = [];
  const incomplete: string[] = [];
  let records = 0;
  let trouble: string | null = null;
  try {
    withReader(folder, (reader) => {
      verifyAll(reader);
      sweep(reader, undefined, (page) => {
        for (const { key, stamp } of page) {
          if (stamp === undefined || stamp.kind === BLOB) continue;
          records++;
          const own = Buffer.from(key);
          const record = reader.get(own, isRecord);
          if (record === undefined) damaged.push(own.toString("hex"));
          else if (stamp.kind === POINTER && !hasBlob(folder, record)) incomplete.push(own.toString("hex"));
        }
        tellPart(page, onPart);
        return true;
      });
    });
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    trouble = error.message;
  }
  return { records, damaged, incomplete, trouble };
}

function hasBlob(folder: string, record: Buffer): boolean {
  if (readStamp(record, HEAD)?.kind !== POINTER) return true;
  const rest = record.subarray(HEAD + STAMP);
  const bytes = Buffer.allocUnsafeSlow(rest.readUInt32LE(16));
  return readBlob(folder, rest.toString("hex", 0, 16), bytes, 0);
}
