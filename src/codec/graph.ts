/**
 * What a result is made of, when it is more than plain data: a flat table of nodes that V8 can serialize, with
 * everything in it that V8 would drop. Flat, because results can be deeper than the call stack.
 */

/** A primitive as it is, or where to find anything else. */
export type Item = undefined | null | boolean | number | string | bigint | Pointer;
/** A node by its number; what stands outside of the result counts from -1 downwards. */
export type Pointer = readonly [number];

/** What is not copied, but is the very same thing for the program that gets the result. */
export type Outer =
  | readonly [type: "well-known symbol", name: string]
  | readonly [type: "registered symbol", key: string]
  /** What the walk of the key met as number n. */
  | readonly [type: "seen", index: number]
  /** A function of the reaches in the key, with the hash of its code. */
  | readonly [type: "function", index: number, code: string]
  /** A function of the language or of Node, by a text that tells it from the others. */
  | readonly [type: "built-in", name: string]
  /** In what a call changed: a binding that it assigned to. */
  | readonly [type: "binding", index: number];

/** One prototype of a chain: a built-in one by its name, of a class by the outer thing that has it, or is it. */
export type ChainLink = string | number;

/** Objects of one prototype and with the same names. */
export interface Shape {
  /** The chain up to the first built-in prototype; empty for none at all. */
  readonly chain: readonly ChainLink[];
  readonly keys: readonly (string | Pointer)[];
  /** One for each key. */
  readonly flags: readonly number[];
  readonly integrity: number;
}

/** Nodes that stand in the words: most of any large result. */
export const HEAD = {
  /** An object that is nothing but its properties: their values, then the head with the shape. */
  record: 0,
  /** Ordinary arrays as V8 keeps them: their elements, then the head with the length. */
  values: 1,
  holeyValues: 2,
  /** Their numbers stand in the blocks, in the order of the nodes. */
  integers: 3,
  numbers: 4,
  holeyIntegers: 5,
  holeyNumbers: 6,
  /** Of the built-in class and without properties: keys and items in turns, or items; then the head with their count. */
  map: 7,
  set: 8,
  /** An ordinary array without holes of which V8 does not tell how it keeps it: as a literal of the same elements. */
  items: 9,
  /** Everything else: the head with its place among the others. */
  other: 10,
  /** Ordinary arrays of booleans, packed and with room for holes that are not there: their bits, then the head with the length. */
  booleans: 11,
  holeyBooleans: 12,
} as const;
/** A head is its kind in so many bits, and a number above them. */
export const HEAD_BITS = 4;

/** What a value in the words is: by its lowest bits, with a number above them. */
export const TAG = {
  /** The number itself. Numbers come before all else. */
  integer: 0,
  /** A place among the single numbers. */
  number: 1,
  /** The same, of a small integer that is too large for a word. */
  largeInteger: 2,
  text: 3,
  /** A node. */
  node: 4,
  outer: 5,
  constant: 6,
  bigint: 7,
} as const;
export const TAG_BITS = 3;
/** By their place. */
export const CONSTANTS = [undefined, null, true, false] as const;

/** The other nodes. */
export const KIND = {
  array: 0,
  map: 1,
  set: 2,
  date: 3,
  regexp: 4,
  error: 5,
  boxed: 6,
  buffer: 7,
  view: 8,
  piece: 9,
} as const;

type Head<K extends keyof typeof KIND> = readonly [
  kind: (typeof KIND)[K],
  shape: number,
  /** Values in the order of the shape's keys; of an accessor, two. */
  values: readonly Item[],
];

export type Other =
  /** Elements are null where they stand among the values, because there are holes or special ones. */
  | readonly [...Head<"array">, length: number, isLengthFixed: boolean, elements: Item[] | null, isHoley: boolean]
  | readonly [...Head<"map">, entries: readonly Item[]]
  | readonly [...Head<"set">, items: readonly Item[]]
  | readonly [...Head<"date">, time: number]
  | readonly [...Head<"regexp">, source: string, flags: string, lastIndex: Item, isLastIndexFixed: boolean]
  | Head<"error">
  | readonly [...Head<"boxed">, primitive: Item]
  | readonly [...Head<"buffer">, bytes: Uint8Array, maxLength: number | null]
  | readonly [...Head<"view">, name: string, buffer: Item, offset: number, length: number]
  /** A Buffer that Node cut from its pool, which has memory of its own when it comes back. */
  | readonly [...Head<"piece">, bytes: Uint8Array];

/** The part of a table that V8 serializes. */
export interface SerializedParts {
  readonly root: Item;
  /** How many nodes there are. */
  readonly count: number;
  readonly outer: readonly Outer[];
  readonly shapes: readonly Shape[];
  readonly texts: readonly string[];
  readonly bigints: readonly bigint[];
  readonly others: readonly Other[];
  /** Which nodes the others are. */
  readonly places: readonly number[];
  /** What WeakMaps hold for nodes; WeakSets hold undefined. */
  readonly weak: readonly (readonly [collection: Pointer, node: number, value: Item])[];
}

export interface Graph extends SerializedParts {
  /** All nodes, each with its head last: they are read from the last to the first. */
  readonly words: Int32Array;
  /** Numbers that stand in the words by their place. */
  readonly singles: Float64Array;
  /** The elements of arrays of numbers, in the order of the nodes. */
  readonly numbers: Float64Array;
  readonly integers: Int32Array;
}

type Constructor = abstract new (...args: never) => object;

/** Built-in classes whose instances can be taken apart and put together again, as they were at the start. */
export const CLASSES: ReadonlyMap<string, Constructor> = new Map(
  [
    "Object Array Map Set Date RegExp ArrayBuffer DataView Buffer Number String Boolean BigInt Symbol",
    "Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError",
    "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array",
    "Float16Array Float32Array Float64Array BigInt64Array BigUint64Array",
  ].flatMap((names) =>
    names.split(" ").flatMap((name) => {
      const found = (globalThis as unknown as Record<string, Constructor | undefined>)[name];
      return found ? [[name, found] as const] : [];
    }),
  ),
);
