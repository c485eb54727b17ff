// Compares two texts: what the threads of the pool do, and what is remembered.

import { readFileSync } from "node:fs";
import { commit, memo } from "dumbo";

export interface Pair {
  first: string;
  second: string;
}

export interface Match {
  /** Words that both have in the same order, of those of the shorter one. */
  share: number;
  /** The longest passage that both have. */
  passage: string;
}

export const comparePair = memo(function comparePair({ first, second }: Pair): Match {
  const [one, other] = [wordsOf(first), wordsOf(second)];
  return { share: commonWords(one, other) / Math.min(one.length, other.length), passage: longestPassage(one, other) };
});

/** A task of the pool. */
export default function compareInThread(pair: Pair): Match {
  const match = comparePair(pair);
  // The pool ends its threads without a word: what waits to be written then would be lost.
  commit();
  return match;
}

function wordsOf(path: string): string[] {
  return (
    readFileSync(path, "utf8")
      .toLowerCase()
      .match(/[a-z]+/g) ?? []
  );
}

/** The length of the longest common subsequence. */
function commonWords(one: string[], other: string[]): number {
  let row = new Array<number>(other.length + 1).fill(0);
  for (const word of one) {
    const next = [0];
    for (let i = 0; i < other.length; i++) {
      next.push(word === other[i] ? row[i] + 1 : Math.max(row[i + 1], next[i]));
    }
    row = next;
  }
  return row[other.length];
}

function longestPassage(one: string[], other: string[]): string {
  let row = new Array<number>(other.length + 1).fill(0);
  let best = { length: 0, end: 0 };
  for (let at = 0; at < one.length; at++) {
    const next = [0];
    for (let i = 0; i < other.length; i++) next.push(one[at] === other[i] ? row[i] + 1 : 0);
    const length = Math.max(...next);
    if (length > best.length) best = { length, end: at + 1 };
    row = next;
  }
  return one.slice(best.end - best.length, best.end).join(" ");
}
