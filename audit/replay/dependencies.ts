/**
 * What a program may learn from outside while it is recorded, as questions that can be asked again: about files, the
 * working directory, the machine. Asked by functions that were taken before the taps; callers raise `state.suspended`.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runOutside } from "../../src/trace/frames.ts";
import type { Dependency } from "../../src/trace/trace.ts";
import { cwd, exists, files, getBuiltinModule, realpath, umask } from "../builtins/originals.ts";
import { replacedInside } from "../builtins/tapped-functions.ts";
import { digest, failure } from "./answer-digest.ts";
import { fingerprintOf, type Signature, signatureOf, toPath } from "./file-signature.ts";

/** An operation and its arguments, as texts. */
export type Query = readonly string[];

/** What a question that a program waits for begins with; the rest is the same as of one that it does not wait for. */
const LATER = "later ";

/** The operation of waiting for what another thread computes: nothing is asked. */
export const THREAD = "thread";

/** The operation of looking for globals. */
export const ABSENT = "absent";
/** What is on functions of the language and of Node that have some names. */
export const AS_MADE = "as made";

/** The query of a program that waits for the answer: by promise or callback. */
export function later([operation, ...rest]: Query): Query {
  return [LATER + operation, ...rest];
}

function atOnce(query: Query): Query {
  const [operation, ...rest] = query as [string, ...string[]];
  return operation.startsWith(LATER) ? [operation.slice(LATER.length), ...rest] : query;
}

/** Of which kind a query's file is, if the answer cannot change while the signature of the file stays the same; else null. */
export function kindSigned([operation, , option]: Query): "file" | "directory" | null {
  if (operation === "readFile" || operation === "open" || operation === "part") return "file";
  // What lies deeper does not show in the directory itself.
  return operation === "readdir" && !option?.includes("r") ? "directory" : null;
}

/** Whether reading a file takes nothing away and does not wait, as it would with a pipe: it is regular, or the reading fails. */
export function isReadable(path: string, before: Signature | null): boolean {
  if (before !== null) return true;
  try {
    const stats = files.statSync(toPath(path), { throwIfNoEntry: false });
    return stats === undefined || stats.isDirectory();
  } catch {
    return true;
  }
}

/** Encodings by which Node reads a file in one. */
const IN_ONE = /^utf-?8$/;

/** Which function of the program an answer would come from, because Node's own function calls it; or null. */
export function fakedBy(asked: Query): string | null {
  const [operation] = asked as [string];
  const query = atOnce(asked);
  // Bytes are read in parts, a text at once; with a callback, one calls another.
  const isComposed =
    operation === "readFile"
      ? !IN_ONE.test(query[2] ?? "")
      : operation === "later exists" || operation === "later realpath";
  return isComposed ? replacedInside() : null;
}

/** Asks. Null for what cannot be asked (again): a pipe, a device, an unknown operation. */
export function ask(asked: Query): { answer: string; fingerprint: string } | null {
  if (fakedBy(asked) !== null) return null;
  const query = atOnce(asked);
  const [operation, path] = query as [string, string];
  const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (run === undefined) return null;
  const kind = kindSigned(query);
  const before = kind && signatureOf(path, kind);
  if (kind === "file" && !isReadable(path, before)) return null;
  let answer: string;
  try {
    answer = digest(run(query));
  } catch (error) {
    answer = failure(error);
  }
  return { answer, fingerprint: kind ? fingerprintOf(before, signatureOf(path, kind)) : "" };
}

/**
 * Asks again what a recorded call has asked.
 * @returns the dependency, with the present fingerprint, so that the next look-up need not read the file; null if the answer differs
 */
export function verify(dependency: Dependency): Dependency | null {
  const { query, answer, fingerprint } = dependency;
  if (fakedBy(query) !== null) return null;
  const kind = kindSigned(atOnce(query));
  if (fingerprint !== "" && kind && signatureOf(query[1] as string, kind)?.text === fingerprint) return dependency;
  const now = ask(query);
  if (now?.answer !== answer) return null;
  return now.fingerprint === fingerprint ? dependency : { ...dependency, fingerprint: now.fingerprint };
}

/**
 * Asks again, by promises, what a program has waited for, so that the hit comes no earlier than the program's own answer
 * could have come.
 * @returns whether the answer is the same
 */
export async function verifyLater({ query, answer }: Dependency): Promise<boolean> {
  const asked = atOnce(query);
  const [operation, path] = asked as [string, string];
  const run = Object.hasOwn(laterOperations, operation) ? laterOperations[operation] : undefined;
  if (run === undefined || fakedBy(query) !== null) return false;
  if (kindSigned(asked) === "file" && !isReadable(path, signatureOf(path, "file"))) return false;
  try {
    return digest(await runOutside(() => run(asked))) === answer;
  } catch (error) {
    return failure(error) === answer;
  }
}

