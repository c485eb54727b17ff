/** Reads values in the words of a table. One table at a time is open: no code of the program runs while it is read. */
import { CONSTANTS, type Graph, TAG, TAG_BITS } from "./graph.ts";

const MASK = (1 << TAG_BITS) - 1;

let singles: Float64Array = new Float64Array(0);
let texts: readonly string[] = [];
let bigints: readonly bigint[] = [];
let outer: readonly (object | symbol)[] = [];
let nodes: readonly (object | undefined)[] = [];
let isMissing = false;

/** Opens a table. @param made its nodes; undefined where they are not made yet */
export function open(
  graph: Pick<Graph, "singles" | "texts" | "bigints">,
  named: readonly (object | symbol)[],
  made: readonly (object | undefined)[],
): void {
  ({ singles, texts, bigints } = graph);
  outer = named;
  nodes = made;
  isMissing = false;
}

/** Closes the table, which would stay in memory otherwise. */
export function close(): void {
  open({ singles: new Float64Array(0), texts: [], bigints: [] }, [], []);
}

/** The value of a word; null for a node that is not made yet: {@link tookMissing} answers true after that. */
export function valueOf(word: number): unknown {
  const at = word >>> TAG_BITS;
  switch (word & MASK) {
    case TAG.integer:
      return word >> TAG_BITS;
    case TAG.text:
      return texts[at];
    case TAG.node:
      return nodes[at] ?? missing();
    default:
      return otherOf(word & MASK, at);
  }
}

/** A function of its own, so that {@link valueOf} is small enough for V8 to inline. */
function otherOf(tag: number, at: number): unknown {
  switch (tag) {
    case TAG.number:
      return singles[at];
    case TAG.largeInteger:
      return (singles[at] as number) | 0;
    case TAG.outer:
      return outer[at];
    case TAG.constant:
      return CONSTANTS[at];
    default:
      return bigints[at];
  }
}

function missing(): null {
  isMissing = true;
  return null;
}

/** Whether {@link valueOf} has met a node that is not made yet, since this was last asked. */
export function tookMissing(): boolean {
  if (!isMissing) return false;
  isMissing = false;
  return true;
}

/** The node that a word stands for; -1 if it stands for something else. */
export function nodeOf(word: number): number {
  return (word & MASK) === TAG.node ? word >>> TAG_BITS : -1;
}

/** What all values of so many words are. */
export function kindOfWords(words: Int32Array, from: number, length: number): "integers" | "numbers" | "values" {
  let areIntegers = true;
  for (let i = from; i < from + length; i++) {
    const tag = (words[i] as number) & MASK;
    if (tag > TAG.largeInteger) return "values";
    if (tag === TAG.number) areIntegers = false;
  }
  return areIntegers ? "integers" : "numbers";
}
