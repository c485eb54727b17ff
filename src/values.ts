/**
 * Values to bytes: one structural walk, type-tagged, that gives equal bytes for values that no program can tell apart
 * and different bytes for all others. What it cannot see through it refuses; it never guesses.
 *
 * Nothing of the program runs during the walk: accessors are refused, not called, and so are proxies.
 */
import { types } from "node:util";
import type { KeyWriter } from "./key-writer.ts";
import type { Trait } from "./manifest.ts";
import { CLOSE_LOOK, describe, getterOf, hasNames, hasSlots, isOrdinary, viewKind } from "./slots.ts";

/** Thrown (without a stack, it is cheap) when a value cannot be part of a key. */
export class Unkeyable {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** The walk was abandoned: the key would cost more than the call is known to be worth. */
export class TooLarge extends Unkeyable {}

/** What the walk asks about functions and classes, which only the registry of loaded code knows. */
export interface CodeBook {
  /** Writes the identity of a function: its code, what it reaches and the state it reads. */
  writeFunction(fn: object, walk: ValueWalk): void;
  /** Writes the identity of the class behind a prototype. */
  writePrototype(prototype: object, walk: ValueWalk): void;
}

const TAG = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  number: 4,
  string: 5,
  bigint: 6,
  symbol: 7,
  seen: 8,
  hole: 9,
  array: 10,
  object: 11,
  nullObject: 12,
  map: 13,
  set: 14,
  date: 15,
  regexp: 16,
  view: 17,
  arrayBuffer: 18,
  function: 19,
  instance: 20,
  namespace: 21,
  sealed: 22,
  extras: 23,
  end: 24,
} as const;

/** Where a view lies in its memory. */
interface Place {
  /** Its number among what was seen. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

const WELL_KNOWN = new Map<symbol, string>(
  Reflect.ownKeys(Symbol).flatMap((key) => {
    const value = (Symbol as unknown as Record<PropertyKey, unknown>)[key];
    return typeof value === "symbol" ? [[value, String(key)] as const] : [];
  }),
);

// Captured before the program can replace them.
const { getPrototypeOf, getOwnPropertyDescriptor, isExtensible, isFrozen, isSealed, hasOwn } = Object;
const { ownKeys, apply } = Reflect;
const { isArray } = Array;
const { keyFor } = Symbol;
const mapForEach = Map.prototype.forEach;
const setForEach = Set.prototype.forEach;
const getTime = Date.prototype.getTime;
const DatePrototype = Date.prototype;
const bigintToString = BigInt.prototype.toString;
const mapSize = getterOf(Map.prototype, "size");
const setSize = getterOf(Set.prototype, "size");
const regexpSource = getterOf(RegExp.prototype, "source");
const regexpFlags = getterOf(RegExp.prototype, "flags");

/** Objects that are more than their properties. */
const SPECIAL = new Map<object, string>([
  [globalThis, "globalThis"],
  [process, "process"],
  [process.env, "process.env"],
  [console, "console"],
]);

/** Objects of the language that are the same in every run. */
const FIXED = new Map<object, string>([
  [Math, "Math"],
  [JSON, "JSON"],
  [Reflect, "Reflect"],
  [Intl, "Intl"],
]);

/** One walk: everything written through one object shares its memory of what was seen. */
export class ValueWalk {
  /** Every object met, by order: what a result must not share identity with. */
  readonly seen = new Map<object, number>();
  /** Every view met, whose memory a result must not share. */
  readonly views: ArrayBufferView[] = [];
  /** The same by the memory they look at. */
  readonly #places = new Map<ArrayBufferLike, Place[]>();
  /** Hashes of long texts: a text cannot change, so a second walk does not read it again. */
  readonly texts: Map<string, string>;
  /** A Date was met: its reading depends on the time zone. */
  sawDate = false;
  /** What the code of all functions that were met says about its surroundings. */
  readonly traits = new Set<Trait>();
  readonly out: KeyWriter;
  readonly #book: CodeBook;
  readonly #seesBuffers: boolean;
  #nodesLeft: number;
  #count = 0;

