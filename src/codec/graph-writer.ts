/** Takes a result apart, as far as it can be put together again; refuses what would not be the same. */

import { types } from "node:util";
import { areHolesEmpty, type Elements, elementAt, elementsOf, isLookedAtClosely } from "../value/array-elements.ts";
import { hasHoles } from "../value/number-block.ts";
import { RecordKinds } from "../value/object-shapes.ts";
import { ownNames } from "../value/own-keys.ts";
import {
  bufferOf,
  describe,
  eachEntry,
  eachItem,
  flagsOf,
  hasNames,
  hasSlots,
  isDetached,
  lengthOf,
  maxSizeOf,
  mayBeTrace,
  rangeOf,
  sizeOf,
  sourceOf,
  timeOf,
  viewKind,
} from "../value/slots.ts";
import { WELL_KNOWN } from "../value/well-known.ts";
import { type Around, functionsOf, prototypeOf, seenIndex } from "./external-refs.ts";
import {
  CLASSES,
  FLAG,
  type Graph,
  INTEGRITY,
  type Item,
  KEPT,
  KIND,
  type Link,
  type Node,
  type Outer,
  PLAIN_FLAGS,
  type Pointer,
  type Shape,
} from "./graph.ts";
import { isNodes, note, overlaps, POOL, type Views, viewsAround } from "./plain-data.ts";

/** Thrown inside of this file only. */
class Refusal {
  readonly refused: string;
  constructor(refused: string) {
    this.refused = `result ${refused}`;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const NOTHING: Item[] = [];
const SHARED = "shares an object with an argument, `this` or captured state";

const { getPrototypeOf, getOwnPropertyDescriptor, isExtensible, isFrozen, isSealed, hasOwn } = Object;
const { ownKeys, apply } = Reflect;
const { set: setNumbers } = Float64Array.prototype;
const { isArray } = Array;
const { keyFor } = Symbol;
const UNBOX = [String, Number, Boolean, BigInt, Symbol].map(({ prototype }) => prototype.valueOf) as (() => Item)[];

/** Built-in prototypes by identity. */
const BUILT_IN = new Map<object, string>([...CLASSES].map(([name, { prototype }]) => [prototype as object, name]));

/** A result as a table, or why not. */
export function writeGraph(root: unknown, around: Around): Graph | { readonly refused: string } {
  try {
    return new Writer(around).write(root);
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.refused };
    throw error;
  }
}

class Writer {
  readonly #around: Around;
  readonly #outer: Outer[] = [];
  readonly #outerIndex = new Map<object | symbol, number>();
  readonly #shapes: Shape[] = [];
  readonly #shapeIndex = new Map<string, number>();
  readonly #objects: object[] = [];
  readonly #index = new Map<object, number>();
  readonly #chains = new Map<object, readonly Link[]>();
  /** Functions of the code in the key by themselves, and by the prototypes of their instances. */
  readonly #functions = new Map<object, Extract<Outer, readonly ["function", ...unknown[]]>>();
  readonly #prototypes = new Map<object, { readonly owner: object; readonly isPrivate: boolean }>();
  readonly #others: Views;
  readonly #pieces: Views = new Map();
  readonly #hasTemplates: boolean;
  readonly #kinds = new RecordKinds<number>();
  #numbers = new Float64Array(16);
  #numbersLength = 0;
  #arrayShape = -1;

