/**
 * Results to bytes and back, by V8's own serialization, behind a walk that lets only those values through that come
 * back the same. Everything else is refused before anything is stored.
 */
import { types } from "node:util";
import { CLOSE_LOOK, hasNames, isOrdinary, viewKind } from "./slots.ts";

/** A result that can be stored, or why not. */
export type Encoded = { readonly bytes: Uint8Array } | { readonly refused: string };

/** What a result must not lead to: it could be changed through either side. */
export interface Foreign {
  readonly seen: { has(value: object): boolean };
  readonly views: readonly ArrayBufferView[];
}

/** Bytes of the memory that small Buffers are cut from: `Buffer.poolSize`, or a little more. */
const POOL = Buffer.allocUnsafe(1).buffer.byteLength;

const { getPrototypeOf, getOwnPropertyDescriptor, isExtensible } = Object;
const { ownKeys, apply } = Reflect;
const mapForEach = Map.prototype.forEach;
const setForEach = Set.prototype.forEach;

/**
 * Encodes a result.
 * @param foreign the objects of arguments, `this` and captured state
 * @param limit bytes
 */
export function encode(value: unknown, foreign: Foreign, limit: number): Encoded {
  const refused = unfaithful(value, foreign);
  if (refused !== null) return { refused };
  const bytes = v8().serialize(value);
  return bytes.byteLength > limit ? { refused: `result is ${bytes.byteLength} bytes, above limits.value` } : { bytes };
}

/** A fresh value, which owns its memory. */
export function decode(bytes: Uint8Array): unknown {
  reader ??= makeReader();
  const from = new reader(bytes);
  from.readHeader();
  return from.readValue();
}

type V8 = typeof import("node:v8");
let loaded: V8 | null = null;
let reader: V8["DefaultDeserializer"] | null = null;

/** Loading it costs 2 ms, which a program that asks for nothing does not pay. */
function v8(): V8 {
  loaded ??= process.getBuiltinModule("node:v8") as V8;
  return loaded;
}

/** V8's reader hands out views of its input; a program may look at the buffer behind a typed array. */
function makeReader(): V8["DefaultDeserializer"] {
  const { DefaultDeserializer } = v8();
  const inherited = DefaultDeserializer.prototype as unknown as { _readHostObject(): ArrayBufferView };
  return class Reader extends DefaultDeserializer {
    _readHostObject(): unknown {
      const view = inherited._readHostObject.call(this);
      if (Buffer.isBuffer(view)) return ownBuffer(view);
      if (types.isDataView(view))
        return new DataView(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
      return (view as Uint8Array).slice();
    }
  };
}

/** A Buffer with memory of its own. */
function ownBuffer(view: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(view.byteLength);
  view.copy(own);
  return own;
}

/** Why a value would not come back the same, or null. */
export function unfaithful(root: unknown, foreign: Foreign): string | null {
  const seen = new Set<object>();
  const views: Views = new Map();
  let others: Views | null = null;
  // A stack of its own: results can be deeper than the call stack.
  const todo: unknown[] = [root];
  while (todo.length > 0) {
    const value = todo.pop();
    if (typeof value === "function") return "result holds a function";
    if (typeof value === "symbol") return "result holds a symbol";
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    if (foreign.seen.has(value)) return SHARED;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      if (hasNames(value)) return "result holds a typed array with properties";
      others ??= byMemory(foreign.views);
      if (foreign.seen.has(value.buffer) || overlaps(value, others)) return SHARED;
      if (overlaps(value, views)) return "result holds two views of the same memory";
      note(value, views);
    } else if (types.isAnyArrayBuffer(value) && foreign.views.some((view) => view.buffer === value)) {
      return SHARED;
    }
    const refused = inspect(value, todo);
    if (refused !== null) return refused;
  }
  for (const buffer of views.keys()) if (seen.has(buffer)) return "result holds a view and its buffer";
  return null;
}

const SHARED = "result shares an object with an argument, `this` or captured state";

/** Views by the memory they look at: comparing each with each of thousands would take seconds. */
type Views = Map<ArrayBufferLike, ArrayBufferView[]>;

function byMemory(views: readonly ArrayBufferView[]): Views {
  const found: Views = new Map();
  for (const view of views) note(view, found);
  return found;
}

function note(view: ArrayBufferView, views: Views): void {
  const known = views.get(view.buffer);
  if (known) known.push(view);
  else views.set(view.buffer, [view]);
}