  /**
   * @param seesBuffers whether the code looks at the memory behind a view, so that offsets are part of the value
   * @param nodes abandon the walk after so many values
   * @param texts hashes from an earlier walk
   */
  constructor(out: KeyWriter, book: CodeBook, seesBuffers: boolean, nodes: number, texts = new Map<string, string>()) {
    this.out = out;
    this.texts = texts;
    this.#book = book;
    this.#seesBuffers = seesBuffers;
    this.#nodesLeft = nodes;
  }

  /** @throws Unkeyable */
  write(value: unknown): void {
    const { out } = this;
    if (--this.#nodesLeft < 0) throw new TooLarge("has values that are too large to be worth a key");
    switch (typeof value) {
      case "string":
        if (value.length >= 128 && !this.texts.has(value)) this.#nodesLeft -= value.length >> 7;
        out.byte(TAG.string);
        out.text(value, this.texts);
        return;
      case "number":
        out.byte(TAG.number);
        out.float64(value);
        return;
      case "boolean":
        out.byte(value ? TAG.true : TAG.false);
        return;
      case "undefined":
        out.byte(TAG.undefined);
        return;
      case "bigint":
        out.byte(TAG.bigint);
        out.text(apply(bigintToString, value, [36]));
        return;
      case "symbol":
        this.#symbol(value);
        return;
      case "function":
        this.#reference(value, this.#function);
        return;
      default:
        if (value === null) out.byte(TAG.null);
        else this.#reference(value as object, this.#object);
    }
  }

  #symbol(value: symbol): void {
    const registered = keyFor(value);
    const known = WELL_KNOWN.get(value);
    if (registered === undefined && known === undefined) throw new Unkeyable(`holds ${String(value)}, which is unique`);
    this.out.byte(TAG.symbol);
    this.out.byte(registered === undefined ? 0 : 1);
    this.out.text((registered ?? known) as string);
  }

  #reference(value: object, write: (this: ValueWalk, value: object) => void): void {
    const index = this.seen.get(value);
    if (index !== undefined) {
      this.out.byte(TAG.seen);
      this.out.uint32(index);
      return;
    }
    this.seen.set(value, this.#count++);
    write.call(this, value);
  }

  #function(value: object): void {
    this.out.byte(TAG.function);
    this.#book.writeFunction(value, this);
  }

