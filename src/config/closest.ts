/** For "did you mean": the name that takes the fewest edits to become another. */
export function closest(word: string, names: readonly string[]): string {
  let best = "";
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const edits = distance(word, name);
    if (edits >= fewest) continue;
    best = name;
    fewest = edits;
  }
  return best;
}

/** Levenshtein's: characters to add, to take away or to replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
