/** Puts a result together from its table: no constructor, setter or other code of the program runs. */

import { wordsFor } from "../value/boolean-bits.ts";
import { INTEGRITY } from "../value/integrity.ts";
import { weakSet } from "../value/weak-collections.ts";
import { ProgramMap, ProgramSet } from "../value/well-known.ts";
import { findOuter } from "./find-outer.ts";
import { define, findShapes, type LiveShape } from "./find-shapes.ts";
import { formatterOf } from "./formatters.ts";
import {
  arrayOfWords,
  byContent,
  holeyBooleans,
  holeyIntegers,
  holeyNumbers,
  holeyValues,
  packedBooleans,
  packedIntegers,
  packedNumbers,
  packedValues,
} from "./fresh-arrays.ts";
import { CLASSES, type Graph, HEAD, HEAD_BITS, type Item, KIND, type Other, type Pointer } from "./graph.ts";
import { blank, makerOf } from "./makers.ts";
import type { SharedObjects } from "./shared-objects.ts";
import { close, nodeOf, open, tookMissing, valueOf } from "./word-values.ts";

const { create, defineProperty, freeze, getPrototypeOf, preventExtensions, seal, setPrototypeOf } = Object;
const { apply, set: setProperty } = Reflect;
const { call } = Function.prototype;
/** Bound, so that V8 knows the function that is called, and can inline it. */
const mapSet = apply(call.bind, call, [ProgramMap.prototype.set]) as (
  map: object,
  key: unknown,
  value: unknown,
) => void;
const setAdd = apply(call.bind, call, [ProgramSet.prototype.add]) as (set: object, item: unknown) => void;
const CLOSE = [null, preventExtensions, seal, freeze] as const;

const HEAD_MASK = (1 << HEAD_BITS) - 1;

type View = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;
type Buffers = new (length: number, options?: { maxByteLength: number }) => ArrayBuffer;

/** The value; null if something that it refers to is not what it was. */
export function readGraph(graph: Graph, sharedObjects: SharedObjects): { readonly value: unknown } | null {
  const outer = findOuter(graph.outer, sharedObjects);
  const shapes = outer && findShapes(graph.shapes, outer);
  if (!shapes) return null;
  try {
    return { value: new Reader(graph, outer, shapes).read() };
  } finally {
    close();
  }
}

class Reader {
  readonly #graph: Graph;
  readonly #outer: readonly (object | symbol)[];
  readonly #shapes: readonly LiveShape[];
  readonly #objects: (object | undefined)[];
  /** Values of objects that were not made yet when the object was: they are set at the end. */
  readonly #missing: { readonly owner: object; readonly key: PropertyKey; readonly index: number }[] = [];
  /** Fills objects when all are made; from the last on, since nodes are made from the last to the first. */
  readonly #late: (() => void)[] = [];
  /** Objects that are sealed, frozen or made inextensible in the end. */
  readonly #closed: { readonly object: object; readonly integrity: number }[] = [];

  constructor(graph: Graph, outer: readonly (object | symbol)[], shapes: readonly LiveShape[]) {
    this.#graph = graph;
    this.#outer = outer;
    this.#shapes = shapes;
    this.#objects = new Array(graph.count);
  }

