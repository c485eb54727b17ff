/**
 * The allow-list of the static scan: globals and exports of built-in modules that compute from their arguments alone. Everything that is
 * not listed forbids caching.
 *
 * Dates, Intl and locale methods are listed because the time zone and the locale are part of every key.
 */
import { types } from "node:util";
import { isRecordedGlobal, keyedPath } from "./recorded.ts";
import { words } from "./words.ts";

/**
 * Globals with their pure members. Only members of the language and of Node are listed: a program can add others, which would be state.
 */
const PURE_GLOBALS: Readonly<Record<string, readonly string[]>> = {
  undefined: [],
  NaN: [],
  Infinity: [],
  Object: words(`assign create defineProperties defineProperty entries freeze fromEntries getOwnPropertyDescriptor
    getOwnPropertyDescriptors getOwnPropertyNames getOwnPropertySymbols getPrototypeOf groupBy hasOwn is isExtensible
    isFrozen isSealed keys preventExtensions seal setPrototypeOf values`),
  Array: words("from fromAsync isArray of"),
  String: words("fromCharCode fromCodePoint raw"),
  Number: words(`EPSILON MAX_SAFE_INTEGER MAX_VALUE MIN_SAFE_INTEGER MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY
    isFinite isInteger isNaN isSafeInteger parseFloat parseInt`),
  Boolean: [],
  BigInt: words("asIntN asUintN"),
  Symbol: words(`asyncDispose asyncIterator dispose for hasInstance isConcatSpreadable iterator keyFor match matchAll
    replace search species split toPrimitive toStringTag unscopables`),
  Math: words(`E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos
    cosh exp expm1 f16round floor fround hypot imul log log10 log1p log2 max min pow round sign sin sinh sqrt sumPrecise
    tan tanh trunc`),
  JSON: words("isRawJSON parse rawJSON stringify"),
  Map: words("groupBy"),
  Set: [],
  WeakMap: [],
  WeakSet: [],
  Promise: words("all allSettled any race reject resolve try withResolvers"),
  Reflect: words(`apply construct defineProperty deleteProperty get getOwnPropertyDescriptor getPrototypeOf has
    isExtensible ownKeys preventExtensions set setPrototypeOf`),
  Proxy: words("revocable"),
  RegExp: words("escape"),
  Date: words("UTC parse"),
  Intl: words(`Collator DateTimeFormat DisplayNames DurationFormat ListFormat Locale NumberFormat PluralRules
    RelativeTimeFormat Segmenter getCanonicalLocales supportedValuesOf`),
  // `captureStackTrace`: a call by this name runs into a probe. A call by another name only makes a trace, and reading that is noticed.
  Error: words("captureStackTrace isError"),
  TypeError: [],
  RangeError: [],
  SyntaxError: [],
  ReferenceError: [],
  EvalError: [],
  URIError: [],
  AggregateError: [],
  ArrayBuffer: words("isView"),
  DataView: [],
  Int8Array: words("BYTES_PER_ELEMENT from of"),
  Uint8Array: words("BYTES_PER_ELEMENT from fromBase64 fromHex of"),
  Uint8ClampedArray: words("BYTES_PER_ELEMENT from of"),
  Int16Array: words("BYTES_PER_ELEMENT from of"),
  Uint16Array: words("BYTES_PER_ELEMENT from of"),
  Int32Array: words("BYTES_PER_ELEMENT from of"),
  Uint32Array: words("BYTES_PER_ELEMENT from of"),
  Float32Array: words("BYTES_PER_ELEMENT from of"),
  Float64Array: words("BYTES_PER_ELEMENT from of"),
  BigInt64Array: words("BYTES_PER_ELEMENT from of"),
  BigUint64Array: words("BYTES_PER_ELEMENT from of"),
  Iterator: words("concat from"),
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
  TextEncoder: [],
  TextDecoder: [],
  URL: words("canParse parse"),
  URLSearchParams: [],
  Buffer: words(
    "alloc allocUnsafe allocUnsafeSlow byteLength compare concat copyBytesFrom from isBuffer isEncoding of",
  ),
};