  constructor(around: Around) {
    this.#around = around;
    this.#others = viewsAround(around);
    this.#hasTemplates = around.after.reaches.some(({ traits }) => traits.has("template"));
    let index = 0;
    for (const { value, unit } of functionsOf(around.after)) {
      const named = ["function", index++, unit.unit.code] as const;
      if (this.#functions.has(value)) continue;
      this.#functions.set(value, named);
      const prototype = prototypeOf(value);
      const isPrivate = unit.unit.traits.includes("private");
      if (prototype !== null) this.#prototypes.set(prototype, { owner: value, isPrivate });
    }
  }

  write(root: unknown): Graph {
    const nodes: Node[] = [];
    const item = this.#item(root);
    for (let i = 0; i < this.#objects.length; i++) nodes.push(this.#node(this.#objects[i] as object));
    for (const buffer of this.#pieces.keys()) {
      if (this.#index.has(buffer)) throw new Refusal("holds a piece of Node's pool, and the pool");
    }
    const numbers = this.#numbers.slice(0, this.#numbersLength);
    return { root: item, outer: this.#outer, shapes: this.#shapes, nodes, numbers };
  }

  #item(value: unknown): Item {
    switch (typeof value) {
      case "symbol":
        return this.#symbol(value);
      case "function":
        return this.#function(value);
      case "object":
        return value === null ? null : this.#object(value);
      default:
        return value as Item;
    }
  }

  #symbol(value: symbol): Pointer {
    const key = keyFor(value);
    if (key !== undefined) return this.#point(value, ["registered symbol", key]);
    const name = WELL_KNOWN.get(value);
    if (name !== undefined) return this.#point(value, ["well-known symbol", name]);
    const seen = this.#seen(value);
    if (seen === null) throw new Refusal("holds a symbol that is made at each call, or that dumbo does not know");
    return seen;
  }

  #function(value: object): Pointer {
    const named = this.#functions.get(value);
    if (named !== undefined) return this.#point(value, named);
    const seen = this.#seen(value);
    if (seen === null) throw new Refusal("holds a function that is made at each call, or that dumbo does not know");
    return seen;
  }

  #object(value: object): Pointer {
    const known = this.#index.get(value);
    if (known !== undefined) return [known];
    const seen = this.#seen(value);
    if (seen !== null) return seen;
    if (isNodes(value)) throw new Refusal("holds an object of Node's own");
    this.#index.set(value, this.#objects.push(value) - 1);
    return [this.#objects.length - 1];
  }

  /** What arguments, `this` or captured state hold, too, is not copied. */
  #seen(value: object | symbol): Pointer | null {
    const index = seenIndex(value, this.#around);
    if (index === "moved") throw new Refusal(SHARED);
    return index === null ? null : this.#point(value, ["seen", index]);
  }

  #point(value: object | symbol, outer: Outer): Pointer {
    return [-1 - this.#outerAt(value, outer)];
  }

  #outerAt(value: object | symbol, outer: Outer): number {
    let index = this.#outerIndex.get(value);
    if (index === undefined) {
      index = this.#outer.push(outer) - 1;
      this.#outerIndex.set(value, index);
    }
    return index;
  }

