/**
 * What an object holds, as a copy of one level: two copies of one object, from before a call and from after it, tell what the
 * call did to it. Nothing of the program runs here.
 *
 * What is not known to be all that an object holds is refused.
 */
import { types } from "node:util";
import { isAsMade, recordOf } from "../code/function-shape.ts";
import { namesBesidePrimitive, unboxed } from "../value/boxed.ts";
import { hidesState, type InstanceState, instanceState } from "../value/built-in-instances.ts";
import { INTEGRITY, integrityOf } from "../value/integrity.ts";
import { namesBeside, ownNames } from "../value/own-keys.ts";
import { HELD, type Held, type PrivateReader, ReaderChains } from "../value/private-members.ts";
import { RecordKinds } from "../value/record-kinds.ts";
import {
  bufferOf,
  eachEntry,
  eachItem,
  flagsOf,
  hasNames,
  hasSlots,
  isDetached,
  kindName,
  maxSizeOf,
  rangeOf,
  sizeOf,
  sourceOf,
  timeOf,
} from "../value/slots.ts";
import { isTrace, traceOf, UNREAD } from "../value/stack-traces.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { ProgramMap, ProgramSet } from "../value/well-known.ts";
import { type ArrayContents, arrayContents } from "./array-contents.ts";
import { type Properties, propertiesOf } from "./properties.ts";

export interface RecordContents {
  readonly kind: "record";
  readonly prototype: object | null;
  readonly integrity: number;
  readonly own: Properties;
  /** What it has of each class with private members that it is an instance of. */
  readonly privates: readonly Held[];
}

export interface RegExpContents {
  readonly kind: "regexp";
  readonly source: string;
  readonly flags: string;
  readonly lastIndex: unknown;
  readonly integrity: number;
  /** What a program has put on it. */
  readonly own: Properties;
}

export interface MapContents {
  readonly kind: "map";
  readonly keys: readonly unknown[];
  readonly items: readonly unknown[];
  /** What it is beside its entries; null where it is of the built-in class, has no properties, and can get some. */
  readonly record: RecordContents | null;
}

export interface SetContents {
  readonly kind: "set";
  readonly items: readonly unknown[];
  /** As of a Map. */
  readonly record: RecordContents | null;
}

export type Contents =
  | RecordContents
  | ArrayContents
  | MapContents
  | SetContents
  | { readonly kind: "date"; readonly time: number }
  | RegExpContents
  | { readonly kind: "memory"; readonly prototype: object | null; readonly bytes: Uint8Array }
  /** An instance of a built-in class whose state is in no property, and what it tells of that. */
  | { readonly kind: "instance"; readonly state: InstanceState; readonly record: RecordContents }
  /** An object with a stack trace. */
  | { readonly kind: "error"; readonly trace: TraceContents; readonly record: RecordContents }
  /** An object around a primitive value, which stays what it is. */
  | { readonly kind: "boxed"; readonly record: RecordContents }
  /** An object that is known by its name, and as Node made it. */
  | { readonly kind: "host" }
  /** A view: what it shows is in its memory, which is looked at by itself. */
  | { readonly kind: "window"; readonly prototype: object | null };

const { getPrototypeOf, getOwnPropertyDescriptor, isExtensible } = Object;
const { apply } = Reflect;
const { isArray } = Array;
const { set: setBytes } = Uint8Array.prototype;

/** What is the same of all objects of a kind. */
interface Listed {
  readonly prototype: object;
  readonly readers: readonly PrivateReader[];
}

export const NO_PRIVATES: readonly Held[] = [];

/** Copies what objects hold, in one go: nothing of the program runs from the first to the last. */
/** What is known of a trace, which no property shows on newer Node. */
export interface TraceContents {
  /** Where among the object's names a trace stands that nobody has read, and that is in no record; -1 for none. */
  readonly at: number;
  /** What reading it gives; undefined where nobody has. */
  readonly text: unknown;
}

const NO_TRACE: TraceContents = { at: -1, text: undefined };

export class ContentsReader {
  readonly #kinds = new RecordKinds<Listed>();
  readonly #chains = new ReaderChains();
  readonly #isInKey: (value: object) => boolean;

