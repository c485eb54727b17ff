/** Takes a result apart, as far as it can be put together again; refuses what would not be the same. */

import { types } from "node:util";
import { type Reason, type Step, type ValueCause, within } from "../reason/reason.ts";
import { areHolesEmpty, type Elements, elementAt, elementsOf, isLookedAtClosely } from "../value/array-elements.ts";
import { INTEGRITY, integrityOf } from "../value/integrity.ts";
import { hasHoles } from "../value/number-block.ts";
import { RecordKinds } from "../value/object-shapes.ts";
import { ownNames } from "../value/own-keys.ts";
import { FLAG, flagsOfProperty, PLAIN_FLAGS } from "../value/property-flags.ts";
import { prototypeOf } from "../value/prototype-of.ts";
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
import { step } from "../value/time-limit.ts";
import { weakGet, weakHas } from "../value/weak-collections.ts";
import { ProgramMap, ProgramSet, WELL_KNOWN } from "../value/well-known.ts";
import { type Around, functionsOf, seenIndex } from "./external-refs.ts";
import {
  CLASSES,
  type Graph,
  HEAD,
  HEAD_BITS,
  type Item,
  KIND,
  type Link,
  type Other,
  type Outer,
  type Pointer,
  type Shape,
  TAG,
  TAG_BITS,
} from "./graph.ts";
import { isNodes, isNodesByItself, note, overlaps, POOL, type Views, viewsAround } from "./plain-data.ts";
import { Numbers, Words } from "./word-block.ts";