/** Members that functions inherit from `Function.prototype`. Not for `Date`: `Date.call()` reads the clock. */
const OF_FUNCTIONS = words("length name call apply bind toString hasOwnProperty");
export const NAMESPACES: ReadonlySet<string> = new Set(["Math", "JSON", "Reflect", "Intl"]);
/** Globals that also have members which are not pure: code with the global as a value can reach those. */
const PARTLY_PURE = new Set(["Math", "RegExp", "Error", "URL", "Buffer"]);
/** Methods that code may take from `Function.prototype`. They call the function that they are given, whose code is known, or bind it. */
const OF_FUNCTION_PROTOTYPE = words("apply bind call");
/** Methods that every prototype inherits from `Object.prototype`. */
const OF_OBJECTS = words("hasOwnProperty isPrototypeOf propertyIsEnumerable");

/** Members of `process` that the version of Node and the platform settle, which are part of every key. */
export const PURE_PROCESS: readonly string[] = ["platform", "arch", "version", "versions", "release"];

const PATH =
  words(`_makeLong basename delimiter dirname extname format isAbsolute join matchesGlob normalize parse posix relative
  resolve sep toNamespacedPath win32`);
const ASSERT =
  words(`Assert AssertionError CallTracker deepEqual deepStrictEqual doesNotMatch doesNotReject doesNotThrow equal fail ifError
  match notDeepEqual notDeepStrictEqual notEqual notStrictEqual ok partialDeepStrictEqual rejects strict strictEqual
  throws`);
/** Built-in modules that are pure as a whole, so that code may also have the module as a value. */
const PURE_WHOLE = new Set([
  ...["path", "path/posix", "path/win32", "url", "querystring", "string_decoder", "punycode"],
  ...["assert", "assert/strict"],
]);

