/**
 * `dumbo.config.json`, next to package.json: which modules are rewritten, where the cache is, and the limits.
 *
 * A broken file is an error before the program starts: it names the file, the key and what to do.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { closest } from "./closest.ts";

/** Every limit with its default. */
export interface Limits {
  /** A package file above this many bytes is not analysed. 16777216. */
  readonly packageFile: number;
  /** Bytes of values kept in memory. 67108864. */
  readonly memory: number;
  /** Bytes of one stored value. 67108864. */
  readonly value: number;
}

export interface Config {
  /** Globs, relative to the project, of user modules to rewrite. Default: all. */
  readonly include: readonly string[];
  /** Globs of modules to leave alone. Default: none. */
  readonly exclude: readonly string[];
  /** Cache directory, relative to the project. */
  readonly directory?: string;
  /** Directory for all projects of the user, relative to the project; false for none. Default: in the user's caches. */
  readonly userDirectory?: string | false;
  /** What is kept: what pays (`measured`, the default), or all that is sound, at any cost (`always`). */
  readonly policy: PolicyName;
  /** What becomes of a call that prints: recorded and printed again (`replay`, the default), or not cached (`forbid`). */
  readonly output: OutputName;
  /** Whether files that a call writes as a whole are recorded and written again; else writing forbids caching. false. */
  readonly replayWrites: boolean;
  /** Which runs are answered as a whole where nothing has changed that they read: those that take long (`long`, the default), `all`, or `none`. */
  readonly wholeRuns: WholeRunsName;
  /** Bytes that the store may take. 2147483648. */
  readonly maxSize: number;
  /** Whether package files that a run had no time for are analysed when it is over, by a process of low priority. true. */
  readonly prepare: boolean;
  /** Nothing is written into the cache directory. */
  readonly readOnly: boolean;
  /** By name of a function, or by `path#name`. */
  readonly functions: Readonly<Record<string, FunctionOptions>>;
  readonly limits: Limits;
  /** Caches that machines share, in the order in which they are asked (src/store/remote/cache-place.ts). */
  readonly remote: readonly RemoteSetting[];
  /** Public keys of those whose results are believed. */
  readonly remoteKeys: readonly string[];
}

/** Where a shared cache is, as the user has written it. */
export interface RemoteSetting {
  readonly url: string;
  /** Where that is written, for messages: `/project/dumbo.config.json: remote[0]`. */
  readonly at: string;
}

/** What is wanted of the entries of one function. */
export interface FunctionOptions {
  /** How many there may be; the oldest go. */
  readonly maxEntries?: number;
  /** Seconds after which they are computed again. */
  readonly ttl?: number;
}

/** A configuration file that cannot be used. The message is for the user. */
export class ConfigError extends Error {}

/** `chance:SEED` is for tests (src/policy/chance.ts). */
export type PolicyName = "measured" | "always" | `chance:${string}`;
const POLICIES: readonly PolicyName[] = ["measured", "always"];
export type OutputName = "replay" | "forbid";
const OUTPUTS: readonly OutputName[] = ["replay", "forbid"];
export type WholeRunsName = "long" | "all" | "none";
const WHOLE_RUNS: readonly WholeRunsName[] = ["long", "all", "none"];

const LIMITS: Limits = { packageFile: 16 * 1024 * 1024, memory: 64 * 1024 * 1024, value: 64 * 1024 * 1024 };
export const DEFAULTS: Config = {
  include: [],
  exclude: [],
  policy: "measured",
  output: "replay",
  replayWrites: false,
  wholeRuns: "long",
  maxSize: 2 * 1024 ** 3,
  prepare: true,
  readOnly: false,
  functions: {},
  limits: LIMITS,
  remote: [],
  remoteKeys: [],
};

const KEYS = [
  "$schema",
  "include",
  "exclude",
  "directory",
  "userDirectory",
  "policy",
  "output",
  "replayWrites",
  "wholeRuns",
  "maxSize",
  "prepare",
  "readOnly",
  "functions",
  "limits",
  "remote",
  "remoteKeys",
];
const FUNCTION_KEYS = ["maxEntries", "ttl"];
/** With less, a value would hardly find room. */
const LEAST_SIZE = 1024 * 1024;

