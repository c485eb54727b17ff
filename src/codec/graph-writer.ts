/** Writes a result as a table (graph.ts). Refuses a result that would not come back the same. */

import { types } from "node:util";
import { readersFor } from "../code/private-readers.ts";
import { type Reason, type Step, within } from "../reason/reason.ts";
import { INTEGRITY } from "../value/integrity.ts";
import { isNodesObject } from "../value/nodes-objects.ts";
import { ownNames } from "../value/own-keys.ts";
import { StrayMembers } from "../value/private-members.ts";
import { PLAIN_FLAGS } from "../value/property-flags.ts";
import { RecordKinds } from "../value/record-kinds.ts";
import { eachEntry, eachItem } from "../value/slots.ts";
import { step } from "../value/time-limit.ts";
import { weakGet, weakHas } from "../value/weak-collections.ts";
import { ProgramMap, ProgramSet } from "../value/well-known.ts";
import {
  type Graph,
  HEAD,
  HEAD_BITS,
  type Item,
  KIND,
  type Other,
  type Pointer,
  type Shape,
  TAG,
  TAG_BITS,
} from "./graph.ts";
import { writeArray } from "./graph-arrays.ts";
import { BuiltInWriter } from "./graph-built-ins.ts";
import { OuterTable } from "./graph-outer.ts";
import { ShapeTable } from "./graph-shapes.ts";
import type { NodeWriter } from "./node-writer.ts";
import { isNodes } from "./plain-data.ts";
import { type BeforeAfter, isUnnamed } from "./shared-objects.ts";
import { SHARED, Unencodable } from "./unencodable.ts";
import { Numbers, Words } from "./word-block.ts";

type Fields = Readonly<Record<string, unknown>>;

const UNDEFINED = constant(0);
const NULL = constant(1);
const TRUE = constant(2);
const FALSE = constant(3);
/** Integers from here on do not fit beside a tag: they stand among the single numbers. */
const LARGE = 2 ** (31 - TAG_BITS);
/** The number in a head has to be below this. */
const MOST = 2 ** (31 - HEAD_BITS);

const { getPrototypeOf, isExtensible, is } = Object;
const { isArray } = Array;

/** What a node takes of the time for a record, in steps. */
const NODE = 4;

/**
 * A result as a table, or why not.
 * @param subject what reasons call the result
 * @throws TooLarge when the time is up
 */
export function writeGraph(
  root: unknown,
  shared: BeforeAfter,
  subject: Step = { step: "result" },
): Graph | { readonly refused: Reason } {
  try {
    return new Writer(shared).write(root);
  } catch (error) {
    if (error instanceof Unencodable) return { refused: within(subject, error.cause) };
    throw error;
  }
}

class Writer implements NodeWriter {
  readonly words = new Words();
  readonly numbers = new Numbers();
  readonly integers = new Words();
  readonly #shared: BeforeAfter;
  readonly #outer: OuterTable;
  readonly #shapes: ShapeTable;
  readonly #builtIns: BuiltInWriter;
  readonly #objects: object[] = [];
  readonly #index = new Map<object, number>();
  readonly #hasTemplates: boolean;
  readonly #kinds = new RecordKinds<number>();
  readonly #singles = new Numbers();
  readonly #texts: string[] = [];
  readonly #bigints: bigint[] = [];
  readonly #others: Other[] = [];
  readonly #places: number[] = [];
  readonly #weak: Graph["weak"][number][] = [];
  /** The number of the node that is being written. */
  #at = 0;
  /** Whether arguments, `this` or state hold any object: else the result cannot share one with them. */
  readonly #mayShare: boolean;

  constructor(shared: BeforeAfter) {
    this.#shared = shared;
    this.#outer = new OuterTable(shared);
    this.#shapes = new ShapeTable(this.#outer);
    this.#builtIns = new BuiltInWriter(this, this.#outer, shared);
    this.#mayShare = shared.after.seen.size > 0 || shared.before.seen.size > 0;
    this.#hasTemplates = shared.after.reaches.some(({ traits }) => traits.has("template"));
  }

