/**
 * Asks dependencies: what a recorded call has learnt of files, the working directory and the machine, as questions that can be asked
 * again. The functions used were taken before the taps; callers raise `state.suspended`.
 */
import { type Dirent, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runOutside } from "../../src/trace/frames.ts";
import type { Dependency } from "../../src/trace/trace.ts";
import { clock, cwd, exists, files, getBuiltinModule, realpath, umask } from "../builtins/originals.ts";
import { replacedInside } from "../builtins/tapped-functions.ts";
import { digest, failure } from "./answer-digest.ts";
import { DATE, datePart } from "./date-parts.ts";
import { fingerprintOf, type Signature, signatureOf, toPath } from "./file-signature.ts";

/** An operation and its arguments, as texts. */
export type Query = readonly string[];

/** In front of the operation of a question whose answer the program waits for. */
const LATER = "later ";

/** The operation of waiting for a computation in another thread. Nothing is asked. */
export const THREAD = "thread";

/** The operation that asks for the names and kinds of all that is in a folder, in an order of its own. */
export const TREE = "tree";

/** The operation that asks for the mode of a file or folder, and not for its times. */
export const MODE = "mode";

/** The operation of absent-globals.ts. */
export const ABSENT = "absent";
/** The operation of built-ins-as-made.ts. */
export const AS_MADE = "as made";

/** The same query by a program that waits for the answer, by promise or callback. */
export function later([operation, ...rest]: Query): Query {
  return [LATER + operation, ...rest];
}

function atOnce(query: Query): Query {
  const [operation, ...rest] = query as [string, ...string[]];
  return operation.startsWith(LATER) ? [operation.slice(LATER.length), ...rest] : query;
}

/** What kind of file a query reads, if the answer cannot change as long as the file's signature is the same; else null. */
export function kindSigned([operation, , option]: Query): "file" | "directory" | null {
  if (operation === "readFile" || operation === "open" || operation === "part") return "file";
  // The signature of a directory says nothing about the folders in it.
  return operation === "readdir" && !option?.includes("r") ? "directory" : null;
}

/** Whether reading a file changes nothing and does not wait, as with a pipe: the file is regular, or reading it fails. */
export function isReadable(path: string, before: Signature | null): boolean {
  if (before !== null) return true;
  try {
    const stats = files.statSync(toPath(path), { throwIfNoEntry: false });
    return stats === undefined || stats.isDirectory();
  } catch {
    return true;
  }
}

/** Encodings for which Node reads a file by one native call. */
const IN_ONE: ReadonlySet<string> = new Set(["utf8", "utf-8"]);

/** The function of `fs` that a program has replaced and that Node's own function would call for an answer; or null. */
export function fakedBy(asked: Query): string | null {
  const [operation] = asked as [string];
  const query = atOnce(asked);
  // To read bytes, Node calls other exports of `fs`, and so do `exists` and `realpath` with a callback.
  const isComposed =
    operation === "readFile"
      ? !IN_ONE.has(query[2] ?? "")
      : operation === "later exists" || operation === "later realpath";
  return isComposed ? replacedInside() : null;
}

/** Asks a query. Null for one that cannot be asked (again): of a pipe, a device, an unknown operation. */
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
 * Validates a dependency.
 * @returns the dependency with the present fingerprint, so that the next look-up need not read the file; null if the answer differs
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
 * Validates, by promises, a dependency for which the program has waited, so that a hit comes no earlier than the program's own answer
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
  [MODE]: ([, path]) => files.statSync(toPath(path as string)).mode,
  open: ([, path]) => files.closeSync(files.openSync(toPath(path as string), "r")),
  part: ([, path, position, length]) => readPart(toPath(path as string), Number(position), Number(length)),
  readFile: ([, path, encoding]) =>
    IN_ONE.has(encoding ?? "")
      ? files.readFileSync(toPath(path as string), encodingOf(encoding))
      : // dumbo's own function (src/node/fs.ts): Node's one calls exports of `fs`, which the program may have replaced.
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
  [DATE]: ([, part]) => datePart(part as string, clock()),
  [TREE]: ([, path]) => treeIn(toPath(path as string)),
  umask: () => umask(),
};

/** Names and kinds of all that is in a folder, however deep; of a link, that it is one. @throws where the folder itself is a link, and what the file system throws */
function treeIn(path: string | URL): string[] {
  if (files.lstatSync(path).isSymbolicLink()) throw new Error("a link");
  return files
    .readdirSync(path, { recursive: true, withFileTypes: true })
    .map((entry) => `${kindOf(entry)} ${entry.parentPath ?? entry.path} ${entry.name}`)
    .sort();
}

function kindOf(entry: Dirent): string {
  if (entry.isSymbolicLink()) return "link";
  return entry.isDirectory() ? "folder" : entry.isFile() ? "file" : "other";
}

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

/** Takes the functions of `fs.promises` before they are tapped. That is when they are first read, because Node loads them then. */
export function keepPromised(exports: object): void {
  promised ??= { ...(exports as Promises) };
}

function untapped(): Promises {
  // Reading `promises` loads and taps them, and so calls {@link keepPromised} first.
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

/** Adds an operation that another file of the audit answers. */
export function addOperation(name: string, run: (query: Query) => unknown): void {
  (operations as Record<string, (query: Query) => unknown>)[name] = run;
}

/** Describes the subject of a query for a reader. */
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
    case DATE:
      return "the date";
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