  #node(value: object): Node {
    const kind = this.#kinds.of(value);
    if (kind !== undefined) return [KIND.object, kind.found, this.#items(value as Fields, kind.names)];
    if (types.isProxy(value)) throw new Refusal("holds a Proxy");
    if (isArray(value)) return this.#array(value);
    if (types.isMap(value)) {
      const entries: Item[] = [];
      eachEntry(value, (item, key) => entries.push(this.#item(key), this.#item(item)));
      return [KIND.map, ...this.#own(value), entries];
    }
    if (types.isSet(value)) {
      const items: Item[] = [];
      eachItem(value, (item) => items.push(this.#item(item)));
      return [KIND.set, ...this.#own(value), items];
    }
    if (types.isDate(value)) return [KIND.date, ...this.#own(value), timeOf(value)];
    if (types.isRegExp(value)) return this.#regexp(value);
    if (types.isNativeError(value)) return this.#error(value);
    if (types.isBoxedPrimitive(value)) return this.#boxed(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (types.isAnyArrayBuffer(value)) return this.#buffer(value);
    if (hasSlots(value)) throw new Refusal(`holds ${describe(value)}`);
    return this.#record(value);
  }

  /** An object that may be the first of many. */
  #record(value: object): Node {
    const keys = ownNames(value);
    const [index, values] = this.#own(value, keys);
    const { flags, integrity } = this.#shapes[index] as Shape;
    const isFree = integrity === INTEGRITY.open && flags.every((flag) => flag === PLAIN_FLAGS);
    if (isFree) this.#kinds.add(value, keys, index);
    return [KIND.object, index, values];
  }

  #items(value: Fields, names: readonly string[]): Item[] {
    const items: Item[] = [];
    for (let i = 0; i < names.length; i++) items.push(this.#item(value[names[i] as string]));
    return items;
  }

  #array(value: unknown[]): Node {
    const elements = elementsOf(value);
    if (elements !== null && elements.holds !== "values" && value.length > 0) {
      const node = this.#numbersOf(value as number[], elements);
      if (node !== null) return node;
    }
    if (elements?.holds === "values" && !elements.isHoley) {
      return [KIND.array, ...this.#ownArray(value), value.length, false, this.#values(value), KEPT.packed];
    }
    return this.#otherArray(value, elements);
  }

  /** Null if there are holes. */
  #numbersOf(value: number[], { holds, isHoley }: Elements): Node | null {
    if (isHoley && !areHolesEmpty()) return null;
    const { length } = value;
    const from = this.#numbersLength;
    if (from + length > this.#numbers.length) {
      const larger = new Float64Array(2 * (from + length));
      apply(setNumbers, larger, [this.#numbers]);
      this.#numbers = larger;
    }
    apply(setNumbers, this.#numbers, [value, from]);
    if (isHoley && hasHoles(value, this.#numbers.subarray(from, from + length))) return null;
    this.#numbersLength += length;
    return [KIND.numbers, ...this.#ownArray(value), from, length, holds === "integers", isHoley];
  }

  /** {@link #own} of an ordinary array, which has nothing but its elements. */
  #ownArray(value: unknown[]): [shape: number, values: Item[]] {
    if (this.#arrayShape < 0) this.#arrayShape = this.#own(value, [])[0];
    return [this.#arrayShape, NOTHING];
  }

  #otherArray(value: unknown[], kept: Elements | null): Node {
    const keys = ownKeys(value);
    const isLengthFixed = !getOwnPropertyDescriptor(value, "length")?.writable;
    // Index keys come first, in order, then `length`, then what else was put on the array.
    const extras = keys.slice(keys.indexOf("length") + 1);
    const isDense = keys[value.length] === "length" && isUniform(value, keys.length - extras.length - 1);
    const elements = isDense ? this.#elements(value) : null;
    if (this.#hasTemplates && elements?.every((item) => !isArray(item)) && isFrozen(value)) {
      throw new Refusal("holds a frozen array that may be the texts of a template, which are the same at each call");
    }
    const named = isDense ? extras : keys.filter((key) => key !== "length");
    return [
      KIND.array,
      ...this.#own(value, named),
      value.length,
      isLengthFixed,
      elements,
      kept?.isHoley ? KEPT.holey : KEPT.byContent,
    ];
  }

  /** Of an array of any kind without holes. */
  #elements(value: readonly unknown[]): Item[] {
    const items: Item[] = [];
    for (let i = 0; i < value.length; i++) items.push(this.#item(elementAt(value, i)));
    return items;
  }

  /** Of a packed array of values only. */
  #values(value: readonly unknown[]): Item[] {
    const items: Item[] = [];
    for (let i = 0; i < value.length; i++) items.push(this.#item(value[i]));
    return items;
  }

  #regexp(value: RegExp): Node {
    const named = ownKeys(value).filter((key) => key !== "lastIndex");
    const { value: lastIndex, writable } = getOwnPropertyDescriptor(value, "lastIndex") as PropertyDescriptor;
    return [KIND.regexp, ...this.#own(value, named), sourceOf(value), flagsOf(value), this.#item(lastIndex), !writable];
  }

  /** A trace tells from where the function was called, which differs from call to call. */
  #error(value: Error): Node {
    if (hasOwn(value, "stack")) {
      const isTrace =
        mayBeTrace(value, "stack") || !hasOwn(getOwnPropertyDescriptor(value, "stack") as object, "value");
      if (isTrace) throw new Refusal("holds an Error, whose stack trace tells where the call came from");
    }
    return [KIND.error, ...this.#own(value)];
  }

  #boxed(value: object): Node {
    const primitive = unboxed(value);
    let named = ownKeys(value);
    // Characters come first, in order, then `length`.
    if (typeof primitive === "string") named = [...named.slice(primitive.length)].filter((key) => key !== "length");
    return [KIND.boxed, ...this.#own(value, named), this.#item(primitive)];
  }

  #buffer(value: ArrayBufferLike): Node {
    if (!types.isArrayBuffer(value)) throw new Refusal("holds shared memory");
    if (this.#others.has(value)) throw new Refusal(SHARED);
    if (isDetached(value)) throw new Refusal("holds memory that was given away");
    return [KIND.buffer, ...this.#own(value), new Uint8Array(value), maxSizeOf(value)];
  }

  #view(value: ArrayBufferView): Node {
    const buffer = bufferOf(value);
    if (!types.isArrayBuffer(buffer)) throw new Refusal("holds shared memory");
    // Nothing tells whether such a view grows with its memory.
    if (maxSizeOf(buffer) !== null) throw new Refusal("holds a view of a buffer that can be resized");
    const kind = viewKind(value);
    const length = lengthOf(value);
    const chain = this.#chain(getPrototypeOf(value));
    // Elements come first. Only of a view of a built-in class it can be told soon that there is nothing else.
    const hasNone = chain.length === 1 && typeof chain[0] === "string" && !hasNames(value);
    const named = hasNone ? [] : ownKeys(value).slice(kind === "DataView" ? 0 : length);
    const { start, end } = rangeOf(value);
    const mayBePool = sizeOf(buffer) === POOL && end - start < POOL && !this.#around.after.seen.has(buffer);
    if (!mayBePool) return [KIND.view, ...this.#own(value, named), kind, this.#object(buffer), start, length];
    // Which part of Node's pool a Buffer is cut from is chance: one with memory of its own is as good.
    if (chain.at(-1) !== "Buffer") throw new Refusal("holds a view that may be of Node's pool");
    if (overlaps(value, this.#others)) throw new Refusal(SHARED);
    if (overlaps(value, this.#pieces)) throw new Refusal("holds two Buffers over the same piece of Node's pool");
    note(value, this.#pieces);
    return [KIND.piece, ...this.#own(value, named), new Uint8Array(buffer, start, end - start)];
  }

  /** Shape and values of an object's own properties. */
  #own(value: object, keys: readonly (string | symbol)[] = ownNames(value)): [shape: number, values: Item[]] {
    const chain = this.#chain(getPrototypeOf(value));
    const integrity = integrityOf(value);
    const names: (string | Pointer)[] = [];
    const flags: number[] = [];
    const values: Item[] = [];
    let id = `${integrity} ${chain.join()}`;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string | symbol;
      const name = typeof key === "string" ? key : this.#symbol(key);
      const flag = this.#property(value, key, values);
      names.push(name);
      flags.push(flag);
      id += typeof name === "string" ? ` ${flag} ${name.length} ${name}` : ` ${flag} @${name[0]}`;
    }
    let index = this.#shapeIndex.get(id);
    if (index === undefined) {
      index = this.#shapes.push({ chain, keys: names, flags, integrity }) - 1;
      this.#shapeIndex.set(id, index);
    }
    return [index, values];
  }

  #property(owner: object, key: string | symbol, values: Item[]): number {
    // `Error.captureStackTrace` puts a trace on any object.
    if (mayBeTrace(owner, key)) {
      throw new Refusal("holds what may be a stack trace, which tells where the call came from");
    }
    const descriptor = getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
    const flags =
      (descriptor.enumerable ? FLAG.enumerable : 0) +
      (descriptor.writable ? FLAG.writable : 0) +
      (descriptor.configurable ? FLAG.configurable : 0);
    if ("value" in descriptor) {
      values.push(this.#item(descriptor.value));
      return flags;
    }
    for (const accessor of [descriptor.get, descriptor.set]) {
      if (accessor && !this.#functions.has(accessor) && seenIndex(accessor, this.#around) === null) {
        throw new Refusal(`holds an accessor, \`${String(key)}\`, that is made at each call`);
      }
      values.push(this.#item(accessor));
    }
    return flags + FLAG.accessor;
  }

  #chain(prototype: object | null): readonly Link[] {
    if (prototype === null) return [];
    const known = this.#chains.get(prototype);
    if (known) return known;
    const chain: Link[] = [];
    for (let at: object | null = prototype; at !== null; at = getPrototypeOf(at)) {
      const name = BUILT_IN.get(at);
      chain.push(name ?? this.#link(at));
      // What built-in prototypes inherit is the engine's own.
      if (name !== undefined) break;
    }
    this.#chains.set(prototype, chain);
    return chain;
  }

  #link(prototype: object): number {
    const known = this.#prototypes.get(prototype);
    if (known?.isPrivate) throw new Refusal("holds an instance of a class with private members");
    if (known) return this.#outerAt(known.owner, this.#functions.get(known.owner) as Outer);
    // Of an outer function, the reader takes the prototype of its instances.
    const index = typeof prototype === "function" ? null : seenIndex(prototype, this.#around);
    if (index === "moved") throw new Refusal(SHARED);
    if (index === null) throw new Refusal("holds an instance of a class that dumbo does not know");
    return this.#outerAt(prototype, ["seen", index]);
  }
}

/** Whether all elements are values with the attributes that go with the array: any, or those of a sealed or frozen one. */
function isUniform(array: unknown[], count: number): boolean {
  if (count === array.length && elementsOf(array)?.isHoley === false) return true;
  const integrity = integrityOf(array);
  if (integrity < INTEGRITY.sealed && !isLookedAtClosely(count)) return true;
  for (let i = 0; i < count; i++) {
    const descriptor = getOwnPropertyDescriptor(array, i);
    if (!descriptor || !("value" in descriptor) || !descriptor.enumerable) return false;
    if (descriptor.writable !== integrity < INTEGRITY.frozen) return false;
    if (descriptor.configurable !== integrity < INTEGRITY.sealed) return false;
  }
  return true;
}

function integrityOf(value: object): number {
  if (isExtensible(value)) return INTEGRITY.open;
  // Elements of a view cannot be sealed, whatever V8 says of them.
  if (ArrayBuffer.isView(value)) return INTEGRITY.fixed;
  // V8 takes an empty array for frozen though its length can be written to.
  if (isFrozen(value) && !(isArray(value) && getOwnPropertyDescriptor(value, "length")?.writable)) {
    return INTEGRITY.frozen;
  }
  return isSealed(value) ? INTEGRITY.sealed : INTEGRITY.fixed;
}

/** The primitive in an object, by its slot. */
function unboxed(value: object): unknown {
  for (const unbox of UNBOX) {
    try {
      return apply(unbox, value, []);
    } catch {
      // Another type.
    }
  }
  throw new Refusal(`holds ${describe(value)}`);
}