  /** @param isInKey whether an object is looked at by itself */
  constructor(isInKey: (value: object) => boolean) {
    this.#isInKey = isInKey;
  }

  /** @throws Unkeyable */
  of(value: object): Contents {
    const kind = this.#kinds.of(value);
    if (kind !== undefined) {
      const own = { names: kind.names, values: valuesOf(value, kind.names), flags: null };
      const { prototype, readers } = kind.found;
      return { kind: "record", prototype, integrity: 0, own, privates: privatesOf(value, readers) };
    }
    if (types.isProxy(value)) throw new Unkeyable({ kind: "proxy" });
    if (isArray(value)) return arrayContents(value);
    if (types.isMap(value)) return this.#map(value);
    if (types.isSet(value)) return this.#set(value);
    if (types.isDate(value)) {
      checkBare(value, Date.prototype);
      return { kind: "date", time: timeOf(value) };
    }
    if (types.isRegExp(value)) return regexpContents(value);
    if (types.isBoxedPrimitive(value)) return this.#boxed(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (types.isAnyArrayBuffer(value)) return memoryContents(value);
    if (types.isNativeError(value) || isTrace(value, "stack")) return this.#error(value);
    if (hasSlots(value)) throw new Unkeyable({ kind: "opaque-object", what: kindName(value) });
    return this.#record(value);
  }

  #record(value: object): Contents {
    const prototype = getPrototypeOf(value) as object | null;
    if (prototype !== null && hidesState(prototype)) return instanceContents(value, prototype);
    const own = propertiesOf(value, ownNames(value));
    const integrity = integrityOf(value);
    const readers = this.#chains.above(prototype);
    if (prototype !== null && own.flags === null && integrity === 0) {
      this.#kinds.add(value, own.names, { prototype, readers });
    }
    return { kind: "record", prototype, integrity, own, privates: privatesOf(value, readers) };
  }

  #map(value: Map<unknown, unknown>): Contents {
    const keys: unknown[] = [];
    const items: unknown[] = [];
    eachEntry(value, (item, key) => {
      keys.push(key);
      items.push(item);
    });
    return { kind: "map", keys, items, record: this.#besideEntries(value, ProgramMap.prototype) };
  }

  #set(value: Set<unknown>): Contents {
    const items: unknown[] = [];
    eachItem(value, (item) => items.push(item));
    return { kind: "set", items, record: this.#besideEntries(value, ProgramSet.prototype) };
  }

  /** @param prototype that of the built-in class */
  #besideEntries(value: object, prototype: object): RecordContents | null {
    if (isTrace(value, "stack")) throw new Unkeyable({ kind: "stack-value" });
    return isBare(value, prototype) ? null : this.#recordOf(value, ownNames(value));
  }

  #error(value: object): Contents {
    const { names, trace } = namesBesideTrace(value);
    return { kind: "error", trace, record: this.#recordOf(value, names) };
  }

  #boxed(value: object): Contents {
    if (isTrace(value, "stack")) throw new Unkeyable({ kind: "stack-value" });
    return { kind: "boxed", record: this.#recordOf(value, namesBesidePrimitive(value, unboxed(value))) };
  }

  /** @param names of its own properties, without those that its slots settle */
  #recordOf(value: object, names: readonly (string | symbol)[]): RecordContents {
    const prototype = getPrototypeOf(value) as object | null;
    return {
      kind: "record",
      prototype,
      integrity: integrityOf(value),
      own: propertiesOf(value, names),
      privates: privatesOf(value, this.#chains.above(prototype)),
    };
  }

  #view(value: ArrayBufferView): Contents {
    if (hasNames(value) || !isExtensible(value))
      throw new Unkeyable({ kind: "extra-properties", what: "a typed array" });
    const buffer = bufferOf(value);
    const prototype = getPrototypeOf(value) as object | null;
    if (this.#isInKey(buffer)) return { kind: "window", prototype };
    checkMemory(buffer);
    const { start, end } = rangeOf(value);
    return { kind: "memory", prototype, bytes: copyOfBytes(new Uint8Array(buffer, start, end - start)) };
  }
}

