/**
 * What an object is by its internal slots. Its properties and its `Symbol.toStringTag` could say anything. No code of the program runs:
 * every function used here was captured before the program could replace it.
 */
import { inspect, types } from "node:util";
import { areAlike, areClassesKnown, countLooks } from "./hidden-classes.ts";

/** Up to this length, an array or a view is searched element by element for accessors, special attributes and named properties. */
export const CLOSE_LOOK = 1024;
/**
 * Up to this length, a view is asked for all of its names (25 ns each), if its hidden class is not that of a new view. Few views
 * come to that.
 */
const ALL_NAMES = 1 << 20;

const { getPrototypeOf, getOwnPropertyDescriptor, getOwnPropertySymbols, hasOwn, setPrototypeOf } = Object;
const { ownKeys, apply } = Reflect;
const isEnumerable = Object.prototype.propertyIsEnumerable;
const inspectOriginal = inspect;
const toStringTag = Object.prototype.toString;
const viewTag = getterOf(getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag);
const viewLength = getterOf(getPrototypeOf(Uint8Array.prototype), "length");

const viewBuffer = getterOf(getPrototypeOf(Uint8Array.prototype), "buffer");
const viewOffset = getterOf(getPrototypeOf(Uint8Array.prototype), "byteOffset");
const viewBytes = getterOf(getPrototypeOf(Uint8Array.prototype), "byteLength");
const dataBuffer = getterOf(DataView.prototype, "buffer");
const dataOffset = getterOf(DataView.prototype, "byteOffset");
const dataBytes = getterOf(DataView.prototype, "byteLength");
const bufferBytes = getterOf(ArrayBuffer.prototype, "byteLength");
const bufferResizable = getterOf(ArrayBuffer.prototype, "resizable");
const bufferMaxBytes = getterOf(ArrayBuffer.prototype, "maxByteLength");

const mapForEach = Map.prototype.forEach;
const setForEach = Set.prototype.forEach;
const getTime = Date.prototype.getTime;
const regexpSource = getterOf(RegExp.prototype, "source");
const regexpFlags = getterOf(RegExp.prototype, "flags");

/** The getter of a built-in accessor, as it is now. */
export function getterOf(prototype: object, key: PropertyKey): () => unknown {
  return getOwnPropertyDescriptor(prototype, key)?.get as () => unknown;
}

/** Visits the entries of a Map in their order. */
export function eachEntry(map: Map<unknown, unknown>, visit: (item: unknown, key: unknown) => void): void {
  apply(mapForEach, map, [visit]);
}

/** Visits the items of a Set in their order. */
export function eachItem(set: Set<unknown>, visit: (item: unknown) => void): void {
  apply(setForEach, set, [visit]);
}

export function timeOf(date: Date): number {
  return apply(getTime, date, []);
}

export function sourceOf(regexp: RegExp): string {
  return apply(regexpSource, regexp, []) as string;
}

export function flagsOf(regexp: RegExp): string {
  return apply(regexpFlags, regexp, []) as string;
}

/** The class of a view by its internal slot: `Uint8Array`, `DataView`, ... */
export function viewKind(view: ArrayBufferView): string {
  return types.isDataView(view) ? "DataView" : (apply(viewTag, view, []) as string);
}

/** The memory that a view looks at. */
export function bufferOf(view: ArrayBufferView): ArrayBufferLike {
  return apply(types.isDataView(view) ? dataBuffer : viewBuffer, view, []) as ArrayBufferLike;
}

/** Which bytes of its memory a view looks at. */
export function rangeOf(view: ArrayBufferView): { start: number; end: number } {
  const isDataView = types.isDataView(view);
  const start = apply(isDataView ? dataOffset : viewOffset, view, []) as number;
  return { start, end: start + (apply(isDataView ? dataBytes : viewBytes, view, []) as number) };
}

/** Elements of a typed array; bytes of a DataView. */
export function lengthOf(view: ArrayBufferView): number {
  return apply(types.isDataView(view) ? dataBytes : viewLength, view, []) as number;
}

export function sizeOf(buffer: ArrayBuffer): number {
  return apply(bufferBytes, buffer, []) as number;
}

/** How large a buffer can become; null if it stays as it is. */
export function maxSizeOf(buffer: ArrayBuffer): number | null {
  return apply(bufferResizable, buffer, []) ? (apply(bufferMaxBytes, buffer, []) as number) : null;
}

