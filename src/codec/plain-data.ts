/**
 * Whether a result is plain data, which JSON or V8's own serialization brings back the same. Anything else is encoded as a graph.
 */

import { constants } from "node:buffer";
import { types } from "node:util";
import { readersFor } from "../code/private-readers.ts";
import { getBuiltinModule } from "../node/process.ts";
import { elementAt, elementsOf, isLookedAtClosely } from "../value/array-elements.ts";
import { isNodesObject, noteNodesObject } from "../value/nodes-objects.ts";
import { blockOf } from "../value/number-block.ts";
import { ownNames } from "../value/own-keys.ts";
import { StrayMembers } from "../value/private-members.ts";
import { RecordKinds } from "../value/record-kinds.ts";
import {
  bufferOf,
  eachEntry,
  eachItem,
  hasNames,
  isDetached,
  isOrdinary,
  maxSizeOf,
  mayBeTrace,
  rangeOf,
  sizeOf,
  viewKind,
} from "../value/slots.ts";
import { foreseeValues, step } from "../value/time-limit.ts";
import { NAMED_OBJECTS, ProgramMap, ProgramSet } from "../value/well-known.ts";
import { JsonFit } from "./json.ts";
import { type BeforeAfter, isUnnamed, isWeaklyHeld } from "./shared-objects.ts";

/** Bytes of the memory that small Buffers are cut from: `Buffer.poolSize`, or a little more. */
export const POOL = Buffer.allocUnsafe(1).buffer.byteLength;

for (const object of [process.versions, process.release, constants, Array.prototype[Symbol.unscopables]])
  noteNodesObject(object);
for (const object of NAMED_OBJECTS) noteNodesObject(object);

/** Whether an object is one of Node's that the scan lets functions read: it is the same at each call, and no copy of it may come back. */
export function isNodes(value: object): boolean {
  if (isNodesObject(value)) return true;
  return !types.isProxy(value) && hasOwn(value, "Z_NO_FLUSH") && value === getBuiltinModule("node:zlib").constants;
}

/** So many values tell what the others take, if so many of a list were done with them. */
const SAMPLE = 1024;
const FEWEST_DONE = 16;

const { getPrototypeOf, getOwnPropertyDescriptor, hasOwn, isExtensible } = Object;
const { ownKeys } = Reflect;

/** A walk over a result. */
interface Walk {
  /** Values that are still to be looked at. The walk does not recurse: results can be deeper than the call stack. */
  readonly todo: unknown[];
  readonly kinds: RecordKinds<undefined>;
  readonly json: JsonFit;
  /** Whether arrays or records were met: V8 keeps those that come from its serialization otherwise than a program's literals. */
  hasLiterals: boolean;
}

/**
 * How a result is encoded that shares nothing with arguments, `this` or state of its call, and comes back as it was from JSON or from V8's
 * serialization; null for any other.
 * @throws TooLarge when the time is up
 */
export function plainForm(root: unknown, shared: BeforeAfter): "json" | "serialized" | null {
  const seen = new Set<object>();
  const views: Views = new Map();
  const walk: Walk = { todo: [root], kinds: new RecordKinds(), json: new JsonFit(), hasLiterals: false };
  const { todo, json } = walk;
  let others: Views | null = null;
  let most = 0;
  for (let steps = 0; todo.length > 0; steps++) {
    step(1);
    if (steps <= SAMPLE && todo.length > most) most = todo.length;
    if (steps === SAMPLE) foreseeRest(most - todo.length, todo.length);
    const value = todo.pop();
    if (typeof value === "function" || typeof value === "symbol") return null;
    if (typeof value !== "object" || value === null) {
      json.primitive(value);
      continue;
    }
    if (seen.has(value)) {
      json.refuse();
      continue;
    }
    if (isSeen(value, shared) || isUnnamed(value, shared) || isNodesObject(value) || isWeaklyHeld(value, shared))
      return null;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      others ??= sharedViews(shared);
      if (isSeen(bufferOf(value), shared) || overlaps(value, others) || overlaps(value, views)) return null;
      note(value, views);
    } else if (types.isAnyArrayBuffer(value)) {
      others ??= sharedViews(shared);
      if (others.has(value)) return null;
    }
    if (!inspect(value, walk)) return null;
    // Neither form fits any more, whatever else is met.
    if (walk.hasLiterals && !json.mayFit) return null;
  }
  for (const buffer of views.keys()) if (seen.has(buffer)) return null;
  // Neither JSON nor V8's serialization knows of private members.
  const readers = readersFor(shared.after.reaches);
  if (readers.length > 0) {
    const strays = new StrayMembers(readers, false);
    for (const value of seen) if (strays.isStray(value)) return null;
  }
  if (json.fits) return "json";
  return walk.hasLiterals ? null : "serialized";
}

/**
 * Ends the walk where most of a long list is still to be looked at, and there is not nearly the time for it.
 * @param done how many values of the list took the sample
 * @throws TooLarge
 */
function foreseeRest(done: number, left: number): void {
  if (done >= FEWEST_DONE) foreseeValues((left * SAMPLE) / done);
}

function isSeen(value: object, { before, after }: BeforeAfter): boolean {
  return after.seen.has(value) || before.seen.has(value);
}

/** Views by their memory: only those of one memory have to be compared with each other. */
export type Views = Map<ArrayBufferLike, ArrayBufferView[]>;

/** The views that arguments, `this` and state hold. */
export function sharedViews({ before, after }: BeforeAfter): Views {
  const found: Views = new Map();
  for (const { views } of [before, after]) for (const view of views) note(view, found);
  return found;
}

export function note(view: ArrayBufferView, views: Views): void {
  const buffer = bufferOf(view);
  const known = views.get(buffer);
  if (known) known.push(view);
  else views.set(buffer, [view]);
}

