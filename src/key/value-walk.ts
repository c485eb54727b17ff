/**
 * Values to bytes: one structural walk, type-tagged, that gives equal bytes for values that no program can tell apart
 * and different bytes for all others. What it cannot see through it refuses; it never guesses.
 *
 * Nothing of the program runs during the walk: an accessor is the pair of its functions, and proxies are refused.
 */

import { types } from "node:util";
import type { Trait } from "../code/manifest.ts";
import { holds, type Reach } from "../code/reach.ts";
import { areHolesEmpty } from "../value/array-elements.ts";
import { type Kind, RecordKinds } from "../value/object-shapes.ts";
import { ownNames } from "../value/own-keys.ts";
import { environment } from "../value/process-env.ts";
import { NOTHING_SEEN, SeenObjects, type SeenValues } from "../value/seen-objects.ts";
import { describe, getterOf, hasSlots, isOrdinary } from "../value/slots.ts";
import { isTrace, traceOf, UNREAD } from "../value/stack-traces.ts";
import { step } from "../value/time-limit.ts";
import { TooLarge, Unkeyable } from "../value/unkeyable.ts";
import {
  knownObject,
  ProgramMap,
  ProgramSet,
  ProgramWeakMap,
  ProgramWeakSet,
  WELL_KNOWN,
} from "../value/well-known.ts";
import { Identities, type Reached } from "./function-identity.ts";
import { NameLists } from "./key-lists.ts";
import type { KeyMarks } from "./key-marks.ts";
import { type KeyWriter, LONG, NO_TEXT } from "./key-writer.ts";
import { TAG } from "./tags.ts";
import type { FunctionWriter, Walk } from "./walk.ts";
import { writeArray } from "./walk-array.ts";
import { checkNoExtras, writeDate, writeMap, writeRegExp, writeSet } from "./walk-built-in.ts";
import { MemoryWalk } from "./walk-memory.ts";
import { writeWeakEntries } from "./walk-weak.ts";

const NO_OBJECTS: readonly object[] = [];
const NO_TRAITS: ReadonlySet<Trait> = new Set();

/** Stands before names that have no number yet (src/key/key-lists.ts). */
const NEW_NAMES = 255;

/** Asking whether a trace was read takes the time of so many values. */
const TRACE_NODES = 50;

/** What a key says of all objects of a kind. */
interface Listed {
  readonly prototype: object;
  /** The number of their list of names. */
  readonly list: number;
}

// Captured before the program can replace them.
const { getPrototypeOf, getOwnPropertyDescriptor, isExtensible, isFrozen, isSealed } = Object;
const { apply } = Reflect;
const { isArray } = Array;
const { keyFor } = Symbol;
const DatePrototype = Date.prototype;
const bigintToString = BigInt.prototype.toString;
const symbolDescription = getterOf(Symbol.prototype, "description");

let walks = 0;

/** One walk: everything written through one object shares its memory of what was seen. */
export class ValueWalk implements Walk {
  /** The code met, in the order in which it was written. */
  readonly reaches: Reach[] = [];
  /** A Date was met: its reading depends on the time zone. */
  sawDate = false;
  readonly out: KeyWriter;
  readonly marks: KeyMarks | null;
  // What a key of a few numbers and texts does without is made when it is needed.
  #seen: SeenObjects | null = null;
  #texts: Map<string, string> | null;
  #traits: Set<Trait> | null = null;
  #identities: Identities | null = null;
  #names: NameLists | null = null;
  #kinds: RecordKinds<Listed> | null = null;
  /** Tells this walk from others. */
  readonly id = ++walks;
  readonly #book: FunctionWriter;
  readonly #seesBuffers: boolean;
  /** Made when memory is met. */
  #memory: MemoryWalk | null = null;
  #weak: object[] | null = null;
  #areHolesEmpty: boolean | null = null;
  #held: Map<Reach, boolean> | null = null;
  #nodesLeft: number;

