/** Writes own properties into keys: names, attributes and values. Objects of one hidden class are written by what was found out about the first. */
import { type PrivateReader, ReaderChains } from "../value/private-members.ts";
import { type Kind, RecordKinds } from "../value/record-kinds.ts";
import { isTrace, traceOf, UNREAD } from "../value/stack-traces.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { SAMPLE_BEGINS, SAMPLE_ENDS, sample } from "./foresight.ts";
import { NO_TEXT } from "./key-writer.ts";
import { NameLists } from "./name-lists.ts";
import { TAG } from "./tags.ts";
import type { Walk } from "./walk.ts";
import { writeSymbol } from "./walk-primitive.ts";
import { writePrivates } from "./walk-private.ts";

/** The byte before a list of names that has no number yet (src/key/name-lists.ts). */
const NEW_NAMES = 255;

/** To find out whether a stack trace was read takes the time of so many values. */
const TRACE_NODES = 50;

/** What is written for all objects of one kind. */
interface Listed {
  readonly prototype: object;
  /** The number of their list of names. */
  readonly list: number;
  /** Read the private members of their classes. */
  readonly readers: readonly PrivateReader[];
}

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, isExtensible, isFrozen, isSealed } = Object;

/** Writes properties for one walk. Lists of names and kinds of records are numbered within it. */
export class RecordWriter {
  readonly #walk: Walk;
  readonly #names = new NameLists();
  readonly #chains = new ReaderChains();
  #kinds: RecordKinds<Listed> | null = null;

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  /** Writes an object if it is of a kind that was met before. Answers whether it is. */
  writeKnown(value: object): boolean {
    const kind = this.#kinds?.of(value);
    if (kind === undefined) return false;
    this.#known(value, kind);
    return true;
  }

  /** Writes an object of a new kind, behind its tag and prototype, and notes the kind for others. */
  writeFirst(value: object, prototype: object, keys: readonly (string | symbol)[]): void {
    const list = this.#namesOf(keys);
    const isFree = this.#values(value, keys);
    const readers = this.#chains.above(prototype);
    if (readers.length > 0) writePrivates(value, readers, this.#walk);
    if (!isFree) return;
    this.#kinds ??= new RecordKinds();
    if (list >= 0) this.#kinds.add(value, keys, { prototype, list, readers });
  }

  /** Writes the private members of an object whose properties were written by {@link properties}. */
  privates(value: object, prototype: object): void {
    writePrivates(value, this.#chains.above(prototype), this.#walk);
  }

  /** Writes the same as `writeFirst`, with the tag and the prototype before it. */
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

  /** Writes names, attributes and values of own properties, and whether the object is sealed or the like. */
  properties(value: object, keys: readonly (string | symbol)[]): void {
    this.#namesOf(keys);
    this.#values(value, keys);
  }

  /** Writes a list of names. Answers its number, or -1 if it has none. */
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

  /**
   * Writes attributes and values, and whether the object is sealed or the like. Answers whether all are plain: values that were assigned, on
   * an extensible object.
   */
  #values(value: object, keys: readonly (string | symbol)[]): boolean {
    let isFree = true;
    // By index, here and elsewhere: a program may have replaced the iterator of arrays.
    const { out, marks } = this.#walk;
    let left = 0;
    for (let i = 0; i < keys.length; i++) {
      if (i === SAMPLE_BEGINS || i === SAMPLE_ENDS) left = sample(i, keys.length, left, this.#walk);
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
   * Writes attributes and value of one own property. Attributes that an assignment gives are not written; answers whether the property has
   * those.
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

  /**
   * Writes a stack trace. One that was never read is not read here, since the program could notice that; its attributes are as V8 made them,
   * because changing them would have read it.
   */
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

  /** Writes an accessor, as the pair of its functions: what they do is in their code, and in a recorded call they are seen as any function is. */
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

  /** Writes key and attributes of one own property, without its value. */
  attributes(owner: object, key: string | symbol): void {
    this.#name(key);
    this.#flags(getOwnPropertyDescriptor(owner, key) as PropertyDescriptor);
  }

  /** Writes key, attributes and value of one own property. */
  property(owner: object, key: string | symbol): void {
    this.#name(key);
    this.#value(owner, key);
  }
}
