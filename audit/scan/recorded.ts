/**
 * What the static scan leaves to the taps: functions and values of which a tap records each use. At a hit, what they read is asked again,
 * and what they print or write is done again.
 */
import { SIGNING_KEY } from "../../src/value/process-env.ts";
import { words } from "./words.ts";

/** Functions of which each call is recorded (audit/taps/reads.ts), and constants. */
const RECORDED_MODULES: Record<string, readonly string[]> = {
  fs: words(`access accessSync constants exists existsSync lstat lstatSync readFile readFileSync readdir readdirSync readlink
    readlinkSync realpath realpathSync stat statSync`),
  "fs/promises": words("access constants lstat readFile readdir readlink realpath stat"),
  os: words("EOL availableParallelism constants devNull homedir hostname release tmpdir userInfo version"),
  process: ["cwd", "umask"],
};

/** Those of them that are constants. */
const CONSTANT = /^(constants|EOL|devNull)$/;

/** The constants that a built-in module exports, of which no tap can tell. */
export function constantExports(module: string): readonly string[] {
  return CONSTANTS.get(module) ?? [];
}

/** Found before the program runs: it may read `RegExp.$1` after a match of dumbo's. */
const CONSTANTS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(RECORDED_MODULES).map(([module, names]) => [module, names.filter((name) => CONSTANT.test(name))]),
);

/** Functions that compute in another thread from their arguments, and give the result to a callback (audit/taps/computations.ts). */
const COMPUTATIONS: Record<string, readonly string[]> = {
  zlib: words(
    `brotliCompress brotliDecompress deflate deflateRaw gunzip gzip inflate inflateRaw unzip zstdCompress zstdDecompress`,
  ),
};

/** Whether a function is one of {@link COMPUTATIONS}: `zlib.gzip`. */
export function isComputation(label: string): boolean {
  const [module = "", name = "", ...more] = label.split(".");
  return more.length === 0 && Object.hasOwn(COMPUTATIONS, module) && COMPUTATIONS[module]?.includes(name) === true;
}

/** What a function opens for reading. */
export type Opener = "descriptor" | "handle" | "stream" | "lines";

/** Functions that open something for reading. They are recorded in code that keeps to itself what they open. */
const OPENERS: Record<string, Readonly<Record<string, Opener>>> = {
  fs: { createReadStream: "stream", openSync: "descriptor" },
  "fs/promises": { open: "handle" },
  readline: { createInterface: "lines" },
};

/** Functions and methods that read from what was opened, or close it. */
const READERS: Record<string, readonly string[]> = {
  fs: words("closeSync fstatSync readSync"),
  "fs/promises": words("FileHandle#read FileHandle#readFile FileHandle#stat"),
};

const RECORDED_GLOBALS: Record<string, readonly string[]> = {
  console: words("assert debug dir dirxml error info log table warn"),
  process: ["cwd", "umask"],
};

/** Functions that write whole files or make folders. They are recorded if the user allows it, and forbid caching otherwise. */
const REPLAYED_MODULES: Record<string, readonly string[]> = {
  fs: words("copyFileSync mkdirSync writeFileSync"),
  "fs/promises": words("mkdir writeFile"),
};

const STREAMS = ["stdout", "stderr"];

/** Members of a stream that are part of the key of code that reads them. */
const STREAM_FACTS = ["isTTY", "columns", "rows"];

/** Members of `process` that are part of the key of code that reads them. */
const PROCESS_VALUES = ["env", "argv", "execArgv", "execPath"];

/**
 * How many names of a path lead from a built-in module to a class that keys can hold as a value (audit/builtins/emitters.ts); null if the
 * path leads elsewhere.
 */
export function classPath(module: string, path: readonly string[]): number | null {
  if (module !== "events") return null;
  const names = /^(EventEmitter|EventEmitterAsyncResource|default|init)$/.test(path[0] ?? "") ? 1 : 0;
  return isCallOf(path.slice(names)) ? names : null;
}

const STREAM_CLASSES = words("Duplex PassThrough Readable Stream Transform Writable");

/** The same for a class of streams (audit/builtins/held-classes.ts): the module is one itself. Not every use of its name is let pass. */
export function streamPath(module: string, path: readonly string[]): number | null {
  if (module !== "stream") return null;
  const names = path[0] === "default" || STREAM_CLASSES.includes(path[0] ?? "") ? 1 : 0;
  return isCallOf(path.slice(names)) ? names : null;
}