  /**
   * @param seesBuffers whether the code looks at the memory behind a view, so that offsets are part of the value
   * @param nodes abandon the walk after so many values
   * @param before a walk over the same values: a text cannot change, so long ones are not read again
   * @param marks told where values begin and end
   */
  constructor(
    out: KeyWriter,
    book: FunctionWriter,
    seesBuffers: boolean,
    nodes: number,
    before: ValueWalk | null = null,
    marks: KeyMarks | null = null,
  ) {
    this.out = out;
    this.marks = marks;
    this.#texts = before ? before.#texts : null;
    this.#book = book;
    this.#seesBuffers = seesBuffers;
    this.#nodesLeft = nodes;
  }

  /** Every view met, whose memory a result must not share. */
  get views(): readonly ArrayBufferView[] {
    return this.#memory?.views ?? [];
  }

  /** Every WeakMap and WeakSet met: a result may be known to them. */
  get weak(): readonly object[] {
    return this.#weak ?? NO_OBJECTS;
  }

  /** Every object and unique symbol met, with its number: equal keys number them alike. */
  get seen(): SeenValues {
    return this.#seen ?? NOTHING_SEEN;
  }

  /** What the code of all functions that were met says about its surroundings. */
  get traits(): ReadonlySet<Trait> {
    return this.#traits ?? NO_TRAITS;
  }

  addTrait(trait: Trait): void {
    this.#traits ??= new Set();
    this.#traits.add(trait);
  }

  /** Whether reading a hole of an ordinary array gives undefined, and runs nothing: asked once, for no program runs during a walk. */
  get areHolesEmpty(): boolean {
    this.#areHolesEmpty ??= areHolesEmpty();
    return this.#areHolesEmpty;
  }

  /** Whether the bindings of a reach still lead where they led: asked once, as above. */
  holds(reach: Reach): boolean {
    this.#held ??= new Map();
    let held = this.#held.get(reach);
    if (held === undefined) {
      held = holds(reach);
      this.#held.set(reach, held);
    }
    return held;
  }

