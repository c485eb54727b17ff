/**
 * Taps on reads that can be asked again. While a call is recorded, each is published with its query and its answer. The program gets what
 * the original returns or throws.
 */
import { hasWritten, isHeard, runOutside, state, wayBack } from "../../src/trace/frames.ts";
import type { Dependency } from "../../src/trace/trace.ts";
import { digest, failure } from "../replay/answer-digest.ts";
import { ask, fakedBy, isReadable, kindSigned, later, type Query } from "../replay/dependencies.ts";
import { fingerprintOf, pathText, signatureOf } from "../replay/file-signature.ts";
import { afterwards, announce, settle } from "./pending-reads.ts";
import { giveBack } from "./stand-ins.ts";
import { touch, touchCalls } from "./touch.ts";
import { isRecording, type MakeTap, type Trap, tapOf, tapOwn, tapped, tappedByCall } from "./wrap.ts";

/** Makes a query of the arguments of a call; null if the call cannot be asked again. */
type Question = (args: readonly unknown[]) => Query | null;

/** Questions by the name of the function. */
const questions: Readonly<Record<string, Question>> = {
  "fs.promises.realpath": ([path, given]) => encoded("realpathNative", path, plain(given, "encoding")),
  "fs.accessSync": ([path, mode = ""]) => {
    return mode === "" || typeof mode === "number" ? query("access", path, String(mode)) : null;
  },
  "fs.existsSync": ([path]) => query("exists", path),
  "fs.lstatSync": (args) => stat("lstat", args),
  "fs.readFileSync": ([path, given]) => {
    const options = plain(given, "encoding", "flag");
    if (options === null || (options.flag !== undefined && options.flag !== "r")) return null;
    return encoded("readFile", path, options.encoding);
  },
  "fs.readdirSync": ([path, given]) => {
    const options = plain(given, "encoding", "withFileTypes", "recursive");
    if (options === null) return null;
    const flags = `${options.withFileTypes === true ? "t" : ""}${options.recursive === true ? "r" : ""}`;
    const found = encoded("readdir", path, options.encoding);
    const isFlag = (flag: unknown) => flag === undefined || typeof flag === "boolean";
    if (!found || !isFlag(options.withFileTypes) || !isFlag(options.recursive)) return null;
    return [found[0] as string, found[1] as string, flags, found[2] as string];
  },
  "fs.readlinkSync": ([path, given]) => encoded("readlink", path, plain(given, "encoding")),
  "fs.realpathSync": ([path, given]) =>
    encoded("realpath", path, isNodesCache(given) ? undefined : plain(given, "encoding")),
  "fs.realpathSync.native": ([path, given]) => encoded("realpathNative", path, plain(given, "encoding")),
  "fs.statSync": (args) => stat("stat", args),
  "process.cwd": () => ["cwd"],
  "process.umask": (args) => (args.length === 0 ? ["umask"] : null),
};

/** Whether all that is given is the cache of Node's own loader, under a symbol that only Node has. */
function isNodesCache(given: unknown): boolean {
  if (typeof given !== "object" || given === null) return false;
  const [key, ...others] = Reflect.ownKeys(given);
  return others.length === 0 && typeof key === "symbol" && key.description === "realpathCacheKey";
}

/** Functions of `os` whose answers rarely change. */
const MACHINE = ["availableParallelism", "homedir", "hostname", "release", "tmpdir", "userInfo", "version"];

/** How a program gets the answer. */
type Style = "at once" | "promise" | "callback";

/** The tap of a function: one that publishes queries, if there is a question for its calls; else the usual one. */
export const tappedRead: MakeTap = (original, kind, name) => tappedAs(original, kind, name, styleOf(name));