  write(root: unknown): Graph {
    const item = this.item(root);
    for (; this.#at < this.#objects.length; this.#at++) {
      step(NODE);
      const object = this.#objects[this.#at] as object;
      this.#node(object);
      if (this.#shared.after.weak.length > 0) this.#weakEntries(object);
    }
    this.#refuseStrays();
    this.#builtIns.checkPieces((buffer) => this.#index.has(buffer));
    return {
      root: item,
      count: this.#objects.length,
      outer: this.#outer.list,
      shapes: this.#shapes.list,
      texts: this.#texts,
      bigints: this.#bigints,
      others: this.#others,
      places: this.#places,
      weak: this.#weak,
      words: this.words.filled,
      singles: this.#singles.from(0),
      numbers: this.numbers.from(0),
      integers: this.integers.filled,
    };
  }

  /** Refuses objects with private members: only a constructor puts these on an object, and a hit runs none. */
  #refuseStrays(): void {
    const readers = readersFor(this.#shared.after.reaches);
    if (readers.length === 0) return;
    const strays = new StrayMembers(readers, false);
    for (let i = 0; i < this.#objects.length; i++) {
      if (strays.isStray(this.#objects[i] as object)) throw new Unencodable({ kind: "private-members", of: "new" });
    }
  }

  word(value: unknown): number {
    switch (typeof value) {
      case "number":
        return this.#numberWord(value);
      case "string":
        return tagged(TAG.text, this.#texts.push(value) - 1);
      case "object":
        return value === null ? NULL : pointerWord(this.#indexOf(value));
      case "boolean":
        return value ? TRUE : FALSE;
      case "undefined":
        return UNDEFINED;
      case "bigint":
        return tagged(TAG.bigint, this.#bigints.push(value) - 1);
      case "symbol":
        return pointerWord(this.#outer.symbol(value)[0]);
      default:
        return pointerWord(this.#outer.function(value as object)[0]);
    }
  }

  #numberWord(value: number): number {
    const isInteger = (value | 0) === value && !is(value, -0);
    if (isInteger && value < LARGE && value >= -LARGE) return value << TAG_BITS;
    this.#singles.push(value);
    return tagged(isInteger ? TAG.largeInteger : TAG.number, this.#singles.length - 1);
  }

  head(kind: (typeof HEAD)[keyof typeof HEAD], payload: number): void {
    if (payload >= MOST) throw new Unencodable({ kind: "large-result" });
    this.words.push((payload << HEAD_BITS) | kind);
  }

  item(value: unknown): Item {
    switch (typeof value) {
      case "symbol":
        return this.#outer.symbol(value);
      case "function":
        return this.#outer.function(value);
      case "object":
        return value === null ? null : this.#pointer(value);
      default:
        return value as Item;
    }
  }

  #pointer(value: object): Pointer {
    return [this.#indexOf(value)];
  }

  /** The number of a node; below 0 for what the graph only names. */
  #indexOf(value: object): number {
    const known = this.#index.get(value);
    if (known !== undefined) return known;
    const seen = this.#mayShare ? this.#outer.seen(value) : null;
    if (seen !== null) return seen[0];
    const binding = this.#outer.binding(value);
    if (binding !== null) return binding[0];
    if (isUnnamed(value, this.#shared) || this.#outer.isPrototype(value)) throw new Unencodable(SHARED);
    if (isNodesObject(value)) return this.#outer.nodesObject(value)[0];
    const index = this.#objects.push(value) - 1;
    this.#index.set(value, index);
    return index;
  }

  #node(value: object): void {
    const kind = this.#kinds.of(value);
    if (kind !== undefined) {
      const { names } = kind;
      for (let i = 0; i < names.length; i++) this.words.push(this.word((value as Fields)[names[i] as string]));
      this.head(HEAD.record, kind.found);
      return;
    }
    if (types.isProxy(value)) throw new Unencodable({ kind: "proxy" });
    if (isArray(value)) this.#other(writeArray(value, this, this.#hasTemplates));
    else if (types.isMap(value)) this.#map(value);
    else if (types.isSet(value)) this.#set(value);
    else {
      if (isNodes(value)) throw new Unencodable({ kind: "nodes-object" });
      const other = this.#builtIns.of(value);
      if (other === null) this.#record(value);
      else this.#other(other);
    }
  }

  /** Writes what WeakMaps and WeakSets of the key hold for the node that is being written. */
  #weakEntries(object: object): void {
    for (const collection of this.#shared.after.weak) {
      if (!weakHas(collection, object)) continue;
      const known = this.#outer.seen(collection);
      if (known === null) throw new Unencodable(SHARED);
      this.#weak.push([known, this.#at, this.item(weakGet(collection, object))]);
    }
  }

  /** @param node null for one that was written into the words */
  #other(node: Other | null): void {
    if (node === null) return;
    this.#places.push(this.#at);
    this.head(HEAD.other, this.#others.push(node) - 1);
  }

  #map(value: Map<unknown, unknown>): void {
    if (isBare(value, ProgramMap.prototype)) {
      let count = 0;
      eachEntry(value, (item, key) => {
        this.words.push(this.word(key));
        this.words.push(this.word(item));
        count++;
      });
      this.head(HEAD.map, count);
      return;
    }
    const entries: Item[] = [];
    eachEntry(value, (item, key) => entries.push(this.item(key), this.item(item)));
    this.#other([KIND.map, ...this.own(value), entries]);
  }

  #set(value: Set<unknown>): void {
    if (isBare(value, ProgramSet.prototype)) {
      let count = 0;
      eachItem(value, (item) => {
        this.words.push(this.word(item));
        count++;
      });
      this.head(HEAD.set, count);
      return;
    }
    const items: Item[] = [];
    eachItem(value, (item) => items.push(this.item(item)));
    this.#other([KIND.set, ...this.own(value), items]);
  }

  /** An object that may be the first of many. */
  #record(value: object): void {
    const keys = ownNames(value);
    const { shape, values } = this.#shapes.of(value, keys);
    for (let i = 0; i < values.length; i++) this.words.push(this.word(values[i]));
    this.head(HEAD.record, shape);
    const { flags, integrity } = this.#shapes.list[shape] as Shape;
    const isFree = integrity === INTEGRITY.open && flags.every((flag) => flag === PLAIN_FLAGS);
    if (isFree) this.#kinds.add(value, keys, shape);
  }

  own(value: object, keys: readonly (string | symbol)[] = ownNames(value)): [shape: number, values: Item[]] {
    const { shape, values } = this.#shapes.of(value, keys);
    const items: Item[] = [];
    for (let i = 0; i < values.length; i++) items.push(this.item(values[i]));
    return [shape, items];
  }
}

function tagged(tag: number, index: number): number {
  return (index << TAG_BITS) | tag;
}

function constant(at: number): number {
  return tagged(TAG.constant, at);
}

function pointerWord(index: number): number {
  return index < 0 ? tagged(TAG.outer, -1 - index) : tagged(TAG.node, index);
}

/** Whether a Map or a Set is of the built-in class, extensible, and without properties. */
function isBare(value: object, prototype: object): boolean {
  return getPrototypeOf(value) === prototype && isExtensible(value) && ownNames(value).length === 0;
}
