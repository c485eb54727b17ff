/** What the parts of a graph's writer ask of it: each part writes one kind of object. */
import type { HEAD, Item } from "./graph.ts";
import type { Numbers, Words } from "./word-block.ts";

export interface NodeWriter {
  readonly words: Words;
  readonly numbers: Numbers;
  readonly integers: Words;
  /** A value as a word. */
  word(value: unknown): number;
  /** A value of a node that does not stand in the words. */
  item(value: unknown): Item;
  /** Ends a node that stands in the words. */
  head(kind: (typeof HEAD)[keyof typeof HEAD], payload: number): void;
  /** Shape and values of an object's own properties, for a node that does not stand in the words. @param keys all, if none are given */
  own(value: object, keys?: readonly (string | symbol)[]): [shape: number, values: Item[]];
}