/** Thrown inside of this file only. */
class Refusal {
  readonly cause: ValueCause;
  constructor(cause: ValueCause) {
    this.cause = cause;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const UNDEFINED = constant(0);
const NULL = constant(1);
const TRUE = constant(2);
const FALSE = constant(3);
/** Integers above stand among the numbers, as they do not fit beside a tag. */
const LARGE = 2 ** (31 - TAG_BITS);
/** Numbers in heads are below. */
const MOST = 2 ** (31 - HEAD_BITS);
const SHARED = { kind: "shares-object" } as const;

const { getPrototypeOf, getOwnPropertyDescriptor, isExtensible, isFrozen, hasOwn } = Object;
const { ownKeys, apply } = Reflect;
const { isArray } = Array;
const { is } = Object;
const { keyFor } = Symbol;
const UNBOX = [String, Number, Boolean, BigInt, Symbol].map(({ prototype }) => prototype.valueOf) as (() => Item)[];

/** Built-in prototypes by identity. */
const BUILT_IN = new Map<object, string>([...CLASSES].map(([name, { prototype }]) => [prototype as object, name]));

/** What a node takes of the time for a record, in steps. */
const NODE = 4;

/**
 * A result as a table, or why not.
 * @param subject what it is called in a reason
 * @throws TooLarge when the time is up
 */
export function writeGraph(
  root: unknown,
  around: Around,
  subject: Step = { step: "result" },
): Graph | { readonly refused: Reason } {
  try {
    return new Writer(around).write(root);
  } catch (error) {
    if (error instanceof Refusal) return { refused: within(subject, error.cause) };
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
  readonly #foreign: Views;
  readonly #pieces: Views = new Map();
  readonly #hasTemplates: boolean;
  readonly #kinds = new RecordKinds<number>();
  readonly #words = new Words();
  readonly #singles = new Numbers();
  readonly #numbers = new Numbers();
  readonly #integers = new Words();
  readonly #texts: string[] = [];
  readonly #bigints: bigint[] = [];
  readonly #others: Other[] = [];
  readonly #places: number[] = [];
  readonly #weak: Graph["weak"][number][] = [];
  /** The node that is being written. */
  #at = 0;
  /** Whether arguments, `this` or captured state hold anything that the result could hold, too. */
  readonly #mayShare: boolean;

  constructor(around: Around) {
    this.#around = around;
    this.#foreign = viewsAround(around);
    this.#mayShare = around.after.seen.size > 0 || around.before.seen.size > 0;
    this.#hasTemplates = around.after.reaches.some(({ traits }) => traits.has("template"));
    let index = 0;
    for (const { value, unit } of functionsOf(around.after)) {
      const named = ["function", index++, unit.definition.code] as const;
      if (this.#functions.has(value)) continue;
      this.#functions.set(value, named);
      const prototype = prototypeOf(value);
      const isPrivate = unit.definition.traits.includes("private");
      if (prototype !== null) this.#prototypes.set(prototype, { owner: value, isPrivate });
    }
  }

  write(root: unknown): Graph {
    const item = this.#item(root);
    for (; this.#at < this.#objects.length; this.#at++) {
      step(NODE);
      const object = this.#objects[this.#at] as object;
      this.#node(object);
      if (this.#around.after.weak.length > 0) this.#weakEntries(object);
    }
    for (const buffer of this.#pieces.keys()) {
      if (this.#index.has(buffer)) throw new Refusal({ kind: "pooled-memory", as: "piece-and-pool" });
    }
    return {
      root: item,
      count: this.#objects.length,
      outer: this.#outer,
      shapes: this.#shapes,
      texts: this.#texts,
      bigints: this.#bigints,
      others: this.#others,
      places: this.#places,
      weak: this.#weak,
      words: this.#words.filled,
      singles: this.#singles.from(0),
      numbers: this.#numbers.from(0),
      integers: this.#integers.filled,
    };
  }

  /** A value as a word. */
  #word(value: unknown): number {
    switch (typeof value) {
      case "number":
        return this.#numberWord(value);
      case "string":
        return tagged(TAG.text, this.#texts.push(value) - 1);
      case "object":
        return value === null ? NULL : this.#pointerWord(this.#indexOf(value));
      case "boolean":
        return value ? TRUE : FALSE;
      case "undefined":
        return UNDEFINED;
      case "bigint":
        return tagged(TAG.bigint, this.#bigints.push(value) - 1);
      case "symbol":
        return this.#pointerWord(this.#symbol(value)[0]);
      default:
        return this.#pointerWord(this.#function(value as object)[0]);
    }
  }

  #numberWord(value: number): number {
    const isInteger = (value | 0) === value && !is(value, -0);
    if (isInteger && value < LARGE && value >= -LARGE) return value << TAG_BITS;
    this.#singles.push(value);
    return tagged(isInteger ? TAG.largeInteger : TAG.number, this.#singles.length - 1);
  }

  #pointerWord(index: number): number {
    return index < 0 ? tagged(TAG.outer, -1 - index) : tagged(TAG.node, index);
  }

  #head(kind: (typeof HEAD)[keyof typeof HEAD], payload: number): void {
    if (payload >= MOST) throw new Refusal({ kind: "large-result" });
    this.#words.push((payload << HEAD_BITS) | kind);
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
    if (seen === null) throw new Refusal({ kind: "new-symbol" });
    return seen;
  }

  #function(value: object): Pointer {
    const named = this.#functions.get(value);
    if (named !== undefined) return this.#point(value, named);
    const seen = this.#seen(value);
    if (seen === null) throw new Refusal({ kind: "new-function" });
    return seen;
  }

  #object(value: object): Pointer {
    return [this.#indexOf(value)];
  }

  /** The number of a node, or of what stands outside, below 0. */
  #indexOf(value: object): number {
    const known = this.#index.get(value);
    if (known !== undefined) return known;
    const seen = this.#mayShare ? this.#seen(value) : null;
    if (seen !== null) return seen[0];
    if (isNodesByItself(value)) throw new Refusal({ kind: "nodes-object" });
    const index = this.#objects.push(value) - 1;
    this.#index.set(value, index);
    return index;
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

  #node(value: object): void {
    const kind = this.#kinds.of(value);
    if (kind !== undefined) {
      const { names } = kind;
      for (let i = 0; i < names.length; i++) this.#words.push(this.#word((value as Fields)[names[i] as string]));
      this.#head(HEAD.record, kind.found);
      return;
    }
    if (types.isProxy(value)) throw new Refusal({ kind: "proxy" });
    if (isArray(value)) this.#array(value);
    else if (types.isMap(value)) this.#map(value);
    else if (types.isSet(value)) this.#set(value);
    else {
      if (isNodes(value)) throw new Refusal({ kind: "nodes-object" });
      const other = this.#special(value);
      if (other === null) this.#record(value);
      else this.#other(other);
    }
  }

  /** What WeakMaps and WeakSets hold for the node that is being written. */
  #weakEntries(object: object): void {
    for (const collection of this.#around.after.weak) {
      if (!weakHas(collection, object)) continue;
      const known = this.#seen(collection);
      if (known === null) throw new Refusal(SHARED);
      this.#weak.push([known, this.#at, this.#item(weakGet(collection, object))]);
    }
  }

  #other(node: Other): void {
    this.#places.push(this.#at);
    this.#head(HEAD.other, this.#others.push(node) - 1);
  }

  /** Null for an object that is nothing but its properties. */
  #special(value: object): Other | null {
    if (types.isDate(value)) return [KIND.date, ...this.#own(value), timeOf(value)];
    if (types.isRegExp(value)) return this.#regexp(value);
    if (types.isNativeError(value)) return this.#error(value);
    if (types.isBoxedPrimitive(value)) return this.#boxed(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (types.isAnyArrayBuffer(value)) return this.#buffer(value);
    if (hasSlots(value)) throw new Refusal({ kind: "opaque-object", what: describe(value) });
    return null;
  }

  #map(value: Map<unknown, unknown>): void {
    if (isBare(value, ProgramMap.prototype)) {
      let count = 0;
      eachEntry(value, (item, key) => {
        this.#words.push(this.#word(key));
        this.#words.push(this.#word(item));
        count++;
      });
      this.#head(HEAD.map, count);
      return;
    }
    const entries: Item[] = [];
    eachEntry(value, (item, key) => entries.push(this.#item(key), this.#item(item)));
    this.#other([KIND.map, ...this.#own(value), entries]);
  }

  #set(value: Set<unknown>): void {
    if (isBare(value, ProgramSet.prototype)) {
      let count = 0;
      eachItem(value, (item) => {
        this.#words.push(this.#word(item));
        count++;
      });
      this.#head(HEAD.set, count);
      return;
    }
    const items: Item[] = [];
    eachItem(value, (item) => items.push(this.#item(item)));
    this.#other([KIND.set, ...this.#own(value), items]);
  }

  /** An object that may be the first of many. */
  #record(value: object): void {
    const keys = ownNames(value);
    const { shape, values } = this.#properties(value, keys);
    for (let i = 0; i < values.length; i++) this.#words.push(this.#word(values[i]));
    this.#head(HEAD.record, shape);
    const { flags, integrity } = this.#shapes[shape] as Shape;
    const isFree = integrity === INTEGRITY.open && flags.every((flag) => flag === PLAIN_FLAGS);
    if (isFree) this.#kinds.add(value, keys, shape);
  }

  #array(value: unknown[]): void {
    const elements = elementsOf(value);
    if (elements !== null && this.#ordinaryArray(value, elements)) return;
    const other = this.#otherArray(value, elements);
    if (other !== null) this.#other(other);
  }

  /** False if there are holes. */
  #ordinaryArray(value: unknown[], { holds, isHoley }: Elements): boolean {
    if (isHoley) return areHolesEmpty() && this.#holeyArray(value, holds);
    if (holds === "values") {
      this.#values(value);
      this.#head(HEAD.values, value.length);
    } else if (holds === "integers") {
      this.#integers.pushIntegers(value as number[]);
      this.#head(HEAD.integers, value.length);
    } else {
      this.#numbers.pushNumbers(value as number[]);
      this.#head(HEAD.numbers, value.length);
    }
    return true;
  }

  #holeyArray(value: unknown[], holds: Elements["holds"]): boolean {
    const { length } = value;
    if (holds === "values") {
      if (hasEmptyElements(value)) return false;
      this.#holeyValues(value);
      this.#head(HEAD.holeyValues, length);
      return true;
    }
    const from = this.#numbers.length;
    this.#numbers.pushAny(value as number[]);
    const block = this.#numbers.from(from);
    const hasNone = !hasHoles(value, block);
    if (hasNone && holds === "integers") this.#integers.pushBlock(block);
    if (!hasNone || holds === "integers") this.#numbers.length = from;
    if (hasNone) this.#head(holds === "integers" ? HEAD.holeyIntegers : HEAD.holeyNumbers, length);
    return hasNone;
  }