  get #memories(): MemoryWalk {
    this.#memory ??= new MemoryWalk(this.#seesBuffers);
    return this.#memory;
  }

  /** @throws Unkeyable */
  write(value: unknown): void {
    const { out } = this;
    this.spend(1);
    switch (typeof value) {
      case "string":
        this.#text(value);
        return;
      case "number":
        // -0 is no integer here.
        if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
          out.byte(TAG.integer);
          out.uint32(value);
          return;
        }
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
        return this.#bigint(value);
      case "symbol":
        this.#symbol(value);
        return;
      case "function":
        if (!this.#isSeen(value)) this.#function(value);
        return;
      default:
        if (value === null) out.byte(TAG.null);
        else if (!this.#isSeen(value as object)) this.#object(value as object);
    }
  }

  /** Counts so many values. @throws TooLarge */
  spend(nodes: number): void {
    step(nodes);
    this.#nodesLeft -= nodes;
    if (this.#nodesLeft < 0) throw new TooLarge({ kind: "large-key" });
  }

  /** Writes which function or class this is among those met. @param functions what it can reach */
  identity(fn: object, functions: readonly Reached[]): void {
    this.#identities ??= new Identities(this.out);
    this.#identities.add(fn, functions);
  }

  /** Ends the walk. @param functions what the call itself can reach */
  finish(functions: readonly Reached[]): void {
    if (this.#weak !== null) writeWeakEntries(this.#weak, this.#book.builtInObjects(), this);
    this.#identities?.finish(functions);
  }

  #text(value: string): void {
    const { out } = this;
    out.byte(TAG.string);
    if (value.length < LONG) {
      this.spend(value.length >> 7);
      return out.text(value);
    }
    this.#texts ??= new Map();
    if (!this.#texts.has(value)) this.spend(value.length >> 7);
    out.text(value, this.#texts);
  }

  /** In a radix that is a power of two: V8 takes quadratic time for the others. */
  #bigint(value: bigint): void {
    const digits = apply(bigintToString, value, [16]) as string;
    this.spend(digits.length >> 7);
    this.out.byte(TAG.bigint);
    this.out.text(digits);
  }

  #symbol(value: symbol): void {
    const { out } = this;
    const name = keyFor(value) ?? WELL_KNOWN.get(value);
    if (name === undefined) {
      if (!this.#isSeen(value)) this.#uniqueSymbol(value);
      return;
    }
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

  /** Whether this object or symbol was met before: then its number is written, else it gets one. */
  #isSeen(value: object | symbol): boolean {
    this.#seen ??= new SeenObjects();
    const index = this.#seen.meet(value);
    if (index < 0) return false;
    this.out.byte(TAG.seen);
    this.out.uint32(index);
    return true;
  }

  #function(value: object): void {
    this.out.byte(TAG.function);
    this.#book.writeFunction(value, this);
  }

  #object(value: object): void {
    const kind = this.#kinds?.of(value);
    if (kind !== undefined) return this.#record(value, kind);
    if (types.isProxy(value)) throw new Unkeyable({ kind: "proxy" });
    if (isArray(value)) return writeArray(value, this);
    const prototype = getPrototypeOf(value);
    if (prototype === Object.prototype) return this.#plain(value);
    if (prototype === null)
      return types.isModuleNamespaceObject(value) ? this.#namespace(value) : this.#nullObject(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    switch (prototype) {
      case ProgramMap.prototype:
        if (types.isMap(value)) return writeMap(value, this);
        break;
      case ProgramSet.prototype:
        if (types.isSet(value)) return writeSet(value, this);
        break;
      case DatePrototype:
        if (!types.isDate(value)) break;
        this.sawDate = true;
        return writeDate(value, this);
      case RegExp.prototype:
        if (types.isRegExp(value)) return writeRegExp(value, this);
        break;
      case ProgramWeakMap.prototype:
        if (types.isWeakMap(value)) return this.#weakCollection(value, TAG.weakMap);
        break;
      case ProgramWeakSet.prototype:
        if (types.isWeakSet(value)) return this.#weakCollection(value, TAG.weakSet);
        break;
      case ArrayBuffer.prototype:
        if (!types.isArrayBuffer(value)) break;
        checkNoExtras(value, 0);
        return this.#memories.buffer(value, this);
      default:
        return this.#instance(value, prototype);
    }
    throw new Unkeyable({ kind: "opaque-object", what: describe(value) });
  }

  /** What it holds is written when all else that it may be asked for was met. */
  #weakCollection(value: object, tag: number): void {
    checkNoExtras(value, 0);
    this.out.byte(tag);
    this.#weak ??= [];
    this.#weak.push(value);
  }

  #plain(value: object): void {
    const known = knownObject(value);
    if (known !== undefined) {
      if (!known.isFixed) throw new Unkeyable({ kind: "built-in-object", name: known.name });
      this.addTrait("namespace");
      this.out.byte(TAG.namespace);
      this.out.text(known.name);
      return;
    }
    const keys = ownNames(value);
    if (!isOrdinary(value, keys)) throw new Unkeyable({ kind: "opaque-object", what: describe(value) });
    this.out.byte(TAG.object);
    this.#firstRecord(value, Object.prototype, keys);
  }

  #nullObject(value: object): void {
    const keys = ownNames(value);
    if (!isOrdinary(value, keys)) throw new Unkeyable({ kind: "opaque-object", what: describe(value) });
    this.out.byte(TAG.nullObject);
    this.properties(value, keys);
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
      return this.properties(value, ownNames(value));
    }
    if (hasSlots(value)) {
      if (!types.isNativeError(value)) throw new Unkeyable({ kind: "opaque-object", what: describe(value) });
      this.out.byte(TAG.error);
      this.prototype(prototype);
      return this.properties(value, ownNames(value));
    }
    this.out.byte(TAG.instance);
    this.prototype(prototype);
    this.#firstRecord(value, prototype, ownNames(value));
  }

  /** An object that may be the first of many. */
  #firstRecord(value: object, prototype: object, keys: readonly (string | symbol)[]): void {
    const list = this.#namesOf(keys);
    if (!this.#values(value, keys)) return;
    this.#kinds ??= new RecordKinds();
    if (list >= 0) this.#kinds.add(value, keys, { prototype, list });
  }

  /** What `#plain` or `#instance` would write. */
  #record(value: object, { names, found: { prototype, list } }: Kind<Listed>): void {
    const { out, marks } = this;
    if (prototype === Object.prototype) out.byte(TAG.object);
    else {
      out.byte(TAG.instance);
      this.prototype(prototype);
    }
    out.byte(list);
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      marks?.member(name);
      this.write((value as Record<string, unknown>)[name]);
      marks?.leave();
    }
  }

  /** Names, attributes and values of own properties, and what can be done to the object. */
  properties(value: object, keys: readonly (string | symbol)[]): void {
    this.#namesOf(keys);
    this.#values(value, keys);
  }

  /** Writes a list of names. Returns its number, or -1. */
  #namesOf(keys: readonly (string | symbol)[]): number {
    const { out } = this;
    this.#names ??= new NameLists();
    const known = this.#names.find(keys);
    if (known >= 0) {
      out.byte(known);
      return known;
    }
    out.byte(NEW_NAMES);
    out.uint32(keys.length);
    for (let i = 0; i < keys.length; i++) this.#name(keys[i] as string | symbol);
    return this.#names.add(keys);
  }

  /** Writes properties, and what can be done to the object. Returns whether that is all there is to do. */
  #values(value: object, keys: readonly (string | symbol)[]): boolean {
    let isFree = true;
    // By index, here and elsewhere: a program may have replaced the iterator of arrays.
    const { marks } = this;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string | symbol;
      marks?.member(key);
      if (!this.#value(value, key)) isFree = false;
      marks?.leave();
    }
    if (isExtensible(value)) return isFree;
    this.out.byte(TAG.sealed);
    this.out.byte((isSealed(value) ? 1 : 0) + (isFrozen(value) ? 2 : 0));
    return false;
  }

  #name(key: string | symbol): void {
    if (typeof key === "string") return this.out.text(key);
    this.out.byte(NO_TEXT);
    this.#symbol(key);
  }

  /**
   * Attributes and value of one own property; the attributes that an assignment gives go without saying. Returns whether
   * it has those.
   */
  #value(owner: object, key: string | symbol): boolean {
    if (isTrace(owner, key)) return this.#trace(owner, key);
    const descriptor = getOwnPropertyDescriptor(owner, key);
    if (descriptor === undefined) throw new Unkeyable({ kind: "accessor", name: String(key) });
    if (!("value" in descriptor)) return this.#accessor(descriptor);
    const { enumerable, writable, configurable } = descriptor;
    const isFree = enumerable === true && writable === true && configurable === true;
    if (!isFree) {
      this.out.byte(TAG.attributes);
      this.#flags(descriptor);
    }
    this.write(descriptor.value);
    return isFree;
  }

  /** Reading a trace that nobody has read is noticed; its attributes cannot have been changed without reading it. */
  #trace(owner: object, key: string | symbol): false {
    this.spend(TRACE_NODES);
    const trace = traceOf(owner);
    if (trace === UNREAD) this.out.byte(TAG.unreadTrace);
    else {
      this.out.byte(TAG.readTrace);
      this.#flags(getOwnPropertyDescriptor(owner, key) as PropertyDescriptor);
      this.write(trace);
    }
    return false;
  }

  /** What reading or writing it does is the code of its functions, of which every call is audited as any other. */
  #accessor(descriptor: PropertyDescriptor): false {
    this.out.byte(TAG.accessor);
    this.#flags(descriptor);
    this.write(descriptor.get);
    this.write(descriptor.set);
    return false;
  }

  #flags({ enumerable, writable, configurable }: PropertyDescriptor): void {
    this.out.byte((enumerable ? 1 : 0) + (writable ? 2 : 0) + (configurable ? 4 : 0));
  }

  /** Key and attributes of one own property, without its value. */
  attributes(owner: object, key: string | symbol): void {
    this.#name(key);
    this.#flags(getOwnPropertyDescriptor(owner, key) as PropertyDescriptor);
  }

  /** Key, attributes and value of one own property. */
  property(owner: object, key: string | symbol): void {
    this.#name(key);
    this.#value(owner, key);
  }

  /** An object that others have for their prototype. */
  prototype(value: object): void {
    if (!this.#isSeen(value)) this.#book.writePrototype(value, this);
  }

  #view(value: ArrayBufferView): void {
    this.spend(this.#memories.view(value, this) >> 5);
  }
}