  read(): unknown {
    const { others, places, root, weak } = this.#graph;
    open(this.#graph, this.#outer, this.#objects);
    // Memory is made first, then what views it. All others are made from the last to the first: what an object holds mostly comes after it,
    // so that the object can be made with its values, as a literal makes it. That matters, as V8 notes in the hidden class what fields hold first.
    for (let i = 0; i < others.length; i++) {
      const node = others[i] as Other;
      if (node[0] === KIND.buffer) this.#objects[places[i] as number] = this.#made(node);
    }
    this.#nodes();
    for (let i = 0; i < others.length; i++) {
      this.#fill(this.#objects[places[i] as number] as object, others[i] as Other);
    }
    for (let i = this.#late.length - 1; i >= 0; i--) (this.#late[i] as () => void)();
    for (let i = 0; i < this.#missing.length; i++) {
      const { owner, key, index } = this.#missing[i] as { owner: object; key: PropertyKey; index: number };
      // Not by an assignment: V8 would make the code for arrays of all kinds, and convert them.
      setProperty(owner, key, this.#objects[index]);
    }
    for (let i = 0; i < weak.length; i++) {
      const [collection, node, value] = weak[i] as Graph["weak"][number];
      weakSet(this.#value(collection) as object, this.#objects[node] as object, this.#value(value));
    }
    for (let i = 0; i < this.#closed.length; i++) {
      const { object, integrity } = this.#closed[i] as { object: object; integrity: number };
      CLOSE[integrity as (typeof INTEGRITY)["frozen"]]?.(object);
    }
    return this.#value(root);
  }

  /** Makes all nodes, from the last to the first. */
  #nodes(): void {
    const { words, numbers, integers, others } = this.#graph;
    const objects = this.#objects;
    let at = words.length;
    let numbersAt = numbers.length;
    let integersAt = integers.length;
    for (let i = objects.length - 1; i >= 0; i--) {
      const head = words[--at] as number;
      const count = head >>> HEAD_BITS;
      switch (head & HEAD_MASK) {
        case HEAD.numbers:
          numbersAt -= count;
          objects[i] = packedNumbers(numbers, numbersAt, count);
          break;
        case HEAD.integers:
          integersAt -= count;
          objects[i] = packedIntegers(integers, integersAt, count);
          break;
        case HEAD.holeyNumbers:
          numbersAt -= count;
          objects[i] = holeyNumbers(numbers, numbersAt, count);
          break;
        case HEAD.holeyIntegers:
          integersAt -= count;
          objects[i] = holeyIntegers(integers, integersAt, count);
          break;
        case HEAD.record:
          at -= (this.#shapes[count] as LiveShape).width;
          objects[i] = this.#record(this.#shapes[count] as LiveShape, words, at);
          break;
        case HEAD.values:
          at -= count;
          objects[i] = this.#array(packedValues(words, at, count), words, at, count);
          break;
        case HEAD.holeyValues:
          at -= count;
          objects[i] = this.#array(holeyValues(words, at, count), words, at, count);
          break;
        case HEAD.booleans:
          at -= wordsFor(count);
          objects[i] = packedBooleans(words, at, count);
          break;
        case HEAD.holeyBooleans:
          at -= wordsFor(count);
          objects[i] = holeyBooleans(words, at, count);
          break;
        case HEAD.items:
          at -= count;
          objects[i] = this.#array(arrayOfWords(words, at, count), words, at, count);
          break;
        case HEAD.map:
          at -= 2 * count;
          objects[i] = this.#map(words, at, count);
          break;
        case HEAD.set:
          at -= count;
          objects[i] = this.#set(words, at, count);
          break;
        default:
          objects[i] ??= this.#made(others[count] as Other);
      }
    }
  }

  /** An object with those of its values that are made already. */
  #record(shape: LiveShape, words: Int32Array, at: number): object {
    const { prototype, keys, integrity } = shape;
    if (shape.maker === undefined) shape.maker = shape.assignable ? makerOf(prototype, keys) : null;
    const made = shape.maker === null ? empty(prototype) : shape.maker(words, at);
    if (shape.maker === null) this.#give(made, shape, words, at);
    if (integrity !== INTEGRITY.open) this.#closed.push({ object: made, integrity });
    if (tookMissing()) {
      for (let i = 0; i < keys.length; i++) this.#miss(made, keys[i] as string, words[at + i] as number);
    }
    return made;
  }

  #give(object: object, shape: LiveShape, words: Int32Array, at: number): void {
    if (!shape.assignable) {
      this.#late.push(() => {
        const values: unknown[] = [];
        for (let i = 0; i < shape.width; i++) values.push(valueOf(words[at + i] as number));
        define(object, shape, values);
      });
      return;
    }
    const target = object as Record<PropertyKey, unknown>;
    const { keys } = shape;
    for (let i = 0; i < keys.length; i++) target[keys[i] as string] = valueOf(words[at + i] as number);
  }

