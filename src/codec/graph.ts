/**
 * The form of a result that is more than plain data: a flat table of nodes that V8 can serialize, which also says all that V8's serialization
 * would drop. It is flat because results can be deeper than the call stack.
 */

import type { FormatterParts } from "./formatters.ts";

/** A primitive as it is, or where to find anything else. */
export type Item = undefined | null | boolean | number | string | bigint | Pointer;
/** A node by its number; from -1 downwards, the things that the graph only names (`Graph.outer`). */
export type Pointer = readonly [number];

/** A thing that the graph names and does not copy: a hit finds the one of its own process. */
export type Outer =
  | readonly [type: "well-known symbol", name: string]
  | readonly [type: "registered symbol", key: string]
  /** The object that the walk of the key met as number n. */
  | readonly [type: "seen", index: number]
  /** A function of the reaches in the key, with the hash of its code. */
  | readonly [type: "function", index: number, code: string]
  /** A function of the language or of Node, by a text that tells it from the others. */
  | readonly [type: "built-in", name: string]
  /** Only in changes: a binding that the call assigned to. */
  | readonly [type: "binding", index: number];

/**
 * One prototype of a chain: a built-in one by its name; any other by the number of the function in `outer` whose instances inherit from it, or
 * of itself.
 */
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

/** The kinds of nodes that stand in the words: most nodes of a large result. */
export const HEAD = {
  /** An object that is nothing but its properties: their values, then the head with the shape. */
  record: 0,
  /** Ordinary arrays, by the kind that V8 keeps them as: their elements, then the head with the length. */
  values: 1,
  holeyValues: 2,
  /** Those of numbers: the elements stand in the blocks, in the order of the nodes. */
  integers: 3,
  numbers: 4,
  holeyIntegers: 5,
  holeyNumbers: 6,
  /** Maps and Sets of the built-in class without properties: keys and items in turns, or items; then the head with their count. */
  map: 7,
  set: 8,
  /** An ordinary array without holes whose kind V8 does not tell: it comes back as a literal of the same elements would be kept. */
  items: 9,
  /** Any other node: the head has its place among the `others`. */
  other: 10,
  /** Ordinary arrays of booleans, packed, and kept as holey without having holes: their bits, then the head with the length. */
  booleans: 11,
  holeyBooleans: 12,
} as const;
/** The lowest bits of a head, so many, are its kind; those above are a number. */
export const HEAD_BITS = 4;

/** What a value in the words is, by its lowest bits; those above are a number. */
export const TAG = {
  /** The number above is the value. Tags of numbers have to come before all others. */
  integer: 0,
  /** A place among the single numbers: any number. */
  number: 1,
  /** The same: an integer that is too large for a word. */
  largeInteger: 2,
  text: 3,
  /** A node. */
  node: 4,
  outer: 5,
  constant: 6,
  bigint: 7,
} as const;
export const TAG_BITS = 3;
/** The values of words with the tag `constant`, by their place. */
export const CONSTANTS = [undefined, null, true, false] as const;

/** The kinds of the other nodes. */
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
  formatter: 10,
} as const;

type Head<K extends keyof typeof KIND> = readonly [
  kind: (typeof KIND)[K],
  shape: number,
  /** In the order of the shape's keys; an accessor has two. */
  values: readonly Item[],
];

export type Other =
  /** `elements` is null where they stand among the values, because there are holes, or elements with other attributes. */
  | readonly [...Head<"array">, length: number, isLengthFixed: boolean, elements: Item[] | null, isHoley: boolean]
  | readonly [...Head<"map">, entries: readonly Item[]]
  | readonly [...Head<"set">, items: readonly Item[]]
  | readonly [...Head<"date">, time: number]
  | readonly [...Head<"regexp">, source: string, flags: string, lastIndex: Item, isLastIndexFixed: boolean]
  | Head<"error">
  | readonly [...Head<"boxed">, primitive: Item]
  | readonly [...Head<"buffer">, bytes: Uint8Array, maxLength: number | null]
  | readonly [...Head<"view">, name: string, buffer: Item, offset: number, length: number]
  /** A Buffer that Node cut from its pool. It comes back with memory of its own. */
  | readonly [...Head<"piece">, bytes: Uint8Array]
  | readonly [...Head<"formatter">, parts: FormatterParts];

/** The parts of a table that V8 serializes; the blocks stand behind them. */
export interface SerializedParts {
  readonly root: Item;
  /** How many nodes there are. */
  readonly count: number;
  readonly outer: readonly Outer[];
  readonly shapes: readonly Shape[];
  readonly texts: readonly string[];
  readonly bigints: readonly bigint[];
  readonly others: readonly Other[];
  /** The numbers of the `others` among all nodes. */
  readonly places: readonly number[];
  /** What WeakMaps of the key hold for nodes; undefined for WeakSets. */
  readonly weak: readonly (readonly [collection: Pointer, node: number, value: Item])[];
}

export interface Graph extends SerializedParts {
  /** All nodes, each with its head behind it: they are read from the last to the first. */
  readonly words: Int32Array;
  /** Numbers that stand in the words by their place. */
  readonly singles: Float64Array;
  /** The elements of arrays of numbers, in the order of the nodes. */
  readonly numbers: Float64Array;
  readonly integers: Int32Array;
}

type Constructor = abstract new (...args: never) => object;

/** Built-in classes whose instances can be taken apart and put together again. They were taken before the program ran. */
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
