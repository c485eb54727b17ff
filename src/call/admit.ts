/**
 * Checks records that another machine has written, before anything of them is used. A record is taken to pieces, and a new one is made of
 * the entries that are well formed. An entry whose call wrote files or changed objects is left out, unless the user has asked for it.
 */
import { valueFits } from "../codec/check/value-fits.ts";
import { hashText } from "../hash.ts";
import { ENTRY_VERSION } from "../key/format-version.ts";
import type { RecordForm } from "../store/store.ts";
import type { CallName, Made } from "../trace/made-calls.ts";
import {
  contentKey,
  type Dependency,
  dependencyText,
  type Output,
  packTrace,
  type Trace,
  unpackTrace,
  type Write,
} from "../trace/trace.ts";
import { type Entry, isEntry, MOST_ENTRIES, partsOf, readEntries, writeEntriesOf } from "./entry.ts";

const MOST_DEPENDENCIES = 20_000;
/** Operations whose first argument is a path. */
const OF_PATHS = /^(later )?(access|exists|lstat|open|part|readFile|readdir|readlink|realpath|realpathNative|stat)$/;
/** Names of operations. An unknown one passes: nobody can answer its question, so the entry never holds. */
const OPERATION = /^[a-z][a-zA-Z ]*$/;

/**
 * What a record may hold. `results`: what calls returned, read and printed. `deeds`: also files that they wrote and objects that
 * they changed, for records that the user has imported.
 */
export type Admitted = "results" | "deeds";

/** A record of the entries that may be used here; null if none may. */
export function admit(
  key: string,
  form: RecordForm,
  record: Uint8Array,
  what: Admitted = "results",
): Uint8Array | null {
  if (form === "value") return valueFits(record, what === "deeds") ? record : null;
  try {
    return admitEntries(key, record, what);
  } catch {
    return null;
  }
}

function admitEntries(key: string, record: Uint8Array, what: Admitted): Uint8Array | null {
  if (record[0] !== ENTRY_VERSION || !isEntry(record)) return null;
  const entries: Entry[] = [];
  for (const entry of readEntries(record)) {
    const admitted = admitEntry(key, entry, what);
    if (admitted !== null) entries.push(admitted);
  }
  if (entries.length === 0 || entries.length > MOST_ENTRIES) return null;
  return writeEntriesOf(partsOf(record), entries);
}

function admitEntry(key: string, entry: Entry, what: Admitted): Entry | null {
  const { cost, trace, value, valueAt } = entry;
  if (!(cost >= 0 && cost < Number.POSITIVE_INFINITY)) return null;
  const known = unpackTrace(trace);
  if (!isTrace(known, what === "deeds")) return null;
  const packed = packTrace({ ...known, dependencies: known.dependencies.map(withoutFingerprint) });
  // The key of the value's record is made of the call's key and its dependencies: with another one, an entry could name any record.
  if (valueAt !== "" && valueAt !== hashText(`${key} ${dependencyText(known)}`)) return null;
  if (valueAt === "" && !valueFits(value, what === "deeds")) return null;
  return { ...entry, trace: packed };
}

/** The keys of further records that the entries in a record lead to: of values, and of contents of files. */
export function partsLedTo(
  key: string,
  record: Uint8Array,
): { readonly values: string[]; readonly contents: string[] } {
  const admitted = admit(key, "entry", record, "deeds");
  const entries = admitted === null ? [] : readEntries(admitted);
  return {
    values: entries.flatMap(({ valueAt }) => (valueAt === "" ? [] : [valueAt])),
    contents: entries.flatMap(({ trace }) =>
      (unpackTrace(trace).writes ?? []).flatMap(({ content }) => (content === "" ? [] : [contentKey(content)])),
    ),
  };
}

/**
 * Fingerprints are inodes and times of files on another machine: a different file here may have the same ones, as in copies of one disk image.
 * Without them, the first look-up here reads the files, and notes fingerprints of its own.
 */
function withoutFingerprint(dependency: Dependency): Dependency {
  return { ...dependency, fingerprint: "" };
}

function isTrace({ dependencies, output, writes, made, maker }: Trace, mayWrite: boolean): boolean {
  return (
    dependencies.length <= MOST_DEPENDENCIES &&
    dependencies.every((one) => isDependency(one, mayWrite)) &&
    output.every(isOutput) &&
    (writes === undefined || (mayWrite && writes.every(isWrite))) &&
    (made === undefined || isMade(made)) &&
    (maker === undefined || isCallName(maker))
  );
}

function isMade(made: Made): boolean {
  return made === "unknown" || (made.direct.every(isCallName) && made.indirect.every((key) => typeof key === "string"));
}

function isCallName({ key, name }: CallName): boolean {
  return areTexts([key, name]);
}

function isOutput({ stream, via, data, encoding }: Output): boolean {
  return (
    (stream === 1 || stream === 2) &&
    (via === "console" || via === "write") &&
    (typeof data === "string" || data instanceof Uint8Array) &&
    typeof encoding === "string"
  );
}

function isWrite({ action, content, size, after }: Write): boolean {
  return areTexts(action) && typeof content === "string" && size >= 0 && Number.isInteger(after) && after >= 0;
}

function isDependency({ query, answer, fingerprint, selfWritten }: Dependency, mayWrite: boolean): boolean {
  if (!areTexts(query) || (selfWritten && !mayWrite)) return false;
  if (typeof answer !== "string" || typeof fingerprint !== "string") return false;
  const [operation = "", subject = ""] = query;
  return OF_PATHS.test(operation) ? isPath(subject) : OPERATION.test(operation);
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** Whether a text is a path as queries hold one: `p` and a path, or `u` and a URL. */
function isPath(text: string): boolean {
  if (text.includes("\0")) return false;
  return text.startsWith("p") || (text.startsWith("u") && URL.canParse(text.slice(1)));
}
