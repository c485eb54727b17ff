/**
 * What the static scan lets a memoized function use: an allow-list of globals and of built-in modules' exports that
 * compute from their arguments alone. Everything that is not listed here forbids caching.
 *
 * Dates, Intl and locale methods are listed because the time zone and the locale are part of the key.
 */

/** Globals all of whose members are pure, but for those named. */
const PURE_GLOBALS: Record<string, readonly string[]> = {
  undefined: [],
  NaN: [],
  Infinity: [],
  Object: ["prototype"],
  Array: ["prototype"],
  String: ["prototype"],
  Number: ["prototype"],
  Boolean: ["prototype"],
  BigInt: ["prototype"],
  Symbol: ["prototype"],
  Math: ["random"],
  JSON: [],
  Map: ["prototype"],
  Set: ["prototype"],
  WeakMap: ["prototype"],
  WeakSet: ["prototype"],
  Promise: ["prototype"],
  Reflect: [],
  Proxy: [],
  RegExp: ["prototype", "input", "lastMatch", "lastParen", "leftContext", "rightContext"],
  Date: ["prototype", "now", "call", "apply", "bind"],
  Intl: [],
  Error: ["prototype", "captureStackTrace", "prepareStackTrace", "stackTraceLimit"],
  TypeError: ["prototype"],
  RangeError: ["prototype"],
  SyntaxError: ["prototype"],
  ReferenceError: ["prototype"],
  EvalError: ["prototype"],
  URIError: ["prototype"],
  AggregateError: ["prototype"],
  ArrayBuffer: ["prototype"],
  DataView: ["prototype"],
  Int8Array: ["prototype"],
  Uint8Array: ["prototype"],
  Uint8ClampedArray: ["prototype"],
  Int16Array: ["prototype"],
  Uint16Array: ["prototype"],
  Int32Array: ["prototype"],
  Uint32Array: ["prototype"],
  Float32Array: ["prototype"],
  Float64Array: ["prototype"],
  BigInt64Array: ["prototype"],
  BigUint64Array: ["prototype"],
  Iterator: ["prototype"],
  parseInt: [],
  parseFloat: [],
  isNaN: [],
  isFinite: [],
  encodeURI: [],
  encodeURIComponent: [],
  decodeURI: [],
  decodeURIComponent: [],
  escape: [],
  unescape: [],
  atob: [],
  btoa: [],
  structuredClone: [],
  TextEncoder: ["prototype"],
  TextDecoder: ["prototype"],
  URL: ["prototype", "createObjectURL", "revokeObjectURL"],
  URLSearchParams: ["prototype"],
  Buffer: ["prototype", "allocUnsafe", "allocUnsafeSlow", "poolSize"],
};

/** Members of `process` that never change while a version of Node is part of the key. */
const PURE_PROCESS = ["platform", "arch", "version", "versions", "release"];

/** Exports of built-in modules that are pure; `*` stands for all of them, `!name` takes one away. */
const PURE_MODULES: Record<string, readonly string[]> = {
  path: ["*"],
  "path/posix": ["*"],
  "path/win32": ["*"],
  url: ["*"],
  querystring: ["*"],
  string_decoder: ["*"],
  punycode: ["*"],
  assert: ["*"],
  "assert/strict": ["*"],
  buffer: ["Buffer", "constants", "kMaxLength", "isUtf8", "isAscii", "transcode", "atob", "btoa"],
  util: [
    "isDeepStrictEqual",
    "types",
    "stripVTControlCharacters",
    "styleText",
    "toUSVString",
    "TextEncoder",
    "TextDecoder",
  ],
  crypto: ["createHash", "createHmac", "hash", "timingSafeEqual", "getHashes"],
  zlib: [
    "constants",
    "crc32",
    "deflateSync",
    "inflateSync",
    "gzipSync",
    "gunzipSync",
    "deflateRawSync",
    "inflateRawSync",
    "unzipSync",
    "brotliCompressSync",
    "brotliDecompressSync",
  ],
};

/** Property names that give away where a function was called from, on whatever object they are read. */
export const STACK_PROPERTIES = new Set(["stack", "captureStackTrace", "prepareStackTrace", "caller", "callee"]);

/** Names that make a result depend on the time zone or the locale. */
export const LOCALE_NAMES =
  /^(Date|Intl|locale.*|toLocale.*|toDateString|toTimeString|getTimezoneOffset|[gs]et(Date|Day|FullYear|Year|Hours|Minutes|Month|Seconds))$/;

/**
 * How a use of a free global is judged.
 * @param path names read from it, outermost first: `Math.max` is `("Math", ["max"])`
 * @returns null when it is pure, else what it is called
 */
export function impureGlobal(name: string, path: readonly string[]): string | null {
  const written = [name, ...path.slice(0, 1)].join(".");
  if (name === "process") return path[0] !== undefined && PURE_PROCESS.includes(path[0]) ? null : written;
  if (readsLastMatch(name, path)) return written;
  const except = Object.hasOwn(PURE_GLOBALS, name) ? PURE_GLOBALS[name] : undefined;
  if (except === undefined) return written;
  return path[0] !== undefined && except.includes(path[0]) ? written : null;
}

/** What a module needs that reads the last match: that no call is skipped, because any may have matched something. */
export const LAST_MATCH = "RegExp.$1";

/** Whether a use of a global reads what the last match of a regular expression left behind: `RegExp.$1`, `RegExp["$&"]`. */
export function readsLastMatch(name: string, path: readonly string[]): boolean {
  const member = path[0];
  if (name !== "RegExp" || member === undefined || member === "prototype") return false;
  return member.startsWith("$") || PURE_GLOBALS.RegExp?.includes(member) === true;
}

/** Whether a pure global has members that are not: as a value it can lead to them. */
export function hasImpureMembers(name: string): boolean {
  return (PURE_GLOBALS[name] ?? []).some((member) => member !== "prototype");
}

/**
 * How a use of a built-in module's export is judged.
 * @param module without the `node:` prefix
 * @param name the exported name, or undefined for the module object as a whole
 */
export function impureBuiltin(module: string, name: string | undefined): string | null {
  const written = name === undefined ? `node:${module}` : `node:${module}.${name}`;
  const pure = Object.hasOwn(PURE_MODULES, module) ? PURE_MODULES[module] : undefined;
  if (pure === undefined) return written;
  if (pure.includes("*")) return null;
  return name !== undefined && pure.includes(name) ? null : written;
}

/** Names of the globals of the allow-list, for recognising their functions as values. */
export const pureGlobalNames: readonly string[] = Object.keys(PURE_GLOBALS);

/** Whether `global.member` is on the allow-list. */
export function isPureMember(global: string, member: string): boolean {
  return impureGlobal(global, [member]) === null;
}