function tappedAs(original: Parameters<MakeTap>[0], kind: string, name: string, style: Style): ReturnType<MakeTap> {
  const question = questionOf(name);
  const known = tapOf(original);
  if (known !== undefined) return known;
  if (question === undefined) return tapped(original, kind, name);
  const questionNow: Question = (args) => {
    const asked = question(args);
    if (asked === null || showsOwnTimes(asked)) return null;
    return fakedBy(style === "at once" ? asked : later(asked)) === null ? asked : null;
  };
  const trap: Trap = (fn, self, args) => {
    const isAsked = isHeard();
    if (style === "callback") return observeCallback(isAsked ? questionNow : null, kind, name, fn, self, args);
    const asked = isAsked ? questionNow(args) : null;
    if (asked !== null && style === "promise")
      return observeLater(asked, kind, name, () => Reflect.apply(fn, self, args));
    if (asked !== null) return observe(asked, kind, name, () => Reflect.apply(fn, self, args));
    const tell = state.run !== null && looksAtOwn(question(args)) ? touchCalls : touch;
    tell(kind, name);
    return Reflect.apply(fn, self, args);
  };
  // The property under a symbol, which has no name of its own here, is the promisified form.
  tapOwn(original, kind, name, (own, ofKind, inner) => {
    return tappedAs(own, ofKind, inner, inner === name ? "promise" : styleOf(inner));
  });
  if (name !== SOURCES) return tappedByCall(original, () => (isRecording() ? trap : undefined));
  const first: Trap = (fn, self, args) =>
    readSource?.(args) ?? (isRecording() ? trap(fn, self, args) : Reflect.apply(fn, self, args));
  return tappedByCall(original, () => (readSource !== null ? first : isRecording() ? trap : undefined));
}

/** The function by which Node 20 reads the sources of ES modules. It takes the export of that moment, which is the tap. */
const SOURCES = "fs.promises.readFile";

/** Answers a call of {@link SOURCES} instead of Node; null if Node should answer. */
type ReadSource = (args: readonly unknown[]) => Promise<Uint8Array> | null;
let readSource: ReadSource | null = null;

/** Sets the function that answers when Node's loader reads a source. */
export function readSourcesBy(read: ReadSource): void {
  readSource = read;
}

/** Whether there is a question for a function's calls. */
export function isAskable(name: string): boolean {
  return questionOf(name) !== undefined;
}

/** Whether a query asks for the times of a file that the recorded call has written. They differ each time. */
export function showsOwnTimes(asked: Query): boolean {
  return isStat(asked) && hasWritten(asked[1] as string);
}

function isStat([operation]: Query): boolean {
  return operation === "stat" || operation === "lstat";
}

/** Whether a query asks what a file is that the run as a whole has written, and the run can tell by the code whether its times count. */
function looksAtOwn(asked: Query | null): boolean {
  return asked?.[0] === "stat" && state.run?.looksAtOwn(asked[1] as string) === true;
}

const BY_PROMISE = "fs.promises.";
const BY_CALLBACK = /^fs\.(access|exists|lstat|readFile|readdir|readlink|realpath|stat)(\.native)?$/;

function styleOf(name: string): Style {
  if (name.startsWith(BY_PROMISE)) return "promise";
  return BY_CALLBACK.test(name) ? "callback" : "at once";
}

function questionOf(name: string): Question | undefined {
  if (Object.hasOwn(questions, name)) return questions[name];
  if (name.startsWith(BY_PROMISE)) {
    const atOnce = `fs.${name.slice(BY_PROMISE.length)}Sync`;
    return atOnce === "fs.existsSync" || !Object.hasOwn(questions, atOnce) ? undefined : questions[atOnce];
  }
  const twin = name.replace(BY_CALLBACK, "fs.$1Sync$2");
  if (Object.hasOwn(questions, twin)) return questions[twin];
  const [module, member, more] = name.split(".");
  if (module !== "os" || !MACHINE.includes(member as string) || more !== undefined) return undefined;
  return (args) => (args.length === 0 ? ["os", member as string] : null);
}

/** Runs a read, and publishes its answer. */
function observe(asked: Query, kind: string, name: string, run: () => unknown): unknown {
  state.suspended++;
  let dependency: Dependency | null = null;
  let result: unknown;
  let completed = false;
  try {
    const signed = kindSigned(asked);
    const before = signed && signatureOf(asked[1] as string, signed);
    const isAskable = signed !== "file" || isReadable(asked[1] as string, before);
    // No catch: throwing again would change where Node says that an uncaught error was thrown.
    try {
      result = run();
      completed = true;
    } finally {
      if (isAskable) dependency = completed ? answered(asked, result, before) : failed(asked);
    }
  } finally {
    state.suspended--;
    touch(kind, name, dependency ? { kind: "observed", dependency } : undefined);
  }
  return result;
}

