/** What the parts of the writer of graphs use of it: each part writes one kind of objects. */
import type { HEAD, Item } from "./graph.ts";
import type { Numbers, Words } from "./word-block.ts";

export interface NodeWriter {
  readonly words: Words;
  readonly numbers: Numbers;
  readonly integers: Words;
  /** A value as a word. */
  word(value: unknown): number;
  /** A value as an item, for a node that does not stand in the words. */
  item(value: unknown): Item;
  /** Writes the head of a node that stands in the words, behind its values. */
  head(kind: (typeof HEAD)[keyof typeof HEAD], payload: number): void;
  /** Shape and values of an object's own properties, for a node that does not stand in the words. @param keys all, if none are given */
  own(value: object, keys?: readonly (string | symbol)[]): [shape: number, values: Item[]];
}