  #object(value: object): void {
    if (types.isProxy(value)) throw new Unkeyable("holds a Proxy");
    if (isArray(value)) return this.#array(value);
    const prototype = getPrototypeOf(value);
    if (prototype === Object.prototype) return this.#plain(value);
    if (prototype === null)
      return types.isModuleNamespaceObject(value) ? this.#namespace(value) : this.#nullObject(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    switch (prototype) {
      case Map.prototype:
        if (types.isMap(value)) return this.#map(value);
        break;
      case Set.prototype:
        if (types.isSet(value)) return this.#set(value);
        break;
      case DatePrototype:
        if (types.isDate(value)) return this.#date(value);
        break;
      case RegExp.prototype:
        if (types.isRegExp(value)) return this.#regexp(value);
        break;
      case ArrayBuffer.prototype:
        if (types.isArrayBuffer(value)) return this.#arrayBuffer(value);
        break;
      default:
        return this.#instance(value, prototype);
    }
    throw new Unkeyable(`holds ${describe(value)}`);
  }

  #plain(value: object): void {
    const special = SPECIAL.get(value);
    if (special !== undefined) throw new Unkeyable(`holds \`${special}\``);
    const fixed = FIXED.get(value);
    if (fixed !== undefined) {
      this.out.byte(TAG.namespace);
      this.out.text(fixed);
      return;
    }
    const keys = ownKeys(value);
    if (!isOrdinary(value, keys)) throw new Unkeyable(`holds ${describe(value)}`);
    this.out.byte(TAG.object);
    this.#properties(value, keys);
  }

  #nullObject(value: object): void {
    const keys = ownKeys(value);
    if (!isOrdinary(value, keys)) throw new Unkeyable(`holds ${describe(value)}`);
    this.out.byte(TAG.nullObject);
    this.#properties(value, keys);
  }

  #namespace(value: object): void {
    this.out.byte(TAG.namespace);
    const keys = ownKeys(value);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string | symbol;
      if (typeof key === "symbol") continue;
      this.out.text(key);
      // Reading an export that is not initialised yet throws a ReferenceError: the call is too early to be cached.
      this.write((value as Record<string, unknown>)[key]);
    }
    this.out.byte(TAG.end);
  }

  /** An object of a class that the loader knows. */
  #instance(value: object, prototype: object): void {
    if (hasSlots(value)) throw new Unkeyable(`holds ${describe(value)}`);
    this.out.byte(TAG.instance);
    this.#reference(prototype, this.#prototype);
    this.#properties(value, ownKeys(value));
  }

  #prototype(prototype: object): void {
    this.#book.writePrototype(prototype, this);
  }

  #properties(value: object, keys: readonly (string | symbol)[]): void {
    const { out } = this;
    out.uint32(keys.length);
    // By index, here and elsewhere: a program may have replaced the iterator of arrays.
    for (let i = 0; i < keys.length; i++) this.property(value, keys[i] as string | symbol);
    if (!isExtensible(value)) {
      out.byte(TAG.sealed);
      out.byte((isSealed(value) ? 1 : 0) + (isFrozen(value) ? 2 : 0));
    }
  }

  /** Key, attributes and value of one own property. */
  property(owner: object, key: string | symbol): void {
    const { out } = this;
    const descriptor = getOwnPropertyDescriptor(owner, key);
    if (descriptor === undefined || !("value" in descriptor))
      throw new Unkeyable(`holds an accessor, \`${String(key)}\``);
    if (typeof key === "string") out.text(key);
    else this.#symbol(key);
    out.byte((descriptor.enumerable ? 1 : 0) + (descriptor.writable ? 2 : 0) + (descriptor.configurable ? 4 : 0));
    this.write(descriptor.value);
  }

  /** An object that others have for their prototype. */
  prototype(value: object): void {
    this.#reference(value, this.#prototype);
  }

  #array(value: unknown[]): void {
    if (getPrototypeOf(value) !== Array.prototype) throw new Unkeyable("holds an array of a class of its own");
    const { out } = this;
    out.byte(TAG.array);
    out.uint32(value.length);
    const keys = ownKeys(value);
    // Index keys come first, in order, then `length`, then what else was put on the array.
    const isDense = keys[value.length] === "length";
    const extras = isDense ? value.length + 1 : keys.indexOf("length") + 1;
    if (value.length <= CLOSE_LOOK) checkElements(value, keys);
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      if (item === undefined && !isDense && !hasOwn(value, i)) out.byte(TAG.hole);
      else this.write(item);
    }
    if (extras < keys.length || !isExtensible(value)) {
      out.byte(TAG.extras);
      this.#properties(value, keys.slice(extras));
    }
  }

  #map(value: Map<unknown, unknown>): void {
    this.#noExtras(value, 0);
    this.out.byte(TAG.map);
    this.out.uint32(apply(mapSize, value, []) as number);
    const visit = (item: unknown, key: unknown) => {
      this.write(key);
      this.write(item);
    };
    apply(mapForEach, value, [visit]);
  }

  #set(value: Set<unknown>): void {
    this.#noExtras(value, 0);
    this.out.byte(TAG.set);
    this.out.uint32(apply(setSize, value, []) as number);
    apply(setForEach, value, [(item: unknown) => this.write(item)]);
  }

  #date(value: Date): void {
    this.#noExtras(value, 0);
    this.sawDate = true;
    this.out.byte(TAG.date);
    this.out.float64(apply(getTime, value, []));
  }

  #regexp(value: RegExp): void {
    this.#noExtras(value, 1);
    if (!getOwnPropertyDescriptor(value, "lastIndex")?.writable)
      throw new Unkeyable("holds a RegExp that is read-only");
    this.out.byte(TAG.regexp);
    this.out.text(apply(regexpSource, value, []) as string);
    this.out.text(apply(regexpFlags, value, []) as string);
    this.write(value.lastIndex);
  }

  #view(value: ArrayBufferView): void {
    const { out } = this;
    const isBuffer = Buffer.isBuffer(value);
    const kind = viewKind(value);
    const expected = isBuffer
      ? Buffer.prototype
      : (globalThis as unknown as Record<string, { prototype: object }>)[kind]?.prototype;
    if (getPrototypeOf(value) !== expected) throw new Unkeyable("holds a typed array of a class of its own");
    if (hasNames(value) || !isExtensible(value)) {
      throw new Unkeyable("holds a typed array with properties of its own");
    }
    const { buffer } = value;
    if (types.isSharedArrayBuffer(buffer)) throw new Unkeyable("holds shared memory");
    checkSize(buffer);
    const others = this.#places.get(buffer) ?? [];
    const start = value.byteOffset;
    const place = { index: this.seen.get(value) as number, start, end: start + value.byteLength };
    this.views.push(value);
    this.#places.set(buffer, others);
    out.byte(TAG.view);
    out.text(isBuffer ? "Buffer" : kind);
    // Where in its memory a Buffer lies is chance (small ones are cut from a pool), unless the code looks at it.
    if (isBuffer && !this.#seesBuffers && !this.seen.has(buffer)) {
      out.byte(0);
      out.bytes(new Uint8Array(buffer, start, value.byteLength));
      this.#overlaps(place, others);
      others.push(place);
      return;
    }
    others.push(place);
    out.byte(1);
    out.uint32(start);
    out.uint32(value.byteLength);
    this.#reference(buffer, this.#object);
  }

  /** How a Buffer lies to those that share bytes with it: writing through one shows in the other. */
  #overlaps({ start, end }: Place, others: readonly Place[]): void {
    this.#nodesLeft -= others.length >> 5;
    for (let i = 0; i < others.length; i++) {
      const other = others[i] as Place;
      if (start < other.end && other.start < end) this.#offset(other.index, start - other.start);
    }
    this.out.byte(TAG.end);
  }

  #offset(index: number, offset: number): void {
    this.out.byte(TAG.seen);
    this.out.uint32(index);
    this.out.float64(offset);
  }

  #arrayBuffer(value: ArrayBuffer): void {
    this.#noExtras(value, 0);
    checkSize(value);
    this.out.byte(TAG.arrayBuffer);
    this.out.bytes(new Uint8Array(value));
    // Buffers that came before it were written without their place.
    const places = this.#places.get(value) ?? [];
    for (let i = 0; i < places.length; i++) this.#offset((places[i] as Place).index, (places[i] as Place).start);
    this.out.byte(TAG.end);
  }

  #noExtras(value: object, expected: number): void {
    if (ownKeys(value).length !== expected || !isExtensible(value)) {
      throw new Unkeyable(`holds ${describe(value)} with properties of its own`);
    }
  }
}

function checkSize(buffer: ArrayBuffer): void {
  if ((buffer as { resizable?: boolean }).resizable) throw new Unkeyable("holds a buffer that can be resized");
}

/** Elements that are more than values. Of an array that cannot grow, all are alike: sealed, frozen, or neither. */
function checkElements(array: unknown[], keys: readonly PropertyKey[]): void {
  const writable = !isFrozen(array) || isExtensible(array);
  const configurable = !isSealed(array) || isExtensible(array);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as PropertyKey;
    const descriptor = getOwnPropertyDescriptor(array, key);
    if (!descriptor || !("value" in descriptor)) throw new Unkeyable(`holds an accessor, \`${String(key)}\``);
    const isLength = key === "length";
    if (descriptor.writable !== writable) {
      throw new Unkeyable(`holds an array whose \`${String(key)}\` is ${writable ? "read-only" : "not"}`);
    }
    if (isLength) return;
    if (!descriptor.enumerable || descriptor.configurable !== configurable) {
      throw new Unkeyable(`holds an array whose \`${String(key)}\` has special attributes`);
    }
  }
}
