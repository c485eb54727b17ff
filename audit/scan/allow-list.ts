/**
 * What the static scan lets a memoized function use: an allow-list of globals and of built-in modules' exports that
 * compute from their arguments alone. Everything that is not listed here forbids caching.
 *
 * Dates, Intl and locale methods are listed because the time zone and the locale are part of the key.
 */

import { types } from "node:util";
import { isRecordedGlobal, keyedPath } from "./recorded.ts";
import { words } from "./words.ts";

/**
 * Globals, with those of their members that are pure. Only what the language and Node have on them: a program can put
 * anything else there, and that would be state.
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
  // A call by this name runs into a probe; by another, it only puts a trace there, and reading that is noticed.
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

/** Members that functions have from `Function.prototype`. `Date` is excepted: called through these it reads the clock. */
const OF_FUNCTIONS = words("length name call apply bind toString hasOwnProperty");
export const NAMESPACES: ReadonlySet<string> = new Set(["Math", "JSON", "Reflect", "Intl"]);
/** Globals with members that are not pure: whoever gets the global as a value can reach those. */
const PARTLY_PURE = new Set(["Math", "RegExp", "Error", "URL", "Buffer"]);
/** Methods that code may take from `Function.prototype`: they call what they are given, or make a function of it, whose code is known. */
const OF_FUNCTION_PROTOTYPE = words("apply bind call");
/** Methods that every prototype has from `Object.prototype`. */
const OF_OBJECTS = words("hasOwnProperty isPrototypeOf propertyIsEnumerable");

/** Members of `process` that never change while a version of Node is part of the key. */
const PURE_PROCESS = ["platform", "arch", "version", "versions", "release"];

const PATH =
  words(`_makeLong basename delimiter dirname extname format isAbsolute join matchesGlob normalize parse posix relative
  resolve sep toNamespacedPath win32`);
const ASSERT =
  words(`Assert AssertionError CallTracker deepEqual deepStrictEqual doesNotMatch doesNotReject doesNotThrow equal fail ifError
  match notDeepEqual notDeepStrictEqual notEqual notStrictEqual ok partialDeepStrictEqual rejects strict strictEqual
  throws`);
/** Built-in modules that are pure as a whole: called, or handed on. */
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

/** The names of a built-in module that are pure; undefined where none is. */
export function pureExports(module: string): readonly string[] | undefined {
  return Object.hasOwn(PURE_MODULES, module) ? PURE_MODULES[module] : undefined;
}

/** All names of exports that are pure, whatever module they are of. */
export const pureModuleNames: readonly string[] = Object.values(PURE_MODULES).flat();

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
  const [member, method] = path;
  if (isRecordedGlobal(name, path)) return null;
  if (name === "process") {
    return (member !== undefined && PURE_PROCESS.includes(member)) || keyedPath(path) > 0 ? null : written;
  }
  if (member === "prototype" && isBorrowed(name, method)) return null;
  // What it makes of a text is looked at when it makes it (audit/taps/function-makers.ts).
  if (name === "Function") return member === undefined || OF_FUNCTIONS.includes(member) ? null : written;
  const members = Object.hasOwn(PURE_GLOBALS, name) ? PURE_GLOBALS[name] : undefined;
  if (members === undefined) return written;
  if (member === undefined || members.includes(member)) return null;
  const isFunctions = !NAMESPACES.has(name) && name !== "Date" && OF_FUNCTIONS.includes(member);
  return isFunctions ? null : written;
}

/** Whether uses of a global are judged by its name, as of the language's own and of `process` and `console`. */
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
 * The methods of a class's instances. They compute from what they are called on and with; which they are does not depend on the program:
 * nothing is cached that runs with others.
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

/** Whether a global is a class of the allow-list, whose prototype stays the same object for as long as a program runs. */
export function hasPrototype(name: string): boolean {
  return Object.hasOwn(PURE_GLOBALS, name) && !NAMESPACES.has(name);
}

/** Whether a pure global has members that are not pure, so that it may not be handed on as a value. */
export function hasImpureMembers(name: string): boolean {
  return PARTLY_PURE.has(name);
}

/**
 * How a use of a built-in module's export is judged.
 * @param module without the `node:` prefix
 * @param name the exported name, or undefined for the module object as a whole
 */
export function impureBuiltin(module: string, name: string | undefined): string | null {
  const written = name === undefined ? `node:${module}` : `node:${module}.${name}`;
  if (name === undefined) return PURE_WHOLE.has(module) ? null : written;
  const pure = pureExports(module);
  return pure?.includes(name) ? null : written;
}

/** Names of the globals of the allow-list, for recognising their functions as values. */
export const pureGlobalNames: readonly string[] = Object.keys(PURE_GLOBALS);

/** Whether `global.member` is on the allow-list. */
export function isPureMember(global: string, member: string): boolean {
  return impureGlobal(global, [member]) === null;
}
