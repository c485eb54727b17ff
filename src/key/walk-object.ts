/** Writes objects into keys, by their kind: each kind has its tag. An object with internal slots that cannot be read is refused. */
import { types } from "node:util";
import { namesBesidePrimitive, unboxed } from "../value/boxed.ts";
import { builtInClassName, instanceState } from "../value/built-in-instances.ts";
import { hostObject } from "../value/host-objects.ts";
import { ownNames } from "../value/own-keys.ts";
import { environment, SIGNING_KEY } from "../value/process-env.ts";
import { hasSlots, isOrdinary, kindName } from "../value/slots.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import {
  knownObject,
  languagePrototype,
  namedObject,
  ProgramMap,
  ProgramSet,
  ProgramWeakMap,
  ProgramWeakSet,
} from "../value/well-known.ts";
import { TAG } from "./tags.ts";
import type { Walk } from "./walk.ts";
import { writeArray } from "./walk-array.ts";
import { checkNoExtras, hasNoExtras, writeDate, writeMap, writeRegExp, writeSet } from "./walk-built-in.ts";
import type { MemoryWalk } from "./walk-memory.ts";
import type { RecordWriter } from "./walk-record.ts";

/** What a walk has that only objects need. */
export interface ObjectWalk extends Walk {
  readonly records: RecordWriter;
  readonly memory: MemoryWalk;
  /** Notes that the namespace of a module was met. */
  sawModule: boolean;
  /** Notes a WeakMap or WeakSet: what it holds is written at the end, when all objects are met that code may ask it for. */
  addWeak(collection: object): void;
}

/** Asking an instance of a built-in class for its state takes the time of so many values. */
const INSTANCE_NODES = 20;
/** The names of so many characters of a boxed text take the time of a value. */
const NAMES_PER_NODE = 4;

// Captured before the program can replace them.
const { getPrototypeOf } = Object;
const { isArray } = Array;
const DatePrototype = Date.prototype;
const ArrayPrototype = Array.prototype;
const ObjectPrototype = Object.prototype;

/** Writes an object that is met for the first time. @throws Unkeyable */
export function writeObject(value: object, walk: ObjectWalk): void {
  if (walk.records.writeKnown(value)) return;
  if (types.isProxy(value)) throw new Unkeyable({ kind: "proxy" });
  if (isArray(value)) return value === ArrayPrototype ? writeLanguagePrototype(value, walk) : writeArray(value, walk);
  const prototype = getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype) return writePlain(value, walk);
  if (prototype === null)
    return types.isModuleNamespaceObject(value) ? writeNamespace(value, walk) : writeNullObject(value, walk);
  if (ArrayBuffer.isView(value)) return walk.spend(walk.memory.view(value, walk) >> 5);
  switch (prototype) {
    case ProgramMap.prototype:
      if (!types.isMap(value)) break;
      if (hasNoExtras(value)) return writeMap(value, walk);
      return writeCollection(value, prototype, walk);
    case ProgramSet.prototype:
      if (!types.isSet(value)) break;
      if (hasNoExtras(value)) return writeSet(value, walk);
      return writeCollection(value, prototype, walk);
    case DatePrototype:
      if (!types.isDate(value)) break;
      return writeDate(value, walk);
    case RegExp.prototype:
      if (types.isRegExp(value)) return writeRegExp(value, walk);
      break;
    case ProgramWeakMap.prototype:
      if (types.isWeakMap(value)) return writeWeakCollection(value, TAG.weakMap, walk);
      break;
    case ProgramWeakSet.prototype:
      if (types.isWeakSet(value)) return writeWeakCollection(value, TAG.weakSet, walk);
      break;
    case ArrayBuffer.prototype:
      if (!types.isArrayBuffer(value)) break;
      checkNoExtras(value);
      return walk.memory.buffer(value, walk);
    default:
      return writeInstance(value, prototype, walk);
  }
  throw new Unkeyable({ kind: "opaque-object", what: kindName(value) });
}

/**
 * Writes a prototype of the language that is met as a value: which one it is, and all that is on it. A call that puts something on it cannot
 * be kept.
 */
function writeLanguagePrototype(value: object, walk: ObjectWalk): void {
  walk.out.byte(TAG.languagePrototype);
  walk.out.text(languagePrototype(value) as string);
  walk.records.properties(value, ownNames(value));
}

function writeWeakCollection(value: object, tag: number, walk: ObjectWalk): void {
  checkNoExtras(value);
  walk.out.byte(tag);
  walk.addWeak(value);
}

function writePlain(value: object, walk: ObjectWalk): void {
  const known = knownObject(value);
  if (known !== undefined) {
    if (!known.isFixed) throw new Unkeyable({ kind: "built-in-object", name: known.name });
    walk.addTrait("namespace");
    walk.out.byte(TAG.namespace);
    walk.out.text(known.name);
    return;
  }
  const keys = ownNames(value);
  if (isLanguagePrototype(value, keys)) return writeLanguagePrototype(value, walk);
  if (!isOrdinary(value, keys)) throw new Unkeyable({ kind: "opaque-object", what: kindName(value) });
  walk.out.byte(TAG.object);
  walk.records.writeFirst(value, Object.prototype, keys);
}

