/**
 * Globals as they were before the program ran. Programs replace globals for their tests, or count the calls of their methods; and a
 * script that declares `const Math = ...` at its top changes what `Math` means for all code of the thread.
 *
 * The build has every bundle use these under their usual names. So `Map` and `Set` in dumbo's code are dumbo's own classes. Code that
 * is about the program's Maps and Sets has to use `ProgramMap` and `ProgramSet` (src/value/well-known.ts).
 */

const { Buffer: node, Date: clock } = globalThis;
const { alloc, allocUnsafe, allocUnsafeSlow, byteLength, compare, from, isBuffer, isEncoding, prototype } = node;

/** `Buffer.concat`. Node's own one calls `Buffer.allocUnsafe`, which the program may have replaced. */
function concat(parts: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (let i = 0; i < parts.length; i++) length += (parts[i] as Uint8Array).byteLength;
  const all = allocUnsafeSlow(length);
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as Uint8Array;
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

/** The functions of `Buffer`. */
const own = { alloc, allocUnsafe, allocUnsafeSlow, byteLength, compare, concat, from, isBuffer, isEncoding, prototype };
const OwnBuffer = own as unknown as BufferConstructor;

const { cwd, geteuid, hrtime, kill, uptime } = process;
const { arch, execArgv, execPath, pid, platform, version, versions } = process;
/** Programs assign to these, as tests do that play another system. */
const values = { arch, execArgv: [...execArgv], execPath, pid, platform, version, versions };

/** The process itself, whatever the program makes of the name. */
const nodeProcess = globalThis.process;
/** `process` with pristine methods and values. The bundles that get it only read its other members. */
const ownProcess: NodeJS.Process = Object.defineProperties(
  Object.create(process),
  Object.getOwnPropertyDescriptors({ cwd, geteuid, hrtime, kill, uptime, ...values }),
);

type Collection = typeof Map | typeof Set | typeof WeakMap | typeof WeakSet;

/** A subclass for dumbo's own collections, with copies of the methods that the base had before the program ran. */
function pristine<Base extends Collection>(base: Base): Base {
  const own = class extends (base as MapConstructor) {};
  for (const key of Reflect.ownKeys(base.prototype)) {
    if (key === "constructor") continue;
    Object.defineProperty(
      own.prototype,
      key,
      Object.getOwnPropertyDescriptor(base.prototype, key) as PropertyDescriptor,
    );
  }
  return own as unknown as Base;
}

const OwnMap = pristine(globalThis.Map);
const OwnSet = pristine(globalThis.Set);
const OwnWeakMap = pristine(globalThis.WeakMap);
const OwnWeakSet = pristine(globalThis.WeakSet);

/** A namespace of functions, with those that it had before the program ran. Code that is about the program's one has to use `globalThis`. */
function copied<Namespace extends object>(namespace: Namespace): Namespace {
  return Object.defineProperties({}, Object.getOwnPropertyDescriptors(namespace)) as Namespace;
}

const OwnAtomics = copied(globalThis.Atomics);
const OwnJSON = copied(globalThis.JSON);
const OwnMath = copied(globalThis.Math);
const OwnReflect = copied(globalThis.Reflect);

const {
  Array: OwnArray,
  ArrayBuffer: OwnArrayBuffer,
  BigInt: OwnBigInt,
  Boolean: OwnBoolean,
  DataView: OwnDataView,
  Error: OwnError,
  Float64Array: OwnFloat64Array,
  Int32Array: OwnInt32Array,
  Intl: OwnIntl,
  Number: OwnNumber,
  Object: OwnObject,
  Promise: OwnPromise,
  Proxy: OwnProxy,
  RangeError: OwnRangeError,
  ReferenceError: OwnReferenceError,
  RegExp: OwnRegExp,
  SharedArrayBuffer: OwnSharedArrayBuffer,
  String: OwnString,
  Symbol: OwnSymbol,
  SyntaxError: OwnSyntaxError,
  TypeError: OwnTypeError,
  Uint16Array: OwnUint16Array,
  Uint32Array: OwnUint32Array,
  Uint8Array: OwnUint8Array,
  WeakRef: OwnWeakRef,
} = globalThis;

/** Functions of classes, which dumbo's code finds under their usual names, too (`Object.keys`). Those that make arrays make plain ones without a receiver. */
const {
  assign: ownObjectAssign,
  create: ownObjectCreate,
  defineProperties: ownObjectDefineProperties,
  defineProperty: ownObjectDefineProperty,
  entries: ownObjectEntries,
  freeze: ownObjectFreeze,
  fromEntries: ownObjectFromEntries,
  getOwnPropertyDescriptor: ownObjectGetOwnPropertyDescriptor,
  getOwnPropertyDescriptors: ownObjectGetOwnPropertyDescriptors,
  getOwnPropertyNames: ownObjectGetOwnPropertyNames,
  getOwnPropertySymbols: ownObjectGetOwnPropertySymbols,
  getPrototypeOf: ownObjectGetPrototypeOf,
  hasOwn: ownObjectHasOwn,
  is: ownObjectIs,
  isExtensible: ownObjectIsExtensible,
  isFrozen: ownObjectIsFrozen,
  isSealed: ownObjectIsSealed,
  keys: ownObjectKeys,
  setPrototypeOf: ownObjectSetPrototypeOf,
  values: ownObjectValues,
} = globalThis.Object;
const { from: ownArrayFrom, isArray: ownArrayIsArray } = globalThis.Array;
const { isView: ownArrayBufferIsView } = globalThis.ArrayBuffer;
const { asIntN: ownBigIntAsIntN, asUintN: ownBigIntAsUintN } = globalThis.BigInt;
const {
  isFinite: ownNumberIsFinite,
  isInteger: ownNumberIsInteger,
  isNaN: ownNumberIsNaN,
  isSafeInteger: ownNumberIsSafeInteger,
  parseInt: ownNumberParseInt,
} = globalThis.Number;
const { fromCharCode: ownStringFromCharCode, fromCodePoint: ownStringFromCodePoint } = globalThis.String;
const { for: ownSymbolFor, keyFor: ownSymbolKeyFor } = globalThis.Symbol;

/** `Date` is V8's own class. The program finds a tap under that name, so it cannot replace the `now` of this one. */
export {
  clock as Date,
  nodeProcess as process,
  OwnArray as Array,
  OwnArrayBuffer as ArrayBuffer,
  OwnAtomics as Atomics,
  OwnBigInt as BigInt,
  OwnBoolean as Boolean,
  OwnBuffer as Buffer,
  OwnDataView as DataView,
  OwnError as Error,
  OwnFloat64Array as Float64Array,
  OwnInt32Array as Int32Array,
  OwnIntl as Intl,
  OwnJSON as JSON,
  OwnMap as Map,
  OwnMath as Math,
  OwnNumber as Number,
  OwnObject as Object,
  OwnPromise as Promise,
  OwnProxy as Proxy,
  OwnRangeError as RangeError,
  OwnReferenceError as ReferenceError,
  OwnReflect as Reflect,
  OwnRegExp as RegExp,
  OwnSet as Set,
  OwnSharedArrayBuffer as SharedArrayBuffer,
  OwnString as String,
  OwnSymbol as Symbol,
  OwnSyntaxError as SyntaxError,
  OwnTypeError as TypeError,
  OwnUint8Array as Uint8Array,
  OwnUint16Array as Uint16Array,
  OwnUint32Array as Uint32Array,
  OwnWeakMap as WeakMap,
  OwnWeakRef as WeakRef,
  OwnWeakSet as WeakSet,
  ownArrayBufferIsView as "ArrayBuffer.isView",
  ownArrayFrom as "Array.from",
  ownArrayIsArray as "Array.isArray",
  ownBigIntAsIntN as "BigInt.asIntN",
  ownBigIntAsUintN as "BigInt.asUintN",
  ownNumberIsFinite as "Number.isFinite",
  ownNumberIsInteger as "Number.isInteger",
  ownNumberIsNaN as "Number.isNaN",
  ownNumberIsSafeInteger as "Number.isSafeInteger",
  ownNumberParseInt as "Number.parseInt",
  ownObjectAssign as "Object.assign",
  ownObjectCreate as "Object.create",
  ownObjectDefineProperties as "Object.defineProperties",
  ownObjectDefineProperty as "Object.defineProperty",
  ownObjectEntries as "Object.entries",
  ownObjectFreeze as "Object.freeze",
  ownObjectFromEntries as "Object.fromEntries",
  ownObjectGetOwnPropertyDescriptor as "Object.getOwnPropertyDescriptor",
  ownObjectGetOwnPropertyDescriptors as "Object.getOwnPropertyDescriptors",
  ownObjectGetOwnPropertyNames as "Object.getOwnPropertyNames",
  ownObjectGetOwnPropertySymbols as "Object.getOwnPropertySymbols",
  ownObjectGetPrototypeOf as "Object.getPrototypeOf",
  ownObjectHasOwn as "Object.hasOwn",
  ownObjectIs as "Object.is",
  ownObjectIsExtensible as "Object.isExtensible",
  ownObjectIsFrozen as "Object.isFrozen",
  ownObjectIsSealed as "Object.isSealed",
  ownObjectKeys as "Object.keys",
  ownObjectSetPrototypeOf as "Object.setPrototypeOf",
  ownObjectValues as "Object.values",
  ownProcess,
  ownStringFromCharCode as "String.fromCharCode",
  ownStringFromCodePoint as "String.fromCodePoint",
  ownSymbolFor as "Symbol.for",
  ownSymbolKeyFor as "Symbol.keyFor",
};