/** Runs a read by promise, and publishes it as one for which the program waits. */
function observeLater(asked: Query, kind: string, name: string, run: () => unknown): unknown {
  const announced = announce(asked, kind, name);
  if (announced === null) return run();
  const { pending } = announced;
  const isOver = () => {
    pending.isOver = true;
  };
  return afterwards(run, { value: isOver, error: isOver });
}

/**
 * Runs a read with a callback. The callback runs in the frame of the call that has given it. What Node does until then runs outside of the
 * frame, or it would count as the call's. The call is kept only if the callback gets the announced answer.
 */
function observeCallback(
  question: Question | null,
  kind: string,
  name: string,
  fn: Parameters<Trap>[0],
  self: unknown,
  args: readonly unknown[],
): unknown {
  const callback = args.at(-1);
  const given = args.slice(0, -1);
  const isPlain = typeof callback === "function" && !given.some((one) => typeof one === "function");
  const announced = announce(isPlain && question ? question(given) : null, kind, name);
  if (announced === null || typeof callback !== "function") return Reflect.apply(fn, self, args);
  const back = wayBack();
  const arrived = function (this: unknown, ...told: unknown[]): unknown {
    const answer = answerOf(told);
    announced.pending.why = { kind: "callback-throws", api: name };
    giveBack(this, arrived, callback);
    const result: unknown = back(() => Reflect.apply(callback, this, told));
    settle(announced, answer);
    return result;
  };
  return runOutside(() => Reflect.apply(fn, self, [...given, arrived]));
}

/** The answer that a callback was given. That of `exists` is given a boolean and no error. */
function answerOf([error, result]: readonly unknown[]): string {
  if (typeof error === "boolean") return digest(error);
  return error ? failure(error) : digest(result);
}

function answered(asked: Query, result: unknown, before: ReturnType<typeof signatureOf>): Dependency {
  const after = before && signatureOf(asked[1] as string, kindSigned(asked) ?? "file");
  return { query: asked, answer: digest(result), fingerprint: fingerprintOf(before, after) };
}

/** The dependency of a read that threw. The error was not caught (see `observe`), so the query is asked again to get it. */
function failed(asked: Query): Dependency | null {
  const now = ask(asked);
  return now?.answer.startsWith("error ") ? { query: asked, answer: now.answer, fingerprint: "" } : null;
}

/** A question about a path. */
export function query(operation: string, path: unknown, ...more: string[]): Query | null {
  const text = pathText(path);
  return text === null ? null : [operation, text, ...more];
}

function encoded(operation: string, path: unknown, given: unknown): Query | null {
  const encoding = encodingIn(given);
  return encoding === null ? null : query(operation, path, encoding);
}

/** The encoding in the form of queries; null if it is none that is known. */
export function encodingIn(given: unknown): string | null {
  if (given === null) return null;
  const encoding = typeof given === "object" ? (given as { encoding?: unknown }).encoding : given;
  if (encoding === undefined) return "";
  return typeof encoding === "string" && encoding !== "" ? encoding : null;
}

function stat(operation: string, [path, given]: readonly unknown[]): Query | null {
  const flags = statFlags(given);
  return flags === null ? null : query(operation, path, flags);
}

/** The options of `stat` in the form of queries; null for options that are not known. */
export function statFlags(given: unknown): string | null {
  const options = plain(given, "bigint", "throwIfNoEntry");
  if (options === null) return null;
  const { bigint = false, throwIfNoEntry = true } = options;
  if (typeof bigint !== "boolean" || typeof throwIfNoEntry !== "boolean") return null;
  return `${bigint ? "b" : ""}${throwIfNoEntry ? "" : "n"}`;
}

/** The options of a call, if they are plain data with no other names than these, or an encoding. Null for anything else. */
export function plain(given: unknown, ...names: string[]): Readonly<Record<string, unknown>> | null {
  if (given === undefined || given === null) return {};
  if (typeof given === "string") return names.includes("encoding") ? { encoding: given } : null;
  if (typeof given !== "object" || Object.getPrototypeOf(given) !== Object.prototype) return null;
  const options: Record<string, unknown> = {};
  for (const key of Reflect.ownKeys(given)) {
    const property = Object.getOwnPropertyDescriptor(given, key);
    if (typeof key !== "string" || !names.includes(key) || property === undefined || !("value" in property))
      return null;
    if (property.value !== undefined && property.value !== null) options[key] = property.value;
  }
  return options;
}