/** Whether a buffer is detached (its memory was transferred). Not every Node has `detached`, but no Node makes a view of such a buffer. */
export function isDetached(buffer: ArrayBuffer): boolean {
  if (sizeOf(buffer) > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/**
 * Up to Node 20, the `stack` of an error looks like a value. V8 makes its text at the first look, even at the descriptor, by calling
 * the program's `Error.prepareStackTrace`.
 */
const HIDES_TRACES = hasOwn(getOwnPropertyDescriptor(new Error(), "stack") ?? {}, "value");

/** Whether asking for a property's descriptor may make V8 put a stack trace together, which runs code of the program. */
export function mayBeTrace(owner: object, key: PropertyKey): boolean {
  return HIDES_TRACES && key === "stack" && !apply(isEnumerable, owner, [key]);
}

/** Whether a view has own properties beside its elements. Only for views whose prototype is that of a built-in class. */
export function hasNames(view: ArrayBufferView): boolean {
  if (types.isDataView(view)) return ownKeys(view).length > 0;
  const length = apply(viewLength, view, []) as number;
  if (length > CLOSE_LOOK && isLikeNew(view)) return false;
  if (length <= (areClassesKnown() ? ALL_NAMES : CLOSE_LOOK)) return ownKeys(view).length !== length;
  if (getOwnPropertySymbols(view).length > 0) return true;
  for (let i = 0; i < VIEW_NAMES.length; i++) if (hasOwn(view, VIEW_NAMES[i] as string)) return true;
  // Node's `inspect` is the only way to see the other names without making a string of every index: 2 us for any length.
  return !inspectOriginal(view, NAMES_ONLY).endsWith(`[ ... ${length} more items ]`);
}

const viewClasses = [
  "DataView",
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Uint8Array",
].concat("Uint8ClampedArray", "Uint16Array", "Uint32Array", "BigInt64Array", "BigUint64Array");
const viewPrototypes = new Map(
  viewClasses.map((kind) => [kind, (globalThis as unknown as Record<string, { prototype: object }>)[kind]?.prototype]),
);
const BufferPrototype = Buffer.prototype;

/** Whether a view inherits from what its kind does as the language makes it, or from what Node's Buffers do. */
export function hasPrototypeOfKind(view: ArrayBufferView): boolean {
  const prototype = getPrototypeOf(view);
  return prototype === BufferPrototype || prototype === viewPrototypes.get(viewKind(view));
}

/** One view of each hidden class of views without named properties, but for {@link nativeBuffer}. */
const NEW: readonly ArrayBufferView[] = [
  Buffer.allocUnsafeSlow(0),
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
].map((one) => (typeof one === "function" ? new one(0) : one));

let native: Uint8Array | null = null;

/**
 * A Buffer as Node's native code makes them: these have a hidden class of their own. Not to be made before the program has such a Buffer: in Node 24,
 * it tells V8 that the length of typed arrays may be anything, and code that reads it becomes slower.
 */
function nativeBuffer(): Uint8Array {
  native ??= setPrototypeOf(new Uint8Array(0), BufferPrototype) as Uint8Array;
  return native;
}

function isLikeNew(view: ArrayBufferView): boolean {
  countLooks(Number.POSITIVE_INFINITY);
  for (let i = 0; i < NEW.length; i++) if (areAlike(NEW[i] as ArrayBufferView, view)) return true;
  return getPrototypeOf(view) === BufferPrototype && areAlike(nativeBuffer(), view);
}

/** Names that code often reads of a view. An own property of such a name would answer instead of the built-in one. */
const VIEW_NAMES = ["length", "byteLength", "byteOffset", "buffer", "constructor"];
const NAMES_ONLY = {
  maxArrayLength: 0,
  depth: 0,
  customInspect: false,
  breakLength: Number.POSITIVE_INFINITY,
} as const;

/**
 * Whether an object with the prototype of plain objects (or none) consists of its properties only. One without properties is asked for
 * every slot. One with properties is asked by `Object.prototype.toString` alone. That does not see a Map, for example, whose prototype
 * the program has replaced by that of plain objects; no program does so without meaning to.
 */
export function isOrdinary(value: object, keys: readonly PropertyKey[]): boolean {
  // `Symbol.toStringTag` decides what `toString` answers, so that says nothing of the slots. The property itself is part of the key.
  if (keys.length === 0 || Symbol.toStringTag in value) return !hasSlots(value);
  if (keys.length === 1 && keys[0] === "rawJSON" && isRawJson(value)) return false;
  return apply(toStringTag, value, []) === "[object Object]";
}

export function hasSlots(value: object): boolean {
  return slotOf(value) !== undefined;
}

/** What an object is by its slots, in words for a reason. */
export function kindName(value: object): string {
  return slotOf(value) ?? "an object that dumbo cannot see into";
}

function slotOf(value: object): string | undefined {
  for (let i = 0; i < SLOTS.length; i++) if (SLOTS[i]?.[0](value)) return SLOTS[i]?.[1];
  return undefined;
}

/** What `JSON.rawJSON` has made: by its property, it could be a plain object. Up to Node 20, there is no such thing. */
const isRawJson: (value: object) => boolean =
  (JSON as { isRawJSON?: (value: unknown) => boolean }).isRawJSON ?? (() => false);

const SLOTS: readonly [(value: object) => boolean, string][] = [
  [types.isArgumentsObject, "an arguments object"],
  [types.isNativeError, "an Error"],
  [types.isBoxedPrimitive, "a boxed primitive"],
  [types.isMap, "a Map"],
  [types.isSet, "a Set"],
  [types.isDate, "a Date"],
  [types.isRegExp, "a RegExp"],
  [types.isPromise, "a Promise"],
  [types.isWeakMap, "a WeakMap"],
  [types.isWeakSet, "a WeakSet"],
  [types.isAnyArrayBuffer, "an ArrayBuffer"],
  [types.isGeneratorObject, "a generator"],
  [types.isExternal, "a native handle"],
  [types.isModuleNamespaceObject, "a module"],
  [(value) => getPrototypeOf(value) === null && isRawJson(value), "a raw JSON text"],
];