  /** Null for one that stands in the words. */
  #otherArray(value: unknown[], kept: Elements | null): Other | null {
    const keys = ownKeys(value);
    const isLengthFixed = !getOwnPropertyDescriptor(value, "length")?.writable;
    // Index keys come first, in order, then `length`, then what else was put on the array.
    const extras = keys.slice(keys.indexOf("length") + 1);
    const isDense = keys[value.length] === "length" && isUniform(value, keys.length - extras.length - 1);
    const isOrdinary = isDense && extras.length === 0 && !isLengthFixed && kept === null && isExtensible(value);
    if (isOrdinary && getPrototypeOf(value) === Array.prototype) {
      for (let i = 0; i < value.length; i++) this.#words.push(this.#word(elementAt(value, i)));
      this.#head(HEAD.items, value.length);
      return null;
    }
    const elements = isDense ? this.#elements(value) : null;
    if (this.#hasTemplates && elements?.every((item) => !isArray(item)) && isFrozen(value)) {
      throw new Refusal({ kind: "template-texts" });
    }
    const named = isDense ? extras : keys.filter((key) => key !== "length");
    return [KIND.array, ...this.#own(value, named), value.length, isLengthFixed, elements, kept?.isHoley === true];
  }

  /** Of an array of any kind without holes. */
  #elements(value: readonly unknown[]): Item[] {
    const items: Item[] = [];
    for (let i = 0; i < value.length; i++) items.push(this.#item(elementAt(value, i)));
    return items;
  }