const operations: Readonly<Record<string, (query: Query) => unknown>> = {
  access: ([, path, mode]) => files.accessSync(toPath(path as string), mode === "" ? undefined : Number(mode)),
  cwd,
  exists: ([, path]) => files.existsSync(toPath(path as string)),
  lstat: ([, path, option]) => files.lstatSync(toPath(path as string), statOptions(option as string)),
  os: ([, name]) => (getBuiltinModule("node:os") as unknown as Record<string, () => unknown>)[name as string]?.(),
  open: ([, path]) => files.closeSync(files.openSync(toPath(path as string), "r")),
  part: ([, path, position, length]) => readPart(toPath(path as string), Number(position), Number(length)),
  readFile: ([, path, encoding]) =>
    IN_ONE.test(encoding ?? "")
      ? files.readFileSync(toPath(path as string), encodingOf(encoding))
      : // dumbo's own (src/node/fs.ts): Node's calls what the program may have put on the exports of `fs`.
        readFileSync(toPath(path as string), encodingOf(encoding)),
  readdir: ([, path, option, encoding]) =>
    files.readdirSync(toPath(path as string), {
      withFileTypes: option?.includes("t") as true,
      recursive: option?.includes("r") as true,
      encoding: encodingOf(encoding) as "utf8",
    }),
  readlink: ([, path, encoding]) => files.readlinkSync(toPath(path as string), encodingOf(encoding)),
  realpath: ([, path, encoding]) => files.realpathSync(toPath(path as string), encodingOf(encoding)),
  realpathNative: ([, path, encoding]) => files.realpathNative(toPath(path as string), encodingOf(encoding)),
  [THREAD]: () => null,
  stat: ([, path, option]) => files.statSync(toPath(path as string), statOptions(option as string)),
  umask: () => umask(),
};

function readPart(path: string | URL, position: number, length: number): Buffer {
  const fd = files.openSync(path, "r");
  try {
    const rest = Math.max(0, files.fstatSync(fd).size - position);
    const buffer = Buffer.alloc(Math.min(length, rest));
    return buffer.subarray(0, files.readSync(fd, buffer, 0, buffer.byteLength, position));
  } finally {
    files.closeSync(fd);
  }
}

type Promises = typeof import("node:fs").promises;

let promised: Promises | null = null;

/** Takes the functions of `fs.promises` before they are tapped. Node loads them when they are first asked for, and so do we. */
export function keepPromised(exports: object): void {
  promised ??= { ...(exports as Promises) };
}

function untapped(): Promises {
  // Looking at them taps them, and so keeps them.
  const { promises } = getBuiltinModule("node:fs");
  return promised ?? promises;
}

/** Waits for an answer of the file system. */
export function pause(): Promise<unknown> {
  return runOutside(() => untapped().stat("."));
}

const laterOperations: Readonly<Record<string, (query: Query) => Promise<unknown>>> = {
  access: ([, path, mode]) => untapped().access(toPath(path as string), mode === "" ? undefined : Number(mode)),
  exists: ([, path]) => new Promise((resolve) => exists(toPath(path as string), resolve)),
  lstat: ([, path, option]) => untapped().lstat(toPath(path as string), statOptions(option as string)),
  open: async ([, path]) => (await untapped().open(toPath(path as string), "r")).close(),
  part: ([, path, position, length]) => readPartLater(toPath(path as string), Number(position), Number(length)),
  readFile: ([, path, encoding]) => untapped().readFile(toPath(path as string), encodingOf(encoding)),
  readdir: ([, path, option, encoding]) =>
    untapped().readdir(toPath(path as string), {
      withFileTypes: option?.includes("t") as true,
      recursive: option?.includes("r") as true,
      encoding: encodingOf(encoding) as "utf8",
    }),
  readlink: ([, path, encoding]) => untapped().readlink(toPath(path as string), encodingOf(encoding)),
  realpath: ([, path, encoding]) =>
    new Promise((resolve, reject) => {
      realpath(toPath(path as string), encodingOf(encoding), (error, found) =>
        error ? reject(error) : resolve(found),
      );
    }),
  realpathNative: ([, path, encoding]) => untapped().realpath(toPath(path as string), encodingOf(encoding)),
  [THREAD]: () =>
    pause().then(
      () => null,
      () => null,
    ),
  stat: ([, path, option]) => untapped().stat(toPath(path as string), statOptions(option as string)),
};

async function readPartLater(path: string | URL, position: number, length: number): Promise<Buffer> {
  const handle = await untapped().open(path, "r");
  try {
    const rest = Math.max(0, (await handle.stat()).size - position);
    const buffer = Buffer.alloc(Math.min(length, rest));
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function statOptions(option: string): { bigint: true; throwIfNoEntry: boolean } {
  return { bigint: option.includes("b") as true, throwIfNoEntry: !option.includes("n") };
}

function encodingOf(text: string | undefined): BufferEncoding | undefined {
  return text === "" ? undefined : (text as BufferEncoding);
}

/** Adds an operation that another part of the audit answers. */
export function addOperation(name: string, run: (query: Query) => unknown): void {
  (operations as Record<string, (query: Query) => unknown>)[name] = run;
}

/** What a query is about, for a reader. */
export function describeQuery(query: Query): string {
  const [operation, subject] = atOnce(query);
  switch (operation) {
    case "cwd":
      return "the working directory";
    case THREAD:
      return "work in another thread";
    case AS_MADE:
      return `what is on built-in functions called ${subject}`;
    case ABSENT:
      return `the global ${subject}`;
    case "umask":
      return "the umask";
    case "console":
      return "the console";
    case "os":
      return `os.${subject}`;
    case "readdir":
      return `directory ${shown(subject as string)}`;
    case "colours":
      return `the colours of ${subject}`;
    default:
      return subject === undefined ? String(operation) : `file ${shown(subject)}`;
  }
}

function shown(text: string): string {
  return text.startsWith("u") ? fileURLToPath(text.slice(1)) : text.slice(1);
}