/** Exports of built-in modules that are pure. */
const PURE_MODULES: Record<string, readonly string[]> = {
  path: PATH,
  "path/posix": PATH,
  "path/win32": PATH,
  url: words(`URL URLPattern URLSearchParams Url domainToASCII domainToUnicode fileURLToPath fileURLToPathBuffer format
    parse pathToFileURL resolve resolveObject urlToHttpOptions`),
  querystring: words("decode encode escape parse stringify unescape unescapeBuffer"),
  string_decoder: ["StringDecoder"],
  punycode: words("decode encode toASCII toUnicode ucs2 version"),
  assert: ASSERT,
  "assert/strict": ASSERT,
  buffer: ["Buffer", "constants", "kMaxLength", "isUtf8", "isAscii", "transcode", "atob", "btoa"],
  util: [
    "isBuffer",
    "isDeepStrictEqual",
    "types",
    "stripVTControlCharacters",
    "styleText",
    "toUSVString",
    "TextEncoder",
    "TextDecoder",
  ],
  crypto: ["createHash", "createHmac", "hash", "timingSafeEqual", "getHashes"],
  // The platform is part of every key.
  os: ["arch", "endianness", "machine", "platform", "type"],
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

/** The pure exports of a built-in module; undefined if it has none. */
export function pureExports(module: string): readonly string[] | undefined {
  return Object.hasOwn(PURE_MODULES, module) ? PURE_MODULES[module] : undefined;
}

/** Whether code may have a module as a value. */
export function isPureWhole(module: string): boolean {
  return PURE_WHOLE.has(module);
}

/** The names of the pure exports of all modules. */
export const pureModuleNames: readonly string[] = Object.values(PURE_MODULES).flat();

/** Names of properties that tell who has called a function. */
export const STACK_PROPERTIES = new Set(["stack", "captureStackTrace", "prepareStackTrace", "caller", "callee"]);

/**
 * Judges a use of a global.
 * @param path the members that the code reads from it: `Math.max` is `("Math", ["max"])`
 * @returns null if it is pure, else how a reader knows it: `process.pid`
 */
export function impureGlobal(name: string, path: readonly string[]): string | null {
  const written = [name, ...path.slice(0, 1)].join(".");
  const [member, method] = path;
  if (isRecordedGlobal(name, path)) return null;
  if (name === "process") {
    return (member !== undefined && PURE_PROCESS.includes(member)) || keyedPath(path) > 0 ? null : written;
  }
  if (member === "prototype" && isBorrowed(name, method)) return null;
  // The code that it makes of a text is examined when it makes it (audit/taps/function-makers.ts).
  if (name === "Function") return member === undefined || OF_FUNCTIONS.includes(member) ? null : written;
  const members = Object.hasOwn(PURE_GLOBALS, name) ? PURE_GLOBALS[name] : undefined;
  if (members === undefined) return written;
  if (member === undefined || members.includes(member)) return null;
  const isFunctions = !NAMESPACES.has(name) && name !== "Date" && OF_FUNCTIONS.includes(member);
  return isFunctions ? null : written;
}

/** Whether uses of a global are judged by its name: the globals of the list, `process` and `console`. */
export function isJudgedGlobal(name: string): boolean {
  return Object.hasOwn(PURE_GLOBALS, name) || name === "process" || name === "console";
}

/** Whether a method may be taken from the prototype of a global: `Array.prototype.slice`. */
export function isBorrowed(name: string, method: string | undefined): boolean {
  if (method === undefined) return false;
  if (name === "Function") return OF_FUNCTION_PROTOTYPE.includes(method);
  return hasPrototype(name) && (OF_OBJECTS.includes(method) || methodsOf(name).has(method));
}

const methods = new Map<string, ReadonlySet<string>>();

/**
 * The names of the methods on a class's prototype. They compute from their receiver and arguments. The program cannot change which there
 * are: where it replaces or adds one, nothing is cached.
 */
function methodsOf(name: string): ReadonlySet<string> {
  let known = methods.get(name);
  if (known === undefined) {
    known = new Set(methodNames(name));
    methods.set(name, known);
  }
  return known;
}

function methodNames(name: string): string[] {
  const { value } = Object.getOwnPropertyDescriptor(globalThis, name) ?? {};
  if (typeof value !== "function" || types.isProxy(value)) return [];
  const prototype = Object.getOwnPropertyDescriptor(value, "prototype")?.value as object | undefined;
  if (typeof prototype !== "object" || prototype === null) return [];
  return Object.getOwnPropertyNames(prototype).filter((key) => {
    return key !== "constructor" && typeof Object.getOwnPropertyDescriptor(prototype, key)?.value === "function";
  });
}

/** Whether a global is a class or function of the allow-list. The prototype of a class stays the same object while a program runs. */
export function hasPrototype(name: string): boolean {
  return Object.hasOwn(PURE_GLOBALS, name) && !NAMESPACES.has(name);
}

/** Whether a global of the list also has members that are not pure, so that code may not have it as a value. */
export function hasImpureMembers(name: string): boolean {
  return PARTLY_PURE.has(name);
}

/**
 * Judges a use of a built-in module's export.
 * @param module without the `node:` prefix
 * @param name of the export, or undefined for the module as a value
 * @returns null if it is pure, else how a reader knows it: `node:fs.watch`
 */
export function impureBuiltin(module: string, name: string | undefined): string | null {
  const written = name === undefined ? `node:${module}` : `node:${module}.${name}`;
  if (name === undefined) return isPureWhole(module) ? null : written;
  const pure = pureExports(module);
  return pure?.includes(name) ? null : written;
}

/** Classes that code may have as values (audit/builtins/held-classes.ts), without using them by their names. */
export const HELD_CLASSES = words("AbortController AbortSignal FinalizationRegistry SharedArrayBuffer WeakRef");

/** The names of all globals of the allow-list. */
export const pureGlobalNames: readonly string[] = Object.keys(PURE_GLOBALS);

/** Whether `global.member` is on the allow-list. */
export function isPureMember(global: string, member: string): boolean {
  return impureGlobal(global, [member]) === null;
}