function overlaps(view: ArrayBufferView, views: Views): boolean {
  const start = view.byteOffset;
  const end = start + view.byteLength;
  const known = views.get(view.buffer) ?? [];
  return known.some((other) => start < other.byteOffset + other.byteLength && other.byteOffset < end);
}

function inspect(value: object, todo: unknown[]): string | null {
  if (types.isProxy(value)) return "result holds a Proxy";
  if (!isExtensible(value)) return "result holds an object that is frozen, sealed or not extensible";
  const prototype = getPrototypeOf(value);
  if (Array.isArray(value))
    return prototype === Array.prototype ? inspectArray(value, todo) : "result holds an array of a class of its own";
  switch (prototype) {
    case Object.prototype:
      return inspectPlain(value, todo);
    case Map.prototype:
      if (!types.isMap(value) || ownKeys(value).length > 0) break;
      apply(mapForEach, value, [(item: unknown, key: unknown) => todo.push(key, item)]);
      return null;
    case Set.prototype:
      if (!types.isSet(value) || ownKeys(value).length > 0) break;
      apply(setForEach, value, [(item: unknown) => todo.push(item)]);
      return null;
    case Date.prototype:
      if (!types.isDate(value) || ownKeys(value).length > 0) break;
      return null;
    case RegExp.prototype:
      if (!types.isRegExp(value) || ownKeys(value).length > 1 || value.lastIndex !== 0) break;
      if (!getOwnPropertyDescriptor(value, "lastIndex")?.writable) break;
      return null;
    case ArrayBuffer.prototype:
      if (!types.isArrayBuffer(value) || ownKeys(value).length > 0 || (value as { resizable?: boolean }).resizable)
        break;
      return null;
    default:
      return inspectView(value, prototype);
  }
  return "result holds an object that would lose something";
}

function inspectPlain(value: object, todo: unknown[]): string | null {
  const keys = ownKeys(value);
  for (const key of keys) {
    if (typeof key === "symbol") return "result holds a property with a symbol for a name";
    const descriptor = getOwnPropertyDescriptor(value, key);
    if (!descriptor || !("value" in descriptor)) return `result holds an accessor, \`${key}\``;
    if (!descriptor.enumerable || !descriptor.writable || !descriptor.configurable) {
      return `result holds a property with special attributes, \`${key}\``;
    }
    todo.push(descriptor.value);
  }
  return isOrdinary(value, keys) ? null : "result holds an object that would lose something";
}

function inspectArray(value: unknown[], todo: unknown[]): string | null {
  // Index keys come first, in order, then `length`.
  const keys = ownKeys(value);
  if (!getOwnPropertyDescriptor(value, "length")?.writable) return "result holds an array of fixed length";
  if (keys[keys.length - 1] !== "length") return "result holds an array with names";
  if (keys.length === value.length + 1 && value.length > CLOSE_LOOK) {
    for (let i = 0; i < value.length; i++) todo.push(value[i]);
    return null;
  }
  for (const key of keys) {
    if (key === "length") continue;
    const descriptor = getOwnPropertyDescriptor(value, key);
    if (!descriptor || !("value" in descriptor)) return `result holds an accessor, \`${String(key)}\``;
    if (!descriptor.enumerable || !descriptor.writable || !descriptor.configurable) {
      return `result holds an element with special attributes, \`${String(key)}\``;
    }
    todo.push(descriptor.value);
  }
  return null;
}

/**
 * Typed arrays that own their whole buffer, and Buffers that either do or were cut from Node's pool. Two views of one
 * buffer would come back apart.
 */
function inspectView(value: object, prototype: object | null): string | null {
  if (!ArrayBuffer.isView(value)) return "result holds an instance of a class";
  const { buffer } = value;
  if (!(buffer instanceof ArrayBuffer)) return "result holds shared memory";
  if (ownKeys(buffer).length > 0) return "result holds a buffer with properties";
  if ((buffer as { resizable?: boolean }).resizable) return "result holds a buffer that can be resized";
  const isWhole = value.byteLength === buffer.byteLength;
  if (prototype === Buffer.prototype) {
    // Which part of Node's pool a Buffer is cut from is chance: one with memory of its own is as good.
    return isWhole || buffer.byteLength === POOL ? null : "result holds a view of a larger buffer";
  }
  const kind = viewKind(value);
  const known = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[kind];
  // Not every version of V8 can serialize the newest ones.
  if (known?.prototype !== prototype || kind === "Float16Array") return "result holds an instance of a class";
  return isWhole ? null : "result holds a view of a larger buffer";
}
