/**
 * Values to bytes: one structural walk, type-tagged, that gives equal bytes for values that no program can tell apart
 * and different bytes for all others. What it cannot see through it refuses; it never guesses.
 *
 * Nothing of the program runs during the walk: accessors are refused, not called, and so are proxies.
 */

import { types } from "node:util";
import { environment } from "./environment.ts";
import { Identities, type Reached } from "./identities.ts";
import type { KeyWriter } from "./key-writer.ts";
import type { Trait } from "./manifest.ts";
import { ownNames } from "./own-names.ts";
import type { Reach } from "./reach.ts";
import { CLOSE_LOOK, describe, getterOf, hasSlots, isOrdinary, mayBeTrace } from "./slots.ts";
import { TooLarge, Unkeyable } from "./unkeyable.ts";
import { MemoryWalk } from "./value-memory.ts";
import { TAG } from "./value-tags.ts";

export { TooLarge, Unkeyable };

/** What the walk asks about functions and classes, which only the registry of loaded code knows. */
export interface CodeBook {
  /** Writes the identity of a function: its code, what it reaches and the state it reads. */
  writeFunction(fn: object, walk: ValueWalk): void;
  /** Writes the identity of the class behind a prototype. */
  writePrototype(prototype: object, walk: ValueWalk): void;
}

/** Stands where a text would have its length, which is never as large. */
const NO_TEXT = 0xffffffff;

/** Symbols of the language by their names. */
export const WELL_KNOWN: ReadonlyMap<symbol, string> = new Map<symbol, string>(
  Reflect.ownKeys(Symbol).flatMap((key) => {
    const value = (Symbol as unknown as Record<PropertyKey, unknown>)[key];
    return typeof value === "symbol" ? [[value, String(key)] as const] : [];
  }),
);

// Captured before the program can replace them.
const { getPrototypeOf, getOwnPropertyDescriptor, isExtensible, isFrozen, isSealed, hasOwn } = Object;
const { apply } = Reflect;
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
const symbolDescription = getterOf(Symbol.prototype, "description");
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
  /** Every object and unique symbol met, with its number: equal keys number them alike. */
  readonly seen = new Map<object | symbol, number>();
  /** The code met, in the order in which it was written. */
  readonly reaches: Reach[] = [];
  /** Hashes of long texts: a text cannot change, so a second walk does not read it again. */
  readonly texts: Map<string, string>;
  /** A Date was met: its reading depends on the time zone. */
  sawDate = false;
  /** Made when a function is met as a value: most keys have none. */
  #identities: Identities | null = null;
  /** What the code of all functions that were met says about its surroundings. */
  readonly traits = new Set<Trait>();
  readonly out: KeyWriter;
  readonly #book: CodeBook;
  readonly #seesBuffers: boolean;
  /** Made when memory is met. */
  #memory: MemoryWalk | null = null;
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

  /** Every view met, whose memory a result must not share. */
  get views(): readonly ArrayBufferView[] {
    return this.#memory?.views ?? [];
  }

  get #memories(): MemoryWalk {
    this.#memory ??= new MemoryWalk(this.#seesBuffers);
    return this.#memory;
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

  /** Writes which function or class this is among those met. @param functions what it can reach */
  identity(fn: object, functions: readonly Reached[]): void {
    this.#identities ??= new Identities(this.out);
    this.#identities.add(fn, functions);
  }

  /** Ends the walk. @param functions what the call itself can reach */
  finish(functions: readonly Reached[]): void {
    this.#identities?.finish(functions);
  }

  #symbol(value: symbol): void {
    const { out } = this;
    const name = keyFor(value) ?? WELL_KNOWN.get(value);
    if (name === undefined) return this.#reference(value, this.#uniqueSymbol);
    out.byte(TAG.symbol);
    out.byte(WELL_KNOWN.has(value) ? 0 : 1);
    out.text(name);
  }

  /** All that a program can do with it is to compare it: with those that the code reads, which are in the key, too. */
  #uniqueSymbol(value: symbol): void {
    const description = apply(symbolDescription, value, []) as string | undefined;
    this.out.byte(TAG.symbol);
    this.out.byte(description === undefined ? 2 : 3);
    this.out.text(description ?? "");
  }

  #reference<T extends object | symbol>(value: T, write: (this: ValueWalk, value: T) => void): void {
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
        if (!types.isArrayBuffer(value)) break;
        this.#noExtras(value, 0);
        return this.#memories.buffer(value, this);
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
    const keys = ownNames(value);
    if (!isOrdinary(value, keys)) throw new Unkeyable(`holds ${describe(value)}`);
    this.out.byte(TAG.object);
    this.#properties(value, keys);
  }

  #nullObject(value: object): void {
    const keys = ownNames(value);
    if (!isOrdinary(value, keys)) throw new Unkeyable(`holds ${describe(value)}`);
    this.out.byte(TAG.nullObject);
    this.#properties(value, keys);
  }

  #namespace(value: object): void {
    this.out.byte(TAG.namespace);
    const keys = ownNames(value);
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
    if (value === environment) {
      this.out.byte(TAG.namespace);
      this.out.text("process.env");
      return this.#properties(value, ownNames(value));
    }
    if (hasSlots(value)) throw new Unkeyable(`holds ${describe(value)}`);
    this.out.byte(TAG.instance);
    this.#reference(prototype, this.#prototype);
    this.#properties(value, ownNames(value));
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
    if (mayBeTrace(owner, key)) throw new Unkeyable("holds what may be a stack trace");
    const descriptor = getOwnPropertyDescriptor(owner, key);
    if (descriptor === undefined || !("value" in descriptor))
      throw new Unkeyable(`holds an accessor, \`${String(key)}\``);
    if (typeof key === "string") {
      out.text(key);
    } else {
      out.uint32(NO_TEXT);
      this.#symbol(key);
    }
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
    const keys = ownNames(value);
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
    this.#nodesLeft -= this.#memories.view(value, this) >> 5;
  }

  #noExtras(value: object, expected: number): void {
    if (ownNames(value).length !== expected || !isExtensible(value)) {
      throw new Unkeyable(`holds ${describe(value)} with properties of its own`);
    }
  }
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
