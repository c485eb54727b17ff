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
  | readonly [type: "function", index: number, code: string];

/** One prototype of a chain: a built-in one by its name, of a class by the outer thing that has it, or is it. */
export type Link = string | number;

/** Objects of one prototype and with the same names. */
export interface Shape {
  /** The chain up to the first built-in prototype; empty for none at all. */
  readonly chain: readonly Link[];
  readonly keys: readonly (string | Pointer)[];
  /** One for each key. */
  readonly flags: readonly number[];
  readonly integrity: number;
}

/** How V8 kept an array of values: as a literal with the same elements would be, packed, or holey. */
export const KEPT = { byContent: 0, packed: 1, holey: 2 } as const;

/** Attributes of a property. */
export const FLAG = { enumerable: 1, writable: 2, configurable: 4, accessor: 8 } as const;
export const PLAIN_FLAGS = 7;

/** How an object is closed to changes. */
export const INTEGRITY = { open: 0, fixed: 1, sealed: 2, frozen: 3 } as const;

export const KIND = {
  object: 0,
  array: 1,
  map: 2,
  set: 3,
  date: 4,
  regexp: 5,
  error: 6,
  boxed: 7,
  buffer: 8,
  view: 9,
  piece: 10,
  numbers: 11,
} as const;

type Head<K extends keyof typeof KIND> = readonly [
  kind: (typeof KIND)[K],
  shape: number,
  /** Values in the order of the shape's keys; of an accessor, two. */
  values: readonly Item[],
];

export type Node =
  | Head<"object">
  /** Elements are null where they stand among the values, because there are holes or special ones. */
  | readonly [...Head<"array">, length: number, isLengthFixed: boolean, elements: Item[] | null, kept: number]
  /** An ordinary array of numbers without holes, which stand in the block of numbers. */
  | readonly [...Head<"numbers">, from: number, length: number, areIntegers: boolean, isHoley: boolean]
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

export interface Graph {
  readonly root: Item;
  readonly outer: readonly Outer[];
  readonly shapes: readonly Shape[];
  readonly nodes: readonly Node[];
  /** Of all arrays of numbers. */
  readonly numbers: Float64Array;
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