/** Whether a path behind a recorded function only calls it: it is empty, or a method that calls or binds the function. */
function isCallOf(path: readonly string[]): boolean {
  return path.length === 0 || (path.length === 1 && /^(call|apply|bind)$/.test(path[0] as string));
}

/** Whether a tap records a use of a global. */
export function isRecordedGlobal(name: string, path: readonly string[]): boolean {
  const [member, method, ...more] = path;
  if (member === undefined) return false;
  if (name === "process" && STREAMS.includes(member)) return method === "write" && isCallOf(more);
  const members = Object.hasOwn(RECORDED_GLOBALS, name) ? RECORDED_GLOBALS[name] : undefined;
  return members?.includes(member) === true && isCallOf(path.slice(1));
}

/** A path that leads from a built-in module to a recorded function, or to a constant. */
interface Recorded {
  /** How many names of the path lead there. */
  readonly names: number;
  readonly constant: boolean;
  /** Set if a second call may return something else, because the first one has changed what is there. */
  readonly varies?: true;
}

/**
 * How a path leads from a built-in module to something that is recorded; null if it does not.
 * @param writes whether the user allows that files are written again
 */
export function recordedPath(module: string, path: readonly string[], writes = false): Recorded | null {
  const [name, ...more] = path;
  if (module === "fs" && name === "promises") {
    const found = recordedPath("fs/promises", more, writes);
    return found && { ...found, names: found.names + 1 };
  }
  if (writes && name !== undefined && isReplayedWrite(module, name)) {
    if (!isCallOf(more)) return null;
    return { names: 1, constant: false, ...(variesByState(name) && { varies: true }) };
  }
  if (isComputation(`${module}.${name}`)) return isCallOf(more) ? { names: 1, constant: false } : null;
  const members = Object.hasOwn(RECORDED_MODULES, module) ? RECORDED_MODULES[module] : undefined;
  if (name === undefined || !members?.includes(name)) return null;
  if (CONSTANT.test(name)) return { names: 1, constant: true };
  const names = /^realpath(Sync)?$/.test(name) && more[0] === "native" ? 2 : 1;
  return isCallOf(path.slice(names)) ? { names, constant: false } : null;
}

/** Stands for the module of a function whose use was found to be confined: the code keeps to itself what it opens. */
export const CONFINED = "node: confined";

/** What an export of a built-in module opens for reading, or null. */
export function openerOf(module: string, [name = "", ...more]: readonly string[]): Opener | null {
  if (module === "fs" && name === "promises") return openerOf("fs/promises", more);
  const openers = Object.hasOwn(OPENERS, module) ? OPENERS[module] : undefined;
  return openers && more.length === 0 && Object.hasOwn(openers, name) ? (openers[name] as Opener) : null;
}

/** Whether an export of a built-in module is recorded in code that keeps to itself what it opens or is given. */
export function isConfined(module: string, path: readonly string[]): boolean {
  if (openerOf(module, path) !== null) return true;
  return path.length === 1 && Object.hasOwn(READERS, module) && READERS[module]?.includes(path[0] as string) === true;
}

/** Whether a hit can write again what a function of a built-in module writes. */
export function isReplayedWrite(module: string, name: string): boolean {
  return Object.hasOwn(REPLAYED_MODULES, module) && REPLAYED_MODULES[module]?.includes(name) === true;
}

/** Whether the result of a function depends on what was there before: `mkdir` tells which folders it had to make. */
export function variesByState(name: string): boolean {
  return name === "mkdir" || name === "mkdirSync";
}

/** Members of `process.env` for which the whole of it is part of the key: with the private key of shared caches in it, nothing is kept. */
const WHOLE = ["__proto__", SIGNING_KEY];

/**
 * How many names of a path lead to a value of `process` that is part of the key of code that reads it; 0 if the path leads elsewhere.
 * @param path the members that the code reads from `process`
 */
export function keyedPath(path: readonly string[]): number {
  const [member, fact] = path;
  if (member === undefined) return 0;
  if (STREAMS.includes(member)) return fact !== undefined && STREAM_FACTS.includes(fact) ? 2 : 0;
  if (!PROCESS_VALUES.includes(member)) return 0;
  return member === "env" && fact !== undefined && !WHOLE.includes(fact) ? 2 : 1;
}