  /** Of a packed array of values only. */
  #values(value: readonly unknown[]): void {
    for (let i = 0; i < value.length; i++) this.#words.push(this.#word(value[i]));
  }

  /** Of a holey array of values only, without holes. */
  #holeyValues(value: readonly unknown[]): void {
    for (let i = 0; i < value.length; i++) this.#words.push(this.#word(value[i]));
  }

  #regexp(value: RegExp): Other {
    const named = ownKeys(value).filter((key) => key !== "lastIndex");
    const { value: lastIndex, writable } = getOwnPropertyDescriptor(value, "lastIndex") as PropertyDescriptor;
    return [KIND.regexp, ...this.#own(value, named), sourceOf(value), flagsOf(value), this.#item(lastIndex), !writable];
  }

  /** A trace tells from where the function was called, which differs from call to call. */
  #error(value: Error): Other {
    if (hasOwn(value, "stack")) {
      const isTrace =
        mayBeTrace(value, "stack") || !hasOwn(getOwnPropertyDescriptor(value, "stack") as object, "value");
      if (isTrace) throw new Refusal({ kind: "stack-value", isError: true });
    }
    return [KIND.error, ...this.#own(value)];
  }

  #boxed(value: object): Other {
    const primitive = unboxed(value);
    let named = ownKeys(value);
    // Characters come first, in order, then `length`.
    if (typeof primitive === "string") named = [...named.slice(primitive.length)].filter((key) => key !== "length");
    return [KIND.boxed, ...this.#own(value, named), this.#item(primitive)];
  }

  #buffer(value: ArrayBufferLike): Other {
    if (!types.isArrayBuffer(value)) throw new Refusal({ kind: "shared-memory" });
    if (this.#foreign.has(value)) throw new Refusal(SHARED);
    if (isDetached(value)) throw new Refusal({ kind: "detached-memory" });
    return [KIND.buffer, ...this.#own(value), new Uint8Array(value), maxSizeOf(value)];
  }

  #view(value: ArrayBufferView): Other {
    const buffer = bufferOf(value);
    if (!types.isArrayBuffer(buffer)) throw new Refusal({ kind: "shared-memory" });
    // Nothing tells whether such a view grows with its memory.
    if (maxSizeOf(buffer) !== null) throw new Refusal({ kind: "resizable-memory", isView: true });
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
    if (chain.at(-1) !== "Buffer") throw new Refusal({ kind: "pooled-memory", as: "view" });
    if (overlaps(value, this.#foreign)) throw new Refusal(SHARED);
    if (overlaps(value, this.#pieces)) throw new Refusal({ kind: "pooled-memory", as: "two-buffers" });
    note(value, this.#pieces);
    return [KIND.piece, ...this.#own(value, named), new Uint8Array(buffer, start, end - start)];
  }

  /** Shape and values of an object's own properties, for a node that does not stand in the words. */
  #own(value: object, keys: readonly (string | symbol)[] = ownNames(value)): [shape: number, values: Item[]] {
    const { shape, values } = this.#properties(value, keys);
    const items: Item[] = [];
    for (let i = 0; i < values.length; i++) items.push(this.#item(values[i]));
    return [shape, items];
  }

  /** Shape and values of an object's own properties; of an accessor, its functions. */
  #properties(value: object, keys: readonly (string | symbol)[]): { shape: number; values: unknown[] } {
    const chain = this.#chain(getPrototypeOf(value));
    const integrity = integrityOf(value);
    const names: (string | Pointer)[] = [];
    const flags: number[] = [];
    const values: unknown[] = [];
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
    return { shape: index, values };
  }

  #property(owner: object, key: string | symbol, values: unknown[]): number {
    // `Error.captureStackTrace` puts a trace on any object.
    if (mayBeTrace(owner, key)) {
      throw new Refusal({ kind: "stack-value" });
    }
    const descriptor = getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
    const flags = flagsOfProperty(descriptor);
    if (!(flags & FLAG.accessor)) {
      values.push(descriptor.value);
      return flags;
    }
    for (const accessor of [descriptor.get, descriptor.set]) {
      if (accessor && !this.#functions.has(accessor) && seenIndex(accessor, this.#around) === null) {
        throw new Refusal({ kind: "new-accessor", name: String(key) });
      }
      values.push(accessor);
    }
    return flags;
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
    if (known?.isPrivate) throw new Refusal({ kind: "private-members" });
    if (known) return this.#outerAt(known.owner, this.#functions.get(known.owner) as Outer);
    // Of an outer function, the reader takes the prototype of its instances.
    const index = typeof prototype === "function" ? null : seenIndex(prototype, this.#around);
    if (index === "moved") throw new Refusal(SHARED);
    if (index === null) throw new Refusal({ kind: "unknown-class" });
    return this.#outerAt(prototype, ["seen", index]);
  }
}

function tagged(tag: number, index: number): number {
  return (index << TAG_BITS) | tag;
}

function constant(at: number): number {
  return tagged(TAG.constant, at);
}

/** Whether a Map or a Set is of the built-in class and has no properties, and can have some. */
function isBare(value: object, prototype: object): boolean {
  return getPrototypeOf(value) === prototype && isExtensible(value) && ownNames(value).length === 0;
}

/** Whether an array has holes that are empty. Of a holey array of values only. */
function hasEmptyElements(array: readonly unknown[]): boolean {
  for (let i = 0; i < array.length; i++) if (array[i] === undefined && !hasOwn(array, i)) return true;
  return false;
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

/** The primitive in an object, by its slot. */
function unboxed(value: object): unknown {
  for (const unbox of UNBOX) {
    try {
      return apply(unbox, value, []);
    } catch {
      // Another type.
    }
  }
  throw new Refusal({ kind: "opaque-object", what: describe(value) });
}
