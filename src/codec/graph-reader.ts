/** Puts a result together from its table: no constructor, setter or other code of the program runs. */

import { ProgramMap, ProgramSet, WELL_KNOWN } from "../value/well-known.ts";
import { functionsOf, type Landmarks, prototypeOf } from "./external-refs.ts";
import {
  holeyIntegersOf,
  holeyNumbersOf,
  numbersByContent,
  packedIntegers,
  packedNumbers,
  packedValues,
} from "./fresh-arrays.ts";
import {
  CLASSES,
  FLAG,
  type Graph,
  type INTEGRITY,
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
import { blank, type Maker, makerOf } from "./makers.ts";

const { create, defineProperty, freeze, getPrototypeOf, preventExtensions, seal, setPrototypeOf } = Object;
const { apply, set: setProperty } = Reflect;
const { isArray } = Array;
const mapSet = Map.prototype.set;
const setAdd = Set.prototype.add;
const symbolFor = Symbol.for;
const prototypes = new Map([...CLASSES].map(([name, { prototype }]) => [name, prototype as object]));
const wellKnown = new Map([...WELL_KNOWN].map(([symbol, name]) => [name, symbol]));
const CLOSE = [null, preventExtensions, seal, freeze] as const;
/** The attributes that a property may have had, so that closing the object gives them back. */
const LEFT_BY_CLOSING = [PLAIN_FLAGS, PLAIN_FLAGS, FLAG.enumerable + FLAG.writable, FLAG.enumerable] as const;

type View = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;
type Buffers = new (length: number, options?: { maxByteLength: number }) => ArrayBuffer;

/** A shape in this process. */
interface LiveShape extends Pick<Shape, "flags" | "integrity"> {
  readonly prototype: object | null;
  readonly keys: readonly (string | symbol)[];
  /** Assigning does the same as defining: no name is inherited, where it could be a setter or read-only. */
  readonly assignable: boolean;
  /** Undefined until the first object is made; null if there is none. */
  maker: Maker | null | undefined;
}

/** A place among the values of an object, and the number of what belongs there. */
interface Missing {
  readonly at: number;
  readonly index: number;
}
const NONE: readonly Missing[] = [];

/** The value; null when something that it refers to is not what it was. */
export function readGraph(graph: Graph, landmarks: Landmarks): { readonly value: unknown } | null {
  const outer = findOuter(graph.outer, landmarks);
  const shapes = outer && findShapes(graph.shapes, outer);
  return shapes && { value: new Reader(graph, outer, shapes).read() };
}

function findOuter(names: readonly Outer[], landmarks: Landmarks): (object | symbol)[] | null {
  const functions = names.some(([type]) => type === "function") ? [...functionsOf(landmarks)] : [];
  const seen = names.some(([type]) => type === "seen") ? [...landmarks.seen.keys()] : [];
  const found: (object | symbol)[] = [];
  for (const name of names) {
    const thing = findOne(name, functions, seen);
    if (thing === undefined) return null;
    found.push(thing);
  }
  return found;
}

function findOne(
  name: Outer,
  functions: readonly { value: object; unit: { unit: { code: string } } }[],
  seen: readonly (object | symbol)[],
): object | symbol | undefined {
  switch (name[0]) {
    case "well-known symbol":
      return wellKnown.get(name[1]);
    case "registered symbol":
      return symbolFor(name[1]);
    case "seen":
      return seen[name[1]];
    case "function": {
      const found = functions[name[1]];
      return found?.unit.unit.code === name[2] ? found.value : undefined;
    }
  }
}

function findShapes(shapes: readonly Shape[], outer: readonly (object | symbol)[]): LiveShape[] | null {
  const found: LiveShape[] = [];
  for (const { chain, keys, flags, integrity } of shapes) {
    const prototype = findPrototype(chain, outer);
    if (prototype === undefined) return null;
    const names = keys.map((key) => (typeof key === "string" ? key : (outer[-1 - key[0]] as symbol)));
    const expected = LEFT_BY_CLOSING[integrity];
    const assignable = flags.every((flag) => flag === expected) && names.every((key) => !isInherited(prototype, key));
    found.push({ prototype, keys: names, flags, integrity, assignable, maker: undefined });
  }
  return found;
}

/** The first prototype of a chain, if it still inherits from the same ones; else undefined. */
function findPrototype(chain: readonly Link[], outer: readonly (object | symbol)[]): object | null | undefined {
  let first: object | null = null;
  let last: object | null = null;
  for (const link of chain) {
    const next = typeof link === "string" ? prototypes.get(link) : prototypeBy(outer[link]);
    if (!next || (last && getPrototypeOf(last) !== next)) return undefined;
    first ??= next;
    last = next;
  }
  return typeof chain.at(-1) === "string" || !last || getPrototypeOf(last) === null ? first : undefined;
}

function prototypeBy(thing: object | symbol | undefined): object | null {
  if (typeof thing === "function") return prototypeOf(thing);
  return typeof thing === "object" ? thing : null;
}

function isInherited(prototype: object | null, key: PropertyKey): boolean {
  return prototype !== null && key in prototype;
}

class Reader {
  readonly #graph: Graph;
  readonly #outer: readonly (object | symbol)[];
  readonly #shapes: readonly LiveShape[];
  readonly #objects: (object | undefined)[];
  /** What an object holds that could not be made before it: set at the end. */
  readonly #missing: { readonly owner: object; readonly key: PropertyKey; readonly index: number }[] = [];

  constructor(graph: Graph, outer: readonly (object | symbol)[], shapes: readonly LiveShape[]) {
    this.#graph = graph;
    this.#outer = outer;
    this.#shapes = shapes;
    this.#objects = new Array(graph.nodes.length);
  }

  read(): unknown {
    const { nodes, root } = this.#graph;
    // Memory first, then what looks at it. What an object holds mostly comes after it, so that from the last to the first
    // each can be made with its values in it, as a literal makes it: V8 keeps in the hidden class what was in a field first.
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as Node;
      if (node[0] === KIND.buffer) this.#objects[i] = this.#made(node);
    }
    for (let i = nodes.length - 1; i >= 0; i--) this.#objects[i] ??= this.#made(nodes[i] as Node);
    for (let i = 0; i < nodes.length; i++) this.#fill(this.#objects[i] as object, nodes[i] as Node);
    for (let i = 0; i < this.#missing.length; i++) {
      const { owner, key, index } = this.#missing[i] as { owner: object; key: PropertyKey; index: number };
      // By no assignment: it would learn from arrays of unlike kinds, and convert them.
      setProperty(owner, key, this.#objects[index]);
    }
    for (let i = 0; i < nodes.length; i++) {
      const { integrity } = this.#shape(nodes[i] as Node);
      CLOSE[integrity as (typeof INTEGRITY)["frozen"]]?.(this.#objects[i] as object);
    }
    return this.#value(root);
  }

  #shape(node: Node): LiveShape {
    return this.#shapes[node[1]] as LiveShape;
  }

  #value(item: Item): unknown {
    if (typeof item !== "object" || item === null) return item;
    const index = item[0];
    return index < 0 ? this.#outer[-1 - index] : this.#objects[index];
  }

  /** The object with its slots, its prototype and nothing else. */
  #made(node: Node): object {
    const shape = this.#shape(node);
    const { prototype } = shape;
    if (node[0] === KIND.object) {
      if (shape.assignable) return this.#record(shape, node[2] as Item[]);
      return prototype === Object.prototype ? {} : prototype === null ? create(null) : blank(prototype);
    }
    const made = this.#shell(node);
    return getPrototypeOf(made) === prototype ? made : setPrototypeOf(made, prototype);
  }

  /** An object with its values, as far as they are there. */
  #record(shape: LiveShape, items: Item[]): object {
    const { prototype, keys } = shape;
    const { values, missing } = this.#values(items);
    if (shape.maker === undefined) shape.maker = makerOf(prototype, keys);
    const made = shape.maker ? shape.maker(values) : assigned(prototype, keys, values);
    for (let i = 0; i < missing.length; i++) {
      const { at, index } = missing[i] as Missing;
      this.#missing.push({ owner: made, key: keys[at] as string, index });
    }
    return made;
  }

  #array([, , , , , items, kept]: Extract<Node, { readonly 0: typeof KIND.array }>): unknown[] {
    if (items === null) return [];
    const { values, missing } = this.#values(items);
    const made = kept === KEPT.holey ? values : kept === KEPT.packed ? packedValues(values) : byContent(values);
    for (let i = 0; i < missing.length; i++) {
      const { at, index } = missing[i] as Missing;
      this.#missing.push({ owner: made, key: at, index });
    }
    return made;
  }

  /** What items stand for, in their place: V8 has made the array already. Null for what is not made yet. */
  #values(items: Item[]): { readonly values: unknown[]; readonly missing: readonly Missing[] } {
    const values = items as unknown[];
    let missing: Missing[] | null = null;
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (!isArray(item)) continue;
      const index = (item as Pointer)[0];
      const value = index < 0 ? this.#outer[-1 - index] : this.#objects[index];
      values[i] = value ?? null;
      if (value !== undefined) continue;
      missing ??= [];
      missing.push({ at: i, index });
    }
    return { values, missing: missing ?? NONE };
  }

  #shell(node: Exclude<Node, { readonly 0: typeof KIND.object }>): object {
    switch (node[0]) {
      case KIND.array:
        return this.#array(node);
      case KIND.numbers:
        return numbersOf(node, this.#graph.numbers);
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
    }
  }

  #fill(object: object, node: Node): void {
    if (node[0] === KIND.numbers || (node[0] === KIND.object && this.#shape(node).assignable)) return;
    switch (node[0]) {
      case KIND.array:
        if (node[5] === null) (object as unknown[]).length = node[3];
        break;
      case KIND.map:
        for (let i = 0; i < node[3].length; i += 2) {
          apply(mapSet, object, [this.#value(node[3][i]), this.#value(node[3][i + 1])]);
        }
        break;
      case KIND.set:
        for (const item of node[3]) apply(setAdd, object, [this.#value(item)]);
        break;
      case KIND.regexp:
        defineProperty(object, "lastIndex", { value: this.#value(node[5]), writable: !node[6] });
        break;
    }
    this.#properties(object, this.#shape(node), node[2]);
    if (node[0] === KIND.array && node[4]) defineProperty(object, "length", { writable: false });
  }

  #properties(object: object, { keys, flags, assignable }: LiveShape, values: readonly Item[]): void {
    if (assignable) {
      const target = object as Record<PropertyKey, unknown>;
      for (let i = 0; i < keys.length; i++) target[keys[i] as string] = this.#value(values[i]);
      return;
    }
    for (let i = 0, at = 0; i < keys.length; i++) {
      const flag = flags[i] as number;
      const shared = { enumerable: (flag & FLAG.enumerable) !== 0, configurable: (flag & FLAG.configurable) !== 0 };
      const first = this.#value(values[at++]);
      const rest =
        flag & FLAG.accessor
          ? { get: first as () => unknown, set: this.#value(values[at++]) as () => void }
          : { value: first, writable: (flag & FLAG.writable) !== 0 };
      defineProperty(object, keys[i] as string, { ...shared, ...rest });
    }
  }
}

function assigned(prototype: object | null, keys: readonly (string | symbol)[], values: readonly unknown[]): object {
  const made = (prototype === Object.prototype ? {} : prototype === null ? create(null) : blank(prototype)) as Record<
    PropertyKey,
    unknown
  >;
  for (let i = 0; i < keys.length; i++) made[keys[i] as string] = values[i];
  return made;
}

function byContent(values: readonly unknown[]): unknown[] {
  return numbersByContent(values) ?? packedValues(values);
}

function numbersOf(
  [, , , from, length, areIntegers, isHoley]: Extract<Node, { readonly 0: typeof KIND.numbers }>,
  block: Float64Array,
): number[] {
  if (isHoley) return areIntegers ? holeyIntegersOf(block, from, length) : holeyNumbersOf(block, from, length);
  return areIntegers ? packedIntegers(block, from, length) : packedNumbers(block, from, length);
}

function buffer(bytes: Uint8Array, maxByteLength: number | null): ArrayBuffer {
  if (maxByteLength === null) return bytes.buffer as ArrayBuffer;
  const made = new (ArrayBuffer as unknown as Buffers)(bytes.byteLength, { maxByteLength });
  new Uint8Array(made).set(bytes);
  return made;
}