export function overlaps(view: ArrayBufferView, views: Views): boolean {
  const known = views.get(bufferOf(view));
  if (!known) return false;
  const { start, end } = rangeOf(view);
  return known.some((other) => {
    const range = rangeOf(other);
    return start < range.end && range.start < end;
  });
}

function inspect(value: object, walk: Walk): boolean {
  const kind = walk.kinds.of(value);
  walk.hasLiterals ||= kind !== undefined || Array.isArray(value);
  if (kind !== undefined) return takeAll(value as Record<string, unknown>, kind.names, walk);
  if (types.isProxy(value) || !isExtensible(value)) return false;
  const prototype = getPrototypeOf(value);
  if (Array.isArray(value)) return prototype === Array.prototype && inspectArray(value, walk);
  if (prototype === Object.prototype) {
    walk.hasLiterals = true;
    return inspectObject(value, walk);
  }
  walk.json.refuse();
  return inspectSpecial(value, prototype, walk.todo);
}

function takeAll(value: Record<string, unknown>, names: readonly string[], { todo, json }: Walk): true {
  json.names(names.length);
  for (let i = 0; i < names.length; i++) todo.push(value[names[i] as string]);
  return true;
}

function inspectObject(value: object, { todo, kinds, json }: Walk): boolean {
  const keys = ownNames(value);
  for (const key of keys) {
    if (typeof key === "symbol" || !inspectProperty(value, key, todo)) return false;
  }
  if (!isOrdinary(value, keys)) return false;
  kinds.add(value, keys, undefined);
  json.names(keys.length);
  return true;
}

function inspectSpecial(value: object, prototype: object | null, todo: unknown[]): boolean {
  switch (prototype) {
    case ProgramMap.prototype:
      if (!types.isMap(value) || ownKeys(value).length > 0) return false;
      eachEntry(value, (item, key) => todo.push(key, item));
      return true;
    case ProgramSet.prototype:
      if (!types.isSet(value) || ownKeys(value).length > 0) return false;
      eachItem(value, (item) => todo.push(item));
      return true;
    case Date.prototype:
      return types.isDate(value) && ownKeys(value).length === 0;
    case RegExp.prototype:
      if (!types.isRegExp(value) || ownKeys(value).length > 1 || value.lastIndex !== 0) return false;
      return getOwnPropertyDescriptor(value, "lastIndex")?.writable === true;
    case ArrayBuffer.prototype:
      return types.isArrayBuffer(value) && ownKeys(value).length === 0 && isSimpleBuffer(value);
    default:
      return inspectView(value, prototype);
  }
}

function inspectProperty(value: object, key: string | symbol, todo: unknown[]): boolean {
  if (mayBeTrace(value, key)) return false;
  const descriptor = getOwnPropertyDescriptor(value, key);
  if (!descriptor || !("value" in descriptor)) return false;
  todo.push(descriptor.value);
  return descriptor.enumerable === true && descriptor.writable === true && descriptor.configurable === true;
}

function inspectArray(value: unknown[], { todo, json }: Walk): boolean {
  const elements = elementsOf(value);
  if (elements?.isHoley) {
    // JSON would bring it back as a packed one: an array that is kept so needs a graph, and the walk ends.
    json.refuse();
    return true;
  }
  if (elements !== null) {
    if (elements.holds === "values") pushValues(value, todo, json);
    else if (json.isTooLong(value.length)) json.refuse();
    else json.numbers(blockOf(value as number[], elements) as Float64Array, value.length, elements.holds);
    return true;
  }
  // Index keys come first, in order, then `length`.
  const keys = ownKeys(value);
  if (!getOwnPropertyDescriptor(value, "length")?.writable) return false;
  if (keys[keys.length - 1] !== "length") return false;
  const hasHoles = keys.length !== value.length + 1;
  if (hasHoles) json.refuse();
  if (!hasHoles && !isLookedAtClosely(value.length)) {
    for (let i = 0; i < value.length; i++) todo.push(elementAt(value, i));
    return true;
  }
  for (const key of keys) if (key !== "length" && !inspectProperty(value, key, todo)) return false;
  return true;
}

/** Of a packed array of values only. */
function pushValues(array: readonly unknown[], todo: unknown[], json: JsonFit): void {
  let areNumbers = array.length > 0;
  for (let i = 0; i < array.length; i++) {
    const value = array[i];
    if (typeof value !== "number") areNumbers = false;
    todo.push(value);
  }
  // JSON would bring it back as an array that V8 keeps as one of numbers.
  if (areNumbers) json.refuse();
}

/** Whether a view is of the built-in class and owns its whole buffer, or is a Buffer that Node cut from its pool. */
function inspectView(value: object, prototype: object | null): boolean {
  if (!ArrayBuffer.isView(value)) return false;
  const kind = viewKind(value);
  const known = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[kind]?.prototype;
  // Not every version of V8 can serialize the newest ones.
  if ((prototype !== known && prototype !== Buffer.prototype) || kind === "Float16Array" || hasNames(value))
    return false;
  const buffer = bufferOf(value);
  if (!types.isArrayBuffer(buffer) || getPrototypeOf(buffer) !== ArrayBuffer.prototype) return false;
  if (ownKeys(buffer).length > 0 || !isSimpleBuffer(buffer)) return false;
  // Where in Node's pool a Buffer lies is chance: it comes back with memory of its own.
  if (prototype === Buffer.prototype && sizeOf(buffer) === POOL) return true;
  const { start, end } = rangeOf(value);
  return end - start === sizeOf(buffer);
}

function isSimpleBuffer(buffer: ArrayBuffer): boolean {
  return maxSizeOf(buffer) === null && isExtensible(buffer) && !isDetached(buffer);
}