/**
 * Reads the configuration of a project.
 * @param env `DUMBO_POLICY`, `DUMBO_WHOLE_RUNS`, `DUMBO_PREPARE`, `DUMBO_READ_ONLY` and `DUMBO_REMOTE` go before the file
 * @throws ConfigError
 */
export function readConfig(root: string, env: NodeJS.ProcessEnv = {}): Config {
  const file = join(root, "dumbo.config.json");
  const config = existsSync(file) ? readFile(file) : DEFAULTS;
  const { DUMBO_POLICY, DUMBO_WHOLE_RUNS, DUMBO_READ_ONLY, DUMBO_PREPARE, DUMBO_REMOTE } = env;
  if (!DUMBO_POLICY && !DUMBO_WHOLE_RUNS && !DUMBO_READ_ONLY && !DUMBO_PREPARE && !DUMBO_REMOTE) return config;
  const policy = env.DUMBO_POLICY ? policyOf("DUMBO_POLICY", env.DUMBO_POLICY) : config.policy;
  const readOnly = env.DUMBO_READ_ONLY ? switchOf("DUMBO_READ_ONLY", env.DUMBO_READ_ONLY) : config.readOnly;
  const prepare = env.DUMBO_PREPARE ? switchOf("DUMBO_PREPARE", env.DUMBO_PREPARE) : config.prepare;
  const wholeRuns = DUMBO_WHOLE_RUNS ? nameOf("DUMBO_WHOLE_RUNS", DUMBO_WHOLE_RUNS, WHOLE_RUNS) : config.wholeRuns;
  const remote = DUMBO_REMOTE ? remotesIn(DUMBO_REMOTE) : config.remote;
  return { ...config, policy, wholeRuns, prepare, readOnly, remote };
}

/** URLs with blanks between them, or `off`. */
function remotesIn(text: string): RemoteSetting[] {
  if (/^(0|off|false|no)$/i.test(text)) return [];
  const urls = text.split(/\s+/).filter((url) => url !== "");
  return urls.map((url) => ({ url, at: "DUMBO_REMOTE" }));
}

function remotesAt(file: string, value: unknown): RemoteSetting[] {
  if (typeof value === "string") return [{ url: value, at: `${file}: remote` }];
  return textsAt(file, "remote", value, "URLs").map((url, i) => ({ url, at: `${file}: remote[${i}]` }));
}

function textsAt(file: string, key: string, value: unknown, what: string): string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "")) return value as string[];
  throw new ConfigError(`${file}: ${key} must be a list of ${what}, not ${JSON.stringify(value)}`);
}

function readFile(file: string): Config {
  const raw = readJson(file);
  checkKeys(file, "", raw, KEYS);
  const limits = raw.limits === undefined ? {} : objectAt(file, "limits", raw.limits);
  checkKeys(file, "limits.", limits, Object.keys(LIMITS));
  for (const [key, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
      throw new ConfigError(`${file}: limits.${key} must be a number of bytes, not ${JSON.stringify(value)}`);
    }
  }
  if (raw.directory !== undefined && !isName(raw.directory)) {
    throw new ConfigError(`${file}: directory must be a path, not ${JSON.stringify(raw.directory)}`);
  }
  const { userDirectory } = raw;
  if (userDirectory !== undefined && userDirectory !== false && !isName(userDirectory)) {
    throw new ConfigError(`${file}: userDirectory must be a path or false, not ${JSON.stringify(userDirectory)}`);
  }
  return {
    include: globsAt(file, "include", raw.include),
    exclude: globsAt(file, "exclude", raw.exclude),
    ...(raw.directory === undefined ? {} : { directory: raw.directory }),
    ...(userDirectory === undefined ? {} : { userDirectory }),
    policy: raw.policy === undefined ? DEFAULTS.policy : policyOf(`${file}: policy`, raw.policy),
    output: raw.output === undefined ? DEFAULTS.output : nameOf(`${file}: output`, raw.output, OUTPUTS),
    replayWrites:
      raw.replayWrites === undefined ? DEFAULTS.replayWrites : booleanAt(file, "replayWrites", raw.replayWrites),
    wholeRuns:
      raw.wholeRuns === undefined ? DEFAULTS.wholeRuns : nameOf(`${file}: wholeRuns`, raw.wholeRuns, WHOLE_RUNS),
    maxSize: raw.maxSize === undefined ? DEFAULTS.maxSize : sizeAt(file, raw.maxSize),
    prepare: raw.prepare === undefined ? DEFAULTS.prepare : booleanAt(file, "prepare", raw.prepare),
    readOnly: raw.readOnly === undefined ? DEFAULTS.readOnly : booleanAt(file, "readOnly", raw.readOnly),
    functions: raw.functions === undefined ? {} : functionsAt(file, raw.functions),
    limits: { ...LIMITS, ...limits },
    remote: raw.remote === undefined ? DEFAULTS.remote : remotesAt(file, raw.remote),
    remoteKeys:
      raw.remoteKeys === undefined ? DEFAULTS.remoteKeys : textsAt(file, "remoteKeys", raw.remoteKeys, "keys"),
  };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function sizeAt(file: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= LEAST_SIZE) return value as number;
  const least = `of at least ${LEAST_SIZE}`;
  throw new ConfigError(`${file}: maxSize must be a number of bytes ${least}, not ${JSON.stringify(value)}`);
}