/**
 * Own names of an object without that of a trace which nobody has read, and where that stands; -1 for none. Reading it is noticed.
 * @throws Unkeyable where it would not be
 */
export function namesBesideTrace(value: object): {
  readonly names: readonly (string | symbol)[];
  readonly trace: TraceContents;
} {
  const names = ownNames(value);
  const held = isTrace(value, "stack") ? traceOf(value) : undefined;
  if (held !== UNREAD) return { names, trace: held === undefined ? NO_TRACE : { at: -1, text: held } };
  const others: (string | symbol)[] = [];
  let at = -1;
  for (let i = 0; i < names.length; i++) {
    if (names[i] === "stack") at = i;
    else others.push(names[i] as string | symbol);
  }
  return { names: others, trace: { at, text: undefined } };
}

function instanceContents(value: object, prototype: object): Contents {
  const own = propertiesOf(value, ownNames(value));
  const record: RecordContents = {
    kind: "record",
    prototype,
    integrity: integrityOf(value),
    own,
    privates: NO_PRIVATES,
  };
  return { kind: "instance", state: instanceState(value, prototype), record };
}

/** Of properties that are known to be values. */
function valuesOf(value: object, names: readonly string[]): unknown[] {
  const values: unknown[] = [];
  for (let i = 0; i < names.length; i++) values.push((value as Record<string, unknown>)[names[i] as string]);
  return values;
}

function privatesOf(value: object, readers: readonly PrivateReader[]): readonly Held[] {
  if (readers.length === 0) return NO_PRIVATES;
  const privates: Held[] = [];
  for (let i = 0; i < readers.length; i++) {
    const { names, read } = readers[i] as PrivateReader;
    const held = read(value);
    if (held === HELD.some) throw new Unkeyable({ kind: "private-members", of: "unfinished" });
    checkMethods(names.length, held);
    privates.push(held);
  }
  return privates;
}

/** What a program puts on private methods as on objects is not told anywhere. */
function checkMethods(from: number, held: Held): void {
  if (held === HELD.nothing || held === HELD.some) return;
  for (let i = from; i < held.length; i++) {
    if (!isAsMade(recordOf(held[i] as object))) throw new Unkeyable({ kind: "private-members", of: "methods" });
  }
}

function regexpContents(value: RegExp): Contents {
  if (getPrototypeOf(value) !== RegExp.prototype) throw new Unkeyable({ kind: "own-class", what: "a RegExp" });
  const { value: lastIndex, writable } = getOwnPropertyDescriptor(value, "lastIndex") as PropertyDescriptor;
  const integrity = integrityOf(value);
  if (!writable && integrity !== INTEGRITY.frozen) throw new Unkeyable({ kind: "read-only-regexp" });
  const own = propertiesOf(value, namesBeside(value, "lastIndex"));
  return {
    kind: "regexp",
    source: sourceOf(value),
    flags: flagsOf(value),
    lastIndex,
    integrity,
    own,
  };
}

function memoryContents(value: ArrayBufferLike): Contents {
  checkMemory(value);
  checkBare(value, ArrayBuffer.prototype);
  return { kind: "memory", prototype: ArrayBuffer.prototype, bytes: copyOfBytes(new Uint8Array(value)) };
}

function checkMemory(buffer: ArrayBufferLike): asserts buffer is ArrayBuffer {
  if (!types.isArrayBuffer(buffer)) throw new Unkeyable({ kind: "shared-memory" });
  if (maxSizeOf(buffer) !== null) throw new Unkeyable({ kind: "resizable-memory" });
  if (sizeOf(buffer) === 0 && isDetached(buffer)) throw new Unkeyable({ kind: "detached-memory" });
}

function copyOfBytes(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.byteLength);
  apply(setBytes, copy, [bytes]);
  return copy;
}

/** Whether an object is of a built-in class, has no properties, and can get some. */
function isBare(value: object, prototype: object): boolean {
  return getPrototypeOf(value) === prototype && ownNames(value).length === 0 && isExtensible(value);
}

/** @throws Unkeyable */
function checkBare(value: object, prototype: object): void {
  if (!isBare(value, prototype)) {
    throw new Unkeyable({ kind: "extra-properties", what: kindName(value) });
  }
}
