/** Own properties in a key: names, attributes and values, and records of a kind by what was found of the first one. */
import { type Kind, RecordKinds } from "../value/object-shapes.ts";
import { type PrivateReader, ReaderChains } from "../value/private-members.ts";
import { isTrace, traceOf, UNREAD } from "../value/stack-traces.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { NO_TEXT } from "./key-writer.ts";
import { NameLists } from "./name-lists.ts";
import { TAG } from "./tags.ts";
import type { Walk } from "./walk.ts";
import { writeSymbol } from "./walk-primitive.ts";
import { writePrivates } from "./walk-private.ts";

/** Stands before names that have no number yet (src/key/name-lists.ts). */
const NEW_NAMES = 255;

/** Asking whether a trace was read takes the time of so many values. */
const TRACE_NODES = 50;

/** What a key says of all objects of a kind. */
interface Listed {
  readonly prototype: object;
  /** The number of their list of names. */
  readonly list: number;
  /** Of the classes that they are instances of. */
  readonly readers: readonly PrivateReader[];
}

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, isExtensible, isFrozen, isSealed } = Object;

/** Writes properties for one walk; lists of names and kinds of records have their numbers for as long as it lasts. */
export class RecordWriter {
  readonly #walk: Walk;
  readonly #names = new NameLists();
  readonly #chains = new ReaderChains();
  #kinds: RecordKinds<Listed> | null = null;

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  /** Writes an object that is of a kind which was met before. Returns whether it is. */
  writeKnown(value: object): boolean {
    const kind = this.#kinds?.of(value);
    if (kind === undefined) return false;
    this.#known(value, kind);
    return true;
  }

  /** Writes an object that may be the first of many. */
  writeFirst(value: object, prototype: object, keys: readonly (string | symbol)[]): void {
    const list = this.#namesOf(keys);
    const isFree = this.#values(value, keys);
    const readers = this.#chains.above(prototype);
    if (readers.length > 0) writePrivates(value, readers, this.#walk);
    if (!isFree) return;
    this.#kinds ??= new RecordKinds();
    if (list >= 0) this.#kinds.add(value, keys, { prototype, list, readers });
  }

  /** What an object has of the private members of its classes, where its properties are written by themselves. */
  privates(value: object, prototype: object): void {
    writePrivates(value, this.#chains.above(prototype), this.#walk);
  }

  /** What `writeFirst` would write, with what stands before it. */
  #known(value: object, { names, found: { prototype, list, readers } }: Kind<Listed>): void {
    const walk = this.#walk;
    const { out, marks } = walk;
    if (prototype === Object.prototype) out.byte(TAG.object);
    else {
      out.byte(TAG.instance);
      walk.prototype(prototype);
    }
    out.byte(list);
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      marks?.member(name);
      walk.write((value as Record<string, unknown>)[name]);
      marks?.leave();
    }
    if (readers.length > 0) writePrivates(value, readers, walk);
  }

  /** Names, attributes and values of own properties, and what can be done to the object. */
  properties(value: object, keys: readonly (string | symbol)[]): void {
    this.#namesOf(keys);
    this.#values(value, keys);
  }

  /** Writes a list of names. Returns its number, or -1. */
  #namesOf(keys: readonly (string | symbol)[]): number {
    const { out } = this.#walk;
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
    const { out, marks } = this.#walk;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string | symbol;
      marks?.member(key);
      if (!this.#value(value, key)) isFree = false;
      marks?.leave();
    }
    if (isExtensible(value)) return isFree;
    out.byte(TAG.sealed);
    out.byte((isSealed(value) ? 1 : 0) + (isFrozen(value) ? 2 : 0));
    return false;
  }

  #name(key: string | symbol): void {
    const { out } = this.#walk;
    if (typeof key === "string") return out.text(key);
    out.byte(NO_TEXT);
    writeSymbol(key, this.#walk);
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
      this.#walk.out.byte(TAG.attributes);
      this.#flags(descriptor);
    }
    this.#walk.write(descriptor.value);
    return isFree;
  }

  /** A stack that nobody has read is not read here, because programs notice it. Its attributes are as made: changing them reads it. */
  #trace(owner: object, key: string | symbol): false {
    const { out } = this.#walk;
    this.#walk.spend(TRACE_NODES);
    const trace = traceOf(owner);
    if (trace === UNREAD) out.byte(TAG.unreadTrace);
    else {
      out.byte(TAG.readTrace);
      this.#flags(getOwnPropertyDescriptor(owner, key) as PropertyDescriptor);
      this.#walk.write(trace);
    }
    return false;
  }

  /** An accessor is the pair of its functions: what reading or writing does is their code, and their calls are audited as all are. */
  #accessor(descriptor: PropertyDescriptor): false {
    this.#walk.out.byte(TAG.accessor);
    this.#flags(descriptor);
    this.#walk.write(descriptor.get);
    this.#walk.write(descriptor.set);
    return false;
  }

  #flags({ enumerable, writable, configurable }: PropertyDescriptor): void {
    this.#walk.out.byte((enumerable ? 1 : 0) + (writable ? 2 : 0) + (configurable ? 4 : 0));
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
}