function booleanAt(file: string, key: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new ConfigError(`${file}: ${key} must be true or false, not ${JSON.stringify(value)}`);
}

function functionsAt(file: string, value: unknown): Record<string, FunctionOptions> {
  const all = objectAt(file, "functions", value);
  for (const [name, one] of Object.entries(all)) {
    const options = objectAt(file, `functions.${name}`, one);
    checkKeys(file, `functions.${name}.`, options, FUNCTION_KEYS);
    const { maxEntries, ttl } = options;
    if (maxEntries !== undefined && !(Number.isInteger(maxEntries) && (maxEntries as number) > 0)) {
      const found = JSON.stringify(maxEntries);
      throw new ConfigError(`${file}: functions.${name}.maxEntries must be a number from 1, not ${found}`);
    }
    if (ttl !== undefined && !(typeof ttl === "number" && ttl > 0)) {
      throw new ConfigError(`${file}: functions.${name}.ttl must be a number of seconds, not ${JSON.stringify(ttl)}`);
    }
  }
  return all as Record<string, FunctionOptions>;
}

function switchOf(what: string, text: string): boolean {
  if (/^(1|on|true|yes)$/i.test(text)) return true;
  if (/^(0|off|false|no)$/i.test(text)) return false;
  throw new ConfigError(`${what} must be 1 or 0, not ${JSON.stringify(text)}`);
}

/**
 * Reads a file with a JSON object.
 * @throws ConfigError that names the file, and the place where JSON breaks
 */
export function readJson(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${file}: is not JSON: ${(error as Error).message}`);
  }
  return objectAt(file, "the file", value);
}

function objectAt(file: string, what: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(`${file}: ${what} must be an object`);
  }
  return value as Record<string, unknown>;
}

/**
 * The share of hits that are computed again, by `DUMBO_VERIFY`: a number from 0 to 1.
 * @throws ConfigError
 */
export function readVerify(env: NodeJS.ProcessEnv): number {
  const text = env.DUMBO_VERIFY?.trim() ?? "";
  const rate = Number(text);
  if (rate >= 0 && rate <= 1) return rate;
  throw new ConfigError(`DUMBO_VERIFY must be a share of hits from 0 to 1, not ${JSON.stringify(text)}`);
}

function policyOf(what: string, value: unknown): PolicyName {
  if (typeof value === "string" && value.startsWith("chance:")) return value as `chance:${string}`;
  return nameOf(what, value, POLICIES);
}

function nameOf<T extends string>(what: string, value: unknown, names: readonly T[]): T {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  const list = names.map((name) => JSON.stringify(name)).join(" or ");
  throw new ConfigError(`${what} must be ${list}, not ${JSON.stringify(value)}`);
}

function globsAt(file: string, key: string, value: unknown): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string" || item === "")) {
    throw new ConfigError(`${file}: ${key} must be a list of globs, such as ["src/**"]`);
  }
  return value as string[];
}

/** @throws ConfigError for a key that does not exist, with the one that was probably meant */
export function checkKeys(
  file: string,
  prefix: string,
  value: Record<string, unknown>,
  known: readonly string[],
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    throw new ConfigError(`${file}: unknown key "${prefix}${key}"; did you mean "${prefix}${closest(key, known)}"?`);
  }
}
