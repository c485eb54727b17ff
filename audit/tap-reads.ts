/**
 * Taps on reads that can be asked again: inside a frame each is published with its question and its answer. The program
 * gets what the original returns or throws, untouched.
 */
import { isListening, runOutside, state } from "../src/frames.ts";
import type { Observation } from "../src/trace.ts";
import { ask, digest, isReadable, kindSigned, later, pathText, type Query, signatureOf, signOf } from "./queries.ts";
import { type MakeTap, type Trap, tapOf, tapOwn, tapped, tappedByCall, touch } from "./tap-wrap.ts";

type Describe = (args: readonly unknown[]) => Query | null;

/** How a call is told as a question, by the name of the function; null where it cannot be. */
const questions: Readonly<Record<string, Describe>> = {
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
  "fs.realpathSync": ([path, given]) => encoded("realpath", path, plain(given, "encoding")),
  "fs.realpathSync.native": ([path, given]) => encoded("realpathNative", path, plain(given, "encoding")),
  "fs.statSync": (args) => stat("stat", args),
  "process.cwd": () => ["cwd"],
};

/** Functions of `os` whose answers stay the same for hours. */
const MACHINE = ["availableParallelism", "homedir", "hostname", "release", "tmpdir", "userInfo", "version"];

/** The tapped twin of a function: one that asks, where there is a question for its calls. */
export const tappedRead: MakeTap = (original, kind, name) => {
  const describe = describeOf(name);
  const known = tapOf(original);
  if (known !== undefined) return known;
  if (describe === undefined) return tapped(original, kind, name);
  const isLater = name.startsWith(BY_PROMISE);
  const trap: Trap = (fn, self, args) => {
    const asked = isListening() ? describe(args) : null;
    if (asked !== null && isLater) return observeLater(asked, kind, name, () => Reflect.apply(fn, self, args));
    if (asked !== null) return observe(asked, kind, name, () => Reflect.apply(fn, self, args));
    touch(kind, name);
    return Reflect.apply(fn, self, args);
  };
  tapOwn(original, kind, name, tappedRead);
  return tappedByCall(original, () => (state.open !== 0 && state.suspended === 0 ? trap : undefined));
};

/** Whether there is a question for a function's calls. */
export function isAskable(name: string): boolean {
  return describeOf(name) !== undefined;
}

const BY_PROMISE = "fs.promises.";

function describeOf(name: string): Describe | undefined {
  if (name.startsWith(BY_PROMISE)) {
    const atOnce = `fs.${name.slice(BY_PROMISE.length)}Sync`;
    return atOnce === "fs.existsSync" || !Object.hasOwn(questions, atOnce) ? undefined : questions[atOnce];
  }
  if (Object.hasOwn(questions, name)) return questions[name];
  const [module, member, more] = name.split(".");
  if (module !== "os" || !MACHINE.includes(member as string) || more !== undefined) return undefined;
  return (args) => (args.length === 0 ? ["os", member as string] : null);
}

/** Runs a read and publishes what it answered. */
function observe(asked: Query, kind: string, name: string, run: () => unknown): unknown {
  state.suspended++;
  let observation: Observation | null = null;
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
      if (isAskable) observation = completed ? answered(asked, result, before) : failed(asked);
    }
  } finally {
    state.suspended--;
    touch(kind, name, observation ? { kind: "observed", observation } : undefined);
  }
  return result;
}

/**
 * Publishes a read by promise with the answer that it gets if nothing changes until then; whoever records the call looks
 * again at its end. The promise is the program's alone: nothing is attached to it.
 */
function observeLater(asked: Query, kind: string, name: string, run: () => unknown): unknown {
  state.suspended++;
  let observation: Observation | null = null;
  try {
    const now = ask(asked);
    if (now) observation = { query: later(asked), ...now, waits: true };
  } finally {
    state.suspended--;
    touch(kind, name, observation ? { kind: "observed", observation } : undefined);
  }
  return observation ? runOutside(run) : run();
}

function answered(asked: Query, result: unknown, before: ReturnType<typeof signatureOf>): Observation {
  const after = before && signatureOf(asked[1] as string, kindSigned(asked) ?? "file");
  return { query: asked, answer: digest(result), sign: signOf(before, after) };
}

/** An error has to be seen to be told: asking again fails in the same way, or something has just changed. */
function failed(asked: Query): Observation | null {
  const now = ask(asked);
  return now?.answer.startsWith("error ") ? { query: asked, answer: now.answer, sign: "" } : null;
}

function query(operation: string, path: unknown, ...more: string[]): Query | null {
  const text = pathText(path);
  return text === null ? null : [operation, text, ...more];
}

function encoded(operation: string, path: unknown, given: unknown): Query | null {
  if (given === null) return null;
  const encoding = typeof given === "object" ? (given as { encoding?: unknown }).encoding : given;
  if (encoding === undefined) return query(operation, path, "");
  return typeof encoding === "string" && encoding !== "" ? query(operation, path, encoding) : null;
}

function stat(operation: string, [path, given]: readonly unknown[]): Query | null {
  const options = plain(given, "bigint", "throwIfNoEntry");
  if (options === null) return null;
  const { bigint = false, throwIfNoEntry = true } = options;
  if (typeof bigint !== "boolean" || typeof throwIfNoEntry !== "boolean") return null;
  return query(operation, path, `${bigint ? "b" : ""}${throwIfNoEntry ? "" : "n"}`);
}

/** Options as plain data with no other names than these; an encoding may stand for them. Null for anything else. */
function plain(given: unknown, ...names: string[]): Readonly<Record<string, unknown>> | null {
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