/** By its first name first: that rules most objects out without a look into the table. Those of iterators begin with `next` or a symbol. */
function isLanguagePrototype(value: object, keys: readonly (string | symbol)[]): boolean {
  const first = keys[0];
  if (first !== "constructor" && first !== "next" && typeof first !== "symbol") return false;
  return languagePrototype(value) !== undefined;
}

function writeNullObject(value: object, walk: ObjectWalk): void {
  if (value === ObjectPrototype) return writeLanguagePrototype(value, walk);
  const keys = ownNames(value);
  if (!isOrdinary(value, keys)) throw new Unkeyable({ kind: "opaque-object", what: kindName(value) });
  walk.out.byte(TAG.nullObject);
  walk.records.properties(value, keys);
}

function writeNamespace(value: object, walk: ObjectWalk): void {
  walk.sawModule = true;
  walk.out.byte(TAG.namespace);
  const keys = ownNames(value);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string | symbol;
    if (typeof key === "symbol") continue;
    walk.out.text(key);
    // Reading an export that is not initialised yet throws a ReferenceError: the call is too early to be cached.
    walk.write((value as Record<string, unknown>)[key]);
  }
  walk.out.byte(TAG.end);
}

/** Writes an instance of a class of the language or of Node whose state is in no property. */
function writeBuiltInInstance(value: object, prototype: object, name: string, walk: ObjectWalk): void {
  const { text, object } = instanceState(value, prototype);
  walk.spend(INSTANCE_NODES);
  walk.out.byte(TAG.builtInInstance);
  walk.out.text(name);
  walk.out.text(text);
  walk.records.properties(value, ownNames(value));
  walk.write(object);
}

/** Writes an object around a primitive value. `String.prototype`, from which others inherit, is one, too. */
function writeBoxed(value: object, prototype: object, walk: ObjectWalk): void {
  if (languagePrototype(value) !== undefined) return writeLanguagePrototype(value, walk);
  const primitive = unboxed(value);
  if (typeof primitive === "string") walk.spend(Math.ceil(primitive.length / NAMES_PER_NODE));
  walk.out.byte(TAG.boxed);
  walk.write(primitive);
  walk.prototype(prototype);
  walk.records.properties(value, namesBesidePrimitive(value, primitive));
  walk.records.privates(value, prototype);
}

/** Writes a Map or Set of a class of its own, or one with properties beside its entries, or that can get none: it is an object as well. */
function writeCollection(value: Map<unknown, unknown> | Set<unknown>, prototype: object, walk: ObjectWalk): void {
  const isMap = types.isMap(value);
  walk.out.byte(isMap ? TAG.otherMap : TAG.otherSet);
  walk.prototype(prototype);
  if (isMap) writeMap(value, walk);
  else writeSet(value, walk);
  walk.records.properties(value, ownNames(value));
  walk.records.privates(value, prototype);
}

/** Writes an object with a prototype of its own: `process.env`, a built-in instance, an error, or an instance of a class. */
function writeInstance(value: object, prototype: object, walk: ObjectWalk): void {
  if (value === environment) {
    const names = ownNames(value);
    if (names.includes(SIGNING_KEY)) throw new Unkeyable({ kind: "signing-key" });
    walk.out.byte(TAG.namespace);
    walk.out.text("process.env");
    return walk.records.properties(value, names);
  }
  const host = hostObject(value);
  if (host !== undefined) {
    if (!host.isAsMade()) throw new Unkeyable({ kind: "built-in-object", name: host.name });
    if (host.prints) walk.addTrait("outside");
    walk.out.byte(TAG.namespace);
    return walk.out.text(`host ${host.name}`);
  }
  const name = builtInClassName(prototype);
  if (name !== undefined) return writeBuiltInInstance(value, prototype, name, walk);
  const known = namedObject(value);
  if (known !== undefined) throw new Unkeyable({ kind: "built-in-object", name: known.name });
  if (types.isBoxedPrimitive(value)) return writeBoxed(value, prototype, walk);
  if (types.isMap(value) || types.isSet(value)) return writeCollection(value, prototype, walk);
  const keys = ownNames(value);
  if (isLanguagePrototype(value, keys)) return writeLanguagePrototype(value, walk);
  if (hasSlots(value)) {
    if (!types.isNativeError(value)) throw new Unkeyable({ kind: "opaque-object", what: kindName(value) });
    walk.out.byte(TAG.error);
    walk.prototype(prototype);
    walk.records.properties(value, keys);
    return walk.records.privates(value, prototype);
  }
  walk.out.byte(TAG.instance);
  walk.prototype(prototype);
  walk.records.writeFirst(value, prototype, keys);
}
