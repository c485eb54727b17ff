import { createPatch, diffChars, diffLines, diffWords } from "diff";

export function compare(before, after) {
  const lines = diffLines(before, after);
  const words = diffWords(before, after);
  const chars = diffChars(before.slice(0, 1200), after.slice(0, 1200));
  return {
    lines: lines.length,
    words: words.filter(({ added }) => added).length,
    chars: chars.length,
    patch: createPatch("text", before, after),
  };
}