  #array(made: unknown[], words: Int32Array, at: number, count: number): unknown[] {
    if (tookMissing()) for (let i = 0; i < count; i++) this.#miss(made, i, words[at + i] as number);
    return made;
  }

  #miss(owner: object, key: PropertyKey, word: number): void {
    const index = nodeOf(word);
    if (index >= 0 && this.#objects[index] === undefined) this.#missing.push({ owner, key, index });
  }

  /** Entries have to be put in their order: if one is not made yet, all wait for it. */
  #map(words: Int32Array, at: number, count: number): Map<unknown, unknown> {
    const map = new ProgramMap();
    if (this.#areMade(words, at, 2 * count)) fillMap(map, words, at, count);
    else this.#late.push(() => fillMap(map, words, at, count));
    return map;
  }

  #set(words: Int32Array, at: number, count: number): Set<unknown> {
    const set = new ProgramSet();
    if (this.#areMade(words, at, count)) fillSet(set, words, at, count);
    else this.#late.push(() => fillSet(set, words, at, count));
    return set;
  }

  #areMade(words: Int32Array, at: number, count: number): boolean {
    for (let i = at; i < at + count; i++) {
      const index = nodeOf(words[i] as number);
      if (index >= 0 && this.#objects[index] === undefined) return false;
    }
    return true;
  }

  #value(item: Item): unknown {
    if (typeof item !== "object" || item === null) return item;
    const index = item[0];
    return index < 0 ? this.#outer[-1 - index] : this.#objects[index];
  }

  /** The object with its slots and its prototype, without properties. */
  #made(node: Other): object {
    const { prototype, integrity } = this.#shapes[node[1]] as LiveShape;
    const made = this.#shell(node);
    if (integrity !== INTEGRITY.open) this.#closed.push({ object: made, integrity });
    return getPrototypeOf(made) === prototype ? made : setPrototypeOf(made, prototype);
  }

  #elements([, , , , , items, isHoley]: Extract<Other, { readonly 0: typeof KIND.array }>): unknown[] {
    if (items === null) return [];
    const values: unknown[] = [];
    const missing: number[] = [];
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as Item;
      const value = this.#value(item);
      const isMissing = value === undefined && item !== undefined;
      values.push(isMissing ? null : value);
      if (isMissing) missing.push(i);
    }
    const made = byContent(values, isHoley);
    for (let i = 0; i < missing.length; i++) {
      const at = missing[i] as number;
      this.#missing.push({ owner: made, key: at, index: (items[at] as Pointer)[0] });
    }
    return made;
  }

  #shell(node: Other): object {
    switch (node[0]) {
      case KIND.array:
        return this.#elements(node);
      case KIND.map:
        return new ProgramMap();
      case KIND.set:
        return new ProgramSet();
      case KIND.date:
        return new Date(node[3]);
      case KIND.regexp:
        return new RegExp(node[3], node[4]);
      case KIND.error: {
        const error = new Error();
        delete error.stack;
        return error;
      }
      case KIND.boxed:
        return Object(this.#value(node[3])) as object;
      case KIND.buffer:
        return buffer(node[3], node[4]);
      case KIND.view: {
        const constructor = CLASSES.get(node[3]) as unknown as View;
        return new constructor(this.#value(node[4]) as ArrayBuffer, node[5], node[6]);
      }
      case KIND.piece:
        return Buffer.from(node[3].buffer, node[3].byteOffset, node[3].byteLength);
      case KIND.formatter:
        return formatterOf(node[3]);
    }
  }

  #fill(object: object, node: Other): void {
    switch (node[0]) {
      case KIND.array:
        if (node[5] === null) (object as unknown[]).length = node[3];
        break;
      case KIND.map:
        for (let i = 0; i < node[3].length; i += 2) {
          mapSet(object, this.#value(node[3][i]), this.#value(node[3][i + 1]));
        }
        break;
      case KIND.set:
        for (let i = 0; i < node[3].length; i++) setAdd(object, this.#value(node[3][i]));
        break;
      case KIND.regexp:
        defineProperty(object, "lastIndex", { value: this.#value(node[5]), writable: !node[6] });
        break;
    }
    const values: unknown[] = [];
    for (let i = 0; i < node[2].length; i++) values.push(this.#value(node[2][i]));
    define(object, this.#shapes[node[1]] as LiveShape, values);
    if (node[0] === KIND.array && node[4]) defineProperty(object, "length", { writable: false });
  }
}

function empty(prototype: object | null): object {
  return prototype === Object.prototype ? {} : prototype === null ? create(null) : blank(prototype);
}

function fillMap(map: object, words: Int32Array, at: number, count: number): void {
  for (let i = at; i < at + 2 * count; i += 2)
    mapSet(map, valueOf(words[i] as number), valueOf(words[i + 1] as number));
}

function fillSet(set: object, words: Int32Array, at: number, count: number): void {
  for (let i = at; i < at + count; i++) setAdd(set, valueOf(words[i] as number));
}

function buffer(bytes: Uint8Array, maxByteLength: number | null): ArrayBuffer {
  if (maxByteLength === null) return bytes.buffer as ArrayBuffer;
  const made = new (ArrayBuffer as unknown as Buffers)(bytes.byteLength, { maxByteLength });
  new Uint8Array(made).set(bytes);
  return made;
}
